"""Many writers at one board at one instant: each is done or told why, and nobody waits for somebody who waits for them."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from activity.models import Event, Head
from activity.verifying import verify
from cooperatives.actions import RuleBroken, change_cooperative
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.actions import admit
from members.models import Membership, User
from members.tests.factories import a_cooperative, a_user
from tasks.actions import (
    add_comment,
    change_lane,
    change_task,
    create_lane,
    create_project,
    create_task,
    import_board,
    move_task,
    reorder_lane,
    revise_task,
)
from tasks.importing import read_board
from tasks.models import Comment, Lane, Project, Task

from .boards import add

Act = Callable[[Actor, int], Any]
ROUNDS = 4


class House:
    """A board that many write to at the same time, with real commits."""

    def __init__(self, user: User, cooperative: Cooperative, at_once: Callable[..., list[Any]]) -> None:
        self.user, self.cooperative, self.at_once = user, cooperative, at_once
        self.project = create_project(Actor.of(user), cooperative, name="House")
        self.lanes = list(Lane.objects.filter(project=self.project).order_by("position")[:3])

    def together(self, act: Act, writers: int = 6, rounds: int = ROUNDS) -> list[Any]:
        """What came of it: results, and refusals that are rules. Any other error fails."""

        def one(index: int) -> Any:
            with enter([self.cooperative.pk], self.user.pk):
                return act(Actor.of(self.user), index)

        answers = [answer for _round in range(rounds) for answer in self.at_once(one, writers)]
        odd = [repr(answer) for answer in answers if isinstance(answer, Exception) and not isinstance(answer, RuleBroken)]
        assert odd == []
        # Locks are taken in one order, so that no deadlock has to be broken off.
        assert "gave_way" not in codes(answers)
        return answers


def codes(answers: list[Any]) -> set[str]:
    """The codes of the refusals."""
    return {answer.code for answer in answers if isinstance(answer, RuleBroken)}


def done(answers: list[Any]) -> list[Any]:
    """What was not refused."""
    return [answer for answer in answers if not isinstance(answer, Exception)]


@pytest.fixture
def house(transactional_db: None, at_once: Any) -> Iterator[House]:
    """Linden Court's board, with three cards in its first lane."""
    user = a_user("Marta Lindqvist")
    cooperative = a_cooperative(user, "Linden Court")
    with enter([cooperative.pk], user.pk):
        made = House(user, cooperative, at_once)
        add(Actor.of(user), made.lanes[0], "A", "B", "C")
        yield made


def test_lanes_that_are_shifted_at_once(house: House) -> None:
    def shift(actor: Actor, index: int) -> int:
        lane = Lane.objects.get(pk=house.lanes[index % 3].pk)
        change_lane(actor, lane, version=lane.version, position=(index + lane.version) % 3)
        return index

    answers = house.together(shift)
    assert codes(answers) <= {"stale"}
    assert done(answers)
    versions = sum(Lane.objects.filter(project=house.project).values_list("version", flat=True))
    assert Event.objects.filter(kind="tasks.lane_changed").count() == versions - 4  # every change and nothing else is told


def test_a_save_with_a_new_lane_and_a_move_of_the_same_card(house: House) -> None:
    def write(actor: Actor, index: int) -> int:
        card = Task.objects.get(title__startswith="A")
        other = house.lanes[1] if card.lane_id == house.lanes[0].pk else house.lanes[0]
        if index % 2:
            return revise_task(actor, card, version=card.version, lane=other, title=f"A {index} {card.version}").version
        return move_task(actor, card, version=card.version, lane=other).version

    answers = house.together(write)
    assert codes(answers) <= {"stale"}
    assert Task.objects.get(title__startswith="A").version == max(done(answers))


def test_who_writes_at_a_card_while_it_is_moved_is_not_told_that_there_is_none(house: House) -> None:
    card = Task.objects.get(title="A")

    def write(actor: Actor, index: int) -> int:
        if index % 3:
            return add_comment(actor, Task.objects.select_related("project").get(pk=card.pk), text=f"No. {index}").pk
        now = Task.objects.get(pk=card.pk)
        other = house.lanes[1] if now.lane_id == house.lanes[0].pk else house.lanes[0]
        return move_task(actor, now, version=now.version, lane=other).pk

    answers = house.together(write, writers=9)
    assert codes(answers) <= {"stale"}
    assert Comment.objects.count() == 6 * ROUNDS


