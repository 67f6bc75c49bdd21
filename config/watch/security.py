"""What concerns doors and keys, as lines with ids only."""

import logging
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as factors
from django.contrib.auth import signals as auth

_log = logging.getLogger("config.security")
_EVENTS = {
    "signed in": auth.user_logged_in,
    "signed out": auth.user_logged_out,
    "sign-in failed": auth.user_login_failed,
    "password changed": account.password_changed,
    "password set": account.password_set,
    "password reset": account.password_reset,
    "second factor added": factors.authenticator_added,
    "second factor removed": factors.authenticator_removed,
    "recovery codes renewed": factors.authenticator_reset,
}


def connect() -> None:
    """Listen; called once, when Django is set up."""
    for event, signal in _EVENTS.items():
        signal.connect(_Writer(event), weak=False, dispatch_uid=f"watch {event}")


class _Writer:
    """Writes one kind of event. Whom a failed sign-in concerned is not looked up: that would take longer for some."""

    def __init__(self, event: str) -> None:
        self.event = event

    def __call__(self, user: Any = None, **_: Any) -> None:
        """One line."""
        level = logging.WARNING if user is None else logging.INFO
        _log.log(level, self.event, extra={"user": getattr(user, "public_id", None)})
