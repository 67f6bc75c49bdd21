"""Giving out what nobody took, in turn; taking back what those who left still had."""

from datetime import datetime

from cooperatives.actions import action
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM

from ...duty_events import REMOVED, TURN_FILLED, part_facts, turn_facts
from ...models import Part, Rotation, Turn
from ...rotation import candidates_for, next_in_turn
from .base import lock_turn, parts_of
from .parts import place_for


def fill_turns(cooperative: Cooperative, *, now: datetime) -> int:
    """Give the places that are left in turns whose sign-up has closed to those whose turn it is; answers how many places."""
    closed = Turn.objects.filter(cooperative=cooperative, closes_at__lte=now, filled_at=None, cancelled_at=None)
    rotating = closed.exclude(duty__rotation=Rotation.NOBODY).order_by("due_at", "pk")
    return sum(_fill(turn, now) for turn in list(rotating))


@action
def _fill(turn: Turn, now: datetime) -> int:
    row = lock_turn(turn)
    if row.filled_at is not None or row.cancelled_at is not None:
        return 0
    parts = parts_of(row)
    free = row.places - len(parts)
    chosen = next_in_turn(candidates_for(row, [part.member_id for part in parts]), free) if free > 0 else []
    for one in chosen:
        place_for(row, parts, one.member, Part.How.ROTATION, one.household)
    row.filled_at = now
    row.save(update_fields=["filled_at"])
    if chosen:
        record(TURN_FILLED, SYSTEM, row, **turn_facts(row, len(parts)), given=len(chosen))
    return len(chosen)


def release_leavers(cooperative: Cooperative, *, now: datetime) -> int:
    """Free the places that those who have left hold in turns to come; they are given out anew. Answers how many places."""
    ahead = Part.objects.filter(cooperative=cooperative, turn__due_at__gt=now, turn__cancelled_at=None, done_at=None)
    left = ahead.filter(member__left_on__lte=now.astimezone(cooperative.zone).date())
    return sum(_release(part) for part in list(left.select_related("turn").order_by("turn_id", "pk")))


@action
def _release(part: Part) -> int:
    row = lock_turn(part.turn)
    parts = parts_of(row)
    found = next((one for one in parts if one.pk == part.pk and one.done_at is None), None)
    if found is None:
        return 0
    facts = part_facts(found, row, len(parts) - 1)
    found.delete()
    Turn.objects.filter(pk=row.pk).update(filled_at=None)
    record(REMOVED, SYSTEM, row, **facts)
    return 1
