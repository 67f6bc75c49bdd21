"""Agreements: one household has one unit at a time, people live in one place, and days lie inside of days."""

from datetime import date
from typing import Any

import pytest

from cooperatives.policy import Actor
from members.actions import (
    add_occupant,
    add_unit,
    change_occupancy,
    change_unit,
    end_household,
    end_occupancy,
    end_occupant,
    house,
    swap,
    transfer,
)
from members.models import Building, Household, Occupancy, Occupant, Person, Unit

from ..factories import refused
from .conftest import APRIL, FEB, JAN, MARCH, MAY


def people(occupancy: Occupancy) -> dict[str, tuple[bool, bool, date, date | None]]:
    """By name: holds, lives there, from, until."""
    rows = Occupant.objects.filter(occupancy=occupancy).select_related("person")
    return {row.person.name: (row.is_holder, row.lives_there, row.starts_on, row.ends_on) for row in rows}


def named(name: str) -> Person:
    found: Person = Person.objects.get(name=name)
    return found


# --- Moving in --------------------------------------------------------------------------------------------------------


def test_adults_hold_and_everybody_lives_there_unless_told_otherwise(actor: Actor, n101: Unit, quists: Household) -> None:
    made = house(actor, n101, quists, starts_on=FEB)
    assert people(made) == {
        "Amy Quist": (True, True, FEB, None),
        "Bo Quist": (True, True, FEB, None),
        "Cleo Quist": (False, True, FEB, None),
    }


def test_who_holds_and_who_lives_there_are_kept_apart(actor: Actor, n101: Unit, quists: Household, person: Any) -> None:
    made = house(
        actor,
        n101,
        quists,
        starts_on=FEB,
        ends_on=MAY,
        holders=[named("Amy Quist")],
        occupants=[person("Eve"), named("Bo Quist")],
    )
    assert people(made) == {
        "Amy Quist": (True, False, FEB, MAY),
        "Eve": (False, True, FEB, MAY),
        "Bo Quist": (False, True, FEB, MAY),
    }


def test_nobody_lives_in_a_parking_space(actor: Actor, north: Building, quists: Household) -> None:
    space = add_unit(actor, north, code="P-1", kind="parking")
    made = house(actor, space, quists, starts_on=FEB)
    assert {name: row[:2] for name, row in people(made).items()} == {"Amy Quist": (True, False), "Bo Quist": (True, False)}
    with refused("not_a_dwelling"):
        add_occupant(actor, made, named("Cleo Quist"))
    with refused("not_a_dwelling"):
        house(actor, add_unit(actor, north, code="P-2", kind="parking"), quists, starts_on=FEB, occupants=[named("Bo Quist")])
    assert not Occupancy.objects.filter(unit__code="P-2").exists()


def test_a_taken_unit_is_refused_and_the_sentence_names_the_other_agreement(
    actor: Actor, n101: Unit, quists: Household, odes: Household
) -> None:
    first = house(actor, n101, quists, starts_on=FEB, ends_on=APRIL)
    with refused("unit_taken") as caught:
        house(actor, n101, odes, starts_on=MARCH)
    assert caught.value.sentence == (
        "Quist has N-101 from 1 February 2026 until 1 April 2026. "
        "End that agreement first, choose other days, or mark both as shared."
    )
    assert (caught.value.status, caught.value.field, caught.value.extra) == (409, "unit", {"occupancy": str(first.public_id)})


@pytest.mark.parametrize(
    ("starts", "ends", "may"),
    [(JAN, FEB, True), (APRIL, None, True), (JAN, date(2026, 2, 2), False), (date(2026, 3, 31), None, False), (JAN, None, False)],
)
def test_moving_out_and_in_on_one_day_is_fine(
    actor: Actor, n101: Unit, quists: Household, odes: Household, starts: date, ends: date | None, may: bool
) -> None:
    house(actor, n101, quists, starts_on=FEB, ends_on=APRIL)
    if may:
        house(actor, n101, odes, starts_on=starts, ends_on=ends)
    else:
        with refused("unit_taken"):
            house(actor, n101, odes, starts_on=starts, ends_on=ends)
    assert Occupancy.objects.count() == 1 + may


