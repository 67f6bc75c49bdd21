"""What hangs on a task, on its page: watching, comments, checklists with their steps, relations, history."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity.queries import history_of
from cooperatives.web import ActionForm, CoopRequest, fetch, needs, pager, respond, seen_version, tell

from ..actions import (
    add_comment,
    add_step,
    change_checklist,
    change_comment,
    change_step,
    create_checklist,
    relate_tasks,
    remove_checklist,
    remove_comment,
    remove_step,
    unrelate_tasks,
    watch_task,
)
from ..forms import (
    ChecklistEditForm,
    ChecklistForm,
    CommentEditForm,
    CommentForm,
    RelationForm,
    StepEditForm,
    StepForm,
    TakeBackForm,
)
from ..history import history_rows
from ..models import CheckItem, Checklist, Comment, Relation, Task
from ..sheet import address_of
from .pressing import pressed

HISTORY = 25


def _task(request: CoopRequest, pk: int, to: str) -> Task:
    return fetch(request, Task.objects.with_people().select_related("parent"), to, pk=pk)


@require_POST
@needs("tasks.watch")
def watch(request: CoopRequest, pk: int) -> HttpResponse:
    """Hear of a task, or no longer."""
    row = _task(request, pk, "tasks.watch")
    on = request.POST.get("on") == "yes"
    if pressed(request, watch_task, row, on=on):
        messages.success(request, _("You hear of this task now.") if on else _("You no longer hear of this task."))
    return redirect(address_of(row))


@require_safe
@needs("tasks.see")
def history(request: CoopRequest, pk: int) -> HttpResponse:
    """What happened to a task, the newest first, with what was and what is."""
    row = _task(request, pk, "tasks.see")
    events = pager(request, history_of(request.actor, row), HISTORY)
    context = {"task": row, "project": row.project, "events": events, "rows": history_rows(events.items, request.cooperative)}
    return respond(request, "tasks/history.html", "tasks/_history.html", context)


# --- Comments ---------------------------------------------------------------------------------------------------------


@needs("tasks.comment")
def comment_new(request: CoopRequest, pk: int) -> HttpResponse:
    """Say something about a task."""
    row = _task(request, pk, "tasks.comment")
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.act(add_comment, request.actor, row):
        return redirect(address_of(row, f"comment-{form.result.pk}"))
    return _small(request, row, form, _("Add a comment"), _("Comment"), "comments", adds=True)


def _comment(request: CoopRequest, pk: int, to: str) -> Comment:
    rows = Comment.objects.select_related("task__project", "task__cooperative", "author__person", "author__user")
    return fetch(request, rows, to, pk=pk)


@needs("tasks.edit_comment")
def comment(request: CoopRequest, pk: int) -> HttpResponse:
    """Say it differently."""
    row = _comment(request, pk, "tasks.edit_comment")
    form = CommentEditForm.of(row, request.POST or None)
    if request.method == "POST" and form.act(change_comment, request.actor, row):
        return redirect(address_of(row.task, f"comment-{row.pk}"))
    return _small(request, row.task, form, _("Change the comment"), _("Save"), f"comment-{row.pk}")


@needs("tasks.remove_comment")
def comment_remove(request: CoopRequest, pk: int) -> HttpResponse:
    """Take it back; somebody else’s with a reason."""
    row = _comment(request, pk, "tasks.remove_comment")
    form = TakeBackForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.act(remove_comment, request.actor, row):
        messages.success(request, _("Taken back."))
        return redirect(address_of(row.task, f"comment-{row.pk}"))
    return _small(request, row.task, form, _("Take the comment back"), _("Take it back"), f"comment-{row.pk}", shown=row)


def _small(request: CoopRequest, task: Task, form: ActionForm, title: str, button: str, anchor: str, **more: Any) -> HttpResponse:
    """A page with one form about a part of a task."""
    back = address_of(task, anchor)
    context = {"task": task, "project": task.project, "form": form, "title": title, "button": button, "back": back, **more}
    return render(request, "tasks/part.html", context, status=form.status)


# --- Checklists -------------------------------------------------------------------------------------------------------


@needs("tasks.change")
def checklist_new(request: CoopRequest, pk: int) -> HttpResponse:
    """Add a list of steps to a task."""
    row = _task(request, pk, "tasks.change")
    form = ChecklistForm(request.POST or None)
    if request.method == "POST" and form.act(create_checklist, request.actor, row):
        return redirect(address_of(row, f"checklist-{form.result.pk}"))
    return _small(request, row, form, _("Add a checklist"), _("Add the checklist"), "checklists", adds=True)


def _checklist(request: CoopRequest, pk: int) -> Checklist:
    return fetch(request, Checklist.objects.select_related("task__project", "task__cooperative"), "tasks.change", pk=pk)


@needs("tasks.change")
def checklist(request: CoopRequest, pk: int) -> HttpResponse:
    """Call a list something else, or remove it with its steps."""
    row = _checklist(request, pk)
    if request.method == "POST" and "remove" in request.POST:
        if pressed(request, remove_checklist, row, version=seen_version(request)):
            messages.success(request, _("Removed %(name)s.") % {"name": row.name})
        return redirect(address_of(row.task, "checklists"))
    form = ChecklistEditForm.of(row, request.POST or None)
    if request.method == "POST" and form.act(change_checklist, request.actor, row):
        return redirect(address_of(row.task, f"checklist-{row.pk}"))
    count = row.items.count()
    more = {"remove": _("Remove the checklist"), "row": row, "loses": _("Its steps go with it: %(n)s.") % {"n": count}}
    return _small(request, row.task, form, _("Rename the checklist"), _("Save"), f"checklist-{row.pk}", **more)


@needs("tasks.change")
def step_new(request: CoopRequest, pk: int) -> HttpResponse:
    """Add a step to a list."""
    row = _checklist(request, pk)
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.act(add_step, request.actor, row):
        return redirect(address_of(row.task, f"step-new-{pk}"))
    title = _("Add a step to %(name)s") % {"name": row.name}
    return _small(request, row.task, form, title, _("Add the step"), f"checklist-{pk}", adds=True)


def _step(request: CoopRequest, pk: int) -> CheckItem:
    rows = CheckItem.objects.select_related("checklist__task__project", "checklist__task__cooperative")
    return fetch(request, rows, "tasks.change", pk=pk)


@needs("tasks.change")
def step(request: CoopRequest, pk: int) -> HttpResponse:
    """Other words for a step, its place, or remove it."""
    row = _step(request, pk)
    task, version = row.checklist.task, seen_version(request)
    if request.method == "POST" and "remove" in request.POST:
        pressed(request, remove_step, row, version=version)
        return redirect(address_of(task, f"checklist-{row.checklist_id}"))
    if request.method == "POST" and request.POST.get("move") in ("up", "down"):
        pressed(request, change_step, row, version=version, position=_place(row, up=request.POST["move"] == "up"))
        return redirect(address_of(task, f"step-{row.pk}"))
    form = StepEditForm.of(row, request.POST or None)
    if request.method == "POST" and form.act(change_step, request.actor, row):
        return redirect(address_of(task, f"step-{row.pk}"))
    more = {"remove": _("Remove the step"), "row": row, "moves": True}
    return _small(request, task, form, _("Change the step"), _("Save"), f"step-{row.pk}", **more)


def _place(row: CheckItem, *, up: bool) -> int:
    """The place, from 0, one further up or down in its list."""
    keys = list(CheckItem.objects.filter(checklist=row.checklist_id).order_by("position", "pk").values_list("pk", flat=True))
    return max(keys.index(row.pk) + (-1 if up else 1), 0)


@require_POST
@needs("tasks.change")
def step_tick(request: CoopRequest, pk: int) -> HttpResponse:
    """Tick a step, or take the tick off."""
    row = _step(request, pk)
    pressed(request, change_step, row, version=seen_version(request), done=request.POST.get("done") == "yes")
    return redirect(address_of(row.checklist.task, f"step-{row.pk}"))


# --- Relations --------------------------------------------------------------------------------------------------------


@needs("tasks.change")
def relation_new(request: CoopRequest, pk: int) -> HttpResponse:
    """Say how the task stands to another one."""
    row = _task(request, pk, "tasks.change")
    form = RelationForm(request.POST or None, task=row)
    if request.method == "POST" and form.act(relate_tasks, request.actor, row):
        tell(request, form, _("The two tasks are related now."))
        return redirect(address_of(row, "relations"))
    return _small(request, row, form, _("Relate it to another task"), _("Relate them"), "relations", adds=True)


@require_POST
@needs("tasks.change")
def relation_remove(request: CoopRequest, pk: int, relation: int) -> HttpResponse:
    """Remove a relation of a task, from whichever of its two sides."""
    row = _task(request, pk, "tasks.change")
    link = fetch(request, Relation.objects.select_related("task__project"), "tasks.see", pk=relation)
    if pressed(request, unrelate_tasks, link, of=row):
        messages.success(request, _("The relation is removed."))
    return redirect(address_of(row, "relations"))
