"""Reading accounts: rights (`policy`), sign-in attempts and sessions (`attempts`), weak secrets (`secrets`)."""

from carillon.features.accounts.queries.attempts import (
    ADDRESS_ATTEMPTS,
    ATTEMPTS,
    LONGEST_WAIT,
    WINDOW,
    failures_of,
    get_user,
    login_key,
    login_of,
    network_of,
    retry_after,
    running_sessions,
    window_start,
)
from carillon.features.accounts.queries.policy import (
    POLICY,
    Access,
    NotFound,
    Target,
    access_for,
    language_of,
    may,
    reach,
)
from carillon.features.accounts.queries.secrets import (
    broken_password_rule,
    broken_pin_rule,
    generate_password,
    generate_pin,
)

__all__ = [
    "ADDRESS_ATTEMPTS",
    "ATTEMPTS",
    "LONGEST_WAIT",
    "POLICY",
    "WINDOW",
    "Access",
    "NotFound",
    "Target",
    "access_for",
    "broken_password_rule",
    "broken_pin_rule",
    "failures_of",
    "generate_password",
    "generate_pin",
    "get_user",
    "language_of",
    "login_key",
    "login_of",
    "may",
    "network_of",
    "reach",
    "retry_after",
    "running_sessions",
    "window_start",
]
