"""A plan becomes rows: what is new comes, what is known stays, and people decide the rest."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cooperatives.actions import Forbidden, RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from members.models import Membership, User
from members.tests.factories import refused
from tasks.actions import (
    change_project,
    create_project,
    discard_old_drafts,
    import_board,
    keep_draft,
)
from tasks.importing import read_board
from tasks.jobs import discard_drafts
from tasks.models import Assignment, BoardDraft, CheckItem, Checklist, Comment, Label, Labelling, Lane, Project, Task

from ..boards import add, kinds, lane_named, titles, told
from .files import board, bring, everything, labels, people, steps, table
from .test_trello import checklist, comment

# Lanes and cards


def test_a_due_moment_becomes_the_day_in_the_cooperatives_zone(actor: Actor, project: Project) -> None:
    bring(actor, project, board(cards=[{"due": "2027-01-31T23:30:00.000Z"}]))
    assert Task.objects.get().due_date == date(2027, 2, 1)


def test_an_untouched_board_takes_the_lists_of_the_file(actor: Actor, project: Project) -> None:
    bring(actor, project, board())
    shown = Lane.objects.filter(project=project, archived_at=None).order_by("position")
    assert [(lane.name, lane.status, lane.is_done) for lane in shown] == [("Done", "done", True), ("Ideas", "ideas", False)]
    assert told("tasks.imported") == [{"project_id": project.pk, "lists": 1, "cards": 1}]
    assert Lane.objects.filter(project=project).count() == 5


def test_a_board_in_use_keeps_its_lanes_and_cards(actor: Actor, project: Project, todo: Lane) -> None:
    add(actor, todo, "Ours")
    done = lane_named(project, "done")
    add(actor, done, "Ours too")
    bring(actor, project, board(cards=[{"idList": "l2", "name": "Theirs"}]))
    shown = Lane.objects.filter(project=project, archived_at=None).order_by("position")
    assert [lane.name for lane in shown] == ["To do", "In progress", "Review", "Done", "Ideas"]
    assert titles(done) == ["Ours too", "Theirs"]
    assert list(Task.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_new_cards_of_a_later_export_come_along(actor: Actor, project: Project) -> None:
    bring(actor, project, board(cards=[{"name": "A"}]))
    outcome = bring(actor, project, board(cards=[{"name": "A changed"}, {"name": "B", "pos": 0}]))
    assert (outcome.cards, outcome.known) == (1, 1)
    assert titles(lane_named(project, "ideas")) == ["A", "B"]


def test_one_file_may_go_into_two_projects(actor: Actor, project: Project, linden: Cooperative) -> None:
    other = create_project(actor, linden, name="Garden")
    for one in (project, other):
        assert import_board(actor, one, read_board(board())).cards == 1


def test_uploads_are_replaced_and_forgotten(actor: Actor, project: Project) -> None:
    keep_draft(actor, project, file_name="a" * 300, content=board())
    draft = keep_draft(actor, project, file_name="b.json", content=board())
    assert [row.file_name for row in BoardDraft.objects.all()] == ["b.json"]
    assert discard_old_drafts(SYSTEM, now=draft.created_at) == 0
    discard_drafts()
    assert BoardDraft.objects.count() == 1
    BoardDraft.objects.update(created_at=draft.created_at.replace(year=2020))
    discard_drafts()
    assert BoardDraft.objects.count() == 0


def test_the_longest_id_is_kept_whole(actor: Actor, project: Project) -> None:
    longest = "f" * 93
    content = board(lists=[{"id": longest, "name": "Ideas"}], cards=[{"id": longest, "idList": longest}])
    assert import_board(actor, project, read_board(content)).cards == 1
    assert import_board(actor, project, read_board(content)).known == 1
    assert Task.objects.get().source_id == f"trello:{longest}"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/New_York", "UTC"])
@pytest.mark.parametrize(
    ("due", "kept"),
    [
        ("9999-12-31T23:59:59Z", False),
        ("9999-12-31T00:00:00-12:00", False),
        ("0001-01-01T00:00:00Z", False),
        ("0001-01-01T00:00:00+14:00", False),
        ("9999-12-29T12:00:00Z", True),
        ("0001-01-03T12:00:00Z", True),
        (253402300799, False),
        ({"day": 1}, False),
    ],
)
def test_a_day_at_the_end_of_time_is_no_accident(actor: Actor, project: Project, zone: str, due: Any, kept: bool) -> None:
    Cooperative.objects.filter(pk=project.cooperative_id).update(time_zone=zone)
    fresh = Project.objects.get(pk=project.pk)
    plan = read_board(board(cards=[{"due": due}]))
    assert import_board(actor, fresh, plan).cards == 1
    assert (Task.objects.get().due_date is not None) is kept
    assert plan.dropped["unreadable dates"] == (not kept)


def test_cards_of_many_lists_get_their_own_lanes_and_numbers(actor: Actor, project: Project) -> None:
    lists = [{"id": f"l{number}", "name": f"List {number % 2}", "pos": number, "closed": number == 3} for number in range(4)]
    cards = [{"id": f"c{number}", "idList": f"l{number % 4}", "name": f"Card {number}", "pos": -number} for number in range(8)]
    outcome = bring(actor, project, board(lists=lists, cards=cards))
    assert (outcome.lists, outcome.cards) == (4, 8)
    lanes = Lane.objects.exclude(source_id=None).order_by("position")
    assert [(lane.name, lane.status, lane.archived_at is not None) for lane in lanes] == [
        ("List 0", "list_0", False),
        ("List 1", "list_1", False),
        ("List 0", "list_0_2", False),
        ("List 1", "list_1_2", True),
    ]
    assert [titles(lane) for lane in lanes] == [[f"Card {number + 4}", f"Card {number}"] for number in range(4)]
    assert sorted(Task.objects.values_list("number", flat=True)) == list(range(1, 9))


def test_cards_go_below_those_of_the_lane_wherever_these_stand(actor: Actor, project: Project, todo: Lane) -> None:
    (low,) = add(actor, todo, "Ours")
    for rank in (-(2**62), 2**62, 0):
        Task.objects.filter(pk=low.pk).update(rank=rank)
        number = Task.objects.count()
        bring(actor, project, table({"Title": f"Theirs {number}", "Column Name": "To do"}))
        assert titles(todo)[-1] == f"Theirs {number}"
    assert sorted(titles(todo)) == ["Ours", "Theirs 1", "Theirs 2", "Theirs 3"]


def test_an_archived_project_takes_nothing(actor: Actor, project: Project) -> None:
    change_project(actor, project, version=1, archived=True)
    with refused("project_archived"):
        bring(actor, project, board())


def test_who_only_observes_imports_nothing(actor: Actor, project: Project, hassan: User) -> None:
    observer = Actor.of(hassan)
    with enter(observer.cooperative_ids, observer.user_id), pytest.raises(Forbidden):
        bring(observer, project, board())
    assert Task.objects.count() == 0


def test_nothing_stays_of_an_import_that_fails(actor: Actor, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything()

    def fail(*_args: Any, **_more: Any) -> None:
        raise RuleBroken("late", "Too late.")

    monkeypatch.setattr("tasks.actions.importing.boards.write_parts", fail)
    with refused("late"):
        bring(actor, project, board(labels=[{"id": "x", "name": "X", "color": "red"}]))
    assert everything() == before


def test_the_number_of_statements_does_not_grow_with_the_cards(actor: Actor, linden: Cooperative) -> None:
    counts = []
    for many in (1, 3, 30):
        project = create_project(actor, linden, name=f"Project {many}", key=f"P{many}")
        numbers = range(many)
        content = board(
            lists=[{"id": "l1", "name": "Ideas"}],
            cards=[{"idLabels": ["x"], "idMembers": ["m1"]} for _number in numbers],
            labels=[{"id": "x", "name": "X", "color": "red"}],
            members=[{"id": "m1", "fullName": "Marta Lindqvist"}],
            checklists=[checklist(f"k{number}", {"id": f"s{number}", "name": "a"}, idCard=f"c{number}") for number in numbers],
            actions=[comment(f"a{number}", card=f"c{number}") for number in numbers],
        )
        plan, marta = read_board(content), Membership.objects.get(user=actor.user)
        for _time in range(2):
            with CaptureQueriesContext(connection) as queries:
                import_board(actor, project, plan, people={"trello:m1": marta})
            counts.append(len(queries))
    first, again = set(counts[::2]), set(counts[1::2])
    assert len(first) == len(again) == 1 and max(again) < max(first)
    assert Assignment.objects.count() == Labelling.objects.count() == Comment.objects.count() == 34


# Labels, checklists, comments


def test_labels_are_those_of_the_project_where_they_are_alike(actor: Actor, project: Project) -> None:
    ours = Label.objects.create(cooperative=project.cooperative, project=project, name="North", colour="green")
    rows = [{"id": "a", "name": "North", "color": "green"}, {"id": "b", "name": "North", "color": "red"}]
    outcome = bring(actor, project, board(labels=rows, cards=[{"idLabels": ["a", "b"]}]))
    assert outcome.labels == 1
    assert sorted(Label.objects.values_list("name", "colour")) == [("North", "green"), ("North", "red")]
    assert Labelling.objects.filter(label=ours).count() == 1


def test_a_label_keeps_the_name_it_got_here(actor: Actor, project: Project) -> None:
    rows = [{"id": "a", "name": "North", "color": "green"}]
    bring(actor, project, board(labels=rows))
    Label.objects.update(name="North side", colour="blue")
    outcome = bring(actor, project, board(labels=rows, cards=[{}, {"name": "New", "idLabels": ["a"]}]))
    assert (outcome.labels, outcome.cards) == (0, 1)
    assert labels(Task.objects.get(title="New")) == ["North side"]


def test_a_known_card_keeps_the_labels_and_people_it_has_here(actor: Actor, project: Project, yusuf_member: Membership) -> None:
    parts: dict[str, Any] = {
        "labels": [{"id": "a", "name": "North", "color": "green"}],
        "members": [{"id": "m1", "fullName": "Y"}],
        "cards": [{"idLabels": ["a"], "idMembers": ["m1"]}],
    }
    bring(actor, project, board(**parts), people={"trello:m1": yusuf_member})
    Labelling.objects.all().delete()
    Assignment.objects.all().delete()
    parts["actions"] = [comment("a1")]
    outcome = bring(actor, project, board(**parts), people={"trello:m1": yusuf_member})
    assert (outcome.cards, outcome.comments) == (0, 1)
    task = Task.objects.get()
    assert (labels(task), people(task)) == ([], [])


def test_a_later_export_brings_what_is_new_on_known_cards(actor: Actor, project: Project) -> None:
    one, two, three = ({"id": f"s{number}", "name": f"Step {number}", "pos": number} for number in (1, 2, 3))
    bring(actor, project, board(checklists=[checklist("k1", one, two)], actions=[comment("a1", "first")]))
    CheckItem.objects.filter(text="Step 1").update(text="Our words")
    later = board(
        checklists=[checklist("k0", pos=0), checklist("k1", {**three, "pos": 0, "state": "complete"}, one, two)],
        actions=[comment("a1", "first, changed there"), comment("a2", "second")],
    )
    outcome = bring(actor, project, later)
    assert (outcome.cards, outcome.checklists, outcome.items, outcome.comments) == (0, 1, 1, 1)
    assert steps("Card") == [("List k1", [("Our words", False), ("Step 2", False), ("Step 3", True)]), ("List k0", [])]
    assert list(Comment.objects.order_by("created_at", "pk").values_list("text", flat=True)) == ["first", "second"]
    assert kinds().count("tasks.imported") == 2
    assert not bring(actor, project, later).changed
    assert kinds().count("tasks.imported") == 2


def test_what_was_added_here_to_a_card_stays_above(actor: Actor, project: Project) -> None:
    bring(actor, project, board())
    task = Task.objects.get()
    ours = Checklist.objects.create(cooperative=project.cooperative, task=task, name="Ours", position=7)
    CheckItem.objects.create(cooperative=project.cooperative, checklist=ours, text="Ours", position=3)
    bring(actor, project, board(checklists=[checklist("k1", {"id": "s1", "name": "a"}, {"id": "s2", "name": "b"})]))
    assert steps("Card") == [("Ours", [("Ours", False)]), ("List k1", [("a", False), ("b", False)])]
    assert list(Checklist.objects.order_by("position").values_list("position", flat=True)) == [7, 8]


def test_a_comment_that_was_taken_back_here_does_not_return(actor: Actor, project: Project) -> None:
    content = board(actions=[comment("a1")])
    bring(actor, project, content)
    Comment.objects.update(removed_at=datetime(2026, 3, 2, tzinfo=UTC), text="")
    assert not bring(actor, project, content).changed
    assert Comment.objects.get().text == ""


def test_a_comment_is_of_nobody_here_and_as_old_as_it_is(actor: Actor, project: Project) -> None:
    bring(actor, project, board(actions=[comment("a1", "**Bold** @marta"), comment("a2", date=None)]))
    old, undated = Comment.objects.order_by("created_at")
    assert (old.author, old.said_by, old.text) == (None, "Ada Quist", "**Bold** @marta")
    assert old.created_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert undated.created_at >= Task.objects.get().created_at
    assert old.mentions.count() == 0
