"""Long runs: what a year of dragging does to a board, and whether the record alone can tell it."""

from random import Random
from typing import Any

import pytest

from activity.models import Event
from activity.verifying import verify
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from tasks.actions import change_task, move_task, moves, nudge_task, ranks, reorder_lane
from tasks.actions.ranks import GAP, between, respace
from tasks.actions.spots import spot_for
from tasks.models import Lane, Project, Task

from .boards import add, fill, titles

ACTS = 300
INSERTIONS = 10_000


@pytest.fixture
def lanes(project: Project) -> list[Lane]:
    """The first three lanes of a board."""
    return list(Lane.objects.filter(project=project).order_by("position")[:3])


def order_of(lanes: list[Lane]) -> dict[int, list[int]]:
    """The board as it is stored."""
    return {lane.pk: list(Task.objects.filter(lane=lane).order_by("rank").values_list("pk", flat=True)) for lane in lanes}


def replayed(lanes: list[Lane]) -> dict[int, list[int]]:
    """The board as the record alone tells it."""
    order: dict[int, list[int]] = {lane.pk: [] for lane in lanes}
    for event in Event.objects.filter(kind__startswith="tasks.").order_by("seq"):
        told = event.told.data["payload"] if event.told else {}
        if event.kind == "tasks.reordered":
            order[told["lane_id"]] = list(told["order"])
        elif "issue_id" in told:
            replay(order, told)
    return order


def replay(order: dict[int, list[int]], told: dict[str, Any]) -> None:
    """One card's event: it says the whole place."""
    for cards in order.values():
        if told["issue_id"] in cards:
            cards.remove(told["issue_id"])
    cards = order[told["lane_id"]]
    cards.insert(cards.index(told["after_id"]) + 1 if told["after_id"] else 0, told["issue_id"])


def a_random_act(actor: Actor, lanes: list[Lane], dice: Random) -> None:
    """What somebody does to a board: mostly a move, at times a step, a new title, a whole new order."""
    lane = dice.choice(lanes)
    card = dice.choice(list(Task.objects.filter(lane__in=lanes)))
    act = dice.random()
    if act < 0.05:
        cards = list(Task.objects.filter(lane=lane).values_list("pk", flat=True))
        reorder_lane(actor, lane, order=dice.sample(cards, len(cards)))
    elif act < 0.15:
        nudge_task(actor, card, up=dice.random() < 0.5, version=card.version)
    elif act < 0.2:
        change_task(actor, card, version=card.version, title=f"Title {act}")
    else:
        others = list(Task.objects.filter(lane=lane).exclude(pk=card.pk).values_list("pk", flat=True))
        side = dice.choice(["after_id", "before_id"])
        move_task(actor, card, lane=lane, version=card.version, **({side: dice.choice(others)} if others else {}))


@pytest.mark.parametrize("gap", [GAP, 4], ids=["wide", "narrow"])
def test_the_record_tells_every_move_of_a_long_day(
    actor: Actor, linden: Cooperative, lanes: list[Lane], gap: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (ranks, moves):
        monkeypatch.setattr(module, "GAP", gap)  # so narrow that lanes are spaced anew all the time
    add(actor, lanes[0], *"ABCDEFGHIJ")
    dice = Random(gap)
    for _act in range(ACTS):
        a_random_act(actor, lanes, dice)
    assert replayed(lanes) == order_of(lanes)
    assert sum(len(cards) for cards in order_of(lanes).values()) == 10
    assert verify(linden).faults == []


def test_ten_thousand_insertions_at_one_spot(actor: Actor, todo: Lane) -> None:
    """Two cards take turns below the first: the gap is used up again and again, and nobody else is touched."""
    first, last, one, other = fill(todo, 4)
    untouched = list(Task.objects.filter(pk__in=[first.pk, last.pk]).order_by("pk").values("version", "updated_at"))
    spaced, low, high = 0, 0, GAP
    for _insertion in range(INSERTIONS):
        middle = between(low, high)
        if middle is None:
            spaced, low, high = spaced + 1, 0, GAP
        else:
            high = middle
    assert spaced == INSERTIONS // 37  # one lane is spaced anew for every 36 cards that were put into one spot
    for turn in range(200):
        card = (one, other)[turn % 2]
        spot = spot_for(card, todo, first.pk, None)
        while (rank := between(spot.low, spot.high)) is None:
            respace(todo)
            spot = spot_for(card, todo, first.pk, None)
        Task.objects.filter(pk=card.pk).update(rank=rank)
        assert titles(todo)[:2] == [first.title, card.title]
    assert titles(todo) == [first.title, other.title, one.title, last.title]
    after = list(Task.objects.filter(pk__in=[first.pk, last.pk]).order_by("pk").values("version", "updated_at"))
    assert after == untouched


def test_a_card_that_is_put_at_the_top_for_ever(actor: Actor, todo: Lane) -> None:
    """Top and bottom grow outwards; at the end of the numbers the lane is spaced anew."""
    a, b = add(actor, todo, "A", "B")
    Task.objects.filter(pk=a.pk).update(rank=-ranks.LIMIT + 1)
    moved = move_task(actor, b, version=1, before_id=a.pk)
    assert titles(todo) == ["B", "A"]
    assert moved.version == 2
    assert Task.objects.get(pk=a.pk).version == 1
    assert all(abs(rank) < 2**63 for rank in Task.objects.values_list("rank", flat=True))
