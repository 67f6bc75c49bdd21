"""Homes through the API: what there is for everybody, who lives where for officers, one's own, and what people show."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.actions import add_building, add_unit, house, make_household
from members.models import Building, Household, Membership, Occupancy, Person, Unit, User
from members.roles import Role

from ..factories import a_cooperative, a_member, a_user, acting, days
from .conftest import API, FEB, JAN, MARCH, MAY, problem

# --- Lists --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def let(actor: Actor, n101: Unit, n102: Unit, quists: Household, odes: Household) -> Occupancy:
    """The Quists had N-101 in February and March, and the Odes have it since May."""
    house(actor, n101, odes, starts_on=MAY)
    made: Occupancy = house(actor, n101, quists, starts_on=FEB, ends_on=MARCH)
    return made


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["N-101", "N-102"]),
        ("on=2026-02-01&status=vacant", ["N-102"]),
        ("on=2026-02-01&status=let", ["N-101"]),
        ("on=2026-03-01&status=vacant", ["N-101", "N-102"]),
        ("on=2026-05-01&status=under", ["N-101"]),
        ("on=2026-02-01&status=under", []),
        ("on=2026-02-01&status=over", []),
        ("status=ended", []),
        ("kind=flat", ["N-101", "N-102"]),
        ("kind=parking", []),
    ],
)
def test_units_are_filtered(api: APIClient, let: Occupancy, query: str, codes: list[str]) -> None:
    assert [row["code"] for row in api.get(f"{API}/units/?{query}").json()["results"]] == codes


def test_units_that_are_not_in_use_any_more(api: APIClient, let: Occupancy, n102: Unit) -> None:
    Unit.objects.filter(pk=n102.pk).update(active_to=MARCH)
    assert [row["code"] for row in api.get(f"{API}/units/?on=2026-03-01").json()["results"]] == ["N-101"]
    assert [row["code"] for row in api.get(f"{API}/units/?on=2026-03-01&status=ended").json()["results"]] == ["N-102"]
    assert [row["code"] for row in api.get(f"{API}/units/?on=2026-02-28&status=ended").json()["results"]] == []


def test_agreements_are_filtered(
    api: APIClient, actor: Actor, alder: Cooperative, north: Building, n101: Unit, n102: Unit, let: Occupancy, quists: Household
) -> None:
    def found(query: str) -> list[str]:
        rows = api.get(f"{API}/occupancies/?{query}").json()["results"]
        return [row["starts_on"] for row in rows]

    both = ["2026-05-01", "2026-02-01"]
    assert found("") == found(f"cooperative={alder.pk}") == found(f"building={north.pk}") == both
    assert found(f"unit={n101.public_id}") == both
    assert found(f"unit={n102.public_id}") == found(f"cooperative={alder.pk + 1}") == []
    assert found(f"household={quists.public_id}") == ["2026-02-01"]
    assert found("on=2026-02-28") == found("on=2026-02-28&status=current") == found("on=2026-03-01&status=ended") == both[1:]
    assert found("on=2026-03-01") == found("on=2026-02-28&status=ended") == []
    assert found("on=2026-03-01&status=ahead") == both[:1]


def test_today_is_the_cooperatives_own(api: APIClient, actor: Actor, n101: Unit, n102: Unit, odes: Household) -> None:
    house(actor, n101, odes, starts_on=days(0), ends_on=days(1))
    house(actor, n102, odes, starts_on=days(1), kind="sublet")
    assert [row["unit"] for row in api.get(f"{API}/occupancies/?status=current").json()["results"]] == [str(n101.public_id)]
    assert [row["unit"] for row in api.get(f"{API}/occupancies/?status=ahead").json()["results"]] == [str(n102.public_id)]
    assert [row["code"] for row in api.get(f"{API}/units/?status=vacant").json()["results"]] == ["N-102"]
    assert [[one["name"] for one in row["households"]] for row in api.get(f"{API}/units/").json()["results"]] == [["Ode"], []]


def test_households_are_filtered(api: APIClient, quists: Household, odes: Household) -> None:
    Household.objects.filter(pk=odes.pk).update(ended_on=MARCH)

    def found(query: str) -> list[str]:
        return [row["name"] for row in api.get(f"{API}/households/?{query}").json()["results"]]

    assert found("") == ["Ode", "Quist"]
    assert found("on=2026-02-28&status=open") == ["Ode", "Quist"]
    assert found("on=2026-03-01&status=open") == ["Quist"]
    assert found("on=2026-03-01&status=ended") == ["Ode"]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("units", "cooperative=x"),
        ("units", "building=-1"),
        ("units", "on=2026-02-30"),
        ("units", "on=%00"),
        ("units", "status=gone"),
        ("units", "kind=castle"),
        ("buildings", "cooperative=1.5"),
        ("households", "status=x"),
        ("occupancies", "unit=7"),
        ("occupancies", "household=%00"),
        ("occupancies", "on=tomorrow"),
        ("occupancies", "status=x"),
    ],
)
def test_a_wrong_filter_is_named(api: APIClient, n101: Unit, path: str, query: str) -> None:
    problem(api.get(f"{API}/{path}/?{query}"), 400, "invalid", query.split("=")[0])


@pytest.mark.parametrize("path", ["buildings", "units", "households", "occupancies"])
def test_lists_cost_the_same_for_one_row_and_for_three(
    api: APIClient, actor: Actor, alder: Cooperative, north: Building, n101: Unit, quists: Household, person: Any, path: str
) -> None:
    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as caught:
            count = api.get(f"{API}/{path}/").json()["count"]
        return count, len(caught)

    house(actor, n101, quists, starts_on=FEB)
    first = cost()
    for number in range(2):
        unit = add_unit(actor, add_building(actor, alder, name=f"B{number}"), code="1")
        family = make_household(actor, alder, name=f"F{number}", adults=[person(f"P{number}"), person(f"Q{number}")])
        house(actor, unit, family, starts_on=FEB)
    assert cost() == (3, first[1])
    assert first[0] == 1


# --- Who may --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def plain(alder: Cooperative, ben: User, client_of: Any) -> APIClient:
    """Ben's program: a plain member, who lives nowhere yet."""
    made: APIClient = client_of(ben)
    return made


