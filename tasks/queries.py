"""Questions about work: projects with their counts, the board, what is mine, what is due."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from cooperatives.policy import Actor
from members.models import Membership
from members.queries import staying

from .models import BoardDraft, Lane, Project, Task, TaskQuerySet

FIRST_CARDS = 50
_ON_BOARD = Q(tasks__archived_at=None)


def projects_with_counts() -> "QuerySet[Project]":
    """Unarchived projects by name, each with `open_count` and `done_count` of the tasks on its board."""
    on_board = Q(tasks__archived_at=None, tasks__lane__archived_at=None, tasks__isnull=False)
    return (
        Project.objects.filter(archived_at=None)
        .annotate(
            open_count=Count("tasks", filter=on_board & Q(tasks__lane__is_done=False)),
            done_count=Count("tasks", filter=on_board & Q(tasks__lane__is_done=True)),
        )
        .order_by("name", "pk")
    )


def lanes_with_counts(project: Project | int) -> "QuerySet[Lane]":
    """The lanes of a board from left to right, each with `card_count` and with the project."""
    return (
        Lane.objects.filter(project=project, archived_at=None)
        .select_related("project")
        .annotate(card_count=Count("tasks", filter=_ON_BOARD & Q(tasks__isnull=False)))
        .order_by("position", "pk")
    )


def cards_of(project: Project) -> TaskQuerySet:
    """The cards on a board, in order, with what a card shows."""
    tasks: TaskQuerySet = Task.objects.filter(project=project, archived_at=None, lane__archived_at=None)
    return tasks.select_related("assignee__person").order_by("rank")


def members_to_assign(cooperative_id: int) -> "QuerySet[Membership]":
    """Who can be given a task: members who have not left, by name."""
    rows = Membership.objects.filter(staying(), cooperative=cooperative_id)
    return rows.select_related("person", "user").order_by("person__name", "number")


def matching(tasks: "QuerySet[Any]", text: str) -> "QuerySet[Any]":
    """Tasks whose title or description contains the text, titles first."""
    found = tasks.filter(Q(title__icontains=text) | Q(description__icontains=text))
    in_title = Case(When(title__icontains=text, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.order_by(in_title, "-updated_at", "pk")


def due_of(membership_ids: Iterable[int]) -> TaskQuerySet:
    """Unfinished tasks of these members, the most urgent first; those without a date last."""
    tasks: TaskQuerySet = Task.objects.unfinished().of(list(membership_ids)).with_people()
    undated = Case(When(due_date=None, then=Value(1)), default=Value(0), output_field=IntegerField())
    return tasks.order_by(undated, "due_date", "pk")


def due_before(cooperative_id: int, day: date) -> TaskQuerySet:
    """Unfinished tasks of a cooperative that are due before that day, the most urgent first; late ones included."""
    tasks: TaskQuerySet = Task.objects.unfinished().filter(cooperative=cooperative_id, due_date__lt=day).with_people()
    return tasks.order_by("due_date", "pk")


def lanes_of(project: Project) -> "QuerySet[Lane]":
    """All lanes of a project from left to right, archived ones included."""
    return Lane.objects.filter(project=project).order_by("position", "pk")


def open_tasks_by_project(cooperative_id: int, today: date) -> list[dict[str, Any]]:
    """For each project with unfinished tasks: name, how many, how many late, how many due within a week."""
    week = date.fromordinal(today.toordinal() + 7)
    tasks = Task.objects.unfinished().filter(cooperative=cooperative_id)
    return list(
        tasks.values("project_id", "project__name")
        .annotate(
            count=Count("pk"),
            late=Count("pk", filter=Q(due_date__lt=today)),
            soon=Count("pk", filter=Q(due_date__gte=today, due_date__lt=week)),
        )
        .order_by("-count", "project__name")
    )


def drafts_of(actor: Actor, project: Project) -> "QuerySet[BoardDraft]":
    """The actor's own uploads for a project."""
    standing = actor.standing(project.cooperative_id)
    drafts: QuerySet[BoardDraft] = BoardDraft.objects.filter(
        project=project, created_by=standing.membership_id if standing else None
    )
    return drafts
