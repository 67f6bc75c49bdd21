"""Setting duties up, changing them, calling a turn off."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Invalid, action, check, expect
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor

from ...duty_events import DUTY_CHANGED, DUTY_CREATED, TURN_CANCELLED, duty_facts, turn_facts
from ...models import (
    MINUTES_LIMIT,
    NAME_LENGTH,
    PLACE_LENGTH,
    PLACES_LIMIT,
    POINTS_LIMIT,
    REASON_LENGTH,
    Duty,
    Rotation,
    Schedule,
    Turn,
)
from ..base import author, sound_text
from .base import (
    begin,
    lock_duty,
    lock_turn,
    parts_of,
    refuse_endless_mistakes,
    sound_line,
    sound_number,
    sound_partaker,
    sound_schedule,
    switch,
)
from .making import open_turns

_NUMBERS = {
    "places": (1, PLACES_LIMIT),
    "minutes": (0, MINUTES_LIMIT),
    "points": (0, POINTS_LIMIT),
    "opens_before": (0, 366),
    "closes_before": (0, 366),
    "remind_days": (0, 30),
}


@action
def create_duty(actor: Actor, cooperative: Cooperative, **facts: Any) -> Duty:
    """Set a duty up and open the turns that are due for it already. Raises Invalid naming the field.

    Facts: title, place, notes, places, minutes, points, opens_before, closes_before (days), rotation, remind_days,
    coordinator, and those of its schedule.
    """
    check(actor, "tasks.change_duties", cooperative)
    duty = Duty(cooperative=cooperative, created_by_id=author(actor, cooperative.pk))
    for key, value in _sound({"title": "", **facts}, cooperative).items():
        setattr(duty, key, value)
    _refuse_mistakes(duty)
    begin(duty, cooperative)
    duty.save()
    record(DUTY_CREATED, actor, duty, **duty_facts(duty))
    open_turns(duty, cooperative, now=timezone.now())
    return duty


@action
def change_duty(actor: Actor, duty: Duty, *, version: int | None, **facts: Any) -> Duty:
    """Change facts of a duty, pause it (paused=True), end it (ended=True) or take it up again.

    Turns that were made stay as they are; only those to come follow the new rule. Raises Stale, or Invalid.
    """
    check(actor, "tasks.change_duties", duty)
    row = lock_duty(duty)
    expect(row, version)
    cooperative = row.cooperative
    values = _sound({key: value for key, value in facts.items() if not _stays(row, key, value)}, cooperative)
    changed = sorted(key for key, value in values.items() if getattr(row, key) != value)
    for key in changed:
        setattr(row, key, values[key])
    _refuse_mistakes(row)
    if set(changed) & {*Schedule.FIELDS, "opens_before"}:
        begin(row, cooperative)
    changed += switch(row, facts, cooperative)
    if changed:
        row.version += 1
        row.save()
        record(DUTY_CHANGED, actor, row, **duty_facts(row), changed=changed)
        open_turns(row, cooperative, now=timezone.now())
    return row


def _stays(row: Duty, key: str, value: Any) -> bool:
    """Who has left may stay named as the coordinator."""
    return key == "coordinator" and value is not None and value.pk == row.coordinator_id


def _sound(facts: dict[str, Any], cooperative: Cooperative) -> dict[str, Any]:
    values = sound_schedule(facts, cooperative)
    if "title" in facts:
        values["title"] = sound_line(facts["title"], NAME_LENGTH, "title", needed=True)
    if "place" in facts:
        values["place"] = sound_line(facts["place"], PLACE_LENGTH, "place")
    if "notes" in facts:
        values["notes"] = sound_text(facts["notes"], field="notes")
    if "coordinator" in facts:
        values["coordinator"] = sound_partaker(facts["coordinator"], cooperative, "coordinator")
    if "rotation" in facts:
        if facts["rotation"] not in Rotation.values:
            raise Invalid("rotation", _("Choose one from the list."), "rotation")
        values["rotation"] = facts["rotation"]
    for key, (least, most) in _NUMBERS.items():
        if key in facts:
            values[key] = sound_number(facts[key], least, most, key)
    return values


def _refuse_mistakes(duty: Duty) -> None:
    if duty.starts_on is None:
        raise Invalid("starts_on", _("Choose the first day."), "starts_on")
    refuse_endless_mistakes(duty)
    if duty.closes_before > duty.opens_before:
        raise Invalid("closes_before", _("Sign-up would close before it opens. Choose fewer days."), "closes_before")


@action
def cancel_turn(actor: Actor, turn: Turn, *, version: int | None, reason: str) -> Turn:
    """Call a turn off. Its parts stay named, so that calendars say so. Raises Stale, Conflict once a part is done."""
    check(actor, "tasks.coordinate", turn.duty)
    row = lock_turn(turn)
    expect(row, version)
    why = sound_line(reason, REASON_LENGTH, "reason", needed=True)
    parts = parts_of(row)
    if row.cancelled_at is not None:
        raise Conflict("cancelled", _("This turn is called off already."))
    if any(part.done_at for part in parts):
        raise Conflict("done", _("Part of this turn is done, so it can no longer be called off."))
    row.cancelled_at, row.cancelled_why, row.version = timezone.now(), why, row.version + 1
    row.save(update_fields=["cancelled_at", "cancelled_why", "version"])
    record(TURN_CANCELLED, actor, row, **turn_facts(row, len(parts)), reason=why)
    return row
