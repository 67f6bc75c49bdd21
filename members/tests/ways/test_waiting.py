"""The waiting list: ranks that change by record only, one open offer of a unit and of a person, answers, ends."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.actions import (
    answer_offer,
    change_unit,
    change_waiting,
    enter_waiting,
    expire_offers,
    grant_role,
    offer_unit,
    rank_waiting,
    withdraw_offer,
    withdraw_waiting,
)
from members.jobs import end_offers
from members.models import Building, Membership, Unit, UnitOffer, User, WaitingEntry
from members.queries import offers_of, rank_of, units_to_offer, waiting_of
from members.roles import Role
from members.tests.factories import acting, days, refused

from .conftest import said

Browser = Callable[[User], Client]
LIST = "/c/alder-yard/members/waiting/"


@pytest.fixture
def units(alder: Cooperative) -> list[Unit]:
    """Two flats."""
    with enter([alder.pk]):
        house = Building.objects.create(cooperative=alder, name="North")
        return [Unit.objects.create(cooperative=alder, building=house, code=code) for code in ("N-101", "N-102")]


def waits(user: User, cooperative: Cooperative, name: str, since: date | None = None) -> WaitingEntry:
    with acting(user) as actor:
        return enter_waiting(actor, cooperative, name=name, ranked_on=since)


def order(cooperative: Cooperative) -> list[str]:
    with enter([cooperative.pk]):
        return [row.name for row in waiting_of(cooperative)]


def kinds(cooperative: Cooperative) -> list[str]:
    with enter([cooperative.pk]):
        found = Event.objects.filter(kind__regex=r"waiting|offer").order_by("seq")
        return list(found.values_list("kind", flat=True))


# --- Ranks ------------------------------------------------------------------------------------------------------------


def test_the_rank_follows_the_day_then_the_order_of_entering(ada: User, alder: Cooperative) -> None:
    for name, since in (("Third", None), ("Second", days(-5)), ("First", days(-9)), ("Fourth", None)):
        row = waits(ada, alder, name, since)
    assert order(alder) == ["First", "Second", "Third", "Fourth"]
    with enter([alder.pk]):
        assert rank_of(row) == 4


def test_a_rank_changes_with_a_reason_that_is_recorded(ada: User, alder: Cooperative) -> None:
    waits(ada, alder, "Early", days(-5))
    late = waits(ada, alder, "Late")
    with acting(ada) as actor:
        for reason in ("", "  ", "x" * 301):
            with refused("no_reason"):
                rank_waiting(actor, late, version=1, ranked_on=days(-9), reason=reason)
        with refused("ahead"):
            rank_waiting(actor, late, version=1, ranked_on=days(1), reason="Later")
        with refused("same_rank"):
            rank_waiting(actor, late, version=1, ranked_on=late.ranked_on, reason="The same")
        with refused("stale"):
            rank_waiting(actor, late, version=9, ranked_on=days(-9), reason="Stale")
        assert order(alder) == ["Early", "Late"]
        rank_waiting(actor, late, version=1, ranked_on=days(-9), reason="Came back after a fire")
    assert order(alder) == ["Late", "Early"]
    assert kinds(alder) == ["members.waiting_entered"] * 2 + ["members.waiting_ranked"]


def test_changing_facts_never_changes_the_rank(ada: User, alder: Cooperative) -> None:
    row = waits(ada, alder, "Nora")
    with acting(ada) as actor:
        same = change_waiting(actor, row, version=1, name="Nora", people=1)
        assert same.version == 1
        new = change_waiting(actor, row, version=1, people=4, wishes="A balcony", ranked_on=days(-99))
        assert (new.version, new.people, new.ranked_on) == (2, 4, row.ranked_on)
        for wrong, code in (({"people": 0}, "people"), ({"name": ""}, "no_name"), ({"email": "no"}, "invalid_value")):
            with refused(code):
                change_waiting(actor, row, version=2, **wrong)
        with refused("ahead"):
            enter_waiting(actor, alder, name="Ahead", ranked_on=days(1))


def test_only_the_office_keeps_the_list(ada: User, ben: User, stranger: User, alder: Cooperative, units: list[Unit]) -> None:
    row = waits(ada, alder, "Nora")
    for user, code in ((ben, "forbidden"), (stranger, "not_found")):
        with acting(user) as actor:
            with refused(code):
                enter_waiting(actor, alder, name="Me first")
            with refused(code):
                rank_waiting(actor, row, version=1, ranked_on=days(-9), reason="Me")
            with refused(code):
                offer_unit(actor, row, version=1, unit=units[0])
    with acting(ada) as actor:
        grant_role(actor, Membership.objects.get(user=ben), role=Role.SECRETARY)
    with acting(ben) as actor:
        assert offer_unit(actor, row, version=1, unit=units[0]).answer == "open"


# --- Offers -----------------------------------------------------------------------------------------------------------


def test_one_open_offer_of_a_unit_and_of_a_person(ada: User, alder: Cooperative, units: list[Unit]) -> None:
    first, second = waits(ada, alder, "First"), waits(ada, alder, "Second")
    with acting(ada) as actor:
        made = offer_unit(actor, first, version=1, unit=units[0], days=3)
        assert made.expires_at - timezone.now() <= timedelta(days=3)
        with refused("unit_offered"):
            offer_unit(actor, second, version=1, unit=units[0])
        with refused("has_offer"):
            offer_unit(actor, first, version=1, unit=units[1])
        assert list(units_to_offer(alder)) == [units[1]]
        withdraw_offer(actor, made, version=1)
        assert offer_unit(actor, second, version=1, unit=units[0]).entry == second


@pytest.mark.parametrize(
    ("kind", "named"),
    [("parking", "Parking space"), ("storage", "Storage"), ("commercial", "Commercial"), ("common", "Common room")],
)
def test_what_is_no_home_is_offered_to_nobody(ada: User, alder: Cooperative, units: list[Unit], kind: str, named: str) -> None:
    row = waits(ada, alder, "Nora")
    with acting(ada) as actor:
        Unit.objects.filter(pk=units[0].pk).update(kind=kind)  # what was seen may be older than what is
        with refused("no_home") as told:
            offer_unit(actor, row, version=1, unit=units[0])
        assert (told.value.status, told.value.field) == (422, "unit")
        assert told.value.sentence == f"N-101 is no home ({named}). Choose a flat, a room or a house."
        assert not UnitOffer.objects.exists()


@pytest.mark.parametrize("kind", ["flat", "room", "house"])
def test_every_kind_of_home_can_be_offered(ada: User, alder: Cooperative, units: list[Unit], kind: str) -> None:
    row = waits(ada, alder, "Nora")
    with acting(ada) as actor:
        Unit.objects.filter(pk=units[0].pk).update(kind=kind)
        assert offer_unit(actor, row, version=1, unit=units[0]).unit.kind == kind


@pytest.mark.parametrize(
    ("facts", "field"), [({"kind": "storage"}, "kind"), ({"active_to": days(0)}, "active_to"), ({"kind": "room"}, "")]
)
def test_a_home_stays_one_while_it_is_offered(
    ada: User, alder: Cooperative, units: list[Unit], facts: dict[str, Any], field: str
) -> None:
    row = waits(ada, alder, "Nora")
    with acting(ada) as actor:
        offer = offer_unit(actor, row, version=1, unit=units[0])
        if field:
            with refused("unit_offered") as told:
                change_unit(actor, units[0], version=1, **facts)
            assert (told.value.status, told.value.field) == (409, field)
            withdraw_offer(actor, offer, version=1)
        assert change_unit(actor, units[0], version=1, **facts).version == 2


def test_an_offer_that_is_over_keeps_no_unit_as_it_is(ada: User, alder: Cooperative, units: list[Unit]) -> None:
    row = waits(ada, alder, "Nora")
    with acting(ada) as actor:
        offer = offer_unit(actor, row, version=1, unit=units[0], days=1)
        UnitOffer.objects.filter(pk=offer.pk).update(expires_at=timezone.now())  # the hourly job has not seen it yet
        assert change_unit(actor, units[0], version=1, kind="storage").kind == "storage"


def test_the_database_itself_keeps_offers_single(ada: User, alder: Cooperative, units: list[Unit]) -> None:
    first, second = waits(ada, alder, "First"), waits(ada, alder, "Second")
    with acting(ada) as actor:
        offer_unit(actor, first, version=1, unit=units[0])
        for entry, unit in ((second, units[0]), (first, units[1])):
            with pytest.raises(IntegrityError), transaction.atomic():
                UnitOffer.objects.create(cooperative=alder, entry=entry, unit=unit, expires_at=timezone.now())


def test_who_accepts_waits_no_more_and_who_refuses_keeps_the_rank(ada: User, alder: Cooperative, units: list[Unit]) -> None:
    first, second = waits(ada, alder, "First", days(-9)), waits(ada, alder, "Second", days(-5))
    with acting(ada) as actor:
        answer_offer(actor, offer_unit(actor, first, version=1, unit=units[0]), version=1, accepted=False)
        assert order(alder) == ["First", "Second"]
        offer = offer_unit(actor, second, version=1, unit=units[0])
        with refused("stale"):
            answer_offer(actor, offer, version=9, accepted=True)
        answer_offer(actor, offer, version=1, accepted=True)
        with refused("answered"):
            answer_offer(actor, offer, version=2, accepted=False)
        assert WaitingEntry.objects.get(name="First").refusals == 1
        assert WaitingEntry.objects.get(name="Second").state == "housed"
        with refused("not_waiting"):
            offer_unit(actor, second, version=2, unit=units[1])
    assert order(alder) == ["First"]
    assert kinds(alder)[2:] == [
        "members.unit_offered", "members.offer_refused", "members.unit_offered", "members.offer_accepted",
    ]  # fmt: skip


def test_an_offer_ends_by_itself_once(ada: User, alder: Cooperative, units: list[Unit]) -> None:
    row = waits(ada, alder, "First")
    with acting(ada) as actor:
        offer = offer_unit(actor, row, version=1, unit=units[0], days=3)
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)), acting(ada) as actor:
        with refused("offer_ended"):
            answer_offer(actor, offer, version=1, accepted=True)
        end_offers()
        assert [row.answer for row in offers_of(row)] == ["expired"]
        assert expire_offers(alder, now=timezone.now()) == 0
        assert WaitingEntry.objects.get().refusals == 0
        with refused("offer_ended"):
            answer_offer(actor, offer, version=2, accepted=True)
    assert kinds(alder)[-1] == "members.offer_expired" and kinds(alder).count("members.offer_expired") == 1


@pytest.mark.parametrize(("early", "is_open"), [(1, True), (0, False), (-1, False)])
def test_until_its_moment_an_offer_is_open_and_no_job_is_needed_to_end_it(
    ada: User, alder: Cooperative, units: list[Unit], signed_in: Browser, early: int, *, is_open: bool
) -> None:
    first, second = waits(ada, alder, "First"), waits(ada, alder, "Second")
    with acting(ada) as actor:
        offer = offer_unit(actor, first, version=1, unit=units[0], days=3)
    door = f"{LIST}{first.public_id}/"
    with time_machine.travel(offer.expires_at - timedelta(seconds=early), tick=False), acting(ada) as actor:
        browser = signed_in(ada)
        assert list(units_to_offer(alder)) == units[is_open:]
        assert [len(row.open_offers) for row in waiting_of(alder)] == [is_open, 0]
        assert offer.outcome(now=timezone.now()) == ("open" if is_open else "expired")
        pages = said(browser.get(LIST)), said(browser.get(door))
        assert ["N-101</span>" in pages[0], "Take back" in pages[1], "Expired" in pages[1]] == [is_open, is_open, not is_open]
        if is_open:
            assert withdraw_offer(actor, offer, version=1).answer == "withdrawn"
            return
        for act in (withdraw_offer, partial(answer_offer, accepted=False)):
            with refused("offer_ended"):
                act(actor, offer, version=1)
        withdraw_waiting(actor, first, version=1)
        assert (
            browser.post(f"{LIST}{second.public_id}/offer/", {"unit": units[0].pk, "days": "7", "version": "1"}).status_code
            == 302
        )
        assert [[row.answer for row in offers_of(each)] for each in (first, second)] == [["expired"], ["open"]]


def test_who_is_taken_off_loses_the_offer(ada: User, alder: Cooperative, units: list[Unit]) -> None:
    row = waits(ada, alder, "First")
    with acting(ada) as actor:
        offer_unit(actor, row, version=1, unit=units[0])
        withdraw_waiting(actor, row, version=1)
        assert [offer.answer for offer in offers_of(row)] == ["withdrawn"]
        with refused("not_waiting"):
            withdraw_waiting(actor, row, version=2)
    assert order(alder) == []


def test_what_cannot_be_offered(ada: User, alder: Cooperative, units: list[Unit]) -> None:
    row = waits(ada, alder, "First")
    with acting(ada) as actor:
        for span in (0, 61):
            with refused("offer_days"):
                offer_unit(actor, row, version=1, unit=units[0], days=span)
        units[0].active_to = days(0)
        units[0].save()
        with refused("unit"):
            offer_unit(actor, row, version=1, unit=units[0])
        with refused("unit"):
            offer_unit(actor, row, version=1, unit=Unit(cooperative_id=alder.pk + 1, code="X"))


@pytest.mark.django_db(transaction=True)
def test_six_who_offer_one_unit_at_once_make_one_offer(
    ada: User, alder: Cooperative, units: list[Unit], at_once: Callable[..., list[Any]]
) -> None:
    rows = [waits(ada, alder, f"Number {number}") for number in range(6)]

    def offer(index: int) -> str:
        with acting(ada) as actor:
            return offer_unit(actor, rows[index], version=1, unit=units[0]).answer

    came = at_once(offer, 6)
    assert sorted(getattr(each, "code", each) for each in came) == ["open", *["unit_offered"] * 5]


def test_listing_costs_the_same_for_one_and_for_three(
    ada: User, alder: Cooperative, units: list[Unit], django_assert_num_queries: Any
) -> None:
    for number in range(3):
        row = waits(ada, alder, f"Number {number}")
        with acting(ada) as actor:
            if number < 2:
                offer_unit(actor, row, version=1, unit=units[number])
            with django_assert_num_queries(2):
                assert len([[offer.unit.code for offer in row.open_offers] for row in waiting_of(alder)]) == number + 1


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def browser(ada: User, signed_in: Browser) -> Client:
    """Ada's."""
    return signed_in(ada)


