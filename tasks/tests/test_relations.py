"""How tasks stand to each other: both directions, no rings."""

import itertools

import pytest

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import User
from members.tests.factories import refused
from tasks.actions import change_task, create_project, create_task, move_task, relate_tasks, unrelate_tasks
from tasks.models import Lane, Project, Relation, Task
from tasks.queries import marks_on, with_marks

from .boards import add, lane_named, told


def blocked(*tasks: Task) -> list[str]:
    """Titles of those that wait for another."""
    ids = {row.pk for row in with_marks(Task.objects.filter(pk__in=[task.pk for task in tasks])) if marks_on(row).blocked}
    return [task.title for task in tasks if task.pk in ids]


def test_a_block_is_told_of_both_tasks(actor: Actor, todo: Lane) -> None:
    a, b = add(actor, todo, "A", "B")
    relate_tasks(actor, a, kind="blocks", other=b)
    first, second = told("tasks.related")
    assert (first["issue_id"], first["relation"], first["other_id"], first["other"]) == (a.pk, "blocks", b.pk, "HC-2 B")
    assert (second["issue_id"], second["relation"], second["other_id"]) == (b.pk, "blocked_by", a.pk)


def test_said_the_other_way_round_it_is_the_same(actor: Actor, todo: Lane) -> None:
    a, b, c = add(actor, todo, "A", "B", "C")
    relation = relate_tasks(actor, b, kind="blocked_by", other=a)
    assert (relation.task, relation.kind, relation.other) == (a, "blocks", b)
    relation = relate_tasks(actor, c, kind="duplicated_by", other=a)
    assert (relation.task, relation.kind, relation.other) == (a, "duplicates", c)
    with refused("related_already"):
        relate_tasks(actor, a, kind="blocks", other=b)
    with refused("ring"):
        relate_tasks(actor, c, kind="duplicates", other=a)


def test_belonging_together_stands_once(actor: Actor, todo: Lane) -> None:
    a, b = add(actor, todo, "A", "B")
    relate_tasks(actor, b, kind="relates", other=a)
    for task, other in ((a, b), (b, a)):
        with refused("related_already"):
            relate_tasks(actor, task, kind="relates", other=other)
    assert Relation.objects.count() == 1


def test_a_task_waits_until_the_other_is_done_or_put_away(actor: Actor, project: Project, todo: Lane) -> None:
    a, b, c = add(actor, todo, "A", "B", "C")
    relate_tasks(actor, a, kind="blocks", other=b)
    relate_tasks(actor, c, kind="blocks", other=b)
    relate_tasks(actor, b, kind="duplicates", other=c)
    assert blocked(a, b, c) == ["B"]
    move_task(actor, a, lane=lane_named(project, "done"), version=1)
    assert blocked(a, b, c) == ["B"]
    change_task(actor, c, version=1, archived=True)
    assert blocked(a, b, c) == []


def test_a_ring_of_any_length_is_refused(actor: Actor, linden: Cooperative, todo: Lane) -> None:
    tasks = add(actor, todo, *"ABCD")
    tasks.append(create_task(actor, create_project(actor, linden, name="Elsewhere"), title="E"))
    for first, second in itertools.pairwise(tasks):
        relate_tasks(actor, first, kind="blocks", other=second)
    for number in range(1, 5):
        with refused("ring"):
            relate_tasks(actor, tasks[number], kind="blocks", other=tasks[0])
    relate_tasks(actor, tasks[0], kind="blocks", other=tasks[4])
    relate_tasks(actor, tasks[4], kind="duplicates", other=tasks[0])
    assert Relation.objects.filter(kind="blocks").count() == 5


def test_removing_one_link_opens_the_ring(actor: Actor, todo: Lane) -> None:
    a, b, c = add(actor, todo, "A", "B", "C")
    relate_tasks(actor, a, kind="blocks", other=b)
    link = relate_tasks(actor, b, kind="blocks", other=c)
    unrelate_tasks(actor, link, of=c)
    assert [payload["relation"] for payload in told("tasks.unrelated")] == ["blocks", "blocked_by"]
    relate_tasks(actor, c, kind="blocks", other=a)


def test_what_makes_no_sense_is_refused(actor: Actor, todo: Lane, foreign: Project) -> None:
    a, b, c = add(actor, todo, "A", "B", "C")
    with refused("itself"):
        relate_tasks(actor, a, kind="relates", other=a)
    with refused("kind"):
        relate_tasks(actor, a, kind="likes", other=b)
    link = relate_tasks(actor, a, kind="blocks", other=b)
    with refused("not_found"):
        unrelate_tasks(actor, link, of=c)
    unrelate_tasks(actor, link, of=a)
    with refused("not_found"):
        unrelate_tasks(actor, link, of=a)
    change_task(actor, c, version=1, archived=True)
    with refused("task_archived"):
        relate_tasks(actor, c, kind="blocks", other=a)


def test_a_task_has_fifty_relations_at_most(actor: Actor, linden: Cooperative, todo: Lane) -> None:
    hub, *others = add(actor, todo, *(f"T{n}" for n in range(52)))
    Relation.objects.bulk_create(Relation(cooperative=linden, task=hub, kind="relates", other=other) for other in others[:50])
    with refused("too_many_relations"):
        relate_tasks(actor, others[50], kind="relates", other=hub)


@pytest.mark.parametrize("who", ["hassan", "outsider"])
def test_observers_and_strangers_relate_nothing(actor: Actor, todo: Lane, who: str, hassan: User, outsider: User) -> None:
    a, b = add(actor, todo, "A", "B")
    user, code = (hassan, "forbidden") if who == "hassan" else (outsider, "not_found")
    with refused(code):
        relate_tasks(Actor.of(user), a, kind="blocks", other=b)
    assert not Relation.objects.exists()
