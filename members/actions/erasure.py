"""Verbs about erasing people: ask, cancel, and, after a hold of 14 days, carry out; nothing of it can be hurried."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.actions import erase as erase_details
from activity.events import ERASED
from cooperatives.actions import Conflict, action, check
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import each_cooperative

from ..erasing import Needles, details_naming, mentions, parts_of
from ..events import ERASURE_ASKED, ERASURE_CANCELLED, PERSON_ERASED
from ..models import Erasure, Membership, Occupant, Person
from ..queries import admins_of, today_in
from ..queries.privacy import login_of

HOLD = timedelta(days=14)
MOST_A_RUN = 10
_AT_ONCE = 1000
_log = logging.getLogger(__name__)


def _locked(person: Person) -> Person:
    """The person as they are now. The register has one writer meanwhile, so nobody can let them in again."""
    Cooperative.objects.select_for_update(no_key=True).get(pk=person.cooperative_id)
    row: Person = Person.objects.select_related("cooperative").get(pk=person.pk)
    return row


def refuse_present(person: Person) -> None:
    """Raise Conflict for whoever is still here: a member, of today or later, or somebody who lives in a home."""
    day = today_in(person.cooperative.time_zone)
    current = Membership.objects.filter(Q(left_on=None) | Q(left_on__gt=day), person=person)
    if current.exists():
        admins = admins_of(person.cooperative)
        if admins.filter(membership__in=current).exists() and not admins.exclude(membership__in=current).exists():
            raise Conflict(
                "last_admin", _("A cooperative needs an admin. Make somebody else admin first, then end this membership.")
            )
        raise Conflict("still_member", _("A member cannot be erased. End the membership first; what was done stays counted."))
    if Occupant.objects.filter(Q(ends_on=None) | Q(ends_on__gt=day), person=person).exists():
        raise Conflict("lives_here", _("This person still lives here, or holds an agreement. End that first."))
    if person.erased_at:
        raise Conflict("erased", _("The data of this person were erased."))


@action
def ask_erasure(actor: Actor, person: Person) -> Erasure:
    """Have a person's data erased in 14 days; asked again while it waits, it is the same one.

    Raises Conflict for who is still here: members (the last admin among them) and people who live in a home.
    """
    check(actor, "members.ask_erasure", person)
    row = _locked(person)
    check(actor.again(), "members.ask_erasure", row)
    refuse_present(row)
    waiting: Erasure | None = Erasure.objects.filter(person=row, done_at=None, cancelled_at=None).first()
    if waiting is not None:
        return waiting
    standing = actor.standing(row.cooperative_id)
    made: Erasure = Erasure.objects.create(
        cooperative_id=row.cooperative_id,
        person=row,
        asked_by_id=standing.membership_id if standing else None,
        due_on=today_in(row.cooperative.time_zone) + HOLD,
    )
    record(ERASURE_ASKED, actor, row, user_id=login_of(row), due_on=made.due_on.isoformat())
    return made


@action
def cancel_erasure(actor: Actor, erasure: Erasure) -> None:
    """Call an erasure off while it waits; called off twice, it is off. Raises Conflict once it is done."""
    check(actor, "members.ask_erasure", erasure.person)
    row = Erasure.objects.select_for_update(no_key=True).select_related("person").get(pk=erasure.pk)
    if row.done_at:
        raise Conflict("erased", _("The data of this person were erased."))
    if row.cancelled_at is None:
        _cancel(actor, row)


def _cancel(actor: Actor, row: Erasure, **receipt: Any) -> None:
    row.cancelled_at, row.receipt, row.version = timezone.now(), receipt, row.version + 1
    row.save(update_fields=["cancelled_at", "receipt", "version"])
    record(ERASURE_CANCELLED, actor, row.person, user_id=login_of(row.person))


@action
def carry_out_erasure(erasure: Erasure) -> Erasure:
    """Erase what is to go, and keep a receipt of that, of what stays, and of where others still name the person.

    For the system, once the hold is over. Somebody who has come back meanwhile is not erased: it is called off.
    """
    person = _locked(erasure.person)
    row: Erasure = Erasure.objects.select_for_update(no_key=True).select_related("person").get(pk=erasure.pk)
    if row.done_at or row.cancelled_at or today_in(person.cooperative.time_zone) < row.due_on:
        return row
    try:
        refuse_present(person)
    except Conflict as still:
        _cancel(SYSTEM, row, refused=still.code)
        return row
    row.receipt = _erase(person)
    row.done_at, row.version = timezone.now(), row.version + 1
    row.save(update_fields=["done_at", "receipt", "version"])
    return row


def _erase(person: Person) -> dict[str, Any]:
    needles = Needles.of(person)  # what to look for, and whom it is about, is known only before
    parts = [(part, part.count) for part in parts_of(person, needles)]
    records = details_naming(person, needles, ERASED.name)
    for part, _count in parts:
        if part.act:
            part.act(part.rows)
    for start in range(0, len(records), _AT_ONCE):
        reason = f"erasure of person {person.public_id}"
        erase_details(SYSTEM, person.cooperative, seqs=records[start : start + _AT_ONCE], reason=reason)
    said = [{"part": part.key, "fate": str(part.fate), "rows": count} for part, count in parts if count]
    receipt = {
        "person": str(person.public_id),
        "called": _called(person),
        "erased": [*said_of(said, "goes"), {"part": "details", "rows": len(records)}],
        "kept": said_of(said, "stays"),
        "mentions": list(mentions(needles)),
    }
    record(PERSON_ERASED, SYSTEM, person, label=_called(person), erased=len(receipt["erased"]), mentions=len(receipt["mentions"]))
    return receipt


def said_of(said: list[dict[str, Any]], fate: str) -> list[dict[str, Any]]:
    """The lines of one fate, as a receipt lists them."""
    return [{"part": line["part"], "rows": line["rows"]} for line in said if line["fate"] == fate]


def _called(person: Person) -> str:
    """How the person is named from now on."""
    last = Membership.objects.filter(person=person).order_by("-joined_on", "-pk").select_related("person").first()
    return str(last or person)


def carry_out_erasures(*, now: datetime, most: int = MOST_A_RUN) -> int:
    """Carry out what is due in every cooperative, at most so many in one run, the oldest of each first; returns how many.

    One that fails is logged and tried again by the next run; it does not hold up the others.
    """
    done = 0
    for cooperative in each_cooperative():
        day = now.astimezone(cooperative.zone).date()
        due = Erasure.objects.filter(done_at=None, cancelled_at=None, due_on__lte=day).select_related("person__cooperative")
        for erasure in due.order_by("due_on", "pk")[: most - done]:
            done += _tried(erasure)
        if done >= most:
            break
    return done


def _tried(erasure: Erasure) -> int:
    try:
        carry_out_erasure(erasure)
    except Exception:  # noqa: BLE001 - whatever is wrong with one is no reason to hold up the others
        _log.exception("the erasure %s could not be carried out", erasure.public_id)
    return 1
