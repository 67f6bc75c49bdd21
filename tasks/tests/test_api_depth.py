"""The API of what hangs on tasks: labels, comments, checklists, steps, relations, watchers, people of projects, bulk."""

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
from tasks.actions import (
    add_comment,
    change_project,
    change_task,
    create_checklist,
    create_label,
    relate_tasks,
    take_in,
    watch_task,
)
from tasks.models import CheckItem, Checklist, Comment, Label, Lane, Project, ProjectMember, Relation, Task

from .boards import add, problem, titles

API = "/api/v1/"
TASKS = f"{API}tasks/"


def results(api: APIClient, path: str) -> list[Any]:
    """The rows of a list."""
    answer = api.get(f"{API}{path}")
    assert answer.status_code == 200, answer.content
    rows: list[Any] = answer.json()["results"]
    return rows


def send(api: APIClient, method: str, path: str, body: Any = None, version: int | None = None) -> Any:
    """Send JSON, with the version that was seen as If-Match."""
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return getattr(api, method)(f"{API}{path}", body or {}, format="json", headers=headers)


def test_a_task_says_and_takes_all_its_facts(api: APIClient, actor: Actor, project: Project, task: Task) -> None:
    label = create_label(actor, project, name="Garden")
    facts = {
        "kind": "duty", "priority": 1, "start_date": "2027-02-01", "due_date": "2027-02-05", "estimate": 90, "points": 5,
        "labels": [label.pk], "parent": task.pk,
    }  # fmt: skip
    made = send(api, "post", "tasks/", {"title": "Hedge", "project": project.pk, **facts})
    assert made.status_code == 201 and {key: made.json()[key] for key in facts} == facts
    other = {"kind": "task", "priority": 4, "start_date": None, "estimate": None, "points": None, "labels": [], "parent": None}
    changed = send(api, "patch", f"tasks/{made.json()['id']}/", other, version=1)
    assert {key: changed.json()[key] for key in other} == other and changed["ETag"] == '"2"'
    whole = {"title": "Hedge", "project": project.pk, **facts}
    assert send(api, "put", f"issues/{made.json()['id']}/", whole, version=2).json()["points"] == 5


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "feast"), ("priority", 9), ("priority", "x"), ("start_date", "soon"), ("estimate", 0), ("estimate", "1 h"),
     ("points", -1), ("points", 1.5), ("labels", [77_777]), ("labels", "x"), ("labels", list(range(1, 22))), ("parent", 77_777)],
)  # fmt: skip
def test_a_wrong_fact_is_named(api: APIClient, project: Project, field: str, value: Any) -> None:
    problem(send(api, "post", "tasks/", {"title": "Hedge", "project": project.pk, field: value}), 400, "invalid", field)


def test_rows_of_others_do_not_exist(api: APIClient, project: Project, foreign: Project, outsider: User) -> None:
    theirs = Actor.of(outsider)
    with enter(theirs.cooperative_ids, theirs.user_id):
        label = create_label(theirs, foreign, name="Secret")
        hidden = Task.objects.get(title="Hidden")
        steps = create_checklist(theirs, hidden, name="S", steps=["x"])
        said = add_comment(theirs, hidden, text="Secret")
        step = CheckItem.objects.get()
    for field, key in (("labels", [label.pk]), ("parent", hidden.pk)):
        body = {"title": "Hedge", "project": project.pk}
        unknown = send(api, "post", "tasks/", {**body, field: [77_777] if field == "labels" else 77_777})
        found = send(api, "post", "tasks/", {**body, field: key})
        assert found.status_code == 400 and found.content == unknown.content.replace(b"77777", str(hidden.pk).encode())
    rows = {"labels": label, "comments": said, "checklists": steps, "steps": step, f"projects/{foreign.pk}/people": None}
    for path, row in rows.items():
        pk = row.pk if row else 1
        assert api.get(f"{API}{path}/{pk}/").status_code == 404
        assert send(api, "delete", f"{path}/{pk}/", version=1).status_code == 404
    assert results(api, "labels/") == results(api, "comments/") == results(api, "steps/") == []


# --- Labels -----------------------------------------------------------------------------------------------------------


