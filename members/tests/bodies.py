"""Valid requests for the writing doors of this room: what an honest client would send (config/tests/proof/bodies.py)."""

from collections.abc import Callable
from typing import Any

from members.tokens import issue

from .factories import PASSWORD
from .homes import bodies as homes
from .importing import bodies as importing
from .people import bodies as people
from .privacy import bodies as privacy
from .regpages import bodies as regpages, desk
from .ways import bodies as ways

Body = Callable[[Any, str], dict[str, Any]]
SELF = {"name": "Called anew", "about": "Grows beans.", "locale": "en"}


def _user(world: Any, side: str) -> Any:
    return world.row(side, "members.user")


def register(world: Any, side: str) -> dict[str, Any]:
    """A login that is new."""
    return {"email": "newcomer@example.org", "password": PASSWORD, "name": "New Comer"}


def login(world: Any, side: str) -> dict[str, Any]:
    """The right words of the person of a side."""
    return {"email": _user(world, side).email, "password": PASSWORD}


def refresh(world: Any, side: str) -> dict[str, Any]:
    """A refresh token that was not used yet."""
    return {"refresh": issue(_user(world, side)).refresh}


def myself(world: Any, side: str) -> dict[str, Any]:
    """What somebody says about themselves; nobody in the world has done so before."""
    return {**SELF, "version": 1}


def somebody(world: Any, side: str) -> dict[str, Any]:
    """The same about the person of a side."""
    return {**SELF, "version": _user(world, side).version}


def switch_off(world: Any, side: str) -> dict[str, Any]:
    """The person of a side, chosen on the admin's list."""
    return {"action": "switch_off", "_selected_action": [_user(world, side).pk]}


def sign_up_page(world: Any, side: str) -> dict[str, Any]:
    """A login that is new, on the page."""
    return {"name": "New Comer", "email": "newcomer@example.org", "password1": PASSWORD, "password2": PASSWORD}


def login_page(world: Any, side: str) -> dict[str, Any]:
    """The right words, on the page."""
    return {"login": _user(world, side).email, "password": PASSWORD}


def own_password(world: Any, side: str) -> dict[str, Any]:
    """Everybody in the world has the same one."""
    return {"password": PASSWORD}


def new_password(world: Any, side: str) -> dict[str, Any]:
    """The old one and a better one."""
    return {"oldpassword": PASSWORD, "password1": "brass-meadow-82", "password2": "brass-meadow-82"}


def new_address(world: Any, side: str) -> dict[str, Any]:
    """A second address."""
    return {"action_add": "", "email": "second@example.org"}


def their_address(world: Any, side: str) -> dict[str, Any]:
    """The address of the person of a side, who has lost the password."""
    return {"email": _user(world, side).email}


def new_key(world: Any, side: str) -> dict[str, Any]:
    """A key for a program of one's own."""
    return {"name": "Door bell", "scope": "read", "days": 30}


def new_key_page(world: Any, side: str) -> dict[str, Any]:
    """The same on the page, where all cooperatives are a choice."""
    return {**new_key(world, side), "cooperative_id": 0}


def nothing(world: Any, side: str) -> dict[str, Any]:
    """A button: the address says it all."""
    return {}


ACCOUNTS: dict[str, Body] = {
    "account_login": login_page,
    "account_signup": sign_up_page,
    "account_reauthenticate": own_password,
    "account_change_password": new_password,
    "account_email": new_address,
    "account_reset_password": their_address,
    "account_request_login_code": their_address,
}
BODIES: dict[str, Body] = {
    **ACCOUNTS,
    **ways.BODIES,
    "auth-register": register,
    "auth-login": login,
    "auth-refresh": refresh,
    "auth-logout": refresh,
    "auth-profile": myself,
    "user-detail": somebody,
    "members:profile": myself,
    "members:key_new": new_key_page,
    "members:key_end": nothing,
    "members:end_others": nothing,
    "members:end_place": nothing,
    "members:end_program": nothing,
    "api-key-list": new_key,
    "api-key-detail": nothing,
    "admin:members_user_changelist": switch_off,
    **homes.BODIES,
    **people.BODIES,
    **regpages.BODIES,
    **desk.BODIES,
    **importing.BODIES,
    **privacy.BODIES,
}
