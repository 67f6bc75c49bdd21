"""Who may know who lives where, and who may change it: for one row and for a list alike, and only where there are homes."""

from typing import Any

import pytest

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may, visible
from cooperatives.queries import enter
from members.actions import house, join_household, leave_household, make_household
from members.models import Building, Household, HouseholdMember, Membership, Occupancy, Person, Unit, User
from members.roles import Role

from ..factories import a_cooperative, a_member, a_user, acting, days

CHANGES = ("members.change_homes", "members.house")


@pytest.fixture
def people(alder: Cooperative, ben: User, otto: User) -> dict[str, User]:
    """One of each role, and a stranger."""
    treasurer, observer, stranger = a_user("Tom Toll"), a_user("Olu Sees"), a_user("Sam Far")
    a_member(alder, treasurer, Role.TREASURER, Role.MEMBER)
    a_member(alder, observer, Role.OBSERVER)
    a_cooperative(stranger, "Birch Lane")
    admin = User.objects.get(name="Ada Quist")
    return {"admin": admin, "secretary": otto, "treasurer": treasurer, "member": ben, "observer": observer, "stranger": stranger}


@pytest.fixture
def bens(ben: User, actor: Actor, alder: Cooperative, n101: Unit) -> Occupancy:
    """Ben has lived in N-101 for a year, in the household Oduya."""
    person = Membership.objects.get(user=ben).person
    family = make_household(actor, alder, name="Oduya", adults=[person], on=days(-365))
    return house(actor, n101, family, starts_on=days(-365))


@pytest.fixture
def lees(actor: Actor, alder: Cooperative, n102: Unit, person: Any) -> Occupancy:
    """The Lees, who have no login, live in N-102."""
    family = make_household(actor, alder, name="Lee", adults=[person("Ina Lee")], on=days(-300))
    return house(actor, n102, family, starts_on=days(-300))


def known(user: User) -> tuple[set[str], set[str]]:
    """The households and the units of agreements that a user may know, asked row by row and as a list."""
    with acting(user) as actor:
        households, agreements = Household.objects.all(), Occupancy.objects.select_related("unit", "household")
        families = {str(row) for row in visible(actor, "members.see_household", households)}
        homes = {row.unit.code for row in visible(actor, "members.see_occupancy", agreements)}
        assert families == {str(row) for row in households if may(actor, "members.see_household", row)}
        assert homes == {row.unit.code for row in agreements if may(actor, "members.see_occupancy", row)}
        return families, homes


@pytest.mark.parametrize(
    ("role", "families", "homes"),
    [
        ("admin", {"Oduya", "Lee"}, {"N-101", "N-102"}),
        ("secretary", {"Oduya", "Lee"}, {"N-101", "N-102"}),
        ("treasurer", {"Oduya", "Lee"}, {"N-101", "N-102"}),
        ("member", {"Oduya"}, {"N-101"}),
        ("observer", set(), set()),
        ("stranger", set(), set()),
    ],
)
def test_offices_know_all_homes_and_others_their_own(
    people: dict[str, User], bens: Occupancy, lees: Occupancy, role: str, families: set[str], homes: set[str]
) -> None:
    assert known(people[role]) == (families, homes)


def test_a_home_that_is_shown_names_the_household_and_not_the_agreement(
    people: dict[str, User], bens: Occupancy, lees: Occupancy
) -> None:
    Person.objects.filter(name="Ina Lee").update(shown=["unit"])
    assert known(people["observer"]) == ({"Lee"}, set())
    assert known(people["member"]) == ({"Oduya", "Lee"}, {"N-101"})
    Person.objects.filter(name="Ina Lee").update(shown=["phone"])
    assert known(people["observer"]) == (set(), set())


def test_who_has_left_a_household_knows_of_it_no_more(people: dict[str, User], actor: Actor, bens: Occupancy) -> None:
    leave_household(actor, HouseholdMember.objects.get(household=bens.household), on=days(0))
    assert known(people["member"]) == (set(), set())


def test_who_comes_tomorrow_does_not_know_today(people: dict[str, User], ben: User, actor: Actor, lees: Occupancy) -> None:
    person = Membership.objects.get(user=ben).person
    row = join_household(actor, lees.household, person, starts_on=days(1))
    assert known(people["member"]) == (set(), set())
    HouseholdMember.objects.filter(pk=row.pk).update(starts_on=days(0))
    assert known(people["member"]) == ({"Lee"}, set())


def test_who_shows_their_home_and_was_erased_shows_nothing(people: dict[str, User], lees: Occupancy) -> None:
    shown = Person.objects.filter(name="Ina Lee")
    shown.update(shown=["unit"], erased_at="2026-01-01T00:00:00Z")
    assert known(people["observer"]) == (set(), set())


@pytest.mark.parametrize("action", CHANGES)
@pytest.mark.parametrize(
    ("role", "answer"),
    [("admin", True), ("secretary", True), ("treasurer", False), ("member", False), ("observer", False), ("stranger", False)],
)
def test_only_two_offices_change_homes(
    people: dict[str, User], alder: Cooperative, north: Building, bens: Occupancy, action: str, role: str, answer: bool
) -> None:
    rows: list[Any] = [alder, north, bens.unit, bens.household, bens]
    with acting(people[role]) as actor:
        assert {may(actor, action, row) for row in rows} == {answer}
        assert visible(actor, action, Building.objects.all()).exists() is answer
        assert visible(actor, action, Cooperative.objects.filter(pk=alder.pk)).exists() is answer


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["chama", "housing"])
@pytest.mark.parametrize("action", ["members.see_homes", *CHANGES])
def test_homes_are_for_housing_cooperatives(action: str, kind: str) -> None:
    founder = a_user("Eve Founder")
    here = a_cooperative(founder, "Kilele", kind=kind)
    with acting(founder) as actor:
        assert may(actor, action, here) is (kind == "housing")
        assert visible(actor, action, Cooperative.objects.filter(pk=here.pk)).exists() is (kind == "housing")


def test_a_home_of_one_cooperative_is_nothing_to_the_officers_of_another(
    people: dict[str, User], bens: Occupancy, lees: Occupancy
) -> None:
    with enter([bens.cooperative_id]), acting(people["stranger"]) as actor:
        for row in (bens, bens.household):
            assert not may(actor, "members.see_household" if row is bens.household else "members.see_occupancy", row)
        assert not any(may(actor, action, row) for action in CHANGES for row in (bens, bens.unit, bens.household))
