"""Homes through the API: written there, with what is refused and why."""

from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.actions import add_building, house
from members.models import Building, Household, Occupancy, Unit, User

from ..factories import a_cooperative
from .conftest import API, FEB, MARCH, problem

# --- Buildings and units ------------------------------------------------------------------------------------------------


def test_a_building_and_its_units(api: APIClient, alder: Cooperative) -> None:
    made = api.post(f"{API}/buildings/", {"cooperative": alder.pk, "name": "  North  ", "built_in": 1911})
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    building = made.json()
    assert building == {
        "id": building["id"], "cooperative": alder.pk, "name": "North", "address": "", "built_in": 1911, "version": 1
    }  # fmt: skip
    facts = {"code": "N-1", "kind": "room", "floor": -1, "rooms": "2.5", "area": "61.20", "monthly_charge": 61_250}
    unit = api.post(f"{API}/units/", {"building": building["id"], **facts, "fewest": 1, "most": 2})
    assert unit.status_code == 201
    assert unit.json() == {
        "id": unit.json()["id"],
        "cooperative": alder.pk,
        "building": building["id"],
        "type": "",
        "active_from": None,
        "active_to": None,
        "cost_share": None,
        "currency": "EUR",
        "households": [],
        "version": 1,
        "fewest": 1,
        "most": 2,
        **facts,
    }
    assert api.get(f"{API}/units/{unit.json()['id']}/").json() == unit.json()
    assert api.get(f"{API}/buildings/?cooperative={alder.pk}").json()["results"] == [building]


def test_a_write_says_which_version_it_changes(api: APIClient, north: Building, n101: Unit) -> None:
    path = f"{API}/units/{n101.public_id}/"
    problem(api.patch(path, {"floor": 2}), 428, "version_required")
    problem(api.patch(path, {"floor": 2, "version": 9}), 409, "stale")
    stale = api.patch(path, {"floor": 2}, headers={"If-Match": '"9"'})
    problem(stale, 412, "stale")
    assert (stale.json()["current"]["floor"], stale.json()["current"]["version"]) == (1, 1)
    changed = api.patch(path, {"floor": 2}, headers={"If-Match": '"1"'})
    assert (changed.json()["floor"], changed.headers["ETag"]) == (2, '"2"')
    whole = api.put(path, {"building": north.pk, "code": "N-110", "version": 2})
    assert (whole.json()["code"], whole.json()["floor"]) == ("N-110", 2)
    problem(api.put(path, {"code": "N-111", "version": 3}), 400, "invalid", "building")
    problem(api.patch(f"{API}/buildings/{north.pk}/", {"name": " ", "version": 1}), 400, "invalid", "name")


def test_a_unit_stays_in_its_building_and_a_building_in_its_cooperative(
    api: APIClient, actor: Actor, alder: Cooperative, otto: User, n101: Unit
) -> None:
    other = add_building(actor, alder, name="South")
    problem(api.patch(f"{API}/units/{n101.public_id}/", {"building": other.pk, "version": 1}), 400, "invalid", "building")
    second = a_cooperative(otto, "Cedar Court")
    body = {"cooperative": second.pk, "version": 1}
    problem(api.patch(f"{API}/buildings/{other.pk}/", body), 400, "invalid", "cooperative")


def test_a_unit_that_nothing_refers_to_is_removed_and_any_other_is_not(
    api: APIClient, n101: Unit, n102: Unit, actor: Actor, quists: Household
) -> None:
    house(actor, n101, quists, starts_on=FEB)
    path = f"{API}/units/{n101.public_id}/"
    problem(api.delete(path), 428, "version_required")
    problem(api.delete(path, headers={"If-Match": '"1"'}), 422, "unit_referenced")
    path = f"{API}/units/{n102.public_id}/"
    problem(api.delete(path, headers={"If-Match": '"7"'}), 412, "stale")
    assert api.delete(path, headers={"If-Match": '"1"'}).status_code == 204
    problem(api.delete(path, headers={"If-Match": '"1"'}), 404, "not_found")
    assert list(Unit.objects.values_list("code", flat=True)) == ["N-101"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "x" * 41}, "code"),
        ({"kind": "castle"}, "kind"),
        ({"floor": "third"}, "floor"),
        ({"floor": 10**9}, "floor"),
        ({"rooms": -1}, "rooms"),
        ({"rooms": "NaN"}, "rooms"),
        ({"area": "1e9"}, "area"),
        ({"monthly_charge": 12.5}, "monthly_charge"),
        ({"monthly_charge": -1}, "monthly_charge"),
        ({"active_to": "2026-02-30"}, "active_to"),
        ({"colour": "red"}, "colour"),
        ({"code": "\u200b"}, "code"),
    ],
)
def test_what_cannot_be_a_unit_is_named(api: APIClient, north: Building, facts: dict[str, Any], field: str) -> None:
    problem(api.post(f"{API}/units/", {"building": north.pk, "code": "N-9", **facts}, format="json"), 400, api_code(facts), field)
    assert not Unit.objects.exists()


