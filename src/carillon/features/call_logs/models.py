"""The append-only event store, and the call records and decision traces built from it."""

from django.db import models

from carillon.features.call_logs.choices import CallType


class JournalOffset(models.Model):
    """How far a node's journal has been shipped; saved in the same transaction as its rows.

    A journal is a series of files (it is rotated by rename): `inode` and `head` (a digest of the first line) say
    which file is being read, `file` counts them, because a file system gives an inode away again.
    """

    node = models.CharField(max_length=64)
    journal = models.CharField(max_length=32)
    file = models.PositiveIntegerField(default=0)
    inode = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    offset = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["node", "journal"], name="journal_once"),)

    def __str__(self) -> str:
        return f"{self.node} {self.journal}"


class CallEvent(models.Model):
    """One line of a journal, as written by the engine (`cel`) or by callcontrol (`decisions`).

    `call_id` is the engine's linkedid prefixed with the node; (node, journal, file, offset) is where the line
    stood, so a line is stored exactly once. `channel` is the engine's unique id of the channel.
    """

    node = models.CharField(max_length=64)
    journal = models.CharField(max_length=32)
    file = models.PositiveIntegerField()
    offset = models.BigIntegerField()
    at = models.DateTimeField()
    call_id = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=32)
    channel = models.CharField(max_length=120, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["node", "journal", "file", "offset"], name="event_once"),
        )
        indexes = (
            models.Index(fields=["node", "at"], name="event_start", condition=models.Q(kind="engine_start")),
            models.Index(fields=["channel"], name="event_end", condition=models.Q(kind="CHAN_END")),
        )

    def __str__(self) -> str:
        return f"{self.call_id} {self.kind}"


class CallRecord(models.Model):
    """One call, built from its events alone; rebuilt whenever more of them arrive.

    Names, numbers and extensions are those of the time of the call. Withheld callers keep their number here
    (`caller_withheld` tells every reader to hide it).
    """

    call_id = models.CharField(max_length=80, unique=True)
    node = models.CharField(max_length=64, blank=True)
    group = models.ForeignKey("business_groups.BusinessGroup", models.CASCADE, null=True, related_name="+")
    type = models.CharField(max_length=10, choices=CallType, blank=True)
    started = models.DateTimeField()
    answered = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    caller_number = models.CharField(max_length=64, blank=True)
    caller_name = models.CharField(max_length=80, blank=True)
    caller_withheld = models.BooleanField(default=False)
    caller_line = models.ForeignKey("lines.Line", models.SET_NULL, null=True, related_name="+")
    caller_extension = models.CharField(max_length=7, blank=True)
    dialled = models.CharField(max_length=80, blank=True)
    called_number = models.CharField(max_length=64, blank=True)
    called_name = models.CharField(max_length=80, blank=True)
    called_line = models.ForeignKey("lines.Line", models.SET_NULL, null=True, related_name="+")
    called_extension = models.CharField(max_length=7, blank=True)
    call_class = models.CharField(max_length=24, blank=True)
    forwarded_from = models.CharField(max_length=64, blank=True)
    ring_seconds = models.PositiveIntegerField(default=0)
    talk_seconds = models.PositiveIntegerField(default=0)
    cause = models.CharField(max_length=20, blank=True)
    sip_code = models.PositiveSmallIntegerField(default=0)
    trace = models.JSONField(default=list)

    class Meta:
        ordering = ("-started", "-id")
        indexes = (
            models.Index(fields=["group", "-started", "-id"], name="record_group_started"),
            models.Index(fields=["node", "started"], name="record_open", condition=models.Q(ended=None)),
        )

    def __str__(self) -> str:
        return self.call_id
