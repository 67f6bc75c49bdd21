"""The lists of the ways in: each state with its count and its buttons, filters, parts of long lists, what slips say."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.actions import enter_waiting, invite, invite_many, request_to_join, withdraw_waiting
from members.codes import written
from members.models import Invitation, JoinQuestion, JoinRequest, Membership, User
from members.tests.factories import a_member, a_user, acting, days

from .conftest import said

Browser = Callable[[User], Client]
ROOM = "/c/alder-yard/members/"
LIST = f"{ROOM}invitations/"
NOTHING = "0" * 26


@pytest.fixture
def office(ada: User, alder: Cooperative, signed_in: Browser) -> Client:
    """Ada's browser."""
    return signed_in(ada)


@pytest.fixture
def every_state(ada: User, alder: Cooperative) -> dict[str, Invitation]:
    """One invitation in each state, named by it."""
    now = timezone.now()
    facts: dict[str, dict[str, Any]] = {
        "waiting": {},
        "sent": {"sent_at": now},
        "opened": {"sent_at": now, "opened_at": now},
        "failed": {"sent_at": now, "failed_at": now},
        "expired": {"sent_at": now, "expires_at": now - timedelta(minutes=1)},
        "joined": {"sent_at": now, "uses": 1},
        "revoked": {"sent_at": now, "revoked_at": now},
    }
    made: dict[str, Invitation] = {}
    with acting(ada) as actor:
        for state, changed in facts.items():
            row = invite(actor, alder, email=f"{state}@example.org").invitation
            Invitation.objects.filter(pk=row.pk).update(**{"sent_count": 1, **changed})
            made[state] = row
    return made


def listed_names(answer: Any) -> list[str]:
    """The names of a list, in order."""
    return [row["name"] for row in answer.context["rows"]]


# --- Invitations ------------------------------------------------------------------------------------------------------


def test_every_state_is_counted_and_narrows_the_list(office: Client, every_state: dict[str, Invitation]) -> None:
    answer = office.get(LIST)
    counted = {one["value"]: one["count"] for one in answer.context["counts"]}
    assert counted == {"": 7, **dict.fromkeys(every_state, 1)}
    assert [one["value"] for one in answer.context["counts"] if one["current"]] == [""]
    for state in every_state:
        narrowed = office.get(LIST, {"state": state})
        assert listed_names(narrowed) == [f"{state}@example.org"]
        assert [one["value"] for one in narrowed.context["counts"] if one["current"]] == [state]
        assert {one["value"]: one["count"] for one in narrowed.context["counts"]} == counted


@pytest.mark.parametrize("state", ["nonsense", "", "\x00", "x" * 3000])
def test_a_state_that_is_none_narrows_nothing(office: Client, every_state: dict[str, Invitation], state: str) -> None:
    answer = office.get(LIST, {"state": state})
    assert len(listed_names(answer)) == 7
    assert answer.context["counts"][0]["current"] is True


@pytest.mark.parametrize(
    ("state", "again", "back"),
    [
        ("waiting", True, True),
        ("sent", True, True),
        ("opened", True, True),
        ("failed", True, True),
        ("expired", True, True),
        ("joined", False, False),
        ("revoked", False, False),
    ],
)
def test_a_row_has_the_buttons_of_its_state(
    office: Client, every_state: dict[str, Invitation], state: str, again: bool, back: bool
) -> None:
    page, key = said(office.get(LIST, {"state": state})), every_state[state].public_id
    assert (f"{LIST}{key}/again/" in page, f"{LIST}{key}/revoke/" in page) == (again, back)


def test_what_is_over_is_refused_at_its_door_as_well(
    office: Client, every_state: dict[str, Invitation], alder: Cooperative
) -> None:
    for state in ("joined", "revoked"):
        door = f"{LIST}{every_state[state].public_id}/again/"
        assert office.post(door, {"version": "1"}).status_code == 409, state
    assert office.post(f"{LIST}{every_state['joined'].public_id}/revoke/").status_code == 302
    assert "This invitation was used already" in said(office.get(LIST))
    with enter([alder.pk]):
        assert Invitation.objects.get(pk=every_state["joined"].pk).revoked_at is None


