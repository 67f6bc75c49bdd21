"""What the database itself keeps of duties, recurring tasks, the ledger and reminders, whoever writes past the actions."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership
from tasks.actions import create_recurring, create_task, sign_up
from tasks.models import (
    CalendarFeed,
    Duty,
    Effort,
    FeedEntry,
    Part,
    Project,
    Quiet,
    RecurringTask,
    Reminder,
    Run,
    Task,
    Turn,
)

from .rota import MONDAY, a_duty, turn_of


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def turn(actor: Actor, linden: Cooperative) -> Turn:
    """Bins out on Wednesday, for two."""
    return turn_of(a_duty(actor, linden, places=2))


@pytest.fixture
def task(actor: Actor, project: Project) -> Task:
    """A task."""
    return create_task(actor, project, title="Roof")


@pytest.fixture
def mine(actor: Actor) -> Membership:
    """Marta's membership."""
    found: Membership = Membership.objects.get(user=actor.user)
    return found


def breaks(act: Any) -> None:
    """The database refuses it."""
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


@pytest.mark.parametrize(
    "wrong",
    [
        {"every": 0},
        {"every": 367},
        {"weekdays": 128},
        {"times": 0},
        {"times": 5001},
        {"ends_on": date(2026, 6, 2)},
        {"places": 0},
        {"places": 101},
        {"closes_before": 8},
    ],
)
def test_a_duty_that_could_not_be(turn: Turn, wrong: dict[str, Any]) -> None:
    breaks(lambda: Duty.objects.filter(pk=turn.duty_id).update(**wrong))


@pytest.mark.parametrize("wrong", [{"every": 0}, {"weekdays": 128}, {"times": 0}, {"ends_on": date(2026, 5, 31)}])
def test_a_recurring_task_that_could_not_be(actor: Actor, project: Project, wrong: dict[str, Any]) -> None:
    create_recurring(actor, project, title="Oil", starts_on=date(2026, 6, 1))
    breaks(lambda: RecurringTask.objects.update(**wrong))


def test_one_turn_for_each_instant(turn: Turn) -> None:
    turn.pk = None
    breaks(turn.save)
    turn.due_at += timedelta(seconds=1)
    turn.save()
    assert Turn.objects.filter(duty=turn.duty_id).count() == 2


def test_one_card_for_each_instant_and_one_run_for_each_card(actor: Actor, project: Project, task: Task) -> None:
    rule = create_recurring(actor, project, title="Oil", starts_on=date(2026, 6, 1))
    run = Run.objects.get(rule=rule)
    run.pk, run.task = None, task
    breaks(run.save)
    run.due_at += timedelta(days=1)
    run.save()
    run.pk, run.due_at = None, run.due_at + timedelta(days=1)
    breaks(run.save)


def test_no_two_parts_share_a_place_or_a_member(actor: Actor, turn: Turn, yusuf_member: Membership, mine: Membership) -> None:
    sign_up(actor, turn)
    usual = {"cooperative_id": turn.cooperative_id, "turn": turn, "created_at": timezone.now()}
    breaks(lambda: Part.objects.create(**usual, place=1, member=yusuf_member))
    breaks(lambda: Part.objects.create(**usual, place=2, member=mine))
    Part.objects.create(**usual, place=2, member=yusuf_member)


def test_nobody_confirms_themselves_or_what_is_not_done(
    actor: Actor, turn: Turn, mine: Membership, yusuf_member: Membership
) -> None:
    part = sign_up(actor, turn)
    rows = Part.objects.filter(pk=part.pk)
    now = timezone.now()
    breaks(lambda: rows.update(confirmed_at=now, confirmed_by=yusuf_member))
    breaks(lambda: rows.update(done_at=now, confirmed_at=now, confirmed_by=mine))
    assert rows.update(done_at=now, confirmed_at=now, confirmed_by=yusuf_member) == 1


def effort(mine: Membership, **facts: Any) -> Effort:
    usual = {"cooperative_id": mine.cooperative_id, "member": mine, "day": date(2026, 6, 1), "noted_at": timezone.now()}
    return Effort(**{**usual, "noted_by": mine, "minutes": 5, **facts})


def test_a_row_of_the_ledger_is_for_one_thing(turn: Turn, task: Task, mine: Membership, yusuf_member: Membership) -> None:
    for wrong in (
        {"kind": "task"},
        {"kind": "duty"},
        {"kind": "task", "task": task, "turn": turn},
        {"kind": "duty", "task": task},
        {"kind": "task", "task": task, "minutes": 0},
        {"kind": "task", "task": task, "minutes": -5},
        {"kind": "task", "task": task, "points": 1},
        {"kind": "duty", "turn": turn, "minutes": -1},
        {"kind": "duty", "turn": turn, "points": -1},
        {"kind": "correction", "task": task, "minutes": -5},
        {"kind": "duty", "turn": turn, "confirmed_by": mine},
    ):
        breaks(effort(mine, **wrong).save)
    effort(mine, kind="duty", turn=turn, minutes=0, confirmed_by=yusuf_member).save()
    effort(mine, kind="task", task=task).save()
    assert Effort.objects.count() == 2


def test_a_part_is_noted_once_and_a_row_corrected_once(turn: Turn, mine: Membership, yusuf_member: Membership) -> None:
    first = effort(mine, kind="duty", turn=turn)
    first.save()
    breaks(effort(mine, kind="duty", turn=turn).save)
    effort(yusuf_member, kind="duty", turn=turn).save()
    effort(mine, kind="correction", turn=turn, corrects=first, minutes=-5).save()
    breaks(effort(mine, kind="correction", turn=turn, corrects=first, minutes=-1).save)


def test_a_reminder_is_of_one_thing_and_once_for_each_step(turn: Turn, task: Task, mine: Membership) -> None:
    usual = {"cooperative_id": turn.cooperative_id, "member": mine, "due_on": date(2026, 6, 3), "sent_at": timezone.now()}
    breaks(lambda: Reminder.objects.create(**usual, step="soon"))
    breaks(lambda: Reminder.objects.create(**usual, step="soon", task=task, turn=turn))
    for about in ({"task": task}, {"turn": turn}):
        Reminder.objects.create(**usual, step="soon", **about)
        Reminder.objects.create(**usual, step="overdue", **about)
        breaks(lambda about=about: Reminder.objects.create(**usual, step="soon", **about))  # type: ignore[misc]
    Reminder.objects.create(**{**usual, "due_on": date(2026, 6, 10)}, step="soon", task=task)
    assert Reminder.objects.count() == 5


def test_what_there_is_once_for_each_member_is_there_once(actor: Actor, linden: Cooperative, mine: Membership) -> None:
    now = timezone.now()
    Quiet.objects.create(cooperative=linden, member=mine, since=now)
    breaks(lambda: Quiet.objects.create(cooperative=linden, member=mine, since=now))
    FeedEntry.objects.create(cooperative=linden, member=mine, uid="a", changed_at=now)
    breaks(lambda: FeedEntry.objects.create(cooperative=linden, member=mine, uid="a", changed_at=now))
    CalendarFeed.objects.create(user=actor.user, cooperative=linden, digest="a" * 64, created_at=now)
    breaks(lambda: CalendarFeed.objects.create(user=actor.user, cooperative=linden, digest="b" * 64, created_at=now))


def test_a_turn_with_a_ledger_stays(turn: Turn, mine: Membership) -> None:
    effort(mine, kind="duty", turn=turn).save()
    with pytest.raises(Exception, match="protected"):
        turn.delete()
    assert Turn.objects.filter(pk=turn.pk).exists()
