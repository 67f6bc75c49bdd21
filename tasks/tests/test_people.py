"""Who does a task: one, several, or nobody."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from members.tests.factories import a_member, a_user, refused
from tasks.actions import change_task, create_task, move_task
from tasks.models import Assignment, Lane, Project, Task

from .boards import add, kinds, problem, told

TASKS = "/api/v1/tasks/"


@pytest.fixture
def marta_member(marta: User, actor: Actor) -> Membership:
    """Marta's membership."""
    member: Membership = Membership.objects.select_related("user", "person").get(user=marta)
    return member


def ids(*members: Membership) -> list[str]:
    """The public ids of their users."""
    return [str(member.user.public_id) for member in members if member.user]


def test_several_do_a_task_in_the_order_they_were_named(
    actor: Actor, todo: Lane, yusuf_member: Membership, marta_member: Membership
) -> None:
    (task,) = add(actor, todo, "Roof", assignees=[yusuf_member, marta_member, yusuf_member])
    assert Task.objects.get(pk=task.pk).people == [yusuf_member, marta_member]
    (payload,) = told("tasks.created")
    assert payload["assignees"] == ids(yusuf_member, marta_member) and payload["assignee"] == ids(yusuf_member)[0]


def test_every_event_of_a_card_names_its_people(
    actor: Actor, todo: Lane, doing: Lane, yusuf_member: Membership, marta_member: Membership
) -> None:
    (task,) = add(actor, todo, "Roof", assignees=[marta_member, yusuf_member])
    move_task(actor, task, lane=doing, version=1)
    change_task(actor, task, version=2, title="Roofs")
    change_task(actor, task, version=3, assignees=[yusuf_member])
    change_task(actor, task, version=4, assignees=[])
    assert [payload["assignees"] for payload in told("tasks.moved")] == [ids(marta_member, yusuf_member)]
    both, one, none = told("tasks.updated")
    assert both["assignees"] == ids(marta_member, yusuf_member) and both["changed"] == ["title"]
    assert one["assignees"] == ids(yusuf_member) and one["changed"] == ["assignees"]
    assert none["assignees"] == [] and none["assignee"] is None


def test_a_change_names_the_whole_set_and_who_stays_keeps_the_place(
    actor: Actor, todo: Lane, yusuf_member: Membership, marta_member: Membership
) -> None:
    (task,) = add(actor, todo, "Roof", assignees=[yusuf_member])
    row = change_task(actor, task, version=1, assignees=[marta_member, yusuf_member])
    assert row.people == Task.objects.get(pk=task.pk).people == [yusuf_member, marta_member]
    assert change_task(actor, task, version=2, assignees=[yusuf_member, marta_member]).version == 2
    assert kinds().count("tasks.updated") == 1


def test_who_has_left_may_stay_named_beside_a_new_one_but_not_come_back(
    actor: Actor, todo: Lane, yusuf_member: Membership, marta_member: Membership
) -> None:
    (task,) = add(actor, todo, "Roof", assignees=[yusuf_member])
    yusuf_member.left_on = yusuf_member.joined_on
    yusuf_member.save()
    assert change_task(actor, task, version=1, assignees=[yusuf_member, marta_member]).version == 2
    change_task(actor, task, version=2, assignees=[marta_member])
    with refused("assignees"):
        change_task(actor, task, version=3, assignees=[yusuf_member, marta_member])
    assert Task.objects.get(pk=task.pk).people == [marta_member]


def test_twenty_people_fit_and_no_more(actor: Actor, linden: Cooperative, todo: Lane) -> None:
    people = [a_member(linden, a_user(f"Person {number}")) for number in range(21)]
    add(actor, todo, "Cleaning", assignees=people[:20])
    with refused("too_many"):
        add(actor, todo, "Too crowded", assignees=people)
    assert Task.objects.count() == 1 and Assignment.objects.count() == 20


def test_of_finds_each_task_once_and_in_order_of_its_day(
    actor: Actor, todo: Lane, yusuf_member: Membership, marta_member: Membership
) -> None:
    a, b = add(actor, todo, "A", "B", assignees=[yusuf_member, marta_member])
    (c,) = add(actor, todo, "C", assignees=[marta_member])
    add(actor, todo, "D")
    assert set(Task.objects.of([yusuf_member.pk])) == {a, b}
    assert list(Task.objects.of([yusuf_member.pk, marta_member.pk]).order_by("pk")) == [a, b, c]


@pytest.mark.parametrize("count", [1, 3])
def test_people_and_labels_of_any_number_of_tasks_take_two_statements(
    actor: Actor, todo: Lane, yusuf_member: Membership, marta_member: Membership, count: int
) -> None:
    add(actor, todo, *"ABC"[:count], assignees=[yusuf_member, marta_member])
    with CaptureQueriesContext(connection) as caught:
        names = [[str(member) for member in task.people] for task in Task.objects.all().with_people()]
    assert names == [["Yusuf Demir", "Marta Lindqvist"]] * count
    assert len(caught) == 3


# --- The API ----------------------------------------------------------------------------------------------------------


