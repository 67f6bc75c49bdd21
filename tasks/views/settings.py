"""What a project is called and which lanes its board has."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cooperatives.actions import RuleBroken
from cooperatives.policy import may
from cooperatives.web import ActionForm, CoopRequest, fetch, needs, put_away, seen_version, tell

from ..actions import change_lane, change_project, create_lane, more_than_allowed
from ..forms import LaneEditForm, LaneForm, ProjectSettingsForm
from ..models import Lane, Project
from ..queries import labels_of, lanes_of


@needs("tasks.change_project")
def project(request: CoopRequest, pk: int) -> HttpResponse:
    """Name and description of a project, its lanes in order, and the way to archive it."""
    row = fetch(request, Project.objects.all(), "tasks.change_project", pk=pk)
    request.live_url = f"/ws/projects/{row.pk}/"  # type: ignore[attr-defined]
    form = ProjectSettingsForm.of(row, request.POST or None)
    if not may(request.actor, "tasks.close_project", row):
        del form.fields["members_only"]
    if request.method == "POST" and _saved(request, form, change_project, row):
        return redirect("tasks:project", request.cooperative.slug, row.pk)
    lanes = list(lanes_of(row))
    context = {
        "project": row,
        "form": form,
        "lanes": [lane for lane in lanes if lane.archived_at is None],
        "labels": list(labels_of(row)),
        "archived": [lane for lane in lanes if lane.archived_at is not None],
    }
    return render(request, "tasks/project.html", context, status=form.status)


@needs("tasks.create_lane")
def lane_new(request: CoopRequest, pk: int) -> HttpResponse:
    """Add a lane at the right end of the board."""
    row = fetch(request, Project.objects.all(), "tasks.create_lane", pk=pk)
    form = LaneForm(request.POST or None)
    if request.method == "POST" and form.act(create_lane, request.actor, row):
        tell(request, form, _("Added the lane %(name)s.") % {"name": form.result.name})
        return redirect(form.address(form.result))
    return render(request, "tasks/lane_form.html", {"project": row, "form": form}, status=form.status)


@needs("tasks.see")
def lane(request: CoopRequest, pk: int) -> HttpResponse:
    """Change a lane; archive it with its cards, or bring it back. Who only reads is shown it on its board."""
    row = fetch(request, Lane.objects.select_related("project"), "tasks.see", pk=pk)
    if request.method != "POST" and not may(request.actor, "tasks.change_lane", row):
        board = reverse("tasks:board", args=[request.cooperative.slug, row.project_id])
        return redirect(f"{board}#lane-{row.pk}")
    form = LaneEditForm.of(row, request.POST or None)
    if request.method == "POST" and _saved(request, form, change_lane, row):
        return redirect("tasks:project", request.cooperative.slug, row.project_id)
    context = {"project": row.project, "lane": row, "form": form}
    return render(request, "tasks/lane_form.html", context, status=form.status)


@require_POST
@needs("tasks.change_lane")
def lane_step(request: CoopRequest, pk: int) -> HttpResponse:
    """Put a lane one place to the left or right."""
    row = fetch(request, Lane.objects.select_related("project"), "tasks.change_lane", pk=pk)
    place = _place(row, left=request.POST.get("step") == "left")
    try:
        if place is not None:
            change_lane(request.actor, row, version=seen_version(request), position=place)
    except RuleBroken as broken:
        messages.error(request, broken.sentence)
    return redirect("tasks:project", request.cooperative.slug, row.project_id)


def _place(row: Lane, *, left: bool) -> int | None:
    """The place, from 0, one further to the left or right; None where there is none."""
    lanes = [lane for lane in lanes_of(row.project) if lane.archived_at is None or lane.pk == row.pk]
    index = [lane.pk for lane in lanes].index(row.pk) + (-1 if left else 1)
    if not 0 <= index < len(lanes):
        return None
    return index


def _saved(request: CoopRequest, form: ActionForm, change: Callable[..., Any], row: Project | Lane) -> bool:
    """Whether the post is done with: archived or restored by the button that says so, else saved."""
    if not put_away(request, change, row):
        if not form.act(change, request.actor, row):
            return False
        messages.success(request, _("Saved."))
    if isinstance(row, Project):
        _tell_overload(request, row.pk)
    return True


def _tell_overload(request: CoopRequest, pk: int) -> None:
    """Name who has more to do in a project than it allows: its limit gives nobody more, and takes nothing away."""
    project = Project.objects.get(pk=pk)
    over = more_than_allowed(project) if project.archived_at is None else []
    if over:
        sentence = _("More than %(limit)s unfinished tasks are with: %(names)s. They keep them and are given no further one.")
        messages.warning(request, sentence % {"limit": project.assignment_limit, "names": ", ".join(map(str, over))})
