"""Reminding of what is due: once for each step, however many schedulers there are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.utils import timezone

from cooperatives.actions import action, check
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from members.models import Membership, Status
from members.queries import status_on

from ..duty_events import REMINDED, public_id
from ..models import Assignment, Part, Quiet, Reminder, Step, Task
from .duties.base import me

MORNING, EVENING = 7, 20
FURTHEST = timedelta(days=31)  # beyond any reminder that can be asked for; what is late for longer is left in peace
MOST = 200  # of one member in one go; the rest comes with the next


def send_reminders(cooperative: Cooperative, *, now: datetime) -> int:
    """Remind the members of a cooperative that is entered, from its morning on; answers of how many matters.

    Who was missed in the morning is reminded later that day, but not at night.
    """
    local = now.astimezone(cooperative.zone)
    if not MORNING <= local.hour < EVENING or not _fresh(cooperative, local.date()):
        return 0
    return _remind(cooperative, local.date())


@action
def _remind(cooperative: Cooperative, today: date) -> int:
    # The second scheduler waits here, and then finds that all are reminded.
    Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative.pk)
    by_member: dict[int, list[Reminder]] = defaultdict(list)
    for reminder in _fresh(cooperative, today):
        if len(by_member[reminder.member_id]) < MOST:
            by_member[reminder.member_id].append(reminder)
    for rows in by_member.values():
        Reminder.objects.bulk_create(rows)
        member = rows[0].member
        record(REMINDED, SYSTEM, member, user_id=public_id(member), count=len(rows), reminders=[row.pk for row in rows])
    return sum(len(rows) for rows in by_member.values())


def _fresh(cooperative: Cooperative, today: date) -> list[Reminder]:
    """Everything of which somebody is to be reminded today and was not yet."""
    wanted = [*_of_tasks(cooperative, today), *_of_turns(cooperative, today)]
    if not wanted:
        return []
    known = set(Reminder.objects.filter(cooperative=cooperative, due_on__gte=today - FURTHEST).values_list(*_KEY))
    quiet = set(Quiet.objects.filter(cooperative=cooperative).values_list("member_id", flat=True))
    reachable = {pk: _is_reachable(member, today) for pk, member in {row.member_id: row.member for row in wanted}.items()}
    return [
        row
        for row in wanted
        if row.member_id not in quiet and reachable[row.member_id] and tuple(getattr(row, key) for key in _KEY) not in known
    ]


_KEY = ("member_id", "task_id", "turn_id", "step", "due_on")


def _is_reachable(member: Membership, today: date) -> bool:
    return member.user is not None and member.user.can_sign_in and status_on(member, today) == Status.ACTIVE


def _of_tasks(cooperative: Cooperative, today: date) -> Iterator[Reminder]:
    tasks = Task.objects.unfinished().filter(cooperative=cooperative, due_date__range=(today - FURTHEST, today + FURTHEST))
    rows = Assignment.objects.filter(task__in=tasks).select_related("task__project", "member__user", "member__person")
    for row in rows.prefetch_related("member__pauses").order_by("task__due_date", "task_id", "pk"):
        step = _step(row.task.due_date, row.task.project.remind_days, today)
        if step:
            yield _reminder(cooperative, row.member, step, row.task.due_date, task=row.task)


def _of_turns(cooperative: Cooperative, today: date) -> Iterator[Reminder]:
    near = (today - FURTHEST, today + FURTHEST)
    parts = Part.objects.filter(cooperative=cooperative, done_at=None, turn__cancelled_at=None, turn__day__range=near)
    rows = parts.select_related("turn__duty", "member__user", "member__person").prefetch_related("member__pauses")
    for row in rows.order_by("turn__due_at", "turn_id", "place"):
        step = _step(row.turn.day, row.turn.duty.remind_days, today)
        if step:
            yield _reminder(cooperative, row.member, step, row.turn.day, turn=row.turn)


def _step(due_on: date, days_before: int, today: date) -> Step | None:
    if due_on < today:
        return Step.OVERDUE
    return Step.SOON if (due_on - today).days <= days_before else None


def _reminder(cooperative: Cooperative, member: Membership, step: Step, due_on: date, **about: Any) -> Reminder:
    return Reminder(cooperative=cooperative, member=member, step=step, due_on=due_on, sent_at=timezone.now(), **about)


def still_due(ids: Iterable[int]) -> list[Reminder]:
    """Those of the reminders whose matter is neither done nor put away nor somebody else's by now, in their order."""
    rows = Reminder.objects.filter(pk__in=list(islice(ids, MOST))).select_related("task__project", "task__lane", "turn__duty")
    tasks = set(
        Assignment.objects.filter(task__in=Task.objects.unfinished().filter(pk__in=[row.task_id for row in rows])).values_list(
            "task_id", "member_id", "task__due_date"
        )
    )
    parts = set(
        Part.objects.filter(
            turn__in=[row.turn_id for row in rows if row.turn_id], done_at=None, turn__cancelled_at=None
        ).values_list("turn_id", "member_id")
    )
    kept = [row for row in rows if (row.task_id, row.member_id, row.due_on) in tasks or (row.turn_id, row.member_id) in parts]
    return sorted(kept, key=lambda row: (row.due_on, row.pk))


@action
def choose_reminders(actor: Actor, cooperative: Cooperative, *, wanted: bool) -> None:
    """Turn the reminders of one's own by mail on or off, in this cooperative."""
    check(actor, "tasks.feed", cooperative)
    mine = me(actor, cooperative.pk)
    if wanted:
        Quiet.objects.filter(member=mine).delete()
    elif not Quiet.objects.filter(member=mine).exists():
        Quiet.objects.create(cooperative=cooperative, member=mine, since=timezone.now())
