"""Making what has come due: each time once, whoever else makes at the same moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import RuleBroken, action
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from members.queries import stays

from ...duty_events import RECURRING_WAITS, TURN_MADE, recurring_facts, turn_facts
from ...models import Duty, Lane, RecurringTask, Run, Schedule, Turn
from ...schedules import Due, instant, occurrences
from ...waiting import waiting_of
from ..tasks import create_task
from .base import lock_duty

GRACE = timedelta(hours=1)
LATE_SPAN = timedelta(days=1)


@dataclass(frozen=True)
class Coming:
    """One time to be made now. A late one stands for all `missed` times that lie in the past."""

    due: Due
    late: bool
    missed: int


def coming(rule: Schedule, cooperative: Cooperative, *, now: datetime, ahead: timedelta) -> list[Coming]:
    """What is to be made of a rule now: all that comes due within `ahead`, and of what is past only the last.

    Whoever was away for a month finds one bin to put out, not thirty. A time is late when it should have been made more than
    GRACE ago, counted from when the rule was last settled at the earliest.
    """
    if not rule.runs:
        return []
    found = list(occurrences(rule, cooperative.zone, rule.made_until, now + ahead))
    past = [due for due in found if due.at < now]
    kept = [*past[-1:], *(due for due in found if due.at >= now)]
    made = []
    for due in kept:
        late = now - max(due.at - ahead, rule.settled_at) > GRACE
        missed = len(past) if due.at < now else 1
        made.append(Coming(due, late, missed if late else 0))
    return made


def make_turns(cooperative: Cooperative, *, now: datetime) -> int:
    """Open the turns of every duty of a cooperative that is entered; answers how many."""
    duties = Duty.objects.filter(cooperative=cooperative, paused_at=None, ended_at=None).order_by("pk")
    waiting = [duty for duty in duties if coming(duty, cooperative, now=now, ahead=_ahead(duty))]
    return sum(_make_turns_of(duty, cooperative, now=now) for duty in waiting)


@action
def _make_turns_of(duty: Duty, cooperative: Cooperative, *, now: datetime) -> int:
    return len(open_turns(lock_duty(duty), cooperative, now=now))


def _ahead(duty: Duty) -> timedelta:
    return timedelta(days=duty.opens_before)


def open_turns(duty: Duty, cooperative: Cooperative, *, now: datetime) -> list[Turn]:
    """Make the turns of a locked duty that are due to be made, inside an action."""
    wanted = coming(duty, cooperative, now=now, ahead=_ahead(duty))
    known = set(Turn.objects.filter(duty=duty, due_at__in=[one.due.at for one in wanted]).values_list("due_at", flat=True))
    turns = [_turn(duty, cooperative, one, now) for one in wanted if one.due.at not in known]
    for turn in turns:
        turn.save()
        record(TURN_MADE, SYSTEM, turn, **turn_facts(turn, 0), late=turn.late, missed=turn.missed)
    if wanted:
        _move_on(duty, wanted)
    return turns


def _closes(duty: Duty, cooperative: Cooperative, one: Coming, now: datetime) -> datetime:
    """When sign-up closes. Of what is made late it stays open a day longer, but not past what is still ahead."""
    closes = instant(one.due.day - timedelta(days=duty.closes_before), duty.at, cooperative.zone)
    if duty.at is None and not duty.closes_before:
        closes = instant(one.due.day + timedelta(days=1), None, cooperative.zone)  # a whole day is open until it is over
    if not one.late:
        return closes
    longer = now + LATE_SPAN
    return max(closes, longer if one.due.at < now else min(longer, one.due.at))


def _turn(duty: Duty, cooperative: Cooperative, one: Coming, now: datetime) -> Turn:
    return Turn(
        cooperative_id=duty.cooperative_id,
        duty=duty,
        due_at=one.due.at,
        day=one.due.day,
        is_all_day=duty.at is None,
        places=duty.places,
        minutes=duty.minutes,
        points=duty.points,
        closes_at=_closes(duty, cooperative, one, now),
        made_at=now,
        late=one.late,
        missed=one.missed,
    )


def _move_on(rule: Schedule, made: Iterable[Coming]) -> None:
    rule.made_until = max(rule.made_until, max(one.due.at for one in made))
    type(rule)._default_manager.filter(pk=rule.pk).update(made_until=rule.made_until)


# Recurring tasks


def make_cards(cooperative: Cooperative, *, now: datetime) -> int:
    """Make the cards of every recurring task of a cooperative that is entered; answers how many.

    What a rule refuses, such as a full lane, waits and is tried again by the next run; an archived project rests.
    """
    rules = RecurringTask.objects.filter(cooperative=cooperative, paused_at=None, ended_at=None, project__archived_at=None)
    waiting = [rule for rule in rules.order_by("pk") if coming(rule, cooperative, now=now, ahead=timedelta())]
    return sum(_tried(rule, cooperative, now) for rule in waiting)


def _tried(rule: RecurringTask, cooperative: Cooperative, now: datetime) -> int:
    try:
        return make_cards_of(rule, cooperative, now=now)
    except RuleBroken:  # it collided with something saved at the same moment, or is gone: the next run sees
        return 0


@action
def make_cards_of(rule: RecurringTask, cooperative: Cooperative, *, now: datetime) -> int:
    """Make the cards of one rule that have come due, each once, in its lane or, when that is archived, in the first one.

    A card that a rule refuses, such as one for a full lane, waits: the record says so once for each reason, the recurring task
    shows it (`waiting.waiting_of`), and whoever calls this next tries again. Of what comes due meanwhile one card is made. Who
    sets a recurring task up or changes it is not refused for it.
    """
    row: RecurringTask | None = RecurringTask.objects.select_for_update(no_key=True).filter(pk=rule.pk).first()
    if row is None:
        raise RuleBroken("not_found", _("There is nothing at this address."))
    wanted = coming(row, cooperative, now=now, ahead=timedelta())
    known = set(Run.objects.filter(rule=row, due_at__in=[one.due.at for one in wanted]).values_list("due_at", flat=True))
    made = 0
    for one in wanted:
        if one.due.at not in known:
            if not _made(row, cooperative, one, now):
                break
            made += 1
        _move_on(row, [one])
    return made


def _made(rule: RecurringTask, cooperative: Cooperative, one: Coming, now: datetime) -> bool:
    """Make the card, or tell why it waits, in the language of the cooperative: nobody in particular is told."""
    with translation.override(cooperative.locale):
        try:
            with transaction.atomic():
                _card(rule, one, now)
        except RuleBroken as broken:
            _tell(rule, broken.code, broken.sentence)
            return False
    return True


def _tell(rule: RecurringTask, code: str, reason: str) -> None:
    before = waiting_of([rule]).get(rule.pk)
    if before is None or before.reason != reason:
        since = rule.made_until.isoformat()
        record(RECURRING_WAITS, SYSTEM, rule, **recurring_facts(rule), code=code, reason=reason, since=since)


def _card(rule: RecurringTask, one: Coming, now: datetime) -> Run:
    lane = Lane.objects.filter(pk=rule.lane_id, archived_at=None).first() if rule.lane_id else None
    people = rule.assignees.select_related("member__person", "member__user").order_by("pk")
    task = create_task(
        SYSTEM,
        rule.project,
        title=rule.title,
        description=rule.description,
        lane=lane,
        assignees=[row.member for row in people if stays(row.member)],
        labels=[row.label for row in rule.labels.select_related("label").order_by("pk")],
        priority=rule.priority,
        estimate=rule.estimate,
        points=rule.points,
        due_date=None if rule.due_after is None else one.due.day + timedelta(days=rule.due_after),
    )
    return Run.objects.create(
        cooperative_id=rule.cooperative_id,
        rule=rule,
        due_at=one.due.at,
        task=task,
        made_at=now,
        late=one.late,
        missed=one.missed,
    )
