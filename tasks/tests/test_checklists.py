"""Checklists: small steps within a task, ticked by several people at once."""

from typing import Any

import pytest

from cooperatives.policy import Actor
from members.models import User
from members.tests.factories import refused
from tasks.actions import (
    add_step,
    change_checklist,
    change_step,
    change_task,
    create_checklist,
    remove_checklist,
    remove_step,
)
from tasks.models import CheckItem, Checklist, Lane, Task

from .boards import add, kinds, told


@pytest.fixture
def task(actor: Actor, todo: Lane) -> Task:
    """A task."""
    return add(actor, todo, "Garden day")[0]


@pytest.fixture
def tools(actor: Actor, task: Task) -> Checklist:
    """A list of three steps."""
    found: Checklist = create_checklist(actor, task, name="Tools", steps=["Rake", "Spade", "Gloves"])
    return found


def texts(checklist: Checklist) -> list[str]:
    """The steps in their order."""
    return list(CheckItem.objects.filter(checklist=checklist).order_by("position", "pk").values_list("text", flat=True))


def step(text: str) -> CheckItem:
    """One step by its text, as it is now."""
    found: CheckItem = CheckItem.objects.select_related("checklist__task__project").get(text=text)
    return found


def test_a_list_is_made_with_its_steps_and_told_once(actor: Actor, task: Task, tools: Checklist) -> None:
    assert texts(tools) == ["Rake", "Spade", "Gloves"]
    second = create_checklist(actor, task, name=" Food ")
    assert (second.name, second.position > tools.position) == ("Food", True)
    assert [payload["checklist"] for payload in told("tasks.steps_changed")] == ["Tools", "Food"]
    assert told("tasks.steps_changed")[0]["issue_id"] == task.pk


def test_a_tick_leaves_the_task_as_it_was(actor: Actor, task: Task, tools: Checklist) -> None:
    done = change_step(actor, step("Rake"), version=1, done=True)
    assert done.done_at is not None and done.done_by is not None and done.version == 2
    assert Task.objects.get(pk=task.pk).version == 1
    change_task(actor, task, version=1, title="Garden days")
    undone = change_step(actor, step("Rake"), version=2, done=False)
    assert (undone.done_at, undone.done_by, undone.version) == (None, None, 3)
    assert [kind for kind in kinds() if "step_" in kind] == ["tasks.step_done", "tasks.step_undone"]
    assert told("tasks.step_done")[0]["step"] == "Rake"


def test_two_who_tick_the_same_step_agree(actor: Actor, tools: Checklist) -> None:
    seen = step("Rake")
    change_step(actor, seen, version=1, done=True)
    assert change_step(actor, seen, version=1, done=True).version == 2
    assert kinds().count("tasks.step_done") == 1
    with refused("stale"):
        change_step(actor, seen, version=1, done=False)
    with refused("stale"):
        change_step(actor, seen, version=1, text="Big rake", done=True)


def test_steps_are_reworded_moved_and_removed(actor: Actor, tools: Checklist) -> None:
    change_step(actor, step("Spade"), version=1, text="Two  spades", position=0)
    assert texts(tools) == ["Two spades", "Rake", "Gloves"]
    change_step(actor, step("Two spades"), version=2, position=99)
    assert texts(tools) == ["Rake", "Gloves", "Two spades"]
    change_step(actor, step("Gloves"), version=1, position=1)
    assert step("Gloves").version == 1
    remove_step(actor, step("Gloves"), version=1)
    assert texts(tools) == ["Rake", "Two spades"]
    assert add_step(actor, tools, text="Bags").position > step("Two spades").position
    assert kinds().count("tasks.steps_changed") == 5


def test_moving_one_step_makes_no_edit_of_another_stale(actor: Actor, tools: Checklist) -> None:
    change_step(actor, step("Gloves"), version=1, position=0)
    assert [step(text).version for text in ("Rake", "Spade", "Gloves")] == [1, 1, 2]


def test_a_list_is_renamed_and_removed_with_its_steps(actor: Actor, tools: Checklist) -> None:
    assert change_checklist(actor, tools, version=1, name="Tools").version == 1
    assert change_checklist(actor, tools, version=1, name="All tools").version == 2
    with refused("stale"):
        remove_checklist(actor, tools, version=1)
    remove_checklist(actor, tools, version=2)
    assert not CheckItem.objects.exists()
    with refused("not_found"):
        add_step(actor, tools, text="Late")


@pytest.mark.parametrize(
    ("text", "code"), [("", "text"), ("  ", "text"), ("\u200b", "invisible"), ("x" * 501, "too_long"), ("\x00a", "not_text")]
)
def test_what_a_step_cannot_be(actor: Actor, task: Task, tools: Checklist, text: str, code: str) -> None:
    with refused(code):
        add_step(actor, tools, text=text)
    with refused(code):
        change_step(actor, step("Rake"), version=1, text=text)
    with refused(code) as caught:
        create_checklist(actor, task, name="More", steps=["Fine", text])
    assert caught.value.field == "steps" and Checklist.objects.count() == 1


@pytest.mark.parametrize(("name", "code"), [("", "name"), ("x" * 201, "too_long"), ("\u2800", "invisible")])
def test_what_a_list_cannot_be_called(actor: Actor, task: Task, tools: Checklist, name: str, code: str) -> None:
    with refused(code):
        create_checklist(actor, task, name=name)
    with refused(code):
        change_checklist(actor, tools, version=1, name=name)


def test_lists_and_steps_have_bounds(actor: Actor, task: Task, tools: Checklist) -> None:
    for number in range(19):
        create_checklist(actor, task, name=f"L{number}")
    with refused("too_many_checklists"):
        create_checklist(actor, task, name="One more")
    own = {"cooperative": task.cooperative, "checklist": tools}
    CheckItem.objects.bulk_create(CheckItem(**own, text=f"S{n}", position=n + 10) for n in range(197))
    with refused("too_many_steps"):
        add_step(actor, tools, text="One more")


def test_an_archived_task_keeps_its_steps_as_they_are(actor: Actor, task: Task, tools: Checklist) -> None:
    change_task(actor, task, version=1, archived=True)
    acts: list[Any] = [
        lambda: create_checklist(actor, task, name="L"),
        lambda: add_step(actor, tools, text="S"),
        lambda: change_step(actor, step("Rake"), version=1, done=True),
        lambda: remove_step(actor, step("Rake"), version=1),
        lambda: remove_checklist(actor, tools, version=1),
    ]
    for act in acts:
        with refused("task_archived"):
            act()


def test_observers_and_strangers_tick_nothing(tools: Checklist, hassan: User, outsider: User) -> None:
    for user, code in ((hassan, "forbidden"), (outsider, "not_found")):
        with refused(code):
            change_step(Actor.of(user), step("Rake"), version=1, done=True)
        with refused(code):
            add_step(Actor.of(user), tools, text="S")
