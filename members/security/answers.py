"""What the doors of every room are answered about a sign-in (cooperatives/policy/sign_in.py)."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBase

from cooperatives.policy import Actor, SignIns

from . import fresh, held, sessions
from .factors import lacks_factor


class Answers(SignIns):
    """Sessions, second factors and fresh sign-ins as this room keeps them."""

    def ends(self, session: Any, actor: Actor) -> datetime:
        """See `sessions.ends`."""
        return sessions.ends(session, actor)

    def lasts(self, request: Any, actor: Actor) -> bool:
        """See `sessions.lasts`."""
        return sessions.lasts(request, actor)

    def is_held(self, actor: Actor) -> bool:
        """Held: a role that needs a second factor, and none set up."""
        return lacks_factor(actor)

    def held(self, request: Any, view: Any) -> HttpResponseBase | None:
        """See `held.held`."""
        return held.held(request, view)

    def is_fresh(self, request: Any) -> bool:
        """See `fresh.is_fresh`."""
        return fresh.is_fresh(request)

    def prove(self, request: Any) -> HttpResponse:
        """See `fresh.prove`."""
        return fresh.prove(request)
