"""10: a rank changes by a recorded event only, an offer ends, a unit and a person have one open offer at a time."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, strategies as st

from activity.models import Event
from activity.verifying import verify
from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from members.actions import (
    add_unit,
    answer_offer,
    change_waiting,
    enter_waiting,
    expire_offers,
    offer_unit,
    rank_waiting,
    withdraw_offer,
    withdraw_waiting,
)
from members.models import Building, Unit, UnitOffer, WaitingEntry
from members.queries import offers_of, rank_of, ranked, units_to_offer, waiting_of

from ..factories import days, refused
from .raw import trials, undone

Pick = Callable[[Any], Any]


@pytest.fixture
def flats(actor: Actor, north: Building) -> list[Unit]:
    """Two flats, and one that is out of use."""
    own = [add_unit(actor, north, code=f"N-{number}") for number in range(2)]
    return [*own, add_unit(actor, north, code="N-old", active_to=days(-1))]


def _entry(pick: Pick) -> WaitingEntry:
    return pick(list(WaitingEntry.objects.select_related("cooperative").order_by("pk")))


def _offer(pick: Pick) -> UnitOffer:
    return pick(list(UnitOffer.objects.select_related("entry__person", "unit", "cooperative").order_by("pk")))


def _entered(alder: Cooperative, _flats: list[Unit], pick: Pick) -> Any:
    return enter_waiting(SYSTEM, alder, name=pick("ABC"), ranked_on=pick([None, days(-3), days(-3), days(1)]))


def _changed(_alder: Cooperative, _flats: list[Unit], pick: Pick) -> Any:
    row = _entry(pick)
    return change_waiting(SYSTEM, row, version=row.version, people=pick([0, 1, 4]), ranked_on=days(-99), refusals=7)


def _ranked(_alder: Cooperative, _flats: list[Unit], pick: Pick) -> Any:
    row = _entry(pick)
    when, why = pick([days(-9), days(-3), days(2)]), pick(["A fire", " "])
    return rank_waiting(SYSTEM, row, version=row.version, ranked_on=when, reason=why)


def _offered(_alder: Cooperative, flats: list[Unit], pick: Pick) -> Any:
    row = _entry(pick)
    return offer_unit(SYSTEM, row, version=row.version, unit=pick(flats), days=pick([1, 7, 7, 61]))


def _answered(_alder: Cooperative, _flats: list[Unit], pick: Pick) -> Any:
    row = _offer(pick)
    return answer_offer(SYSTEM, row, version=row.version, accepted=pick([True, False]))


def _taken_back(_alder: Cooperative, _flats: list[Unit], pick: Pick) -> Any:
    row = _offer(pick)
    return withdraw_offer(SYSTEM, row, version=row.version)


def _taken_off(_alder: Cooperative, _flats: list[Unit], pick: Pick) -> Any:
    row = _entry(pick)
    return withdraw_waiting(SYSTEM, row, version=row.version)


def _expired(alder: Cooperative, _flats: list[Unit], _pick: Pick) -> Any:
    return expire_offers(alder, now=timezone.now())


ACTS = [
    _entered,
    _entered,
    _changed,
    _ranked,
    _ranked,
    _offered,
    _offered,
    _offered,
    _answered,
    _taken_back,
    _taken_off,
    _expired,
]


def recorded() -> dict[str, date]:
    """Since when each waits, as the record alone tells it."""
    kinds = ("members.waiting_entered", "members.waiting_ranked")
    since: dict[str, date] = {}
    for event in Event.objects.filter(kind__in=kinds).order_by("seq"):
        said = event.told.data["payload"]
        if event.kind == kinds[1]:
            assert (said["was"], bool(said["reason"].strip())) == (since[said["entry"]].isoformat(), True)
        since[said["entry"]] = date.fromisoformat(said["since"])
    return since


def faults(alder: Cooperative, flats: list[Unit]) -> Iterator[Any]:
    """What is wrong with the list as it is stored."""
    entries, now = list(WaitingEntry.objects.order_by("pk")), timezone.now()
    if recorded() != {str(row.public_id): row.ranked_on for row in entries}:
        yield "a rank is not what the record says"
    waiting = sorted((row for row in entries if row.state == "waiting"), key=lambda row: (row.ranked_on, row.pk))
    if list(waiting_of(alder)) != waiting or [rank_of(row) for row in waiting] != list(range(1, len(waiting) + 1)):
        yield "the list is not in order"
    places = {row.pk: place for place, row in enumerate(waiting, 1)}
    if {row.pk: row.rank for row in ranked(WaitingEntry.objects.all())} != {row.pk: places.get(row.pk) for row in entries}:
        yield "a place is counted otherwise in the whole list"
    offers = list(UnitOffer.objects.all())
    for key in ("unit_id", "entry_id"):
        if max(Counter(getattr(row, key) for row in offers if row.answer == "open").values(), default=0) > 1:
            yield f"two open offers of one {key}"
    for row in entries:
        mine = Counter(offer.answer for offer in offers if offer.entry_id == row.pk)
        if row.refusals != mine["refused"] or (row.state == "housed") is not (mine["accepted"] == 1):
            yield f"{row} is {row.state} after {dict(mine)}"
        if row.state != "waiting" and mine["open"]:
            yield f"{row} waits no more and has an open offer"
    free = {row.pk for row in flats[:2]} - {row.unit_id for row in offers if row.is_open(now=now)}
    if {row.pk for row in units_to_offer(alder)} != free:
        yield "a unit may be offered that is not free, or the other way about"


@trials(15)
@given(data=st.data())
def test_10_holds_after_whatever_is_done_to_the_list(data: Any, flats: list[Unit], alder: Cooperative) -> None:
    def pick(choices: Any) -> Any:
        return data.draw(st.sampled_from(choices))

    with undone(), time_machine.travel(timezone.now(), tick=False) as clock:
        enter_waiting(SYSTEM, alder, name="First")
        for _ in range(data.draw(st.integers(5, 16))):
            clock.shift(timedelta(days=pick([0, 0, 0, 2, 8])))
            act, events = pick(ACTS), Event.objects.count()
            if act in (_answered, _taken_back) and not UnitOffer.objects.exists():
                continue
            try:
                act(alder, flats, pick)
            except RuleBroken as broken:
                assert (bool(broken.sentence), Event.objects.count()) == (True, events), broken.code
            assert list(faults(alder, flats)) == [], act.__name__
        assert verify(alder).faults == []


def test_10_a_flat_is_offered_to_one_until_the_offer_has_ended(flats: list[Unit], alder: Cooperative) -> None:
    first, second = (enter_waiting(SYSTEM, alder, name=name) for name in ("First", "Second"))
    offer_unit(SYSTEM, first, version=1, unit=flats[0])
    for entry, code in ((second, "unit_offered"), (first, "has_offer")):
        with refused(code):
            offer_unit(SYSTEM, entry, version=entry.version, unit=flats[entry is first])
    with refused("unit"):
        offer_unit(SYSTEM, second, version=1, unit=flats[2])
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert offer_unit(SYSTEM, second, version=1, unit=flats[0]).entry_id == second.pk
        assert [row.answer for row in offers_of(first)] == ["expired"]
