"""A board in rows: the cards of each person, label or priority side by side, lane by lane. Each card stands in one row."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership

from .board import card_frame, cards_for, names_for, totals
from .models import Assignment, Label, Labelling, Lane, Priority, Project, Task, TaskQuerySet
from .queries import with_marks
from .wishes import NOBODY, Wanted

ROWS = 10  # on a page
CARDS = 6  # of a row in one lane
GROUPS: dict[str, str | Promise] = {"assignee": _("Assigned to"), "label": _("Label"), "priority": _("Priority")}


@dataclass
class Cell:
    """The cards of one row in one lane; `rest` more are on the board that is filtered by the row."""

    lane: Lane
    menu: str
    cards: list[Task] = field(default_factory=list)
    count: int = 0

    @property
    def rest(self) -> int:
        """How many cards are not drawn."""
        return max(self.count - len(self.cards), 0)


@dataclass
class Row:
    """What belongs to one person, label or priority; `query` is the board that shows only that, empty when there is none."""

    key: int | None
    label: str
    counts: dict[int, int]
    query: str = ""
    cells: list[Cell] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many cards it holds, in all lanes."""
        return sum(self.counts.values())


def _first(rows: Any, name: str) -> Subquery:
    """The first of several by key: a card has one place."""
    return Subquery(rows.filter(task=OuterRef("pk")).order_by("pk").values(name)[:1])


def _key(by: str) -> Any:
    if by == "assignee":
        return _first(Assignment.objects, "member")
    return (
        _first(Labelling.objects, "label") if by == "label" else Coalesce("priority", 0)
    )  # a bare column under two names confuses a window


def _labels(by: str, keys: Sequence[int]) -> dict[int | None, str]:
    """What rows are called, in their order; those of nobody, or without a label, come last."""
    if by == "priority":
        return {key: str(label) for key, label in Priority.choices if key in keys}
    people = Membership.objects.select_related("person", "user")
    found = {row.pk: str(row) for row in (people if by == "assignee" else Label.objects).filter(pk__in=keys)}
    ordered = sorted(found.items(), key=lambda item: (item[1].casefold(), item[0]))
    return {**dict(ordered), None: str(_("Nobody") if by == "assignee" else _("Without a label"))}


def swimlanes(actor: Actor, cooperative: Cooperative, project: Project, wanted: Wanted, by: str) -> dict[str, Any]:
    """The context of a board in rows, all of them without cards; `fill` gives some of them theirs.

    A fixed number of statements for any number of rows and cards.
    """
    frame = card_frame(actor, cooperative, project)
    cards = cards_for(actor, cooperative, project, wanted).annotate(key=_key(by))
    counts: dict[int | None, dict[int, int]] = defaultdict(dict)
    for key, lane_id, count in cards.order_by().values_list("key", "lane_id").annotate(Count("pk")):
        counts[key][lane_id] = count
    labels = _labels(by, [key for key in counts if key is not None])
    rows = [Row(key, label, counts[key], _query(wanted, by, key)) for key, label in labels.items() if key in counts]
    fill: Callable[[list[Row]], dict[str, Any]] = partial(_fill, frame, cards)
    return {**frame, **totals(frame["lanes"], rows), "rows": rows, "fill": fill, "wanted": wanted}


def _query(wanted: Wanted, by: str, key: int | None) -> str:
    if by == "assignee":
        return Wanted(**{**vars(wanted), "who": str(key) if key else NOBODY}).query
    return Wanted(**{**vars(wanted), by: key}).query if key else ""


def _fill(frame: dict[str, Any], cards: TaskQuerySet, rows: list[Row]) -> dict[str, Any]:
    """These `rows` with their first cards in each lane, and the `names` on the cards."""
    keys = [row.key for row in rows if row.key is not None]
    which = Q(key__in=keys) | (Q(key=None) if any(row.key is None for row in rows) else Q(pk__in=[]))
    place = Window(RowNumber(), partition_by=("key", "lane_id"), order_by="rank")
    found: dict[tuple[int | None, int], list[Task]] = defaultdict(list)
    first = cards.filter(which).order_by().alias(place=place).filter(place__lte=CARDS).values("pk")
    for card in with_marks(cards.filter(pk__in=first)) if rows else ():
        found[card.key, card.lane_id].append(card)
    for row in rows:
        row.cells = [
            Cell(lane, frame["menus"][lane.pk], found[row.key, lane.pk], row.counts.get(lane.pk, 0)) for lane in frame["lanes"]
        ]
    return {"rows": rows, "names": names_for(card for held in found.values() for card in held)}
