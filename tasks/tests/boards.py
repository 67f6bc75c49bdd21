"""Boards for tests, and what to look at on them."""

from typing import Any

from activity.models import Event
from cooperatives.policy import Actor
from tasks.actions import create_task
from tasks.models import Assignment, Lane, Project, Task


def lane_named(project: Project, status: str) -> Lane:
    """A lane by its status."""
    lane: Lane = Lane.objects.get(project=project, status=status)
    return lane


def add(actor: Actor, lane: Lane, *titles: str, **facts: Any) -> list[Task]:
    """Add tasks to the bottom of a lane."""
    project = lane.project
    return [create_task(actor, project, title=title, lane=lane, **facts) for title in titles]


def titles(lane: Lane) -> list[str]:
    """What stands in a lane, top to bottom, archived cards included."""
    return list(Task.objects.filter(lane=lane).order_by("rank").values_list("title", flat=True))


def kinds() -> list[str]:
    """The kinds of all records of work, oldest first."""
    return list(Event.objects.filter(kind__startswith="tasks.").order_by("seq").values_list("kind", flat=True))


def told(kind: str) -> list[dict[str, Any]]:
    """The payloads of all records of a kind, oldest first."""
    return [event.told.data["payload"] for event in Event.objects.filter(kind=kind).order_by("seq") if event.told]


def fill(lane: Lane, count: int, *, start: int = 1, **facts: Any) -> list[Task]:
    """Many cards at once, past the actions: for tests that count statements."""
    people = facts.pop("assignees", ())
    rows = [
        Task(
            cooperative_id=lane.cooperative_id,
            project=lane.project,
            lane=lane,
            number=number,
            title=f"Card {number}",
            rank=number * 1000,
            **facts,
        )
        for number in range(start, start + count)
    ]
    Project.objects.filter(pk=lane.project_id).update(last_number=start + count - 1)
    tasks = Task.objects.bulk_create(rows)
    Assignment.objects.bulk_create(
        Assignment(cooperative_id=lane.cooperative_id, task=task, member=member) for task in tasks for member in people
    )
    return tasks


def problem(answer: Any, status: int, code: str, field: str = "") -> None:
    """The answer is a problem document with this status, code and field."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == code, body
    if field:
        assert field in body["errors"], body