def test_two_shared_agreements_stand_beside_each_other(actor: Actor, n101: Unit, quists: Household, odes: Household) -> None:
    first = house(actor, n101, quists, starts_on=FEB, is_shared=True)
    house(actor, n101, odes, starts_on=FEB, is_shared=True)
    with refused("unit_taken"):
        change_occupancy(actor, first, version=1, is_shared=False)
    with refused("unit_taken"):
        house(actor, n101, odes, starts_on=MARCH)


def test_a_shared_agreement_does_not_stand_beside_one_that_is_not(
    actor: Actor, n101: Unit, quists: Household, odes: Household
) -> None:
    house(actor, n101, quists, starts_on=FEB)
    with refused("unit_taken"):
        house(actor, n101, odes, starts_on=MARCH, is_shared=True)


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [(JAN, MARCH, "starts_on"), (FEB, None, "ends_on"), (FEB, MAY, "ends_on"), (FEB, APRIL, None), (MARCH, APRIL, None)],
)
def test_a_unit_is_had_only_while_it_is_in_use(
    actor: Actor, north: Building, quists: Household, starts: date, ends: date | None, field: str | None
) -> None:
    unit = add_unit(actor, north, code="N-1", active_from=FEB, active_to=APRIL)
    if field is None:
        house(actor, unit, quists, starts_on=starts, ends_on=ends)
        return
    with refused("unit_inactive") as caught:
        house(actor, unit, quists, starts_on=starts, ends_on=ends)
    assert caught.value.field == field
    assert caught.value.sentence.startswith("N-1 is in use from 1 February 2026 until 1 April 2026 only.")


@pytest.mark.parametrize("ends", [FEB, JAN])
def test_an_agreement_holds_at_least_a_day(actor: Actor, n101: Unit, quists: Household, ends: date) -> None:
    with refused("ends_before_start"):
        house(actor, n101, quists, starts_on=FEB, ends_on=ends)


def test_what_a_wrong_kind_or_note_says(actor: Actor, n101: Unit, quists: Household) -> None:
    with refused("invalid_value") as caught:
        house(actor, n101, quists, starts_on=FEB, kind="king")
    assert caught.value.field == "kind"
    with refused("invalid_value") as caught:
        house(actor, n101, quists, starts_on=FEB, note="x" * 501)
    assert caught.value.field == "note"


def test_an_ended_household_moves_in_nowhere(actor: Actor, n101: Unit, quists: Household) -> None:
    end_household(actor, quists, version=1, on=MARCH)
    with refused("household_ended"):
        house(actor, n101, quists, starts_on=FEB)
    assert house(actor, n101, quists, starts_on=FEB, ends_on=MARCH).ends_on == MARCH


def test_who_was_erased_lives_nowhere(actor: Actor, n101: Unit, quists: Household, person: Any) -> None:
    gone = person("Former", erased_at="2026-01-01T00:00Z")
    with refused("erased") as caught:
        house(actor, n101, quists, starts_on=FEB, occupants=[gone])
    assert caught.value.field == "occupants"
    assert not Occupancy.objects.exists()  # all or nothing


# --- One home -----------------------------------------------------------------------------------------------------------


def test_a_person_lives_in_one_home_as_a_member(actor: Actor, n101: Unit, n102: Unit, quists: Household, odes: Household) -> None:
    house(actor, n101, quists, starts_on=FEB)
    with refused("lives_elsewhere") as caught:
        house(actor, n102, odes, starts_on=MARCH, occupants=[named("Bo Quist")])
    assert caught.value.sentence == (
        "Bo Quist lives in N-101 from 1 February 2026 on. Let them move out there first, or choose other days."
    )
    assert caught.value.field == "occupants"
    assert Occupancy.objects.count() == 1


@pytest.mark.parametrize("kind", ["sublet", "guest", "staff"])
def test_a_guest_or_a_subtenant_may_have_a_home_of_their_own(
    actor: Actor, n101: Unit, n102: Unit, quists: Household, odes: Household, kind: str
) -> None:
    house(actor, n101, quists, starts_on=FEB)
    made = house(actor, n102, odes, starts_on=MARCH, kind=kind, occupants=[named("Bo Quist")])
    with refused("lives_elsewhere"):
        change_occupancy(actor, made, version=1, kind="member")


def test_who_only_holds_an_agreement_may_live_elsewhere(actor: Actor, n101: Unit, n102: Unit, quists: Household) -> None:
    house(actor, n101, quists, starts_on=FEB)
    made = house(actor, n102, quists, starts_on=FEB, occupants=[])
    assert {row[:2] for row in people(made).values()} == {(True, False)}


