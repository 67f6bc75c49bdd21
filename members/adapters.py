"""What allauth asks us: how an address is written, what a new login is called, where it goes."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest
from django.shortcuts import resolve_url
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from cooperatives.actions import unturned

from .models import User
from .security.devices import device
from .security.fresh import is_fresh, prove

_log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """One mailbox is one login, however its address is capitalised."""

    def clean_email(self, email: str) -> str:
        """The address in the one spelling we keep."""
        return str(super().clean_email(email)).strip().lower()

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Take the name over before the login is first saved."""
        user.name = form.cleaned_data.get("name", "").strip()
        try:
            with transaction.atomic():
                saved: User = super().save_user(request, user, form, commit)
        except IntegrityError as taken:
            # The same address signed up twice at one moment: the second hears what it would hear a second later.
            raise ImmediateHttpResponse(self.respond_email_verification_sent(request, user)) from taken
        return saved

    def unstash_verified_email(self, request: HttpRequest) -> str | None:
        """Read without writing: a session begun here, and only for new addresses, would tell which are new."""
        found: str | None = request.session.pop("account_verified_email", None)
        return found

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner that somebody tried; as slowly as a new login is made, or the time would tell that there is one."""
        make_password(get_random_string(12))
        super().send_account_already_exists_mail(email)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        """Refuse a login that is switched off; a demo login where no demo is shown counts as one."""
        if not user.can_sign_in:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within minutes of signing in; who has nothing else to prove with signs in anew."""
        if self.request is None or is_fresh(self.request) or not super().is_reauthentication_required(app=app, **kwargs):
            return False
        if self.request.user.is_authenticated and not self.get_reauthentication_methods(self.request.user):
            raise ImmediateHttpResponse(prove(self.request))
        return True

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to prove again who one is, as our pages call them."""
        said = {
            "reauthenticate": _("Use the password"),
            "mfa_reauthenticate": _("Use a code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        return [{**way, "description": said[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the owner what changed, and where from in plain words. A mail that fails does not undo what it tells of."""
        where = {"user_agent": device(self.get_http_user_agent(self.request))} if self.request else {}
        try:
            super().send_notification_mail(template_prefix, user, {**where, **(context or {})}, email)
        except OSError:
            _log.exception("the mail %s to user %s could not be sent", template_prefix, user.public_id)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's own profile."""
        return resolve_url("members:profile")


class SocialAdapter(DefaultSocialAccountAdapter):
    """Logins that come from GitHub, Google or an OpenID Connect server."""

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """The configured app of a provider; a provider that is not set up is not there."""
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist as missing:
            raise Http404 from missing

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Take over the name which the provider knows."""
        user: User = super().populate_user(request, sociallogin, data)
        full = data.get("name") or " ".join(filter(None, [data.get("first_name"), data.get("last_name")]))
        user.name = unturned(full or data.get("username") or "").strip()[:150]
        return user

    def get_signup_form_initial_data(self, sociallogin: Any) -> dict[str, Any]:
        """What the sign-up form already knows."""
        return {**super().get_signup_form_initial_data(sociallogin), "name": sociallogin.user.name}
