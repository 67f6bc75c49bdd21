"""Who speaks to the API. Stands apart from `rest`, because the framework loads it before its own views."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.request import Request


class SessionOrToken(BaseAuthentication):
    """The middleware has found out who acts; here a bad token is refused and a cookie has to bring its CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """The user, or None for a visitor. Raises AuthenticationFailed for a token that is not good."""
        plain: Any = request._request
        if plain.token_failed:
            raise exceptions.AuthenticationFailed(_("The access token is not valid or has ended. Refresh it or sign in."))
        if not plain.actor.is_signed_in:
            return None
        if not getattr(plain, "by_token", False):
            self._enforce_csrf(plain)
        return plain.actor.user, None

    def _enforce_csrf(self, request: HttpRequest) -> None:
        check = CSRFCheck(lambda _: None)  # type: ignore[arg-type]
        check.process_request(request)
        reason = check.process_view(request, _unseen, (), {})
        if reason:
            raise exceptions.PermissionDenied(
                _("The CSRF token is missing or wrong. Send it as X-CSRFToken, or use a bearer token.")
            )

    def authenticate_header(self, request: Request) -> str:
        """What a 401 offers."""
        return 'Bearer realm="api"'


def _unseen(*args: Any, **kwargs: Any) -> Any:
    """Stands for the view: the check only looks whether it is exempt."""
