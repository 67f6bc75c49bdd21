"""How a login is proved: by allauth, for logins that are open."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from cooperatives.queries import Compiled

from .models import User

_by_key = Compiled(lambda key: User._default_manager.filter(pk=key), owned=False, key=int)


class Backend(AuthenticationBackend):
    """allauth's backend, which also ends the sessions of demo logins once the demo is not shown any more."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether this login is open."""
        return bool(user.can_sign_in)

    def get_user(self, user_id: Any) -> User | None:
        """The login behind a session, while it is open."""
        user: User | None = _by_key.first(key=User._meta.pk.to_python(user_id))
        return user if user is not None and self.user_can_authenticate(user) else None
