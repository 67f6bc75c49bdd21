"""What tests of the ways in start from: mails that leave when they are told to, codes that can be read again."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.jobs import send_invitations
from members.models import Membership, User
from members.tests.factories import a_member

from .windows import house as house, window as window


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[int, ...]]]:
    """The jobs that were woken, instead of a broker that runs them; the door beyond it is not ours."""
    found: list[tuple[str, tuple[int, ...]]] = []
    monkeypatch.setattr("members.waking.current_app.send_task", lambda job, args, **_: found.append((job, tuple(args))))
    return found


@pytest.fixture
def posted(alder: Cooperative) -> Callable[[], list[str]]:
    """Let what is due leave; answers the code of each mail that left, by order."""

    def run() -> list[str]:
        before = len(mail.outbox)
        send_invitations(alder.pk)
        return [code_in(str(message.body)) for message in mail.outbox[before:]]

    return run


def code_in(text: str) -> str:
    """The code of the link in a mail or on a page."""
    found = re.search(r"/join/with/([0-9a-z]{26})/", text)
    assert found, text
    return found[1]


@pytest.fixture
def register(alder: Cooperative) -> dict[str, Membership]:
    """Three people whom only the register knows: two with addresses, one without."""
    return {
        "cleo": a_member(alder, name="Cleo Park", email="cleo@example.org"),
        "dora": a_member(alder, name="Dora Lund", email="Dora@Example.org"),
        "emil": a_member(alder, name="Emil Rask"),
    }


@pytest.fixture
def inside(alder: Cooperative) -> Iterator[None]:
    """Look into the cooperative as nobody in particular."""
    with enter([alder.pk]):
        yield


@pytest.fixture
def signed_in(client: Client) -> Callable[[User], Client]:
    """A browser in which somebody has signed in."""

    def as_user(user: User) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return as_user


def said(response: Any) -> str:
    """What a page says."""
    return str(response.content.decode())