def test_who_moved_out_may_live_elsewhere_from_that_day(
    actor: Actor, n101: Unit, n102: Unit, quists: Household, odes: Household
) -> None:
    house(actor, n101, quists, starts_on=FEB, ends_on=MARCH)
    second = house(actor, n102, quists, starts_on=MARCH)
    with refused("lives_elsewhere"):
        change_occupancy(actor, second, version=1, starts_on=date(2026, 2, 28))


# --- Changing and ending ------------------------------------------------------------------------------------------------


def test_people_follow_the_days_of_their_agreement(actor: Actor, n101: Unit, odes: Household, person: Any) -> None:
    made = house(actor, n101, odes, starts_on=FEB)
    add_occupant(actor, made, person("Eve"), starts_on=MARCH)
    add_occupant(actor, made, person("Fay"), starts_on=FEB, ends_on=MARCH)
    changed = change_occupancy(actor, made, version=3, starts_on=JAN, ends_on=MAY)
    assert (changed.version, changed.starts_on, changed.ends_on) == (4, JAN, MAY)
    assert {name: row[2:] for name, row in people(made).items()} == {
        "Dan Ode": (JAN, MAY), "Eve": (MARCH, MAY), "Fay": (JAN, MARCH),
    }  # fmt: skip
    with refused("occupant_outside") as caught:
        change_occupancy(actor, made, version=4, starts_on=APRIL)
    assert "Fay is part of this agreement from 1 January 2026 until 1 March 2026" in caught.value.sentence
    assert {row[2] for row in people(made).values()} == {JAN, MARCH}


def test_an_agreement_that_would_overlap_stays_as_it_was(actor: Actor, n101: Unit, quists: Household, odes: Household) -> None:
    first = house(actor, n101, quists, starts_on=FEB, ends_on=MARCH)
    house(actor, n101, odes, starts_on=MARCH)
    with refused("unit_taken"):
        change_occupancy(actor, first, version=1, ends_on=None)
    assert change_occupancy(actor, first, version=1, starts_on=JAN).starts_on == JAN
    with refused("stale"):
        change_occupancy(actor, first, version=1, starts_on=FEB)


def test_a_change_that_changes_nothing_is_no_change(actor: Actor, n101: Unit, quists: Household) -> None:
    made = house(actor, n101, quists, starts_on=FEB)
    assert change_occupancy(actor, made, version=1, starts_on=FEB, kind="member").version == 1


def test_ending_an_agreement_ends_everybodys_time_the_same_day(actor: Actor, n101: Unit, odes: Household, person: Any) -> None:
    made = house(actor, n101, odes, starts_on=FEB)
    add_occupant(actor, made, person("Eve"), starts_on=FEB, ends_on=MARCH)
    add_occupant(actor, made, person("Fay"), starts_on=MARCH, ends_on=MAY)
    ended = end_occupancy(actor, made, version=3, on=APRIL)
    assert (ended.ends_on, ended.version) == (APRIL, 4)
    assert {name: row[2:] for name, row in people(made).items()} == {
        "Dan Ode": (FEB, APRIL), "Eve": (FEB, MARCH), "Fay": (MARCH, APRIL),
    }  # fmt: skip


def test_an_agreement_ends_once_and_not_before_it_began(actor: Actor, n101: Unit, quists: Household) -> None:
    made = house(actor, n101, quists, starts_on=FEB)
    with refused("ends_before_start"):
        end_occupancy(actor, made, version=1, on=JAN)
    end_occupancy(actor, made, version=1, on=APRIL)
    with refused("stale"):
        end_occupancy(actor, made, version=1, on=MARCH)
    with refused("has_ended"):
        end_occupancy(actor, made, version=2, on=MAY)
    assert end_occupancy(actor, made, version=2, on=MARCH).ends_on == MARCH  # earlier than was said


def test_an_agreement_that_never_began_leaves_the_unit_free(actor: Actor, n101: Unit, quists: Household, odes: Household) -> None:
    made = house(actor, n101, quists, starts_on=FEB)
    end_occupancy(actor, made, version=1, on=FEB)
    house(actor, n101, odes, starts_on=JAN)
    assert {row[2:] for row in people(made).values()} == {(FEB, FEB)}


