"""What a board shows, put together in a fixed number of statements however many cards there are."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may

from .models import Lane, Project, Task
from .queries import FIRST_CARDS, cards_of, lanes_with_counts


@dataclass
class ShownLane:
    """A lane with the cards that are drawn now; `rest` more can be asked for."""

    lane: Lane
    menu: str
    cards: list[Task] = field(default_factory=list)
    count: int = 0
    query: str = ""

    @property
    def rest(self) -> int:
        """How many cards are not drawn yet."""
        return max(self.count - len(self.cards), 0)

    @property
    def upto(self) -> int:
        """How many are drawn once the reader has asked for more."""
        return len(self.cards) + FIRST_CARDS

    @property
    def over(self) -> bool:
        """Whether it holds more than it may."""
        return self.lane.wip_limit is not None and self.lane.card_count > self.lane.wip_limit  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Wish:
    """What the reader wants to see of a board: words, only mine, and how many cards of lanes that go further down."""

    text: str = ""
    mine: bool = False
    more: Mapping[int, int] = field(default_factory=dict)

    @property
    def filtered(self) -> bool:
        """Whether some cards are hidden on purpose."""
        return bool(self.text or self.mine)

    def upto(self, lane_id: int) -> int:
        """How many cards of a lane are drawn."""
        return self.more.get(lane_id, FIRST_CARDS)

    def query(self, lane_id: int, upto: int) -> str:
        """The same wish with one lane drawn that far; what was open stays open."""
        lanes = [pair for pk, count in {**self.more, lane_id: upto}.items() for pair in (("lane", pk), ("upto", count))]
        return urlencode([*([("q", self.text)] if self.text else []), *([("mine", 1)] if self.mine else []), *lanes])


def board(
    actor: Actor, cooperative: Cooperative, project: Project, wish: Wish, lanes: list[Lane] | None = None
) -> dict[str, Any]:
    """The context of a board: one statement for its cards, one for its lanes unless they are given, one when filtered."""
    frame = card_frame(actor, cooperative, project, lanes)
    shown: dict[int, ShownLane] = {lane.pk: ShownLane(lane, frame["menus"][lane.pk]) for lane in frame["lanes"]}
    cards = _filtered(actor, cooperative, project, wish)
    limit = Q(place__lte=FIRST_CARDS)
    for pk in wish.more.keys() & shown.keys():
        limit |= Q(place__lte=wish.upto(pk), lane=pk)
    for card in cards.placed().filter(limit):
        if card.lane_id in shown:
            shown[card.lane_id].cards.append(card)
    counts = _counts(cards, wish)
    for pk, one in shown.items():
        one.count = one.lane.card_count if counts is None else counts[pk]  # type: ignore[attr-defined]
        one.query = wish.query(pk, one.upto)
    drawn = list(shown.values())
    total = sum(one.lane.card_count for one in drawn)  # type: ignore[attr-defined]
    return {**frame, "first": FIRST_CARDS, "shown": drawn, "wish": wish, "total": total, "found": sum(one.count for one in drawn)}


def _filtered(actor: Actor, cooperative: Cooperative, project: Project, wish: Wish) -> Any:
    cards = cards_of(project)
    if wish.text:
        cards = cards.filter(Q(title__icontains=wish.text) | Q(description__icontains=wish.text))
    if wish.mine:
        standing = actor.standing(cooperative.pk)
        cards = cards.of([standing.membership_id] if standing else [])
    return cards


def _counts(cards: Any, wish: Wish) -> dict[int, int] | None:
    if not wish.filtered:
        return None
    counts: dict[int, int] = defaultdict(int)
    for lane_id in cards.order_by().values_list("lane_id", flat=True):
        counts[lane_id] += 1
    return counts


def card_frame(actor: Actor, cooperative: Cooperative, project: Project, known: list[Lane] | None = None) -> dict[str, Any]:
    """What every card needs around it: addresses, lanes to move to, whether the reader may move it."""
    lanes = list(lanes_with_counts(project)) if known is None else known
    may_move = may(actor, "tasks.move", project) and project.archived_at is None
    menus = {lane.pk: _menu(lanes, lane) if may_move else "" for lane in lanes}
    before, _title, after = gettext("Move “{title}”").partition("{title}")
    # One address pattern for all cards: resolving a name for each would cost more than drawing it.
    root = reverse("tasks:task", args=[cooperative.slug, 0]).removesuffix("0/")
    signs = {name: _sign(name) for name in ("more", "calendar")}
    words = {"before": before, "after": after, "menu": gettext("Move to")}
    facts = {"project": project, "lanes": lanes, "menus": menus, "may_move": may_move, "task_root": root}
    return {**facts, "signs": signs, "words": words, "drawn": {}}


def _sign(name: str) -> str:
    # Drawn once for all cards.
    return render_to_string("tasks/sign.html", {"name": name})


def _menu(lanes: list[Lane], current: Lane) -> str:
    return render_to_string("tasks/lane_menu.html", {"lanes": lanes, "current": current})
