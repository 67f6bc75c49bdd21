"""What one person has to do in all cooperatives that are entered: unfinished tasks and turns of duties by how soon they are
due, and the tasks they watch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, DateField, DateTimeField, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cooperatives.policy import Actor, visible
from members.queries import each, today_in_each

from .duty_queries import my_parts
from .models import Part, Task, TaskQuerySet, Watch
from .queries import done_by

FIRST_ROWS = 10
PARTS: dict[str, str | Promise] = {
    "late": _("Late"),
    "today": _("Today"),
    "week": _("Within a week"),
    "later": _("Later"),
    "undated": _("Without a date"),
    "watching": _("Watching"),
}
_WEEK = timedelta(days=7)
_NO_DAY = Value(date.max, output_field=DateField())  # stands last


@dataclass
class Section:
    """A section of the page: its first tasks and parts in turns, the most urgent first, and how many there are."""

    key: str
    label: str | Promise
    rows: list[Any] = field(default_factory=list)
    total: int = 0


def sections(actor: Actor) -> list[Section]:
    """Every section that holds something, each with its first rows: a fixed number of statements."""
    asked = _asked(actor)
    found = {key: Section(key, label) for key, label in PARTS.items()}
    for rows in asked:
        for key, count in rows.order_by().values_list("part").annotate(Count("pk")):
            found[key].total += count
    if not any(section.total for section in found.values()):
        return []
    for row in (*_first(asked[0], *_OF_TASKS), *_first(asked[1], *_OF_TURNS)):
        found[row.part].rows.append(row)
    for section in found.values():
        section.rows = sorted(section.rows, key=_urgency)[:FIRST_ROWS]
    return [section for section in found.values() if section.total]


class Whole:
    """All of one section, the most urgent first, to be paged."""

    def __init__(self, actor: Actor, key: str) -> None:
        self.tasks, self.turns = (rows.filter(part=key) for rows in _asked(actor))

    def count(self) -> int:
        """How many there are."""
        return int(self.tasks.count() + self.turns.count())

    def __getitem__(self, part: slice) -> list[Any]:
        nothing = Value(None, output_field=DateTimeField())
        tasks = self.tasks.order_by().annotate(on=Coalesce("due_date", _NO_DAY), at=nothing, urgency=F("priority"))
        turns = self.turns.order_by().annotate(
            on=F("turn__day"), at=F("turn__due_at"), urgency=Value(0, output_field=IntegerField())
        )
        # A turn has urgency 0 and so stands before the tasks of its day: it has a time.
        names = ("on", "urgency", "at", "pk")
        both = turns.values_list(*names).union(tasks.values_list(*names), all=True).order_by(*names)
        keys = [(urgency == 0, pk) for _on, urgency, _at, pk in both[part]]
        found: dict[tuple[bool, int], Any] = {(False, row.pk): row for row in self.tasks.filter(pk__in=_of(keys, False))}
        found |= {(True, row.pk): row for row in self.turns.filter(pk__in=_of(keys, True))}
        return [found[key] for key in keys if key in found]


def _of(keys: list[tuple[bool, int]], is_turn: bool) -> list[int]:
    return [pk for kind, pk in keys if kind is is_turn]


_OF_TASKS = (F("due_date").asc(nulls_last=True), "priority", "pk")
_OF_TURNS = ("turn__day", "turn__due_at", "pk")


def _first(rows: Any, *order: Any) -> Any:
    """The first rows of each section."""
    nth = Window(RowNumber(), partition_by="part", order_by=order)
    return rows.alias(nth=nth).filter(nth__lte=FIRST_ROWS).order_by(*order)


def _urgency(row: Any) -> tuple[Any, ...]:
    if isinstance(row, Part):
        return row.turn.day, 0, row.turn.due_at, row.pk
    return row.due_date or date.max, 1, row.priority, row.pk


def _asked(actor: Actor) -> tuple[TaskQuerySet, "QuerySet[Any]"]:
    mine = [standing.membership_id for standing in actor.standings.values()]
    days = today_in_each(actor.cooperative_ids)
    return _tasks(actor, mine, days), _turns(actor, mine, days)


def _tasks(actor: Actor, mine: list[int], days: Mapping[date, list[int]]) -> TaskQuerySet:
    """The actor's unfinished tasks and those they watch, each with the `part` it belongs to and what a row shows."""
    assigned = done_by(mine)
    watched = Q(pk__in=Watch.objects.filter(member__in=mine, is_off=False).values("task"))
    rows: Any = visible(actor, "tasks.see", Task.objects.unfinished().filter(assigned | watched))
    when = _when("due_date", days, When(~assigned, then=Value("watching")))
    return rows.annotate(part=when).select_related("cooperative").with_people()


def _turns(actor: Actor, mine: list[int], days: Mapping[date, list[int]]) -> "QuerySet[Any]":
    """The actor's parts in turns that are neither done nor called off, each with the `part` of the page it belongs to."""
    rows = visible(actor, "tasks.see", my_parts(mine))
    return rows.annotate(part=_when("turn__day", days))


def _when(name: str, days: Mapping[date, list[int]], *before: When) -> Case:
    """Late, today and the week are told by the calendar of each row's cooperative."""
    return Case(
        *before,
        When(**{name: None}, then=Value("undated")),
        When(each(days, lambda day: Q(**{f"{name}__lt": day})), then=Value("late")),
        When(each(days, lambda day: Q(**{name: day})), then=Value("today")),
        When(each(days, lambda day: Q(**{f"{name}__lt": day + _WEEK})), then=Value("week")),
        default=Value("later"),
        output_field=CharField(),
    )
