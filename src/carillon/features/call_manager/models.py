"""How one line treats its calls: incoming calls, availability, no-answer and busy treatments."""

from django.db import models
from django.db.models import Q

from carillon.features.call_manager.choices import IncomingMode, TreatmentKind


class CallSettings(models.Model):
    """The call settings of one line. Numbers are kept as the user dials them (an extension or E.164)."""

    line = models.OneToOneField("lines.Line", models.CASCADE, related_name="call_settings")
    dnd = models.BooleanField(default=False)
    mode = models.CharField(max_length=16, choices=IncomingMode, default=IncomingMode.ACCOUNT_PHONE)
    forward_to = models.CharField(max_length=20, blank=True)
    no_answer_seconds = models.PositiveSmallIntegerField(default=20)
    no_answer = models.CharField(max_length=10, choices=TreatmentKind, default=TreatmentKind.VOICEMAIL)
    no_answer_to = models.CharField(max_length=20, blank=True)
    busy = models.CharField(max_length=10, choices=TreatmentKind, default=TreatmentKind.VOICEMAIL)
    busy_to = models.CharField(max_length=20, blank=True)
    unavailable_to = models.CharField(max_length=20, blank=True)
    call_waiting = models.BooleanField(default=True)
    reject_anonymous = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "call settings"
        constraints = (
            models.CheckConstraint(
                condition=Q(no_answer_seconds__gte=5, no_answer_seconds__lte=120), name="no_answer_delay"
            ),
            models.CheckConstraint(
                condition=~Q(mode="forward") | ~Q(forward_to=""), name="forward_has_number"
            ),
            models.CheckConstraint(
                condition=~Q(no_answer="number") | ~Q(no_answer_to=""), name="no_answer_has_number"
            ),
            models.CheckConstraint(condition=~Q(busy="number") | ~Q(busy_to=""), name="busy_has_number"),
            models.CheckConstraint(
                condition=Q(
                    mode__in=IncomingMode.values,
                    no_answer__in=TreatmentKind.values,
                    busy__in=TreatmentKind.values,
                ),
                name="call_settings_known",
            ),
        )

    def __str__(self) -> str:
        return f"call settings of {self.line_id}"


class RingEntry(models.Model):
    """A row of "together" or "in order"; an empty `dialled` is the line's own phones."""

    settings = models.ForeignKey(CallSettings, models.CASCADE, related_name="entries")
    mode = models.CharField(max_length=16, choices=IncomingMode)
    position = models.PositiveSmallIntegerField()
    dialled = models.CharField(max_length=20, blank=True)
    start = models.PositiveSmallIntegerField(default=0)
    seconds = models.PositiveSmallIntegerField(default=0)
    confirm = models.BooleanField(default=True)

    class Meta:
        ordering = ("mode", "position")
        verbose_name_plural = "ring entries"
        constraints = (
            models.UniqueConstraint(fields=["settings", "mode", "position"], name="ring_entry_position"),
            models.CheckConstraint(
                condition=Q(
                    mode__in=("in_order", "together"),
                    position__gte=1,
                    position__lte=10,
                    start__lte=300,
                    seconds__lte=300,
                ),
                name="ring_entry_bounds",
            ),
            models.CheckConstraint(
                condition=Q(mode="in_order", seconds__gte=1) | (Q(mode="together") & ~Q(dialled="")),
                name="ring_entry_complete",
            ),
        )

    def __str__(self) -> str:
        return self.dialled or "own phones"


class SpeedDial(models.Model):
    """A name and number a subscriber keeps at hand, in his order. Not a short code: nothing is dialled by it."""

    settings = models.ForeignKey(CallSettings, models.CASCADE, related_name="speed_dials")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=35)
    number = models.CharField(max_length=20)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["settings", "position"], name="speed_dial_position"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=99) & ~Q(name="") & ~Q(number=""),
                name="speed_dial_complete",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
