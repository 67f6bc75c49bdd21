"""What ends a sign-in ends the open sockets that came from it, at the moment it is true in the database."""

from typing import Any

from django.db import transaction

from activity.live import recheck

from .models import User


def let_go(user: User | None) -> None:
    """Once what is happening is committed, ask every open socket of this user again who stands behind it."""
    if user is not None:
        public_id = str(user.public_id)
        transaction.on_commit(lambda: recheck(public_id))


def signed_out(sender: Any = None, request: Any = None, user: Any = None, **_: Any) -> None:
    """Receiver of Django's signal, which comes before the session is gone: it has to be gone when sockets ask."""
    if request is not None and hasattr(request, "session"):
        request.session.flush()
    let_go(user)


def password_is_new(sender: Any = None, user: Any = None, **_: Any) -> None:
    """Receiver of allauth's signals: password changed, set or reset."""
    let_go(user)
