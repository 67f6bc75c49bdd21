"""Filters that a reader keeps: save one, rename it, share it, remove it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cooperatives.policy import may
from cooperatives.web import CoopRequest, fetch, needs, seen_version, tell

from ..actions import FILTERS_LIMIT, change_filter, keep_filter, remove_filter
from ..forms import SavedForm, SaveForm
from ..models import Project, SavedFilter
from ..queries import saved_filters_of
from ..wishes import Wanted, number
from .boards import said
from .pressing import pressed


@require_safe
@needs("tasks.keep_filter")
def my_filters(request: CoopRequest) -> HttpResponse:
    """What the reader keeps in this cooperative."""
    rows = [{"view": view, "url": _shown(request, view)} for view in saved_filters_of(request.actor, request.cooperative)]
    return render(request, "tasks/filters.html", {"rows": rows, "most": FILTERS_LIMIT})


def _shown(request: CoopRequest, view: SavedFilter) -> str:
    """The list that a filter is for, filtered by it."""
    slug = request.cooperative.slug
    url = reverse("tasks:list", args=[slug, view.project_id]) if view.project_id else reverse("tasks:list_all", args=[slug])
    return f"{url}?{view.query}"


@needs("tasks.keep_filter")
def filter_new(request: CoopRequest) -> HttpResponse:
    """Keep the filter that the address says, for the project it names or for all."""
    project = _project(request)
    wanted = Wanted.of(request.GET)
    form = SaveForm(request.POST or None, initial={"query": wanted.query})
    _offer_sharing(request, form, project)
    if request.method == "POST" and form.act(keep_filter, request.actor, request.cooperative, project=project):
        tell(request, form, _("Saved the filter %(name)s.") % {"name": form.result.name})
        return redirect(_shown(request, form.result))
    context = {"form": form, "project": project, "view": None, "active": said(request, project, wanted)}
    return render(request, "tasks/filter_form.html", context, status=form.status)


def _project(request: CoopRequest) -> Project | None:
    key = request.GET.get("project", "")
    if not key:
        return None
    if not number(key):
        raise Http404
    return fetch(request, Project.objects.filter(cooperative=request.cooperative), "tasks.see", pk=number(key))


def _offer_sharing(request: CoopRequest, form: forms.Form, project: Project | None) -> None:
    if project is None or not may(request.actor, "tasks.share_filter", project):
        del form.fields["is_shared"]


@needs("tasks.keep_filter")
def filter_edit(request: CoopRequest, pk: int) -> HttpResponse:
    """Rename a filter, or share it."""
    row = _mine(request, pk)
    form = SavedForm.of(row, request.POST or None)
    _offer_sharing(request, form, row.project)
    if request.method == "POST" and form.act(change_filter, request.actor, row):
        messages.success(request, _("Saved."))
        return redirect("tasks:filters", request.cooperative.slug)
    context: dict[str, Any] = {"form": form, "project": row.project, "view": row, "url": _shown(request, row)}
    return render(request, "tasks/filter_form.html", context, status=form.status)


@require_POST
@needs("tasks.keep_filter")
def filter_remove(request: CoopRequest, pk: int) -> HttpResponse:
    """Forget a filter."""
    row = _mine(request, pk)
    if pressed(request, remove_filter, row, version=seen_version(request)):
        messages.success(request, _("Removed the filter %(name)s.") % {"name": row.name})
    return redirect("tasks:filters", request.cooperative.slug)


def _mine(request: CoopRequest, pk: int) -> SavedFilter:
    """One of the reader's own; what others keep is as unknown as what does not exist."""
    return fetch(request, saved_filters_of(request.actor, request.cooperative), "tasks.change_filter", pk=pk)
