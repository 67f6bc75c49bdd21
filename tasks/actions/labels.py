"""The labels of a project, and those of a task."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Invalid, action, check, expect, refuse_invisible
from cooperatives.events import record
from cooperatives.policy import Actor

from ..events import LABEL_CHANGED, LABEL_CREATED, LABEL_REMOVED, label_facts
from ..models import LABEL_LENGTH, Colour, Label, Labelling, Project, Task
from .base import lock_project, refuse_archived, sound_text, there

LABELS_LIMIT = 50  # more cannot be told apart on cards
TASK_LABELS_LIMIT = 20


@action
def create_label(actor: Actor, project: Project, *, name: str, colour: str = Colour.GREY) -> Label:
    """Add a label to a project. Raises Invalid, or Conflict when there is one of this name and colour."""
    check(actor, "tasks.change_project", project)
    row = lock_project(project)
    refuse_archived(project=row)
    label = Label(cooperative_id=row.cooperative_id, project=row, name=_name(name), colour=_colour(colour))
    _refuse_twin(label)
    if Label.objects.filter(project=row).count() >= LABELS_LIMIT:
        sentence = _("A project has at most %(limit)s labels. Remove one that nobody uses.") % {"limit": LABELS_LIMIT}
        raise Conflict("too_many_labels", sentence)
    label.save()
    record(LABEL_CREATED, actor, label, **label_facts(label))
    return label


@action
def change_label(actor: Actor, label: Label, *, version: int | None, **facts: Any) -> Label:
    """Give it another name or colour, on every task that bears it. Raises Stale, Invalid, or Conflict."""
    check(actor, "tasks.change_project", label)
    project = lock_project(label.project)
    row = _locked(label)
    expect(row, version)
    refuse_archived(project=project)
    before = (row.name, row.colour)
    if "name" in facts:
        row.name = _name(facts["name"])
    if "colour" in facts:
        row.colour = _colour(facts["colour"])
    if (row.name, row.colour) != before:
        _refuse_twin(row)
        row.version += 1
        row.save(update_fields=["name", "colour", "version"])
        record(LABEL_CHANGED, actor, row, **label_facts(row))
    return row


@action
def remove_label(actor: Actor, label: Label, *, version: int | None) -> None:
    """Take it off every task and out of the project. Raises Stale."""
    check(actor, "tasks.change_project", label)
    project = lock_project(label.project)
    row = _locked(label)
    expect(row, version)
    refuse_archived(project=project)
    record(LABEL_REMOVED, actor, row, **label_facts(row))
    row.delete()


def _locked(label: Label) -> Label:
    return there(Label.objects.select_for_update(no_key=True).filter(pk=label.pk).first())


def _name(name: str) -> str:
    name = sound_text(" ".join(name.split()), LABEL_LENGTH, "name")
    if not name:
        raise Invalid("name", _("Give it a name."), "name")
    refuse_invisible(name)
    return name


def _colour(colour: str) -> str:
    if colour not in Colour.values:
        raise Invalid("colour", _("Choose a colour from the list."), "colour")
    return colour


def _refuse_twin(label: Label) -> None:
    twins = Label.objects.filter(project=label.project_id, colour=label.colour, name__iexact=label.name).exclude(pk=label.pk)
    if twins.exists():
        raise Conflict("label_taken", _("There is a label of this name and colour already. Choose another one."), "name")


def sound_labels(labels: Any, project: Project) -> list[Label]:
    """These labels, each once, if all are the project's own. Raises Invalid."""
    found = {label.pk: label for label in labels}
    if any(label.project_id != project.pk for label in found.values()):
        raise Invalid("other_project", _("Choose labels of this project."), "labels")
    if len(found) > TASK_LABELS_LIMIT:
        raise Invalid("too_many", _("A task bears at most %(limit)s labels.") % {"limit": TASK_LABELS_LIMIT}, "labels")
    return list(found.values())


def settle_labels(row: Task, facts: dict[str, Any]) -> list[str]:
    """Make those that are named its labels."""
    if "labels" not in facts:
        return []
    wanted = {label.pk: label for label in sound_labels(facts["labels"], row.project)}
    before = {label.pk for label in row.tags}
    if wanted.keys() == before:
        return []
    Labelling.objects.filter(task=row).exclude(label__in=wanted).delete()
    attach(row, [label for pk, label in wanted.items() if pk not in before])
    row.tags = [label for label in row.tags if label.pk in wanted] + [label for pk, label in wanted.items() if pk not in before]
    return ["labels"]


def attach(task: Task, labels: list[Label]) -> None:
    """Put these labels on a task that is locked or new."""
    if labels:
        Labelling.objects.bulk_create(Labelling(cooperative_id=task.cooperative_id, task=task, label=label) for label in labels)
