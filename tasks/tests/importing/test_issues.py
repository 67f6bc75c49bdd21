"""Issues become cards of a board that is there already, in its lanes."""

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership
from tasks.actions import change_lane, change_task, create_lane, create_project
from tasks.models import Lane, Project, Task

from ..boards import lane_named, titles
from .files import board, bring, everything, issue, issues, people, table


def test_issues_go_into_the_first_open_and_the_first_done_lane(actor: Actor, project: Project, todo: Lane) -> None:
    lane = Lane.objects.get(status="todo")
    change_lane(actor, lane, version=1, archived=True)
    bring(actor, project, issues(issue(2, state="closed"), issue(1), issue(3, state="closed")))
    assert titles(lane_named(project, "in_progress")) == ["Issue 1"]
    assert titles(lane_named(project, "done")) == ["Issue 2", "Issue 3"]
    assert Lane.objects.filter(archived_at=None).count() == 3


def test_a_board_without_lanes_gets_two(actor: Actor, linden: Cooperative) -> None:
    bare = create_project(actor, linden, name="Bare", bare=True)
    content = issues(issue(1), issue(2, state="closed"))
    assert bring(actor, bare, content).lists == 2
    lanes = Lane.objects.filter(project=bare).order_by("position")
    assert [(lane.name, lane.is_done, titles(lane)) for lane in lanes] == [
        ("To do", False, ["Issue 1"]),
        ("Done", True, ["Issue 2"]),
    ]
    assert not bring(actor, bare, content).changed


def test_a_board_that_only_lacks_a_lane_keeps_its_others(actor: Actor, project: Project) -> None:
    change_lane(actor, lane_named(project, "done"), version=1, archived=True)
    assert bring(actor, project, issues(issue(1), issue(2, state="closed"))).lists == 1
    shown = Lane.objects.filter(archived_at=None).order_by("position")
    assert [(lane.name, lane.is_done) for lane in shown] == [
        ("To do", False),
        ("In progress", False),
        ("Review", False),
        ("Done", True),
    ]
    assert titles(shown[3]) == ["Issue 2"]


def test_a_lane_that_issues_brought_is_free_for_a_list_of_its_name(actor: Actor, linden: Cooperative) -> None:
    bare = create_project(actor, linden, name="Bare", bare=True)
    bring(actor, bare, issues(issue(1)))
    bring(actor, bare, board(lists=[{"id": "l1", "name": "To do"}], cards=[{"name": "Theirs"}]))
    assert titles(lane_named(bare, "to_do")) == ["Issue 1", "Theirs"]


def test_issues_that_were_moved_here_stay_where_they_are(actor: Actor, project: Project) -> None:
    bring(actor, project, issues(issue(1)))
    before = everything()
    outcome = bring(actor, project, issues(issue(1, state="closed", title="New name")))
    assert not outcome.changed and everything() == before


def test_issues_and_a_board_and_a_table_may_share_a_project(actor: Actor, project: Project) -> None:
    bring(actor, project, board(lists=[{"id": "l1", "name": "To do"}], cards=[{"name": "Of Trello"}]))
    bring(actor, project, issues(issue(1)))
    bring(actor, project, table({"Title": "Of Kanboard", "Column Name": "TO DO"}))
    assert titles(lane_named(project, "todo")) == ["Of Trello", "Issue 1"]
    assert titles(lane_named(project, "to_do")) == ["Of Kanboard"]
    assert list(Task.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_who_wrote_an_issue_added_it_where_they_are_somebody_here(
    actor: Actor, project: Project, yusuf_member: Membership
) -> None:
    content = issues(issue(1), issue(2, user={"login": "boris"}), issue(3, user=None))
    bring(actor, project, content, people={"github:boris": yusuf_member})
    assert [str(task.created_by) for task in Task.objects.order_by("number")] == [
        "Marta Lindqvist",
        "Yusuf Demir",
        "Marta Lindqvist",
    ]
    assert people(Task.objects.get(title="Issue 2")) == []


def test_an_imported_card_is_changed_like_any_other(actor: Actor, project: Project) -> None:
    bring(actor, project, issues(issue(1)))
    task = Task.objects.get()
    change_task(actor, task, version=1, title="Ours now")
    create_lane(actor, project, name="Waiting")
    assert not bring(actor, project, issues(issue(1))).changed
    assert Task.objects.get().title == "Ours now"
