"""Proving again who one is, before money, roles, exports and keys; what was typed is not lost over it."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from ..tokens import family_of_access
from .sessions import BEGUN

KEPT = "kept_post"
LARGEST = 100_000  # characters of one kept form; the session is a row in the database


def is_fresh(request: Any) -> bool:
    """Whether who acts signed in, or proved it again, within the last five minutes (ACCOUNT_REAUTHENTICATION_TIMEOUT).

    A program that signed in by itself is judged by its sign-in, however often it refreshed; a key is never fresh. A demo
    person is always: everybody may enter as one, so there is nothing to prove.
    """
    return time.time() - _proved_at(request) < app_settings.REAUTHENTICATION_TIMEOUT


def _proved_at(request: Any) -> float:
    if getattr(request, "by_token", False):
        family = family_of_access(request.headers["Authorization"].partition(" ")[2].strip())
        return family.created_at.timestamp() if family else 0
    if not request.user.is_authenticated:
        return 0
    if request.user.is_demo:
        return time.time()
    again = [record["at"] for record in get_authentication_records(request, request.user) if record.get("reauthenticated")]
    return max([request.session.get(BEGUN, 0), *again])


# --- Asking -----------------------------------------------------------------------------------------------------------


def prove(request: Any) -> HttpResponse:
    """Lead to the page that asks, and from there back: to the page that was opened, or to what was sent."""
    if getattr(request, "by_token", False):
        raise PermissionDenied
    here = request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        here = reverse("members:go_on") if _keep(request) else _form_of(request)
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    address = methods[0]["url"] if methods else reverse("members:sign_in_again")
    address = f"{address}?{urlencode({'next': here})}"
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)


# --- What was sent ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """A form that was sent too late, waiting for its sender to prove who they are and press once more."""

    path: str
    fields: list[list[str]]
    back: str


def _keep(request: Any) -> bool:
    pairs = [[name, value] for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    secret = any("password" in name for name, _value in pairs)
    if request.FILES or secret or sum(len(name) + len(value) for name, value in pairs) > LARGEST:
        messages.warning(request, _("Please fill in the form once more: this one could not be kept meanwhile."))
        return False
    request.session[KEPT] = {"path": request.get_full_path(), "fields": pairs, "back": _form_of(request)}
    return True


def _form_of(request: Any) -> str:
    """The page the form stood on."""
    return within(request, request.headers.get("Referer", ""))


def within(request: Any, address: str) -> str:
    """The address as a path of ours; home for one that leads elsewhere."""
    if address and url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(address)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return reverse("home")


def take_kept(request: Any) -> Kept | None:
    """What waits, once: whoever leaves the page without sending it has let it go."""
    found = request.session.pop(KEPT, None)
    return Kept(**found) if found else None