def test_the_api_takes_the_whole_list_or_one(
    api: APIClient, project: Project, yusuf_member: Membership, marta_member: Membership
) -> None:
    both = ids(yusuf_member, marta_member)
    made = api.post(TASKS, {"title": "Roof", "project": project.pk, "assignees": both}, format="json").json()
    assert (made["assignees"], made["assigned_to"]) == (both, both[0])
    path = f"{TASKS}{made['id']}/"
    alone = api.patch(path, {"assigned_to": both[1], "version": 1}, format="json").json()
    assert (alone["assignees"], alone["assigned_to"], alone["version"]) == (both[1:], both[1], 2)
    nobody = api.patch(path, {"assigned_to": None, "version": 2}, format="json").json()
    assert (nobody["assignees"], nobody["assigned_to"]) == ([], None)
    assert api.patch(path, {"assignees": both, "version": 3}, format="json").json()["assignees"] == both
    assert api.patch(path, {"assignees": [], "version": 4}, format="json").json()["assignees"] == []


def test_the_api_names_the_field_that_is_wrong(
    api: APIClient, project: Project, yusuf_member: Membership, outsider: User, hassan: User
) -> None:
    def post(**facts: Any) -> Any:
        return api.post(TASKS, {"title": "Roof", "project": project.pk, **facts}, format="json")

    (one,) = ids(yusuf_member)
    problem(post(assignees=[one], assigned_to=one), 400, "invalid", "assignees")
    problem(post(assignees=[one, str(outsider.public_id)]), 400, "invalid", "assignees")
    problem(post(assigned_to=str(outsider.public_id)), 400, "invalid", "assigned_to")
    problem(post(assignees="x"), 400, "invalid", "assignees")
    problem(post(assignees=[one] * 21), 400, "invalid", "assignees")
    unknown = post(assignees=["00000000-0000-4000-8000-000000000000"]).content
    assert unknown == post(assignees=[str(outsider.public_id)]).content
    assert Task.objects.count() == 0


def test_the_filter_finds_whoever_is_among_the_people(
    api: APIClient, actor: Actor, todo: Lane, yusuf_member: Membership, marta_member: Membership
) -> None:
    add(actor, todo, "Both", assignees=[marta_member, yusuf_member])
    add(actor, todo, "Marta's", assignees=[marta_member])
    found = api.get(f"{TASKS}?assigned_to={ids(yusuf_member)[0]}").json()["results"]
    assert [row["title"] for row in found] == ["Both"]
    assert found[0]["assignees"] == ids(marta_member, yusuf_member)


def test_the_board_answer_lists_all_of_them(
    api: APIClient, actor: Actor, project: Project, todo: Lane, yusuf_member: Membership, marta_member: Membership
) -> None:
    add(actor, todo, "Roof", assignees=[marta_member, yusuf_member])
    (card,) = api.get(f"/api/v1/projects/{project.pk}/board/").json()["lanes"][0]["tasks"]
    assert card["assignees"] == ids(marta_member, yusuf_member)
    assert (card["assigned_to"], card["assigned_name"]) == (ids(marta_member)[0], "Marta Lindqvist")


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_several_are_ticked_in_the_form_and_stand_on_card_and_page(
    page: Client, project: Project, todo: Lane, yusuf_member: Membership, marta_member: Membership
) -> None:
    new = f"/c/linden-court/work/{project.pk}/new/"
    people = [yusuf_member.pk, marta_member.pk]
    assert page.post(new, {"title": "Roof", "lane": todo.pk, "assignee_ids": people}).status_code == 302
    (task,) = Task.objects.all()
    assert task.people == [yusuf_member, marta_member]
    board = page.get(f"/c/linden-court/work/{project.pk}/").content.decode()
    assert board.count('class="avatars" role="img" aria-label=') == 1 and 'aria-label="Yusuf Demir, Marta Lindqvist"' in board
    own = page.get(f"/c/linden-court/work/tasks/{task.pk}/").content.decode()
    assert own.index("</span> Yusuf Demir</li>") < own.index("</span> Marta Lindqvist</li>")
    form = page.get(f"/c/linden-court/work/tasks/{task.pk}/?edit=1").content.decode()
    assert form.count(" checked>") == 2


def test_a_stale_save_shows_the_people_there_are_now(
    page: Client, actor: Actor, project: Project, todo: Lane, yusuf_member: Membership, marta_member: Membership
) -> None:
    task = create_task(actor, project, title="Roof", lane=todo, assignees=[yusuf_member])
    change_task(actor, task, version=1, assignees=[yusuf_member, marta_member])
    answer = page.post(f"/c/linden-court/work/tasks/{task.pk}/", {"title": "Roof", "version": 1, "assignee_ids": []})
    assert answer.status_code == 409
    assert "Yusuf Demir, Marta Lindqvist" in answer.content.decode()


def test_taking_all_ticks_off_leaves_nobody(page: Client, actor: Actor, todo: Lane, yusuf_member: Membership) -> None:
    (task,) = add(actor, todo, "Roof", assignees=[yusuf_member])
    page.post(f"/c/linden-court/work/tasks/{task.pk}/", {"title": "Roof", "version": 1})
    assert Task.objects.get().people == []