def test_labels_come_change_and_go(api: APIClient, actor: Actor, project: Project, todo: Lane) -> None:
    made = send(api, "post", "labels/", {"project": project.pk, "name": "Garden", "colour": "green"})
    assert made.status_code == 201
    pk = made.json()["id"]
    assert made.json() == {"id": pk, "project": project.pk, "name": "Garden", "colour": "green", "version": 1}
    (task,) = add(actor, todo, "Hedge", labels=[Label.objects.get()])
    assert [row["id"] for row in results(api, f"tasks/?label={pk}")] == [task.pk]
    problem(
        send(api, "post", "labels/", {"project": project.pk, "name": "garden", "colour": "green"}), 409, "label_taken", "name"
    )
    assert send(api, "patch", f"labels/{pk}/", {"colour": "teal"}, version=1).json()["colour"] == "teal"
    problem(send(api, "patch", f"labels/{pk}/", {"name": "x"}), 428, "version_required")
    stale = send(api, "delete", f"labels/{pk}/", version=1)
    assert stale.status_code == 412 and stale.json()["current"]["version"] == 2
    assert send(api, "delete", f"labels/{pk}/", version=2).status_code == 204
    assert results(api, f"labels/?project={project.pk}") == []


# --- Comments ---------------------------------------------------------------------------------------------------------


def test_comments_are_said_changed_and_taken_back(api: APIClient, task: Task, marta: User) -> None:
    made = send(api, "post", "comments/", {"task": task.pk, "text": "It **leaks**"})
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["author"], body["author_name"], body["text"]) == (str(marta.public_id), "Marta Lindqvist", "It **leaks**")
    path = f"comments/{body['id']}/"
    changed = send(api, "patch", path, {"text": "It leaks"}, version=1).json()
    assert changed["text"] == "It leaks" and changed["edited_at"] and changed["version"] == 2
    gone = send(api, "delete", path, {}, version=2)
    assert gone.status_code == 200 and (gone.json()["removed"], gone.json()["text"], gone["ETag"]) == (True, "", '"3"')
    problem(send(api, "delete", path, {}, version=3), 409, "removed")
    assert [row["removed"] for row in results(api, f"comments/?task={task.pk}")] == [True]


def test_comments_of_others_are_taken_back_with_a_reason(api: APIClient, task: Task, yusuf: User, client_of: Any) -> None:
    theirs = add_comment(Actor.of(yusuf), task, text="Rubbish")
    problem(send(api, "patch", f"comments/{theirs.pk}/", {"text": "x"}, version=1), 403, "permission_denied")
    problem(send(api, "delete", f"comments/{theirs.pk}/", {}, version=1), 400, "reason", "reason")
    assert send(api, "delete", f"comments/{theirs.pk}/", {"reason": "Not kind"}, version=1).status_code == 200
    mine = Comment.objects.create(cooperative=task.cooperative, task=task, text="Hm", created_at=task.created_at)
    problem(send(client_of(yusuf), "delete", f"comments/{mine.pk}/", {"reason": "x"}, version=1), 403, "permission_denied")


def test_comments_are_filtered(api: APIClient, actor: Actor, task: Task, todo: Lane, yusuf: User) -> None:
    (other,) = add(actor, todo, "Door")
    add_comment(actor, task, text="A")
    add_comment(Actor.of(yusuf), other, text="B")
    assert [row["text"] for row in results(api, f"comments/?author={yusuf.public_id}")] == ["B"]
    assert [row["text"] for row in results(api, f"comments/?project={task.project_id}")] == ["A", "B"]
    problem(api.get(f"{API}comments/?task=x"), 400, "invalid", "task")


# --- Checklists -------------------------------------------------------------------------------------------------------


def test_a_checklist_is_made_ticked_and_removed(api: APIClient, task: Task, marta: User) -> None:
    made = send(api, "post", "checklists/", {"task": task.pk, "name": "Tools", "steps": ["Rake", "Spade"]})
    assert made.status_code == 201, made.content
    pk, (rake, spade) = made.json()["id"], made.json()["steps"]
    assert [rake["text"], rake["done"], rake["version"]] == ["Rake", False, 1]
    ticked = send(api, "patch", f"steps/{rake['id']}/", {"done": True}, version=1)
    assert ticked.json()["done"] is True and ticked.json()["done_by"] == str(marta.public_id)
    again = send(api, "patch", f"steps/{rake['id']}/", {"done": True}, version=1)
    assert again.status_code == 200 and again.json()["version"] == 2
    assert send(api, "patch", f"steps/{rake['id']}/", {"done": False}, version=1).status_code == 412
    send(api, "patch", f"steps/{spade['id']}/", {"position": 0, "text": "Two spades"}, version=1)
    added = send(api, "post", "steps/", {"checklist": pk, "text": "Gloves"}).json()
    shown = api.get(f"{API}checklists/{pk}/").json()
    assert [step["text"] for step in shown["steps"]] == ["Two spades", "Rake", "Gloves"]
    assert [row["text"] for row in results(api, f"steps/?task={task.pk}&done=true")] == ["Rake"]
    assert [row["text"] for row in results(api, f"steps/?checklist={pk}&done=false")] == ["Two spades", "Gloves"]
    assert send(api, "delete", f"steps/{added['id']}/", version=1).status_code == 204
    assert send(api, "patch", f"checklists/{pk}/", {"name": "All tools"}, version=1).json()["name"] == "All tools"
    assert send(api, "delete", f"checklists/{pk}/", version=2).status_code == 204
    assert not CheckItem.objects.exists() and Task.objects.get(pk=task.pk).version == 1


