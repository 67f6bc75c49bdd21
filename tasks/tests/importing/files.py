"""Small files of other systems, and what a project holds after an import."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from cooperatives.policy import Actor
from members.models import Membership
from members.tests.factories import a_member
from tasks.actions import Outcome, import_board
from tasks.importing import BoardPlan, read_board
from tasks.models import Assignment, CheckItem, Checklist, Comment, Label, Labelling, Lane, Project, Task

from ..boards import kinds

TRELLO = {"id": "b1", "name": "Board"}
COLUMNS = (
    "Reference", "Title", "Description", "Assignee Username", "Creator Username", "Color Name", "Column Name", "Category Name",
    "Swimlane Name", "Complexity", "Time Estimated", "Time Spent", "Start Date", "Due Date", "Priority", "Status", "Tags",
    "External Link",
)  # fmt: skip


def board(**parts: Any) -> bytes:
    """A small board of Trello: two lists, and the cards in the first of them unless they say otherwise."""
    lists = parts.pop("lists", [{"id": "l1", "name": "Ideas", "pos": 2}, {"id": "l2", "name": "Done", "pos": 1}])
    cards = [
        {"idList": "l1", "pos": 1, "name": "Card", "desc": "", "closed": False, **card, "id": card.get("id", f"c{number}")}
        for number, card in enumerate(parts.pop("cards", [{}]))
    ]
    return json.dumps({**TRELLO, "lists": lists, "cards": cards, **parts}).encode()


def issue(number: int, **facts: Any) -> dict[str, Any]:
    """An issue as GitHub's REST interface gives it."""
    return {
        "id": 1000 + number,
        "number": number,
        "title": f"Issue {number}",
        "state": "open",
        "body": "",
        "user": {"login": "ada-q"},
        "labels": [],
        "assignees": [],
        "html_url": f"https://github.com/acme/roof/issues/{number}",
        "created_at": "2026-03-01T10:00:00Z",
        "closed_at": None,
        **facts,
    }


def issues(*rows: dict[str, Any]) -> bytes:
    """A list of issues."""
    return json.dumps(rows).encode()


def table(*rows: Mapping[str, Any], columns: tuple[str, ...] = COLUMNS, delimiter: str = ",") -> bytes:
    """Tasks of Kanboard; what a row does not say is empty, but for its column."""
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, columns, restval="", delimiter=delimiter)
    writer.writeheader()
    where = "Column Name" if "Column Name" in columns else "Column"
    writer.writerows({where: "Backlog", **row} for row in rows)
    return sheet.getvalue().encode()


def bring(actor: Actor, project: Project, content: bytes, **more: Any) -> Outcome:
    """Read a file and import it."""
    return import_board(actor, project, read_board(content), **more)


def everybody(project: Project, plan: BoardPlan) -> dict[str, Membership]:
    """A member of the same name for each person of a plan."""
    return {one.source_id: a_member(project.cooperative, name=one.name) for one in plan.people}


def dropped(plan: BoardPlan) -> dict[str, int]:
    """What of the file does not come along, whoever is who."""
    return {kind: count for kind, count in plan.dropped.items() if count}


def everything() -> list[Any]:
    """Every row that an import may write, and the record of what was done."""
    models = (Project, Lane, Task, Label, Labelling, Assignment, Checklist, CheckItem, Comment)
    return [*(list(model.objects.order_by("pk").values()) for model in models), kinds()]


def steps(title: str) -> list[tuple[str, list[tuple[str, bool]]]]:
    """The checklists of a task, top to bottom, with their steps and whether each is done."""
    return [
        (one.name, [(item.text, item.done_at is not None) for item in one.items.order_by("position")])
        for one in Checklist.objects.filter(task__title=title).order_by("position")
    ]


def labels(task: Task) -> list[str]:
    """The labels of a task as people read them, in the order they were put on."""
    return [str(one.label) for one in Labelling.objects.filter(task=task).select_related("label").order_by("pk")]


def people(task: Task) -> list[str]:
    """Who does a task, the first one first."""
    return [str(one.member) for one in Assignment.objects.filter(task=task).select_related("member__person").order_by("pk")]
