"""The effort ledger: rows are added, never changed."""

from datetime import date, timedelta

from django.db import transaction
from django.db.utils import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Invalid, action, check
from cooperatives.events import record
from cooperatives.policy import Actor
from members.queries import today_in

from ...duty_events import EFFORT_CORRECTED, EFFORT_NOTED, effort_facts
from ...models import REASON_LENGTH, Effort, Task
from ..base import refuse_archived
from .base import me, sound_line, sound_number

DAY_LIMIT = 24 * 60
BACK = timedelta(days=366)


@action
def note_effort(actor: Actor, task: Task, *, minutes: int, day: date, note: str = "") -> Effort:
    """Note one's own time on a task: 1 to 1440 minutes of a day that is not ahead and not over a year ago."""
    check(actor, "tasks.note_effort", task)
    refuse_archived(task.project)
    today = today_in(task.cooperative.time_zone)
    if not today - BACK <= day <= today:
        raise Invalid("day", _("Choose today or a day of the last twelve months."), "day")
    mine = me(actor, task.cooperative_id)
    effort: Effort = Effort.objects.create(
        cooperative_id=task.cooperative_id,
        member=mine,
        kind=Effort.Kind.TASK,
        task=task,
        day=day,
        minutes=sound_number(minutes, 1, DAY_LIMIT, "minutes"),
        note=sound_line(note, REASON_LENGTH, "note"),
        noted_by=mine,
        noted_at=timezone.now(),
    )
    record(EFFORT_NOTED, actor, effort, label=task.title, **effort_facts(effort))
    return effort


@action
def correct_effort(actor: Actor, effort: Effort, *, reason: str, minutes: int | None = None, points: int | None = None) -> Effort:
    """Take `minutes` and `points` of a row back by a row with the opposite sign. Once for each row.

    What is not named stays; where neither is named, the whole row is taken back. Raises Invalid naming the field for more
    than the row holds or for nothing at all, Conflict for a row that was corrected already or is a correction itself.
    """
    check(actor, "tasks.correct_effort", effort)
    if effort.kind == Effort.Kind.CORRECTION:
        raise Conflict("correction", _("A correction is not corrected. Note the right time anew."))
    whole = minutes is None and points is None
    less = sound_number(effort.minutes if whole else minutes or 0, 0, max(effort.minutes, 0), "minutes")
    fewer = sound_number(effort.points if whole else points or 0, 0, max(effort.points, 0), "points")
    if not less and not fewer:
        raise Invalid("minutes", _("Say how many minutes or points are to be taken back."), "minutes")
    row = Effort(
        cooperative_id=effort.cooperative_id,
        member=effort.member,
        kind=Effort.Kind.CORRECTION,
        turn=effort.turn,
        task=effort.task,
        day=effort.day,
        minutes=-less,
        points=-fewer,
        note=sound_line(reason, REASON_LENGTH, "reason", needed=True),
        corrects=effort,
        noted_by=me(actor, effort.cooperative_id),
        noted_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict("corrected", _("This row was corrected already.")) from error
    record(EFFORT_CORRECTED, actor, row, label=str(effort.turn or effort.task), **effort_facts(row), reason=row.note)
    return row
