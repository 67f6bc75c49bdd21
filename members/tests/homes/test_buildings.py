"""Buildings and units: what is added, changed and removed, and what is told about it."""

from typing import Any

import pytest

from activity.models import Event
from cooperatives.actions import keys_to
from cooperatives.events import KINDS, Audience
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from members.actions import (
    add_building,
    add_unit,
    change_building,
    change_unit,
    end_occupancy,
    house,
    make_household,
    remove_unit,
)
from members.models import Building, Household, Unit, User

from ..factories import a_cooperative, acting, refused
from .conftest import FEB, MARCH


def test_a_building_is_added_and_changed(actor: Actor, alder: Cooperative) -> None:
    made = add_building(actor, alder, name="  North \t Wing ", address=" 1 Long Lane ", built_in=1911)
    assert (made.name, made.address, made.built_in) == ("North Wing", "1 Long Lane", 1911)
    changed = change_building(actor, made, version=1, name="South", built_in=None)
    assert (changed.name, changed.address, changed.built_in, changed.version) == ("South", "1 Long Lane", None, 2)
    with refused("stale"):
        change_building(actor, made, version=1, name="West")
    assert change_building(actor, made, version=2, name=" South ").version == 2


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"name": " \n "}, "no_name", "name"),
        ({"name": "\u200b"}, "invisible", "name"),
        ({"name": "x" * 101}, "invalid_value", "name"),
        ({"name": "a\x00b"}, "invalid_value", "name"),
        ({"address": "x" * 301}, "invalid_value", "address"),
        ({"built_in": 19}, "year", "built_in"),
        ({"name": "North"}, "building_name_taken", "name"),
    ],
)
def test_what_cannot_be_a_building_is_named(
    actor: Actor, alder: Cooperative, north: Building, facts: dict[str, Any], code: str, field: str
) -> None:
    with refused(code) as caught:
        add_building(actor, alder, **{"name": "South", **facts})
    assert caught.value.field == field
    assert Building.objects.count() == 1
    if code == "building_name_taken":
        other = add_building(actor, alder, name="South")
        with refused(code):
            change_building(actor, other, version=1, **facts)


def test_units_of_two_buildings_may_have_one_code(actor: Actor, alder: Cooperative, n101: Unit) -> None:
    other = add_building(actor, alder, name="South")
    assert add_unit(actor, other, code="N-101").code == "N-101"
    with refused("unit_code_taken"):
        add_unit(actor, n101.building, code=" n-101 ")


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"code": " "}, "no_name", "code"),
        ({"code": "a\x00b"}, "invalid_value", "code"),
        ({"type": "x" * 61}, "invalid_value", "type"),
        ({"kind": "castle"}, "invalid_value", "kind"),
        ({"rooms": -1}, "out_of_range", "rooms"),
        ({"area": -0.5}, "out_of_range", "area"),
        ({"cost_share": -1}, "out_of_range", "cost_share"),
        ({"area": 10**7}, "out_of_range", "area"),
        ({"monthly_charge": 2**63}, "out_of_range", "monthly_charge"),
        ({"floor": 40_000}, "out_of_range", "floor"),
        ({"fewest": 3, "most": 2}, "most_below_fewest", "most"),
        ({"active_from": MARCH, "active_to": FEB}, "ends_before_start", "active_to"),
    ],
)
def test_what_cannot_be_a_unit_is_named(
    actor: Actor, north: Building, n101: Unit, facts: dict[str, Any], code: str, field: str
) -> None:
    with refused(code) as caught:
        add_unit(actor, north, **{"code": "N-1", **facts})
    assert caught.value.field == field
    with refused(code):
        change_unit(actor, n101, version=1, **facts)
    assert Unit.objects.count() == 1


def test_a_unit_is_never_removed_once_anything_refers_to_it(actor: Actor, n101: Unit, n102: Unit, quists: Household) -> None:
    made = house(actor, n101, quists, starts_on=FEB)
    end_occupancy(actor, made, version=1, on=MARCH)
    with refused("unit_referenced") as caught:
        remove_unit(actor, n101, version=1)
    assert "Give it an end of use instead" in caught.value.sentence
    with refused("stale"):
        remove_unit(actor, n102, version=2)
    remove_unit(actor, n102, version=1)
    assert list(Unit.objects.all()) == [n101]
    with refused("not_found"):
        change_unit(actor, n102, version=1, floor=3)
    assert change_unit(actor, n101, version=1, active_to=MARCH).active_to == MARCH


def test_whatever_points_to_a_unit_is_asked(actor: Actor, n101: Unit) -> None:
    assert {model.__name__ for model, _column in keys_to(Unit)} >= {"Occupancy", "UnitOffer"}


def test_what_is_told_to_whom(actor: Actor, alder: Cooperative, north: Building, n101: Unit, quists: Household) -> None:
    made = house(actor, n101, quists, starts_on=FEB)
    change_unit(actor, n101, version=1, floor=4)
    end_occupancy(actor, made, version=1, on=MARCH)
    told = [event.kind for event in Event.objects.order_by("seq") if KINDS[event.kind].name.startswith("members.")]
    assert told[-9:] == [
        "members.building_added", "members.unit_added", "members.household_made", *["members.household_joined"] * 3,
        "members.moved_in", "members.unit_changed", "members.moved_out",
    ]  # fmt: skip
    public = {name for name in set(told) if KINDS[name].audience is Audience.MEMBERS}
    assert not public & {"members.moved_in", "members.moved_out", "members.household_made", "members.household_joined"}
    inside = {"members.moved_in", "members.moved_out", "members.household_made", "members.household_joined"}
    assert not any(KINDS[name].outside for name in inside)


def test_members_add_nothing_and_strangers_find_nothing(alder: Cooperative, ben: User, stranger: User) -> None:
    for user, code in ((ben, "forbidden"), (stranger, "not_found")):
        with acting(user) as actor:
            with refused(code):
                add_building(actor, alder, name="North")
            with refused(code):
                make_household(actor, alder, name="Quist")


def test_who_lost_the_right_while_waiting_adds_nothing(alder: Cooperative, ben: User, ada: User) -> None:
    with acting(ada) as admin:
        was = admin
    with acting(ben) as now, enter([alder.pk]):
        stale = Actor(ben, was.standings)  # as an officer was, before the lock
        assert now.standing(alder.pk) is not None
        with refused("forbidden"):
            add_building(stale, alder, name="North")


def test_a_chama_has_no_homes_not_even_for_the_system(db: None) -> None:
    kilele = a_cooperative(None, "Kilele", kind="chama")
    with enter([kilele.pk]):
        with refused("no_homes"):
            add_building(SYSTEM, kilele, name="North")
        with refused("no_homes"):
            make_household(SYSTEM, kilele, name="Quist")
