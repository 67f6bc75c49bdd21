"""Held back: who holds a role that needs a second factor sets one up before anything else."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from cooperatives.rest import document
from cooperatives.rest.problems import MEDIA_TYPE

from .factors import lacks_factor

# Whose account it is and how the API is used: open to who has yet to set up a factor.
_OPEN_MODULES = ("allauth.", "drf_spectacular.")


def before_factor(view: Callable[..., Any]) -> Callable[..., Any]:
    """Open a view also to who is held back: it shows or changes nothing but their own sign-in."""
    view.before_factor = True  # type: ignore[attr-defined]
    return view


def held(request: Any, view: Any) -> HttpResponseBase | None:
    """Lead a person to the page where a factor is set up; tell a program what its person has to do. None: not held."""
    if _is_open(view) or not lacks_factor(request.actor):
        return None
    sentence = _("Your role needs a second factor. Set one up on the page Security, then go on.")
    if request.path_info.startswith("/api/"):
        return JsonResponse(document(403, "factor_required", sentence), status=403, content_type=MEDIA_TYPE)
    address = reverse("members:security")
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else _led(request, address, sentence)


def _led(request: Any, address: str, sentence: str) -> HttpResponseBase:
    messages.warning(request, sentence)
    return redirect(address)


def _is_open(view: Any) -> bool:
    found = getattr(view, "cls", getattr(view, "view_class", view))
    return getattr(found, "before_factor", False) or str(getattr(found, "__module__", "")).startswith(_OPEN_MODULES)
