"""Two cooperatives that must never see each other, and their people."""

from collections.abc import Callable
from typing import Any

import pytest

from cooperatives.actions import found
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import User


@pytest.fixture
def person(db: Any) -> Callable[[str], User]:
    """Make a user by first name."""
    return lambda name: User.objects.create_user(f"{name.lower()}@example.org", "a long pass phrase", name=name)


@pytest.fixture
def founded(person: Callable[[str], User]) -> Callable[..., tuple[Cooperative, Actor]]:
    """Found a cooperative by name; gives it and its founder as an actor with the new standing."""

    def make(name: str, founder: str, **facts: Any) -> tuple[Cooperative, Actor]:
        user = person(founder)
        cooperative = found(Actor.of(user), name=name, kind=facts.pop("kind", "housing"), **facts)
        return cooperative, Actor.of(user)

    return make


@pytest.fixture
def linden(founded: Callable[..., tuple[Cooperative, Actor]]) -> tuple[Cooperative, Actor]:
    """Linden Court and Marta, its first admin."""
    return founded("Linden Court", "Marta")


@pytest.fixture
def kilele(founded: Callable[..., tuple[Cooperative, Actor]]) -> tuple[Cooperative, Actor]:
    """Kilele and Amina, its first admin."""
    return founded("Kilele Dev Chama", "Amina", kind="chama", currency="KES", time_zone="Africa/Nairobi")


@pytest.fixture
def in_linden(linden: tuple[Cooperative, Actor]) -> Any:
    """Linden Court is the active cooperative for the whole test."""
    with enter([linden[0].pk], linden[1].user_id):
        yield linden[0]
