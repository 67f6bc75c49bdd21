"""Bring a board from another system: choose a file, look at what it holds and who is who, confirm, see what came of it."""

import zlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cooperatives.actions import Invalid, NotFound
from cooperatives.policy import Actor
from cooperatives.web import CoopRequest, fetch, needs

from ..actions import import_board, keep_draft, outcome_of, refuse_imported
from ..forms import ConfirmForm, UploadForm
from ..importing import BoardPlan, as_read, left_behind, read_board, report, suggested
from ..models import BoardDraft, Project
from ..queries import drafts_of, workers_of

PEOPLE_SHOWN = 40
NOTES_SHOWN = 50


@needs("tasks.import")
def import_page(request: CoopRequest, pk: int) -> HttpResponse:
    """Step 1 takes the file; step 2 (`?draft=`) shows what it holds and asks who is who; step 3, there too, what came of it."""
    project = fetch(request, Project.objects.all(), "tasks.import", pk=pk)
    if request.method == "POST" and "confirm" in request.POST:
        return _confirmed(request, project)
    if request.method == "POST":
        return _uploaded(request, project)
    if "draft" in request.GET:
        draft = _draft(request, project, request.GET["draft"])
        return _page(request, project, _looked_at(draft, ConfirmForm()))
    return _page(request, project, {"form": UploadForm(), "first": True})


def _page(request: CoopRequest, project: Project, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "tasks/import.html", {"project": project, **context}, status=status)


def _looked_at(draft: BoardDraft, form: ConfirmForm) -> dict[str, Any]:
    return {"draft": draft, "form": form, **(_done(draft) if draft.imported_at else _preview(draft, form))}


def _done(draft: BoardDraft) -> dict[str, Any]:
    """What became of a file, as `close_draft` keeps it."""
    outcome = outcome_of(draft)
    created = outcome["created"]
    return {
        "outcome": outcome,
        "changed": any(count for name, count in created.items() if name != "unassigned"),
        "brought": [(label, created[name]) for name, label in _kinds() if created[name]],
        "left_behind": as_read((kind, count) for kind, count in outcome["dropped"]),
        **_noted(outcome["notes"]),
    }


def _kinds() -> list[tuple[str, str]]:
    return [
        ("lists", _("Lists")),
        ("cards", _("Cards")),
        ("labels", _("Labels")),
        ("checklists", _("Checklists")),
        ("items", _("Steps of checklists")),
        ("comments", _("Comments")),
    ]


def _noted(notes: list[str]) -> dict[str, Any]:
    return {"notes": notes[:NOTES_SHOWN], "more_notes": max(0, len(notes) - NOTES_SHOWN)}


def _preview(draft: BoardDraft, form: ConfirmForm) -> dict[str, Any]:
    plan = _plan(draft)
    people = _people(draft, plan, form)
    return {
        "report": report(plan),
        "people": people,
        "unasked": max(0, len(plan.people) - len(people)),
        "labels": plan.labels,
        "left_behind": left_behind(plan, [one.source_id for one in plan.people]),
        **_noted(plan.noted),
    }


def _people(draft: BoardDraft, plan: BoardPlan, form: ConfirmForm) -> list[dict[str, Any]]:
    """The busiest people of the file, each with how many cards name them and who was chosen, else suggested."""
    members = {str(row.pk): str(row) for row in workers_of(draft.project)}
    likely, shares = suggested(plan.people, members), plan.shares()
    chosen = form.chosen() if form.is_bound else None
    wrong = form.broken.field if form.broken else ""
    return [
        {
            "name": f"person-{place}",
            "person": person,
            "cards": shares[person.source_id],
            "chosen": likely.get(person.source_id, "") if chosen is None else chosen.get(place, ""),
            "members": members.items(),
            "wrong": wrong == f"person-{place}",
        }
        for place, person in enumerate(plan.people[:PEOPLE_SHOWN])
    ]


def _draft(request: CoopRequest, project: Project, pk: str) -> BoardDraft:
    """My own upload for this project, or 404."""
    return fetch(request, drafts_of(request.actor, project), "tasks.import", pk=pk)


def _plan(draft: BoardDraft) -> BoardPlan:
    return read_board(zlib.decompress(draft.packed))


def _uploaded(request: CoopRequest, project: Project) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if form.act(_keep, request.actor, project):
        return redirect(form.address(form.result))
    return _page(request, project, {"form": form, "first": True}, form.status)


def _keep(actor: Actor, project: Project, *, file: Any) -> BoardDraft:
    """Read the file at once, so that a wrong one is refused before anything is kept."""
    content = bytes(file.read())
    read_board(content)
    return keep_draft(actor, project, file_name=file.name, content=content)


def _confirmed(request: CoopRequest, project: Project) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if form.act(_import, request.actor, project, chosen=form.chosen()):
        return redirect(form.address(form.result))  # whose heading says that it is imported
    draft = _draft(request, project, request.POST["confirm"])
    if draft.imported_at:  # whatever else was wrong, there is nothing left to press
        form = ConfirmForm({"confirm": draft.pk})
        form.act(lambda confirm: refuse_imported(draft))
    return _page(request, project, _looked_at(draft, form), form.status)


def _import(actor: Actor, project: Project, *, confirm: int, chosen: Mapping[int, str]) -> BoardDraft:
    draft: BoardDraft | None = drafts_of(actor, project).filter(pk=confirm).first()
    if draft is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    refuse_imported(draft)
    plan = _plan(draft)
    members = {str(row.pk): row for row in workers_of(draft.project)}
    people = {}
    for place, person in enumerate(plan.people):
        if (key := chosen.get(place, "")) and key not in members:
            sentence = _("Choose a member of this cooperative for %(name)s, or nobody.") % {"name": person}
            raise Invalid("member", sentence, f"person-{place}")
        if key:
            people[person.source_id] = members[key]
    import_board(actor, project, plan, people=people, draft=draft)
    return draft