def test_an_ended_invitation_is_good_again_once_sent_again(
    office: Client, every_state: dict[str, Invitation], alder: Cooperative
) -> None:
    row = every_state["expired"]
    assert office.post(f"{LIST}{row.public_id}/again/", {"version": "1"}).status_code == 302
    assert listed_names(office.get(LIST, {"state": "expired"})) == []
    with enter([alder.pk]):
        row.refresh_from_db()
    assert row.expires_at > timezone.now() + timedelta(days=13)


def test_a_counted_link_says_how_many_have_come(office: Client, ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        link = invite(actor, alder, way="link", most_uses=5).invitation
        Invitation.objects.filter(pk=link.pk).update(uses=2)
    page = said(office.get(LIST))
    assert "2 of 5" in page
    assert f"{link.public_id}/again/" in page
    with enter([alder.pk]):
        Invitation.objects.filter(pk=link.pk).update(uses=5)
    assert listed_names(office.get(LIST, {"state": "joined"})) == [str(link)]


def test_a_long_list_is_shown_in_parts_that_keep_the_state(office: Client, ada: User, alder: Cooperative) -> None:
    later = timezone.now() + timedelta(days=9)
    with acting(ada):
        rows = [Invitation(cooperative=alder, way="mail", email=f"p{n:02}@example.org", expires_at=later) for n in range(60)]
        Invitation.objects.bulk_create(rows)
    first = office.get(LIST, {"state": "waiting"})
    assert (len(listed_names(first)), first.context["pager"].total) == (50, 60)
    assert first.context["counts"][0]["count"] == 60
    second = office.get(LIST, {"state": "waiting", "page": "2"})
    assert len(listed_names(second)) == 10
    assert not set(listed_names(first)) & set(listed_names(second))
    assert "state=waiting" in "".join(re.findall(r'href="(\?[^"]*page=[^"]*)"', said(first)))
    assert len(listed_names(office.get(LIST, {"page": "nonsense"}))) == 50


def test_the_sixth_time_on_a_day_is_too_often(office: Client, ada: User, alder: Cooperative, woken: list[Any]) -> None:
    with acting(ada) as actor:
        row = invite(actor, alder, email="new@example.org").invitation
    door = f"{LIST}{row.public_id}/again/"
    statuses = [office.post(door, {"version": str(version)}).status_code for version in range(1, 7)]
    assert statuses == [302, 302, 302, 302, 302, 429]
    with enter([alder.pk]):
        assert Invitation.objects.get(pk=row.pk).version == 6
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        office.force_login(ada)
        assert office.post(door, {"version": "6"}).status_code == 302


@pytest.mark.parametrize(
    ("door", "changed", "field"),
    [
        ("new", {"email": ""}, "email"),
        ("new", {"email": "x" * 250 + "@example.org"}, "email"),
        ("new", {"days": "5"}, "days"),
        ("new", {"days": "x"}, "days"),
        ("new", {"role": "king"}, "role"),
        ("link", {"most_uses": "0"}, "most_uses"),
        ("link", {"most_uses": "201"}, "most_uses"),
        ("link", {"most_uses": "many"}, "most_uses"),
        ("link", {"role": "admin"}, "role"),
        ("link", {"days": ""}, "days"),
    ],
)
def test_what_is_no_invitation_is_named_at_its_field(
    office: Client, alder: Cooperative, door: str, changed: dict[str, str], field: str
) -> None:
    body = {"email": "new@example.org", "role": "member", "days": "14", "most_uses": "3"} | changed
    answer = office.post(f"{LIST}{door}/", body)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    assert str(answer.context["form"][field].value()) == changed[field]
    with enter([alder.pk]):
        assert not Invitation.objects.exists()


# --- Slips ------------------------------------------------------------------------------------------------------------


def test_a_slip_says_who_is_invited_by_whom_until_when(
    office: Client, ada: User, alder: Cooperative, register: dict[str, Membership]
) -> None:
    a_member(alder, name="Zoe <b>Bold</b>")
    with acting(ada) as actor:
        invite_many(actor, alder)
    asked = office.get(f"{LIST}slips/")
    assert "Make 2 slips" in said(asked)
    assert said(asked).count("not printed yet") == 2
    answer = office.post(f"{LIST}slips/", {"version": "2"})
    page, slips = said(answer), answer.context["slips"]
    assert (answer.status_code, [slip["name"] for slip in slips]) == (201, ["Emil Rask", "Zoe <b>Bold</b>"])
    assert "<b>Bold" not in page
    assert page.count("Alder Yard invites you.") == 2
    assert len({slip["code"] for slip in slips}) == 2
    assert [slip["code"] in page for slip in slips] == [True, True]
    until = timezone.localtime(slips[0]["until"], alder.zone)
    assert f"until {until.day} {until:%B %Y}" in page
    assert answer["Cache-Control"] == "private, no-store"


def test_a_slip_printed_again_makes_the_first_worthless(
    office: Client, ada: User, alder: Cooperative, register: dict[str, Membership]
) -> None:
    with acting(ada) as actor:
        invite_many(actor, alder)
    first = office.post(f"{LIST}slips/", {"version": "1"}).context["slips"][0]["code"]
    assert "printed" in said(office.get(f"{LIST}slips/"))
    second = office.post(f"{LIST}slips/", {"version": "2"}).context["slips"][0]["code"]
    doors = [Client().post("/join/", {"code": code})["Location"] for code in (first, second)]
    assert [Client().get(door).status_code for door in doors] == [404, 200]


def test_without_slips_there_is_nothing_to_print(office: Client, alder: Cooperative) -> None:
    assert "There is no slip to print" in said(office.get(f"{LIST}slips/"))
    assert f"{LIST}slips/" not in said(office.get(LIST))
    assert office.post(f"{LIST}slips/", {"version": "0"}).status_code == 409


@pytest.mark.parametrize(
    "code", ["", "   ", "short", "0" * 25, "0" * 27, "u" * 26, "ÄÖ" * 13, "<script>alert(1)</script>", "x" * 101]
)
def test_what_is_no_code_is_said_at_once_and_shown_again(db: None, code: str) -> None:
    answer = Client().post("/join/", {"code": code})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["code"])
    assert "<script>alert" not in said(answer)


