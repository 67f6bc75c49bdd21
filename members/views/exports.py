"""Pages that hand over parts of the register as files."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cooperatives.web import CoopRequest, csv_answer, fetch, needs, tell, xlsx_answer

from ..actions import export_members, forget_view, keep_view
from ..cards import cards
from ..forms.exports import ExportForm, ListForm, ViewForm
from ..models import SavedView
from ..queries.exports import COLUMNS, lines_of, listed_people


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.export", fresh=True)
def export(request: CoopRequest) -> HttpResponseBase:
    """Choose rows and columns, take them away as a file, or keep the choice as a view."""
    if request.method != "POST":
        return _page(request, ExportForm(view=_chosen(request)))
    if "keep" in request.POST:
        return _keep(request)
    form = ExportForm(request.POST)
    if not form.act(export_members, request.actor, request.cooperative):
        return _page(request, form)
    return _file(request, form)


def _file(request: CoopRequest, form: ExportForm) -> HttpResponseBase:
    columns = form.cleaned_data["columns"]
    answer = xlsx_answer if form.cleaned_data["file"] == "xlsx" else csv_answer
    head = [str(COLUMNS[key].title) for key in columns]
    return answer(f"{request.cooperative.slug}-members", head, lines_of(request.cooperative, form.filters, columns))


def _keep(request: CoopRequest) -> HttpResponse:
    form = ViewForm(request.POST)
    if not form.act(keep_view, request.actor, request.cooperative):
        return _page(request, form)
    tell(request, form, _("The view “%(name)s” is kept.") % {"name": form.cleaned_data["name"]})
    return redirect(f"{reverse('members:export', args=[request.cooperative.slug])}?view={form.result.pk if form.result else ''}")


def _page(request: CoopRequest, form: ListForm) -> HttpResponse:
    file = form if isinstance(form, ExportForm) else ExportForm()
    name = form if isinstance(form, ViewForm) else ViewForm()
    context: dict[str, Any] = {"form": form, "file": file["file"], "name": name["name"], "views": _mine(request)}
    return render(request, "members/export.html", context, status=form.status)


def _mine(request: CoopRequest) -> Any:
    standing = request.actor.standing(request.cooperative.pk)
    return SavedView.objects.filter(membership=standing.membership_id if standing else 0).order_by("name")


def _chosen(request: CoopRequest) -> SavedView | None:
    named = request.GET.get("view", "")
    return fetch(request, _mine(request), "members.view", pk=named) if named else None


@require_POST
@needs("members.export")
def forget(request: CoopRequest, pk: int) -> HttpResponse:
    """Remove a view of mine."""
    view = fetch(request, SavedView.objects.all(), "members.view", pk=pk)
    forget_view(request.actor, view)
    messages.success(request, _("The view “%(name)s” is forgotten.") % {"name": view.name})
    return redirect("members:export", request.cooperative.slug)


@require_safe
@needs("members.see", fresh=True)
def contacts(request: CoopRequest) -> StreamingHttpResponse:
    """Cards for an address book, of those who show how they can be reached."""
    lines = cards(listed_people(request.cooperative), request.cooperative.name)
    answer = StreamingHttpResponse(lines, content_type="text/vcard; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slugify(request.cooperative.slug)}.vcf"'
    return answer
