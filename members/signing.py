"""Signing up and signing in without a page: what the API does where allauth's views would draw one.

Neither tells whether an address is known: both ways do the same work and answer with the same words.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Invalid, RuleBroken

from .models import User

_FIELDS = {"password1": "password", "password2": "password", "__all__": None}


class NotSignedIn(RuleBroken):
    """Nobody is signed in by these words."""

    status, code = 401, "not_signed_in"


class TooMany(RuleBroken):
    """Too many tries for one login."""

    status, code = 429, "throttled"


class NotYet(RuleBroken):
    """Right words for a login that is not open."""

    status, code = 403, "not_yet"


def sign_up(request: HttpRequest, *, email: str, password: str, name: str) -> None:
    """Make a login and send its link; for an address that is known, tell its owner instead.

    Raises Invalid naming the field, for the same reasons whether or not the address is known.
    """
    form = SignupForm({"email": email, "password1": password, "password2": password, "name": name})
    if not form.is_valid():
        field, messages = next(iter(form.errors.items()))
        raise Invalid("invalid", messages[0], _FIELDS.get(field, field))
    if form.account_already_exists:
        make_password(password)
        _tell_owner(request, form.cleaned_data["email"])
        return
    try:
        with transaction.atomic():
            user = form.save(request)
    except ImmediateHttpResponse:
        return  # somebody signed up with this address at the same moment
    send_link(request, EmailAddress.objects.get_primary(user) or EmailAddress.objects.get(user=user), signup=True)


def _tell_owner(request: HttpRequest, email: str) -> None:
    if _may_mail(request, email):
        get_adapter(request).send_account_already_exists_mail(email)


def send_link(request: HttpRequest, address: EmailAddress, *, signup: bool = False) -> None:
    """Send the link that proves an address, unless one was sent a moment ago."""
    if _may_mail(request, address.email):
        address.send_confirmation(request, signup=signup)


def _may_mail(request: HttpRequest, email: str) -> bool:
    return bool(ratelimit.consume(request, action="confirm_email", key=email.lower()))


def sign_in(request: HttpRequest, *, email: str, password: str, code: str = "") -> User:
    """The user behind address and password.

    Raises NotSignedIn in the same words for an unknown address and a wrong password; what is wrong with a login
    (address not proved, switched off, second factor missing) is said only after the right password.
    """
    user = _proved(request, email.strip().lower(), password)
    if not user.can_sign_in:
        raise NotYet("switched_off", _("This login is switched off. Ask who keeps the installation."))
    address = EmailAddress.objects.filter(user=user, email=user.email).first()
    if address is None or not address.verified:
        send_link(request, address or EmailAddress.objects.create(user=user, email=user.email, primary=True))
        raise NotYet("email_unverified", _("Open the link that we sent to this address first. Then sign in again."))
    _second_factor(user, code)
    return user


def _proved(request: HttpRequest, email: str, password: str) -> User:
    try:
        user = get_adapter(request).authenticate(request, email=email, password=password)
    except ValidationError as error:
        raise TooMany("throttled", _("Too many tries for this login. Wait five minutes, or set a new password.")) from error
    if user is None:
        raise NotSignedIn("invalid_login", _("The address or the password is not right."))
    found: User = user
    return found


def _second_factor(user: User, code: str) -> None:
    if not get_mfa_adapter().is_mfa_enabled(user):
        return
    if not code:
        raise NotSignedIn("second_factor", _("Send the code of your second factor as code."), "code")
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    factors: list[Any] = list(Authenticator.objects.filter(user=user, type__in=kinds))
    if not any(factor.wrap().validate_code(code) for factor in factors):
        raise NotSignedIn("second_factor", _("This code is not right, or was used before."), "code")
