"""The base of every page: load and authorise in one call, answer whole or in part."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from ..actions import RuleBroken, Stale
from ..models import Cooperative
from ..policy import Actor, may, sign_ins
from .forms import ActionForm, VersionField, as_page

M = TypeVar("M", bound=Model)
PAGE = 50


class CoopRequest(HttpRequest):
    """A request as our pages get it: with its actor and, under /c/<slug>/, its cooperative."""

    actor: Actor
    cooperative: Cooperative
    htmx: HtmxDetails


View = Callable[..., HttpResponseBase]


def needs(action: str, *, fresh: bool = False) -> Callable[[View], View]:
    """Open a page to those who may do `action` in the active cooperative (or at all, outside one).

    A visitor is sent to sign in; a stranger gets 404 from the middleware; a member without the right 403. A `fresh`
    page also asks who has not proved who they are within the last minutes, when it is opened and when it is sent; what
    was typed is kept meanwhile.
    """

    def guard(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: CoopRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request.actor, action, request.cooperative):
                if not request.actor.is_signed_in:
                    return _to_sign_in(request)
                raise PermissionDenied
            return sign_ins().prove(request) if fresh and not sign_ins().is_fresh(request) else view(request, *args, **kwargs)

        guarded.needs, guarded.fresh = action, fresh  # type: ignore[attr-defined]
        return guarded

    return guard


def _to_sign_in(request: CoopRequest) -> HttpResponse:
    """Signing in, and back. A script would take the page that a redirect leads to for its answer, so it is told instead."""
    if is_partial(request):
        sentence = _("You are signed out, and nothing was changed. Reload the page and sign in.")
        return JsonResponse({"code": "signed_out", "detail": sentence}, status=401)
    return redirect_to_login(_way_back(request))


def _way_back(request: CoopRequest) -> str:
    """What to open after signing in. What was sent is lost, and its address may be no page: then the page it was sent from."""
    sent_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(sent_from, {request.get_host()}, require_https=request.is_secure())
    if request.method in ("GET", "HEAD") or not ours:
        return request.get_full_path()
    return urlsplit(sent_from)._replace(scheme="", netloc="", fragment="").geturl()


def fetch(request: CoopRequest, queryset: "QuerySet[M]", to: str, **where: Any) -> M:
    """The one row that matches, if the actor may do `to` to it. Raises Http404 outside, PermissionDenied inside."""
    try:
        row = queryset.get(**where)
    except (ObjectDoesNotExist, ValueError, OverflowError) as error:
        raise Http404 from error
    if not may(request.actor, to, row):
        raise PermissionDenied
    return row


def is_partial(request: CoopRequest) -> bool:
    """Whether htmx asks for a fragment; boosted and history-restoring requests want the whole page."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def respond(
    request: CoopRequest, page: str, partial: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Answer with the partial when htmx asks for one, else with the whole page."""
    return render(request, partial if is_partial(request) else page, context, status=status)


def seen_version(request: CoopRequest) -> int | None:
    """The version that the page showed when its form was sent; None for what is none."""
    try:
        return VersionField().clean(request.POST.get("version"))
    except ValidationError:
        return None


def tell(request: CoopRequest, form: ActionForm, sentence: str) -> None:
    """Say what a form did, on the page that comes next; a form that was sent twice has said it."""
    if not form.is_replay:
        messages.success(request, sentence)


def put_away(request: CoopRequest, change: Callable[..., Any], row: Any) -> bool:
    """Archive or restore a row where the pressed button says so (`archived`: yes or no), and say what came of it.

    False when the post is about something else. A refusal is a message: there is no form to show it in.
    """
    wish = request.POST.get("archived")
    if wish not in ("yes", "no"):
        return False
    try:
        change(request.actor, row, version=seen_version(request), archived=wish == "yes")
    except Stale:
        messages.error(request, _("Somebody changed this in the meantime, so nothing was done. Look at it and press again."))
    except RuleBroken as broken:
        as_page(broken)
        messages.error(request, broken.sentence)
    else:
        messages.success(request, _("Archived.") if wish == "yes" else _("Restored."))
    return True


def pager(request: CoopRequest, rows: Any, size: int = PAGE) -> "Page":
    """One page of a list; a page number that is none shows the nearest."""
    page = Paginator(rows, size).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return Page(list(page.object_list), page.number, page.paginator.num_pages, page.paginator.count, size, query.urlencode())


@dataclass(frozen=True)
class Page:
    """One page of rows, with what the pager shows."""

    items: list[Any]
    number: int
    pages: int
    total: int
    size: int
    query: str = ""

    @property
    def previous(self) -> int | None:
        """The number of the page before."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The number of the page after."""
        return self.number + 1 if self.number < self.pages else None

    @property
    def first_index(self) -> int:
        """The position of its first row, counted from 1; 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last_index(self) -> int:
        """The position of its last row."""
        return min(self.number * self.size, self.total)
