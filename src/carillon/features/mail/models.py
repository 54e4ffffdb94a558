"""Mail waiting to leave: written with the change that causes it, sent by the worker, retried for 24 hours."""

from django.db import models


class OutgoingMail(models.Model):
    """One e-mail.

    `attachment` is a file below the home folder (`voicemail/<token>.wav`), `attachment_name` what the reader sees.
    `message` is the voicemail message it carries, removed after acceptance if `drop_message`.
    """

    created = models.DateTimeField()
    to = models.JSONField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    attachment = models.CharField(max_length=200, blank=True)
    attachment_name = models.CharField(max_length=100, blank=True)
    message = models.ForeignKey("voicemail.Message", models.SET_NULL, null=True, related_name="+")
    drop_message = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt = models.DateTimeField()
    sent = models.DateTimeField(null=True)
    given_up = models.BooleanField(default=False)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("next_attempt",)
        indexes = (
            models.Index(
                fields=["next_attempt"],
                name="mail_waiting",
                condition=models.Q(sent=None, given_up=False),
            ),
        )

    def __str__(self) -> str:
        return self.subject
