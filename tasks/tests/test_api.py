"""The API of projects, lanes and tasks."""

import json
import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import User
from tasks.actions import create_project
from tasks.models import Lane, Project, Task

from .boards import add, problem, titles

TASKS = "/api/v1/tasks/"


def test_a_project_is_made_under_either_word(api: APIClient, linden: Cooperative, marta: User) -> None:
    answer = api.post("/api/v1/projects/", {"name": "Garden", "description": "Green", "organization": linden.pk})
    assert answer.status_code == 201
    body = answer.json()
    assert (body["name"], body["organization"], body["cooperative"], body["key"]) == ("Garden", linden.pk, linden.pk, "GARD")
    assert (body["created_by"], body["version"], body["archived"]) == (str(marta.public_id), 1, False)
    assert answer["ETag"] == '"1"'
    assert api.post("/api/v1/projects/", {"name": "Yard", "cooperative": linden.pk}).status_code == 201
    assert [row["name"] for row in api.get("/api/v1/projects/").json()["results"]] == ["Garden", "House committee", "Yard"]
    assert api.get("/api/v1/projects/?ordering=-name").json()["results"][0]["name"] == "Yard"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "X"}, "organization"),
        ({"name": "X", "organization": 99999}, "organization"),
        ({"name": "X", "organization": "x"}, "organization"),
        ({"name": "X", "organization": True}, "organization"),
        ({"name": "X", "organization": 10**30}, "organization"),
        ({"name": "X", "colour": "red"}, "colour"),
        ({"organization": 1}, "name"),
        ({"name": ["X"], "organization": 1}, "name"),
        ({"name": "x" * 10_000, "organization": 1}, "name"),
        ({"name": "a\x00b", "organization": 1}, "name"),
    ],
)
def test_a_wrong_project_names_its_field(api: APIClient, body: dict[str, Any], field: str) -> None:
    problem(api.post("/api/v1/projects/", body, format="json"), 400, "invalid", field)
    assert Project.objects.count() == 1


def test_a_foreign_cooperative_is_as_unknown_as_none(api: APIClient, foreign: Project) -> None:
    other = api.post("/api/v1/projects/", {"name": "X", "organization": foreign.cooperative_id}).json()
    none = api.post("/api/v1/projects/", {"name": "X", "organization": 99999}).json()
    assert str(other["errors"]).replace(str(foreign.cooperative_id), "99999") == str(none["errors"])


def test_a_project_changes_by_version(api: APIClient, project: Project) -> None:
    path = f"/api/v1/projects/{project.pk}/"
    problem(api.patch(path, {"name": "Houses"}), 428, "version_required")
    assert api.patch(path, {"name": "Houses", "version": 1}).json()["version"] == 2
    problem(api.patch(path, {"name": "Home", "version": 1}), 409, "stale")
    stale = api.patch(path, {"name": "Home"}, headers={"If-Match": '"1"'})
    problem(stale, 412, "stale")
    assert stale.json()["current"]["name"] == "Houses"
    assert api.put(path, {"name": "Home"}, headers={"If-Match": '"2"'}).json()["name"] == "Home"
    problem(api.put(path, {"version": 3}), 400, "invalid", "name")
    assert api.patch(path, {"archived": True, "version": 3}).json()["archived"] is True
    assert api.get("/api/v1/projects/").json()["count"] == 0
    assert api.get("/api/v1/projects/?archived=true").json()["count"] == 1
    assert api.get(path).status_code == 200


