"""Checklists of a task and their steps.

A tick changes a step and not its task: whoever edits the task meanwhile loses nothing.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Invalid, NotFound, action, check, expect, refuse_invisible
from cooperatives.events import record
from cooperatives.policy import Actor

from ..events import STEP_DONE, STEP_UNDONE, STEPS_CHANGED, part_facts
from ..models import CHECK_LENGTH, CheckItem, Checklist, Task
from .base import author, lock_task, refuse_archived, sound_text

LISTS_LIMIT = 20
STEPS_LIMIT = 200
NAME_LENGTH = 200


@action
def create_checklist(actor: Actor, task: Task, *, name: str, steps: Iterable[str] = ()) -> Checklist:
    """Add a list of steps to a task. Raises Invalid naming the field, Conflict when the task has enough of them."""
    check(actor, "tasks.change", task)
    row = _task(task)
    name, texts = _name(name), [_text(step, "steps") for step in steps]
    held = Checklist.objects.filter(task=row)
    if held.count() >= LISTS_LIMIT:
        raise Conflict("too_many_checklists", _("A task has at most %(limit)s checklists.") % {"limit": LISTS_LIMIT})
    if len(texts) > STEPS_LIMIT:
        raise _too_many_steps("steps")
    own = {"cooperative_id": row.cooperative_id}
    place = (held.aggregate(last=Max("position"))["last"] or 0) + 1
    made: Checklist = Checklist.objects.create(**own, task=row, name=name, position=place)
    CheckItem.objects.bulk_create(CheckItem(**own, checklist=made, text=text, position=n) for n, text in enumerate(texts, 1))
    _changed(actor, row, made)
    return made


@action
def change_checklist(actor: Actor, checklist: Checklist, *, version: int | None, name: str) -> Checklist:
    """Call it something else. Raises Stale, or Invalid."""
    row = _locked(actor, checklist)
    expect(row, version)
    name = _name(name)
    if name != row.name:
        row.name, row.version = name, row.version + 1
        row.save(update_fields=["name", "version"])
        _changed(actor, row.task, row)
    return row


@action
def remove_checklist(actor: Actor, checklist: Checklist, *, version: int | None) -> None:
    """Remove it with its steps. Raises Stale."""
    row = _locked(actor, checklist)
    expect(row, version)
    _changed(actor, row.task, row)
    row.delete()


@action
def add_step(actor: Actor, checklist: Checklist, *, text: str) -> CheckItem:
    """Add a step at the end. Raises Invalid, or Conflict when the list is full."""
    row = _locked(actor, checklist)
    text = _text(text)
    held = CheckItem.objects.filter(checklist=row)
    if held.count() >= STEPS_LIMIT:
        raise _too_many_steps("text")
    place = (held.aggregate(last=Max("position"))["last"] or 0) + 1
    step: CheckItem = CheckItem.objects.create(cooperative_id=row.cooperative_id, checklist=row, text=text, position=place)
    _changed(actor, row.task, row)
    return step


@action
def change_step(actor: Actor, step: CheckItem, *, version: int | None, **facts: Any) -> CheckItem:
    """Tick it (done=True) or not, change its text, or put it at a position (from 0). Raises Stale, or Invalid.

    Ticking what is ticked already is no conflict: two people mean the same.
    """
    row = _locked_step(actor, step)
    if facts.keys() == {"done"} and facts["done"] == (row.done_at is not None):
        return row
    expect(row, version)
    changed = _reword(row, facts) | _shift(row, facts.get("position"))
    ticked = "done" in facts and facts["done"] != (row.done_at is not None)
    if ticked:
        row.done_at = timezone.now() if facts["done"] else None
        row.done_by_id = author(actor, row.cooperative_id) if facts["done"] else None
    if changed or ticked:
        row.version += 1
        row.save(update_fields=["text", "position", "done_at", "done_by", "version"])
    if changed:
        _changed(actor, row.checklist.task, row.checklist)
    if ticked:
        task = row.checklist.task
        record(STEP_DONE if row.done_at else STEP_UNDONE, actor, task, **part_facts(task), step_id=row.pk, step=row.text)
    return row


@action
def remove_step(actor: Actor, step: CheckItem, *, version: int | None) -> None:
    """Remove a step. Raises Stale."""
    row = _locked_step(actor, step)
    expect(row, version)
    _changed(actor, row.checklist.task, row.checklist)
    row.delete()


def _reword(row: CheckItem, facts: dict[str, Any]) -> bool:
    text = _text(facts["text"]) if "text" in facts else row.text
    changed, row.text = text != row.text, text
    return changed


def _shift(row: CheckItem, place: int | None) -> bool:
    """Put the step at a place among those of its list; the others are numbered anew."""
    if place is None:
        return False
    steps = list(CheckItem.objects.filter(checklist=row.checklist_id).order_by("position", "pk").values_list("pk", flat=True))
    order = [pk for pk in steps if pk != row.pk]
    order.insert(place, row.pk)
    if order == steps:
        return False
    for number, pk in enumerate(order, 1):
        CheckItem.objects.filter(pk=pk).exclude(position=number).update(position=number)
    row.position = order.index(row.pk) + 1
    return True


def _task(task: Task) -> Task:
    """The task, locked: who changes its lists changes them one after another."""
    row = lock_task(task)
    refuse_archived(row.project, task=row)
    return row


def _locked(actor: Actor, checklist: Checklist) -> Checklist:
    check(actor, "tasks.change", checklist)
    task = _task(checklist.task)
    row = Checklist.objects.filter(pk=checklist.pk).first()
    if row is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    row.task = task
    found: Checklist = row
    return found


def _locked_step(actor: Actor, step: CheckItem) -> CheckItem:
    checklist = _locked(actor, step.checklist)
    row = CheckItem.objects.filter(pk=step.pk).first()
    if row is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    row.checklist = checklist
    found: CheckItem = row
    return found


def _changed(actor: Actor, task: Task, checklist: Checklist) -> None:
    record(STEPS_CHANGED, actor, task, **part_facts(task), checklist=checklist.name)


def _name(name: str) -> str:
    name = sound_text(" ".join(name.split()), NAME_LENGTH, "name")
    if not name:
        raise Invalid("name", _("Give it a name."), "name")
    refuse_invisible(name)
    return name


def _text(text: str, field: str = "text") -> str:
    text = sound_text(" ".join(text.split()), CHECK_LENGTH, field)
    if not text:
        raise Invalid("text", _("Say what is to be done."), field)
    refuse_invisible(text, field)
    return text


def _too_many_steps(field: str) -> Conflict:
    return Conflict("too_many_steps", _("A checklist has at most %(limit)s steps.") % {"limit": STEPS_LIMIT}, field)
