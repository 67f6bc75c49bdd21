"""What tests of pages share: addresses, the mailed link, and a page without what differs by lot."""

import re
from typing import Any

from django.core import mail
from django.test import Client

from .factories import PASSWORD

SIGNUP, LOGIN, LOGOUT = "/accounts/signup/", "/accounts/login/", "/accounts/logout/"
RESET, CHANGE, CODE = "/accounts/password/reset/", "/accounts/password/change/", "/accounts/login/code/"
NEW = "another-lantern-12"


def form(**changed: str) -> dict[str, str]:
    """A sign-up form, filled in."""
    return {"name": "New Person", "email": "New@Example.org", "password1": PASSWORD, "password2": PASSWORD} | changed


def link(index: int = -1) -> str:
    """The link in a mail."""
    found = re.search(r"http://testserver(/\S+)", str(mail.outbox[index].body))
    assert found
    return found[1]


def is_in(client: Client) -> bool:
    """Whether somebody is signed in."""
    return client.get("/profile/").status_code == 200


def plain(response: Any) -> str:
    """The page, without what is drawn by lot for every answer (CSRF token and nonce)."""
    return re.sub(r'(content|value|nonce)="[\w+/=-]{22,}"', "", response.content.decode())