def test_from_entering_to_an_accepted_offer(ada: User, alder: Cooperative, units: list[Unit], browser: Client) -> None:
    assert "Nobody is on this list" in said(browser.get(LIST))
    assert browser.post(f"{LIST}new/", {"name": "", "people": "2"}).status_code == 400
    made = browser.post(f"{LIST}new/", {"name": "Nora Lund", "people": "2", "ranked_on": "2026-01-05"})
    page = said(browser.get(made["Location"]))
    assert "Rank 1, waits since 5 January 2026" in page
    changed = {"name": "Nora Lund", "people": "3", "version": "1"}
    assert browser.post(made["Location"], changed).status_code == 302
    assert browser.post(made["Location"], changed | {"people": "4"}).status_code == 409
    rank = {"ranked_on": "2025-01-05", "version": "2"}
    assert browser.post(f"{made['Location']}rank/", rank).status_code == 400
    assert browser.post(f"{made['Location']}rank/", {**rank, "reason": "An error in the old list"}).status_code == 302
    offer = {"unit": str(units[0].pk), "days": "7", "version": "3"}
    assert browser.post(f"{made['Location']}offer/", offer).status_code == 302
    [action] = re.findall(r'action="(/c/alder-yard/members/offers/\d+/)"', said(browser.get(made["Location"])))
    assert "N-101" in said(browser.get(LIST))
    browser.post(action, {"answer": "accepted", "version": "1"})
    assert "Nobody is on this list" in said(browser.get(LIST))
    assert "Nora Lund" in said(browser.get(f"{LIST}?past=yes"))


