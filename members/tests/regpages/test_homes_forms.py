"""Forms of buildings, units and agreements: what they hold, what is refused and shown again, what a second press does."""

from typing import Any

import pytest
from django.test import Client

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import add_building, add_unit, change_unit, end_household, house, make_household
from members.models import Building, Household, Membership, Occupancy, Occupant, Person, Unit, User

from ..browser import plain
from ..factories import a_cooperative, a_member, a_user, days
from .conftest import House, as_, at, give

pytestmark = pytest.mark.usefixtures("inside")


def refusal(answer: Any) -> tuple[int, dict[str, list[str]]]:
    """How a form was refused: the status, and the sentences by field."""
    return answer.status_code, {name: list(found) for name, found in answer.context["form"].errors.items()}


def day(count: int) -> str:
    """A day as a browser sends it."""
    return days(count).isoformat()


# --- Buildings ------------------------------------------------------------------------------------------------------


def test_the_form_of_a_building_holds_what_is(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    form = as_(client, sue).get(at(alder, "building", house_.north.pk)).context["form"]
    values = {name: form[name].value() for name in ("name", "address", "built_in", "version")}
    assert values == {"name": "North", "address": "Elm Road 1", "built_in": 1984, "version": 1}


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"name": ""}, 400, "name"),
        ({"name": "   "}, 400, "name"),
        ({"name": "\u200b"}, 400, "name"),
        ({"name": "x" * 101}, 400, "name"),
        ({"name": " North "}, 409, "name"),
        ({"address": "x" * 301}, 400, "address"),
        ({"built_in": "84"}, 422, "built_in"),
        ({"built_in": "2201"}, 422, "built_in"),
        ({"built_in": "-1"}, 400, "built_in"),
        ({"built_in": "99999"}, 400, "built_in"),
        ({"built_in": "old"}, 400, "built_in"),
    ],
)
def test_a_bad_building_is_named_at_its_field_and_shown_again(
    client: Client, sue: User, alder: Cooperative, house_: House, changed: dict[str, str], status: int, field: str
) -> None:
    form = {"name": "West", "address": "Elm Road 9", "built_in": "1999"} | changed
    answer = as_(client, sue).post(at(alder, "building_new"), form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (status, [field])
    assert {name: answer.context["form"][name].value() for name in form} == form
    assert list(Building.objects.values_list("name", flat=True)) == ["North"]


@pytest.mark.parametrize("year", ["1000", "2200", ""])
def test_the_first_and_the_last_year_are_years(client: Client, sue: User, alder: Cooperative, year: str) -> None:
    assert as_(client, sue).post(at(alder, "building_new"), {"name": "West", "built_in": year}).status_code == 302
    assert Building.objects.get().built_in == (int(year) if year else None)


def test_a_building_is_added_once_however_often_one_presses(client: Client, sue: User, alder: Cooperative) -> None:
    key = as_(client, sue).get(at(alder, "building_new")).context["form"].once_key
    form = {"name": "West", "once_key": key}
    first, second = (client.post(at(alder, "building_new"), form) for _ in range(2))
    west = Building.objects.get()
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"] == f"{at(alder, 'homes')}?building={west.pk}"
    assert Event.objects.filter(kind="members.building_added").count() == 1


def test_a_building_that_others_changed_meanwhile_is_not_overwritten(
    client: Client, sue: User, alder: Cooperative, house_: House
) -> None:
    address = at(alder, "building", house_.north.pk)
    form = {"name": "North", "address": "Elm Road 2", "built_in": "", "version": "1"}
    assert as_(client, sue).post(address, form).status_code == 302
    answer = client.post(address, form | {"address": "Elm Road 3"})
    page = plain(answer)
    assert answer.status_code == 409
    assert [text for text in ("Elm Road 2", "Elm Road 3") if text not in page] == []
    house_.north.refresh_from_db()
    assert (house_.north.address, house_.north.built_in, house_.north.version) == ("Elm Road 2", None, 2)


def test_saving_a_building_as_it_is_is_no_change(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    form = {"name": "North", "address": "Elm Road 1", "built_in": "1984", "version": "1"}
    assert as_(client, sue).post(at(alder, "building", house_.north.pk), form).status_code == 302
    house_.north.refresh_from_db()
    assert house_.north.version == 1
    assert not Event.objects.filter(kind="members.building_changed").exists()


# --- Units ----------------------------------------------------------------------------------------------------------


def test_a_new_unit_starts_on_the_floor_that_was_pressed(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    address = at(alder, "unit_new", house_.north.pk)
    form = as_(client, sue).get(address, {"floor": "3"}).context["form"]
    assert (form["floor"].value(), form["kind"].value()) == ("3", "flat")
    assert form["monthly_charge"].label == "Monthly charge, EUR"
    strange = client.get(address, {"floor": '"><b>'})
    assert strange.status_code == 200
    assert '"><b>' not in plain(strange)


def test_a_unit_is_added_once_and_a_second_one_is_offered_by_name(
    client: Client, sue: User, alder: Cooperative, house_: House
) -> None:
    address = at(alder, "unit_new", house_.north.pk)
    form = {"code": "N-301", "kind": "flat", "once_key": as_(client, sue).get(address).context["form"].once_key}
    assert [client.post(address, form).status_code for _ in range(2)] == [302, 302]
    made = Unit.objects.get(code="N-301")
    other = client.post(address, form | {"code": "N-302"})
    assert other.status_code == 422
    assert f'href="{at(alder, "unit", made.public_id)}"' in plain(other)
    assert not Unit.objects.filter(code="N-302").exists()
    fresh = other.context["form"].once_key
    assert fresh != form["once_key"]
    assert client.post(address, form | {"code": "N-302", "once_key": fresh}).status_code == 302
    assert Unit.objects.filter(code="N-302").count() == 1


def test_one_code_may_stand_in_two_buildings(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    south = add_building(SYSTEM, alder, name="South")
    form = {"code": "N-101", "kind": "flat"}
    assert as_(client, sue).post(at(alder, "unit_new", south.pk), form).status_code == 302
    assert client.post(at(alder, "unit_new", south.pk), form).status_code == 409
    assert list(Unit.objects.filter(code="N-101").values_list("building__name", flat=True)) == ["North", "South"]


def test_a_unit_says_what_it_is(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    form = {
        "code": "N-101", "kind": "room", "type": " 2-bed   studio ", "floor": "-1", "rooms": "2.5", "area": "61.25",
        "cost_share": "0.1250", "monthly_charge": "812.05", "fewest": "2", "most": "4", "active_from": day(-800),
        "active_to": "", "version": "1",
    }  # fmt: skip
    address = at(alder, "unit", house_.n101.public_id)
    assert as_(client, sue).post(address, form).status_code == 302
    unit = Unit.objects.get(pk=house_.n101.pk)
    assert (unit.type, unit.floor, unit.monthly_charge, unit.active_from) == ("2-bed studio", -1, 81_205, days(-800))
    page = plain(client.get(address))
    told = ["Room, 2-bed studio", "<dd>-1</dd>", "<dd>2.5</dd>", "61.25 m²", "812.05", "2 to 4 people"]
    assert [text for text in told if text not in page] == []


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"fewest": 3}, "3 people or more"),
        ({"fewest": 1}, "1 person or more"),
        ({"most": 2}, "2 people at most"),
        ({"most": 1}, "1 person at most"),
        ({}, ""),
    ],
)
def test_a_unit_says_for_how_many_it_is_meant(
    client: Client, sue: User, alder: Cooperative, house_: House, limits: dict[str, int], told: str
) -> None:
    unit = add_unit(SYSTEM, house_.north, code="X", **limits)
    page = plain(as_(client, sue).get(at(alder, "unit", unit.public_id)))
    assert ("Meant for" in page) == bool(told)
    assert told in page


def test_a_unit_with_a_history_ends_where_its_last_agreement_does(
    client: Client, sue: User, alder: Cooperative, house_: House
) -> None:
    address = at(alder, "unit", house_.n101.public_id)
    form = {"code": "N-101", "kind": "flat", "version": "1"}
    taken = as_(client, sue).post(address, form | {"active_to": day(9)})
    assert refusal(taken)[0] == 409
    assert "Oduya has this unit" in refusal(taken)[1]["active_to"][0]
    early = client.post(address, form | {"active_from": day(-399)})
    assert (early.status_code, list(early.context["form"].errors)) == (409, ["active_from"])
    end = {"on": day(9), "version": house_.agreement.version}
    client.post(at(alder, "move_out", house_.agreement.public_id), end)
    assert client.post(address, form | {"active_to": day(9)}).status_code == 302
    assert Unit.objects.get(code="N-101").active_to == days(9)


def test_a_unit_out_of_use_is_not_drawn_any_more(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    change_unit(SYSTEM, house_.n201, version=1, active_to=days(5))

    def drawn(count: int) -> list[str]:
        floors = as_(client, sue).get(at(alder, "homes"), {"on": day(count)}).context["floors"]
        return [home.unit.code for floor in floors for home in floor.homes]

    assert [drawn(4), drawn(5)] == [["N-201", "N-101"], ["N-101"]]


# --- Agreements -----------------------------------------------------------------------------------------------------


def elsewhere(founder: User) -> Household:
    """A household of another cooperative."""
    cedar = a_cooperative(founder, "Cedar Court")
    with enter([cedar.pk]):
        return make_household(SYSTEM, cedar, name="Cedars")


def the_lees(alder: Cooperative, count: int = 1) -> Household:
    """A household of adults who have no home."""
    adults = [Person.objects.create(cooperative=alder, name=f"Ina Lee {number}") for number in range(count)]
    return make_household(SYSTEM, alder, name="Lee", adults=adults)


def test_the_form_of_an_agreement_offers_households_that_stand(
    client: Client, sue: User, alder: Cooperative, house_: House
) -> None:
    lees, gone = the_lees(alder), make_household(SYSTEM, alder, name="Gone")
    end_household(SYSTEM, gone, version=gone.version, on=days(-1))
    elsewhere(a_user("Zoe Far"))
    answer = as_(client, sue).get(at(alder, "move_in", house_.n201.public_id))
    offered = dict(answer.context["form"].fields["household"].choices)
    assert {key: str(name) for key, name in offered.items() if key} == {lees.pk: "Lee", house_.oduyas.pk: "Oduya"}
    assert answer.context["form"]["starts_on"].value() == days(0)
    assert at(alder, "household_new") in plain(answer)


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"ends_on": 0}, 422, "ends_on"),
        ({"ends_on": -1}, 422, "ends_on"),
        ({"starts_on": -21}, 422, "starts_on"),
        ({"ends_on": 21}, 422, "ends_on"),
    ],
)
def test_an_agreement_lasts_a_day_at_least_and_not_longer_than_its_unit(
    client: Client, sue: User, alder: Cooperative, house_: House, changed: dict[str, int], status: int, field: str
) -> None:
    lees = the_lees(alder)
    unit = add_unit(SYSTEM, house_.north, code="N-301", active_from=days(-20), active_to=days(20))
    form = {"household": str(lees.pk), "starts_on": day(0), "ends_on": day(20), "kind": "member"}
    form |= {name: day(count) for name, count in changed.items()}
    answer = as_(client, sue).post(at(alder, "move_in", unit.public_id), form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (status, [field])
    assert answer.context["form"]["ends_on"].value() == form["ends_on"]
    assert Occupancy.objects.filter(unit=unit).count() == 0
    fitting = form | {"starts_on": day(-20), "ends_on": day(20)}
    assert client.post(at(alder, "move_in", unit.public_id), fitting).status_code == 302


def test_nobody_lives_in_two_homes_as_a_member_but_may_be_a_guest(
    client: Client, sue: User, alder: Cooperative, house_: House
) -> None:
    form = {"household": str(house_.oduyas.pk), "starts_on": day(0), "kind": "member"}
    address = at(alder, "move_in", house_.n201.public_id)
    answer = as_(client, sue).post(address, form)
    assert answer.status_code == 422
    assert "Ben Oduya lives in N-101" in plain(answer)
    assert client.post(address, form | {"kind": "guest"}).status_code == 302
    assert Occupancy.objects.get(unit=house_.n201).get_kind_display() == "Guest"


def test_two_households_share_a_home_only_where_both_agree(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    lees = the_lees(alder)
    pia = make_household(SYSTEM, alder, name="Pia", adults=[Person.objects.create(cooperative=alder, name="Pia Own")])
    address = at(alder, "move_in", house_.n201.public_id)
    form = {"household": str(lees.pk), "starts_on": day(0), "kind": "member", "is_shared": "on"}
    assert as_(client, sue).post(address, form).status_code == 302
    alone = {"household": str(pia.pk), "starts_on": day(3), "kind": "member"}
    assert client.post(address, alone).status_code == 409
    assert client.post(address, alone | {"is_shared": "on"}).status_code == 302
    page = plain(client.get(at(alder, "unit", house_.n201.public_id)))
    assert page.count("shared with others") == 2
    beside = {"household": str(pia.pk), "starts_on": day(0), "kind": "guest", "is_shared": "on"}
    assert client.post(at(alder, "move_in", house_.n101.public_id), beside).status_code == 409


def test_an_agreement_starts_once_however_often_one_presses(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    lees, address = the_lees(alder, 2), at(alder, "move_in", house_.n201.public_id)
    form = {"household": str(lees.pk), "starts_on": day(0), "kind": "member", "is_shared": "on"}
    form["once_key"] = as_(client, sue).get(address).context["form"].once_key
    assert {client.post(address, form)["Location"] for _ in range(2)} == {at(alder, "unit", house_.n201.public_id)}
    assert Occupancy.objects.filter(unit=house_.n201).count() == 1
    assert Occupant.objects.filter(occupancy__unit=house_.n201).count() == 2


def test_an_agreement_is_not_made_with_another_cooperatives_household(
    client: Client, ada: User, alder: Cooperative, house_: House
) -> None:
    theirs = elsewhere(ada)
    form = {"household": str(theirs.pk), "starts_on": day(0), "kind": "member"}
    answer = as_(client, ada).post(at(alder, "move_in", house_.n201.public_id), form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["household"])
    assert Occupancy.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"on": ""}, 400, "on"),
        ({"on": "2020-13-01"}, 400, "on"),
        ({"on": day(-401)}, 422, "on"),
        ({"version": "x"}, 400, "version"),
        ({"version": ""}, 400, "version"),
        ({"version": "99"}, 409, "version"),
    ],
)
def test_a_bad_end_of_an_agreement_is_named_at_its_field(
    client: Client, sue: User, alder: Cooperative, house_: House, changed: dict[str, str], status: int, field: str
) -> None:
    form = {"on": day(0), "version": str(house_.agreement.version)} | changed
    answer = as_(client, sue).post(at(alder, "move_out", house_.agreement.public_id), form)
    assert answer.status_code == status
    assert list(answer.context["form"].errors) == [field]
    assert Occupancy.objects.get().ends_on is None


