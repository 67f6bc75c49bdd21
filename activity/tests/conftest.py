"""Two cooperatives with people in them, and a target that remembers what it was told."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest

from activity.dispatch import Target, register, unregister
from activity.models import Event
from cooperatives.actions import found
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.actions import admit
from members.models import User
from members.tokens import issue

from .lines import signed_in


@pytest.fixture
def person(db: Any) -> Callable[[str], User]:
    """Make a login by first name."""
    return lambda name: User.objects.create_user(f"{name.lower()}@example.org", "a long pass phrase", name=name)


@pytest.fixture
def marta(person: Callable[[str], User]) -> User:
    """She founds Linden Court."""
    return person("Marta")


@pytest.fixture
def linden(marta: User) -> Cooperative:
    """Linden Court; Marta is its admin."""
    return found(Actor.of(marta), name="Linden Court", kind="housing")


@pytest.fixture
def jonas(linden: Cooperative, marta: User, person: Callable[[str], User]) -> User:
    """A plain member of Linden Court."""
    user = person("Jonas")
    with enter([linden.pk], marta.pk):
        admit(Actor.of(marta), linden, name="Jonas", user=user)
    return user


@pytest.fixture
def amina(person: Callable[[str], User]) -> User:
    """She founds Kilele and is a stranger to Linden Court."""
    return person("Amina")


@pytest.fixture
def kilele(amina: User) -> Cooperative:
    """Kilele; Amina is its admin."""
    return found(Actor.of(amina), name="Kilele Dev Chama", kind="chama", currency="KES")


class Ear:
    """A target's inside: remembers the numbers it was told, and fails on demand."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, int]] = []
        self.fails: Callable[[Event], Exception | None] = lambda event: None

    def __call__(self, event: Event) -> None:
        if error := self.fails(event):
            raise error
        self.heard.append((event.cooperative_id, event.seq))

    def seqs(self, cooperative: Cooperative) -> list[int]:
        """The numbers heard of one cooperative, in order."""
        return [seq for pk, seq in self.heard if pk == cooperative.pk]


@pytest.fixture
def ear() -> Iterator[Ear]:
    """A target named `ear` that is told of everything."""
    target = Target("ear", Ear(), where="web", delays=(5.0, 30.0))
    register(target)
    target.deliver.target = target  # type: ignore[attr-defined]
    yield target.deliver  # type: ignore[misc]
    unregister(target)


@pytest.fixture
def quick_ticks(monkeypatch):
    """The hub looks at its sockets often."""
    monkeypatch.setattr(import_module("activity.live.hub"), "TICK", 0.05)


@pytest.fixture
def token(linden, jonas):
    """Jonas has signed in with a program."""
    return issue(jonas).access


@pytest.fixture
def session(linden, jonas):
    """Jonas has signed in."""
    return signed_in(jonas)


def texts(cooperative: Cooperative) -> list[str]:
    """The texts of the records of a cooperative, in order."""
    with enter([cooperative.pk]):
        events = Event.objects.filter(kind__startswith="trial.").select_related("detail").order_by("seq")
        return [event.detail.data["payload"]["text"] for event in events]