def test_a_code_that_could_be_one_opens_nothing(db: None) -> None:
    there = Client().post("/join/", {"code": written(NOTHING)})
    assert there["Location"] == f"/join/with/{NOTHING}/"
    assert Client().get(there["Location"]).status_code == 404


# --- Requests ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(alder: Cooperative) -> Cooperative:
    """Alder Yard asks one question of who wants to join."""
    Cooperative.objects.filter(pk=alder.pk).update(is_listed=True)
    with enter([alder.pk]):
        JoinQuestion.objects.create(cooperative=alder, text="Why us?", is_required=False, position=0)
    return alder


def asks(name: str, listed: Cooperative) -> JoinRequest:
    """Somebody who asks to join."""
    with acting(a_user(name, password=None)) as actor:
        return request_to_join(actor, listed, answers={})


def test_requests_that_wait_stand_first(office: Client, listed: Cooperative) -> None:
    assert "Nobody has asked to join" in said(office.get(f"{ROOM}requests/"))
    rows = {name: asks(name, listed) for name in ("Ann First", "Bob Second", "Cid Third")}
    body = {"decision": "decline", "reason": "Full", "version": "1"}
    assert office.post(f"{ROOM}requests/{rows['Cid Third'].public_id}/", body).status_code == 302
    answer = office.get(f"{ROOM}requests/")
    found = [(row["request"].name, row["request"].state, row["colour"]) for row in answer.context["rows"]]
    assert found == [("Bob Second", "open", "info"), ("Ann First", "open", "info"), ("Cid Third", "declined", "bad")]


def test_who_is_declined_twice_or_by_a_bad_form_is_told_apart(office: Client, listed: Cooperative) -> None:
    row = asks("Ann First", listed)
    door = f"{ROOM}requests/{row.public_id}/"
    for bad in ({"version": ""}, {"version": "x"}, {"version": "1", "reason": "x" * 501}):
        assert office.post(door, {"decision": "decline", **bad}).status_code == 400
    assert office.post(door, {"decision": "decline", "version": "1"}).status_code == 302
    again = office.post(door, {"decision": "decline", "version": "2"})
    assert again.status_code == 409
    assert 'value="decline"' not in said(again)


