"""Real files against everything that is published about them: the plan, the answer of the command, and the rows that it wrote."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from cooperatives.policy import Actor
from tasks.actions import import_board
from tasks.importing import BoardPlan, read_board, report
from tasks.models import Assignment, CheckItem, Checklist, Comment, Kind, Label, Labelling, Lane, Priority, Project, Task

from ..boards import lane_named
from .files import dropped, everybody, everything, labels, people

TRELLO, GITHUB, KANBOARD = ["trello-emoji-rtl", "trello-public-board"], ["github-issues"], ["kanboard-tasks"]
PRIORITIES = {0: Priority.NORMAL, 1: Priority.NORMAL, 2: Priority.HIGH, 3: Priority.URGENT}


class Real(NamedTuple):
    """A real file, what is expected of it, and the file itself as its system means it."""

    path: Path
    content: bytes
    expected: dict[str, Any]

    @property
    def raw(self) -> Any:
        """The JSON as it is."""
        return json.loads(self.content)


def opened(folder: Path, name: str) -> Real:
    path = next(one for one in folder.glob(f"{name}.*") if not one.name.endswith(".expected.json"))
    return Real(path, path.read_bytes(), json.loads((folder / f"{name}.expected.json").read_text()))


@pytest.fixture(params=[*TRELLO, *GITHUB, *KANBOARD])
def real(request: pytest.FixtureRequest, testdata: Path) -> Real:
    """Each of the four files."""
    return opened(testdata / "imports", request.param)


@pytest.fixture(params=TRELLO)
def trello(request: pytest.FixtureRequest, testdata: Path) -> Real:
    """Each of the boards."""
    return opened(testdata / "imports", request.param)


@pytest.fixture
def github(testdata: Path) -> Real:
    """The issues."""
    return opened(testdata / "imports", *GITHUB)


@pytest.fixture
def kanboard(testdata: Path) -> Real:
    """The table of tasks."""
    return opened(testdata / "imports", *KANBOARD)


def brought(actor: Actor, project: Project, real: Real) -> BoardPlan:
    """The file in the project, everybody of it being a member of the same name."""
    plan = read_board(real.content)
    import_board(actor, project, plan, people=everybody(project, plan))
    return plan


def shown() -> dict[str, list[tuple[str, bool]]]:
    """What the lanes hold, left to right and top to bottom, and whether it is archived."""
    lanes = Lane.objects.exclude(tasks=None).order_by("position")
    tasks = {lane.name: Task.objects.filter(lane=lane).order_by("rank") for lane in lanes}
    return {name: [(task.title, task.archived_at is not None) for task in rows] for name, rows in tasks.items()}


def line(text: str) -> str:
    return " ".join(text.split())


# All four


def test_a_second_time_changes_nothing(actor: Actor, project: Project, real: Real) -> None:
    plan = brought(actor, project, real)
    before = everything()
    again = import_board(actor, project, read_board(real.content))
    assert not again.changed and again.known == len(plan.cards)
    assert everything() == before


def test_a_file_fits_into_a_board_in_use_and_into_two_projects(actor: Actor, project: Project, real: Real) -> None:
    first, second = brought(actor, project, real), Project.objects.create(cooperative=project.cooperative, name="P", key="ZZZ")
    import_board(actor, second, read_board(real.content))
    assert Task.objects.filter(project=second).count() == Task.objects.filter(project=project).count() == len(first.cards)
    assert sorted(Task.objects.filter(project=second).values_list("number", flat=True)) == list(range(1, len(first.cards) + 1))


def test_the_command_answers_with_all_of_it(actor: Actor, project: Project, real: Real, capsys: Any) -> None:
    call_command("import_board", str(real.path), "--project", str(project.pk), "--dry-run", "--json")
    dry = json.loads(capsys.readouterr().out)
    assert (dry.pop("dry_run"), Task.objects.count()) == (True, 0)
    call_command("import_board", str(real.path), "--project", str(project.pk), "--json")
    said = json.loads(capsys.readouterr().out)
    assert said.pop("dry_run") is False
    created = said.pop("created")
    assert (said.pop("known"), said.pop("unassigned")) == (0, 0)
    assert said == dry
    models = {"cards": Task, "labels": Label, "checklists": Checklist, "items": CheckItem, "comments": Comment}
    assert {name: created[name] for name in models} == {name: model.objects.count() for name, model in models.items()}
    for name in ("cards", "checklists", "items", "comments"):
        assert said[name] == created[name]
    call_command("import_board", str(real.path), "--project", str(project.pk), "--json")
    again = json.loads(capsys.readouterr().out)
    assert (set(again["created"].values()), again["known"]) == ({0}, said["cards"])


# Trello


def expected_order(expected: dict[str, Any]) -> dict[str, list[tuple[str, bool]]]:
    return {
        one["list"].strip(): [(line(card["name"]), card.get("archived", False)) for card in one["cards"]]
        for one in expected["lists"]
    }


def test_the_counts_of_a_board_are_those_of_the_file(trello: Real) -> None:
    plan, counts = read_board(trello.content), trello.expected["counts"]
    said = report(plan)
    assert {
        name: said[name] for name in ("lists", "archived_lists", "cards", "archived", "checklists", "items", "items_done")
    } == {
        "lists": counts["lists"],
        "archived_lists": counts["lists_archived"],
        "cards": counts["cards"],
        "archived": counts["cards_archived"],
        "checklists": counts["checklists"],
        "items": counts["check_items"],
        "items_done": counts["check_items_complete"],
    }
    assert (said["comments"], said["labels"]) == (counts["comments_on_cards_in_file"], counts["labels"])
    assert (said["members"], said["attachments"]) == (counts["members"], counts["attachments"])
    assert said["comments"] == counts["comments_by_badges"]
    assert said["notes"] == []
    assert list(said["order"].items()) == [
        (name, [title for title, _archived in cards]) for name, cards in expected_order(trello.expected).items()
    ]


def test_what_stays_behind_of_a_board_is_counted(trello: Real) -> None:
    plan, counts, raw = read_board(trello.content), trello.expected["counts"], trello.raw
    involved = {key for card in raw["cards"] for key in card["idMembers"]}
    board_members = {member["id"] for member in raw["members"]}
    expected = {
        "attachments": sum(bool(one.get("isUpload")) for card in raw["cards"] for one in card["attachments"]),
        "board descriptions": int(bool(raw["desc"])),
        "cards without a list": counts["cards_orphaned"],
        "comments on cards that are not in the file": counts["comments_in_file"] - counts["comments_on_cards_in_file"],
        "custom fields": counts["custom_fields"],
        "history": counts["actions"] - counts["comments_in_file"],
        "marks of due dates as kept": counts["cards_due_complete"],
        "members that the file does not name": counts["cards_with_member_not_on_board"],
        "members without a card": counts["members"] - len(involved & board_members),
        "people and dates of checklist items": sum(
            bool(item.get("idMember")) + bool(item.get("due")) for one in raw["checklists"] for item in one["checkItems"]
        ),
        "votes": sum(len(card["idMembersVoted"]) for card in raw["cards"]),
    }
    assert dropped(plan) == {kind: count for kind, count in expected.items() if count}
    assert {one.name for one in plan.people} == {one["fullName"] for one in raw["members"] if one["id"] in involved}
    assert {one.name for one in plan.people} <= set(trello.expected["people_to_map"])


def test_a_board_stands_as_in_the_file(actor: Actor, project: Project, trello: Real) -> None:
    brought(actor, project, trello)
    order = expected_order(trello.expected)
    assert list(shown().items()) == [(name, cards) for name, cards in order.items() if cards]
    lanes = Lane.objects.exclude(source_id=None).order_by("position")
    assert [(lane.name, lane.archived_at is not None) for lane in lanes] == [
        (one["list"].strip(), one["archived"]) for one in trello.expected["lists"]
    ]
    assert (
        Task.objects.filter(lane__archived_at__isnull=False, archived_at=None).count()
        == (trello.expected["counts"]["cards_open_in_archived_lists"])
    )
    assert sorted(Task.objects.values_list("number", flat=True)) == list(range(1, sum(map(len, order.values())) + 1))


def test_what_is_counted_on_cards_is_in_the_rows(actor: Actor, project: Project, trello: Real) -> None:
    brought(actor, project, trello)
    counts = trello.expected["counts"]
    assert Label.objects.count() == counts["labels"]
    assert Label.objects.filter(name="").count() == counts["labels_without_name"]
    assert Labelling.objects.values("task").distinct().count() == counts["cards_with_labels"]
    assert Task.objects.exclude(due_date=None).count() == counts["cards_with_due"]
    assert Assignment.objects.count() == counts["card_member_pairs"] - counts["cards_with_member_not_on_board"]
    assert (Checklist.objects.count(), CheckItem.objects.count()) == (counts["checklists"], counts["check_items"])
    assert CheckItem.objects.exclude(done_at=None).count() == counts["check_items_complete"]
    assert Comment.objects.count() == counts["comments_on_cards_in_file"]
    assert set(Comment.objects.values_list("author", flat=True)) == {None}


def test_every_card_of_a_board_is_as_in_the_file(actor: Actor, project: Project, trello: Real) -> None:
    brought(actor, project, trello)
    raw, zone = trello.raw, ZoneInfo(project.cooperative.time_zone)
    names = {member["id"]: member["fullName"] for member in raw["members"]}
    words = {label["id"]: label["name"] for label in raw["labels"]}
    described = 0
    for card in raw["cards"]:
        task = Task.objects.get(source_id=f"trello:{card['id']}")
        assert (task.title, task.archived_at is not None) == (line(card["name"]), card["closed"])
        links = [f"- [{one['name']}]({one['url'].replace('ä', '%C3%A4')})" for one in card["attachments"] if not one["isUpload"]]
        described += bool(card["desc"].strip())
        assert task.description == "\n\n".join(filter(None, [card["desc"].strip(), "\n".join(links)]))
        assert task.due_date == (datetime.fromisoformat(card["due"]).astimezone(zone).date() if card["due"] else None)
        start = card.get("start")
        assert task.start_date == (datetime.fromisoformat(start).astimezone(zone).date() if start else None)
        assert people(task) == [names[key] for key in card["idMembers"] if key in names]
        found = Labelling.objects.filter(task=task).order_by("pk").values_list("label__name", flat=True)
        assert list(found) == [words[key] for key in card["idLabels"]]
    assert described == trello.expected["counts"]["cards_with_description"]


def test_every_checklist_and_comment_is_as_in_the_file(actor: Actor, project: Project, trello: Real) -> None:
    brought(actor, project, trello)
    raw = trello.raw
    for one in raw["checklists"]:
        found = Checklist.objects.get(source_id=f"trello:{one['id']}")
        assert (found.name, found.task.source_id) == (line(one["name"]), f"trello:{one['idCard']}")
        steps = sorted(one["checkItems"], key=lambda item: item["pos"])
        assert [(item.text, item.done_at is not None) for item in found.items.order_by("position")] == [
            (line(item["name"]), item["state"] == "complete") for item in steps
        ]
    cards, names = {card["id"] for card in raw["cards"]}, {one["id"]: one["fullName"] for one in raw["members"]}
    said = [act for act in raw["actions"] if act["type"] == "commentCard" and act["data"]["card"]["id"] in cards]
    for act in said:
        comment = Comment.objects.get(source_id=f"trello:{act['id']}")
        assert (comment.text, comment.task.source_id) == (act["data"]["text"].strip(), f"trello:{act['data']['card']['id']}")
        assert comment.created_at == datetime.fromisoformat(act["date"])
        creator = act.get("memberCreator", {}).get("fullName") or names.get(act["idMemberCreator"])
        assert comment.said_by == (creator or "Somebody")
    assert Comment.objects.filter(said_by="Somebody").count() == sum("memberCreator" not in act for act in said)


# GitHub


def test_issues_are_told_from_pull_requests(github: Real) -> None:
    plan, counts = read_board(github.content), github.expected["counts"]
    said = report(plan)
    assert (said["cards"], said["labels"]) == (counts["issues"], counts["labels"])
    assert dropped(plan) == {
        "pull requests": counts["pull_requests"],
        "comments that are not in the file": counts["comments_on_github"],
        "members without a card": 1,
    }
    assert (len(said["order"]["Open"]), len(said["order"]["Closed"])) == (counts["issues_open"], counts["issues_closed"])
    (question,) = (one for one in github.expected["questions"] if one["code"] == "map_people")
    assert {one.handle for one in plan.people} < set(question["values"])
    assert said["members"] == len(question["values"])
    assert len({card.author for card in plan.cards}) == counts["authors"]
    assert sum(bool(card.people) for card in plan.cards) == counts["issues_with_assignee"]
    assert sum(card.description.startswith("[CivicActions") for card in plan.cards) == counts["issues_without_body"]
    assert said["milestones"] == counts["issues_with_milestone"]
    titles = {card.title for card in plan.cards}
    assert not titles & {row["title"] for row in github.raw if row["number"] in github.expected["pull_requests"]}


def test_every_issue_is_as_in_the_file(actor: Actor, project: Project, github: Real) -> None:
    brought(actor, project, github)
    order = {
        state: [line(one["title"]) for one in github.expected["issues"] if one["state"] == state] for state in ("open", "closed")
    }
    assert [title for title, _archived in shown()["To do"]] == order["open"]
    assert [title for title, _archived in shown()["Done"]] == order["closed"]
    bodies = {row["number"]: row["body"] or "" for row in github.raw}
    for one in github.expected["issues"]:
        task = Task.objects.get(title=line(one["title"]))
        number = one["number"]
        assert task.created_at == datetime.fromisoformat(one["created_at"])
        assert str(task.created_by) == one["author"]
        assert people(task) == one.get("assignees", [])
        assert sorted(labels(task)) == sorted(one.get("labels", []))
        assert task.kind == (Kind.BUG if "bug" in one.get("labels", []) else Kind.TASK)
        text, _gap, origin = task.description.rpartition("\n\n")
        assert text == bodies[number].replace("\r\n", "\n").strip()
        link = f"[CivicActions/nebula#{number}](https://github.com/CivicActions/nebula/issues/{number}) · @{one['author']}"
        closed = datetime.fromisoformat(one["closed_at"]).astimezone(UTC) if "closed_at" in one else None
        assert origin == (f"{link} · closed on {closed:%B} {closed.day}, {closed.year}" if closed else link)
        assert task.is_late(on=date(2100, 1, 1)) is False


def test_issues_go_into_the_lanes_of_the_board(actor: Actor, project: Project, github: Real) -> None:
    before = list(Lane.objects.order_by("pk").values())
    brought(actor, project, github)
    assert list(Lane.objects.order_by("pk").values()) == before
    counts = github.expected["counts"]
    assert Task.objects.filter(lane=lane_named(project, "todo")).count() == counts["issues_open"]
    assert Task.objects.filter(lane=lane_named(project, "done")).count() == counts["issues_closed"]


# Kanboard


def test_the_counts_of_a_table_are_those_of_the_file(kanboard: Real) -> None:
    plan, expected = read_board(kanboard.content), kanboard.expected
    said, counts = report(plan), expected["counts"]
    assert (said["cards"], said["archived"], said["labels"]) == (counts["tasks"], counts["closed"], counts["labels"])
    assert said["cards"] - said["archived"] == counts["open"]
    assert {name: len(titles) for name, titles in said["order"].items()} == counts["lanes"]
    assert sum(card.due is not None for card in plan.cards) == counts["with_due"]
    assert dropped(plan) == {
        "rows without a title": counts["data_rows"] - counts["tasks"],
        "time spent": sum("hours_spent" in row for row in expected["rows"]),
        "card colours": counts["tasks"],
    }
    asked = {one["code"]: one for one in expected["questions"]}
    assert {str(one) for one in plan.people} == {*asked["people_to_map"]["values"], *asked["user_not_found"]["values"]}
    (error,) = expected["errors"]
    assert said["notes"] == [
        f"Row {error['row']} has no title and stays out.",
        "2 rows have the reference LC-119: each comes as a card of its own.",
    ]


def test_every_task_of_a_table_is_as_in_the_file(actor: Actor, project: Project, kanboard: Real) -> None:
    brought(actor, project, kanboard)
    lanes: dict[str, list[tuple[str, bool]]] = {}
    for row in kanboard.expected["rows"]:
        lanes.setdefault(row["lane"], []).append((row["title"], row.get("closed", False)))
        task = Task.objects.get(title=row["title"])
        link = f"[{row['link']}]({row['link']})" if "link" in row else ""
        assert task.description == "\n\n".join(filter(None, [row.get("description", ""), link]))
        assert people(task) == ([row["assignee"]] if "assignee" in row else [])
        assert str(task.created_by) == row["creator"]
        assert task.points == row.get("complexity")
        assert task.estimate == (row["hours_estimated"] * 60 if "hours_estimated" in row else None)
        assert task.priority == PRIORITIES[row.get("priority", 0)]
        for name, value in (("start", task.start_date), ("due", task.due_date)):
            assert value == (datetime.fromisoformat(row[name]).date() if name in row else None)
        swimlane = [] if row["swimlane"] == "Default swimlane" else [row["swimlane"]]
        category = [row["category"]] if "category" in row else []
        assert labels(task) == [*row.get("labels", []), *category, *swimlane]
    assert list(shown().items()) == list(lanes.items())
    colours = Counter(Label.objects.values_list("colour", flat=True))
    assert colours == {"grey": kanboard.expected["counts"]["labels"], "blue": 2, "teal": 1}
