"""What a reader wants to see of tasks: read from an address, kept by a name, asked of the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, ClassVar

from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from cooperatives.policy import Actor

from .models import Kind, Priority, TaskQuerySet
from .queries import bearing, containing, done_by, done_by_nobody

WORDS_LIMIT = 200
WEEK = timedelta(days=7)
ME, NOBODY = "me", "none"
DUES = {"late": _("Late"), "week": _("Within a week"), "none": _("Without a date")}
STATES = {"open": _("Not done"), "done": _("Done"), "archived": _("Archived")}
SORTS: dict[str, tuple[Any, ...]] = {
    "number": (F("project"), F("number")),
    "title": (Lower("title"),),
    "lane": (F("lane__position"), F("lane_id"), F("rank")),
    "priority": (F("priority"),),
    "due": (F("due_date"),),
    "created": (F("created_at"),),
    "updated": (F("updated_at"),),
}
USUAL = "lane"
# Which facts of a task decide whether it is among those wanted, and where, by the names that events give them.
_DECIDING = {
    "text": ("title", "description"),
    "who": ("assignees",),
    "label": ("labels",),
    "due": ("due_date", "lane"),
    "state": ("archived", "lane"),
    "on": ("start_date", "due_date"),
}
_PLACING = {
    "number": (),
    "lane": ("lane", "position"),
    "due": ("due_date",),
    "updated": (
        "title", "description", "kind", "priority", "start_date", "due_date", "estimate", "points", "parent", "lane", "position",
        "assignees", "labels",
    ),
}  # fmt: skip
_KEYS = {"text": "q", "lane": "in"}  # an address says `lane` of what a board unfolds
_BIGGEST = 2**63 - 1


def number(text: str) -> int:
    """A number of an address; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def day(text: str) -> date | None:
    """A day of an address, such as 2026-05-31; None for what is none."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-05-31") and text[4:8:3] == "--" else None
    except ValueError:
        return None


def _among(names: Mapping[Any, Any]) -> Callable[[str], str]:
    return lambda text: text if text in names else ""


def _who(text: str) -> str:
    return text if text in (ME, NOBODY) or number(text) else ""


def _priority(text: str) -> int:
    return number(text) if number(text) in Priority.values else 0


def _sort(text: str) -> str:
    return text if text.removeprefix("-") in SORTS else ""


_READERS: dict[str, Callable[[str], Any]] = {
    "text": lambda text: " ".join(text.replace("\x00", "").split())[:WORDS_LIMIT],
    "who": _who,
    "label": number,
    "priority": _priority,
    "kind": _among(dict(Kind.choices)),
    "lane": number,
    "due": _among(DUES),
    "state": _among(STATES),
    "on": day,
    "sort": _sort,
}


@dataclass(frozen=True)
class Wanted:
    """A filter and an order. Empty is everything on the board, lane by lane.

    `who` is a membership's key, `me` or `none`; `on` a day that the task's days hold; `sort` a key of SORTS, `-` before it
    turns it round.
    """

    NAMES: ClassVar[tuple[str, ...]] = tuple(_KEYS.get(name, name) for name in _READERS)

    text: str = ""
    who: str = ""
    label: int = 0
    priority: int = 0
    kind: str = ""
    lane: int = 0
    due: str = ""
    state: str = ""
    on: date | None = None
    sort: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Wanted":
        """What an address asks for; what makes no sense is left out."""
        return cls(**{name: read(asked.get(_KEYS.get(name, name), "")) for name, read in _READERS.items()})

    @property
    def said(self) -> dict[str, Any]:
        """What it says, by the names of an address."""
        return {_KEYS.get(name, name): getattr(self, name) for name in _READERS if getattr(self, name)}

    @property
    def query(self) -> str:
        """The same as an address."""
        return urlencode(self.said)

    @property
    def filtered(self) -> bool:
        """Whether it hides tasks; an order alone does not."""
        return bool(replace(self, sort="").said)

    @property
    def facts(self) -> str:
        """The facts by which a task comes to a list of these, goes or stands elsewhere: what others need not look again for."""
        found = {"archived", *(fact for name in _READERS if name != "sort" for fact in self._facts(name))}
        key = (self.sort or USUAL).removeprefix("-")
        return " ".join(sorted({*found, *_PLACING.get(key, (key,))}))

    def _facts(self, name: str) -> tuple[str, ...]:
        return _DECIDING.get(name, (name,)) if getattr(self, name) else ()

    def without(self, *names: str) -> "Wanted":
        """The same, but for these."""
        return replace(self, **{name: getattr(Wanted(), name) for name in names})

    def rows(self, tasks: TaskQuerySet, actor: Actor, cooperative_id: int, today: date) -> TaskQuerySet:
        """Those tasks that fit, in whatever order they were in. `today` is the cooperative's."""
        for name in ("who", "label", "due", "state", "on"):
            if getattr(self, name):
                tasks = tasks.filter(getattr(self, f"_{name}")(actor, cooperative_id, today))
        for name in ("priority", "kind", "lane"):
            if getattr(self, name):
                tasks = tasks.filter(**{name: getattr(self, name)})
        if self.text:
            tasks = tasks.filter(containing(self.text))
        return tasks

    def ordered(self, tasks: TaskQuerySet) -> TaskQuerySet:
        """In the wanted order, in which no two are equal; those without a date come last either way."""
        return in_order(tasks, self.sort or USUAL)

    def _who(self, actor: Actor, cooperative_id: int, today: date) -> Q:
        if self.who == NOBODY:
            return done_by_nobody()
        standing = actor.standing(cooperative_id)
        mine = standing.membership_id if standing else 0
        return done_by([mine if self.who == ME else min(int(self.who), _BIGGEST)])

    def _label(self, actor: Actor, cooperative_id: int, today: date) -> Q:
        return bearing(self.label)

    def _due(self, actor: Actor, cooperative_id: int, today: date) -> Q:
        if self.due == "none":
            return Q(due_date=None)
        days = Q(due_date__lt=today) if self.due == "late" else Q(due_date__gte=today, due_date__lt=today + WEEK)
        return days & Q(lane__is_done=False)

    def _state(self, actor: Actor, cooperative_id: int, today: date) -> Q:
        return Q(archived_at__isnull=False) if self.state == "archived" else Q(lane__is_done=self.state == "done")

    def _on(self, actor: Actor, cooperative_id: int, today: date) -> Q:
        return on_days(self.on, self.on) if self.on else Q()


def in_order(tasks: TaskQuerySet, *keys: str) -> TaskQuerySet:
    """By these keys of SORTS, `-` before one turns it round; no two are equal, and those without a date come last either way."""
    parts: list[Any] = []
    for key in keys:
        turned = key.startswith("-")
        ways = SORTS[key.removeprefix("-")]
        parts += [way.desc(nulls_last=True) if turned else way.asc(nulls_last=True) for way in ways]
    return tasks.order_by(*parts, "pk")


def on_days(first: date, last: date) -> Q:
    """The condition for tasks whose days meet these: from start to due, or the only one of both that is set."""
    whole = Q(start_date__lte=last, due_date__gte=first)
    return whole | Q(start_date=None, due_date__range=(first, last)) | Q(due_date=None, start_date__range=(first, last))
