"""The order of a board against a plain list, however the moves come."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from activity.models import Event
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import User
from members.tests.factories import a_cooperative, a_user
from tasks.actions import change_task, create_project, move_task
from tasks.actions.ranks import GAP
from tasks.models import Lane, Project, Task

from .boards import add, fill, titles

CARDS = 6
MOVES = st.lists(
    st.tuples(st.integers(0, CARDS - 1), st.integers(0, 2), st.sampled_from(["after", "before", "end"]), st.integers(0, CARDS)),
    max_size=12,
)


class Model:
    """What the board should look like: plain lists."""

    def __init__(self, lanes: list[Lane], cards: list[Task]) -> None:
        self.lanes = lanes
        self.order: dict[int, list[int]] = {lane.pk: [] for lane in lanes}
        self.order[lanes[0].pk] = [card.pk for card in cards]

    def neighbour(self, card: int, lane: int, place: int) -> int | None:
        others = [pk for pk in self.order[lane] if pk != card]
        return others[place % len(others)] if others else None

    def move(self, card: int, lane: int, side: str, neighbour: int | None) -> None:
        for order in self.order.values():
            if card in order:
                order.remove(card)
        order = self.order[lane]
        if neighbour is None:
            order.append(card)
        else:
            order.insert(order.index(neighbour) + (side == "after"), card)

    def now(self) -> dict[int, list[int]]:
        return {
            lane.pk: list(Task.objects.filter(lane=lane).order_by("rank").values_list("pk", flat=True)) for lane in self.lanes
        }


@pytest.mark.parametrize("tight", [False, True], ids=["wide", "no room"])
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
def test_any_moves_end_where_a_list_ends(actor: Actor, project: Project, tight: bool, moves: list[Any]) -> None:
    Task.objects.filter(project=project).delete()
    lanes = list(Lane.objects.filter(project=project).order_by("position")[:3])
    cards = fill(lanes[0], CARDS)
    if tight:
        squeeze(lanes[0])
    model = Model(lanes, cards)
    for index, target, side, place in moves:
        card = Task.objects.get(pk=cards[index].pk)
        lane = lanes[target]
        neighbour = None if side == "end" else model.neighbour(card.pk, lane.pk, place)
        where = {f"{side}_id": neighbour} if neighbour else {}
        move_task(actor, card, lane=lane, version=card.version, **where)
        model.move(card.pk, lane.pk, side, neighbour)
        if tight:
            squeeze(lane)
    assert model.now() == model.order


def squeeze(lane: Lane) -> None:
    """Take all the room between the cards away, so that the next move has to make some."""
    rows = list(Task.objects.filter(lane=lane).order_by("rank"))
    start = (rows[-1].rank if rows else 0) + GAP
    for place, row in enumerate(rows):
        Task.objects.filter(pk=row.pk).update(rank=start + place)


# --- Many at once, with real commits --------------------------------------------------------------------------------

WRITERS = 16
EACH = 8


@pytest.fixture
def busy(transactional_db: None) -> Iterator[tuple[User, Project, list[Lane]]]:
    """A board that many write to at the same time."""
    user = a_user("Marta Lindqvist")
    cooperative = a_cooperative(user, "Linden Court")
    actor = Actor.of(user)
    with enter([cooperative.pk], user.pk):
        project = create_project(actor, cooperative, name="House")
        lanes = list(Lane.objects.filter(project=project).order_by("position")[:3])
        for lane in lanes:
            add(actor, lane, *(f"{lane.status} {number}" for number in range(8)))
        yield user, project, lanes


def a_random_move(actor: Actor, lanes: list[Lane], dice: Random) -> bool:
    """Try one; True when it was made. Being too late is no error here."""
    card = dice.choice(list(Task.objects.filter(lane__in=lanes)))
    lane = dice.choice(lanes)
    others = list(Task.objects.filter(lane=lane).exclude(pk=card.pk).values_list("pk", flat=True))
    side = dice.choice(["after_id", "before_id"])
    try:
        moved = move_task(actor, card, lane=lane, version=card.version, **({side: dice.choice(others)} if others else {}))
    except Exception as error:
        if getattr(error, "code", "") in {"stale", "neighbour_gone"}:
            return False
        raise
    return moved.version > card.version


def test_sixteen_writers_lose_and_double_nothing(busy: Any, at_once: Any) -> None:
    user, project, lanes = busy
    before = set(Task.objects.values_list("pk", flat=True))
    known = Event.objects.filter(kind="tasks.moved").count()

    def write(index: int) -> int:
        dice = Random(index)
        actor = Actor.of(user)
        with enter([project.cooperative_id], user.pk):
            return sum(a_random_move(actor, lanes, dice) for _ in range(EACH))

    made = at_once(write, WRITERS)
    assert all(isinstance(count, int) for count in made), made
    rows = list(Task.objects.values_list("pk", "lane_id", "rank"))
    assert {pk for pk, _lane, _rank in rows} == before
    assert len({(lane, rank) for _pk, lane, rank in rows}) == len(rows)
    moves = list(Event.objects.filter(kind="tasks.moved").order_by("seq")[known:])
    assert len(moves) == sum(made) > 0
    assert replayed(lanes) == {
        lane.pk: list(Task.objects.filter(lane=lane).order_by("rank").values_list("pk", flat=True)) for lane in lanes
    }


def replayed(lanes: list[Lane]) -> dict[int, list[int]]:
    """The board as the record alone tells it."""
    order: dict[int, list[int]] = {lane.pk: [] for lane in lanes}
    for event in Event.objects.filter(kind__in=["tasks.created", "tasks.moved"]).order_by("seq"):
        told = event.told.data["payload"]
        for cards in order.values():
            if told["issue_id"] in cards:
                cards.remove(told["issue_id"])
        cards = order[told["lane_id"]]
        place = cards.index(told["after_id"]) + 1 if told["after_id"] else 0
        cards.insert(place, told["issue_id"])
    return order


def test_the_last_free_place_is_given_once(busy: Any, at_once: Any) -> None:
    user, project, lanes = busy
    full = lanes[2]
    Lane.objects.filter(pk=full.pk).update(wip_limit=9)
    cards = list(Task.objects.filter(lane__in=lanes[:2]))

    def enter_it(index: int) -> Any:
        actor = Actor.of(user)
        with enter([project.cooperative_id], user.pk):
            return move_task(actor, cards[index], lane=full, version=1).pk

    answers = at_once(enter_it, WRITERS)
    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert {getattr(answer, "code", "") for answer in answers if not isinstance(answer, int)} == {"lane_full"}
    assert Task.objects.filter(lane=full).count() == 9


def test_one_of_two_editors_is_told_that_it_is_late(busy: Any, at_once: Any) -> None:
    user, project, lanes = busy
    card = Task.objects.filter(lane=lanes[0]).first()

    def edit(index: int) -> Any:
        actor = Actor.of(user)
        with enter([project.cooperative_id], user.pk):
            return change_task(actor, card, version=1, title=f"by {index}").title

    answers = at_once(edit, 4)
    won = [answer for answer in answers if isinstance(answer, str)]
    assert [Task.objects.get(pk=card.pk).title] == won
    assert {getattr(answer, "code", "") for answer in answers if not isinstance(answer, str)} == {"stale"}


def test_numbers_have_no_gaps_when_many_create(busy: Any, at_once: Any) -> None:
    user, project, lanes = busy

    def create(index: int) -> Any:
        actor = Actor.of(user)
        with enter([project.cooperative_id], user.pk):
            return add(actor, lanes[index % 3], f"new {index}")[0].number

    numbers = at_once(create, WRITERS)
    assert sorted(numbers) == list(range(25, 25 + WRITERS))
    assert all(len(titles(lane)) == len(set(titles(lane))) for lane in lanes)