def test_an_agreement_that_has_ended_does_not_end_later(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    address = at(alder, "move_out", house_.agreement.public_id)
    ended = {"on": day(-10), "version": house_.agreement.version}
    assert as_(client, sue).post(address, ended).status_code == 302
    version = Occupancy.objects.get().version
    answer = client.post(address, {"on": day(10), "version": version})
    assert refusal(answer)[0] == 409
    assert "The agreement of Oduya about N-101 ended" in refusal(answer)[1]["on"][0]
    assert (Occupancy.objects.get().ends_on, Occupant.objects.get().ends_on) == (days(-10), days(-10))


def test_a_future_agreement_is_offered_its_first_day_as_its_end(
    client: Client, sue: User, alder: Cooperative, house_: House
) -> None:
    agreement = house(SYSTEM, house_.n201, the_lees(alder), starts_on=days(40))
    form = as_(client, sue).get(at(alder, "move_out", agreement.public_id)).context["form"]
    assert form["on"].value() == days(40)
    client.post(at(alder, "move_out", agreement.public_id), {"on": day(40), "version": agreement.version})
    agreement.refresh_from_db()
    assert (agreement.starts_on, agreement.ends_on) == (days(40), days(40))


# --- Who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["building_new", "building", "unit_new", "unit_edit", "move_in", "move_out"])
def test_forms_of_homes_are_for_the_office(
    client: Client, sue: User, tom: User, ben: User, alder: Cooperative, house_: House, name: str
) -> None:
    addresses = {
        "building_new": at(alder, "building_new"),
        "building": at(alder, "building", house_.north.pk),
        "unit_new": at(alder, "unit_new", house_.north.pk),
        "unit_edit": at(alder, "unit", house_.n101.public_id) + "?edit=1",
        "move_in": at(alder, "move_in", house_.n101.public_id),
        "move_out": at(alder, "move_out", house_.agreement.public_id),
    }
    statuses = {user.name: as_(client, user).get(addresses[name]).status_code for user in (sue, tom, ben)}
    assert statuses == {"Sue Lang": 200, "Tom Toll": 403, "Ben Oduya": 403}
    before = Event.objects.count()
    assert as_(client, tom).post(addresses[name], {"name": "X", "code": "X", "kind": "flat", "version": "1"}).status_code == 403
    assert Event.objects.count() == before


def test_an_office_given_today_opens_the_forms_at_once(
    client: Client, bens: Membership, ben: User, alder: Cooperative, house_: House
) -> None:
    address = at(alder, "move_in", house_.n201.public_id)
    assert as_(client, ben).get(address).status_code == 403
    give(bens, "secretary")
    assert client.get(address).status_code == 200
    observer = a_user("Olu Sees")
    a_member(alder, observer, "observer")
    assert as_(client, observer).get(address).status_code == 403
