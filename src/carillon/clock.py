"""The only module that reads the system clock; everything else is handed the instant."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(tz=UTC)  # noqa: TID251 - this is the one place
