"""Bodies that make no sense, for everything that hangs on tasks: each is told its field, and nothing is written."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from activity.models import Event
from cooperatives.policy import Actor
from tasks.actions import add_comment, change_project, change_task, create_checklist, create_label, relate_tasks
from tasks.models import CheckItem, Checklist, Comment, Label, Lane, Project, ProjectMember, Relation, Task

from .boards import add, problem

API = "/api/v1/"
NO_KEYS: list[Any] = [None, 1.5, "x", "", [], {}, -1, 0, 77_777, 10**30]
NO_TEXTS: list[Any] = [None, [], {}, True, "", " ", "\x00"]
NO_WORDS: list[Any] = [None, [], {}, 77, "", "x", "RED"]
NO_LISTS: list[Any] = [None, "x", {}, 7, [None], [[]], [""]]
ODD: dict[str, list[Any]] = {
    **dict.fromkeys(("project", "task", "checklist", "other"), NO_KEYS),
    **dict.fromkeys(("name", "text"), NO_TEXTS),
    **dict.fromkeys(("colour", "kind", "priority"), NO_WORDS),
    **dict.fromkeys(("steps", "tasks"), NO_LISTS),
}
LONG = "x" * 20_001


@pytest.fixture
def rows(actor: Actor, project: Project, todo: Lane, task: Task) -> dict[str, Any]:
    """One of everything."""
    (other,) = add(actor, todo, "Other")
    checklist = create_checklist(actor, task, name="Tools", steps=["Rake"])
    return {
        "task": task,
        "other": other,
        "project": project,
        "label": create_label(actor, project, name="Garden"),
        "comment": add_comment(actor, task, text="Hm"),
        "checklist": checklist,
        "step": CheckItem.objects.get(),
    }


GOOD: dict[str, dict[str, Any]] = {
    "labels/": {"project": "project", "name": "'Yard", "colour": "'red"},
    "comments/": {"task": "task", "text": "'Words"},
    "checklists/": {"task": "task", "name": "'List", "steps": ["Step"]},
    "steps/": {"checklist": "checklist", "text": "'Words"},
    "relations/": {"task": "task", "kind": "'relates", "other": "other"},
    "tasks/bulk/": {"tasks": ["task"], "priority": 1},
}


def good(path: str, rows: dict[str, Any]) -> dict[str, Any]:
    """A body that would be taken."""

    def value(said: Any) -> Any:
        if isinstance(said, list):
            return [rows[one].pk if one in rows else one for one in said]
        return said.removeprefix("'") if isinstance(said, str) and said.startswith("'") else getattr(rows.get(said), "pk", said)

    return {name: value(said) for name, said in GOOD[path].items()}


def counts() -> dict[str, int]:
    """How much there is of everything."""
    models = (Label, Comment, Checklist, CheckItem, Relation, ProjectMember, Task, Event)
    return {model.__name__: model.objects.count() for model in models}


@pytest.mark.parametrize("path", GOOD)
def test_the_good_body_is_taken(api: APIClient, rows: dict[str, Any], path: str) -> None:
    answer = api.post(f"{API}{path}", good(path, rows), format="json")
    assert answer.status_code in (200, 201), answer.content


@pytest.mark.parametrize(("path", "field"), [(path, field) for path, body in GOOD.items() for field in body])
def test_an_odd_value_is_told_at_its_field(api: APIClient, rows: dict[str, Any], path: str, field: str) -> None:
    before = counts()
    for odd in ODD[field]:
        answer = api.post(f"{API}{path}", {**good(path, rows), field: odd}, format="json")
        assert answer.status_code == 400 and field in answer.json()["errors"], (odd, answer.content)
    assert counts() == before


@pytest.mark.parametrize(("path", "field"), [(path, field) for path, body in GOOD.items() for field in body])
def test_what_is_missing_or_unknown_is_named(api: APIClient, rows: dict[str, Any], path: str, field: str) -> None:
    before = counts()
    body = good(path, rows)
    problem(api.post(f"{API}{path}", {**body, "rank": 1}, format="json"), 400, "invalid", "rank")
    body.pop(field)
    if field not in ("colour", "steps"):
        wanted = "tasks" if path == "tasks/bulk/" else field
        problem(api.post(f"{API}{path}", body, format="json"), 400, "invalid", wanted)
        assert counts() == before


@pytest.mark.parametrize(
    ("path", "field"),
    [("labels/", "name"), ("comments/", "text"), ("checklists/", "name"), ("steps/", "text")],
)
def test_what_is_too_long_or_invisible_is_refused(api: APIClient, rows: dict[str, Any], path: str, field: str) -> None:
    before = counts()
    for words in (LONG, "\u200b", "   ", ""):
        answer = api.post(f"{API}{path}", {**good(path, rows), field: words}, format="json")
        assert answer.status_code == 400 and field in answer.json()["errors"], words
    assert counts() == before


@pytest.mark.parametrize("path", ["labels", "comments", "checklists", "steps"])
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_every_write_brings_the_version_it_changes(api: APIClient, rows: dict[str, Any], path: str, method: str) -> None:
    row = rows[path.removesuffix("s")]
    body = {} if method == "delete" else good(f"{path}/", rows)
    body.pop("steps", None)
    send = getattr(api, method)
    problem(send(f"{API}{path}/{row.pk}/", body, format="json"), 428, "version_required")
    stale = send(f"{API}{path}/{row.pk}/", {**body, "version": 9}, format="json")
    problem(stale, 409, "stale")
    assert stale.json()["current"]["id"] == row.pk
    assert send(f"{API}{path}/{row.pk}/", body, format="json", headers={"If-Match": '"1"'}).status_code in (200, 204)


@pytest.mark.parametrize("path", [path for path in GOOD if path != "tasks/bulk/"])
def test_what_is_archived_takes_nothing_more(api: APIClient, actor: Actor, rows: dict[str, Any], path: str) -> None:
    change_task(actor, rows["task"], version=1, archived=True)
    before = counts()
    answer = api.post(f"{API}{path}", good(path, rows), format="json")
    if path == "labels/":
        change_project(actor, rows["project"], version=1, archived=True)
        problem(api.post(f"{API}{path}", {**good(path, rows), "name": "Lawn"}, format="json"), 422, "project_archived")
    else:
        problem(answer, 422, "task_archived")
        assert counts() == before


def test_a_relation_is_removed_from_either_side_and_once(api: APIClient, actor: Actor, rows: dict[str, Any]) -> None:
    link = relate_tasks(actor, rows["task"], kind="duplicates", other=rows["other"])
    problem(
        api.post(
            f"{API}relations/", {"task": rows["other"].pk, "kind": "duplicated_by", "other": rows["task"].pk}, format="json"
        ),
        409,
        "related_already",
        "other",
    )
    assert api.delete(f"{API}relations/{link.pk}/").status_code == 204
    assert api.delete(f"{API}relations/{link.pk}/").status_code == 404


@pytest.mark.parametrize("query", ["task=x", "project=x", "author=x", "task=0", "author=1"])
def test_a_wrong_filter_of_comments_is_named(api: APIClient, rows: dict[str, Any], query: str) -> None:
    problem(api.get(f"{API}comments/?{query}"), 400, "invalid", query.split("=")[0])


@pytest.mark.parametrize(
    ("path", "query"),
    [("steps", "done=maybe"), ("steps", "checklist=x"), ("relations", "kind=likes"), ("relations", "task=x"),
     ("labels", "project=x"), ("checklists", "task=-1")],
)  # fmt: skip
def test_a_wrong_filter_of_other_things_is_named(api: APIClient, rows: dict[str, Any], path: str, query: str) -> None:
    answer = api.get(f"{API}{path}/?{query}")
    if query == "done=maybe":
        assert answer.status_code in (200, 400)
    else:
        problem(answer, 400, "invalid", query.split("=")[0])
