"""Pages of homes: the house by floor, lists, a unit with its history, a household; all forms without a script."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from members.actions import add_building, add_unit, end_occupancy, house, join_household, make_household, name_guardian
from members.models import Building, Guardianship, Household, HouseholdMember, Membership, Occupancy, Occupant, Person, Unit, User

from ..browser import plain
from ..factories import a_cooperative, a_member, a_user, days
from .conftest import House, as_, at, show

HOSTILE = "<img src=x onerror=alert(1)>"
pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def fay(alder: Cooperative) -> User:
    """Fay is another plain member."""
    user = a_user("Fay Fellow")
    a_member(alder, user)
    return user


def cells(answer: Any) -> list[tuple[int | None, list[tuple[str, bool, list[str]]]]]:
    """The floors from the top: code, let or not, households."""
    return [
        (floor.number, [(home.unit.code, home.is_let, [str(one) for one in home.households]) for home in floor.homes])
        for floor in answer.context["floors"]
    ]


# --- The house ------------------------------------------------------------------------------------------------------


def test_the_house_stands_floor_by_floor(client: Client, sue: User, fay: User, alder: Cooperative, house_: House) -> None:
    add_unit(SYSTEM, house_.north, code="Bike store", kind="common")
    assert cells(as_(client, sue).get(at(alder, "homes"))) == [
        (2, [("N-201", False, [])]),
        (1, [("N-101", True, ["Oduya"])]),
        (None, [("Bike store", False, [])]),
    ]
    page = plain(client.get(at(alder, "homes")))
    assert page.count(">vacant<") == 1
    answer = as_(client, fay).get(at(alder, "homes"))
    assert cells(answer)[1] == (1, [("N-101", True, [])])
    assert answer.context["figures"] == []
    assert "Oduya" not in plain(answer)


def test_who_shows_their_home_is_named_to_fellows(
    client: Client, fay: User, bens: Membership, alder: Cooperative, house_: House
) -> None:
    show(bens, "unit")
    assert cells(as_(client, fay).get(at(alder, "homes")))[1] == (1, [("N-101", True, ["Oduya"])])


def test_the_house_is_drawn_as_it_was_on_a_day(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    before = as_(client, sue).get(at(alder, "homes"), {"on": days(-401).isoformat()})
    assert cells(before)[1] == (1, [("N-101", False, [])])
    assert (before.context["day"], before.context["is_today"]) == (days(-401), False)
    for nonsense in ("x", "2020-13-45", "", "\x00", "9" * 50):
        assert client.get(at(alder, "homes"), {"on": nonsense}).context["is_today"] is True


def test_one_building_is_drawn_and_the_others_are_a_click_away(
    client: Client, sue: User, alder: Cooperative, house_: House
) -> None:
    south = add_building(SYSTEM, alder, name="South")
    add_unit(SYSTEM, south, code="S-1")
    answer = as_(client, sue).get(at(alder, "homes"), {"building": south.pk, "on": days(-1).isoformat()})
    assert cells(answer) == [(None, [("S-1", False, [])])]
    assert f"?building={house_.north.pk}&amp;on={days(-1).isoformat()}" in plain(answer)
    for other in ("x", "999999", ""):
        assert client.get(at(alder, "homes"), {"building": other}).context["building"].name == "North"


def test_the_figures_lead_to_their_lists(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    figures = as_(client, sue).get(at(alder, "homes")).context["figures"]
    assert [(one["label"], one["value"]) for one in figures] == [
        ("Units in use", 2), ("Vacant", 1), ("Under-occupied", 1), ("Over-occupied", 0),
    ]  # fmt: skip
    found = {one["label"]: [row.code for row in client.get(one["url"]).context["units"]] for one in figures if "url" in one}
    assert found == {"Vacant": ["N-201"], "Under-occupied": ["N-101"], "Over-occupied": []}
    for number in range(4):
        kid = Person.objects.create(cooperative=alder, name=f"Kid {number}")
        Occupant.objects.create(cooperative=alder, occupancy=house_.agreement, person=kid, starts_on=days(-5))
    assert [row.people_count for row in client.get(at(alder, "homes_over")).context["units"]] == [5]
    assert [row.code for row in client.get(at(alder, "homes_over"), {"on": days(-6).isoformat()}).context["units"]] == []


def test_lists_hold_no_units_of_other_cooperatives(client: Client, ada: User, alder: Cooperative, house_: House) -> None:
    cedar = a_cooperative(ada, "Cedar Court")
    answer = as_(client, ada).get(at(cedar, "homes_vacant"))
    assert answer.context["units"] == []
    assert client.get(at(cedar, "unit", house_.n101.public_id)).status_code == 404
    assert client.get(at(cedar, "household", house_.oduyas.public_id)).status_code == 404
    assert client.get(at(cedar, "building", house_.north.pk)).status_code == 404


def test_a_chama_has_no_homes(client: Client, ada: User) -> None:
    chama = a_cooperative(ada, "Kilele", kind="chama")
    as_(client, ada)
    assert client.get(at(chama, "homes")).status_code == 403
    assert "/homes/" not in plain(client.get(at(chama, "directory")))


def test_the_place_and_the_tab_are_marked_on_pages_of_homes(client: Client, ada: User, alder: Cooperative) -> None:
    page = plain(as_(client, ada).get(at(alder, "homes")))
    marked = re.findall(r'href="([^"]+)" aria-current="page"', page)
    assert at(alder, "directory") in marked
    assert at(alder, "homes") in marked


def test_more_units_buildings_and_households_take_no_more_queries(
    client: Client, ada: User, alder: Cooperative, house_: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    as_(client, ada)
    counts: dict[str, list[int]] = {}
    for more in (0, 2, 12):
        for number in range(more):
            add_building(SYSTEM, alder, name=f"Side {more} {number}")
            unit = add_unit(SYSTEM, house_.north, code=f"N-{more}{number}", floor=number)
            person = Person.objects.create(cooperative=alder, name=f"Pia {number}")
            family = make_household(SYSTEM, alder, name=f"Family {more} {number}", adults=[person])
            house(SYSTEM, unit, family, starts_on=days(-3))
            add_unit(SYSTEM, house_.north, code=f"V-{more}{number}")
        for name in ("homes", "homes_vacant", "homes_under", "households"):
            with django_assert_max_num_queries(24) as taken:
                assert client.get(at(alder, name)).status_code == 200
            counts.setdefault(name, []).append(len(taken))
    assert {name: len(set(found)) for name, found in counts.items()} == dict.fromkeys(counts, 1), counts


# --- Buildings and units --------------------------------------------------------------------------------------------


def test_a_building_and_a_unit_are_added_and_changed(client: Client, sue: User, alder: Cooperative) -> None:
    as_(client, sue)
    client.post(at(alder, "building_new"), {"name": "West", "address": "Elm 9", "built_in": "1999"})
    west = Building.objects.get()
    form = {"code": "W-1", "kind": "flat", "floor": "2", "rooms": "2.5", "area": "61.25", "monthly_charge": "780.50"}
    assert client.post(at(alder, "unit_new", west.pk), form)["Location"] == at(alder, "homes") + f"?building={west.pk}"
    unit = Unit.objects.get()
    assert (unit.code, unit.floor, str(unit.rooms), unit.monthly_charge) == ("W-1", 2, "2.5", 78_050)
    shown = client.get(at(alder, "unit", unit.public_id) + "?edit=1").context["form"]
    assert str(shown["monthly_charge"].value()) == "780.50"
    client.post(at(alder, "unit", unit.public_id), form | {"monthly_charge": "", "most": "4", "version": 1})
    client.post(at(alder, "building", west.pk), {"name": "Far West", "version": 1})
    unit.refresh_from_db()
    west.refresh_from_db()
    assert (unit.monthly_charge, unit.most, unit.version) == (None, 4, 2)
    assert (west.name, west.address, west.version) == ("Far West", "", 2)


def test_an_amount_has_the_decimals_of_its_currency(client: Client, ada: User) -> None:
    tokyo = a_cooperative(ada, "Tokyo House", currency="JPY")
    as_(client, ada).post(at(tokyo, "building_new"), {"name": "A"})
    building = client.get(at(tokyo, "homes")).context["building"]
    form = {"code": "1", "kind": "flat", "monthly_charge": "90000"}
    assert client.post(at(tokyo, "unit_new", building.pk), form | {"monthly_charge": "1.5"}).status_code == 400
    client.post(at(tokyo, "unit_new", building.pk), form)
    homes = client.get(at(tokyo, "homes")).context["floors"][0].homes
    assert homes[0].unit.monthly_charge == 90_000


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"code": ""}, 400, "code"),
        ({"code": "N-201"}, 409, "code"),
        ({"kind": "castle"}, 400, "kind"),
        ({"floor": "1.5"}, 400, "floor"),
        ({"floor": "9999"}, 400, "floor"),
        ({"rooms": "-1"}, 400, "rooms"),
        ({"area": "NaN"}, 400, "area"),
        ({"monthly_charge": "-1"}, 400, "monthly_charge"),
        ({"monthly_charge": "1e400"}, 400, "monthly_charge"),
        ({"monthly_charge": "9" * 30}, 400, "monthly_charge"),
        ({"fewest": "5", "most": "2"}, 422, "most"),
        ({"active_from": "2024-01-01", "active_to": "2020-01-01"}, 422, "active_to"),
        ({"active_to": "2020-01-01"}, 409, "active_to"),
        ({"kind": "parking"}, 422, "kind"),
        ({"version": "x"}, 400, "version"),
    ],
)
def test_a_bad_unit_is_named_at_its_field(
    client: Client, sue: User, alder: Cooperative, house_: House, changed: dict[str, str], status: int, field: str
) -> None:
    form = {"code": "N-101", "kind": "flat", "version": str(house_.n101.version)}
    answer = as_(client, sue).post(at(alder, "unit", house_.n101.public_id), form | changed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (status, [field])


def test_a_stale_save_shows_both_values(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    address = at(alder, "unit", house_.n101.public_id)
    as_(client, sue).post(address, {"code": "N-101", "kind": "flat", "monthly_charge": "800", "version": 1})
    answer = client.post(address, {"code": "N-101", "kind": "flat", "monthly_charge": "900", "version": 1})
    assert answer.status_code == 409
    assert "900" in plain(answer)
    assert Unit.objects.get(code="N-101").monthly_charge == 80_000


# --- Agreements -----------------------------------------------------------------------------------------------------


def test_a_unit_shows_its_history_to_the_office_alone(
    client: Client, sue: User, fay: User, ben: User, alder: Cooperative, house_: House
) -> None:
    rowan = Person.objects.create(cooperative=alder, name="Rowan Gone")
    early = make_household(SYSTEM, alder, name="Rowan", adults=[rowan])
    house(SYSTEM, house_.n101, early, starts_on=days(-900), ends_on=days(-400), note="By hand")
    address = at(alder, "unit", house_.n101.public_id)

    def seen(user: User) -> list[str]:
        return [str(row.household) for row in as_(client, user).get(address).context["agreements"]]

    assert (seen(sue), seen(ben), seen(fay)) == (["Oduya", "Rowan"], ["Oduya"], [])
    page = plain(as_(client, fay).get(address))
    assert not [word for word in ("Oduya", "Rowan", "By hand") if word in page]
    assert "780.00" in page


def test_who_lived_here_on_a_day(client: Client, sue: User, fay: User, alder: Cooperative, house_: House) -> None:
    address = at(alder, "unit", house_.n101.public_id)

    def lived(user: User, day: int) -> list[str]:
        return [str(row) for row in as_(client, user).get(address, {"on": days(day).isoformat()}).context["lived"]]

    assert [lived(sue, day) for day in (-401, -400, 0)] == [[], ["Ben Oduya"], ["Ben Oduya"]]
    assert lived(fay, 0) == []


def test_an_agreement_starts_and_ends(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    as_(client, sue)
    person = Person.objects.create(cooperative=alder, name="Ina Lee")
    lees = make_household(SYSTEM, alder, name="Lee", adults=[person])
    end = {"on": days(30).isoformat(), "version": house_.agreement.version}
    address = at(alder, "unit", house_.n101.public_id)
    assert client.post(at(alder, "move_out", house_.agreement.public_id), end)["Location"] == address
    form = {"household": lees.pk, "starts_on": days(30).isoformat(), "ends_on": "", "kind": "member", "note": "By hand"}
    assert client.post(at(alder, "move_in", house_.n101.public_id), form)["Location"] == address
    assert [(str(row.household), row.starts_on, row.ends_on) for row in Occupancy.objects.order_by("starts_on")] == [
        ("Oduya", days(-400), days(30)),
        ("Lee", days(30), None),
    ]
    assert list(Occupant.objects.filter(person=person).values_list("is_holder", "lives_there")) == [(True, True)]


def test_an_overlap_is_refused_with_the_name_of_the_other_agreement(
    client: Client, sue: User, alder: Cooperative, house_: House
) -> None:
    lees = make_household(SYSTEM, alder, name="Lee")
    form = {"household": lees.pk, "starts_on": days(-9).isoformat(), "kind": "member"}
    answer = as_(client, sue).post(at(alder, "move_in", house_.n101.public_id), form)
    assert answer.status_code == 409
    assert "Oduya" in plain(answer)
    assert Occupancy.objects.count() == 1


@pytest.mark.parametrize("changed", [{"household": ""}, {"household": "999999"}, {"starts_on": "x"}, {"kind": "king"}])
def test_a_bad_agreement_is_named_at_its_field(
    client: Client, sue: User, alder: Cooperative, house_: House, changed: dict[str, str]
) -> None:
    form = {"household": str(house_.oduyas.pk), "starts_on": days(0).isoformat(), "kind": "member"} | changed
    answer = as_(client, sue).post(at(alder, "move_in", house_.n201.public_id), form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, list(changed))


def test_more_agreements_take_no_more_queries(
    client: Client, sue: User, alder: Cooperative, house_: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    as_(client, sue)
    end_occupancy(SYSTEM, house_.agreement, version=house_.agreement.version, on=days(-300))
    counts = []
    for more in (0, 2, 12):
        for number in range(more):
            person = Person.objects.create(cooperative=alder, name=f"Pia {number}")
            family = make_household(SYSTEM, alder, name=f"Family {number}", adults=[person])
            start = days(100 * more + 10 * number)
            house(SYSTEM, house_.n101, family, starts_on=start, ends_on=days(100 * more + 10 * number + 5))
        with django_assert_max_num_queries(20) as taken:
            client.get(at(alder, "unit", house_.n101.public_id), {"on": days(0).isoformat()})
        counts.append(len(taken))
    assert len(set(counts)) == 1, counts


# --- Households -----------------------------------------------------------------------------------------------------


def test_a_household_is_entered_with_its_people(client: Client, sue: User, alder: Cooperative, bens: Membership) -> None:
    as_(client, sue)
    client.post(at(alder, "household_new"), {"name": "The Marshes"})
    marshes = Household.objects.get()
    join = at(alder, "household_join", marshes.public_id)
    client.post(join, {"person": bens.person_id, "name": "", "relation": "adult", "starts_on": days(-3).isoformat()})
    client.post(join, {"person": "", "name": "Mia", "birth_date": "2019-02-03", "relation": "child", "starts_on": ""})
    people = [(str(one.person), one.relation, one.starts_on) for one in marshes.people.order_by("pk")]
    assert people == [("Ben Oduya", "adult", days(-3)), ("Mia", "child", None)]
    mia = Person.objects.get(name="Mia")
    assert not Membership.objects.filter(person=mia).exists()
    client.post(at(alder, "guardian_new", marshes.public_id), {"child": mia.pk, "guardian": bens.person_id})
    page = plain(client.get(at(alder, "household", marshes.public_id)))
    assert [word for word in ("Ben Oduya", "Mia", "Who answers for the children") if word not in page] == []
    named = Guardianship.objects.get()
    client.post(at(alder, "guardian_end", marshes.public_id, named.pk))
    assert not Guardianship.objects.exists()
    version = Household.objects.get().version
    client.post(at(alder, "household", marshes.public_id), {"name": "Marsh", "external_id": "17", "version": version})
    ben = marshes.people.get(person=bens.person)
    client.post(at(alder, "household_leave", ben.pk), {"on": days(0).isoformat()})
    context = client.get(at(alder, "household", marshes.public_id)).context
    assert [str(one.person) for one in context["present"]] == ["Mia"]
    assert [str(one.person) for one in context["others"]] == ["Ben Oduya"]
    end = {"on": days(1).isoformat(), "version": context["household"].version}
    assert client.post(at(alder, "household_end", marshes.public_id), end).status_code == 302
    marshes.refresh_from_db()
    assert (marshes.name, marshes.external_id, marshes.ended_on) == ("Marsh", "17", days(1))


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"name": ""}, 422, "person"),
        ({"name": "Mia", "person": "BEN"}, 422, "name"),
        ({"name": "", "person": "999999"}, 400, "person"),
        ({"relation": "pet"}, 400, "relation"),
        ({"birth_date": "x"}, 400, "birth_date"),
        ({"birth_date": "2999-01-01"}, 422, "birth_date"),
        ({"name": "\u200b"}, 400, "name"),
    ],
)
def test_a_bad_person_is_named_at_its_field(
    client: Client,
    sue: User,
    alder: Cooperative,
    bens: Membership,
    house_: House,
    changed: dict[str, str],
    status: int,
    field: str,
) -> None:
    form = {"name": "Mia", "person": "", "relation": "child"} | changed
    form["person"] = str(bens.person_id) if form["person"] == "BEN" else form["person"]
    answer = as_(client, sue).post(at(alder, "household_join", house_.oduyas.public_id), form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (status, [field])
    assert not Person.objects.filter(name="Mia").exists()
    assert HouseholdMember.objects.count() == 1


def test_a_household_is_for_its_own_people_and_those_who_are_told(
    client: Client, fay: User, ben: User, bens: Membership, alder: Cooperative, house_: House
) -> None:
    kim = Person.objects.create(cooperative=alder, name="Kim Oduya")
    join_household(SYSTEM, house_.oduyas, kim, relation="child")
    name_guardian(SYSTEM, kim, bens.person)
    address = at(alder, "household", house_.oduyas.public_id)

    def seen(user: User) -> tuple[int, list[str]]:
        answer = as_(client, user).get(address)
        return answer.status_code, [str(one.person) for one in answer.context["present"]] if answer.status_code == 200 else []

    assert seen(fay) == (403, [])
    assert seen(ben) == (200, ["Ben Oduya", "Kim Oduya"])
    assert "Who answers" not in plain(as_(client, ben).get(address))
    show(bens, "unit")
    assert seen(fay) == (200, ["Ben Oduya"])


def test_households_are_found_by_name_with_people_and_homes(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    make_household(SYSTEM, alder, name="Lee")
    rows = as_(client, sue).get(at(alder, "households"), {"q": "odu"}).context["rows"]
    assert [(row.name, [str(one.person) for one in row.present], [one.unit.code for one in row.homes]) for row in rows] == [
        ("Oduya", ["Ben Oduya"], ["N-101"])
    ]
    assert [row.name for row in client.get(at(alder, "households"), {"q": "\x00"}).context["rows"]] == ["Lee", "Oduya"]


def test_hostile_text_is_shown_as_text(client: Client, ada: User, alder: Cooperative, bens: Membership) -> None:
    building = add_building(SYSTEM, alder, name=HOSTILE, address=HOSTILE)
    unit = add_unit(SYSTEM, building, code=HOSTILE, type=HOSTILE, rooms=2)
    family = make_household(SYSTEM, alder, name=HOSTILE, adults=[bens.person])
    row = house(SYSTEM, unit, family, starts_on=days(0), note=HOSTILE)
    Person.objects.filter(pk=bens.person_id).update(name=HOSTILE)
    as_(client, ada)
    pages: list[tuple[str, tuple[Any, ...]]] = [
        ("homes", ()), ("households", ()), ("homes_under", ()), ("unit", (unit.public_id,)), ("household", (family.public_id,)),
        ("building", (building.pk,)), ("move_in", (unit.public_id,)), ("move_out", (row.public_id,)),
    ]  # fmt: skip
    for name, keys in pages:
        assert HOSTILE not in plain(client.get(at(alder, name, *keys))), name
