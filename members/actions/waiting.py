"""Verbs of the waiting list: enter, change, rank anew with a reason, offer a unit, answer; and what ends by itself.

The rank follows the day since which somebody waits, then the order of entering. It changes by a recorded event only.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Invalid, RuleBroken, action, check, expect, refuse_invisible, unturned, validate
from cooperatives.events import Kind, record
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor

from ..events import (
    OFFER_ACCEPTED,
    OFFER_EXPIRED,
    OFFER_REFUSED,
    OFFER_WITHDRAWN,
    UNIT_OFFERED,
    WAITING_ENDED,
    WAITING_ENTERED,
    WAITING_RANKED,
)
from ..models import Unit, UnitOffer, WaitingEntry
from ..queries import DWELLINGS, lapsed_offers, today_in
from ..queries.privacy import login_of
from .homes.ground import person_of
from .locking import lock_cooperative

CHANGEABLE = ("person", "name", "email", "phone", "people", "fewest_rooms", "wishes", "is_transfer")
OFFER_SPAN, LONGEST_OFFER = 7, 60  # days
State, Answer = WaitingEntry.State, UnitOffer.Answer


@action
def enter_waiting(actor: Actor, cooperative: Cooperative, *, ranked_on: date | None = None, **facts: Any) -> WaitingEntry:
    """Enter somebody into the waiting list, who waits since a day that has come (None: today).

    `person` is who they are in the register, if they are: signed in, they see what is offered to them and answer it. Without a
    name they are called as the register calls them.
    Raises Conflict when that person waits already, RuleBroken naming the field.
    """
    check(actor, "members.wait", cooperative)
    lock_cooperative(cooperative)
    check(actor.again(), "members.wait", cooperative)
    today = today_in(cooperative.time_zone)
    row = WaitingEntry(cooperative=cooperative, ranked_on=ranked_on or today)
    _refuse_ahead(row.ranked_on, today)
    _set(row, facts)
    row.save()
    record(WAITING_ENTERED, actor, row, entry=str(row.public_id), since=row.ranked_on.isoformat())
    return row


def _set(row: WaitingEntry, facts: Mapping[str, Any]) -> bool:
    """Take over what may be said; whether anything is new."""
    changed = [key for key in CHANGEABLE if key in facts and facts[key] != getattr(row, key)]
    for key in changed:
        setattr(row, key, facts[key])
    if "person" in changed and row.person is not None:
        row.person = person_of(row.cooperative, row.person, "person")
        _refuse_twice(row)
    row.name, row.phone = row.name.strip() or (row.person.name if row.person else ""), unturned(row.phone)
    if not row.name:
        raise Invalid("no_name", _("Write a name, or choose a person of the register."), "name")
    refuse_invisible(row.name)
    validate(row, exclude=("cooperative", "person"))
    if not 1 <= row.people <= 99:
        raise RuleBroken("people", _("Write how many people would live there, from 1 to 99."), "people")
    return bool(changed)


def _refuse_twice(row: WaitingEntry) -> None:
    same = WaitingEntry.objects.filter(person=row.person, state=State.WAITING)
    if same.exclude(pk=row.pk).exists():
        raise Conflict("waits_already", _("%(person)s is on the list already.") % {"person": row.person}, "person")


def _refuse_ahead(day: date, today: date) -> None:
    if day > today:
        raise RuleBroken("ahead", _("Nobody waits since a day that has not come yet."), "ranked_on")


def _locked(actor: Actor, entry: WaitingEntry, version: int | None) -> WaitingEntry:
    """The entry as it is now that nobody else can change it, still waiting. Raises Stale, Conflict for one that has ended."""
    lock_cooperative(entry.cooperative)
    row: WaitingEntry = WaitingEntry.objects.select_related("cooperative").get(pk=entry.pk)
    check(actor.again(), "members.wait", row)
    expect(row, version)
    if row.state != State.WAITING:
        raise Conflict("not_waiting", _("They do not wait any more. Enter them anew if they do."))
    return row


@action
def change_waiting(actor: Actor, entry: WaitingEntry, *, version: int | None, **facts: Any) -> WaitingEntry:
    """Change what is known of somebody who waits; never the rank. Raises Stale, or RuleBroken naming the field."""
    check(actor, "members.wait", entry)
    row = _locked(actor, entry, version)
    if _set(row, facts):
        row.version += 1
        row.save()
    return row


@action
def rank_waiting(actor: Actor, entry: WaitingEntry, *, version: int | None, ranked_on: date, reason: str) -> WaitingEntry:
    """Let somebody wait since another day, for a reason that the record keeps. Raises RuleBroken without one, Stale."""
    check(actor, "members.wait", entry)
    reason = reason.strip()
    if not 0 < len(reason) <= 300:
        raise RuleBroken("no_reason", _("Write why the rank changes, in at most 300 characters."), "reason")
    refuse_invisible(reason, "reason")
    row = _locked(actor, entry, version)
    _refuse_ahead(ranked_on, today_in(row.cooperative.time_zone))
    if ranked_on == row.ranked_on:
        raise Conflict("same_rank", _("They wait since that day already."), "ranked_on")
    was, row.ranked_on, row.version = row.ranked_on, ranked_on, row.version + 1
    row.save(update_fields=["ranked_on", "version"])
    entry_id, before, since = str(row.public_id), was.isoformat(), ranked_on.isoformat()
    record(WAITING_RANKED, actor, row, entry=entry_id, was=before, since=since, reason=reason)
    return row


@action
def withdraw_waiting(actor: Actor, entry: WaitingEntry, *, version: int | None) -> WaitingEntry:
    """Take somebody off the list, and an open offer back. Raises Conflict when they do not wait any more, Stale."""
    check(actor, "members.wait", entry)
    row = _locked(actor, entry, version)
    _expire(row.cooperative, timezone.now())
    for offer in UnitOffer.objects.filter(entry=row, answer=Answer.OPEN).select_related("unit", "entry__person"):
        _answer(actor, offer, Answer.WITHDRAWN, OFFER_WITHDRAWN)
    row.state, row.version = State.WITHDRAWN, row.version + 1
    row.save(update_fields=["state", "version"])
    record(WAITING_ENDED, actor, row, entry=str(row.public_id))
    return row


# --- Offers -----------------------------------------------------------------------------------------------------------


@action
def offer_unit(actor: Actor, entry: WaitingEntry, *, version: int | None, unit: Unit, days: int = OFFER_SPAN) -> UnitOffer:
    """Offer a unit to somebody who waits, for so many days.

    Raises Conflict while the unit or the person has an open offer, RuleBroken for a unit that is no home or out of use or for
    a wrong span, Stale.
    """
    check(actor, "members.wait", entry)
    if not 1 <= days <= LONGEST_OFFER:
        raise RuleBroken("offer_days", _("An offer lasts from 1 to 60 days."), "days")
    row = _locked(actor, entry, version)
    unit = _home(row, unit, today_in(row.cooperative.time_zone))
    _expire(row.cooperative, timezone.now())
    if UnitOffer.objects.filter(unit=unit, answer=Answer.OPEN).exists():
        raise Conflict("unit_offered", _("This unit is offered to somebody already. Wait for the answer."), "unit")
    if UnitOffer.objects.filter(entry=row, answer=Answer.OPEN).exists():
        raise Conflict("has_offer", _("They have an open offer already. Wait for the answer."))
    ends = timezone.now() + timedelta(days=days)
    made = UnitOffer.objects.create(cooperative_id=row.cooperative_id, entry=row, unit=unit, expires_at=ends)
    _tell(UNIT_OFFERED, actor, made)
    return made


def _home(entry: WaitingEntry, unit: Unit, day: date) -> Unit:
    """The unit as it is now, if somebody can be offered to live in it. Raises RuleBroken."""
    found: Unit | None = Unit.objects.filter(pk=unit.pk, cooperative=entry.cooperative_id).first()
    if found is None or (found.active_to is not None and found.active_to <= day):
        raise RuleBroken("unit", _("Choose a unit that is in use."), "unit")
    if found.kind not in DWELLINGS:
        sentence = _("%(unit)s is no home (%(kind)s). Choose a flat, a room or a house.")
        raise RuleBroken("no_home", sentence % {"unit": found.code, "kind": found.get_kind_display()}, "unit")
    return found


def _tell(what: Kind, actor: Actor, offer: UnitOffer) -> None:
    """Record it for the office and for whom it concerns, if they can sign in."""
    entry = offer.entry
    user_id = login_of(entry.person) if entry.person else ""
    record(what, actor, offer, entry=str(entry.public_id), unit=offer.unit.code, user_id=user_id)


def _locked_offer(actor: Actor, to: str, offer: UnitOffer, version: int | None) -> UnitOffer:
    """The offer as it is now that nobody else answers it, open still."""
    check(actor, to, offer)
    lock_cooperative(offer.cooperative)
    row: UnitOffer = UnitOffer.objects.select_related("unit", "entry__person", "cooperative").get(pk=offer.pk)
    check(actor.again(), to, row)
    expect(row, version)
    if row.answer == Answer.EXPIRED or (row.answer == Answer.OPEN and not row.is_open(now=timezone.now())):
        raise Conflict("offer_ended", _("This offer has ended. Make a new one."))
    if row.answer != Answer.OPEN:
        raise Conflict("answered", _("This offer was answered already."))
    return row


@action
def answer_offer(actor: Actor, offer: UnitOffer, *, version: int | None, accepted: bool) -> UnitOffer:
    """Note what somebody answered, or oneself answers: who accepts waits no more, who refuses keeps their rank.

    Raises Conflict when it was answered or has ended, Stale.
    """
    row = _locked_offer(actor, "members.answer_offer", offer, version)
    if accepted:
        row.entry.state = State.HOUSED
    else:
        row.entry.refusals += 1
    row.entry.version += 1
    row.entry.save(update_fields=["state", "refusals", "version"])
    return _answer(actor, row, Answer.ACCEPTED if accepted else Answer.REFUSED, OFFER_ACCEPTED if accepted else OFFER_REFUSED)


@action
def withdraw_offer(actor: Actor, offer: UnitOffer, *, version: int | None) -> UnitOffer:
    """Take an open offer back. Raises Conflict when it was answered or has ended, Stale."""
    return _answer(actor, _locked_offer(actor, "members.wait", offer, version), Answer.WITHDRAWN, OFFER_WITHDRAWN)


def _answer(actor: Actor, row: UnitOffer, answer: str, what: Kind) -> UnitOffer:
    row.answer, row.answered_at, row.version = answer, timezone.now(), row.version + 1
    row.save(update_fields=["answer", "answered_at", "version"])
    _tell(what, actor, row)
    return row


@action
def expire_offers(cooperative: Cooperative, *, now: datetime) -> int:
    """End the offers that nobody answered in time; returns how many."""
    lock_cooperative(cooperative)
    return _expire(cooperative, now)


def _expire(cooperative: Cooperative, now: datetime) -> int:
    return len([_answer(SYSTEM, offer, Answer.EXPIRED, OFFER_EXPIRED) for offer in lapsed_offers(cooperative, now=now)])