def test_members_see_what_there_is_and_not_who_lives_there(plain: APIClient, actor: Actor, n101: Unit, quists: Household) -> None:
    Unit.objects.filter(pk=n101.pk).update(cost_share=12, monthly_charge=5, rooms=3)
    house(actor, n101, quists, starts_on=FEB)
    row = plain.get(f"{API}/units/?status=let").json()["results"][0]
    assert {name: row[name] for name in ("code", "rooms", "floor", "households")} == {
        "code": "N-101", "rooms": "3.0", "floor": 1, "households": [],
    }  # fmt: skip
    assert {row[name] for name in ("cost_share", "monthly_charge", "fewest", "most")} == {None}
    assert plain.get(f"{API}/buildings/").json()["count"] == 1
    for path in ("households", "occupancies"):
        assert plain.get(f"{API}/{path}/").json()["results"] == []
    assert plain.get(f"{API}/households/{quists.public_id}/").status_code == 404
    assert plain.get(f"{API}/units/?status=under").json()["results"] == []
    assert plain.get(f"{API}/units/?status=over").json()["results"] == []


def test_who_shows_their_home_is_shown_and_nobody_else_of_the_household(
    plain: APIClient, actor: Actor, n101: Unit, quists: Household
) -> None:
    house(actor, n101, quists, starts_on=FEB)
    Person.objects.filter(name="Amy Quist").update(shown=["email", "unit"])
    Person.objects.filter(name="Bo Quist").update(shown=["email"])
    assert [row["name"] for row in plain.get(f"{API}/units/").json()["results"][0]["households"]] == ["Quist"]
    found = plain.get(f"{API}/households/").json()["results"]
    assert [(row["name"], row["external_id"], [one["name"] for one in row["people"]]) for row in found] == [
        ("Quist", None, ["Amy Quist"])
    ]
    assert plain.get(f"{API}/occupancies/").json()["results"] == []
    Person.objects.filter(name="Amy Quist").update(erased_at="2026-01-01T00:00Z")
    assert plain.get(f"{API}/households/").json()["results"] == []


def test_ones_own_home_and_household_are_known(plain: APIClient, actor: Actor, n101: Unit, odes: Household, ben: User) -> None:
    mine = Membership.objects.get(user=ben).person
    family = make_household(actor, n101.cooperative, name="Oduya", adults=[mine])
    made = house(actor, n101, family, starts_on=FEB, note="Pays late.")
    found = plain.get(f"{API}/occupancies/").json()["results"]
    assert [(row["id"], row["note"], [one["name"] for one in row["people"]]) for row in found] == [
        (str(made.public_id), None, ["Ben Oduya"])
    ]
    assert [row["name"] for row in plain.get(f"{API}/households/").json()["results"]] == ["Oduya"]
    problem(plain.post(f"{API}/occupancies/{made.public_id}/end/", {"on": "2026-03-01", "version": 1}), 403, "permission_denied")


def test_who_moved_out_does_not_see_who_stayed(plain: APIClient, actor: Actor, n101: Unit, quists: Household, ben: User) -> None:
    mine = Membership.objects.get(user=ben).person
    made = house(actor, n101, quists, starts_on=FEB, occupants=[mine], holders=[])
    assert plain.get(f"{API}/occupancies/").json()["count"] == 1
    made.occupants.filter(person=mine).update(ends_on=days(0))
    assert plain.get(f"{API}/occupancies/").json()["count"] == 0


