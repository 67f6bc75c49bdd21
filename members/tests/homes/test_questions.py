"""Who lived where on a day, what stands empty, where it is narrow: against the answers of a reader of the table."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.actions import add_building, add_occupant, add_unit, house, make_household
from members.models import Building, Household, Occupancy, Person, Unit, User
from members.queries import (
    buildings_with_counts,
    floors_of,
    history_of,
    homes_of,
    households_of,
    lasting_on,
    meeting,
    occupancies_on,
    over_occupied,
    people_of,
    under_occupied,
    units_by_floor,
    units_with_people,
    vacant_on,
    who_lived,
)

from ..factories import acting
from .conftest import APRIL, FEB, JAN, MARCH, MAY

EVE_OF_MARCH = date(2026, 2, 28)


@pytest.fixture
def past(actor: Actor, n101: Unit, quists: Household, odes: Household, person: Any) -> list[Occupancy]:
    """The Quists had N-101 in February, the Odes from March on; Eve joined them in April."""
    first = house(actor, n101, quists, starts_on=FEB, ends_on=MARCH)
    second = house(actor, n101, odes, starts_on=MARCH)
    add_occupant(actor, second, person("Eve"), starts_on=APRIL)
    return [first, second]


def names(rows: Any) -> list[str]:
    return [row.person.name for row in rows]


@pytest.mark.parametrize(
    ("day", "who"),
    [
        (JAN, []),
        (FEB, ["Amy Quist", "Bo Quist", "Cleo Quist"]),
        (EVE_OF_MARCH, ["Amy Quist", "Bo Quist", "Cleo Quist"]),
        (MARCH, ["Dan Ode"]),
        (APRIL, ["Dan Ode", "Eve"]),
        (date(2099, 1, 1), ["Dan Ode", "Eve"]),
    ],
)
def test_who_lived_there_on_a_day(past: list[Occupancy], n101: Unit, day: date, who: list[str]) -> None:
    assert sorted(names(who_lived(n101, day))) == who
    assert sorted(names(person for row in occupancies_on(day) for person in row.people)) == who


def test_who_only_holds_the_agreement_does_not_live_there(actor: Actor, n101: Unit, odes: Household, person: Any) -> None:
    house(actor, n101, odes, starts_on=FEB, occupants=[person("Eve")])
    assert names(who_lived(n101, FEB)) == ["Eve"]
    assert names(occupancies_on(FEB)[0].people) == ["Dan Ode", "Eve"]  # holders first


def test_the_history_of_a_unit_and_the_homes_of_a_person(
    actor: Actor, past: list[Occupancy], n101: Unit, n102: Unit, quists: Household
) -> None:
    house(actor, n102, quists, starts_on=MARCH)
    assert [row.household.name for row in history_of(n101)] == ["Ode", "Quist"]
    assert [len(row.people) for row in history_of(n101)] == [2, 3]
    amy = Person.objects.get(name="Amy Quist")
    assert [(row.occupancy.unit.code, row.starts_on, row.ends_on) for row in homes_of(amy)] == [
        ("N-102", MARCH, None), ("N-101", FEB, MARCH),
    ]  # fmt: skip
    assert [row.household.name for row in households_of(amy)] == ["Quist"]
    assert names(people_of(quists, FEB)) == ["Amy Quist", "Bo Quist", "Cleo Quist"]
    assert names(people_of(quists, date(2025, 12, 31))) == []


def test_what_stands_empty(actor: Actor, past: list[Occupancy], north: Building, n101: Unit, n102: Unit) -> None:
    add_unit(actor, north, code="Hall", kind="common")
    add_unit(actor, north, code="Old", active_to=MARCH)
    add_unit(actor, north, code="New", active_from=MARCH)
    assert [unit.code for unit in vacant_on(JAN)] == ["N-101", "N-102", "Old"]
    assert [unit.code for unit in vacant_on(EVE_OF_MARCH)] == ["N-102", "Old"]
    assert [unit.code for unit in vacant_on(MARCH)] == ["N-102", "New"]


def test_where_it_is_wide_and_where_it_is_narrow(
    actor: Actor, past: list[Occupancy], n101: Unit, n102: Unit, person: Any
) -> None:
    assert [list(under_occupied(day)) for day in (JAN, FEB, MARCH, APRIL)] == [[], [], [n101], []]
    assert not over_occupied(APRIL).exists()
    for name in ("Fay", "Gil", "Hal"):
        add_occupant(actor, past[1], person(name), starts_on=MAY)
    assert [list(over_occupied(day)) for day in (APRIL, MAY)] == [[], [n101]]
    Unit.objects.filter(pk=n101.pk).update(fewest=None, most=None)
    assert not over_occupied(MAY).exists()
    assert not under_occupied(MARCH).exists()


def test_guests_make_no_home_narrow(actor: Actor, north: Building, odes: Household, person: Any) -> None:
    unit = add_unit(actor, north, code="G-1", most=1)
    house(actor, unit, odes, starts_on=FEB, is_shared=True)
    guests = make_household(actor, north.cooperative, name="Guests", adults=[person("Eve"), person("Fay")])
    made = house(actor, unit, guests, starts_on=FEB, is_shared=True, kind="guest")
    assert not over_occupied(FEB).exists()
    Occupancy.objects.filter(pk=made.pk).update(kind="sublet")
    assert list(over_occupied(FEB)) == [unit]
    assert over_occupied(FEB)[0].people_count == 3


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite how it will search")
def test_counting_people_does_not_read_every_occupant_for_each_unit(actor: Actor) -> None:
    assert "INDEX occupant_by_occupancy (cooperative_id=? AND occupancy_id=?)" in units_with_people(MARCH).explain()


# --- Overviews --------------------------------------------------------------------------------------------------------


def test_a_building_by_floor(actor: Actor, past: list[Occupancy], north: Building, n101: Unit, n102: Unit) -> None:
    for code, floor in (("N-201", 2), ("N-001", -1), ("Shed", None)):
        add_unit(actor, north, code=code, floor=floor)
    floors = floors_of(actor, units_by_floor(north, MARCH), MARCH)
    assert [(floor.number, [home.unit.code for home in floor.homes]) for floor in floors] == [
        (2, ["N-201"]), (1, ["N-101", "N-102"]), (-1, ["N-001"]), (None, ["Shed"]),
    ]  # fmt: skip
    home, free = floors[1].homes
    assert (home.is_let, [one.name for one in home.households], home.people, home.is_under, home.is_over) == (
        True, ["Ode"], 1, True, False,
    )  # fmt: skip
    assert (free.is_let, free.households, free.people, free.is_under) == (False, (), 0, False)


def test_a_plain_member_sees_the_building_and_not_who_lives_in_it(past: list[Occupancy], north: Building, ben: User) -> None:
    with acting(ben) as plain:
        home = floors_of(plain, units_by_floor(north, MARCH), MARCH)[0].homes[0]
        assert (home.is_let, home.households, home.people, home.is_under) == (True, (), None, False)
        Person.objects.filter(name="Dan Ode").update(shown=["unit"])
        assert [one.name for one in floors_of(plain, units_by_floor(north, MARCH), MARCH)[0].homes[0].households] == ["Ode"]


@pytest.mark.parametrize("day", [FEB, MARCH])
def test_the_overview_costs_the_same_for_one_unit_and_for_many(
    actor: Actor, past: list[Occupancy], north: Building, day: date, person: Any
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            [home.unit.code for floor in floors_of(actor, units_by_floor(north, day), day) for home in floor.homes]
        return len(caught)

    first = cost()
    for number in range(3):
        family = make_household(actor, north.cooperative, name=f"F{number}", adults=[person(f"P{number}")])
        house(actor, add_unit(actor, north, code=f"X{number}", floor=number), family, starts_on=FEB)
    assert cost() == first


def test_buildings_with_their_counts(
    actor: Actor, alder: Cooperative, past: list[Occupancy], north: Building, n102: Unit
) -> None:
    add_unit(actor, north, code="Hall", kind="common")
    add_building(actor, alder, name="Empty")
    rows = [(row.name, row.unit_count, row.vacant_count) for row in buildings_with_counts(alder.pk, MARCH)]
    assert rows == [("Empty", 0, 0), ("North", 3, 1)]


def test_lists_cost_the_same_for_one_row_and_for_three(
    actor: Actor, past: list[Occupancy], n101: Unit, north: Building, person: Any
) -> None:
    def cost() -> list[int]:
        counts = []
        for rows in (occupancies_on(FEB), history_of(n101), homes_of(Person.objects.get(name="Amy Quist")), vacant_on(JAN)):
            with CaptureQueriesContext(connection) as caught:
                [str(row) for row in rows]
            counts.append(len(caught))
        return counts

    first = cost()
    for number in range(2):
        family = make_household(actor, north.cooperative, name=f"F{number}", adults=[person(f"P{number}")])
        house(actor, add_unit(actor, north, code=f"X{number}"), family, starts_on=FEB)
    assert cost() == first


# --- Days -------------------------------------------------------------------------------------------------------------

DAYS = [None, JAN, FEB, MARCH, APRIL]


def shared(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Whether two half-open spans share a day, by counting days."""
    low, high = date(2025, 1, 1).toordinal(), date(2027, 1, 1).toordinal()
    spans = [set(range(first.toordinal() if first else low, last.toordinal() if last else high)) for first, last in (one, other)]
    return bool(spans[0] & spans[1])


def test_spans_meet_exactly_when_they_share_a_day(actor: Actor, quists: Household) -> None:
    spans = [(first, last) for first in DAYS for last in DAYS if not (first and last) or first <= last]
    row = quists.people.first()
    wrong = []
    for one in spans:
        quists.people.filter(pk=row.pk).update(starts_on=one[0], ends_on=one[1])
        found = quists.people.filter(pk=row.pk)
        wrong += [(one, other) for other in spans if found.filter(meeting(*other)).exists() is not shared(one, other)]
        wrong += [
            (one, day)
            for day in DAYS[1:]
            if found.filter(lasting_on(day)).exists() is not shared(one, (day, date.fromordinal(day.toordinal() + 1)))
        ]
    assert wrong == []
