"""A housing cooperative with a building, units, people and a secretary who acts."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.actions import add_building, add_unit, make_household
from members.models import Building, Household, Person, Unit, User
from members.roles import Role

from ..factories import a_member, a_user, acting

API = "/api/v1"
JAN, FEB, MARCH, APRIL, MAY = (date(2026, month, 1) for month in range(1, 6))


@pytest.fixture
def otto(alder: Cooperative) -> User:
    """Otto is the secretary of Alder Yard."""
    user = a_user("Otto Lang")
    a_member(alder, user, Role.SECRETARY, Role.MEMBER)
    return user


@pytest.fixture
def actor(otto: User) -> Iterator[Actor]:
    """Otto, acting inside Alder Yard for the whole test."""
    with acting(otto) as found:
        yield found


@pytest.fixture
def north(actor: Actor, alder: Cooperative) -> Building:
    """The building North."""
    return add_building(actor, alder, name="North")


@pytest.fixture
def n101(actor: Actor, north: Building) -> Unit:
    """A flat on the first floor for two to four people."""
    return add_unit(actor, north, code="N-101", floor=1, fewest=2, most=4)


@pytest.fixture
def n102(actor: Actor, north: Building) -> Unit:
    """Another one beside it, without limits."""
    return add_unit(actor, north, code="N-102", floor=1)


@pytest.fixture
def person(actor: Actor, alder: Cooperative) -> Any:
    """Make a person of the register."""

    def make(name: str, **facts: Any) -> Person:
        made: Person = Person.objects.create(cooperative=alder, name=name, **facts)
        return made

    return make


@pytest.fixture
def quists(actor: Actor, alder: Cooperative, person: Any) -> Household:
    """Two adults and a child since January."""
    adults, children = [person("Amy Quist"), person("Bo Quist")], [person("Cleo Quist")]
    return make_household(actor, alder, name="Quist", adults=adults, children=children, on=JAN)


@pytest.fixture
def odes(actor: Actor, alder: Cooperative, person: Any) -> Household:
    """One adult since January."""
    return make_household(actor, alder, name="Ode", adults=[person("Dan Ode")], on=JAN)


@pytest.fixture
def client_of() -> Callable[[User], APIClient]:
    """A program that speaks for this user."""

    def make(user: User) -> APIClient:
        client = APIClient()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def api(otto: User, client_of: Any) -> APIClient:
    """The secretary's program."""
    made: APIClient = client_of(otto)
    return made


def problem(answer: Any, status: int, code: str, field: str | None = None) -> None:
    """The answer is this refusal."""
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    if field:
        assert field in body["errors"]
