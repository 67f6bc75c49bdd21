"""Tasks as a list: of one project or of all, filtered, sorted, and many changed at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cooperatives.policy import may, visible
from cooperatives.web import PAGE, CoopRequest, Page, fetch, needs, pager, respond
from members.queries import today_in

from ..actions import BULK_LIMIT, change_tasks
from ..forms import BulkForm, FilterForm, QuickForm
from ..models import Project, Task
from ..queries import saved_filters_for, workers_in, workers_of
from ..swimlanes import GROUPS
from ..wishes import Wanted

LEAVES = {"lane": "opt3", "priority": "opt", "updated": "opt2"}  # which columns leave as room shrinks
HEADS = {"title": _("Task"), "lane": _("Lane"), "priority": _("Priority"), "due": _("Due"), "updated": _("Last change")}


@require_http_methods(["GET", "HEAD", "POST"])
@needs("tasks.see")
def listing(request: CoopRequest, pk: int | None = None) -> HttpResponse:
    """The list; a post changes the chosen tasks, all of them or none. `?all=1` comes with every box ticked."""
    project = fetch(request, Project.objects.all(), "tasks.see", pk=pk) if pk else None
    if project:
        request.live_url = f"/ws/projects/{project.pk}/"  # type: ignore[attr-defined]
    wanted = Wanted.of(request.GET)
    choices = FilterForm(wanted, request.cooperative, project)
    workers = workers_of(project) if project else workers_in(request.cooperative)
    sent = request.POST if request.method == "POST" else None
    form = BulkForm(sent, choices=choices, tasks=_rows(request, project), workers=workers)
    if request.method == "POST" and form.act(change_tasks, request.actor):
        sentence = ngettext("Changed %(n)d task.", "Changed %(n)d tasks.", len(form.result)) % {"n": len(form.result)}
        messages.success(request, sentence)
        return redirect(request.get_full_path())
    page = pager(request, wanted.ordered(_wanted(request, project, wanted)).with_people(), _size(request))
    context = {"project": project, "wanted": wanted, "choices": choices, "form": form, "pager": page}
    context |= {"heads": _heads(request, wanted), "ticked": _ticked(request, form, page), "sizes": (PAGE, BULK_LIMIT)}
    context |= {"saved": list(saved_filters_for(request.actor, request.cooperative, project)), "here": "list"}
    if project:
        context["quick"] = QuickForm(project=project)
    context["may_change"] = may(request.actor, "tasks.change", project or request.cooperative) and not _is_away(project)
    return respond(request, "tasks/list.html", "tasks/_list.html", context, status=form.status)


def _is_away(project: Project | None) -> bool:
    return project is not None and project.archived_at is not None


def _rows(request: CoopRequest, project: Project | None) -> Any:
    """All tasks that this list may show."""
    tasks = Task.objects.filter(project=project) if project else Task.objects.filter(cooperative=request.cooperative)
    return visible(request.actor, "tasks.see", tasks)


def _wanted(request: CoopRequest, project: Project | None, wanted: Wanted) -> Any:
    tasks = _rows(request, project)
    if wanted.state != "archived":
        tasks = tasks.filter(archived_at=None, lane__archived_at=None) if project else tasks.open()
    return wanted.rows(tasks, request.actor, request.cooperative.pk, today_in(request.cooperative.time_zone))


def _size(request: CoopRequest) -> int:
    return BULK_LIMIT if request.GET.get("size") == str(BULK_LIMIT) else PAGE


def _heads(request: CoopRequest, wanted: Wanted) -> list[dict[str, Any]]:
    """The heads of the columns: a link sorts by one, and turned round when it is sorted by already."""
    return [_head(request, wanted.sort, key) for key in HEADS]


def _head(request: CoopRequest, sort: str, key: str) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("all", None)
    query["sort"] = f"-{key}" if sort == key else key
    turned = ("descending" if sort.startswith("-") else "ascending") if sort.removeprefix("-") == key else ""
    return {"key": key, "label": HEADS[key], "url": f"?{query.urlencode()}", "sorted": turned, "css": LEAVES.get(key, "")}


def _ticked(request: CoopRequest, form: BulkForm, page: Page) -> set[int]:
    """The tasks whose boxes come ticked: those that were sent, or all of the page where that was asked for."""
    if request.GET.get("all") == "1" and not form.is_bound:
        return {task.pk for task in page.items}
    return {int(mark.split(":")[0]) for mark in form.chosen if mark.split(":")[0].isdecimal()}


@require_safe
@needs("tasks.see")
def choose(request: CoopRequest, pk: int) -> HttpResponse:
    """The filter of a board on a page of its own; a board alone asks nothing of what it needs."""
    project = fetch(request, Project.objects.all(), "tasks.see", pk=pk)
    wanted = Wanted.of(request.GET)
    context = {
        "project": project,
        "wanted": wanted,
        "choices": FilterForm(wanted, request.cooperative, project, board=True),
        "saved": list(saved_filters_for(request.actor, request.cooperative, project)),
        "by": by if (by := request.GET.get("by", "")) in GROUPS else "",
        "action": reverse("tasks:board", args=[request.cooperative.slug, project.pk]),
    }
    return respond(request, "tasks/choose.html", "tasks/choose.html", context)
