"""What a board shows, put together in a fixed number of statements however many cards there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may
from members.queries import today_in

from .models import Lane, Project, Task, TaskQuerySet
from .queries import FIRST_CARDS, Names, board_lanes, cards_of, first_cards, first_of, names_on, with_marks
from .wishes import Wanted


@dataclass
class ShownLane:
    """A lane with the cards that are drawn now; `rest` more can be asked for."""

    lane: Lane
    menu: str
    cards: list[Task] = field(default_factory=list)
    count: int = 0
    query: str = ""
    before: int = 0  # cards that the page has already

    @property
    def rest(self) -> int:
        """How many cards are not drawn yet."""
        return max(self.count - self.before - len(self.cards), 0)

    @property
    def upto(self) -> int:
        """How many are drawn once the reader has asked for more."""
        return self.before + len(self.cards) + FIRST_CARDS

    @property
    def over(self) -> bool:
        """Whether it holds more than it may."""
        return self.lane.wip_limit is not None and self.lane.card_count > self.lane.wip_limit  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Wish:
    """What the reader wants to see of a board: which cards, and how many of lanes that go further down."""

    wanted: Wanted = field(default_factory=Wanted)
    more: Mapping[int, int] = field(default_factory=dict)

    @property
    def filtered(self) -> bool:
        """Whether some cards are hidden on purpose."""
        return self.wanted.filtered

    def upto(self, lane_id: int) -> int:
        """How many cards of a lane are drawn."""
        return self.more.get(lane_id, FIRST_CARDS)

    def query(self, lane_id: int, upto: int) -> str:
        """The same wish with one lane drawn that far; what was open stays open."""
        lanes = [pair for pk, count in {**self.more, lane_id: upto}.items() for pair in (("lane", pk), ("upto", count))]
        return urlencode([*self.wanted.said.items(), *lanes])


def board(
    actor: Actor, cooperative: Cooperative, project: Project, wish: Wish, lanes: list[Lane] | None = None
) -> dict[str, Any]:
    """The context of a board: a fixed number of statements for cards, their people and lanes (which may be given)."""
    frame = card_frame(actor, cooperative, project, lanes)
    shown: dict[int, ShownLane] = {lane.pk: ShownLane(lane, frame["menus"][lane.pk]) for lane in frame["lanes"]}
    cards = cards_for(actor, cooperative, project, wish.wanted)
    for card in _drawn(cards, wish, project, shown.keys() & wish.more.keys()):
        if card.lane_id in shown:
            shown[card.lane_id].cards.append(card)
    counts = _counts(cards, wish)
    for pk, one in shown.items():
        one.count = one.lane.card_count if counts is None else counts[pk]  # type: ignore[attr-defined]
        one.query = wish.query(pk, one.upto)
    drawn = list(shown.values())
    counted = totals(frame["lanes"], drawn)
    names = names_for(card for one in drawn for card in one.cards)
    return {**frame, **counted, "names": names, "first": FIRST_CARDS, "shown": drawn, "wish": wish, "wanted": wish.wanted}


def _drawn(cards: TaskQuerySet, wish: Wish, project: Project, longer: Iterable[int]) -> Iterable[Task]:
    """The cards to draw, in order; the board as everybody sees it first is asked in SQL that is written already."""
    if not wish.filtered and not longer:
        return first_cards(project=project.pk)
    further = Q(pk__in=[])
    for pk in longer:
        further |= Q(place__lte=wish.upto(pk), lane=pk)
    return first_of(cards, further)


def names_for(cards: Iterable[Task]) -> Names:
    """What is called how on these cards."""
    return names_on((card.member_ids, card.label_ids) for card in cards)


def totals(lanes: list[Lane], shown: Iterable[Any]) -> dict[str, int]:
    """How many cards the board holds, and how many of them fit the filter."""
    return {"total": sum(lane.card_count for lane in lanes), "found": sum(one.count for one in shown)}  # type: ignore[attr-defined]


def further(actor: Actor, cooperative: Cooperative, project: Project, wish: Wish, lane_id: int) -> dict[str, Any] | None:
    """The context of the last cards of one lane that a wish asks for, and of none before them; None for no such lane."""
    frame = card_frame(actor, cooperative, project)
    lane = next((lane for lane in frame["lanes"] if lane.pk == lane_id), None)
    if lane is None:
        return None
    cards, upto = cards_for(actor, cooperative, project, wish.wanted).filter(lane=lane), wish.upto(lane_id)
    one = ShownLane(lane, frame["menus"][lane_id], list(with_marks(cards)[max(upto - FIRST_CARDS, 0) : upto]))
    one.count = cards.count() if wish.filtered else lane.card_count
    one.before = max(upto - FIRST_CARDS, 0)
    one.query = wish.query(lane_id, one.upto)
    return {**frame, "names": names_for(one.cards), "one": one, "fresh": one.cards}


def cards_for(actor: Actor, cooperative: Cooperative, project: Project, wanted: Wanted) -> TaskQuerySet:
    """The cards on a board that fit a filter, in order."""
    return wanted.rows(cards_of(project), actor, cooperative.pk, today_in(cooperative.time_zone))


def _counts(cards: Any, wish: Wish) -> dict[int, int] | None:
    if not wish.filtered:
        return None
    found = cards.order_by().values_list("lane_id").annotate(Count("pk"))
    return defaultdict(int, found)


def card_frame(actor: Actor, cooperative: Cooperative, project: Project, known: list[Lane] | None = None) -> dict[str, Any]:
    """What every card needs around it: addresses, lanes to move to, whether the reader may move it."""
    lanes = board_lanes(project=project.pk) if known is None else known
    may_move = may(actor, "tasks.move", project) and project.archived_at is None
    menus = {lane.pk: _menu(lanes, lane) if may_move else "" for lane in lanes}
    before, _title, after = gettext("Move “{title}”").partition("{title}")
    # One address pattern for all cards: resolving a name for each would cost more than drawing it.
    root = reverse("tasks:task", args=[cooperative.slug, 0]).removesuffix("0/")
    signs = {**{name: _sign(name, "sm") for name in ("more", "calendar")}, "user": _sign("user")}
    words = {"before": before, "after": after, "menu": gettext("Move to")}
    words |= {"take": gettext("Assign to me"), "leave": gettext("Take me off")}
    standing = actor.standing(cooperative.pk)
    facts = {"project": project, "lanes": lanes, "menus": menus, "may_move": may_move, "task_root": root}
    return {**facts, "me": standing.membership_id if standing else None, "signs": signs, "words": words, "drawn": {}}


def _sign(name: str, kind: str = "") -> str:
    # Drawn once for all cards.
    return render_to_string("tasks/sign.html", {"name": name, "kind": kind})


def _menu(lanes: list[Lane], current: Lane) -> str:
    return render_to_string("tasks/lane_menu.html", {"lanes": lanes, "current": current})
