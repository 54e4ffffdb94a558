"""Writes of accounts: signing in, passwords, PIN rules, blocks, rights and preferences."""

from carillon.features.accounts.services.changes import actor_for, record_user
from carillon.features.accounts.services.secrets import (
    WeakSecret,
    change_password,
    check_password_rules,
    check_pin_rules,
)
from carillon.features.accounts.services.sessions import end_sessions, note_session
from carillon.features.accounts.services.signing_in import (
    SignInRefused,
    count_failure,
    let_in,
    sign_in,
    unblock,
)
from carillon.features.accounts.services.users import (
    change_density,
    change_language,
    change_theme,
    choose_columns,
    create_user,
    grant_role,
)

__all__ = [
    "SignInRefused",
    "WeakSecret",
    "actor_for",
    "change_density",
    "change_language",
    "change_password",
    "change_theme",
    "check_password_rules",
    "check_pin_rules",
    "choose_columns",
    "count_failure",
    "create_user",
    "end_sessions",
    "grant_role",
    "let_in",
    "note_session",
    "record_user",
    "sign_in",
    "unblock",
]
