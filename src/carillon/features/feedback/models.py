"""Comments on the interface, from its users to the platform operator."""

from django.db import models

from carillon.features.feedback.choices import FeedbackKind, FeedbackState

LONGEST_TEXT = 4000
LONGEST_PAGE = 300


class Feedback(models.Model):
    """One comment: `page` is the path it was sent from ("" unknown), never what the page showed.

    `line_label` says who wrote it even after the line is gone; an operator has neither group nor line.
    """

    at = models.DateTimeField()
    user = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    group = models.ForeignKey("business_groups.BusinessGroup", models.CASCADE, null=True, related_name="+")
    line_label = models.CharField(max_length=120)
    page = models.CharField(max_length=LONGEST_PAGE, blank=True)
    kind = models.CharField(max_length=10, choices=FeedbackKind)
    text = models.CharField(max_length=LONGEST_TEXT)
    state = models.CharField(max_length=10, choices=FeedbackState, default=FeedbackState.NEW)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "feedback"
        indexes = (
            models.Index(fields=["state", "-id"], name="feedback_state"),
            models.Index(fields=["user", "at"], name="feedback_user"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=FeedbackKind.values, state__in=FeedbackState.values),
                name="feedback_known",
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="feedback_has_text"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.line_label}"
