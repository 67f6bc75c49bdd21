"""The desk of the register: the same actions as on pages, only in one's own cooperatives, and no way around a rule."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import (
    add_building,
    add_unit,
    admit,
    enter_waiting,
    found_committee,
    house,
    invite,
    make_household,
    offer_unit,
    seat_member,
)
from members.admin.base import RegisterAdmin
from members.models import (
    Building,
    Committee,
    Household,
    HouseholdMember,
    ImportBatch,
    Invitation,
    JoinRequest,
    Membership,
    Occupancy,
    Person,
    RoleGrant,
    Seat,
    Unit,
    UnitOffer,
    User,
    WaitingEntry,
)
from members.queries import people_of_each
from members.roles import Role

from ..factories import a_cooperative, a_member, a_user, days
from .conftest import House, as_

DESKS = {desk.model: desk for desk in admin.site._registry.values() if isinstance(desk, RegisterAdmin)}
Desk = Callable[..., Any]


def keeps(user: User) -> User:
    """The user, who now keeps the installation as well."""
    User.objects.filter(pk=user.pk).update(role=User.Role.ADMIN)
    return user


def more(alder: Cooperative, n: int) -> dict[type, Any]:
    """One more row of everything that has a desk."""
    member = admit(SYSTEM, alder, name=f"=Nora {n}", email=f"nora.{n}@example.org", phone="030")
    building = add_building(SYSTEM, alder, name=f"=West {n}")
    unit, free = (add_unit(SYSTEM, building, code=f"{code}-{n}") for code in "WF")
    home = make_household(SYSTEM, alder, name=f"New {n}", adults=[member.person])
    board = found_committee(SYSTEM, alder, name=f"Board {n}")
    waits = enter_waiting(SYSTEM, alder, name=f"Wanda {n}")
    login = a_user(f"Jo {n}")
    rows = [
        member, member.person, member.grants.get(), building, unit, home, home.people.get(), board, waits,
        house(SYSTEM, unit, home, starts_on=days(-30)), seat_member(SYSTEM, board, member=member, starts_on=days(0)),
        invite(SYSTEM, alder, email=f"guest.{n}@example.org").invitation, offer_unit(SYSTEM, waits, version=1, unit=free),
        JoinRequest.objects.create(cooperative=alder, user=login, name=login.name, answers=[{"question": "Q", "answer": "A"}]),
        ImportBatch.objects.create(cooperative=alder, name=f"list-{n}.csv", content=b"x", digest="0" * 64),
    ]  # fmt: skip
    waits.refresh_from_db()
    return {type(row): row for row in rows}


@pytest.fixture
def rows(alder: Cooperative, inside: None) -> dict[type, Any]:
    """A row of everything."""
    return more(alder, 1)


@pytest.fixture
def desk(client: Client, ada: User, alder: Cooperative) -> Desk:
    """Ada, who is admin of Alder Yard, sends something to an address of the desk."""
    as_(client, ada)

    def send(model: type, what: str, *keys: Any, **body: Any) -> Any:
        address = at(model, what, *keys)
        return client.post(address, body) if body or what in PRESSED else client.get(address)

    return send


PRESSED = ("revoke",)


def at(model: Any, what: str, *keys: Any) -> str:
    return reverse(f"admin:members_{model._meta.model_name}_{what}", args=keys)


def said(answer: Any) -> str:
    """What a form of the desk says is wrong."""
    form = answer.context["adminform"].form
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def a_file(client: Client, model: type) -> Any:
    """All rows of a list, taken away and read."""
    answer = client.post(
        at(model, "changelist"), {"action": "as_csv", "select_across": "1", "_selected_action": [0]}, follow=True
    )
    answer.lines = b"".join(answer.streaming_content).decode().splitlines() if answer.streaming else []
    return answer


# --- Lists and pages --------------------------------------------------------------------------------------------------


def test_every_list_and_page_costs_the_same_for_one_and_three_rows(
    client: Client, desk: Desk, alder: Cooperative, rows: dict[type, Any]
) -> None:
    assert set(DESKS) == set(rows)

    def costs(model: type) -> list[int]:
        asks = [lambda: client.get(at(model, "changelist")), lambda: client.get(at(model, "changelist") + "?q=nora"),
                lambda: client.get(at(model, "change", rows[model].pk)), lambda: a_file(client, model)]  # fmt: skip
        found = []
        for ask in asks:
            with CaptureQueriesContext(connection) as queries:
                assert ask().status_code == 200
            found.append(len(queries))
        return found

    _warm, before = ({model: costs(model) for model in DESKS} for _twice in "ab")  # Django remembers kinds of rows
    for n in (2, 3):
        more(alder, n)
    assert {model: costs(model) for model in DESKS} == before
    assert max(max(each) for each in before.values()) <= 20, before


@pytest.mark.parametrize(
    ("model", "asked", "found"),
    [
        (Membership, "status=present", 2),
        (Membership, "status=former", 0),
        (Occupancy, "today=yes", 1),
        (Occupancy, "today=no", 0),
        (Invitation, "came_of=open", 1),
        (Invitation, "came_of=revoked", 0),
        (Person, "q=nora.1@", 1),
        (Unit, "kind__exact=room", 0),
        (Building, "cooperative=999", 1),
        (Unit, "stands=vacant", 1),
        (Membership, "role=admin", 1),
        (Membership, "role=king", 2),
    ],
)
def test_lists_are_narrowed(desk: Desk, client: Client, rows: Any, model: type, asked: str, found: int) -> None:
    assert client.get(f"{at(model, 'changelist')}?{asked}").context["cl"].result_count == found


def test_one_of_two_cooperatives_is_chosen(desk: Desk, client: Client, ada: User, rows: Any, stranger: User) -> None:
    birch = Cooperative.objects.get(name="Birch Lane")
    with enter([birch.pk]):
        admit(SYSTEM, birch, name="Ada", user=ada, roles=(Role.ADMIN,))
    address = at(Membership, "changelist")
    shown = [client.get(f"{address}?cooperative={pk}").context["cl"].result_count for pk in ("", birch.pk, 999)]
    assert shown == [4, 2, 4]
    assert "Birch Lane" in client.get(at(Building, "add")).content.decode()
    ways = client.get(at(ImportBatch, "changelist")).content.decode()
    assert [f"/c/{slug}/members/import/" in ways for slug in ("alder-yard", "birch-lane")] == [True, True]


# --- Acts -------------------------------------------------------------------------------------------------------------

TODAY, LATER = days(0).isoformat(), days(40).isoformat()
ACTS: list[tuple[Any, str, dict[str, Any], str]] = [
    (Person, "change", {"name": "Nora Hall", "version": 1}, "members.corrected"),
    (Membership, "role", {"role": "secretary", "starts_on": TODAY}, "members.role_granted"),
    (Membership, "pause", {"starts_on": TODAY, "ends_on": LATER}, "members.paused"),
    (Membership, "end", {"on": TODAY, "reason": "moved", "despite": "Agreed"}, "members.left"),
    (RoleGrant, "end", {"on": TODAY}, "members.role_ended"),
    (Building, "change", {"name": "East", "version": 1}, "members.building_changed"),
    (Unit, "change", {"code": "E-1", "kind": "room", "version": 1}, "members.unit_changed"),
    (Household, "change", {"name": "The Halls", "version": 1}, "members.household_changed"),
    (Household, "join", {"name": "Mia", "relation": "child"}, "members.household_joined"),
    (HouseholdMember, "leave", {"on": TODAY}, "members.household_left"),
    (Occupancy, "change", {"starts_on": days(-9).isoformat(), "kind": "guest", "version": 1}, "members.occupancy_changed"),
    (Occupancy, "end", {"on": TODAY, "version": 1}, "members.moved_out"),
    (Committee, "change", {"name": "Trustees", "version": 1}, "members.committee_changed"),
    (Committee, "seat", {"member": "ada", "position": "chair", "starts_on": TODAY}, "members.seat_taken"),
    (Committee, "end", {"version": 1}, "members.committee_ended"),
    (Seat, "end", {"on": LATER}, "members.seat_ended"),
    (Invitation, "resend", {"version": 1}, "members.invitation_renewed"),
    (Invitation, "revoke", {}, "members.invitation_revoked"),
    (JoinRequest, "approve", {"version": 1}, "members.request_approved"),
    (JoinRequest, "decline", {"reason": "Full", "version": 1}, "members.request_declined"),
    (WaitingEntry, "rank", {"ranked_on": days(-9).isoformat(), "reason": "Hardship", "version": 1}, "members.waiting_ranked"),
    (WaitingEntry, "withdraw", {"version": 1}, "members.waiting_ended"),
    (UnitOffer, "accept", {"version": 1}, "members.offer_accepted"),
    (UnitOffer, "refuse", {"version": 1}, "members.offer_refused"),
    (UnitOffer, "withdraw", {"version": 1}, "members.offer_withdrawn"),
]


@pytest.mark.parametrize(("model", "act", "body", "kind"), ACTS, ids=lambda each: getattr(each, "__name__", None))
def test_each_act_is_offered_asked_and_done(
    desk: Desk, ada: User, rows: Any, model: Any, act: str, body: dict[str, Any], kind: str
) -> None:
    row = rows[model]
    if act == "change":
        assert desk(model, act, row.pk).context["adminform"].form.initial["version"] == 1
    else:
        assert at(model, act, row.pk) in desk(model, "change", row.pk).content.decode()
        assert desk(model, act, row.pk).status_code == (302 if act in PRESSED else 200)
    if body.get("member"):
        body = {**body, "member": Membership.objects.get(user=ada).pk}
    answer = desk(model, act, row.pk, **body)
    assert answer.status_code == 302, said(answer)
    assert Event.objects.filter(kind=kind).exists()


@pytest.mark.parametrize(
    ("model", "body", "kind"),
    [
        (Membership, {"given_name": "Ned", "family_name": "New", "on": TODAY, "role": "member"}, "members.joined"),
        (Building, {"name": "East", "built_in": 1999}, "members.building_added"),
        (Unit, {"code": "E-1", "kind": "flat", "monthly_charge": "780.00"}, "members.unit_added"),
        (Household, {"name": "The Halls"}, "members.household_made"),
        (Occupancy, {"kind": "member", "starts_on": TODAY}, "members.moved_in"),
        (Committee, {"name": "Garden"}, "members.committee_founded"),
        (WaitingEntry, {"name": "Wim", "people": 2}, "members.waiting_entered"),
    ],
)
def test_rows_are_added(desk: Desk, alder: Cooperative, house_: House, model: Any, body: Any, kind: str) -> None:
    under = {"cooperative": alder.pk, "building": house_.north.pk, "unit": house_.n201.pk, "household": house_.oduyas.pk}
    first = DESKS[model].adds.first
    assert list(desk(model, "add").context["adminform"].form.fields)[: len(first)] == list(first)
    if model is Occupancy:
        desk(Occupancy, "end", house_.agreement.pk, on=TODAY, version=house_.agreement.version)
    before = Event.objects.filter(kind=kind).count()
    answer = desk(model, "add", **{name: under[name] for name in first}, **body)
    assert answer.status_code == 302, said(answer)
    assert Event.objects.filter(kind=kind).count() == before + 1


def test_who_waits_is_tied_to_a_person_of_the_register(desk: Desk, alder: Cooperative, bens: Membership) -> None:
    form = desk(WaitingEntry, "add").context["adminform"].form
    assert (alder.name, [(bens.person_id, "Ben Oduya · 2")]) in [
        (name, people[1:]) for name, people in form["person"].field.choices[1:]
    ]
    assert desk(WaitingEntry, "add", cooperative=alder.pk, person=bens.person_id, people=2).status_code == 302
    entry = WaitingEntry.objects.get()
    assert (entry.person, entry.name) == (bens.person, "Ben Oduya")
    again = desk(WaitingEntry, "add", cooperative=alder.pk, person=bens.person_id, people=2)
    assert (again.status_code, "is on the list already" in said(again)) == (409, True)
    nobody = desk(WaitingEntry, "add", cooperative=alder.pk, people=2)
    assert (nobody.status_code, "choose a person of the register" in said(nobody)) == (400, True)
    assert desk(WaitingEntry, "change", entry.pk).context["adminform"].form["person"].value() == bens.person_id
    assert desk(WaitingEntry, "change", entry.pk, name="Ben", people=2, version=1).status_code == 302
    entry.refresh_from_db()
    assert (entry.person, entry.name) == (None, "Ben")


def test_the_people_of_several_registers_stand_apart_and_are_not_mixed_up(
    desk: Desk, ada: User, alder: Cooperative, bens: Membership, django_assert_num_queries: Any
) -> None:
    birch = a_cooperative(a_user("Sam Stranger"), "Birch Lane")
    a_member(birch, ada, Role.SECRETARY)
    a_cooperative(a_user("Otto Other"), "Cedar Lane")
    form = desk(WaitingEntry, "add").context["adminform"].form
    groups = {name: [str(label) for _pk, label in people] for name, people in form["person"].field.choices[1:]}
    assert groups == {
        "Alder Yard": ["Ada Quist · 1", "Ben Oduya · 2"], "Birch Lane": ["Ada Quist · 2", "Sam Stranger · 1"],
    }  # fmt: skip
    with django_assert_num_queries(1):
        people_of_each([alder, birch])
    mixed = desk(WaitingEntry, "add", cooperative=birch.pk, person=bens.person_id, people=2)
    assert (mixed.status_code, "Choose one of this cooperative." in said(mixed)) == (422, True)


def test_a_form_that_is_sent_twice_is_done_once(desk: Desk, alder: Cooperative) -> None:
    assert 'name="once_key"' in desk(Committee, "add").content.decode()
    body = {"cooperative": alder.pk, "name": "Garden", "once_key": "k"}
    assert [desk(Committee, "add", **body).status_code for _twice in "ab"] == [302, 302]
    with enter([alder.pk]):
        assert Committee.objects.count() == 1
