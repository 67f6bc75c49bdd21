"""Bring a board from another system: choose a file, look at what it holds, confirm."""

import zlib
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, ngettext

from cooperatives.actions import NotFound
from cooperatives.policy import Actor
from cooperatives.web import CoopRequest, fetch, needs, tell

from ..actions import Outcome, import_board, keep_draft
from ..forms import ConfirmForm, UploadForm
from ..importing import BoardPlan, left_behind, read_trello, report
from ..models import BoardDraft, Project
from ..queries import drafts_of


@needs("tasks.import")
def import_page(request: CoopRequest, pk: int) -> HttpResponse:
    """Step 1 takes the file, step 2 (`?draft=`) shows the counts, the confirming post imports."""
    project = fetch(request, Project.objects.all(), "tasks.import", pk=pk)
    if request.method == "POST" and "confirm" in request.POST:
        return _confirmed(request, project)
    if request.method == "POST":
        return _uploaded(request, project)
    if "draft" in request.GET:
        return _page(request, project, _preview(_draft(request, project, request.GET["draft"]), ConfirmForm()))
    return _page(request, project, {"form": UploadForm()})


def _page(request: CoopRequest, project: Project, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "tasks/import.html", {"project": project, **context}, status=status)


def _preview(draft: BoardDraft, form: ConfirmForm) -> dict[str, Any]:
    plan = _plan(draft)
    return {"draft": draft, "report": report(plan), "left_behind": left_behind(plan), "form": form}


def _draft(request: CoopRequest, project: Project, pk: str) -> BoardDraft:
    """My own upload for this project, or 404."""
    return fetch(request, drafts_of(request.actor, project), "tasks.import", pk=pk)


def _plan(draft: BoardDraft) -> BoardPlan:
    return read_trello(zlib.decompress(draft.packed))


def _uploaded(request: CoopRequest, project: Project) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if form.act(_keep, request.actor, project):
        return redirect(form.address(form.result))
    return _page(request, project, {"form": form}, form.status)


def _keep(actor: Actor, project: Project, *, file: Any) -> BoardDraft:
    """Read the file at once, so that a wrong one is refused before anything is kept."""
    content = bytes(file.read())
    read_trello(content)
    return keep_draft(actor, project, file_name=file.name, content=content)


def _confirmed(request: CoopRequest, project: Project) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if not form.act(_import, request.actor, project):
        draft = _draft(request, project, request.POST["confirm"])
        return _page(request, project, _preview(draft, form), form.status)
    tell(request, form, _said(form.result))
    return redirect("tasks:board", request.cooperative.slug, project.pk)


def _import(actor: Actor, project: Project, *, confirm: int) -> Outcome:
    draft: BoardDraft | None = drafts_of(actor, project).filter(pk=confirm).first()
    if draft is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return import_board(actor, project, _plan(draft), draft=draft)


def _said(outcome: Outcome | None) -> str:
    if outcome is None or not outcome.cards:
        return _("Everything in this file was here already. Nothing changed.")
    return ngettext("Imported %(cards)d card.", "Imported %(cards)d cards.", outcome.cards) % {"cards": outcome.cards}