def test_parts_stay_where_they_are(api: APIClient, actor: Actor, task: Task, todo: Lane) -> None:
    (other,) = add(actor, todo, "Other")
    tools, food = (create_checklist(actor, task, name=name, steps=["x"]) for name in ("Tools", "Food"))
    step = CheckItem.objects.get(checklist=tools)
    said = add_comment(actor, task, text="Hm")
    problem(send(api, "put", f"checklists/{tools.pk}/", {"task": other.pk, "name": "T"}, version=1), 400, "invalid", "task")
    problem(send(api, "put", f"steps/{step.pk}/", {"checklist": food.pk, "text": "x"}, version=1), 400, "invalid", "checklist")
    problem(send(api, "put", f"comments/{said.pk}/", {"task": other.pk, "text": "x"}, version=1), 400, "invalid", "task")
    assert send(api, "put", f"comments/{said.pk}/", {"task": task.pk, "text": "x"}, version=1).status_code == 200


# --- Relations and watchers -------------------------------------------------------------------------------------------


def test_tasks_are_related_and_rings_refused(api: APIClient, actor: Actor, task: Task, todo: Lane) -> None:
    (door,) = add(actor, todo, "Door")
    made = send(api, "post", "relations/", {"task": door.pk, "kind": "blocked_by", "other": task.pk})
    assert made.status_code == 201 and made.json() == {
        "id": made.json()["id"],
        "task": task.pk,
        "kind": "blocks",
        "other": door.pk,
    }
    problem(send(api, "post", "relations/", {"task": door.pk, "kind": "blocks", "other": task.pk}), 422, "ring", "other")
    problem(send(api, "post", "relations/", {"task": door.pk, "kind": "likes", "other": task.pk}), 400, "invalid", "kind")
    for pk in (task.pk, door.pk):
        assert len(results(api, f"relations/?task={pk}&kind=blocks")) == 1
    assert results(api, f"relations/?task={task.pk}&kind=relates") == []
    assert send(api, "delete", f"relations/{made.json()['id']}/").status_code == 204
    assert send(api, "delete", f"relations/{made.json()['id']}/").status_code == 404


def test_who_watches_and_what_they_watch(
    api: APIClient, actor: Actor, task: Task, marta: User, hassan: User, client_of: Any
) -> None:
    watch = f"tasks/{task.pk}/watch/"
    assert api.get(f"{API}{watch}").json() == {"watching": True, "watchers": [str(marta.public_id)]}
    theirs = client_of(hassan)
    assert send(theirs, "post", watch, {"watching": True}).json()["watching"] is True
    assert [row["id"] for row in results(api, f"tasks/?watcher={hassan.public_id}")] == [task.pk]
    assert send(theirs, "post", watch, {"watching": False}).json() == {"watching": False, "watchers": [str(marta.public_id)]}
    problem(send(theirs, "post", watch, {}), 400, "invalid", "watching")


# --- People of projects -----------------------------------------------------------------------------------------------


def test_people_come_lead_and_go(api: APIClient, project: Project, yusuf: User, outsider: User, client_of: Any) -> None:
    path = f"projects/{project.pk}/people/"
    made = send(api, "post", path, {"user": str(yusuf.public_id)})
    assert made.status_code == 201 and (made.json()["name"], made.json()["is_lead"]) == ("Yusuf Demir", False)
    assert send(api, "post", path, {"user": str(yusuf.public_id), "is_lead": True}).json()["is_lead"] is True
    assert [row["name"] for row in results(api, path)] == ["Marta Lindqvist", "Yusuf Demir"]
    problem(send(api, "post", path, {"user": str(outsider.public_id)}), 400, "invalid", "user")
    problem(send(api, "post", path, {"user": None}), 400, "invalid", "user")
    assert send(client_of(yusuf), "delete", f"{path}{made.json()['id']}/").status_code == 204
    assert send(api, "delete", f"{path}{made.json()['id']}/").status_code == 404
    problem(send(client_of(yusuf), "post", path, {"user": str(yusuf.public_id)}), 403, "forbidden")


