"""Where sessions are kept: Django's database store, which asks for a session by a question that is compiled once."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from .compiling import Compiled

_by_key = Compiled(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), owned=False, key=str, now=datetime
)


class SessionStore(DatabaseStore):
    """Sessions in the database, as Django keeps them."""

    def _get_session_from_db(self) -> Any:
        key = self.session_key or ""
        # Whatever a cookie says is looked up; PostgreSQL refuses a NUL with an error of the server.
        found = _by_key.first(key=key, now=timezone.now()) if key.isascii() and key.isalnum() else None
        if found is None:
            self._session_key = None
        return found