def test_taking_off_and_what_others_may_see(
    ada: User, ben: User, alder: Cooperative, browser: Client, signed_in: Browser
) -> None:
    row = waits(ada, alder, "Nora Lund")
    door = f"{LIST}{row.public_id}/"
    assert [signed_in(ben).get(page).status_code for page in (LIST, door, f"{door}rank/")] == [403] * 3
    with acting(ada) as actor:
        grant_role(actor, Membership.objects.get(user=ben), role=Role.TREASURER)
    assert [signed_in(ben).get(page).status_code for page in (LIST, door, f"{door}rank/")] == [200, 200, 403]
    seen = said(signed_in(ben).get(door))
    assert [word for word in ("?edit=1", "/withdraw/", "/offer/") if word in seen] == []
    assert signed_in(ben).get(f"{door}?edit=1").status_code == 403
    browser.post(f"{door}withdraw/", {"version": "9"})
    assert order(alder) == ["Nora Lund"]
    browser.post(f"{door}withdraw/", {"version": "1"})
    assert order(alder) == []


def test_foreign_entries_units_and_offers_are_not_there(
    ada: User, stranger: User, alder: Cooperative, units: list[Unit], signed_in: Browser
) -> None:
    row = waits(ada, alder, "Nora Lund")
    with acting(ada) as actor:
        offer = offer_unit(actor, row, version=1, unit=units[0])
    own = waits(stranger, Cooperative.objects.get(name="Birch Lane"), "Own")
    there, base = signed_in(stranger), "/c/birch-lane/members/"
    for path in (f"waiting/{row.public_id}/", f"waiting/{row.public_id}/rank/", f"waiting/{row.public_id}/offer/"):
        assert there.get(base + path).status_code == 404
    assert there.post(f"{base}offers/{offer.pk}/", {"answer": "accepted", "version": "1"}).status_code == 404
    refused_form = there.post(f"{base}waiting/{own.public_id}/offer/", {"unit": str(units[1].pk), "days": "7", "version": "1"})
    assert refused_form.status_code == 400 and "N-102" not in said(refused_form)