def test_a_holder_is_added_and_let_out(actor: Actor, n101: Unit, odes: Household, person: Any) -> None:
    made = house(actor, n101, odes, starts_on=FEB, ends_on=MAY)
    eve = person("Eve")
    added = add_occupant(actor, made, eve, is_holder=True, lives_there=False, starts_on=MARCH)
    assert people(made)["Eve"] == (True, False, MARCH, MAY)
    with refused("is_occupant"):
        add_occupant(actor, made, eve)
    with refused("neither"):
        add_occupant(actor, made, person("Fay"), lives_there=False)
    for facts, field in (({"starts_on": JAN}, "starts_on"), ({"ends_on": date(2026, 5, 2)}, "ends_on")):
        with refused("outside_agreement") as caught:
            add_occupant(actor, made, person("Gil"), **facts)
        assert caught.value.field == field
    with refused("ends_before_start"):
        end_occupant(actor, added, on=FEB)
    end_occupant(actor, added, on=APRIL)
    assert people(made)["Eve"][2:] == (MARCH, APRIL)
    with refused("has_ended"):
        end_occupant(actor, added, on=APRIL)
    end_occupant(actor, added, on=MARCH)  # on its first day: a mistake
    assert "Eve" not in people(made)


# --- Moves inside the house ---------------------------------------------------------------------------------------------


def test_a_transfer_takes_people_and_terms_along(actor: Actor, n101: Unit, n102: Unit, odes: Household, person: Any) -> None:
    made = house(actor, n101, odes, starts_on=FEB, ends_on=MAY, kind="sublet", is_shared=True)
    add_occupant(actor, made, person("Eve"), starts_on=FEB, ends_on=MARCH)
    add_occupant(actor, made, person("Fay"), is_holder=True, lives_there=False, starts_on=FEB)
    moved = transfer(actor, made, n102, version=3, on=MARCH)
    assert (moved.kind, moved.is_shared, moved.starts_on, moved.ends_on) == ("sublet", True, MARCH, MAY)
    assert people(moved) == {"Dan Ode": (True, True, MARCH, MAY), "Fay": (True, False, MARCH, MAY)}
    assert Occupancy.objects.get(pk=made.pk).ends_on == MARCH


def test_a_transfer_into_a_taken_unit_changes_nothing(
    actor: Actor, n101: Unit, n102: Unit, quists: Household, odes: Household
) -> None:
    made = house(actor, n101, quists, starts_on=FEB)
    house(actor, n102, odes, starts_on=FEB)
    with refused("unit_taken"):
        transfer(actor, made, n102, version=1, on=MARCH)
    with refused("same_unit"):
        transfer(actor, made, n101, version=1, on=MARCH)
    assert Occupancy.objects.get(pk=made.pk).ends_on is None
    assert {row[3] for row in people(made).values()} == {None}


def test_two_households_change_places_in_one_act(
    actor: Actor, n101: Unit, n102: Unit, quists: Household, odes: Household
) -> None:
    one, other = house(actor, n101, quists, starts_on=FEB), house(actor, n102, odes, starts_on=FEB, ends_on=MAY)
    first, second = swap(actor, one, other, version=1, on=MARCH)
    assert [(row.unit, row.household, row.starts_on, row.ends_on) for row in (first, second)] == [
        (n102, quists, MARCH, None), (n101, odes, MARCH, MAY),
    ]  # fmt: skip
    assert set(people(first)) == {"Amy Quist", "Bo Quist", "Cleo Quist"}
    with refused("stale"):
        swap(actor, one, other, version=1, on=APRIL)
    with refused("has_ended"):
        swap(actor, first, one, version=1, on=APRIL)
    with refused("ends_before_start"):
        swap(actor, first, second, version=1, on=FEB)


# --- What a unit must keep ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"active_to": APRIL}, "unit_in_use", "active_to"),
        ({"active_from": MARCH}, "unit_in_use", "active_from"),
        ({"kind": "storage"}, "lived_in", "kind"),
    ],
)
def test_a_unit_keeps_its_agreements(
    actor: Actor, n101: Unit, quists: Household, facts: dict[str, Any], code: str, field: str
) -> None:
    house(actor, n101, quists, starts_on=FEB, ends_on=MAY)
    with refused(code) as caught:
        change_unit(actor, n101, version=1, **facts)
    assert caught.value.field == field
    assert change_unit(actor, n101, version=1, active_from=FEB, active_to=MAY, kind="room").version == 2
