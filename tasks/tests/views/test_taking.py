"""One task by one press, and many with the versions that were seen."""

from typing import Any

import pytest

from cooperatives.actions import RuleBroken
from cooperatives.policy import SYSTEM, Actor
from members.models import Membership, User
from members.tests.factories import refused
from tasks.actions import change_task, change_tasks, take_task
from tasks.models import Lane, Task
from tasks.tests.boards import add, fill, kinds, titles


def test_one_that_was_changed_meanwhile_holds_all_back(actor: Actor, todo: Lane, doing: Lane) -> None:
    a, b = add(actor, todo, "A", "B")
    change_task(actor, b, version=1, title="Other")
    before = kinds()
    with refused("stale") as caught:
        change_tasks(actor, [a, b], versions={a.pk: 1, b.pk: 1}, lane=doing)
    assert caught.value.sentence == "HC-2: somebody changed it in the meantime. Nothing was changed. Reload the list."
    assert (caught.value.status, caught.value.extra["task"], kinds(), titles(doing)) == (409, b.pk, before, [])
    change_tasks(actor, [a, b], versions={a.pk: 1, b.pk: 2}, lane=doing)
    assert titles(doing) == ["A", "Other"]


@pytest.mark.parametrize("seen", [(), (None,), (2,)])
def test_a_version_that_nobody_saw_is_refused(actor: Actor, todo: Lane, seen: Any) -> None:
    (a,) = add(actor, todo, "A")
    with refused("stale"):
        change_tasks(actor, [a], versions={a.pk: seen[0]} if seen else {}, archived=True)


def test_as_many_as_may_be(actor: Actor, todo: Lane, doing: Lane) -> None:
    cards = fill(todo, 200)
    assert len(change_tasks(actor, cards, versions={card.pk: 1 for card in cards}, lane=doing)) == 200
    assert titles(doing) == [card.title for card in cards]


def test_a_press_takes_a_task_and_gives_it_back(
    actor: Actor, todo: Lane, yusuf_member: Membership, marta_member: Membership
) -> None:
    (task,) = add(actor, todo, "A", assignees=[yusuf_member])
    task, is_mine = take_task(actor, task, version=1)
    assert (is_mine, task.people, task.version) == (True, [yusuf_member, marta_member], 2)
    task, is_mine = take_task(actor, task, version=2)
    assert (is_mine, task.people, task.version) == (False, [yusuf_member], 3)
    with pytest.raises(RuleBroken, match="meantime"):
        take_task(actor, task, version=2)
    with pytest.raises(RuleBroken, match="Only a member"):
        take_task(SYSTEM, task, version=3)


def test_who_may_not_change_it_takes_nothing(hassan: User, outsider: User, todo: Lane, actor: Actor) -> None:
    (task,) = add(actor, todo, "A")
    for user, code in ((hassan, "forbidden"), (outsider, "not_found")):
        with refused(code):
            take_task(Actor.of(user), task, version=1)
    assert Task.objects.get().version == 1
