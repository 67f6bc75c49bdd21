"""How many requests a minute one login, or one key, may send to the API; counted by all workers together."""

from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.throttling import BaseThrottle

from ..counting import Count, count

SPAN = 60


class Allowance(BaseThrottle):
    """Each key has its own allowance, so that a program that runs wild leaves its owner's other doors open.

    The framework's own throttles read a list and write it back, so that parallel requests are not all counted.
    """

    counted: Count | None = None

    def allow_request(self, request: Any, view: Any) -> bool:
        """Whether this minute has room; API_LIMIT 0 counts nothing."""
        if not settings.API_LIMIT:
            return True
        actor = request._request.actor
        who = actor.credential.name if actor.by_key else f"user:{actor.user_id}"
        self.counted = request._request.allowance = count(f"api:{who}", settings.API_LIMIT, SPAN)
        return self.counted.has_room

    def wait(self) -> float | None:
        """Seconds until the next try."""
        return self.counted.wait if self.counted else None


def show_allowance(request: Any, response: HttpResponseBase) -> None:
    """Say what is left, in the words of the draft standard for RateLimit header fields."""
    counted: Count | None = getattr(request, "allowance", None)
    if counted is not None:
        response["RateLimit-Policy"] = f'"api";q={counted.most};w={SPAN}'
        response["RateLimit"] = f'"api";r={max(counted.left, 0)};t={counted.wait}'
