"""Bring a table into the register: choose it, look at what each row would do, confirm, take it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may
from cooperatives.reading import Unreadable, phrase
from cooperatives.web import CoopRequest, csv_answer, fetch, is_partial, needs, pager, respond, tell

from ..actions import confirm_import, decide, drop_import, start_import, undo_import
from ..actions.importing import AT_ONCE, can_undo
from ..forms import ApplyForm, ImportForm, ReadForm, ReadingForm
from ..importing import VERDICTS, Plan, Weight, sentence
from ..models import ImportBatch
from ..queries import choices_of, imports_of, mark_of, shown_plan_of, table_in, to_invite, today_in
from ..stages import Stage, stage_of
from .import_rows import asked, columns_of, drawn, left_out, noticed, sorted_rows, words

SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.import")
def import_register(request: CoopRequest) -> HttpResponse:
    """Choose a file or paste a table; and the imports so far."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.act(_keep, request.actor, request.cooperative):
        long = form.result.counts["rows"] > AT_ONCE
        return redirect(f"{form_url(form.result)}{'?first=yes' if long else ''}")
    page = pager(request, imports_of(request.cooperative))
    return render(request, "members/import.html", {"form": form, "rows": page.items, "pager": page}, status=form.status)


def _keep(actor: Actor, cooperative: Cooperative, *, file: Any, text: str) -> ImportBatch:
    if file:
        return start_import(actor, cooperative, name=file.name, content=bytes(file.read()))
    return start_import(actor, cooperative, name=_("Pasted table"), content=text.encode())