def test_a_project_is_closed_and_limited(
    api: APIClient, actor: Actor, project: Project, yusuf: User, yusuf_member: Any, client_of: Any
) -> None:
    facts = {"members_only": True, "assignment_limit": 1}
    changed = send(api, "patch", f"projects/{project.pk}/", facts, version=1).json()
    assert {key: changed[key] for key in facts} == facts
    theirs = client_of(yusuf)
    problem(send(theirs, "post", "tasks/", {"title": "x", "project": project.pk}), 403, "forbidden")
    assert theirs.get(f"{API}projects/{project.pk}/").status_code == 200
    take_in(actor, project, member=yusuf_member)
    body = {"title": "x", "project": project.pk, "assignees": [str(yusuf.public_id)]}
    assert send(theirs, "post", "tasks/", body).status_code == 201
    problem(send(theirs, "post", "tasks/", body), 409, "assignment_limit", "assignees")


def test_observers_are_given_nothing(api: APIClient, project: Project, hassan: User) -> None:
    body = {"title": "x", "project": project.pk, "assignees": [str(hassan.public_id)]}
    problem(send(api, "post", "tasks/", body), 422, "cannot_work_here", "assignees")


# --- Bulk -------------------------------------------------------------------------------------------------------------


def test_many_are_changed_at_once(api: APIClient, actor: Actor, project: Project, todo: Lane, doing: Lane, yusuf: User) -> None:
    a, b, c = add(actor, todo, *"ABC")
    label = create_label(actor, project, name="Garden")
    body = {
        "tasks": [c.pk, a.pk, a.pk], "lane": doing.pk, "assignees": [str(yusuf.public_id)], "add_labels": [label.pk],
        "priority": 2, "due_date": "2027-01-31",
    }  # fmt: skip
    answer = send(api, "post", "tasks/bulk/", body)
    assert answer.status_code == 200 and answer.json() == {"tasks": [a.pk, c.pk]}
    row = Task.objects.get(pk=c.pk)
    assert (row.lane, row.tags, row.priority, row.due_date) == (doing, [label], 2, date(2027, 1, 31))
    assert [str(member) for member in row.people] == ["Yusuf Demir"]
    assert send(api, "post", "issues/bulk/", {"tasks": [a.pk, b.pk], "archived": True}).status_code == 200
    assert Task.objects.open().count() == 1


def test_a_bulk_change_of_what_was_seen_stops_at_what_has_changed_since(api: APIClient, actor: Actor, todo: Lane) -> None:
    a, b = add(actor, todo, *"AB")
    change_task(actor, b, version=1, title="Bee")
    body: dict[str, Any] = {"tasks": [a.pk, b.pk], "priority": 1}
    late = send(api, "post", "tasks/bulk/", {**body, "versions": {a.pk: 1, b.pk: 1}})
    problem(late, 409, "stale")
    assert late.json()["task"] == b.pk
    for wrong in ({a.pk: 1}, {a.pk: 1, b.pk: 2, 77: 1}, {"x": 1}, {a.pk: 0, b.pk: 2}, [1, 2]):
        problem(send(api, "post", "tasks/bulk/", {**body, "versions": wrong}), 400, "invalid")
    problem(send(api, "post", "tasks/bulk/", {"tasks": [a.pk], "versions": {a.pk: 1}}), 400, "invalid", "tasks")
    assert set(Task.objects.values_list("priority", flat=True)) == {3}
    assert send(api, "post", "tasks/bulk/", {**body, "versions": {a.pk: 1, b.pk: 2}}).status_code == 200
    assert set(Task.objects.values_list("priority", flat=True)) == {1}


def test_a_bulk_change_that_refuses_one_names_it(
    api: APIClient, actor: Actor, todo: Lane, hassan: User, foreign: Project
) -> None:
    a, b = add(actor, todo, "A", "B")
    change_task(actor, b, version=1, archived=True)
    refused = send(api, "post", "tasks/bulk/", {"tasks": [a.pk, b.pk], "priority": 1})
    problem(refused, 422, "task_archived")
    assert refused.json()["task"] == b.pk and "HC-2" in refused.json()["detail"]
    assert Task.objects.get(pk=a.pk).priority == 3
    problem(send(api, "post", "tasks/bulk/", {"tasks": [a.pk, 77_777], "priority": 1}), 400, "invalid", "tasks")
    problem(send(api, "post", "tasks/bulk/", {"tasks": [a.pk]}), 400, "invalid", "tasks")
    problem(send(api, "post", "tasks/bulk/", {"tasks": [], "priority": 1}), 400, "invalid", "tasks")
    problem(send(api, "post", "tasks/bulk/", {"tasks": list(range(1, 202)), "priority": 1}), 400, "invalid", "tasks")