def api_code(facts: dict[str, Any]) -> str:
    return "invisible" if facts.get("code") == "\u200b" else "invalid"


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"code": "N-101"}, "unit_code_taken", "code"),
        ({"fewest": 3, "most": 2}, "most_below_fewest", "most"),
        ({"active_from": "2026-03-01", "active_to": "2026-02-01"}, "ends_before_start", "active_to"),
    ],
)
def test_a_rule_that_a_unit_breaks_is_named(
    api: APIClient, north: Building, n101: Unit, facts: dict[str, Any], code: str, field: str
) -> None:
    answer = api.post(f"{API}/units/", {"building": north.pk, "code": "N-9", **facts}, format="json")
    problem(answer, 409 if code.endswith("taken") else 422, code, field)
    assert Unit.objects.count() == 1


# --- Households and agreements ------------------------------------------------------------------------------------------


def test_a_household_moves_in_and_out(api: APIClient, alder: Cooperative, n101: Unit, n102: Unit, person: Any) -> None:
    amy, bo, cleo = (person(name) for name in ("Amy", "Bo", "Cleo"))
    body = {"cooperative": alder.pk, "name": "Quist", "adults": [amy.public_id], "children": [cleo.public_id], "on": "2026-01-01"}
    home = api.post(f"{API}/households/", body, format="json")
    assert home.status_code == 201
    assert [(one["name"], one["relation"], one["starts_on"]) for one in home.json()["people"]] == [
        ("Amy", "adult", "2026-01-01"), ("Cleo", "child", "2026-01-01"),
    ]  # fmt: skip
    path = f"{API}/households/{home.json()['id']}/"
    joined = api.post(f"{path}people/", {"person": str(bo.public_id), "starts_on": "2026-01-05"})
    assert (joined.status_code, joined.json()["version"]) == (201, 2)
    agreed = api.post(
        f"{API}/occupancies/", {"unit": str(n101.public_id), "household": home.json()["id"], "starts_on": "2026-02-01"}
    )
    assert agreed.status_code == 201
    assert agreed.json()["people"] == [
        {
            "person": str(one.public_id),
            "name": one.name,
            "is_holder": one != cleo,
            "lives_there": True,
            "starts_on": "2026-02-01",
            "ends_on": None,
        }
        for one in (amy, bo, cleo)
    ]
    own = f"{API}/occupancies/{agreed.json()['id']}/"
    assert api.get(own).json() == agreed.json()
    left = api.post(f"{path}leave/", {"person": str(bo.public_id), "on": "2026-02-15"})
    assert [one["ends_on"] for one in left.json()["people"]] == [None, "2026-02-15", None]
    assert [one["ends_on"] for one in api.get(own).json()["people"]] == [None, "2026-02-15", None]
    moved = api.post(f"{own}transfer/", {"unit": str(n102.public_id), "on": "2026-03-01", "version": 2})
    assert (moved.status_code, moved.json()["unit"]) == (201, str(n102.public_id))
    assert [one["name"] for one in moved.json()["people"]] == ["Amy", "Cleo"]
    problem(api.post(f"{path}end/", {"on": "2026-05-01", "version": 3}), 409, "has_home", "on")
    end = f"{API}/occupancies/{moved.json()['id']}/end/"
    problem(api.post(end, {"on": "2026-04-01"}), 428, "version_required")
    ended = api.post(end, {"on": "2026-04-01", "version": 1})
    assert (ended.json()["ends_on"], {one["ends_on"] for one in ended.json()["people"]}) == ("2026-04-01", {"2026-04-01"})
    problem(api.post(end, {"on": "2026-04-01", "version": 1}), 409, "stale")
    problem(api.post(end, {"on": "2026-04-01", "version": 2}), 409, "has_ended", "on")
    assert api.post(f"{path}end/", {"on": "2026-05-01", "version": 3}).json()["ended_on"] == "2026-05-01"


