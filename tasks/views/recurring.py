"""Tasks that come again, project by project."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cooperatives.policy import may, visible
from cooperatives.web import CoopRequest, fetch, needs, pager, tell

from ..actions import change_recurring, create_recurring
from ..duty_forms import RecurringEditForm, RecurringForm
from ..duty_queries import recurring_of
from ..models import Project, RecurringTask
from ..waiting import with_waiting
from .duties import next_dates, preview, switched


@require_safe
@needs("tasks.see")
def recurring(request: CoopRequest, pk: int) -> HttpResponse:
    """The recurring tasks of a project."""
    project = fetch(request, Project.objects.all(), "tasks.see", pk=pk)
    rows = pager(request, visible(request.actor, "tasks.see", recurring_of(project.pk)))
    with_waiting(rows.items)
    may_change = may(request.actor, "tasks.recur", project) and project.archived_at is None
    return render(request, "tasks/recurring.html", {"project": project, "rules": rows, "may_change": may_change})


@needs("tasks.recur")
def recurring_new(request: CoopRequest, pk: int) -> HttpResponse:
    """Set a recurring task up. The button that shows its dates saves nothing."""
    project = fetch(request, Project.objects.all(), "tasks.recur", pk=pk)
    form = RecurringForm(request.POST or None, project=project)
    dates = preview(request, form, RecurringTask())
    if dates is None and request.method == "POST" and form.act(create_recurring, request.actor, project):
        tell(request, form, _("Set up %(title)s.") % {"title": form.result.title})
        return redirect(form.address(form.result))
    return render(request, "tasks/recurring_form.html", {"form": form, "project": project, "dates": dates}, status=form.status)


@needs("tasks.recur")
def recurring_edit(request: CoopRequest, pk: int) -> HttpResponse:
    """Change a recurring task, pause it, end it. Cards that were made stay as they are."""
    rows = RecurringTask.objects.select_related("project", "cooperative")
    row = fetch(request, rows.prefetch_related("assignees", "labels"), "tasks.recur", pk=pk)
    if switched(request, change_recurring, row):
        return redirect("tasks:recurring", request.cooperative.slug, row.project_id)
    form = RecurringEditForm.of(row, request.POST or None)
    dates = preview(request, form, RecurringTask())
    if dates is None and request.method == "POST" and form.act(change_recurring, request.actor, row):
        messages.success(request, _("Saved."))
        return redirect("tasks:recurring", request.cooperative.slug, row.project_id)
    with_waiting([row])
    if request.method != "POST" and row.runs:
        dates = next_dates(row, request.cooperative)
    context = {"form": form, "rule": row, "project": row.project, "dates": dates}
    return render(request, "tasks/recurring_form.html", context, status=form.status)
