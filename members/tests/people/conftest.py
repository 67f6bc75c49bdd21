"""What the tests of the register start from."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from cooperatives import events
from cooperatives.events import Occurrence
from cooperatives.models import Cooperative
from members import tokens
from members.models import User
from members.roles import Role

from ..factories import a_member, a_user, bearer

Call = Callable[..., Any]


@pytest.fixture
def cleo(alder: Cooperative) -> User:
    """Cleo is the secretary of Alder Yard."""
    user = a_user("Cleo Park")
    a_member(alder, user, Role.SECRETARY, Role.MEMBER)
    return user


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Occurrence]]:
    """What was recorded, beside what the activity room writes."""
    seen: list[Occurrence] = []
    writer = events._writer

    def listen(occurrences: list[Occurrence]) -> None:
        seen.extend(occurrences)
        if writer:
            writer(occurrences)

    monkeypatch.setattr(events, "_writer", listen)
    yield seen


def told(written: list[Occurrence]) -> list[tuple[str, Any]]:
    """Kind and payload of everything recorded."""
    return [(occurrence.kind.name, occurrence.payload) for occurrence in written]


@pytest.fixture
def call(client: Client) -> Call:
    """Send JSON as a user: method, address, body."""

    def send(user: User, method: str, address: str, body: Any = None, **headers: str) -> Any:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(client, method)(address, headers={**bearer(tokens.issue(user).access), **headers}, **sent)

    return send
