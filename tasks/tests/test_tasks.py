"""Projects, lanes and tasks: what may be written, what is recorded, and what nobody can break."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from members.models import Membership, User
from members.tests.factories import refused
from tasks.actions import (
    change_lane,
    change_project,
    change_task,
    create_lane,
    create_project,
    create_task,
    revise_task,
)
from tasks.models import Lane, Project, Task, default_key, free_status

from .boards import add, kinds, titles, told


def test_a_project_begins_with_four_lanes(actor: Actor, linden: Cooperative) -> None:
    project = create_project(actor, linden, name="  House   committee ", description="Weekly *things*")
    assert (project.name, project.key, project.version) == ("House committee", "HC", 1)
    lanes = [(lane.name, lane.status, lane.is_done) for lane in project.lanes.order_by("position")]
    assert lanes == [
        ("To do", "todo", False),
        ("In progress", "in_progress", False),
        ("Review", "review", False),
        ("Done", "done", True),
    ]
    assert kinds() == ["tasks.project_created"]
    assert told("tasks.project_created") == [{"project_id": project.pk, "name": "House committee"}]


@pytest.mark.parametrize(
    ("name", "taken", "key"),
    [
        ("House committee", (), "HC"),
        ("Garden", (), "GARD"),
        ("Garden", ("GARD",), "GARD2"),
        ("Garden", ("GARD", "GARD2"), "GARD3"),
        ("שלום", (), "P"),
        ("💧", ("P",), "P2"),
        ("a b c d e f g h i j", (), "ABCDEF"),
    ],
)
def test_a_key_comes_from_the_name(name: str, taken: tuple[str, ...], key: str) -> None:
    assert default_key(name, set(taken)) == key


@pytest.mark.parametrize(
    ("name", "taken", "status"),
    [
        ("In progress", (), "in_progress"),
        ("Done", ("done",), "done_2"),
        ("بانتظار الرد", (), "lane"),
        ("💤", ("lane",), "lane_2"),
        ("x" * 100, (), "x" * 54),
    ],
)
def test_a_status_comes_from_the_name(name: str, taken: tuple[str, ...], status: str) -> None:
    assert free_status(name, set(taken)) == status


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "too_long"),
        ({"name": "a\x00"}, "not_text"),
        ({"name": "G", "key": "a b"}, "key"),
        ({"name": "G", "key": "ÄÖ"}, "key"),
        ({"name": "G", "key": "hc"}, "key_taken"),
        ({"name": "G", "description": "x" * 20_001}, "too_long"),
        ({"name": "\ud800"}, "not_text"),
    ],
)
def test_a_wrong_project_is_refused(actor: Actor, project: Project, facts: dict[str, str], code: str) -> None:
    with refused(code):
        create_project(actor, project.cooperative, **facts)
    assert Project.objects.count() == 1


def test_a_project_changes_by_version(actor: Actor, project: Project) -> None:
    row = change_project(actor, project, version=1, name="Houses", archived=True)
    assert (row.name, row.version, row.archived_at is not None) == ("Houses", 2, True)
    assert told("tasks.project_changed")[0]["changed"] == ["archived", "name"]
    with refused("stale"):
        change_project(actor, project, version=1, name="Home")
    assert change_project(actor, project, version=2, name="Houses").version == 2


def test_an_archived_project_takes_nothing_new(actor: Actor, project: Project, todo: Lane) -> None:
    change_project(actor, project, version=1, archived=True)
    with refused("project_archived"):
        create_lane(actor, project, name="More")
    with refused("project_archived"):
        add(actor, todo, "A")


def test_lanes_are_added_at_the_right_and_shifted(actor: Actor, project: Project) -> None:
    lane = create_lane(actor, project, name="Testing", wip_limit=3)
    assert (lane.status, lane.position, lane.wip_limit) == ("testing", 4, 3)
    change_lane(actor, lane, version=1, position=1, name="Tests", wip_limit=None)
    order = list(Lane.objects.filter(project=project).order_by("position", "pk").values_list("name", flat=True))
    assert order == ["To do", "Tests", "In progress", "Review", "Done"]
    assert told("tasks.lane_changed")[0]["changed"] == ["name", "position", "wip_limit"]
    assert told("tasks.lane_changed")[0]["status"] == "testing"


@pytest.mark.parametrize("limit", [0, -1, 10_001])
def test_a_limit_is_a_sensible_number(actor: Actor, todo: Lane, limit: int) -> None:
    with refused("wip_limit"):
        change_lane(actor, todo, version=1, wip_limit=limit)


def test_numbers_have_no_gaps_and_are_never_used_twice(actor: Actor, todo: Lane, doing: Lane) -> None:
    a, b = add(actor, todo, "A", "B")
    with refused("title"):
        add(actor, todo, " ")
    change_task(actor, b, version=1, archived=True)
    (c,) = add(actor, doing, "C")
    assert [a.number, b.number, c.number] == [1, 2, 3]


def test_each_project_counts_for_itself(actor: Actor, todo: Lane, linden: Cooperative) -> None:
    add(actor, todo, "A")
    other = create_project(actor, linden, name="Garden")
    assert create_task(actor, other, title="B").number == 1


def test_a_task_lands_in_the_first_lane(actor: Actor, project: Project, todo: Lane, yusuf_member: Membership) -> None:
    task = create_task(actor, project, title="Roof", assignees=[yusuf_member], due_date=date(2027, 1, 31))
    assert (task.lane_id, task.created_by_id) == (todo.pk, actor.standing(project.cooperative_id).membership_id)
    (payload,) = told("tasks.created")
    assert payload["assignee"] == str(yusuf_member.user.public_id)
    assert (payload["due_date"], payload["after_id"], payload["status"]) == ("2027-01-31", None, "todo")


def test_the_system_has_no_membership(actor: Actor, project: Project) -> None:
    assert create_task(SYSTEM, project, title="By a job").created_by_id is None


def test_a_board_without_lanes_takes_no_task(actor: Actor, linden: Cooperative) -> None:
    project = create_project(actor, linden, name="Bare", bare=True)
    with refused("no_lane"):
        create_task(actor, project, title="A")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"title": "x" * 501}, "too_long"),
        ({"title": "\n \t"}, "title"),
        ({"title": "a", "description": "x" * 20_001}, "too_long"),
        ({"title": "\x00"}, "not_text"),
        ({"title": "a", "description": "\udfff"}, "not_text"),
    ],
)
def test_a_wrong_task_is_refused_and_nothing_is_written(actor: Actor, project: Project, facts: dict[str, str], code: str) -> None:
    with refused(code):
        create_task(actor, project, **facts)
    assert (Task.objects.count(), Project.objects.get().last_number) == (0, 0)


@pytest.mark.parametrize("title", ["תיקון דלת הכניסה", "Flag 🏳️‍🌈 pole", "<b>bold</b>", "=HYPERLINK(1)", "x" * 500])
def test_any_text_is_a_title(actor: Actor, todo: Lane, title: str) -> None:
    add(actor, todo, title)
    assert titles(todo) == [title]


def test_only_current_members_are_given_tasks(actor: Actor, todo: Lane, yusuf_member: Membership) -> None:
    yusuf_member.left_on = yusuf_member.joined_on
    yusuf_member.save()
    with refused("assignees"):
        add(actor, todo, "A", assignees=[yusuf_member])


def test_a_change_names_what_changed_and_where_the_card_is(actor: Actor, todo: Lane, yusuf_member: Membership) -> None:
    a, b = add(actor, todo, "A", "B")
    row = change_task(actor, b, version=1, title="B2", description="d", assignees=[yusuf_member], due_date=date(2027, 2, 1))
    assert row.version == 2
    (payload,) = told("tasks.updated")
    assert payload["changed"] == ["assignees", "description", "due_date", "title"]
    assert (payload["title"], payload["after_id"], payload["version"]) == ("B2", a.pk, 2)
    assert "d" not in payload.values()


def test_a_change_of_nothing_writes_nothing(actor: Actor, todo: Lane) -> None:
    (a,) = add(actor, todo, "A")
    assert change_task(actor, a, version=1, title=" A ").version == 1
    assert kinds()[-1] == "tasks.created"


def test_facts_and_lane_change_together_or_not_at_all(actor: Actor, todo: Lane, doing: Lane) -> None:
    (a,) = add(actor, todo, "A")
    row = revise_task(actor, a, version=1, title="A2", lane=doing)
    assert (row.title, row.lane_id, row.version) == ("A2", doing.pk, 2)
    assert kinds()[-2:] == ["tasks.created", "tasks.moved"]
    (event,) = told("tasks.moved")
    assert (event["version"], event["lane_id"], event["after_id"], event["override"]) == (2, doing.pk, None, False)
    assert event["changed"] == ["lane", "position", "status", "title"]
    assert event["before"] == {"title": "A", "lane": "To do"} and event["after"] == {"title": "A2", "lane": "In progress"}
    change_lane(actor, todo, version=1, wip_limit=1)
    add(actor, todo, "B")
    with refused("lane_full"):
        revise_task(actor, row, version=2, title="A3", lane=todo)
    assert titles(doing) == ["A2"] and Task.objects.get(pk=a.pk).version == 2
    assert revise_task(actor, row, version=2, lane=doing).version == 2
    assert revise_task(actor, row, version=2, title="A2", lane=doing).version == 2
    with refused("stale"):
        revise_task(actor, row, version=1)
    with refused("stale"):
        revise_task(actor, row, version=1, title="A3", lane=doing)


def test_whoever_is_archived_with_the_same_save_does_not_move(actor: Actor, todo: Lane, doing: Lane) -> None:
    (a,) = add(actor, todo, "A")
    with refused("task_archived"):
        revise_task(actor, a, version=1, archived=True, lane=doing)
    assert titles(todo) == ["A"] and kinds()[-1] == "tasks.created"


def test_facts_and_lane_together_take_the_lock_of_a_new_parent(actor: Actor, todo: Lane, doing: Lane) -> None:
    a, b, c = add(actor, todo, *"ABC")
    row = revise_task(actor, a, version=1, parent=b, lane=doing)
    assert (row.parent_id, row.lane_id, row.version) == (b.pk, doing.pk, 2)
    with refused("too_deep"):
        revise_task(actor, c, version=1, parent=a, lane=doing)
    assert titles(todo) == ["B", "C"]


def test_an_archived_task_is_only_read(actor: Actor, todo: Lane) -> None:
    (a,) = add(actor, todo, "A")
    change_task(actor, a, version=1, archived=True)
    assert told("tasks.updated")[0]["archived"] is True
    with refused("task_archived"):
        change_task(actor, a, version=2, title="B")
    assert change_task(actor, a, version=2, archived=False).archived_at is None


def test_observers_write_nothing(hassan: User, actor: Actor, project: Project, todo: Lane) -> None:
    (a,) = add(actor, todo, "A")
    watcher = Actor.of(hassan)
    for attempt in (
        lambda: create_project(watcher, project.cooperative, name="X"),
        lambda: change_project(watcher, project, version=1, name="X"),
        lambda: create_lane(watcher, project, name="X"),
        lambda: change_lane(watcher, todo, version=1, name="X"),
        lambda: create_task(watcher, project, title="X"),
        lambda: change_task(watcher, a, version=1, title="X"),
    ):
        with refused("forbidden"):
            attempt()


def test_the_database_itself_refuses_two_cards_on_one_rank(actor: Actor, todo: Lane) -> None:
    a, b = add(actor, todo, "A", "B")
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=b.pk).update(rank=a.rank)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=b.pk).update(number=a.number)
