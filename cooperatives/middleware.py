"""Entering: who acts and which cooperatives are active, for every request."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation

from .models import Cooperative
from .policy import ANONYMOUS, Actor, user_of_token
from .tenancy import enter, entered, entering_each, entering_each_async

_INSIDE = re.compile(r"^/c/(?P<slug>[-a-zA-Z0-9_]+)(?:/|$)")  # what no address can be, such as NUL, asks no database
_BEARER = "bearer "


class Entering:
    """The innermost middleware. Synchronous on purpose: under ASGI the whole chain then costs one thread hop.

    Pages under /c/<slug>/ act within that cooperative; everything else within the set the actor belongs to.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        """Resolve the actor and the cooperative, and answer inside them; streamed bodies too."""
        request.token_failed = False
        request.actor = self._actor(request)
        request.cooperative = self._cooperative(request)
        ids = [request.cooperative.pk] if request.cooperative else request.actor.cooperative_ids
        with enter(ids, request.actor.user_id), _spoken(request):
            response = self.get_response(request)
            if isinstance(response, StreamingHttpResponse):
                each: Any = entering_each_async if response.is_async else entering_each
                response.streaming_content = each(response.streaming_content, entered())
        return _private(request, response)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        """A cooperative that does not exist and one the actor does not stand in are the same 404."""
        if _INSIDE.match(request.path_info):
            kwargs.pop("slug", None)  # views read request.cooperative
            if request.cooperative is None and request.actor.is_signed_in:
                raise Http404

    def _actor(self, request: Any) -> Actor:
        header = request.headers.get("Authorization", "")
        if header.lower().startswith(_BEARER):
            return self._of_token(request, header[len(_BEARER) :].strip())
        if request.path_info.startswith(("/static/", "/healthz/")):
            return ANONYMOUS
        user = request.user
        return Actor.of(user) if user.is_authenticated else ANONYMOUS

    def _of_token(self, request: Any, token: str) -> Actor:
        found = user_of_token(token)
        request.token_failed = found is None
        if found is None:
            return ANONYMOUS
        # A token speaks for itself: the cookie of another sign-in must not widen or narrow it.
        request.user = found[0]
        request.by_token = True
        return Actor.of(found[0])

    def _cooperative(self, request: Any) -> Cooperative | None:
        match = _INSIDE.match(request.path_info)
        if match is None or not request.actor.is_signed_in:
            return None
        mine = Cooperative.objects.filter(pk__in=request.actor.cooperative_ids)
        return mine.filter(slug=match["slug"]).first()


@contextmanager
def _spoken(request: Any) -> Iterator[None]:
    """The reader's own language wins, then the cooperative's, then what the browser asks for; its zone while inside it."""
    wish = getattr(request.actor.user, "locale", "") or getattr(request.cooperative, "locale", "")
    zone = timezone.override(request.cooperative.zone) if request.cooperative else nullcontext()
    with translation.override(wish or translation.get_language()), zone:
        yield


def _private(request: Any, response: HttpResponseBase) -> HttpResponseBase:
    """What a signed-in reader got is for nobody else's cache."""
    if request.actor.is_signed_in and not response.has_header("Cache-Control"):
        response["Cache-Control"] = "private, no-store"
    return response
