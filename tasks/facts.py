"""Answers to questions of lower ranks: search, my work, the figure of open tasks; the place in the navigation, the links."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from activity.web import address
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may, visible
from cooperatives.queries import SEARCH, Found, fact
from cooperatives.web import panel, place
from members.queries import FIRST_STEPS, Step

from .models import Project, Task
from .queries import due_of, matching, open_tasks_by_project

place("work", gettext_lazy("Work"), "board", "tasks:projects", "tasks.see", 0, 20, bar=True)
panel(
    "due",
    gettext_lazy("Due soon"),
    "tasks:due",
    "tasks.see",
    "overview",
    20,
    all_label=gettext_lazy("All work"),
    all_url_name="tasks:projects",
)
address("tasks.task", "tasks:task")
address("tasks.lane", "tasks:lane")
address("tasks.project", "tasks:board")


def _slugs(ids: Any) -> dict[int, str]:
    return dict(Cooperative.objects.filter(pk__in=ids).values_list("pk", "slug"))


@SEARCH.answer
def search(*, actor: Actor, cooperative_ids: Any, text: str, limit: int) -> list[Found]:
    """Projects and tasks that contain the text and that the actor may see."""
    slugs = _slugs(cooperative_ids)
    projects = visible(actor, "tasks.see", Project.objects.filter(cooperative__in=slugs, archived_at=None))
    tasks = visible(actor, "tasks.see", Task.objects.open().filter(cooperative__in=slugs))
    found = [
        Found(row.name, reverse("tasks:board", args=[slugs[row.cooperative_id], row.pk]), _("Projects"), row.key, "board")
        for row in projects.filter(name__icontains=text).order_by("name", "pk")[:limit]
    ]
    for row in matching(tasks, text).select_related("project", "lane")[: limit - len(found)]:
        url = reverse("tasks:task", args=[slugs[row.cooperative_id], row.pk])
        found.append(Found(row.title, url, _("Tasks"), f"{row.reference} · {row.lane.name}", "check"))
    return found


@fact("my_work").answer
def my_work(*, actor: Actor, limit: int) -> list[dict[str, Any]]:
    """The actor's unfinished tasks in all cooperatives, the most urgent first."""
    mine = [standing.membership_id for standing in actor.standings.values()]
    rows = list(due_of(mine).select_related("cooperative", "project", "lane")[:limit]) if mine else []
    return [
        {
            "id": row.pk,
            "title": row.title,
            "url": reverse("tasks:task", args=[row.cooperative.slug, row.pk]),
            "detail": row.project.name,
            "cooperative": row.cooperative,
            "due_date": row.due_date,
        }
        for row in rows
    ]


@fact("figures").answer
def figures(*, actor: Actor, cooperative: Cooperative) -> list[dict[str, Any]]:
    """How many tasks are open, with the sum behind it."""
    if not may(actor, "tasks.see", cooperative):
        return []
    today = timezone.localtime(timezone.now(), cooperative.zone).date()
    projects = open_tasks_by_project(cooperative.pk, today)
    total = sum(row["count"] for row in projects)
    soon, late = sum(row["soon"] for row in projects), sum(row["late"] for row in projects)
    note = _("%(soon)d due this week, %(late)d late") % {"soon": soon, "late": late} if soon or late else ""
    return [{"label": _("Open tasks"), "value": total, "note": note, "why": _why(projects, total, cooperative)}]


def _why(projects: list[dict[str, Any]], total: int, cooperative: Cooperative) -> dict[str, Any]:
    return {
        "title": ngettext("%(n)d open task", "%(n)d open tasks", total) % {"n": total},
        "rule": _("Tasks on any board whose lane is not marked as done."),
        "source": _("Rule “open tasks”, version 1"),
        "steps": [{"label": row["project__name"], "value": row["count"]} for row in projects],
        "total": {"label": _("Open tasks"), "value": total},
        "links": [
            {"label": row["project__name"], "url": reverse("tasks:board", args=[cooperative.slug, row["project_id"]])}
            for row in projects
        ],
    }


@FIRST_STEPS.answer
def first_steps(*, actor: Actor, cooperative: Cooperative) -> list[Step]:
    """The first steps of this room: a board, and something on it."""
    board, url = Project.objects.filter(cooperative=cooperative), reverse("tasks:projects", args=[cooperative.slug])
    return [
        Step(
            "board",
            gettext_lazy("Set up a board"),
            gettext_lazy("For repairs, the garden, or your first project."),
            url,
            board.exists(),
        ),
        Step(
            "task",
            gettext_lazy("Put the first task on it"),
            gettext_lazy("With somebody who does it, and a day."),
            url,
            Task.objects.filter(cooperative=cooperative).exists(),
        ),
    ]