def test_a_taken_unit_answers_409_with_the_other_agreement(
    api: APIClient, actor: Actor, n101: Unit, quists: Household, odes: Household
) -> None:
    first = house(actor, n101, quists, starts_on=FEB)
    body = {"unit": str(n101.public_id), "household": str(odes.public_id), "starts_on": "2026-06-01"}
    answer = api.post(f"{API}/occupancies/", body)
    problem(answer, 409, "unit_taken", "unit")
    assert answer.json()["occupancy"] == str(first.public_id)
    assert answer.json()["detail"].startswith("Quist has N-101 from 1 February 2026 on.")


def test_two_households_change_places(
    api: APIClient, actor: Actor, n101: Unit, n102: Unit, quists: Household, odes: Household
) -> None:
    one, other = house(actor, n101, quists, starts_on=FEB), house(actor, n102, odes, starts_on=FEB)
    body = {"occupancy": str(other.public_id), "on": "2026-03-01", "version": 1}
    answer = api.post(f"{API}/occupancies/{one.public_id}/swap/", body)
    assert (answer.status_code, answer.json()["unit"]) == (201, str(n102.public_id))
    rows = Occupancy.objects.order_by("unit__code", "starts_on").values_list("unit__code", "household__name", "ends_on")
    assert list(rows) == [
        ("N-101", "Quist", MARCH), ("N-101", "Ode", None), ("N-102", "Ode", MARCH), ("N-102", "Quist", None),
    ]  # fmt: skip


def test_people_come_into_an_agreement_and_leave_it(
    api: APIClient, actor: Actor, n101: Unit, odes: Household, person: Any
) -> None:
    made = house(actor, n101, odes, starts_on=FEB)
    eve = person("Eve")
    path = f"{API}/occupancies/{made.public_id}/"
    added = api.post(f"{path}people/", {"person": str(eve.public_id), "starts_on": "2026-03-01"})
    assert [(one["name"], one["is_holder"], one["starts_on"]) for one in added.json()["people"]] == [
        ("Dan Ode", True, "2026-02-01"), ("Eve", False, "2026-03-01"),
    ]  # fmt: skip
    problem(api.post(f"{path}people/", {"person": str(eve.public_id)}), 409, "is_occupant", "person")
    left = api.post(f"{path}leave/", {"person": str(eve.public_id), "on": "2026-04-01"})
    assert left.json()["people"][1]["ends_on"] == "2026-04-01"
    problem(api.post(f"{path}leave/", {"person": str(eve.public_id), "on": "2026-04-01"}), 400, "invalid", "person")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"unit": "x"}, "unit"),
        ({"unit": 7}, "unit"),
        ({"unit": None}, "unit"),
        ({"unit": ["a"]}, "unit"),
        ({"household": str(uuid4())}, "household"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"kind": "king"}, "kind"),
        ({"holders": [str(uuid4())]}, "holders"),
        ({"holders": "all"}, "holders"),
        ({"occupants": [1]}, "occupants"),
        ({"occupants": [str(uuid4())] * 51}, "occupants"),
        ({"note": "x" * 501}, "note"),
        ({"rent": 5}, "rent"),
    ],
)
def test_what_cannot_be_an_agreement_is_named(
    api: APIClient, n101: Unit, quists: Household, facts: dict[str, Any], field: str
) -> None:
    body = {"unit": str(n101.public_id), "household": str(quists.public_id), "starts_on": "2026-02-01", **facts}
    problem(api.post(f"{API}/occupancies/", body, format="json"), 400, "invalid", field)
    assert not Occupancy.objects.exists()