def test_an_import_while_others_work(house: House) -> None:
    cards = [{"id": f"c{number}", "idList": ("l1", "l2")[number % 2], "name": f"Card {number}"} for number in range(20)]
    lists = [{"id": "l1", "name": "To do"}, {"id": "l2", "name": "Ideas"}]
    plan = read_board(json.dumps({"name": "Board", "lists": lists, "cards": cards}).encode())

    def write(actor: Actor, index: int) -> Any:
        if index % 4 == 0:
            return import_board(actor, house.project, plan).cards
        if index % 4 == 1:
            return create_task(actor, house.project, title=f"New {index}", lane=house.lanes[index % 3]).pk
        if index % 4 == 2:
            return create_lane(actor, house.project, name=f"Lane {index}").pk
        lane = Lane.objects.get(pk=house.lanes[index % 3].pk)
        return change_lane(actor, lane, version=lane.version, position=3).pk

    answers = house.together(write, writers=8, rounds=2)
    assert codes(answers) <= {"stale"}
    assert Task.objects.filter(source_id__startswith="trello:").count() == 20  # each card once, whoever came first
    numbers = list(Task.objects.filter(project=house.project).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert Event.objects.filter(kind="tasks.imported").count() == 1


def test_projects_of_one_name_get_keys_of_their_own(house: House) -> None:
    answers = house.together(lambda actor, _index: create_project(actor, house.cooperative, name="Rose garden").key, rounds=1)
    assert sorted(answers) == ["RG", "RG2", "RG3", "RG4", "RG5", "RG6"]


def test_settings_members_and_cards_at_once(house: House) -> None:
    def write(actor: Actor, index: int) -> Any:
        cooperative = Cooperative.objects.get(pk=house.cooperative.pk)
        if index % 3 == 0:
            return admit(actor, cooperative, name=f"Person {index}").number
        if index % 3 == 1:
            facts = {"description": f"By {index} over version {cooperative.version}"}
            return change_cooperative(actor, cooperative, version=cooperative.version, **facts).version
        return create_task(actor, house.project, title="Card", lane=house.lanes[0]).number

    answers = house.together(write, writers=9, rounds=2)
    assert codes(answers) <= {"stale"}
    numbers = sorted(Membership.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1)) == [1, 2, 3, 4, 5, 6, 7]
    assert Project.objects.get(pk=house.project.pk).last_number == 3 + 6


def test_the_last_place_of_a_lane_for_sixteen_who_move_add_restore_and_save(house: House) -> None:
    actor, full = Actor.of(house.user), house.lanes[1]
    add(actor, full, "Inside")
    away = [change_task(actor, card, version=1, archived=True) for card in add(actor, full, *"WXYZ")]
    moved = add(actor, house.lanes[0], *(f"Moved {number}" for number in range(4)))
    saved = add(actor, house.lanes[2], *(f"Saved {number}" for number in range(4)))
    Lane.objects.filter(pk=full.pk).update(wip_limit=2)
    ways: list[Callable[[Actor, int], Task]] = [
        lambda one, number: move_task(one, moved[number], lane=full, version=1),
        lambda one, number: revise_task(one, saved[number], lane=full, version=1, title=f"Saved {number} too"),
        lambda one, number: create_task(one, house.project, title=f"New {number}", lane=full),
        lambda one, number: change_task(one, away[number], version=2, archived=False),
    ]
    answers = house.together(lambda one, index: ways[index % 4](one, index // 4).pk, writers=16, rounds=1)
    assert (len(answers), len(done(answers))) == (16, 1)
    assert [answer.code for answer in answers if isinstance(answer, RuleBroken)] == ["lane_full"] * 15
    inside = Task.objects.filter(lane=full, archived_at=None)
    assert set(inside.exclude(title="Inside").values_list("pk", flat=True)) == set(done(answers))
    assert inside.count() == 2
    # A save is whole or not at all, and what was refused has changed nothing.
    assert Task.objects.filter(title__endswith="too").exclude(lane=full).count() == 0
    assert Task.objects.filter(title__startswith="New").exclude(lane=full).count() == 0
    assert sum(version - 1 for version in Task.objects.filter(archived_at=None).values_list("version", flat=True)) <= 2


def test_a_reorder_and_moves_of_its_cards(house: House) -> None:
    def write(actor: Actor, index: int) -> Any:
        cards = list(Task.objects.filter(lane=house.lanes[0]).order_by("rank"))
        if index % 2:
            return reorder_lane(actor, house.lanes[0], order=[card.pk for card in reversed(cards)])
        return move_task(actor, cards[0], version=cards[0].version, after_id=cards[-1].pk).pk

    answers = house.together(write)
    assert codes(answers) <= {"stale"}
    ranks = list(Task.objects.filter(lane=house.lanes[0]).values_list("rank", flat=True))
    assert len(set(ranks)) == 3


def test_whatever_collides_the_record_stays_whole(house: House) -> None:
    def write(actor: Actor, index: int) -> Any:
        card = Task.objects.order_by("pk")[index % 3]
        return change_task(actor, card, version=card.version, title=f"{card.title[:1]} {index} {card.version}").pk

    house.together(write, writers=8, rounds=3)
    verdict = verify(house.cooperative)
    assert (verdict.faults, verdict.seq) == ([], Head.objects.get().seq)
    changes = sum(version - 1 for version in Task.objects.values_list("version", flat=True))
    assert Event.objects.filter(kind="tasks.updated").count() == changes > 0
