"""What a file holds and what becomes of it, before anything is written."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ..models import Colour, Kind, Priority
from .kinds import KINDS


@dataclass(frozen=True)
class LabelPlan:
    """A label as it will be; one without a name is its colour."""

    source_id: str
    name: str
    colour: Colour

    def __str__(self) -> str:
        return self.name or str(self.colour.label)


@dataclass(frozen=True)
class PersonPlan:
    """Somebody whom cards of the file name. `handle` is how they sign in there."""

    source_id: str
    name: str
    handle: str = ""

    def __str__(self) -> str:
        return f"{self.name} (@{self.handle})" if self.handle and self.handle != self.name else self.name


@dataclass(frozen=True)
class StepPlan:
    """A step of a checklist."""

    source_id: str
    text: str
    is_done: bool = False


@dataclass(frozen=True)
class ChecklistPlan:
    """A checklist with its steps, top to bottom."""

    source_id: str
    name: str
    steps: list[StepPlan]


@dataclass(frozen=True)
class CommentPlan:
    """What somebody said. `said_by` is their name as the file has it; `at` is None where the file does not say when."""

    source_id: str
    said_by: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True)
class CardPlan:
    """One card as it will be.

    `due` and `start`: a day, or an aware moment that the cooperative's zone makes one. `estimate` in minutes.
    `labels`, `people` and `author` are source ids of the plan. `created_at` is None for now.
    """

    source_id: str
    title: str
    description: str = ""
    start: date | None = None
    due: date | None = None
    archived: bool = False
    kind: Kind = Kind.TASK
    priority: Priority = Priority.NORMAL
    points: int | None = None
    estimate: int | None = None
    created_at: datetime | None = None
    author: str = ""
    labels: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    checklists: tuple[ChecklistPlan, ...] = ()
    comments: tuple[CommentPlan, ...] = ()


@dataclass(frozen=True)
class ListPlan:
    """One list with its cards, top to bottom.

    `role`: `first` for the first lane of the board, `done` for its first lane of done work; empty for a lane of its own.
    """

    source_id: str
    name: str
    archived: bool
    cards: list[CardPlan]
    role: str = ""


@dataclass(frozen=True)
class BoardPlan:
    """A board. `held` counts what else the file holds; `dropped` what of it does not come along; `noted` is for people."""

    system: str
    name: str
    lists: list[ListPlan]
    labels: list[LabelPlan] = field(default_factory=list)
    people: list[PersonPlan] = field(default_factory=list)
    held: dict[str, int] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    noted: list[str] = field(default_factory=list)

    @property
    def cards(self) -> list[CardPlan]:
        """All cards, list by list."""
        return [card for one in self.lists for card in one.cards]

    def counts(self) -> dict[str, int]:
        """How many of each come along."""
        cards = self.cards
        checklists = [one for card in cards for one in card.checklists]
        return {
            "lists": len(self.lists),
            "archived_lists": sum(one.archived for one in self.lists),
            "cards": len(cards),
            "archived": sum(card.archived for card in cards),
            "checklists": len(checklists),
            "items": sum(len(one.steps) for one in checklists),
            "items_done": sum(step.is_done for one in checklists for step in one.steps),
            "comments": sum(len(card.comments) for card in cards),
            "labels": len(self.labels),
            "members": len(self.people),
        }

    def shares(self) -> "Counter[str]":
        """For each person how many cards name them as doing it or as having written it."""
        return Counter(one for card in self.cards for one in {*card.people, card.author} if one)


def dropped(plan: BoardPlan, chosen: Collection[str] = ()) -> list[tuple[str, int]]:
    """What does not come along, by kind, with how many. `chosen`: the people of the plan who are somebody here."""
    strangers = sum(person.source_id not in chosen for person in plan.people)
    counts = plan.dropped + Counter({"members": strangers})
    return sorted((kind, count) for kind, count in counts.items() if count)


def left_behind(plan: BoardPlan, chosen: Collection[str] = ()) -> list[tuple[str, int]]:
    """What does not come along, as people read it, with how many."""
    return as_read(dropped(plan, chosen))


def as_read(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Kinds as people read them, with how many."""
    return [(str(KINDS[kind]), count) for kind, count in counts]


def report(plan: BoardPlan, chosen: Collection[str] = ()) -> dict[str, Any]:
    """The plan as plain data: counts as the file has them, what is dropped, and the order of every list."""
    return {
        "system": plan.system,
        "board": plan.name,
        **plan.counts(),
        **plan.held,
        "dropped": [{"kind": kind, "count": count} for kind, count in dropped(plan, chosen)],
        "notes": plan.noted,
        "order": _order(plan),
    }


def _order(plan: BoardPlan) -> dict[str, list[str]]:
    order: dict[str, list[str]] = {}
    for one in plan.lists:
        name, number = one.name, 1
        while name in order:
            number += 1
            name = f"{one.name} ({number})"
        order[name] = [card.title for card in one.cards]
    return order
