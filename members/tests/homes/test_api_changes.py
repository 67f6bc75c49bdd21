"""Changing homes by the API: what is named changes, once, by the version that was seen; the rest and the fixed stay."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.actions import house
from members.models import Building, Household, Occupancy, Unit, User

from .conftest import API, APRIL, FEB, MARCH, MAY, problem

LONG, NUL, EMOJI = "x" * 10_000, "No\x00rth", "North 🏡"


@pytest.fixture
def home(actor: Actor, n101: Unit, quists: Household) -> Occupancy:
    """The Quists have N-101 since February."""
    return house(actor, n101, quists, starts_on=FEB)


@pytest.fixture
def doors(north: Building, quists: Household, home: Occupancy, n101: Unit) -> dict[str, tuple[str, Any]]:
    """Where each of them is changed."""
    return {
        "building": (f"{API}/buildings/{north.pk}/", north),
        "household": (f"{API}/households/{quists.public_id}/", quists),
        "agreement": (f"{API}/occupancies/{home.public_id}/", home),
        "unit": (f"{API}/units/{n101.public_id}/", n101),
    }


CHANGES = [
    ("building", {"name": EMOJI}),
    ("building", {"address": "1 Long Lane", "built_in": 1984}),
    ("household", {"name": "Quist-Łund 🏡"}),
    ("household", {"external_id": "H-17"}),
    ("agreement", {"is_shared": True}),
    ("agreement", {"note": EMOJI}),
    ("unit", {"code": "N-101a", "floor": -1}),
]


@pytest.mark.parametrize(("what", "change"), CHANGES)
def test_what_is_named_changes_once_and_the_rest_stays(
    api: APIClient, doors: dict[str, tuple[str, Any]], what: str, change: dict[str, Any]
) -> None:
    door, _row = doors[what]
    before = api.get(door).json()
    body = {**change, "version": before["version"]}
    after = api.patch(door, body, format="json").json()
    assert after == {**before, **change, "version": before["version"] + 1}
    problem(api.patch(door, body, format="json"), 409, "stale")
    assert api.get(door).json() == after


WRONG = [
    ("building", "name", ""), ("building", "name", LONG), ("building", "name", NUL), ("building", "address", LONG),
    ("building", "built_in", "old"), ("building", "built_in", -1), ("household", "name", " "), ("household", "name", LONG),
    ("household", "name", NUL), ("household", "external_id", LONG), ("agreement", "ends_on", "2026-02-30"),
    ("agreement", "ends_on", "2026-01-01"), ("agreement", "kind", "king"), ("agreement", "note", LONG),
    ("agreement", "note", NUL),
    ("agreement", "is_shared", "perhaps"), ("unit", "code", ""), ("unit", "code", NUL), ("unit", "floor", 10**9),
    ("unit", "area", "NaN"), ("unit", "rooms", -1), ("unit", "monthly_charge", 10**30), ("unit", "kind", "castle"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "field", "value"), WRONG)
def test_what_cannot_be_is_named_and_nothing_changes(
    api: APIClient, doors: dict[str, tuple[str, Any]], what: str, field: str, value: Any
) -> None:
    door, row = doors[what]
    before = api.get(door).json()
    answer = api.patch(door, {field: value, "version": row.version}, format="json")
    assert (answer.status_code in (400, 422), list(answer.json()["errors"])) == (True, [field]), answer.json()
    assert api.get(door).json() == before


@pytest.mark.parametrize("what", ["building", "household", "agreement", "unit"])
def test_a_change_says_which_version_it_means_and_whose_it_is(
    api: APIClient, client_of: Any, ben: User, stranger: User, doors: dict[str, tuple[str, Any]], what: str
) -> None:
    door, row = doors[what]
    before = api.get(door).json()
    assert api.patch(door, {}, format="json").status_code == 428
    for user, statuses in ((ben, {403, 404}), (stranger, {404})):
        assert client_of(user).patch(door, {"version": row.version}, format="json").status_code in statuses
    assert api.patch(door, {"version": row.version}, format="json").json() == before, "nothing named, nothing changed"


def test_a_whole_household_and_building_are_put_back_as_they_came(
    api: APIClient, alder: Cooperative, doors: dict[str, tuple[str, Any]]
) -> None:
    for what, name in (("building", "East"), ("household", "Lund")):
        door, row = doors[what]
        body = {"cooperative": alder.pk, "name": name, "version": row.version}
        assert api.put(door, body, format="json").json()["name"] == name
        row.refresh_from_db()
        assert (row.cooperative_id, row.name) == (alder.pk, name)


def test_an_agreement_keeps_unit_and_household_and_stays_apart(
    api: APIClient, actor: Actor, home: Occupancy, n101: Unit, n102: Unit, odes: Household
) -> None:
    door = f"{API}/occupancies/{home.public_id}/"
    moved = {"unit": str(n102.public_id), "household": str(odes.public_id), "starts_on": "2026-02-01", "version": 1}
    api.put(door, {**moved, "ends_on": "2026-04-01"}, format="json")
    home.refresh_from_db()
    assert (home.unit, home.household.name) == (n101, "Quist")
    Occupancy.objects.filter(pk=home.pk).update(ends_on=MARCH)
    other = house(actor, n101, odes, starts_on=APRIL, ends_on=MAY)
    answer = api.patch(door, {"ends_on": "2026-04-02", "version": home.version}, format="json")
    problem(answer, 409, "unit_taken", "unit")
    assert answer.json()["occupancy"] == str(other.public_id)
    assert api.patch(door, {"ends_on": "2026-04-01", "version": home.version}, format="json").status_code == 200
