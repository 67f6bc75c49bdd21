"""One task: make it, read it, change it, move it, draw its card."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from cooperatives.actions import RuleBroken
from cooperatives.policy import may
from cooperatives.web import CoopRequest, fetch, needs, put_away, respond, tell

from ..actions import change_task, create_task, move_task, nudge_task
from ..board import card_frame, names_for
from ..forms import MoveForm, TaskEditForm, TaskForm
from ..models import Project, Task
from ..queries import with_marks
from ..sheet import sheet
from ..swimlanes import GROUPS


@needs("tasks.create")
def new(request: CoopRequest, pk: int) -> HttpResponse:
    """Add a task to a project; `?lane=` chooses where."""
    project = fetch(request, Project.objects.all(), "tasks.create", pk=pk)
    wish = {name: request.GET.get(name, "") for name in ("lane", "parent")}
    form = TaskForm(request.POST or None, initial=wish, project=project)
    if request.method == "POST" and form.act(create_task, request.actor, project):
        tell(request, form, _("Added %(title)s.") % {"title": form.result.title})
        return redirect(form.address(form.result))
    return render(request, "tasks/new.html", {"form": form, "project": project}, status=form.status)


def _at(request: CoopRequest, task: Task) -> str:
    """Where its card is on the board."""
    return f"{reverse('tasks:board', args=[request.cooperative.slug, task.project_id])}#card-{task.pk}"


@needs("tasks.see")
def task(request: CoopRequest, pk: int) -> HttpResponse:
    """A task; `?edit=1` opens the form, a post saves it."""
    row = fetch(request, Task.objects.with_people().select_related("parent"), "tasks.see", pk=pk)
    form = TaskEditForm.of(row, request.POST or None) if request.method == "POST" or "edit" in request.GET else None
    if form is not None and request.method == "POST" and _saved(request, row, form):
        return redirect("tasks:task", request.cooperative.slug, row.pk)
    request.live_url = f"/ws/projects/{row.project_id}/"  # type: ignore[attr-defined]
    context = sheet(request.actor, request.cooperative, row, page=request.GET.get("comments"))
    status = form.status if form else 200
    return respond(request, "tasks/task.html", "tasks/_task.html", {**context, "form": form}, status=status)


def _saved(request: CoopRequest, row: Task, form: TaskEditForm) -> bool:
    """Whether the post is done with: archived or restored by the button that says so, else saved."""
    if put_away(request, change_task, row):
        return True
    if not form.act(change_task, request.actor, row):
        return False
    messages.success(request, _("Saved."))
    return True


@require_POST
@needs("tasks.move")
def move(request: CoopRequest, pk: int) -> HttpResponse:
    """Move a card. Scripts ask for JSON; a form gets its board back with a sentence."""
    row = fetch(request, Task.objects.with_people(), "tasks.move", pk=pk)
    form = MoveForm(request.POST, project_id=row.project_id)
    if not form.is_valid():
        return _unmoved(request, row, 400, "invalid", " ".join(_first(form)))
    try:
        moved = _move(request, row, form.cleaned_data)
    except RuleBroken as broken:
        if broken.code == "lane_full" and may(request.actor, "tasks.overfill", row) and not _wants_json(request):
            context = {"task": row, "lane": form.cleaned_data["lane"], "form": form, "back": back_to(request, row)}
            return render(request, "tasks/full.html", context | {"sentence": broken.sentence}, status=broken.status)
        return _unmoved(request, row, broken.status, broken.code, broken.sentence)
    if _wants_json(request):
        told = {"issue_id": moved.pk, "version": moved.version, "lane_id": moved.lane_id}
        note = _open_parts(row, moved)
        return JsonResponse({**told, "note": note} if note else told)
    if moved.version != row.version:
        messages.success(request, _("Moved %(title)s to %(lane)s.") % {"title": moved.title, "lane": moved.lane.name})
        if note := _open_parts(row, moved):
            messages.warning(request, note)
    return redirect(back_to(request, moved))


def _open_parts(before: Task, task: Task) -> str:
    """A sentence where a task is done now and parts of it are not; empty otherwise."""
    if before.lane_id == task.lane_id or not task.lane.is_done:
        return ""
    left = Task.objects.unfinished().filter(parent=task).count()
    sentence = ngettext("%(n)s part of it is still open.", "%(n)s parts of it are still open.", left)
    return sentence % {"n": left} if left else ""


def _first(form: MoveForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors][:1]


def _move(request: CoopRequest, row: Task, wish: dict[str, Any]) -> Task:
    if wish["step"]:
        return nudge_task(request.actor, row, up=wish["step"] == "up", version=wish["version"])
    where = {"after_id": wish["after"], "before_id": wish["before"]}
    how = {"stay": not any(where.values()), "override": wish["override"]}
    return move_task(request.actor, row, lane=wish["lane"], version=wish["version"], **where, **how)


def _wants_json(request: CoopRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def back_to(request: CoopRequest, task: Task) -> str:
    """The page that a button was pressed on: the task's own, the board in rows, or the board alone."""
    back = request.POST.get("back", "")
    if back == "task":
        return reverse("tasks:task", args=[request.cooperative.slug, task.pk])
    by = back.removeprefix("by-")
    return _at(request, task).replace("#", f"?by={by}#") if by in GROUPS else _at(request, task)


def _unmoved(request: CoopRequest, row: Task, status: int, code: str, sentence: str) -> HttpResponse:
    """Say why, and where the card is now."""
    if not _wants_json(request):
        messages.error(request, sentence)
        return redirect(back_to(request, row))
    now = Task.objects.get(pk=row.pk)
    current = {"issue_id": now.pk, "version": now.version, "lane_id": now.lane_id}
    return JsonResponse({"code": code, "detail": sentence, "current": current}, status=status)


@require_safe
@needs("tasks.see")
def card(request: CoopRequest, pk: int) -> HttpResponse:
    """One card of the board, as the reader may see it; 404 when it is on no board."""
    row = fetch(request, with_marks(Task.objects.open().select_related("project")), "tasks.see", pk=pk)
    frame = card_frame(request.actor, request.cooperative, row.project)
    more = {"names": names_for([row]), "task": row, "menu": frame["menus"].get(row.lane_id, "")}
    return render(request, "tasks/_card.html", {**frame, **more})
