"""What the tests of these pages start from: an office, a house, a household in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import add_building, add_unit, correct_person, grant_role, house, make_household
from members.models import Building, Household, Membership, Occupancy, Unit, User
from members.roles import Role

from ..factories import a_member, a_user, days


@dataclass(frozen=True)
class House:
    """North with two floors; the Oduyas live in N-101, N-201 stands empty."""

    north: Building
    n101: Unit
    n201: Unit
    oduyas: Household
    agreement: Occupancy


@pytest.fixture
def sue(alder: Cooperative) -> User:
    """Sue is the secretary of Alder Yard."""
    user = a_user("Sue Lang")
    a_member(alder, user, Role.SECRETARY, Role.MEMBER)
    return user


@pytest.fixture
def tom(alder: Cooperative) -> User:
    """Tom is the treasurer: he sees the register and changes nothing of it."""
    user = a_user("Tom Toll")
    a_member(alder, user, Role.TREASURER, Role.MEMBER)
    return user


@pytest.fixture
def inside(alder: Cooperative, ada: User) -> Iterator[None]:
    """The test itself stands inside Alder Yard."""
    with enter([alder.pk], ada.pk):
        yield


@pytest.fixture
def bens(ben: User, inside: None) -> Membership:
    """Ben's membership."""
    return member_of(ben)


@pytest.fixture
def house_(alder: Cooperative, bens: Membership) -> House:
    """A house with a household in it."""
    north = add_building(SYSTEM, alder, name="North", address="Elm Road 1", built_in=1984)
    n101 = add_unit(SYSTEM, north, code="N-101", floor=1, rooms=2, area=61, monthly_charge=78_000, fewest=2, most=3)
    n201 = add_unit(SYSTEM, north, code="N-201", floor=2, rooms=3)
    oduyas = make_household(SYSTEM, alder, name="Oduya", adults=[bens.person], on=days(-400))
    return House(north, n101, n201, oduyas, house(SYSTEM, n101, oduyas, starts_on=days(-400)))


def member_of(user: User) -> Membership:
    """A user's membership, with what pages need of it."""
    found: Membership = Membership.objects.select_related("person", "user", "cooperative").get(user=user)
    return found


def at(cooperative: Cooperative, name: str, *keys: Any) -> str:
    """The address of one of these pages."""
    return reverse(f"members:{name}", args=[cooperative.slug, *keys])


def show(member: Membership, *what: str, **facts: Any) -> None:
    """Let a member show this to fellow members, after correcting these facts."""
    person = member.person
    person.refresh_from_db()
    person = correct_person(SYSTEM, person, version=person.version, **facts)
    type(person).objects.filter(pk=person.pk).update(shown=list(what))


def as_(client: Client, user: User) -> Client:
    """The client, signed in as somebody."""
    client.force_login(user)
    return client


def give(member: Membership, role: str) -> None:
    """Give a role."""
    grant_role(SYSTEM, member, role=role)
