"""Valid requests for the writing doors of duties, recurring tasks and the ledger."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cooperatives.queries import enter
from members.models import Membership
from members.queries import today_in
from tasks.actions import note_effort
from tasks.models import Effort, Part, Turn


def _row(world: Any, side: str, name: str) -> Any:
    return world.row(side, f"tasks.{name}")


def duty_form(world: Any, side: str) -> dict[str, Any]:
    """A new duty, on a page."""
    words = {"title": "Snow", "place": "Front door", "notes": "Before seven.", "places": 2, "minutes": 45, "points": 3}
    when = {
        "unit": "week",
        "every": 1,
        "weekdays": ["0", "3"],
        "month_by": "day",
        "nth": 1,
        "weekday": 0,
        "starts_on": "2031-05-01",
    }
    sign_up = {"rotation": "members", "opens_before": 14, "closes_before": 3, "remind_days": 2}
    first = {"starts_on": "2031-05-01", "at": "07:00"}
    return {**words, **when, **sign_up, **first}


def duty(world: Any, side: str) -> dict[str, Any]:
    """The same for a duty that is there."""
    return {**duty_form(world, side), "version": _row(world, side, "duty").version}


def duty_in_api(world: Any, side: str) -> dict[str, Any]:
    """The same, as JSON."""
    return {**duty(world, side), "weekdays": [0, 3]}


def new_duty(world: Any, side: str) -> dict[str, Any]:
    """A new duty."""
    return {**duty_form(world, side), "weekdays": [0, 3], "cooperative": world.cooperatives[side].pk}


def nothing(world: Any, side: str) -> dict[str, Any]:
    """What needs no words."""
    return {}


def cancel(world: Any, side: str) -> dict[str, Any]:
    """Why a turn is called off."""
    return {"reason": "Storm", "version": _row(world, side, "turn").version}


def give(world: Any, side: str) -> dict[str, Any]:
    """The admin of a side gets a place."""
    return {"member": str(world.users["admin" if side == "here" else "stranger_admin"].public_id)}


def cannot_come(world: Any, side: str) -> dict[str, Any]:
    """Why somebody cannot come."""
    return {"reason": "A journey", **_as(world, side)}


def part_act(world: Any, side: str) -> dict[str, Any]:
    """The button of whoever stands in."""
    return {"act": "stand_in", **wanted(world, side)}


def _as(world: Any, side: str, **state: Any) -> dict[str, Any]:
    """Nothing to say; but the part that addresses name has to be in a state in which the act makes sense."""
    part = _row(world, side, "part")
    with enter([world.cooperatives[side].pk]):
        mine = Membership.objects.get(user=world.users["admin" if side == "here" else "stranger_admin"], left_on=None)
        fresh = {"member": mine, "asked_at": None, "done_at": None, "confirmed_at": None, "confirmed_by": None}
        Part.objects.filter(pk=part.pk).update(**{**fresh, **state})
        today = today_in(world.cooperatives[side].time_zone)
        Turn.objects.filter(pk=part.turn_id).update(day=today, closes_at=timezone.now() + timedelta(days=1))
    return {}


def _somebody(world: Any, side: str) -> Membership:
    """A member who has no place in the turn of that part."""
    with enter([world.cooperatives[side].pk]):
        there = Part.objects.filter(turn=_row(world, side, "part").turn_id).values("member")
        found: Membership = Membership.objects.exclude(pk__in=there).filter(left_on=None, user=None).order_by("pk").first()
        return found


def asked(world: Any, side: str) -> dict[str, Any]:
    """Who has it looks for a stand-in."""
    return _as(world, side, asked_at=timezone.now())


def wanted(world: Any, side: str) -> dict[str, Any]:
    """Somebody else has it and looks for a stand-in."""
    return _as(world, side, member=_somebody(world, side), asked_at=timezone.now())


def called_done(world: Any, side: str) -> dict[str, Any]:
    """Somebody else has it and says that it is done."""
    return _as(world, side, member=_somebody(world, side), done_at=timezone.now())


def come(world: Any, side: str) -> dict[str, Any]:
    """Its day has come."""
    return _as(world, side)


def effort_form(world: Any, side: str) -> dict[str, Any]:
    """Time on a task, on a page."""
    return {"minutes": 25, "day": str(today_in(world.cooperatives[side].time_zone)), "note": "Swept up."}


def new_effort(world: Any, side: str) -> dict[str, Any]:
    """Time on a task."""
    return {"task": _row(world, side, "task").pk, **effort_form(world, side)}


def correction(world: Any, side: str) -> dict[str, Any]:
    """Some of it taken back; of another row where that was done already, for it is done once."""
    with world.inside(side) as actor:
        if Effort.objects.filter(corrects=_row(world, side, "effort")).exists():
            today = today_in(world.cooperatives[side].time_zone)
            world.choose(side, note_effort(actor, _row(world, side, "task"), minutes=30, day=today))
    return {"reason": "A break", "minutes": 5}


def recurring_form(world: Any, side: str) -> dict[str, Any]:
    """A new recurring task, on a page."""
    words = {"title": "Read the meters", "description": "All of them.", "priority": 3, "due_after": 2}
    return {**words, "unit": "month", "every": 1, "month_by": "last_day", "nth": 1, "weekday": 0, "starts_on": "2031-05-01"}


def recurring(world: Any, side: str) -> dict[str, Any]:
    """The same for one that is there."""
    return {**recurring_form(world, side), "version": _row(world, side, "recurringtask").version}


def new_recurring(world: Any, side: str) -> dict[str, Any]:
    """A new recurring task."""
    return {"project": _row(world, side, "project").pk, **recurring_form(world, side)}


def recurring_in_api(world: Any, side: str) -> dict[str, Any]:
    """The same for one that is there, with its project."""
    return {"project": _row(world, side, "project").pk, **recurring(world, side)}


def reminders(world: Any, side: str) -> dict[str, Any]:
    """No reminders."""
    return {"act": "quiet"}


BODIES = {
    "tasks:duty_new": duty_form,
    "tasks:duty_edit": duty,
    "tasks:turn_act": nothing,
    "tasks:turn_cancel": cancel,
    "tasks:part_act": part_act,
    "tasks:effort_new": effort_form,
    "tasks:effort_correct": correction,
    "tasks:recurring_new": recurring_form,
    "tasks:recurring_edit": recurring,
    "tasks:calendar_feed": reminders,
    "duty-list": new_duty,
    "duty-detail": duty_in_api,
    "turn-sign-up": nothing,
    "turn-give": give,
    "turn-cancel": cancel,
    **dict.fromkeys(("part-withdraw", "part-remove"), come),
    "part-keep": asked,
    "part-stand-in": wanted,
    "part-done": come,
    "part-confirm": called_done,
    "part-cannot-come": cannot_come,
    "effort-list": new_effort,
    "effort-correct": correction,
    "recurring-task-list": new_recurring,
    "recurring-task-detail": recurring_in_api,
}