@pytest.mark.parametrize("role", [Role.TREASURER, Role.MEMBER, Role.OBSERVER])
def test_only_admins_and_secretaries_write(
    actor: Actor, alder: Cooperative, client_of: Any, n101: Unit, quists: Household, role: str
) -> None:
    made = house(actor, n101, quists, starts_on=FEB)
    user = a_user("Tess Till")
    a_member(alder, user, role)
    api = client_of(user)
    problem(api.post(f"{API}/buildings/", {"cooperative": alder.pk, "name": "X"}), 403, "forbidden")
    problem(api.post(f"{API}/units/", {"building": n101.building_id, "code": "X"}), 403, "forbidden")
    problem(api.post(f"{API}/households/", {"cooperative": alder.pk, "name": "X"}), 403, "forbidden")
    body = {"unit": str(n101.public_id), "household": str(quists.public_id), "starts_on": "2026-02-01"}
    problem(api.post(f"{API}/occupancies/", body), 403, "forbidden")
    problem(api.patch(f"{API}/units/{n101.public_id}/", {"floor": 3, "version": 1}), 403, "permission_denied")
    problem(api.delete(f"{API}/units/{n101.public_id}/", headers={"If-Match": '"1"'}), 403, "permission_denied")
    sees = role == Role.TREASURER
    assert api.get(f"{API}/occupancies/{made.public_id}/").status_code == (200 if sees else 404)
    answer = api.post(f"{API}/occupancies/{made.public_id}/end/", {"on": "2026-03-01", "version": 1})
    problem(answer, *((403, "permission_denied") if sees else (404, "not_found")))


def test_strangers_find_nothing_and_a_foreign_id_is_an_unknown_one(
    api: APIClient, actor: Actor, n101: Unit, quists: Household, stranger: User, client_of: Any
) -> None:
    theirs = client_of(stranger)
    with acting(stranger) as other:
        building = add_building(other, Cooperative.objects.get(name="Birch Lane"), name="Secret")
        unit = add_unit(other, building, code="S-1")
        family = make_household(other, building.cooperative, name="Secret")
        made = house(other, unit, family, starts_on=JAN)
    for path in (
        f"buildings/{building.pk}",
        f"units/{unit.public_id}",
        f"households/{family.public_id}",
        f"occupancies/{made.public_id}",
    ):
        assert theirs.get(f"{API}/{path}/").status_code == 200
        foreign, unknown = api.get(f"{API}/{path}/"), api.get(f"{API}/{path.partition('/')[0]}/{NOBODY[path[0]]}/")
        assert (foreign.status_code, foreign.json()) == (unknown.status_code, unknown.json()) == (404, foreign.json())
    body = {"unit": str(n101.public_id), "household": str(quists.public_id), "starts_on": "2026-02-01"}
    answers = [
        api.post(f"{API}/occupancies/", {**body, "unit": str(foreign)}).json()["errors"] for foreign in (unit.public_id, uuid4())
    ]
    assert answers[0] == answers[1]
    assert list(answers[0]) == ["unit"]
    problem(api.post(f"{API}/units/", {"building": building.pk, "code": "X"}), 400, "invalid", "building")
    assert [row["name"] for row in api.get(f"{API}/buildings/").json()["results"]] == ["North"]


NOBODY = {"b": 99_999_999, "u": uuid4(), "h": uuid4(), "o": uuid4()}


def test_a_unit_and_a_household_of_two_of_my_cooperatives_do_not_meet(api: APIClient, otto: User, n101: Unit) -> None:
    second = a_cooperative(otto, "Cedar Court")
    with acting(otto) as both:
        family = make_household(both, second, name="Cedar")
    body = {"unit": str(n101.public_id), "household": str(family.public_id), "starts_on": "2026-02-01"}
    problem(api.post(f"{API}/occupancies/", body), 422, "other_cooperative", "household")


def test_a_chama_has_no_homes(api: APIClient, otto: User) -> None:
    kilele = a_cooperative(otto, "Kilele", kind="chama")
    answer = api.post(f"{API}/buildings/", {"cooperative": kilele.pk, "name": "North"})
    problem(answer, 422, "no_homes")
    assert answer.json()["detail"] == "Kilele has no homes: only housing cooperatives keep buildings, units and households."
    problem(api.post(f"{API}/households/", {"cooperative": kilele.pk, "name": "North"}), 422, "no_homes")
    with enter([kilele.pk]):
        assert not Building.objects.exists()


def test_visitors_are_asked_to_sign_in(db: None) -> None:
    for path in ("buildings", "units", "households", "occupancies"):
        assert APIClient().get(f"{API}/{path}/").status_code == 401


def test_what_is_never_deleted(api: APIClient, actor: Actor, north: Building, n101: Unit, quists: Household) -> None:
    made = house(actor, n101, quists, starts_on=FEB)
    for path in (f"buildings/{north.pk}", f"households/{quists.public_id}", f"occupancies/{made.public_id}"):
        problem(api.delete(f"{API}/{path}/"), 405, "method_not_allowed")
