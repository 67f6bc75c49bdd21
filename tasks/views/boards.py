"""Projects and their boards."""

from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cooperatives.policy import may, visible
from cooperatives.web import PAGE, CoopRequest, fetch, is_partial, needs, pager, respond, tell

from .. import board as boards
from ..actions import create_project
from ..forms import FilterForm, ProjectForm, QuickForm
from ..forms.tasks import BIGGEST
from ..models import Project
from ..queries import board_lanes, due_before, projects_with_counts
from ..swimlanes import GROUPS, ROWS, swimlanes
from ..wishes import Wanted, number

MOST_CARDS = 5000
MOST_LANES = 50
SOON = timedelta(days=7)
MOST_DUE = 8


@require_safe
@needs("tasks.see")
def projects(request: CoopRequest) -> HttpResponse:
    """All projects of the cooperative, with how much is open and done."""
    rows = pager(request, visible(request.actor, "tasks.see", projects_with_counts()))
    context = {"projects": rows, "may_create": may(request.actor, "tasks.create_project", request.cooperative)}
    return respond(request, "tasks/projects.html", "tasks/_projects.html", context)


@needs("tasks.create_project")
def project_new(request: CoopRequest) -> HttpResponse:
    """Start a project."""
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.act(create_project, request.actor, request.cooperative):
        tell(request, form, _("%(name)s has a board with four lanes. Add the first task.") % {"name": form.result.name})
        return redirect(form.address(form.result))
    return render(request, "tasks/project_new.html", {"form": form}, status=form.status)


@require_safe
@needs("tasks.see")
def board(request: CoopRequest, pk: int) -> HttpResponse:
    """The board of a project, `?by=` in rows; for htmx the board alone, or the next cards of one lane."""
    lanes = board_lanes(project=pk) if pk <= BIGGEST else []
    seen = lanes and may(request.actor, "tasks.see", lanes[0].project)  # one statement for both, wherever there is a lane
    project = lanes[0].project if seen else fetch(request, Project.objects.all(), "tasks.see", pk=pk)
    request.seq = lanes[0].seq if lanes else None  # type: ignore[attr-defined]
    request.live_url = f"/ws/projects/{project.pk}/"  # type: ignore[attr-defined]
    wish, by = _wish(request), request.GET.get("by", "")
    if is_partial(request) and (target := request.htmx.target or "").startswith("more-"):
        return _further(request, project, wish, number(target.removeprefix("more-")))
    if by in GROUPS:
        return _in_rows(request, project, wish.wanted, by)
    context = boards.board(request.actor, request.cooperative, project, wish, lanes)
    for one in context["shown"]:
        one.quick = QuickForm(project=project)
    return respond(request, "tasks/board.html", "tasks/_board.html", {**context, **_around(request, project, wish.wanted)})


def _in_rows(request: CoopRequest, project: Project, wanted: Wanted, by: str) -> HttpResponse:
    context = swimlanes(request.actor, request.cooperative, project, wanted, by)
    page = pager(request, context["rows"], ROWS)
    context |= {"pager": page, "by": by, "back": f"by-{by}", **context["fill"](page.items)}
    return respond(request, "tasks/board.html", "tasks/_swimlanes.html", {**context, **_around(request, project, wanted, by)})


def _around(request: CoopRequest, project: Project, wanted: Wanted, by: str = "") -> dict[str, Any]:
    """What stands above a board. Names are looked up only where something is filtered by one."""
    ways = [{"key": key, "label": label, "query": _query(wanted, key)} for key, label in {"": _("Lanes alone"), **GROUPS}.items()]
    return {
        "active": said(request, project, wanted),
        "ways": ways,
        "here": "board",
        "by": by,
        "may_import": may(request.actor, "tasks.import", project),
        "may_overfill": may(request.actor, "tasks.overfill", project),
        "may_settle": may(request.actor, "tasks.change_project", project),
    }


def said(request: CoopRequest, project: Project | None, wanted: Wanted) -> list[dict[str, Any]]:
    """What a filter says, part by part, each with the address without it."""
    found = FilterForm(wanted, request.cooperative, project).active if wanted.without("text").filtered else []
    words = {"label": _("Words"), "value": wanted.text, "query": wanted.without("text").query}
    return [words, *found] if wanted.text else found


def _query(wanted: Wanted, by: str) -> str:
    return "&".join(filter(None, [wanted.query, f"by={by}" if by else ""]))


@require_safe
@needs("tasks.see")
def due(request: CoopRequest) -> HttpResponse:
    """What is late or due within a week, of everybody; on the overview the most urgent of it."""
    today = timezone.localtime(timezone.now(), request.cooperative.zone).date()
    tasks = visible(request.actor, "tasks.see", due_before(request.cooperative.pk, today + SOON))
    rows = pager(request, tasks, MOST_DUE if is_partial(request) else PAGE)
    return respond(request, "tasks/due.html", "tasks/_due.html", {"tasks": rows, "whole": not is_partial(request)})


def _wish(request: CoopRequest) -> boards.Wish:
    """What the query asks for; what makes no sense is left out."""
    pairs = zip(request.GET.getlist("lane"), request.GET.getlist("upto"), strict=False)
    more = {number(lane): min(number(upto), MOST_CARDS) for lane, upto in islice(pairs, MOST_LANES)}
    wanted = replace(Wanted.of(request.GET), sort="", state="")  # a board has its own order, and shows what is on it
    return boards.Wish(wanted, {lane: upto for lane, upto in more.items() if lane and upto})


def _further(request: CoopRequest, project: Project, wish: boards.Wish, lane_id: int) -> HttpResponse:
    """The cards of one lane that the reader has not got yet."""
    context = boards.further(request.actor, request.cooperative, project, wish, lane_id)
    return HttpResponse(status=404) if context is None else render(request, "tasks/_more.html", context)
