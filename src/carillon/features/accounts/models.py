"""Portal accounts: a line's subscriber (who may administer) or a platform operator."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import Q

from carillon.features.accounts.choices import Density, Role, Theme
from carillon.features.business_groups.choices import PortalLanguage


class User(AbstractBaseUser):
    """`login` is the line's E.164 number, or an operator's name. Passwords are argon2."""

    login = models.CharField(max_length=64, unique=True)
    line = models.OneToOneField("lines.Line", models.CASCADE, null=True, blank=True, related_name="user")
    role = models.CharField(max_length=32, choices=Role, default=Role.SUBSCRIBER)
    scope = models.ForeignKey(
        "departments.Department", models.PROTECT, null=True, blank=True, related_name="administrators"
    )
    is_supervisor = models.BooleanField(default=False)
    may_monitor = models.BooleanField(default=False)
    may_read_call_logs = models.BooleanField(default=False)
    language = models.CharField(max_length=2, choices=PortalLanguage, blank=True)
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    list_columns = models.JSONField(default=dict, blank=True)
    """By list: the columns its owner chose to see."""
    list_density = models.CharField(max_length=11, choices=Density, default=Density.COMFORTABLE)
    must_change_password = models.BooleanField(default=True)
    failures = models.PositiveSmallIntegerField(default=0)
    failed_since = models.DateTimeField(null=True, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True)
    session_salt = models.CharField(max_length=32, blank=True)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(Q(role="operator") & Q(line__isnull=True))
                | (~Q(role="operator") & Q(line__isnull=False)),
                name="operator_has_no_line",
            ),
            models.CheckConstraint(
                condition=~Q(role="department_administrator") | Q(scope__isnull=False),
                name="department_administrator_has_scope",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
        )
        # A few administrators among a hundred thousand subscribers: a search for `admin` begins with them. Their lines are
        # in the index: SQLite, which knows no rare values, uses it only where it answers alone.
        indexes = (models.Index(fields=["role", "line"], name="user_role"),)

    def __str__(self) -> str:
        return self.login

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie sessions to the salt as well as to the password: a new salt ends them all, the password stays."""
        kept = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{kept}{self.session_salt}"


class PortalSession(models.Model):
    """Where and when a session of the portal began; `device` is what the browser says of itself.

    The session itself is Django's row with the same key: where that is gone, so is the session.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.user_id} since {self.at:%Y-%m-%d %H:%M}"


class SignInFailure(models.Model):
    """One failed sign-in of the last minutes; `login_key` is a keyed digest, since what was typed may be a secret.

    `address` is the network address it came from ("" unknown), an IPv6 one cut to its /64 network.
    """

    login_key = models.CharField(max_length=64, db_index=True)
    address = models.CharField(max_length=45, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = (models.Index(fields=["address", "at"], name="sign_in_failure_address"),)

    def __str__(self) -> str:
        return f"{self.address} {self.at:%H:%M:%S}"


class UnknownSignIn(models.Model):
    """A login nobody has, blocked like a real one, so that a block does not tell which numbers exist."""

    login_key = models.CharField(max_length=64, unique=True)
    blocked_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.login_key
