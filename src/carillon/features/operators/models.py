"""The second thing an operator signs in with: a one-time code, or one of his recovery codes."""

from django.db import models


class OneTimeCode(models.Model):
    """An operator's key of one-time codes (RFC 6238), encrypted at rest; in use once `confirmed`.

    `last_step` is the newest 30-second step a code of which was accepted: no code serves twice.
    """

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="one_time_code")
    secret = models.CharField(max_length=255)
    confirmed = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"one-time code of {self.user_id}"


class RecoveryCode(models.Model):
    """A code for the day the telephone is lost: kept as a keyed digest, and used once."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once_per_user"),
        )

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"
