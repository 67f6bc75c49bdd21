"""The demo boards show what a board can hold, and every name in them is somebody's."""

import pytest

from tasks.demo.boards import DemoTask, boards
from tasks.models import Colour, Kind, Priority, Relation

SLUGS = ("linden-court", "kilele-dev-chama")


def tasks(slug: str) -> list[DemoTask]:
    """Every card of a cooperative."""
    return [task for board in boards()[slug] for lane in board.lanes for task in lane.tasks]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_fact_is_one_that_a_task_can_have(slug: str) -> None:
    for task in tasks(slug):
        assert task.kind in Kind.values and task.priority in Priority.values, task
        assert task.points is None or 0 <= task.points <= 1000
        assert task.estimate is None or 1 <= task.estimate <= 60_000
        assert len(task.people) == len(set(task.people))


@pytest.mark.parametrize("slug", SLUGS)
def test_labels_and_relations_name_what_is_there(slug: str) -> None:
    for board in boards()[slug]:
        titles = [task.title for lane in board.lanes for task in lane.tasks]
        assert len(titles) == len(set(titles))
        assert set(board.labels.values()) <= set(Colour.values)
        assert {label for lane in board.lanes for task in lane.tasks for label in task.labels} <= set(board.labels)
        for first, kind, second in board.relations:
            assert kind in Relation.Kind.values and {first, second} <= set(titles)


@pytest.mark.parametrize("slug", SLUGS)
def test_there_is_something_of_everything_to_see(slug: str) -> None:
    shown = tasks(slug)
    assert {Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.LOW} == {task.priority for task in shown}
    assert any(len(task.people) > 1 for task in shown) and any(task.estimate for task in shown)
    assert sum(bool(task.comments) for task in shown) >= 3 and sum(bool(task.steps) for task in shown) >= 3
    done = [step.startswith("+") for task in shown for steps in task.steps.values() for step in steps]
    assert any(done) and not all(done)
