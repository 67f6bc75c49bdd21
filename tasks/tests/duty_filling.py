"""Duties, recurring tasks and the ledger in the world of the proofs."""

from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from members.actions import admit
from members.models import Membership
from members.queries import today_in
from tasks.actions import (
    cancel_turn,
    choose_reminders,
    correct_effort,
    create_duty,
    create_recurring,
    give_place,
    mark_done,
    note_effort,
    send_reminders,
    sign_up,
)
from tasks.actions.feeding import make_feed, told
from tasks.models import Label, Lane, Part, Project, Quiet, Task, Turn

PARAMS = {
    "tasks:duty": {"pk": "tasks.duty"},
    "tasks:duty_edit": {"pk": "tasks.duty"},
    "tasks:turn": {"pk": "tasks.turn"},
    "tasks:turn_act": {"pk": "tasks.turn"},
    "tasks:turn_cancel": {"pk": "tasks.turn"},
    "tasks:part_act": {"pk": "tasks.part"},
    "tasks:effort_new": {"pk": "tasks.task"},
    "tasks:effort_correct": {"pk": "tasks.effort"},
    "tasks:recurring": {"pk": "tasks.project"},
    "tasks:recurring_new": {"pk": "tasks.project"},
    "tasks:recurring_edit": {"pk": "tasks.recurringtask"},
    "calendars:read": {"token": "tasks.calendarfeed"},
}
REFERENCES = {
    "tasks:duty_new": {"coordinator": "members.membership"},
    "tasks:duty_edit": {"coordinator": "members.membership"},
    "tasks:turn_act": {"member": "members.membership"},
    "tasks:recurring_new": {"lane": "tasks.lane", "assignees": "members.membership", "labels": "tasks.label"},
    "tasks:recurring_edit": {"lane": "tasks.lane", "assignees": "members.membership", "labels": "tasks.label"},
}


def fill(world: Any, side: str, project: Project, task: Task, me: Membership) -> None:
    """A duty with turns in every state, a recurring task, time noted and corrected, reminders, a calendar."""
    cooperative = world.cooperatives[side]
    with world.inside(side) as actor:
        today = today_in(cooperative.time_zone)
        words = {"title": world.say(side, "Bins"), "place": world.say(side, "Yard"), "notes": world.say(side, "All of them")}
        when = {"starts_on": today + timedelta(days=2), "at": time(18), "unit": "day", "opens_before": 8}
        duty = world.choose(side, create_duty(actor, cooperative, **words, **when, places=3, coordinator=me))
        first, second, *_others, last = Turn.objects.select_related("duty").filter(duty=duty).order_by("due_at")
        world.choose(side, first)
        neighbour = admit(actor, cooperative, name=world.say(side, "Nora"))
        give_place(actor, first, member=neighbour)
        part = world.choose(side, sign_up(actor, second))
        Part.objects.create(
            cooperative=cooperative,
            turn=second,
            place=3,
            member=neighbour,
            created_at=timezone.now(),
            asked_at=timezone.now(),
            asked_why=world.say(side, "A cold"),
        )
        cancel_turn(actor, last, version=last.version, reason=world.say(side, "Rain"))
        _work(world, side, project, task, today)
        choose_reminders(actor, cooperative, wanted=True)
        feed = world.choose(side, make_feed(actor, cooperative).feed)
        told(feed, actor, now=timezone.now())
        world.choose(side, part)
    _past(world, side, duty, neighbour)


def _work(world: Any, side: str, project: Project, task: Task, today: date) -> None:
    with world.inside(side) as actor:
        facts = {"title": world.say(side, "Oil"), "description": world.say(side, "Hinges"), "starts_on": today}
        lane = Lane.objects.filter(project=project, archived_at=None).order_by("position").first()
        house, _new = Label.objects.get_or_create(
            cooperative_id=project.cooperative_id, project=project, name=world.say(side, "House")
        )
        me = Membership.objects.get(user=actor.user, left_on=None)
        world.choose(side, create_recurring(actor, project, **facts, lane=lane, assignees=[me], labels=[house]))
        correct_effort(actor, note_effort(actor, task, minutes=5, day=today), reason=world.say(side, "Twice"))
        world.choose(side, note_effort(actor, task, minutes=30, day=today, note=world.say(side, "Tiles")))


def _past(world: Any, side: str, duty: Any, neighbour: Membership) -> None:
    """What the clock would have to bring: a part that waits to be confirmed, a reminder, a member without reminders."""
    cooperative = world.cooperatives[side]
    with world.inside(side) as actor:
        turn = Turn.objects.filter(duty=duty, cancelled_at=None).order_by("due_at")[2]
        Turn.objects.filter(pk=turn.pk).update(day=today_in(cooperative.time_zone))
        mark_done(actor, sign_up(actor, Turn.objects.get(pk=turn.pk)))
        noon = timezone.now().astimezone(cooperative.zone).replace(hour=12)
        send_reminders(cooperative, now=noon)
        if not Quiet.objects.filter(member=neighbour).exists():
            Quiet.objects.create(cooperative=cooperative, member=neighbour, since=timezone.now())
