"""Bring a board from another system: choose a file, look at what it holds, confirm."""

import zlib
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cooperatives.actions import RuleBroken
from cooperatives.web import CoopRequest, fetch, needs

from ..actions import import_board, keep_draft
from ..forms import UploadForm
from ..importing import BoardPlan, left_behind, read_trello, report
from ..models import BoardDraft, Project


@needs("tasks.import")
def import_page(request: CoopRequest, pk: int) -> HttpResponse:
    """Step 1 takes the file, step 2 (`?draft=`) shows the counts, the confirming post imports."""
    project = fetch(request, Project.objects.all(), "tasks.import", pk=pk)
    if request.method == "POST" and "confirm" in request.POST:
        return _confirmed(request, project)
    if request.method == "POST":
        return _uploaded(request, project)
    if "draft" in request.GET:
        draft = _draft(request, project, request.GET["draft"])
        return _page(request, project, _preview(draft, read_trello(zlib.decompress(draft.packed))))
    return _page(request, project, {"form": UploadForm()})


def _page(request: CoopRequest, project: Project, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "tasks/import.html", {"project": project, **context}, status=status)


def _preview(draft: BoardDraft, plan: BoardPlan) -> dict[str, Any]:
    return {"draft": draft, "report": report(plan), "left_behind": left_behind(plan)}


def _uploaded(request: CoopRequest, project: Project) -> HttpResponse:
    """Read the file at once, so that a wrong one is refused before anything is kept."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, project, {"form": form}, 400)
    try:
        content = form.content()
        read_trello(content)
        draft = keep_draft(request.actor, project, file_name=form.cleaned_data["file"].name, content=content)
    except RuleBroken as broken:
        form.add_error("file", broken.sentence)
        return _page(request, project, {"form": form}, broken.status)
    return redirect(f"{request.path}?draft={draft.pk}")


def _draft(request: CoopRequest, project: Project, pk: str) -> BoardDraft:
    """My own upload for this project, or 404."""
    standing = request.actor.standing(project.cooperative_id)
    mine = BoardDraft.objects.filter(project=project, created_by=standing.membership_id if standing else None)
    return fetch(request, mine, "tasks.import", pk=pk)


def _confirmed(request: CoopRequest, project: Project) -> HttpResponse:
    draft = _draft(request, project, request.POST["confirm"])
    plan = read_trello(zlib.decompress(draft.packed))
    try:
        outcome = import_board(request.actor, project, plan, draft=draft)
    except RuleBroken as broken:
        return _page(request, project, {**_preview(draft, plan), "refused": broken.sentence}, broken.status)
    if outcome.cards:
        messages.success(request, _("Imported %(cards)d cards.") % {"cards": outcome.cards})
    else:
        messages.success(request, _("Everything in this file was here already. Nothing changed."))
    return redirect("tasks:board", request.cooperative.slug, project.pk)
