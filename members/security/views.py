"""The page Security: second factors, open sign-ins, and the way back after proving who one is."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.views import password_set as set_password
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cooperatives.web import CoopRequest, needs

from .. import tokens
from ..models import TokenFamily
from . import fresh, sessions
from .adapter import Unreadable
from .factors import APP, CODES, PASSKEY, lacks_factor
from .held import before_factor


@before_factor
@require_safe
@needs("members.profile")
def security(request: CoopRequest) -> HttpResponse:
    """How I sign in, and where I am signed in."""
    me = request.actor.user
    shown = {
        **_factors(me),
        "is_held": lacks_factor(request.actor),
        "places": sessions.places_of(me, request.session.session_key or ""),
        "programs": tokens.open_families(me),
        "holds_office": sessions.holds_office(request.actor),
    }
    return render(request, "members/security.html", shown)


def _factors(user: Any) -> dict[str, Any]:
    found = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    return {
        "app": next((factor for factor in found if factor.type == APP), None),
        "passkeys": [factor for factor in found if factor.type == PASSKEY],
        "codes": next((_codes(factor) for factor in found if factor.type == CODES), None),
    }


def _codes(factor: Authenticator) -> dict[str, int]:
    codes = factor.wrap()
    try:
        return {"left": len(codes.get_unused_codes()), "all": len(codes.generate_codes())}
    except Unreadable:
        return {"left": 0, "all": 0}


# --- Ending -----------------------------------------------------------------------------------------------------------


@before_factor
@require_POST
@needs("members.profile")
def end_place(request: CoopRequest, key: int) -> HttpResponse:
    """Sign one browser out; this one as well."""
    here = request.session.session_key
    if not sessions.end_place(request.actor.user, key):
        messages.info(request, _("That sign-in was over already."))
    elif sessions.is_over(here):
        logout(request)
        return redirect("home")
    else:
        messages.success(request, _("Signed out there."))
    return redirect("members:security")


@before_factor
@require_POST
@needs("members.profile")
def end_program(request: CoopRequest, family: UUID) -> HttpResponse:
    """End one sign-in through the API."""
    found = TokenFamily.objects.filter(pk=family, user=request.actor.user).first()
    if found is None:
        raise Http404
    tokens.end_family(found)
    messages.success(request, _("Signed out there."))
    return redirect("members:security")


@before_factor
@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.profile", fresh=True)
def end_others(request: CoopRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    if request.method == "POST":
        sessions.end_others(request.actor.user, here=request.session.session_key or "")
        messages.success(request, _("Signed out everywhere else."))
        return redirect("members:security")
    return render(request, "members/end_others.html")


# --- Proving again ----------------------------------------------------------------------------------------------------


@before_factor
@require_safe
@needs("members.profile")
def go_on(request: CoopRequest) -> HttpResponse:
    """What was sent too late waits here for one more press."""
    kept = fresh.take_kept(request)
    return render(request, "members/go_on.html", {"kept": kept}) if kept else redirect("home")


@before_factor
@require_safe
@needs("members.profile")
def sign_in_again(request: CoopRequest) -> HttpResponse:
    """For those with no password and no factor here: the only proof is to sign in anew."""
    wish = request.GET.get("next", "")
    login = f"{reverse('account_login')}?{urlencode({'next': fresh.within(request, wish)})}"
    return render(request, "members/sign_in_again.html", {"login": login})


@before_factor
@needs("members.profile", fresh=True)
def password_set(request: HttpRequest) -> Any:
    """A first password for who had none. allauth asks nothing before, and whoever sets one may prove with it later."""
    return set_password(request)