# --- Lists ------------------------------------------------------------------------------------------------------------


def test_tasks_are_filtered_by_their_facts(api: APIClient, actor: Actor, todo: Lane) -> None:
    (whole,) = add(actor, todo, "Whole", priority=1, kind="bug")
    add(actor, todo, "Part", priority=2, parent=whole)
    add(actor, todo, "Low", priority=4, kind="duty")

    def found(query: str) -> list[str]:
        return [row["title"] for row in results(api, f"tasks/?{query}&ordering=number")]

    assert found("priority=1&priority=2") == ["Whole", "Part"]
    assert found("kind=duty") == ["Low"] and found(f"parent={whole.pk}") == ["Part"]
    assert [row["title"] for row in results(api, "tasks/?ordering=-priority")] == ["Low", "Part", "Whole"]
    for query in ("priority=9", "kind=x", "label=x", "watcher=x", "parent=0"):
        problem(api.get(f"{TASKS}?{query}"), 400, "invalid", query.split("=")[0])


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "statements"), [("tasks", 2), ("labels", 2), ("comments", 2), ("checklists", 3), ("steps", 2), ("relations", 2)]
)
def test_lists_cost_the_same_for_any_number_of_rows(
    api: APIClient,
    actor: Actor,
    project: Project,
    todo: Lane,
    task: Task,
    yusuf_member: Membership,
    path: str,
    statements: int,
    count: int,
) -> None:
    for number in range(count):
        label = create_label(actor, project, name=f"L{number}")
        (other,) = add(actor, todo, f"T{number}", labels=[label], assignees=[yusuf_member])
        add_comment(actor, other, text="Hm")
        create_checklist(actor, other, name="C", steps=["a", "b"])
        relate_tasks(actor, task, kind="blocks", other=other)
    with CaptureQueriesContext(connection) as caught:
        assert len(results(api, f"{path}/")) >= count
    ours = [query["sql"][:150] for query in caught if "tasks_" in query["sql"]]
    assert len(ours) == statements, ours


def test_the_board_answer_tells_kind_priority_and_labels(
    api: APIClient, actor: Actor, project: Project, todo: Lane, yusuf_member: Membership
) -> None:
    green, red = (create_label(actor, project, name=name, colour=name) for name in ("green", "red"))
    add(actor, todo, "Roof", labels=[red, green], kind="bug", priority=1, assignees=[yusuf_member])
    add(actor, todo, "Door")
    body = api.get(f"{API}projects/{project.pk}/board/").json()
    roof, door = body["lanes"][0]["tasks"]
    assert (roof["labels"], roof["kind"], roof["priority"]) == ([red.pk, green.pk], "bug", 1)
    assert roof["assignees"] == [str(yusuf_member.user.public_id)]
    assert (door["labels"], door["assignees"], door["assigned_to"]) == ([], [], None)
    assert [label["name"] for label in body["labels"]] == ["green", "red"]


def test_observers_read_all_and_write_nothing(
    api: APIClient, actor: Actor, project: Project, task: Task, hassan: User, client_of: Any
) -> None:
    label = create_label(actor, project, name="Garden")
    said = add_comment(actor, task, text="Hm")
    steps = create_checklist(actor, task, name="C", steps=["a"])
    theirs, step = client_of(hassan), CheckItem.objects.get()
    person = ProjectMember.objects.get()
    for path, row in {
        "labels": label,
        "comments": said,
        "checklists": steps,
        "steps": step,
        f"projects/{project.pk}/people": person,
    }.items():
        assert theirs.get(f"{API}{path}/{row.pk}/").status_code == 200
        assert send(theirs, "delete", f"{path}/{row.pk}/", version=1).status_code == 403, path
    posts = {
        "labels/": {"project": project.pk, "name": "x"},
        "comments/": {"task": task.pk, "text": "x"},
        "checklists/": {"task": task.pk, "name": "x"},
        "steps/": {"checklist": steps.pk, "text": "x"},
        "relations/": {"task": task.pk, "kind": "relates", "other": task.pk},
        "tasks/bulk/": {"tasks": [task.pk], "priority": 1},
        f"projects/{project.pk}/people/": {"user": str(hassan.public_id)},
    }
    for path, body in posts.items():
        problem(send(theirs, "post", path, body), 403, "forbidden")
    watch_task(Actor.of(hassan), task, on=True)
    change_project(actor, project, version=1, archived=True)
    assert not Relation.objects.exists() and Checklist.objects.count() == 1 and titles(task.lane) == ["Roof"]
    assert isinstance(project.cooperative, Cooperative)
