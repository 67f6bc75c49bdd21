"""Agreements after they began: other days and terms, people in and out, moves inside the house; units added by mistake."""

from typing import Any

import pytest
from django.test import Client

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from members.actions import add_unit, house
from members.models import Occupancy, Occupant, Unit, User

from ..browser import plain
from ..factories import days
from .conftest import House, as_, at
from .test_homes_forms import day, refusal, the_lees

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def lees(alder: Cooperative, house_: House) -> Occupancy:
    """The Lees have N-201 since ten days."""
    return house(SYSTEM, house_.n201, the_lees(alder, 2), starts_on=days(-10), note="By hand")


def terms(row: Occupancy, **changed: Any) -> dict[str, Any]:
    """What the form of an agreement sends."""
    held = {"starts_on": row.starts_on.isoformat(), "ends_on": "", "kind": row.kind, "note": row.note}
    return {**held, "version": row.version, **changed}


def test_where_an_agreement_is_shown_its_acts_are(
    client: Client, sue: User, tom: User, alder: Cooperative, house_: House, lees: Occupancy
) -> None:
    pages = [at(alder, "unit", house_.n201.public_id), at(alder, "household", lees.household.public_id)]
    acts = [at(alder, name, lees.public_id) for name in ("agreement", "occupant_new", "transfer", "swap", "move_out")]
    for page in pages:
        assert [act for act in acts if act not in plain(as_(client, sue).get(page))] == []
        assert [act for act in acts if act in plain(as_(client, tom).get(page))] == []
    Occupancy.objects.filter(pk=lees.pk).update(ends_on=days(-1))
    over = plain(as_(client, sue).get(pages[0]))
    assert [act for act in acts if act in over] == acts[:1]


def test_an_agreement_gets_other_days_and_terms_and_its_people_go_along(
    client: Client, sue: User, alder: Cooperative, lees: Occupancy
) -> None:
    address = at(alder, "agreement", lees.public_id)
    form = as_(client, sue).get(address).context["form"]
    assert {name: form[name].value() for name in ("starts_on", "note", "version")} == {
        "starts_on": days(-10), "note": "By hand", "version": lees.version,
    }  # fmt: skip
    sent = terms(lees, starts_on=day(-20), ends_on=day(50), note="Signed", kind="sublet")
    assert client.post(address, sent).status_code == 302
    lees.refresh_from_db()
    assert (lees.starts_on, lees.ends_on, lees.note, lees.kind) == (days(-20), days(50), "Signed", "sublet")
    assert set(lees.occupants.values_list("starts_on", "ends_on")) == {(days(-20), days(50))}
    stale = client.post(address, sent | {"note": "Mine"})
    assert stale.status_code == 409
    assert "<dt>Note</dt><dd>Signed</dd>" in plain(stale).replace("<p>", "").replace("</p>", "")


@pytest.mark.parametrize(
    ("changed", "status", "field", "told"),
    [
        ({"starts_on": day(-60)}, 409, "starts_on", "Earlier has N-201"),
        ({"ends_on": day(-10)}, 422, "ends_on", "must end after it begins"),
        ({"starts_on": ""}, 400, "starts_on", "required"),
        ({"note": "x" * 501}, 400, "note", "at most 500"),
        ({"kind": "owner"}, 400, "kind", "owner"),
    ],
)
def test_what_is_wrong_with_its_days_is_named_with_what_stands_in_the_way(
    client: Client,
    sue: User,
    alder: Cooperative,
    house_: House,
    lees: Occupancy,
    changed: Any,
    status: int,
    field: str,
    told: str,
) -> None:
    earlier = the_lees(alder)
    type(earlier).objects.filter(pk=earlier.pk).update(name="Earlier")
    house(SYSTEM, house_.n201, earlier, starts_on=days(-90), ends_on=days(-30))
    code, errors = refusal(as_(client, sue).post(at(alder, "agreement", lees.public_id), terms(lees, **changed)))
    assert (code, list(errors)) == (status, [field])
    assert told in errors[field][0]
    lees.refresh_from_db()
    assert (lees.starts_on, lees.version) == (days(-10), 1)


def test_a_household_moves_once_with_its_people_and_the_way_there_says_who_has_what(
    client: Client, sue: User, alder: Cooperative, house_: House, lees: Occupancy
) -> None:
    free = add_unit(SYSTEM, house_.north, code="N-301")
    address = at(alder, "transfer", lees.public_id)
    form = as_(client, sue).get(address).context["form"]
    offered = [str(name) for _key, name in form.fields["unit"].choices]
    assert offered == ["Choose a unit", "North · N-301 · vacant", "North · N-101 · Oduya"]
    sent = {"unit": free.pk, "on": day(0), "version": lees.version, "once_key": form.once_key}
    assert {client.post(address, sent)["Location"] for _ in range(2)} == {at(alder, "unit", free.public_id)}
    assert Occupancy.objects.get(unit=free).occupants.count() == 2
    assert Occupancy.objects.get(pk=lees.pk).ends_on == days(0)


