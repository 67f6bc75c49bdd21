"""The API of boards: moves, orders, filters, lanes, and who may."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership, User
from tasks.actions import change_lane, change_task, create_project
from tasks.models import Lane, Project, Task

from .boards import add, fill, problem, titles, told

TASKS = "/api/v1/tasks/"


def test_a_card_is_moved_by_its_neighbours(api: APIClient, actor: Actor, todo: Lane, doing: Lane) -> None:
    a, b, c = add(actor, todo, "A", "B", "C")
    path = f"{TASKS}{c.pk}/move/"
    problem(api.post(path, {"before": a.pk}), 428, "version_required")
    assert api.post(path, {"before": a.pk, "version": 1}).json()["version"] == 2
    assert titles(todo) == ["C", "A", "B"]
    api.post(f"{TASKS}{b.pk}/move/", {"lane": doing.pk, "version": 1})
    gone = api.post(path, {"after": b.pk, "version": 2})
    problem(gone, 409, "neighbour_gone")
    assert (gone.json()["current"]["id"], gone.json()["current"]["version"]) == (c.pk, 2)
    change_lane(actor, doing, version=1, wip_limit=1)
    problem(api.post(path, {"lane": doing.pk, "version": 2}), 409, "lane_full", "lane")
    problem(api.post(path, {"lane": 99999, "version": 2}), 400, "invalid", "lane")
    problem(api.post(path, {"after": "x", "version": 2}), 400, "invalid", "after")
    problem(api.post(path, {"down": 1, "version": 2}), 400, "invalid", "down")


def test_an_admin_may_say_that_a_full_lane_takes_one_more(
    api: APIClient, actor: Actor, todo: Lane, doing: Lane, yusuf: User, client_of: Any
) -> None:
    change_lane(actor, doing, version=1, wip_limit=1)
    add(actor, doing, "X")
    (a,) = add(actor, todo, "A")
    path, wish = f"{TASKS}{a.pk}/move/", {"lane": doing.pk, "version": 1}
    problem(api.post(path, {**wish, "override": "perhaps"}), 400, "invalid", "override")
    problem(api.post(path, {**wish, "override": False}), 409, "lane_full", "lane")
    refusal = client_of(yusuf).post(path, {**wish, "override": True})
    problem(refusal, 403, "forbidden")
    assert api.post(path, {**wish, "override": True}).json()["version"] == 2
    assert (titles(doing), told("tasks.overfilled")[-1]["override"]) == (["X", "A"], True)


def test_a_lane_is_reordered(api: APIClient, actor: Actor, todo: Lane, doing: Lane, foreign: Project) -> None:
    a, b = add(actor, todo, "A", "B")
    (x,) = add(actor, doing, "X")
    path = f"{TASKS}reorder/"
    assert api.post(path, {"lane": todo.pk, "order": [b.pk, a.pk]}, format="json").json() == {
        "lane": todo.pk,
        "order": [b.pk, a.pk],
    }
    assert titles(todo) == ["B", "A"]
    changed = api.post(path, {"lane": todo.pk, "order": [a.pk, b.pk, x.pk]}, format="json")
    problem(changed, 409, "order_changed", "order")
    assert changed.json()["current"] == [b.pk, a.pk]
    with enter([foreign.cooperative_id]):
        theirs = Task.objects.get(project=foreign).pk
    bodies = [api.post(path, {"lane": todo.pk, "order": [a.pk, b.pk, other]}, format="json") for other in (theirs, 987654)]
    assert bodies[0].json() == bodies[1].json()
    problem(bodies[0], 400, "invalid", "order")
    for wrong in ([], "x", [0], ["x"], [a.pk, a.pk], [10**40], {"a": 1}):
        assert api.post(path, {"lane": todo.pk, "order": wrong}, format="json").status_code == 400, wrong
    assert titles(todo) == ["B", "A"]


def test_lists_are_filtered(
    api: APIClient, actor: Actor, project: Project, todo: Lane, doing: Lane, yusuf_member: Membership
) -> None:
    add(actor, todo, "Roof 50%", due_date=date(2027, 1, 1))
    add(actor, doing, "Door", description="of the roof", assignees=[yusuf_member], due_date=date(2027, 2, 1))

    def found(query: str) -> list[str]:
        return [row["title"] for row in api.get(f"{TASKS}?{query}&ordering=number").json()["results"]]

    assert found(f"project={project.pk}") == ["Roof 50%", "Door"]
    assert found(f"lane={doing.pk}") == found("status=in_progress") == ["Door"]
    assert found(f"assigned_to={yusuf_member.user.public_id}") == ["Door"]
    assert found("due_before=2027-01-01") == ["Roof 50%"]
    assert found("due_after=2027-01-02") == ["Door"]
    assert found("q=ROOF") == ["Roof 50%", "Door"]
    assert found("q=50%25") == ["Roof 50%"]
    assert found("status=none") == []
    assert [row["title"] for row in api.get(f"{TASKS}?ordering=-title").json()["results"]] == ["Roof 50%", "Door"]


@pytest.mark.parametrize(
    "query",
    [
        "project=x",
        "project=-1",
        "project=99999999999999999999999",
        "assigned_to=x",
        "due_before=soon",
        "ordering=rank",
        "ordering=description",
        "q=%00",
        f"q={'x' * 201}",
        "status=%00",
    ],
)
def test_a_wrong_filter_is_named(api: APIClient, query: str) -> None:
    problem(api.get(f"{TASKS}?{query}"), 400, "invalid", query.split("=")[0])


@pytest.mark.parametrize("name", ["chamas", "organizations", "cooperatives"])
def test_tasks_of_one_cooperative(
    api: APIClient, actor: Actor, project: Project, todo: Lane, name: str, foreign: Project
) -> None:
    add(actor, todo, "A")
    path = f"/api/v1/{name}/{project.cooperative_id}/tasks/"
    assert [row["title"] for row in api.get(path).json()["results"]] == ["A"]
    assert api.post(path, {"title": "B", "project": project.pk}).status_code == 201
    assert api.get(f"{path}{Task.objects.first().pk}/").status_code == 200
    problem(api.post(path, {"title": "B", "project": foreign.pk}), 400, "invalid", "project")
    assert api.get(f"/api/v1/{name}/{foreign.cooperative_id}/tasks/").status_code == 404


def test_lanes(api: APIClient, project: Project, todo: Lane) -> None:
    answer = api.post("/api/v1/lanes/", {"project": project.pk, "name": "Testing", "wip_limit": 3})
    assert (answer.status_code, answer.json()["status"], answer.json()["position"]) == (201, "testing", 4)
    lane = answer.json()["id"]
    assert [row["name"] for row in api.get(f"/api/v1/lanes/?project={project.pk}").json()["results"]][-1] == "Testing"
    changed = api.patch(f"/api/v1/lanes/{lane}/", {"position": 0, "wip_limit": None, "version": 1}, format="json").json()
    assert (changed["position"], changed["wip_limit"], changed["version"]) == (0, None, 2)
    problem(api.patch(f"/api/v1/lanes/{lane}/", {"name": "T"}), 428, "version_required")
    problem(api.patch(f"/api/v1/lanes/{lane}/", {"wip_limit": 0, "version": 2}), 400, "invalid", "wip_limit")
    problem(api.post("/api/v1/lanes/", {"project": 99999, "name": "T"}), 400, "invalid", "project")
    assert api.put(f"/api/v1/lanes/{lane}/", {"project": project.pk, "name": "T", "version": 2}).json()["name"] == "T"


def test_the_whole_board_in_one_answer(
    api: APIClient, actor: Actor, project: Project, todo: Lane, yusuf_member: Membership
) -> None:
    a, b, c = add(actor, todo, "A", "B", "C", assignees=[yusuf_member])
    change_task(actor, b, version=1, archived=True)
    body = api.get(f"/api/v1/projects/{project.pk}/board/").json()
    assert body["project"]["id"] == project.pk
    assert [lane["status"] for lane in body["lanes"]] == ["todo", "in_progress", "review", "done"]
    assert body["lanes"][0]["tasks"] == [
        {
            "id": card.pk,
            "number": card.number,
            "title": card.title,
            "due_date": None,
            "version": 1,
            "kind": "task",
            "priority": 3,
            "labels": [],
            "assigned_to": str(yusuf_member.user.public_id),
            "assigned_name": "Yusuf Demir",
            "assignees": [str(yusuf_member.user.public_id)],
        }
        for card in (a, c)
    ]


@pytest.mark.parametrize("count", [10, 500])
def test_the_board_costs_the_same_for_any_number_of_cards(api: APIClient, project: Project, todo: Lane, count: int) -> None:
    fill(todo, count)
    with CaptureQueriesContext(connection) as caught:
        body = api.get(f"/api/v1/projects/{project.pk}/board/").json()
    assert len(body["lanes"][0]["tasks"]) == count
    assert len([query for query in caught if "tasks_" in query["sql"]]) == 2


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("path", ["tasks", "projects", "lanes"])
def test_lists_cost_the_same_for_any_number_of_rows(
    api: APIClient, actor: Actor, linden: Cooperative, todo: Lane, yusuf_member: Membership, path: str, count: int
) -> None:
    add(actor, todo, *"ABC"[:count], assignees=[yusuf_member])
    for number in range(count - 1):
        create_project(actor, linden, name=f"P{number}")
    with CaptureQueriesContext(connection) as caught:
        assert api.get(f"/api/v1/{path}/").status_code == 200
    assert len([query for query in caught if "tasks_" in query["sql"]]) == 2


def test_observers_read_and_write_nothing(actor: Actor, project: Project, todo: Lane, hassan: User, client_of: Any) -> None:
    (a,) = add(actor, todo, "A")
    api = client_of(hassan)
    assert api.get(TASKS).json()["count"] == 1
    assert api.get(f"/api/v1/projects/{project.pk}/board/").status_code == 200
    problem(api.post("/api/v1/projects/", {"name": "X", "organization": project.cooperative_id}), 403, "forbidden")
    problem(api.post(TASKS, {"title": "X", "project": project.pk}), 403, "forbidden")
    problem(api.patch(f"{TASKS}{a.pk}/", {"title": "X", "version": 1}), 403, "permission_denied")
    problem(api.post(f"{TASKS}{a.pk}/move/", {"version": 1}), 403, "permission_denied")
    problem(api.post(f"{TASKS}reorder/", {"lane": todo.pk, "order": [a.pk]}, format="json"), 403, "forbidden")
    problem(api.patch(f"/api/v1/lanes/{todo.pk}/", {"name": "X", "version": 1}), 403, "permission_denied")
    problem(api.post("/api/v1/lanes/", {"project": project.pk, "name": "X"}), 403, "forbidden")


def test_visitors_are_asked_to_sign_in(project: Project) -> None:
    for path in (
        "tasks",
        "issues",
        "projects",
        "lanes",
        f"projects/{project.pk}/board",
        f"chamas/{project.cooperative_id}/tasks",
    ):
        assert APIClient().get(f"/api/v1/{path}/").status_code == 401


def test_nothing_is_deleted(api: APIClient, actor: Actor, project: Project, todo: Lane) -> None:
    (a,) = add(actor, todo, "A")
    for path in (f"tasks/{a.pk}", f"projects/{project.pk}", f"lanes/{todo.pk}"):
        problem(api.delete(f"/api/v1/{path}/"), 405, "method_not_allowed")
