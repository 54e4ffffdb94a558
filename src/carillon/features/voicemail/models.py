"""Mailboxes and their messages."""

from django.db import models
from django.db.models import Q

from carillon.features.voicemail.choices import NEXT_STEP


class Mailbox(models.Model):
    """The voicemail of one line; the PIN is hashed like a password, its failures are throttled.

    A PIN that somebody else has set is temporary: at the first sign-in by telephone it must be replaced, and then
    the subscriber is asked for his name and a greeting. `setup_due` is what he has not recorded or skipped yet.
    `resets` grows with each reset of the line and each undoing of one: who opened the mailbox before writes nothing more.
    """

    line = models.OneToOneField("lines.Line", models.CASCADE, related_name="mailbox")
    pin = models.CharField(max_length=128, blank=True)
    pin_temporary = models.BooleanField(default=False)
    pin_failures = models.PositiveSmallIntegerField(default=0)
    pin_failed_since = models.DateTimeField(null=True, blank=True)
    pin_locked_at = models.DateTimeField(null=True, blank=True)
    skip_pin = models.BooleanField(default=False)
    greeting = models.CharField(max_length=64, blank=True)
    recorded_name = models.CharField(max_length=64, blank=True)
    setup_due = models.CharField(max_length=8, blank=True)
    email_on = models.BooleanField(default=False)
    email_to = models.JSONField(default=list, blank=True)
    keep_copy = models.BooleanField(default=True)
    full_told = models.BooleanField(default=False)
    resets = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "mailboxes"
        constraints = (
            models.CheckConstraint(condition=Q(setup_due__in=["", *NEXT_STEP]), name="mailbox_setup_known"),
        )

    def __str__(self) -> str:
        return f"mailbox of {self.line_id}"


class Message(models.Model):
    """One message; `token` names its audio file, `call_id` the call that left it (unique: deposited once)."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="messages")
    call_id = models.CharField(max_length=80)
    token = models.CharField(max_length=64, unique=True)
    received = models.DateTimeField()
    caller_number = models.CharField(max_length=64, blank=True)
    caller_name = models.CharField(max_length=80, blank=True)
    caller_withheld = models.BooleanField(default=False)
    seconds = models.PositiveIntegerField()
    heard = models.BooleanField(default=False)

    class Meta:
        ordering = ("received", "id")
        constraints = (models.UniqueConstraint(fields=["mailbox", "call_id"], name="message_once"),)

    def __str__(self) -> str:
        return self.token
