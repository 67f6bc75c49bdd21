"""Ids that come with the row: the same as the rows themselves say, in their order, on either engine."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.actions import erase
from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from members.tests.factories import a_member, a_user
from tasks.actions import change_task, create_label, take_in
from tasks.history import history_rows
from tasks.models import Lane, Project, Task

from .boards import add


def test_ids_are_those_of_the_rows_in_their_order(
    actor: Actor, project: Project, todo: Lane, marta: User, yusuf_member: Membership
) -> None:
    labels = [create_label(actor, project, name=name) for name in "ABC"]
    people = [yusuf_member, Membership.objects.select_related("user").get(user=marta)]
    add(actor, todo, "Both", assignees=people, labels=[labels[2], labels[0]])
    add(actor, todo, "Neither")
    with CaptureQueriesContext(connection) as caught:
        both, neither = Task.objects.with_ids().order_by("number")
        found = [(row.user_ids, row.label_ids) for row in (both, neither)]
    assert len(caught) == 1
    assert found == [([str(row.user.public_id) for row in people], [labels[2].pk, labels[0].pk]), ([], [])]
    for row in (both, neither):
        whole = Task.objects.get(pk=row.pk)
        assert whole.user_ids == row.user_ids and whole.label_ids == row.label_ids


def test_a_member_without_a_login_is_named_and_has_no_id(
    actor: Actor, linden: Cooperative, project: Project, todo: Lane, yusuf_member: Membership
) -> None:
    silent = a_member(linden, a_user("Silent Sam"))
    (task,) = add(actor, todo, "Roof", assignees=[silent, yusuf_member])
    Membership.objects.filter(pk=silent.pk).update(user=None)
    row = Task.objects.with_ids().get(pk=task.pk)
    assert row.user_ids == [str(yusuf_member.user.public_id)] == Task.objects.get(pk=task.pk).user_ids
    assert [str(member) for member in row.people] == ["Silent Sam", "Yusuf Demir"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_with_ids_is_one_statement(actor: Actor, todo: Lane, yusuf_member: Membership, count: int) -> None:
    add(actor, todo, *"ABC"[:count], assignees=[yusuf_member])
    with CaptureQueriesContext(connection) as caught:
        assert [len(row.user_ids) for row in Task.objects.with_ids()] == [1] * count
    assert len(caught) == 1


# --- What a history says of what is no more ---------------------------------------------------------------------------


def rows(task: Task) -> list[Any]:
    """The history of a task, newest first."""
    events = Event.objects.filter(subject_type="tasks.task", subject_id=task.pk).select_related("detail", "actor")
    return history_rows(events.order_by("-seq"), task.cooperative)


def test_a_history_outlives_names_and_details(actor: Actor, project: Project, todo: Lane, yusuf_member: Membership) -> None:
    whole, task = add(actor, todo, "Whole", "Part")
    take_in(actor, project, member=yusuf_member)
    change_task(actor, task, version=1, assignees=[yusuf_member], parent=whole)
    Membership.objects.filter(pk=yusuf_member.pk).update(user=None)
    change, made = rows(task)
    assert {(str(one.name), one.before, one.after) for one in change.changes} == {
        ("Assigned to", "none", "somebody"),
        ("Part of", "none", "HC-1"),
    }
    assert made.changes == [] and made.reason == ""


def test_a_record_whose_detail_was_erased_says_only_that(
    actor: Actor, linden: Cooperative, todo: Lane, yusuf_member: Membership
) -> None:
    (task,) = add(actor, todo, "Roof")
    change_task(actor, task, version=1, title="Yusuf's roof", assignees=[yusuf_member])
    seq = Event.objects.get(kind="tasks.updated").seq
    assert [str(change.name) for change in rows(task)[0].changes] == ["Assigned to", "Title"]
    erase(actor, linden, seqs=[seq], reason="Asked for")
    erased, made = rows(task)
    assert erased.changes == [] and "The detail of this record was erased" in erased.row.sentence
    assert "Roof" in made.row.sentence
