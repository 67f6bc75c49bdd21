"""Entering: who acts and which cooperatives are active, for every request."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseNotAllowed
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .errors import wrong_method
from .models import Cooperative
from .policy import ANONYMOUS, Actor, actor_of_token, sign_ins
from .rest.problems import MEDIA_TYPE, document
from .tenancy import enter, entered, entering_each, entering_each_async

_INSIDE = re.compile(r"^/c/(?P<slug>[-a-zA-Z0-9_]+)(?:/|$)")  # what no address can be, such as NUL, asks no database
_API = "/api/"
OF_PAGES = ("GET", "HEAD", "POST", "OPTIONS")
_BEARER = "bearer "
_NOBODY = ("/static/", "/healthz", "/readyz", "/metrics")  # answered without asking the database who it is


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
            response = _out_of_scope(request) or _odd_method(request) or self.get_response(request)
            if isinstance(response, HttpResponseNotAllowed) and not request.path_info.startswith(_NOBODY):
                response = wrong_method(request, response)
            if isinstance(response, StreamingHttpResponse):
                each: Any = entering_each_async if response.is_async else entering_each
                response.streaming_content = each(response.streaming_content, entered())
        return _private(request, response)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """A cooperative that does not exist and one the actor does not stand in are the same 404.

        Who has to do something about their login first is led there, whatever they asked for.
        """
        held: HttpResponseBase | None = sign_ins().held(request, view) if request.actor.is_signed_in else None
        if held is not None:
            return held
        if _INSIDE.match(request.path_info):
            kwargs.pop("slug", None)  # views read request.cooperative
            if request.cooperative is None and request.actor.is_signed_in:
                raise Http404
        return None

    def _actor(self, request: Any) -> Actor:
        if request.path_info.startswith(_NOBODY):
            return ANONYMOUS
        header = request.headers.get("Authorization", "")
        # Tokens open the API alone: a program that holds one gets no page, where its owner's account is changed.
        if header.lower().startswith(_BEARER) and request.path_info.startswith(_API):
            return self._of_token(request, header[len(_BEARER) :].strip())
        return self._of_session(request) if request.user.is_authenticated else ANONYMOUS

    def _of_session(self, request: Any) -> Actor:
        actor = Actor.of(request.user)
        if sign_ins().lasts(request, actor):
            return actor
        request.user = AnonymousUser()
        return ANONYMOUS

    def _of_token(self, request: Any, token: str) -> Actor:
        actor = actor_of_token(token)
        request.token_failed = actor is None
        if actor is None:
            return ANONYMOUS
        # A token speaks for itself: the cookie of another sign-in must not widen or narrow it.
        request.user = actor.user
        request.by_token = True
        return actor

    def _cooperative(self, request: Any) -> Cooperative | None:
        match = _INSIDE.match(request.path_info)
        if match is None or not request.actor.is_signed_in:
            return None
        mine = Cooperative.objects.filter(pk__in=request.actor.cooperative_ids)
        return mine.filter(slug=match["slug"]).first()


def _out_of_scope(request: Any) -> HttpResponseBase | None:
    """The one place where scopes are enforced for every address of the API: a refusal, or None."""
    credential = request.actor.credential
    if credential is None or credential.allows(request.method):
        return None
    sentence = _("This key may only read. Make one with the scope write, or sign in.")
    return JsonResponse(document(403, "scope", sentence), status=403, content_type=MEDIA_TYPE)


def _odd_method(request: Any) -> HttpResponseBase | None:
    """Pages take what browsers send; a view that looks for POST alone would answer PUT like GET."""
    is_odd = request.method not in OF_PAGES and not request.path_info.startswith(_API)
    return HttpResponseNotAllowed(OF_PAGES) if is_odd else None


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
