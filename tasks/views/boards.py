"""Projects and their boards."""

from datetime import timedelta
from itertools import islice

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cooperatives.policy import may, visible
from cooperatives.web import PAGE, CoopRequest, fetch, is_partial, needs, pager, respond, tell

from .. import board as boards
from ..actions import create_project
from ..forms import BIGGEST, ProjectForm
from ..models import Project
from ..queries import FIRST_CARDS, due_before, lanes_with_counts, projects_with_counts

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
    """The board of a project; for htmx the board alone, or the next cards of one lane."""
    lanes = list(lanes_with_counts(pk)) if pk <= BIGGEST else []
    seen = lanes and may(request.actor, "tasks.see", lanes[0].project)  # one statement for both, wherever there is a lane
    project = lanes[0].project if seen else fetch(request, Project.objects.all(), "tasks.see", pk=pk)
    request.live_url = f"/ws/projects/{project.pk}/"  # type: ignore[attr-defined]
    wish = _wish(request)
    context = boards.board(request.actor, request.cooperative, project, wish, lanes)
    context["may_import"] = may(request.actor, "tasks.import", project)
    context["may_overfill"] = may(request.actor, "tasks.overfill", project)
    context["may_settle"] = may(request.actor, "tasks.change_project", project)
    if is_partial(request) and (target := request.htmx.target or "").startswith("more-"):
        return _more(request, context, _number(target.removeprefix("more-")))
    return respond(request, "tasks/board.html", "tasks/_board.html", context)


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
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    pairs = zip(request.GET.getlist("lane"), request.GET.getlist("upto"), strict=False)
    more = {_number(lane): min(_number(upto), MOST_CARDS) for lane, upto in islice(pairs, MOST_LANES)}
    return boards.Wish(
        text=words,
        mine=request.GET.get("mine") == "1",
        more={lane: upto for lane, upto in more.items() if lane and upto},
    )


def _number(text: str) -> int:
    """A number of an address; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _more(request: CoopRequest, context: dict[str, object], lane_id: int) -> HttpResponse:
    """The cards of one lane that the reader has not got yet."""
    lanes: list[boards.ShownLane] = context["shown"]  # type: ignore[assignment]
    one = next((shown for shown in lanes if shown.lane.pk == lane_id), None)
    if one is None:
        return HttpResponse(status=404)
    upto = context["wish"].upto(lane_id)  # type: ignore[attr-defined]
    fresh = one.cards[max(upto - FIRST_CARDS, 0) :]
    return render(request, "tasks/_more.html", {**context, "one": one, "fresh": fresh})
