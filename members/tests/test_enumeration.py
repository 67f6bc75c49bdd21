"""No door tells whether it knows an address: the same text, status and headers, and the same costly work, for everybody.

Work is counted and not timed: one hash of a password costs some hundred times as much as all the rest.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client

from .browser import CODE, LOGIN, RESET, SIGNUP
from .factories import PASSWORD, a_user

JSON = {"content_type": "application/json"}
WRONG = "wrong-guess-77"
BY_LOT = {"X-Request-ID", "Content-Length"}
# Door -> how it is sent for an address, whether a password is hashed, how many mails the first one sends.
DOORS: dict[str, tuple[Callable[[Client, str], Any], int, int]] = {
    "page sign-in": (lambda client, email: client.post(LOGIN, {"login": email, "password": WRONG}), 1, 0),
    "page sign-up": (
        lambda client, email: client.post(
            SIGNUP, {"name": "N", "email": email, "password1": PASSWORD, "password2": PASSWORD}
        ),
        1,
        1,
    ),
    "page reset": (lambda client, email: client.post(RESET, {"email": email}), 0, 1),
    "page code": (lambda client, email: client.post(CODE, {"email": email}), 0, 1),
    "API sign-in": (lambda client, email: client.post("/api/v1/auth/login/", {"email": email, "password": WRONG}, **JSON), 1, 0),
    "API sign-in for one cooperative": (
        lambda client, email: client.post(
            "/api/v1/auth/login/", {"email": email, "password": WRONG, "code": "123456", "cooperative": 1}, **JSON
        ),
        1,
        0,
    ),
    "API sign-up": (
        lambda client, email: client.post("/api/v1/auth/register/", {"email": email, "password": PASSWORD, "name": "N"}, **JSON),
        1,
        1,
    ),
}  # fmt: skip
PEOPLE: dict[str, dict[str, Any]] = {
    "known": {},
    "switched off": {"is_active": False},
    "not proved": {"proved": False},
    "without a password": {"password": None},
    "of the demo": {"is_demo": True},
}


@pytest.fixture
def addresses(db: None) -> dict[str, str]:
    """One address of each kind of login, and one that nobody has; as long as each other."""
    there = {
        kind: a_user(kind.title(), email=f"p{index}@example.org", **facts).email
        for index, (kind, facts) in enumerate(PEOPLE.items())
    }
    return {**there, "unknown": "p9@example.org"}


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was hashed."""
    found: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        found.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    return found


@pytest.fixture(autouse=True)
def one_moment() -> Iterator[None]:
    """Time stands still: answers say how long to wait."""
    with time_machine.travel("2026-11-20T10:00:00Z", tick=False):
        yield


def said(answer: Any, email: str) -> tuple[Any, ...]:
    """All that an answer says, without what is drawn by lot for every one."""
    text = re.sub(r'(content|value|nonce)="[\w+/=-]{22,}"', "", answer.content.decode()).replace(email, "")
    headers = sorted((key, re.sub(r"nonce-[^']+", "", value)) for key, value in answer.headers.items() if key not in BY_LOT)
    return answer.status_code, headers, sorted(answer.cookies), text


@pytest.mark.parametrize("door", DOORS)
def test_six_tries_in_a_row_are_answered_alike_whoever_it_is(addresses: dict[str, str], door: str) -> None:
    send, _hashes, _mails = DOORS[door]
    stories = {}
    for index, (kind, email) in enumerate(addresses.items()):
        client = Client(REMOTE_ADDR=f"203.0.113.{index}")
        stories[kind] = [story for _ in range(6) for story in _followed(client, send(client, email), email)]
    assert [kind for kind, story in stories.items() if story != stories["unknown"]] == []


def _followed(client: Client, answer: Any, email: str) -> list[tuple[Any, ...]]:
    """The answer, and the page it leads to."""
    led = [client.get(answer["Location"])] if answer.has_header("Location") else []
    return [said(each, email) for each in (answer, *led)]


@pytest.mark.parametrize("door", DOORS)
def test_the_same_costly_work_is_done_and_as_many_mails_go_out(addresses: dict[str, str], hashed: list[str], door: str) -> None:
    send, hashes, mails = DOORS[door]
    done = {}
    for index, (kind, email) in enumerate(addresses.items()):
        hashed.clear()
        mail.outbox.clear()
        send(Client(REMOTE_ADDR=f"203.0.113.{index}"), email)
        done[kind] = (len(hashed), [letter.to for letter in mail.outbox])
    assert done == {kind: (hashes, [[email]] * mails) for kind, email in addresses.items()}


def test_a_wrong_code_is_answered_alike_whoever_it_is(addresses: dict[str, str]) -> None:
    stories = {}
    for index, (kind, email) in enumerate(addresses.items()):
        client = Client(REMOTE_ADDR=f"203.0.113.{index}")
        address = client.post(CODE, {"email": email})["Location"]
        stories[kind] = [story for _ in range(4) for story in _followed(client, client.post(address, {"code": "AAAA-1"}), email)]
    assert [kind for kind, story in stories.items() if story != stories["unknown"]] == []


def test_the_differences_would_be_seen(addresses: dict[str, str]) -> None:
    client = Client()
    right = client.post(LOGIN, {"login": addresses["known"], "password": PASSWORD})
    wrong = Client().post(LOGIN, {"login": addresses["known"], "password": WRONG})
    assert said(right, addresses["known"]) != said(wrong, addresses["known"])