def test_a_cooperative_that_is_not_listed_says_why_nobody_asks(office: Client, alder: Cooperative) -> None:
    assert "Nobody can ask, because the cooperative is not listed" in said(office.get(f"{ROOM}requests/"))
    Cooperative.objects.filter(pk=alder.pk).update(is_listed=True)
    assert 'href="/join/alder-yard/"' in said(office.get(f"{ROOM}requests/"))


# --- The waiting list -------------------------------------------------------------------------------------------------


def test_ranks_go_on_from_one_part_of_the_list_to_the_next(office: Client, ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        for number in range(52):
            enter_waiting(actor, alder, name=f"W{number:02}", ranked_on=days(number - 100))
    ranks = [(row["rank"], row["entry"].name) for row in office.get(f"{ROOM}waiting/", {"page": "2"}).context["rows"]]
    assert ranks == [(51, "W50"), (52, "W51")]


def test_who_does_not_wait_any_more_has_no_rank(office: Client, ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        rows = [enter_waiting(actor, alder, name=name) for name in ("Ann", "Bob", "Cid")]
        for row in rows[:2]:
            withdraw_waiting(actor, row, version=row.version)
    past = office.get(f"{ROOM}waiting/", {"past": "yes"}).context["rows"]
    assert [(row["entry"].name, row["rank"]) for row in past] == [("Bob", ""), ("Ann", "")]
    assert [(row["entry"].name, row["rank"]) for row in office.get(f"{ROOM}waiting/").context["rows"]] == [("Cid", 1)]
    page = said(office.get(f"{ROOM}waiting/{rows[0].public_id}/"))
    assert "/withdraw/" not in page
    assert "Rank" not in page
    assert office.post(f"{ROOM}waiting/{rows[0].public_id}/", {"name": "Ann", "people": "1", "version": "2"}).status_code == 409


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"name": "\u200b"}, 400, "name"),
        ({"name": "x" * 151}, 400, "name"),
        ({"email": "x"}, 400, "email"),
        ({"people": "0"}, 400, "people"),
        ({"people": "100"}, 400, "people"),
        ({"fewest_rooms": "-1"}, 400, "fewest_rooms"),
        ({"fewest_rooms": "NaN"}, 400, "fewest_rooms"),
        ({"ranked_on": "2026-02-30"}, 400, "ranked_on"),
        ({"ranked_on": days(2).isoformat()}, 422, "ranked_on"),
        ({"wishes": "x" * 501}, 400, "wishes"),
    ],
)
def test_who_cannot_wait_so_is_named_at_the_field(
    office: Client, alder: Cooperative, changed: dict[str, str], status: int, field: str
) -> None:
    answer = office.post(f"{ROOM}waiting/new/", {"name": "Nora", "people": "2", **changed})
    assert (answer.status_code, list(answer.context["form"].errors)) == (status, [field])
    assert office.get(f"{ROOM}waiting/").context["rows"] == []


# --- What they cost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", ["requests/", "waiting/", "waiting/?past=yes", "invitations/slips/", "invitations/?state=waiting"]
)
def test_a_list_costs_the_same_for_one_row_and_for_three(office: Client, ada: User, listed: Cooperative, page: str) -> None:
    counts = []
    for number in range(3):
        asks(f"Person {number}", listed)
        a_member(listed, name=f"Slip {number}")
        with acting(ada) as actor:
            enter_waiting(actor, listed, name=f"Waits {number}")
            gone = enter_waiting(actor, listed, name=f"Gone {number}")
            withdraw_waiting(actor, gone, version=gone.version)
            invite(actor, listed, email=f"p{number}@example.org")
            invite_many(actor, listed)
        with CaptureQueriesContext(connection) as found:
            assert office.get(ROOM + page).status_code == 200
        counts.append(len(found))
    assert counts == [counts[0]] * 3
