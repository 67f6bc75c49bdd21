"""Forms of tasks: what they read, and how they show what is."""

from datetime import date
from typing import Any

import pytest

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership
from tasks.actions import change_project, change_task, create_label, create_project, create_task
from tasks.forms import RelationForm, TaskEditForm, TaskForm
from tasks.models import Lane, Project, Task

from .boards import add


def read(form: Any) -> dict[str, Any]:
    """What a form read. Fails when it read nothing."""
    assert form.is_valid(), form.errors
    found: dict[str, Any] = form.cleaned_data
    return found


def test_a_bare_form_says_only_what_it_was_told(project: Project, todo: Lane) -> None:
    facts = read(TaskForm({"title": "Roof", "lane": todo.pk}, project=project))
    assert "kind" not in facts and "priority" not in facts
    assert (facts["assignees"], facts["labels"], facts["estimate"], facts["parent"]) == ([], [], None, None)


def test_a_full_form_hands_rows_over(actor: Actor, project: Project, todo: Lane, yusuf_member: Membership, task: Task) -> None:
    label = create_label(actor, project, name="Garden")
    body = {
        "title": "Hedge", "lane": todo.pk, "kind": "bug", "priority": "2", "assignee_ids": [yusuf_member.pk],
        "label_ids": [label.pk], "estimate": "1:30", "points": "8", "parent": "hc-1", "due_date": "2027-01-31",
    }  # fmt: skip
    facts = read(TaskForm(body, project=project))
    assert (facts["kind"], facts["priority"], facts["estimate"], facts["points"]) == ("bug", 2, 90, 8)
    assert (facts["assignees"], facts["labels"], facts["parent"]) == ([yusuf_member], [label], task)
    assert facts["due_date"] == date(2027, 1, 31)


@pytest.mark.parametrize("reference", ["HC-1", "hc-1", "  Hc-1 ", "HC-0001"])
def test_a_reference_is_read_as_people_write_it(project: Project, todo: Lane, task: Task, reference: str) -> None:
    assert read(TaskForm({"title": "x", "lane": todo.pk, "parent": reference}, project=project))["parent"] == task


@pytest.mark.parametrize("reference", ["1", "HC", "HC-", "HC-x", "HC-1-1", "-1", "HC-99999999999", "ＨＣ-1", "HC-١", "x" * 50])
def test_what_is_no_reference_is_told_the_cure(project: Project, todo: Lane, task: Task, reference: str) -> None:
    form = TaskForm({"title": "x", "lane": todo.pk, "parent": reference}, project=project)
    assert not form.is_valid() and list(form.errors) == ["parent"]


def test_a_relation_reaches_over_projects_and_not_over_cooperatives(
    actor: Actor, linden: Cooperative, task: Task, foreign: Project
) -> None:
    far = create_task(actor, create_project(actor, linden, name="Elsewhere", key="ELSE"), title="Far")
    assert read(RelationForm({"kind": "blocks", "other": "ELSE-1"}, task=task))["other"] == far
    assert not RelationForm({"kind": "blocks", "other": f"{foreign.key}-1"}, task=task).is_valid()


def test_the_edit_form_shows_what_is(actor: Actor, project: Project, todo: Lane, task: Task, yusuf_member: Membership) -> None:
    label = create_label(actor, project, name="Garden")
    facts: dict[str, Any] = {"estimate": 45, "points": 2, "start_date": date(2027, 1, 1), "parent": task}
    (hedge,) = add(actor, todo, "Hedge", assignees=[yusuf_member], labels=[label], **facts)
    form = TaskEditForm.of(Task.objects.get(pk=hedge.pk))
    assert form.initial == {
        "title": "Hedge", "description": "", "kind": "task", "priority": 3, "start_date": date(2027, 1, 1), "due_date": None,
        "points": 2, "version": 1, "assignee_ids": [yusuf_member.pk], "label_ids": [label.pk], "estimate": "45 min",
        "parent": "HC-1",
    }  # fmt: skip
    assert "lane" not in form.fields


def test_saving_the_edit_form_as_it_is_changes_nothing(
    actor: Actor, project: Project, todo: Lane, task: Task, yusuf_member: Membership
) -> None:
    label = create_label(actor, project, name="Garden")
    facts: dict[str, Any] = {"estimate": 100, "points": 0, "due_date": date(2027, 1, 1), "parent": task, "kind": "duty"}
    (hedge,) = add(actor, todo, "Hedge", assignees=[yusuf_member], labels=[label], **facts)
    shown = TaskEditForm.of(Task.objects.get(pk=hedge.pk)).initial
    sent = {name: "" if value is None else value for name, value in shown.items()}
    form = TaskEditForm.of(Task.objects.get(pk=hedge.pk), sent)
    assert form.act(change_task, actor, hedge) and form.result.version == 1


def test_who_is_chosen_stands_first_and_who_lost_the_right_stays_named(
    actor: Actor, project: Project, todo: Lane, yusuf_member: Membership
) -> None:
    (task,) = add(actor, todo, "Roof", assignees=[yusuf_member])
    form: Any = TaskEditForm.of(Task.objects.get(pk=task.pk))
    assert [name for _pk, name in form.fields["assignee_ids"].choices] == ["Yusuf Demir", "Marta Lindqvist"]
    change_project(actor, project, version=1, members_only=True)
    again: Any = TaskEditForm.of(Task.objects.get(pk=task.pk))
    assert [name for _pk, name in again.fields["assignee_ids"].choices] == ["Yusuf Demir", "Marta Lindqvist"]
    new: Any = TaskForm(project=Project.objects.get(pk=project.pk))
    assert [name for _pk, name in new.fields["assignee_ids"].choices] == ["Marta Lindqvist"]
