"""What happens to duties, recurring tasks and the effort ledger."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cooperatives.events import Audience, kind

from .models import Duty, Effort, Part, RecurringTask, Turn

_DUTY: dict[str, type] = {"duty_id": int, "version": int}
_TURN = {"duty_id": int, "turn_id": int, "due_at": str, "taken": int, "places": int}
_PART = {**_TURN, "part_id": int, "member": str}

DUTY_CREATED = kind("tasks.duty_created", _("{actor} set up the duty {subject}"), payload=_DUTY, live="duty.created")
DUTY_CHANGED = kind(
    "tasks.duty_changed", _("{actor} changed the duty {subject}"), payload={**_DUTY, "changed": list}, live="duty.updated"
)
TURN_MADE = kind(
    "tasks.turn_made", _("Sign-up for {subject} is open"), payload={**_TURN, "late": bool, "missed": int}, live="turn.created"
)
TURN_FILLED = kind(
    "tasks.turn_filled", _("The open places of {subject} were given out"), payload={**_TURN, "given": int}, live="turn.updated"
)
TURN_CANCELLED = kind(
    "tasks.turn_cancelled", _("{actor} called {subject} off"), payload={**_TURN, "reason": str}, live="turn.updated"
)
SIGNED_UP = kind("tasks.signed_up", _("{actor} signed up for {subject}"), payload=_PART, live="turn.updated")
WITHDREW = kind("tasks.withdrew", _("{actor} withdrew from {subject}"), payload=_PART, live="turn.updated")
ASSIGNED = kind("tasks.part_given", _("{actor} gave somebody a place in {subject}"), payload=_PART, live="turn.updated")
REMOVED = kind("tasks.part_taken", _("{actor} took somebody out of {subject}"), payload=_PART, live="turn.updated")
STAND_IN_WANTED = kind(
    "tasks.stand_in_wanted", _("{actor} looks for a stand-in in {subject}"), payload=_PART, live="turn.updated"
)
STAND_IN_KEPT = kind("tasks.stand_in_kept", _("{actor} comes to {subject} after all"), payload=_PART, live="turn.updated")
STOOD_IN = kind("tasks.stood_in", _("{actor} stands in in {subject}"), payload={**_PART, "before": str}, live="turn.updated")
PART_DONE = kind(
    "tasks.part_done", _("{actor} says their part of {subject} is done"), payload={**_PART, "done": bool}, live="turn.updated"
)
PART_CONFIRMED = kind(
    "tasks.part_confirmed", _("{actor} confirmed a part of {subject}"), payload={**_PART, "minutes": int}, live="turn.updated"
)

RECURRING_CREATED = kind(
    "tasks.recurring_created", _("{actor} set up the recurring task {subject}"), payload={"project_id": int, "rule_id": int}
)
RECURRING_CHANGED = kind(
    "tasks.recurring_changed",
    _("{actor} changed the recurring task {subject}"),
    payload={"project_id": int, "rule_id": int, "changed": list},
)
# Told once for each reason, however often it is tried; `since` is how far the rule had come (ISO 8601).
RECURRING_WAITS = kind(
    "tasks.recurring_waits",
    _("A card of {subject} could not be made: {reason}"),
    payload={"project_id": int, "rule_id": int, "code": str, "reason": str, "since": str},
)

_EFFORT = {"effort_id": int, "member": str, "minutes": int, "points": int, "turn_id": int, "task_id": int}
EFFORT_NOTED = kind("tasks.effort_noted", _("{actor} noted {minutes} minutes"), payload=_EFFORT)
EFFORT_CORRECTED = kind(
    "tasks.effort_corrected",
    _("{actor} corrected an effort by {minutes} minutes and {points} points: {reason}"),  # below zero: they are taken back
    payload={**_EFFORT, "reason": str},
)

REMINDED = kind(
    "tasks.reminded",
    _("{subject} is reminded of {count} matters"),
    payload={"user_id": str, "count": int, "reminders": list},
    audience=Audience.PERSON,
    outside=False,
)
FEED_MADE = kind(
    "tasks.feed_made",
    _("{actor} made the address of a calendar"),
    payload={"user_id": str},
    audience=Audience.PERSON,
    outside=False,
)
FEED_ENDED = kind(
    "tasks.feed_ended",
    _("{actor} ended the address of a calendar"),
    payload={"user_id": str},
    audience=Audience.PERSON,
    outside=False,
)


def public_id(member: Any) -> str | None:
    """The public id of a member's login; None for a member without one."""
    return str(member.user.public_id) if member is not None and member.user_id else None


def duty_facts(duty: Duty) -> dict[str, Any]:
    """What an event says about a duty."""
    return {"duty_id": duty.pk, "version": duty.version}


def turn_facts(turn: Turn, taken: int) -> dict[str, Any]:
    """What an event says about a turn, with how many of its places are taken now."""
    return {
        "duty_id": turn.duty_id,
        "turn_id": turn.pk,
        "due_at": turn.due_at.isoformat(),
        "taken": taken,
        "places": turn.places,
    }


def part_facts(part: Part, turn: Turn, taken: int) -> dict[str, Any]:
    """What an event says about a part."""
    return {**turn_facts(turn, taken), "part_id": part.pk, "member": public_id(part.member)}


def recurring_facts(rule: RecurringTask) -> dict[str, Any]:
    """What an event says about a recurring task."""
    return {"project_id": rule.project_id, "rule_id": rule.pk}


def effort_facts(effort: Effort) -> dict[str, Any]:
    """What an event says about a row of the ledger."""
    return {
        "effort_id": effort.pk,
        "member": public_id(effort.member),
        "minutes": effort.minutes,
        "points": effort.points,
        "turn_id": effort.turn_id,
        "task_id": effort.task_id,
    }