@pytest.mark.parametrize(
    ("changed", "status", "field", "told"),
    [
        ({"to": "N-101"}, 409, "unit", "Oduya has N-101"),
        ({"to": "N-201"}, 422, "unit", "Choose another unit"),
        ({"on": -11}, 422, "on", "must end after it begins"),
        ({"to": "N-302"}, 422, "on", "is in use"),
        ({"version": 99}, 409, "version", "Somebody changed this"),
        ({"unit": "none"}, 400, "unit", "none is not one of"),
        ({"unit": "9" * 30}, 400, "unit", "is not one of"),
        ({"unit": "99999999"}, 400, "unit", "is not one of"),
    ],
)
def test_a_move_that_cannot_be_is_named_at_its_field(
    client: Client,
    sue: User,
    alder: Cooperative,
    house_: House,
    lees: Occupancy,
    changed: Any,
    status: int,
    field: str,
    told: str,
) -> None:
    add_unit(SYSTEM, house_.north, code="N-302", active_from=days(-3), active_to=days(30))
    unit = Unit.objects.get(code=changed.get("to", "N-302"))
    sent = {
        "unit": changed.get("unit", unit.pk),
        "on": day(changed.get("on", 0)),
        "version": changed.get("version", lees.version),
    }
    code, errors = refusal(as_(client, sue).post(at(alder, "transfer", lees.public_id), sent))
    assert (code, list(errors)) == (status, [field])
    assert told in errors[field][0]
    assert Occupancy.objects.get(pk=lees.pk).ends_on is None


def test_two_households_change_places_once(client: Client, sue: User, alder: Cooperative, house_: House, lees: Occupancy) -> None:
    address = at(alder, "swap", lees.public_id)
    form = as_(client, sue).get(address).context["form"]
    assert [str(name) for _key, name in form.fields["other"].choices][1:] == ["North · N-101 · Oduya"]
    sent = {"other": house_.agreement.pk, "on": day(0), "version": lees.version, "once_key": form.once_key}
    early = refusal(client.post(address, sent | {"on": day(-500)}))
    assert (early[0], list(early[1])) == (422, ["on"])
    assert [client.post(address, sent).status_code for _ in range(2)] == [302, 302]
    now = Occupancy.objects.filter(ends_on=None).values_list("unit__code", "household__name")
    assert sorted(now) == [("N-101", "Lee"), ("N-201", "Oduya")]
    over = client.post(address, sent | {"once_key": "", "version": lees.version + 1, "on": day(5)})
    assert refusal(over)[0] == 409
    assert "ended" in refusal(over)[1]["on"][0]


def test_somebody_comes_into_an_agreement_and_leaves_it(
    client: Client, sue: User, alder: Cooperative, house_: House, lees: Occupancy
) -> None:
    address, ben = at(alder, "occupant_new", lees.public_id), house_.agreement.occupants.get().person
    form = as_(client, sue).get(address).context["form"]
    groups = {str(name): [str(row) for _key, row in rows] for name, rows in form.fields["person"].choices[1:]}
    assert groups["Of the household"] == ["Ina Lee 0", "Ina Lee 1"]
    assert any(name.startswith("Ben Oduya") for name in groups["Everybody else"])
    sent = {"person": ben.pk, "starts_on": day(0), "once_key": form.once_key}
    neither = refusal(client.post(address, sent))
    assert (neither[0], list(neither[1])) == (422, ["lives_there"])
    twice = refusal(client.post(address, sent | {"lives_there": "on"}))
    assert "Ben Oduya lives in N-101" in twice[1]["person"][0]
    outside = refusal(client.post(address, sent | {"is_holder": "on", "starts_on": day(-11)}))
    assert list(outside[1]) == ["starts_on"]
    assert [client.post(address, sent | {"is_holder": "on"}).status_code for _ in range(2)] == [302, 302]
    part = Occupant.objects.get(occupancy=lees, person=ben)
    door = at(alder, "occupant_end", part.pk)
    assert door in plain(client.get(at(alder, "unit", house_.n201.public_id)))
    assert list(refusal(client.post(door, {"on": day(-1)}))[1]) == ["on"]
    assert client.post(door, {"on": day(4)}).status_code == 302
    part.refresh_from_db()
    assert part.ends_on == days(4)


def test_only_a_unit_to_which_nothing_refers_is_removed(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    doors = {unit.code: at(alder, "unit_remove", unit.public_id) for unit in (house_.n101, house_.n201)}
    seen = {unit.code: plain(as_(client, sue).get(at(alder, "unit", unit.public_id))) for unit in (house_.n101, house_.n201)}
    assert [code for code, door in doors.items() if door in seen[code]] == ["N-201"]
    assert client.post(doors["N-201"], {"version": "9"}).status_code == 409
    lived_in = client.post(doors["N-101"], {"version": house_.n101.version})
    assert (lived_in.status_code, "has a history" in plain(lived_in)) == (422, True)
    removed = client.post(doors["N-201"], {"version": house_.n201.version})
    assert removed["Location"] == f"{at(alder, 'homes')}?building={house_.north.pk}"
    assert list(Unit.objects.values_list("code", flat=True)) == ["N-101"]
    assert Event.objects.filter(kind="members.unit_removed").count() == 1