@pytest.mark.parametrize("word", ["tasks", "issues"])
def test_a_task_is_made_under_either_word(api: APIClient, project: Project, marta: User, yusuf: User, word: str) -> None:
    answer = api.post(
        f"/api/v1/{word}/",
        {
            "title": "Roof",
            "description": "Both",
            "project": project.pk,
            "status": "review",
            "assigned_to": str(yusuf.public_id),
            "due_date": "2027-01-31",
        },
        format="json",
    )
    assert answer.status_code == 201, answer.content
    body = answer.json()
    lane = Lane.objects.get(status="review")
    assert {
        key: body[key]
        for key in (
            "title",
            "description",
            "status",
            "lane",
            "project",
            "created_by",
            "assigned_to",
            "due_date",
            "number",
            "version",
        )
    } == {
        "title": "Roof",
        "description": "Both",
        "status": "review",
        "lane": lane.pk,
        "project": project.pk,
        "created_by": str(marta.public_id),
        "assigned_to": str(yusuf.public_id),
        "due_date": "2027-01-31",
        "number": 1,
        "version": 1,
    }
    assert api.get(f"/api/v1/{word}/{body['id']}/").json() == body


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "x" * 10_000}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": 7.5, "project": "x"}, "project"),
        ({"title": "A", "project": 99999}, "project"),
        ({"title": "A", "project": None}, "project"),
        ({"title": "A", "status": "nowhere"}, "status"),
        ({"title": "A", "lane": 99999}, "lane"),
        ({"title": "A", "assigned_to": "x"}, "assigned_to"),
        ({"title": "A", "assigned_to": str(uuid.uuid4())}, "assigned_to"),
        ({"title": "A", "due_date": "31.01.2027"}, "due_date"),
        ({"title": "A", "due_date": "2027-02-30"}, "due_date"),
        ({"title": "A", "description": "x" * 20_001}, "description"),
        ({"title": "A", "rank": 3}, "rank"),
        ({"title": "A", "labels": ["x"]}, "labels"),
        ({"title": {"a": 1}}, "title"),
    ],
)
def test_a_wrong_task_names_its_field_and_writes_nothing(
    api: APIClient, project: Project, body: dict[str, Any], field: str
) -> None:
    problem(api.post(TASKS, {"project": project.pk, **body}, format="json"), 400, "invalid", field)
    assert Task.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"x"', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b'{"title": "' + b"x" * 3_000_000 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_is_none(api: APIClient, body: bytes, kind: str, status: int) -> None:
    answer = api.generic("POST", TASKS, body, content_type=kind)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_half_a_character_is_no_text(api: APIClient, project: Project) -> None:
    body = json.dumps({"title": "\ud800", "project": project.pk})
    answer = api.generic("POST", TASKS, body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert Task.objects.count() == 0


def test_lane_and_status_must_agree(api: APIClient, project: Project, todo: Lane, doing: Lane) -> None:
    body = {"title": "A", "project": project.pk, "lane": todo.pk}
    problem(api.post(TASKS, {**body, "status": "done"}), 400, "invalid", "status")
    assert api.post(TASKS, {**body, "status": "todo"}).status_code == 201


def test_ids_of_others_are_as_unknown_as_none(api: APIClient, foreign: Project, project: Project) -> None:
    with enter([foreign.cooperative_id]):
        task, lane = Task.objects.get(project=foreign), Lane.objects.filter(project=foreign)[0]
    for path in (
        f"projects/{foreign.pk}/",
        f"projects/{foreign.pk}/board/",
        f"lanes/{lane.pk}/",
        f"tasks/{task.pk}/",
        f"issues/{task.pk}/",
        f"chamas/{foreign.cooperative_id}/tasks/",
    ):
        unknown = path.replace(f"/{path.split('/')[1]}/", "/987654/")
        theirs, none = api.get(f"/api/v1/{path}"), api.get(f"/api/v1/{unknown}")
        assert (theirs.status_code, theirs.content) == (404, none.content), path
    theirs = api.post(TASKS, {"title": "A", "project": foreign.pk}).json()["errors"]
    none = api.post(TASKS, {"title": "A", "project": 987654}).json()["errors"]
    assert str(theirs).replace(str(foreign.pk), "987654") == str(none)
    assert api.patch(f"{TASKS}{task.pk}/", {"title": "A", "version": 1}).status_code == 404
    problem(api.post(TASKS, {"title": "A", "project": project.pk, "lane": lane.pk}), 400, "invalid", "lane")
    for query in (f"project={foreign.pk}", f"lane={lane.pk}"):
        assert api.get(f"{TASKS}?{query}").json()["count"] == 0


@pytest.mark.parametrize("path", ["0", "999999999999999999", "-1", "x", "1e3", "9" * 30])
def test_odd_ids_are_not_found(api: APIClient, path: str) -> None:
    for name in ("tasks", "projects", "lanes"):
        assert api.get(f"/api/v1/{name}/{path}/").status_code == 404


def test_a_status_moves_to_the_bottom_of_its_lane(api: APIClient, actor: Actor, todo: Lane, doing: Lane) -> None:
    (a,) = add(actor, todo, "A")
    add(actor, doing, "X")
    body = api.patch(f"{TASKS}{a.pk}/", {"status": "in_progress", "version": 1}).json()
    assert (body["status"], body["version"]) == ("in_progress", 2)
    assert titles(doing) == ["X", "A"]
    assert api.patch(f"{TASKS}{a.pk}/", {"status": "in_progress", "version": 2}).json()["version"] == 2


def test_put_and_patch_need_a_version(api: APIClient, actor: Actor, project: Project, todo: Lane) -> None:
    (a,) = add(actor, todo, "A")
    path = f"{TASKS}{a.pk}/"
    problem(api.patch(path, {"title": "B"}), 428, "version_required")
    problem(api.put(path, {"title": "B", "project": project.pk}), 428, "version_required")
    stale = api.patch(path, {"title": "B", "version": 9})
    problem(stale, 409, "stale")
    assert (stale.json()["current"]["title"], stale.json()["current"]["version"]) == ("A", 1)
    problem(api.patch(path, {"title": "B"}, headers={"If-Match": '"9"'}), 412, "stale")
    problem(api.patch(path, {"title": "B"}, headers={"If-Match": "nonsense"}), 412, "stale")
    answer = api.put(path, {"title": "B", "project": project.pk}, headers={"If-Match": '"1"'})
    assert (answer.json()["title"], answer["ETag"]) == ("B", '"2"')
    problem(api.put(path, {"project": project.pk, "version": 2}), 400, "invalid", "title")
    other = create_project(actor, project.cooperative, name="Garden")
    problem(api.put(path, {"title": "C", "project": other.pk, "version": 2}), 400, "invalid", "project")
    assert api.patch(path, {"archived": True, "version": 2}).json()["archived"] is True
    problem(api.patch(path, {"title": "C", "version": 3}), 422, "task_archived")
    assert api.get(TASKS).json()["count"] == 0
    assert api.get(f"{TASKS}?archived=true").json()["count"] == 1


def test_assigning_and_unassigning(api: APIClient, actor: Actor, todo: Lane, yusuf: User, outsider: User) -> None:
    (a,) = add(actor, todo, "A")
    path = f"{TASKS}{a.pk}/"
    assert api.patch(path, {"assigned_to": str(yusuf.public_id), "version": 1}, format="json").json()["assigned_to"] == str(
        yusuf.public_id
    )
    assert api.patch(path, {"assigned_to": None, "version": 2}, format="json").json()["assigned_to"] is None
    problem(api.patch(path, {"assigned_to": str(outsider.public_id), "version": 3}, format="json"), 400, "invalid", "assigned_to")