def _file(request: CoopRequest, public_id: UUID, *, whole: bool = True) -> ImportBatch:
    rows = ImportBatch.objects.select_related("cooperative", "created_by__person")
    return fetch(request, rows if whole else rows.defer("content"), "members.import", public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.import")
def import_file(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """A file that is not imported yet: how it is read, what it asks, what each row would do. Afterwards: what became of it."""
    batch = _file(request, public_id, whole=False)
    if request.method == "POST":
        is_open = batch.state == ImportBatch.State.READ
        return _decided(request, batch) if is_open else _refused(request, batch, None)
    if batch.state == ImportBatch.State.APPLYING:
        return _applying(request, batch)
    if batch.state != ImportBatch.State.READ:
        return _result(request, batch)
    if is_partial(request):  # a page that looked on while a job was at it
        return render(request, "members/_import_back.html", {"batch": batch})
    return _waiting(request, batch) if "first" in request.GET else _preview(request, batch, ApplyForm())


def _waiting(request: CoopRequest, batch: ImportBatch) -> HttpResponse:
    """Something to look at while the next page compares a long file with the register."""
    answer = render(request, "members/import_waiting.html", {"batch": batch})
    answer["Refresh"] = f"1; url={form_url(batch)}"
    return answer


def _applying(request: CoopRequest, batch: ImportBatch) -> HttpResponse:
    stage = stage_of(batch)
    context = {"batch": batch, "stage": stage, "last": max(Stage) + 1}
    return respond(request, "members/import_result.html", "members/_import_result.html", context)


def _result(request: CoopRequest, batch: ImportBatch) -> HttpResponse:
    tally = [(words(verdict), batch.counts[verdict]) for verdict in VERDICTS if verdict in batch.counts]
    written = batch.counts.get("written", {})
    is_in = batch.state == ImportBatch.State.APPLIED
    context = {
        "batch": batch,
        "to_invite": to_invite(request.cooperative, now=timezone.now()).count() if is_in else 0,
        "begins": is_in and may(request.actor, "members.begins", request.cooperative),
        "can_undo": can_undo(batch),
        "verdicts": tally,
        "sum": " + ".join(str(count) for _verdict, count in tally),
        "written": [(label, written.get(name, 0)) for name, label in _kinds()],
        "stays_out": bool(batch.content) and batch.counts.get("ask", 0) + batch.counts.get("error", 0),
    }
    return respond(request, "members/import_result.html", "members/_import_result.html", context)


def _kinds() -> list[tuple[str, str]]:
    return [
        ("person", _("People")),
        ("membership", _("Members")),
        ("unit", _("Units")),
        ("household", _("Households")),
        ("occupancy", _("Agreements")),
    ]


def _decided(request: CoopRequest, batch: ImportBatch) -> HttpResponse:
    form = ReadingForm(request.POST)
    decided: dict[str, Any] | None = form.decided()
    if "read" in request.POST:
        decided = _how(request, batch)
    if decided is None:
        form.add_error(None, _("Choose from the lists how the file is to be read."))
        form.status = 400
    elif form.act(decide, request.actor, batch, decided=decided):
        return redirect(f"{form_url(batch)}{_back(request)}")
    return _refused(request, batch, form)


def _refused(request: CoopRequest, batch: ImportBatch, form: Any) -> HttpResponse:
    """The page again with what was wrong; what became of the file when somebody was faster."""
    now = _file(request, batch.public_id)
    if now.state == ImportBatch.State.READ:
        return _preview(request, now, form)
    if now.state != ImportBatch.State.APPLYING:
        messages.error(request, _("This file was imported or thrown away already."))
    return redirect(form_url(now))


def _how(request: CoopRequest, batch: ImportBatch) -> dict[str, Any] | None:
    """How the file is to be read from now on; None when that cannot be understood."""
    table = table_in(batch)
    choices = choices_of(batch, today_in(batch.cooperative.time_zone))
    form = ReadForm(request.POST, table=table, choices=batch.choices, country=choices.country)
    return form.decided(table) if form.is_valid() else None


def form_url(batch: ImportBatch) -> str:
    """The page of a file."""
    return reverse("members:import_file", args=[batch.cooperative.slug, batch.public_id])


def _back(request: CoopRequest) -> str:
    """The part of the list that was open; nothing else of what was sent gets into the address."""
    sent = QueryDict(request.POST.get("back", "")[:200])
    kept = QueryDict(mutable=True)
    for name in ("verdict", "page"):
        if value := sent.get(name):
            kept[name] = value[:20]
    return f"?{kept.urlencode()}#rows" if kept else "#rows" if "row" in request.POST else ""


def _planned(batch: ImportBatch) -> Plan:
    """The plan of a file that is kept. Raises Http404 where it can no more be read."""
    try:
        return shown_plan_of(batch)
    except Unreadable as unreadable:  # it was read when it was kept
        raise Http404 from unreadable


def _preview(request: CoopRequest, batch: ImportBatch, form: Any) -> HttpResponse:
    plan = _planned(batch)
    verdict = request.GET.get("verdict", "")
    chosen = verdict if verdict in VERDICTS else ""
    page = pager(request, [row for row in sorted_rows(plan) if chosen in ("", row.verdict)], SIZE)
    page.items[:] = [drawn(plan, row, batch.choices) for row in page.items]
    choices = choices_of(batch, plan.register.today)
    read = ReadForm(table=plan.reading.table, choices=batch.choices, country=choices.country)
    context = {
        "batch": batch,
        "form": form,
        "read": read,
        "table": plan.reading.table,
        "columns": columns_of(plan),
        "questions": asked(plan, batch.choices),
        "notices": noticed(plan),
        "counts": plan.counts,
        "verdicts": [(one, words(one), plan.counts[one]) for one in VERDICTS],
        "sum": " + ".join(str(plan.counts[one]) for one in VERDICTS),
        "verdict": chosen,
        "pager": page,
        "mark": mark_of(plan),
        "does": plan.counts["create"] + plan.counts["update"],
        "stays_out": plan.counts["ask"] + plan.counts["error"],
    }
    return render(request, "members/import_preview.html", context, status=form.status)


@require_safe
@needs("members.import")
def import_row(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """One row (`?number=`, else the first that is open) with all its cells, to be mended. It is sent to the page of the file."""
    batch = _file(request, public_id, whole=False)
    if batch.state != ImportBatch.State.READ:
        return redirect(form_url(batch))
    plan = _planned(batch)
    asked_for = request.GET.get("number", "")
    row = next((one for one in sorted_rows(plan) if asked_for in ("", str(one.number))), None)
    if row is None:
        raise Http404
    number = row.number
    line = next(line for line in plan.reading.table.lines if line.number == number)
    typed = batch.choices.get("edits", {}).get(str(number), {})
    wrong = {problem.index: sentence(problem) for problem in row.problems if problem.weight in (Weight.ERROR, Weight.ASK)}
    cells = [
        {"index": one.index, "header": one.header, "value": typed.get(str(one.index), phrase(line.cells[one.index])),
         "wrong": wrong.get(one.index, ""), "is_used": bool(one.field)}
        for one in plan.reading.columns
    ]  # fmt: skip
    context = {"batch": batch, "row": drawn(plan, row, batch.choices), "cells": cells, "number": number}
    return render(request, "members/import_row.html", context)


@require_safe
@needs("members.import")
def import_errors(request: CoopRequest, public_id: UUID) -> HttpResponseBase:
    """The rows that stay out, as a file with a reason for each: mended, it can be imported in turn."""
    batch = _file(request, public_id)
    if not batch.content:
        return redirect(form_url(batch))
    plan = _planned(batch)
    head = [_("Row"), _("Problem"), *plan.reading.table.headers]
    return csv_answer(f"{batch.name}-{_('rows left out')}", head, left_out(plan))


@require_POST
@needs("members.import", fresh=True)
def apply_file(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Import what was looked at."""
    batch = _file(request, public_id)
    form = ApplyForm(request.POST)
    if form.act(confirm_import, request.actor, batch):
        return redirect(form_url(batch))  # whose heading says that it is imported
    return _refused(request, batch, form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.import")
def undo_file(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Take an import back, after saying what that means."""
    batch = _file(request, public_id)
    form = ReadingForm(request.POST) if request.method == "POST" else ReadingForm()
    if request.method == "POST" and form.act(_undo, request.actor, batch):
        tell(request, form, _("The import is undone. The register is as it was before."))
        return redirect(form_url(batch))
    context = {"batch": batch, "form": form, "can_undo": can_undo(batch), "written": batch.counts.get("written", {})}
    return render(request, "members/import_undo.html", context, status=form.status)


def _undo(actor: Actor, batch: ImportBatch, *, version: int | None) -> ImportBatch:
    return undo_import(actor, batch)


@require_POST
@needs("members.import")
def drop_file(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Throw a file away that was not imported."""
    form = ReadingForm(request.POST)
    if form.act(_drop, request.actor, _file(request, public_id, whole=False)):
        tell(request, form, _("The file is thrown away. Nothing was written."))
    else:
        messages.error(request, " ".join(str(error) for found in form.errors.values() for error in found))
    return redirect("members:import", request.cooperative.slug)


def _drop(actor: Actor, batch: ImportBatch, *, version: int | None) -> ImportBatch:
    return drop_import(actor, batch)
