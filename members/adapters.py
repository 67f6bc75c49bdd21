"""What allauth asks us: how an address is written, what a new login is called, where it goes."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest
from django.shortcuts import resolve_url

from .models import User


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

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        """Refuse a login that is switched off; a demo login where no demo is shown counts as one."""
        if not user.can_sign_in:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

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
        user.name = (full or data.get("username") or "").strip()[:150]
        return user

    def get_signup_form_initial_data(self, sociallogin: Any) -> dict[str, Any]:
        """What the sign-up form already knows."""
        return {**super().get_signup_form_initial_data(sociallogin), "name": sociallogin.user.name}
