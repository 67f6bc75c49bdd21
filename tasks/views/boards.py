"""Projects and their boards."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cooperatives.policy import may, visible
from cooperatives.web import CoopRequest, fetch, is_partial, needs, pager, respond

from .. import board as boards
from ..actions import create_project
from ..forms import ProjectForm
from ..models import Project
from ..queries import FIRST_CARDS, projects_with_counts

MOST_CARDS = 5000


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
        messages.success(request, _("%(name)s has a board with four lanes. Add the first task.") % {"name": form.result.name})
        return redirect("tasks:board", request.cooperative.slug, form.result.pk)
    return render(request, "tasks/project_new.html", {"form": form}, status=form.status)


@needs("tasks.see")
def board(request: CoopRequest, pk: int) -> HttpResponse:
    """The board of a project; for htmx the board alone, or the next cards of one lane."""
    project = fetch(request, Project.objects.all(), "tasks.see", pk=pk)
    request.live_url = f"/ws/projects/{project.pk}/"  # type: ignore[attr-defined]
    wish = _wish(request)
    context = boards.board(request.actor, request.cooperative, project, wish)
    context["may_import"] = may(request.actor, "tasks.import", project)
    if wish.lane and is_partial(request) and (request.htmx.target or "").startswith("more-"):
        return _more(request, context, wish)
    return respond(request, "tasks/board.html", "tasks/_board.html", context)


def _wish(request: CoopRequest) -> boards.Wish:
    """What the query asks for; what makes no sense is left out."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    lane, upto = request.GET.get("lane", ""), request.GET.get("upto", "")
    return boards.Wish(
        text=words,
        mine=request.GET.get("mine") == "1",
        lane=int(lane) if lane.isascii() and lane.isdigit() and len(lane) < 19 else None,
        upto=min(int(upto), MOST_CARDS) if upto.isascii() and upto.isdigit() and len(upto) < 10 else FIRST_CARDS,
    )


def _more(request: CoopRequest, context: dict[str, object], wish: boards.Wish) -> HttpResponse:
    """The cards of one lane that the reader has not got yet."""
    lanes: list[boards.ShownLane] = context["shown"]  # type: ignore[assignment]
    one = next((shown for shown in lanes if shown.lane.pk == wish.lane), None)
    if one is None:
        return HttpResponse(status=404)
    fresh = one.cards[max(wish.upto - FIRST_CARDS, 0) :]
    return render(request, "tasks/_more.html", {**context, "one": one, "fresh": fresh})
