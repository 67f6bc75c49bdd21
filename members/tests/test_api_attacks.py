"""Every API address of the room against what strangers send: never a 500, never a word about what is hidden."""

from typing import Any

import pytest
from django.test import Client

from cooperatives.models import Cooperative
from members import tokens
from members.models import Membership, User

from .factories import acting, bearer

AUTH = [f"/api/v1/auth/{name}/" for name in ("register", "login", "refresh", "logout", "profile")]
TEXTS = [
    "'; DROP TABLE members_user; --",
    "<script>alert(1)</script>",
    "\u202eright to left",
    "🌻" * 100,
    "x" * 10_000,
    "\ud800",
    "a\x00b",
    "../../etc/passwd",
    "{{7*7}}",
    "%s%n",
]


def addresses(user: User, cooperative: Cooperative) -> list[str]:
    with acting(user):
        row = Membership.objects.get(user=user)
    return [*AUTH, f"/api/v1/users/{user.public_id}/", "/api/v1/memberships/", f"/api/v1/memberships/{row.public_id}/"]


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options", "head"])
def test_no_method_of_any_address_breaks(client: Client, ada: User, alder: Cooperative, method: str, signed_in: bool) -> None:
    headers = bearer(tokens.issue(ada).access) if signed_in else {}
    for address in addresses(ada, alder):
        answer = client.generic(method.upper(), address, b"{}", content_type="application/json", headers=headers)
        assert answer.status_code < 500, (method, address)
        if answer.status_code >= 400 and method != "head":
            assert answer["Content-Type"] == "application/problem+json", (method, address)
            assert answer.json()["status"] == answer.status_code
            assert answer.json()["detail"]


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_in_any_field_breaks(client: Client, ada: User, alder: Cooperative, text: str) -> None:
    headers = bearer(tokens.issue(ada).access)
    for field in ("name", "about", "locale", "role", "is_active", "version", "email", "password", "refresh", "code", text):
        body = {"email": "new@example.org", "password": "kettle-lantern-47", "name": "N", "version": 1, field: text}
        for address, method in ((AUTH[0], "post"), (AUTH[1], "post"), (AUTH[2], "post"), (AUTH[4], "patch")):
            answer: Any = getattr(client, method)(address, body, content_type="application/json", headers=headers)
            assert answer.status_code < 500, (address, field)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/xml"])
def test_only_json_is_read(client: Client, ada: User, kind: str) -> None:
    answer = client.generic("POST", AUTH[1], b"email=a&password=b", content_type=kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_body_beyond_all_measure_is_refused(client: Client, ada: User) -> None:
    answer = client.generic("POST", AUTH[1], b'{"email": "' + b"x" * 3_000_000 + b'"}', content_type="application/json")
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"


def test_no_answer_ever_holds_a_password_or_a_hash(client: Client, ada: User, alder: Cooperative) -> None:
    headers = bearer(tokens.issue(ada).access)
    for address in addresses(ada, alder):
        shown = client.get(address, headers=headers).content.decode()
        assert ada.password not in shown
        assert "password" not in shown


def test_what_is_private_is_for_nobodys_cache(client: Client, ada: User, alder: Cooperative) -> None:
    headers = bearer(tokens.issue(ada).access)
    for address in addresses(ada, alder)[4:]:
        assert "no-store" in client.get(address, headers=headers)["Cache-Control"], address


def test_a_session_reads_the_api_too(client: Client, ada: User, alder: Cooperative) -> None:
    client.force_login(ada)
    for address in addresses(ada, alder)[4:]:
        assert client.get(address).status_code == 200, address
