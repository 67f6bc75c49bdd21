"""The effort ledger: who gave how much time, and noting one's own."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cooperatives.policy import may, visible
from cooperatives.web import CoopRequest, fetch, needs, pager, tell
from members.queries import today_in

from ..actions import correct_effort, note_effort
from ..duty_forms import CorrectionForm, EffortForm
from ..duty_queries import effort_by_member, efforts_of
from ..models import Task
from .duties import own_membership


@require_safe
@needs("tasks.see")
def efforts(request: CoopRequest) -> HttpResponse:
    """The whole ledger, or mine (`?mine=1`), with this year's sum of mine."""
    me, today = own_membership(request), today_in(request.cooperative.time_zone)
    rows = visible(request.actor, "tasks.see", efforts_of(request.cooperative.pk))
    mine = request.GET.get("mine") == "1"
    page = pager(request, rows.filter(member=me) if mine else rows)
    year = effort_by_member(request.cooperative.pk, first=today.replace(month=1, day=1), last=today)
    own: dict[str, Any] = next((row for row in year if row["member_id"] == me), {"minutes": 0, "points": 0})
    context = {"rows": page, "mine": mine, "own": own, "year": today.year, "me": me}
    context["corrects"] = may(request.actor, "tasks.change_duties", request.cooperative)
    return render(request, "tasks/efforts.html", context)


@needs("tasks.note_effort")
def effort_new(request: CoopRequest, pk: int) -> HttpResponse:
    """Note one's own time on a task."""
    task = fetch(request, Task.objects.select_related("project", "cooperative"), "tasks.note_effort", pk=pk)
    form = EffortForm(request.POST or None, initial={"day": today_in(request.cooperative.time_zone)})
    if request.method == "POST" and form.act(note_effort, request.actor, task):
        tell(request, form, _("Noted."))
        return redirect("tasks:task", request.cooperative.slug, task.pk)
    return render(request, "tasks/effort_form.html", {"form": form, "task": task}, status=form.status)


@needs("tasks.note_effort")
def effort_correct(request: CoopRequest, pk: int) -> HttpResponse:
    """Take back what a row says, in whole or in part."""
    row = fetch(request, efforts_of(request.cooperative.pk), "tasks.correct_effort", pk=pk)
    form = CorrectionForm.of(row, request.POST or None)
    if request.method == "POST" and form.act(correct_effort, request.actor, row):
        messages.success(request, _("Corrected. Both rows stay in the ledger."))
        return redirect("tasks:efforts", request.cooperative.slug)
    return render(request, "tasks/effort_form.html", {"form": form, "effort": row, "task": row.task}, status=form.status)
