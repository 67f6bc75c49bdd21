"""How a login is proved: by allauth, for logins that are open."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend


class Backend(AuthenticationBackend):
    """allauth's backend, which also ends the sessions of demo logins once the demo is not shown any more."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether this login is open."""
        return bool(user.can_sign_in)
