"""What a file holds and what becomes of it, before anything is written."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

# What a file may hold that does not come along: its name in reports, and as people read it.
KINDS = {
    "attachments": _("attachments"),
    "cards without a list": _("cards without a list"),
    "checklists": _("checklists"),
    "comments": _("comments"),
    "comments on cards that are not in the file": _("comments on cards that are not in the file"),
    "custom fields": _("custom fields"),
    "items": _("checklist items"),
    "labels": _("labels"),
    "members": _("members, for an export has no addresses of theirs"),
    "unreadable due dates": _("unreadable due dates"),
}


@dataclass(frozen=True)
class CardPlan:
    """One card as it will be. `due` is an aware moment; the cooperative's zone makes it a day."""

    source_id: str
    title: str
    description: str = ""
    due: datetime | None = None
    archived: bool = False


@dataclass(frozen=True)
class ListPlan:
    """One list with its cards, top to bottom."""

    source_id: str
    name: str
    archived: bool
    cards: list[CardPlan]


@dataclass(frozen=True)
class BoardPlan:
    """A board. `held` counts what the file holds besides; `dropped` what of it does not come along; `noted` is for people."""

    name: str
    lists: list[ListPlan]
    held: dict[str, int] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    noted: list[str] = field(default_factory=list)

    @property
    def cards(self) -> list[CardPlan]:
        """All cards, list by list."""
        return [card for one in self.lists for card in one.cards]

    @property
    def archived(self) -> int:
        """How many cards are archived themselves."""
        return sum(card.archived for card in self.cards)


def left_behind(plan: BoardPlan) -> list[tuple[str, int]]:
    """What does not come along, as people read it, with how many."""
    return [(str(KINDS[kind]), count) for kind, count in sorted(plan.dropped.items()) if count]


def report(plan: BoardPlan) -> dict[str, Any]:
    """The plan as plain data: counts, what is dropped, and the order of every list."""
    return {
        "board": plan.name,
        "lists": len(plan.lists),
        "archived_lists": sum(one.archived for one in plan.lists),
        "cards": len(plan.cards),
        "archived": plan.archived,
        **plan.held,
        "dropped": [{"kind": kind, "count": count} for kind, count in sorted(plan.dropped.items()) if count],
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
