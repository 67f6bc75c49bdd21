"""Labels of a project and who belongs to it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cooperatives.policy import may
from cooperatives.web import CoopRequest, fetch, needs, seen_version, tell

from ..actions import change_label, create_label, remove_label, take_in, take_out
from ..forms import LabelEditForm, LabelForm, PersonForm
from ..models import Label, Project, ProjectMember
from ..queries import people_of
from .pressing import pressed


def _to_labels(request: CoopRequest, project_id: int) -> HttpResponse:
    return redirect(f"{reverse('tasks:project', args=[request.cooperative.slug, project_id])}#labels")


@needs("tasks.change_project")
def label_new(request: CoopRequest, pk: int) -> HttpResponse:
    """Add a label to a project."""
    project = fetch(request, Project.objects.all(), "tasks.change_project", pk=pk)
    form = LabelForm(request.POST or None)
    if request.method == "POST" and form.act(create_label, request.actor, project):
        tell(request, form, _("Added the label %(name)s.") % {"name": form.result.name})
        return _to_labels(request, project.pk)
    return render(request, "tasks/label.html", {"project": project, "form": form}, status=form.status)


@needs("tasks.change_project")
def label(request: CoopRequest, pk: int) -> HttpResponse:
    """Change a label on every task that bears it, or remove it."""
    row = fetch(request, Label.objects.select_related("project"), "tasks.change_project", pk=pk)
    if request.method == "POST" and "remove" in request.POST:
        if pressed(request, remove_label, row, version=seen_version(request)):
            messages.success(request, _("Removed %(name)s.") % {"name": row})
        return _to_labels(request, row.project_id)
    form = LabelEditForm.of(row, request.POST or None)
    if request.method == "POST" and form.act(change_label, request.actor, row):
        messages.success(request, _("Saved."))
        return _to_labels(request, row.project_id)
    context = {"project": row.project, "label": row, "form": form, "count": row.labellings.count()}
    return render(request, "tasks/label.html", context, status=form.status)


@needs("tasks.see")
def people(request: CoopRequest, pk: int) -> HttpResponse:
    """Who belongs to a project; its leads and officers take people in."""
    project = fetch(request, Project.objects.all(), "tasks.see", pk=pk)
    may_change = may(request.actor, "tasks.people", project) and project.archived_at is None
    form = None
    if may_change or request.method == "POST":
        fetch(request, Project.objects.all(), "tasks.people", pk=pk)
        form = PersonForm(request.POST or None, project=project)
    if form is not None and request.method == "POST" and form.act(take_in, request.actor, project):
        messages.success(request, _("%(name)s belongs to the project now.") % {"name": form.result.member})
        return redirect("tasks:people", request.cooperative.slug, project.pk)
    context = {"project": project, "people": list(people_of(project)), "form": form, "may_people": may_change}
    return render(request, "tasks/people.html", context, status=form.status if form else 200)


@require_POST
@needs("tasks.people")
def person(request: CoopRequest, pk: int) -> HttpResponse:
    """Let somebody lead or no longer, or take them out."""
    rows = ProjectMember.objects.select_related("project", "member__person", "member__user")
    row = fetch(request, rows, "tasks.people", pk=pk)
    if "remove" not in request.POST:
        pressed(request, take_in, row.project, member=row.member, is_lead=request.POST.get("lead") == "yes")
    elif pressed(request, take_out, row):
        messages.success(request, _("%(name)s is out of the project.") % {"name": row.member})
    return redirect("tasks:people", request.cooperative.slug, row.project_id)
