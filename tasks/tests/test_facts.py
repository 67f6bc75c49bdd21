"""What the work room answers when others ask, its rules, and its part of the demo."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.sites import site
from django.core.management import call_command
from django.db.models import Model

from cooperatives.actions import found
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may
from cooperatives.queries import SEARCH, enter, fact
from cooperatives.web import places_for
from members.actions import admit
from members.models import Membership, User
from members.queries import today_in
from members.tests.factories import a_user
from tasks.actions import change_lane, change_project, change_task, create_project, create_task
from tasks.demo.boards import boards
from tasks.demo.load import add_boards
from tasks.facts import figures, my_work, search
from tasks.models import Lane, Project, Task
from tasks.policy import WRITERS
from tasks.queries import open_tasks_by_project

from .boards import add, kinds


@pytest.mark.parametrize(
    ("role", "writes"), [("admin", True), ("treasurer", True), ("secretary", True), ("member", True), ("observer", False)]
)
def test_every_role_but_the_observer_writes(actor: Actor, linden: Cooperative, role: str, writes: bool) -> None:
    user = a_user(f"Role {role}")
    admit(actor, linden, name=user.name, user=user, roles=(role,))
    assert WRITERS.holds(Actor.of(user), linden) is writes
    assert may(Actor.of(user), "tasks.see", linden)


def test_work_has_its_place_for_members(actor: Actor, linden: Cooperative, outsider: User) -> None:
    assert [(place.key, place.icon) for place in places_for(actor, linden) if place.key == "work"] == [("work", "board")]
    assert "work" not in [place.key for place in places_for(Actor.of(outsider), linden)]


def test_search_finds_what_the_actor_may_see(actor: Actor, project: Project, todo: Lane, outsider: User) -> None:
    a, b = add(actor, todo, "Mend the roof", "Door")
    change_task(actor, b, version=1, description="below the roof")
    (gone,) = add(actor, todo, "Old roof")
    change_task(actor, gone, version=1, archived=True)
    create_project(actor, project.cooperative, name="Roof garden")
    hits = search(actor=actor, cooperative_ids=[project.cooperative_id], text="roof", limit=10)
    assert [hit.title for hit in hits] == ["Roof garden", "Mend the roof", "Door"]
    assert hits[1].url == f"/c/linden-court/work/tasks/{a.pk}/"
    assert hits[1].detail == "HC-1 · To do"
    assert len(search(actor=actor, cooperative_ids=[project.cooperative_id], text="roof", limit=2)) == 2
    assert search(actor=Actor.of(outsider), cooperative_ids=[project.cooperative_id], text="roof", limit=10) == []
    assert search in SEARCH._answers


def test_my_work_is_the_most_urgent_first(actor: Actor, todo: Lane, marta: User, yusuf_member: Membership) -> None:
    me = Membership.objects.get(user=marta)
    today = today_in(todo.cooperative.time_zone)
    add(actor, todo, "Some day", assignees=[me])
    add(actor, todo, "Late", assignees=[me], due_date=today - timedelta(days=1))
    add(actor, todo, "Soon", assignees=[me], due_date=today + timedelta(days=1))
    add(actor, todo, "Not mine", assignees=[yusuf_member])
    done = Lane.objects.get(project=todo.project, status="done")
    create_task(actor, todo.project, title="Done", lane=done, assignees=[me])
    rows = my_work(actor=actor, limit=7)
    assert [row["title"] for row in rows] == ["Late", "Soon", "Some day"]
    assert rows[0]["url"] == f"/c/linden-court/work/tasks/{rows[0]['id']}/"
    assert [row["title"] for row in my_work(actor=actor, limit=1)] == ["Late"]
    assert my_work(actor=Actor(), limit=7) == []


def test_the_figure_of_open_tasks_explains_itself(actor: Actor, project: Project, todo: Lane, outsider: User) -> None:
    today = today_in(project.cooperative.time_zone)
    add(actor, todo, "A", due_date=today - timedelta(days=1))
    add(actor, todo, "B", due_date=today + timedelta(days=6))
    add(actor, todo, "C", due_date=today + timedelta(days=7))
    other = create_project(actor, project.cooperative, name="Garden")
    create_task(actor, other, title="D")
    create_task(actor, other, title="E", lane=Lane.objects.get(project=other, status="done"))
    (figure,) = figures(actor=actor, cooperative=project.cooperative)
    assert (figure["value"], figure["note"]) == (4, "1 due this week, 1 late")
    why = figure["why"]
    assert [(step["label"], step["value"]) for step in why["steps"]] == [("House committee", 3), ("Garden", 1)]
    assert sum(step["value"] for step in why["steps"]) == why["total"]["value"] == 4
    assert figures(actor=Actor.of(outsider), cooperative=project.cooperative) == []


def test_archived_work_is_not_open(actor: Actor, project: Project, todo: Lane, doing: Lane) -> None:
    add(actor, todo, "A")
    add(actor, doing, "B")
    change_lane(actor, doing, version=1, archived=True)
    today = today_in(project.cooperative.time_zone)
    assert [row["count"] for row in open_tasks_by_project(project.cooperative_id, today)] == [1]
    change_project(actor, project, version=1, archived=True)
    assert open_tasks_by_project(project.cooperative_id, today) == []


@pytest.mark.parametrize(
    ("slug", "open_tasks", "all_tasks", "projects"), [("linden-court", 31, 38, 3), ("kilele-dev-chama", 24, 34, 2)]
)
def test_the_demo_boards(db: None, slug: str, open_tasks: int, all_tasks: int, projects: int) -> None:
    user = a_user("Wanjiru Kamau")
    cooperative = found(Actor.of(user), name="Demo", kind="chama", slug=slug, is_demo=True)
    actor = Actor.of(user)
    with enter([cooperative.pk], user.pk):
        for name in {name for board in boards()[slug] for lane in board.lanes for task in lane.tasks for name in task.people} - {
            user.name
        }:
            admit(actor, cooperative, name=name)
        assert add_boards(cooperative=cooperative, actor=actor) == projects
        assert (Task.objects.unfinished().count(), Task.objects.count(), Project.objects.count()) == (
            open_tasks,
            all_tasks,
            projects,
        )
        assert Task.objects.filter(assignments=None).count() < 6
        for lane in Lane.objects.exclude(wip_limit=None):
            assert lane.tasks.count() <= lane.wip_limit
        written = {told.split(".")[1] for told in kinds()}
        assert {"commented", "related", "steps_changed", "step_done", "label_created"} <= written
        happened = len(kinds())
        assert add_boards(cooperative=cooperative, actor=actor) == 0
        assert len(kinds()) == happened
        note = figures(actor=actor, cooperative=cooperative)[0]["note"]
        assert slug != "linden-court" or note == "4 due this week, 2 late"


def test_a_real_cooperative_gets_no_demo(actor: Actor, linden: Cooperative) -> None:
    assert add_boards(cooperative=linden, actor=actor) == 0
    assert add_boards in fact("demo")._answers


@pytest.mark.parametrize("model", [Project, Lane, Task])
def test_the_admin_only_looks(model: type[Model]) -> None:
    admin = site.get_model_admin(model)
    request: Any = type("Request", (), {"actor": Actor()})()
    assert not (admin.has_add_permission(request) or admin.has_change_permission(request) or admin.has_delete_permission(request))


def test_the_schema_has_no_warnings(db: None, tmp_path: Any, capsys: Any) -> None:
    call_command("spectacular", "--format", "openapi-json", "--validate", "--file", str(tmp_path / "schema.json"))
    lines = [line for line in capsys.readouterr().err.splitlines() if "/tasks/" in line or "tasks." in line]
    assert lines == []
    paths = json.loads((tmp_path / "schema.json").read_text())["paths"]
    for path in ("projects/{id}/board/", "tasks/reorder/", "issues/{id}/move/", "chamas/{cooperative_pk}/tasks/", "lanes/{id}/"):
        assert f"/api/v1/{path}" in paths
