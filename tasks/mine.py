"""One person's unfinished work in all cooperatives that are entered: by how soon it is due, and what they watch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cooperatives.policy import Actor, visible
from members.queries import each, today_in_each

from .models import Assignment, Task, TaskQuerySet, Watch

FIRST_TASKS = 10
PARTS: dict[str, str | Promise] = {
    "late": _("Late"),
    "today": _("Today"),
    "week": _("Within a week"),
    "later": _("Later"),
    "undated": _("Without a date"),
    "watching": _("Watching"),
}


@dataclass
class Part:
    """A section of the page: its first tasks, and how many there are."""

    key: str
    label: str | Promise
    tasks: list[Task] = field(default_factory=list)
    total: int = 0


def parts(actor: Actor) -> list[Part]:
    """Every part that holds something, each with its first tasks: a fixed number of statements."""
    rows = parted(actor)
    counts = dict(rows.order_by().values_list("part").annotate(Count("pk")))
    found = {key: Part(key, label, total=counts[key]) for key, label in PARTS.items() if counts.get(key)}
    if found:
        place = Window(RowNumber(), partition_by="part", order_by=(F("due_date").asc(nulls_last=True), "priority", "pk"))
        for task in told(rows.alias(place=place).filter(place__lte=FIRST_TASKS)):
            found[task.part].tasks.append(task)
    return list(found.values())


def part(actor: Actor, key: str) -> TaskQuerySet:
    """All tasks of one part, the most urgent first."""
    return told(parted(actor).filter(part=key))


def told(rows: TaskQuerySet) -> TaskQuerySet:
    """With what a row shows, the most urgent first."""
    return rows.select_related("cooperative").with_people().order_by(F("due_date").asc(nulls_last=True), "priority", "pk")


def parted(actor: Actor) -> TaskQuerySet:
    """The actor's unfinished tasks and those they watch, each with the `part` it belongs to."""
    mine = [standing.membership_id for standing in actor.standings.values()]
    assigned = Q(pk__in=Assignment.objects.filter(member__in=mine).values("task"))
    watched = Q(pk__in=Watch.objects.filter(member__in=mine, is_off=False).values("task"))
    rows: Any = visible(actor, "tasks.see", Task.objects.unfinished().filter(assigned | watched))
    return rows.annotate(part=_part(assigned, today_in_each(actor.cooperative_ids)))


def _part(assigned: Q, days: Mapping[date, list[int]]) -> Case:
    """Late, today and the week are told by the calendar of each task's cooperative."""
    week = timedelta(days=7)
    return Case(
        When(~assigned, then=Value("watching")),
        When(due_date=None, then=Value("undated")),
        When(each(days, lambda day: Q(due_date__lt=day)), then=Value("late")),
        When(each(days, lambda day: Q(due_date=day)), then=Value("today")),
        When(each(days, lambda day: Q(due_date__lt=day + week)), then=Value("week")),
        default=Value("later"),
        output_field=CharField(),
    )
