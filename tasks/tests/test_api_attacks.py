"""What a careless or hostile program sends: a clear no that names the field, and nothing written."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership, User
from tasks.actions import change_project, change_task
from tasks.models import Lane, Project, Task

from .boards import add, fill, problem

API = "/api/v1"
HUGE = "9" * 30
LONG = '"' + "x" * 30_000 + '"'

# JSON as it is sent: the test client would not write some of it.
NO_KEYS = ["null", "true", "1.5", "-1", "0", "[1]", "{}", '"x"', '"1.5"', '""', '"²"', HUGE, f'"{HUGE}"', '"\\u202e1"']
NO_TEXTS = ["null", "true", "[]", '["a"]', '{"a": 1}', '""', '"   "', '"\\n"', '"a\\u0000b"', LONG]
NO_DAYS = ['"0000-00-00"', '"2026-02-30"', '"10000-01-01"', '"1"', "20260101", "true", "[]", '""', '"2026-01-01T00:00:00Z"']
NO_NUMBERS = ['"x"', "1.5", "-1", "true", "[]", "{}", HUGE, '"1e5"', '""']
NO_BOOLEANS = ["null", '"maybe"', "2", "[]", "{}", '""']
NO_USERS = ["0.5", '"x"', "[]", "{}", "true", '""', '"00000000-0000-0000-0000-000000000000"']
NO_JSON = ["1e999", "-1E400", "NaN", "Infinity", '"\\ud800"', "9" * 5000, "01", "'a'", "[1,]"]

FIELDS = {
    ("post", "tasks/"): {"title": NO_TEXTS, "project": NO_KEYS, "lane": NO_KEYS, "due_date": NO_DAYS, "assigned_to": NO_USERS},
    ("patch", "issues/{task}/"): {"title": NO_TEXTS, "lane": NO_KEYS, "due_date": NO_DAYS, "archived": NO_BOOLEANS},
    ("post", "tasks/{task}/move/"): {"lane": NO_KEYS, "after": [*NO_NUMBERS, "0"], "before": [*NO_NUMBERS, "0"]},
    ("post", "tasks/reorder/"): {"lane": NO_KEYS, "order": ["null", "true", "{}", '"1"', "[]", "[1.5]", '["x"]', "[[1]]", "[0]"]},
    ("post", "lanes/"): {"project": NO_KEYS, "name": NO_TEXTS, "wip_limit": [*NO_NUMBERS, "0", "10001"], "is_done": NO_BOOLEANS},
    ("patch", "lanes/{lane}/"): {"name": NO_TEXTS, "position": [*NO_NUMBERS, "1001", "null"], "version": [*NO_NUMBERS, "0"]},
    ("post", "projects/"): {
        "name": NO_TEXTS,
        "organization": NO_KEYS,
        "cooperative": NO_KEYS,
        "key": [*NO_TEXTS, '"a-b"', '"é"'],
    },
    ("patch", "projects/{project}/"): {"name": NO_TEXTS, "archived": NO_BOOLEANS},
    ("post", "chamas/{cooperative}/tasks/"): {"title": NO_TEXTS, "project": NO_KEYS},
}


@pytest.fixture
def good(api: APIClient, actor: Actor, project: Project, todo: Lane) -> dict[str, Any]:
    """What would be right, and where."""
    first, second = add(actor, todo, "First", "Second")
    return {
        "task": first.pk,
        "order": f"[{second.pk}, {first.pk}]",
        "lane": todo.pk,
        "project": project.pk,
        "cooperative": project.cooperative_id,
        "title": '"Third"',
        "name": '"Fourth"',
        "version": 1,
    }


NEEDED = {
    "tasks/": ("title", "project"),
    "tasks/reorder/": ("lane", "order"),
    "lanes/": ("project", "name"),
    "projects/": ("name", "cooperative"),
    "chamas/{cooperative}/tasks/": ("title", "project"),
}


def body_with(good: dict[str, Any], path: str, field: str, value: str) -> bytes:
    """What the address needs, with one field gone wrong."""
    parts = {name: good[name] for name in NEEDED.get(path, ("version",))}
    if field == "organization":
        parts.pop("cooperative", None)
    parts[field] = value
    return ("{" + ", ".join(f'"{name}": {said}' for name, said in parts.items()) + "}").encode()


def state() -> list[Any]:
    """All that a write could have changed."""
    return [
        list(model.objects.order_by("pk").values()) for model in (Project, Lane, Task)
    ] + [Event.objects.count()]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), FIELDS)
def test_a_wrong_value_names_its_field_and_writes_nothing(api: APIClient, good: dict[str, Any], method: str, path: str) -> None:
    before = state()
    for field, values in FIELDS[method, path].items():
        for bad in values:
            body = body_with(good, path, field, bad)
            answer = api.generic(method.upper(), f"{API}/{path.format(**good)}", body, content_type="application/json")
            assert (answer.status_code, field in answer.json().get("errors", {})) == (400, True), (field, bad, answer.content)
    assert state() == before


@pytest.mark.parametrize("bad", NO_JSON)
def test_what_is_no_json_is_said_so(api: APIClient, good: dict[str, Any], bad: str) -> None:
    before = state()
    for path, field in (("tasks/", "project"), ("tasks/", "title"), ("lanes/", "project"), ("tasks/reorder/", "lane")):
        answer = api.generic("POST", f"{API}/{path}", body_with(good, path, field, bad), content_type="application/json")
        problem(answer, 400, "parse_error")
    assert state() == before


@pytest.mark.parametrize(
    "header", ["", "*", "1", '"x"', '"-1"', '"1', '"1", "2"', '"99999999999999999999"', '"²"', 'W/"2"', "\u00e9", '""']
)
def test_an_odd_if_match_is_stale_and_says_what_is_there(api: APIClient, good: dict[str, Any], header: str) -> None:
    answer = api.patch(f"{API}/tasks/{good['task']}/", {"title": "Mine"}, headers={"If-Match": header})
    problem(answer, 412, "stale")
    assert answer.json()["current"]["title"] == "First"


def test_the_header_wins_over_the_body(api: APIClient, good: dict[str, Any]) -> None:
    path = f"{API}/tasks/{good['task']}/"
    assert api.patch(path, {"title": "Mine", "version": 1}, headers={"If-Match": '"7"'}).status_code == 412
    answer = api.patch(path, {"title": "Mine", "version": 7}, headers={"If-Match": 'W/"1"'})
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')


def test_of_a_key_that_is_sent_twice_the_last_counts(api: APIClient, good: dict[str, Any]) -> None:
    body = f'{{"project": {good["project"]}, "title": "One", "title": "Two"}}'
    assert api.generic("POST", f"{API}/tasks/", body, content_type="application/json").json()["title"] == "Two"


@pytest.mark.parametrize("order", ["title", "-title", "due_date", "-due_date", "title,-due_date"])
def test_pages_of_equal_rows_neither_repeat_nor_lose_one(api: APIClient, todo: Lane, order: str) -> None:
    fill(todo, 25)
    Task.objects.update(title="The same")
    seen: list[int] = []
    for page in range(1, 6):
        answer = api.get(f"{API}/tasks/?ordering={order}&page_size=5&page={page}").json()
        seen += [row["id"] for row in answer["results"]]
    assert seen == sorted(seen)
    assert len(set(seen)) == 25


def test_an_archived_project_is_there_to_be_read(api: APIClient, actor: Actor, good: dict[str, Any], project: Project) -> None:
    change_project(actor, project, version=1, archived=True)
    before = state()
    lane, task = f"{API}/lanes/{good['lane']}/", f"{API}/tasks/{good['task']}/"
    for answer in (
        api.patch(task, {"title": "Mine", "version": 1}),
        api.patch(task, {"archived": True, "version": 1}),
        api.post(f"{task}move/", {"version": 1}),
        api.post(f"{API}/tasks/reorder/", {"lane": good["lane"], "order": [good["task"] + 1, good["task"]]}),
        api.patch(lane, {"name": "Mine", "version": 1}),
        api.post(f"{API}/lanes/", {"project": project.pk, "name": "New"}),
        api.post(f"{API}/tasks/", {"project": project.pk, "title": "New"}),
    ):
        problem(answer, 422, "project_archived")
    assert state() == before
    assert api.get(task).status_code == api.get(lane).status_code == 200
    assert api.patch(f"{API}/projects/{project.pk}/", {"archived": False, "version": 2}).status_code == 200
    assert api.patch(task, {"title": "Mine", "version": 1}).status_code == 200


def test_an_archived_card_is_not_edited_under_cover_of_archiving_it(api: APIClient, actor: Actor, good: dict[str, Any]) -> None:
    card = change_task(actor, Task.objects.get(pk=good["task"]), version=1, archived=True)
    path = f"{API}/tasks/{card.pk}/"
    problem(api.patch(path, {"title": "Mine", "archived": True, "version": 2}), 422, "task_archived")
    assert Task.objects.get(pk=card.pk).title == "First"
    assert api.patch(path, {"title": "First", "archived": True, "version": 2}).json()["version"] == 2  # says nothing new
    restored = api.patch(path, {"title": "Mine", "archived": False, "version": 2}).json()
    assert (restored["title"], restored["archived"], restored["version"]) == ("Mine", False, 3)


@pytest.mark.parametrize("version", ["", "²", "9" * 5000, "-1", "x", "1.5", "\x00", "1e3"])
def test_an_odd_version_on_the_archive_button_changes_nothing(page: Client, good: dict[str, Any], version: str) -> None:
    answer = page.post(f"/c/linden-court/work/tasks/{good['task']}/", {"archived": "yes", "version": version})
    assert answer.status_code in (302, 409)
    assert Task.objects.get(pk=good["task"]).archived_at is None


@pytest.mark.parametrize("model", ["project", "lane", "task"])
def test_the_desk_shows_ones_own_work_alone(page: Client, good: dict[str, Any], foreign: Project, model: str) -> None:
    shown = page.get(f"/admin/tasks/{model}/")
    assert shown.status_code == 200
    assert b"Secret" not in shown.content
    assert b"Hidden" not in shown.content
    assert page.get(f"/admin/tasks/{model}/{good[model]}/change/").status_code == 200
    assert page.post(f"/admin/tasks/{model}/{good[model]}/change/", {"title": "Mine"}).status_code == 403
    with enter([foreign.cooperative_id]):
        theirs = [row.pk for row in (foreign, *Lane.objects.all(), *Task.objects.all()) if row._meta.model_name == model]
    assert [page.get(f"/admin/tasks/{model}/{pk}/change/").status_code for pk in theirs] == [302] * len(theirs)  # unknown
    assert theirs
    assert page.get(f"/admin/tasks/{model}/add/").status_code == 403
    assert page.post(f"/admin/tasks/{model}/{good[model]}/delete/", {"post": "yes"}).status_code == 403


def test_who_has_left_can_neither_read_nor_write(
    api: APIClient, actor: Actor, good: dict[str, Any], yusuf: User, yusuf_member: Membership, client_of: Any
) -> None:
    program = client_of(yusuf)
    assert program.get(f"{API}/tasks/{good['task']}/").status_code == 200
    Membership.objects.filter(pk=yusuf_member.pk).update(left_on=yusuf_member.joined_on)
    assert program.get(f"{API}/tasks/").json()["count"] == 0
    problem(program.get(f"{API}/tasks/{good['task']}/"), 404, "not_found")
    problem(program.patch(f"{API}/tasks/{good['task']}/", {"title": "Mine", "version": 1}), 404, "not_found")
    problem(program.post(f"{API}/tasks/", {"title": "Mine", "project": good["project"]}), 400, "invalid", "project")


@pytest.mark.parametrize(
    ("resource", "field", "value"),
    [
        ("projects", "archived", True), ("projects", "version", 1), ("lanes", "archived", False), ("lanes", "position", 0),
        ("lanes", "version", 1), ("tasks", "archived", True), ("tasks", "version", 1), ("issues", "archived", False),
    ],
)  # fmt: skip
def test_what_only_a_change_may_say_is_no_field_of_what_is_new(
    resource: str, field: str, value: Any, api: APIClient, project: Project, linden: Cooperative
) -> None:
    bodies = {
        "projects": {"name": "Yard", "organization": linden.pk},
        "lanes": {"name": "Blocked", "project": project.pk},
        "tasks": {"title": "Roof", "project": project.pk},
    }
    body = bodies.get(resource, bodies["tasks"])
    refused = api.post(f"/api/v1/{resource}/", {**body, field: value}, format="json")
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == [field]
    assert "There is no such field" in refused.json()["detail"]
    assert api.post(f"/api/v1/{resource}/", body, format="json").status_code == 201
