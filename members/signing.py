"""Signing up and signing in without a page: what the API does where allauth's views would draw one.

Neither tells whether an address is known: both ways do the same work and answer with the same words.
"""

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Invalid, RuleBroken, TooMany
from cooperatives.policy import Actor

from .models import User
from .security.factors import APP, has_factor, lacks_factor
from .security.forms import Authenticate

LOCKED = 300  # seconds, at most: allauth does not say how long its lock still holds
_PASSKEY = _(
    "A passkey proves this login, and that works in browsers alone. Make an API key, set up an authenticator app, "
    "or send a recovery code as code."
)
_FIELDS = {"password1": "password", "password2": "password", "__all__": None}


class NotSignedIn(RuleBroken):
    """Nobody is signed in by these words."""

    status, code = 401, "not_signed_in"


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
        if _may_mail(request, form.cleaned_data["email"]):
            get_adapter(request).send_account_already_exists_mail(form.cleaned_data["email"])  # hashes as well
        else:
            make_password(password)
        return
    try:
        with transaction.atomic():
            user = form.save(request)
    except ImmediateHttpResponse:
        return  # somebody signed up with this address at the same moment
    send_link(request, EmailAddress.objects.get_primary(user) or EmailAddress.objects.get(user=user), signup=True)


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
    if settings.REQUIRE_FACTOR_FOR and lacks_factor(Actor.of(user)):
        raise NotYet("factor_required", _("Your role needs a second factor. Sign in on the page and set one up first."))
    return user


def _proved(request: HttpRequest, email: str, password: str) -> User:
    try:
        user = get_adapter(request).authenticate(request, email=email, password=password)
    except ValidationError as error:
        sentence = _("Too many tries for this login. Wait five minutes, or set a new password.")
        raise TooMany("throttled", sentence, wait=LOCKED) from error
    if user is None:
        raise NotSignedIn("invalid_login", _("The address or the password is not right."))
    found: User = user
    return found


def _second_factor(user: User, code: str) -> None:
    """What was typed at the page counts here too: codes work once, five wrong ones close every door for five minutes."""
    if not has_factor(user):
        return
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    if not code and APP not in kinds:
        raise NotYet("passkey_only", _PASSKEY)
    if not code:
        raise NotSignedIn("code_required", _("Send the code of your authenticator app, or a recovery code, as code."), "code")
    form = Authenticate({"code": code}, user=user)
    if not form.is_valid():
        raise _refused(form)
    form.authenticator.record_usage()


def _refused(form: Authenticate) -> RuleBroken:
    first = form.errors.as_data()["code"][0]
    if first.code == "too_many_login_attempts":
        sentence = _("Too many tries for this login. Wait five minutes, or set a new password.")
        return TooMany("throttled", sentence, wait=LOCKED)
    return NotSignedIn("code_wrong", str(first.message), "code")
