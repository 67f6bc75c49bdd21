"""Work on the days it falls on: a month of weeks, each day bounded, and the days of one week in full.

Other things that fall on days join by `@source`: see `Entry`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any

from django.db.models import Count, F, Q, Window
from django.db.models.functions import Coalesce, RowNumber
from django.urls import reverse
from django.utils.formats import get_format
from django.utils.functional import cached_property

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, visible

from .models import Project, Task, TaskQuerySet
from .wishes import on_days

DRAWN = 3  # entries of one day of a month
LISTED = 20  # entries of one day of a week
SPANS = 200  # tasks of several days that a month or week draws
DAY = timedelta(days=1)
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True)
class Entry:
    """Something on the days `first` to `last`. `state` is empty, `done` or `bad` (late)."""

    title: str
    url: str
    first: date
    last: date
    state: str = ""
    detail: str = ""

    def on(self, day: date) -> bool:
        """Whether it falls on that day."""
        return self.first <= day <= self.last


@dataclass
class Day:
    """A day with what is drawn of it; `count` is all that falls on it."""

    date: date
    is_out: bool = False
    is_today: bool = False
    entries: list[Entry] = field(default_factory=list)
    count: int = 0

    @property
    def more(self) -> int:
        """How many are not drawn."""
        return max(self.count - len(self.entries), 0)


@dataclass(frozen=True)
class View:
    """Whose calendar it is: of one project, or (None) of all that the reader may see in the cooperative."""

    actor: Actor
    cooperative: Cooperative
    project: Project | None
    today: date


Source = Callable[[View, date, date, int], tuple[Iterable[Entry], dict[date, int]]]
_sources: list[Source] = []


def source(function: Source) -> Source:
    """Let a function add entries to every calendar.

    It is called with the view, the first and the last day, and how many entries of a day are drawn at most; it answers
    with entries and with how many fall on each day, and asks the same number of statements however many there are.
    """
    _sources.append(function)
    return function


def first_weekday() -> int:
    """The day a week begins with where the reader's language is spoken, Monday being 0."""
    return (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7


def week_of(day: date) -> list[date]:
    """The seven days of its week."""
    first = day - timedelta(days=(day.weekday() - first_weekday()) % 7)
    return [first + timedelta(days=number) for number in range(7)]


def month_of(day: date) -> list[list[date]]:
    """The weeks that its month touches, four to six."""
    weeks = [week_of(day.replace(day=1))]
    while (following := weeks[-1][-1] + DAY).month == day.month:
        weeks.append(week_of(following))
    return weeks


def before(day: date) -> date:
    """The first day of the month before; the earliest day stays."""
    return max((day.replace(day=1) - DAY).replace(day=1), EARLIEST)


def after(day: date) -> date:
    """The first day of the month after; the latest month stays."""
    return min((day.replace(day=28) + 4 * DAY).replace(day=1), LATEST.replace(day=1))


def drawn(view: View, days: Iterable[date], most: int, month: int | None = None) -> list[Day]:
    """These days in a row with what falls on them, at most so many entries each; three statements for each source."""
    found = {day: Day(day, is_out=month not in (None, day.month), is_today=day == view.today) for day in days}
    first, last = min(found), max(found)
    for ask in _sources:
        entries, counts = ask(view, first, last, most)
        for day, count in counts.items():
            found[day].count += count
        _place(found, entries, most)
    return list(found.values())


def _place(found: dict[date, Day], entries: Iterable[Entry], most: int) -> None:
    for entry in entries:
        for day in _days(max(entry.first, min(found)), min(entry.last, max(found))):
            if len(found[day].entries) < most:
                found[day].entries.append(entry)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def rows(view: View) -> TaskQuerySet:
    """The open tasks that a calendar may show."""
    tasks: Any = Task.objects.open().filter(cooperative=view.cooperative)
    return visible(view.actor, "tasks.see", tasks.filter(project=view.project) if view.project else tasks)  # type: ignore[return-value]


@source
def tasks(view: View, first: date, last: date, most: int) -> tuple[Iterable[Entry], dict[date, int]]:
    """Tasks on the day they are due (or begin, when no other day is known), and on every day from start to due."""
    several = Q(start_date__isnull=False, due_date__isnull=False) & ~Q(start_date=F("due_date"))
    long = rows(view).filter(several, start_date__lte=last, due_date__gte=first).order_by("start_date", "due_date", "pk")
    single = rows(view).exclude(several).annotate(day=Coalesce("due_date", "start_date")).filter(day__range=(first, last))
    spans = list(long.select_related("lane", "project")[:SPANS])
    counts: dict[date, int] = dict(single.order_by().values_list("day").annotate(Count("pk")))
    for task in spans:
        for day in _days(max(task.start_date, first), min(task.due_date, last)):
            counts[day] = counts.get(day, 0) + 1
    place = Window(RowNumber(), partition_by="day", order_by=("priority", "pk"))
    few = single.alias(place=place).filter(place__lte=most).order_by("priority", "pk").select_related("lane", "project")
    return (_entry(view, task) for task in chain(spans, few)), counts


def _entry(view: View, task: Task) -> Entry:
    first = task.start_date or task.due_date
    last = task.due_date or task.start_date
    state = "done" if task.lane.is_done else "bad" if task.is_late(on=view.today) else ""
    url = reverse("tasks:task", args=[view.cooperative.slug, task.pk])
    return Entry(task.title, url, first or view.today, last or view.today, state, f"{task.reference} · {task.lane.name}")


class OnDay:
    """All that falls on one day, to be paged: first what other sources add, then the tasks by priority.

    Items are an `Entry` of another source or a task with its people.
    """

    def __init__(self, view: View, day: date) -> None:
        self.view, self.day = view, day
        self.tasks = rows(view).filter(on_days(day, day)).with_people().order_by("priority", "pk")
        self.others = [ask for ask in _sources if ask is not tasks]

    @cached_property
    def added(self) -> int:
        """How many are no tasks."""
        return sum(ask(self.view, self.day, self.day, 0)[1].get(self.day, 0) for ask in self.others)

    def count(self) -> int:
        """How many there are."""
        return self.added + int(self.tasks.count())

    def __getitem__(self, part: slice) -> list[Any]:
        added = self.added
        found: list[Any] = []
        if part.start < added:
            for ask in self.others:
                found += ask(self.view, self.day, self.day, part.stop)[0]
        before, until = max(part.start - added, 0), max(part.stop - added, 0)
        return found[part] + list(self.tasks[before:until])
