"""How tasks stand to each other."""

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Invalid, NotFound, RuleBroken, action, check
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor

from ..events import RELATED, UNRELATED, part_facts
from ..models import Relation, Task
from .base import lock_task, refuse_archived

RELATIONS_LIMIT = 50
BACK = {"blocks": "blocked_by", "duplicates": "duplicated_by", "relates": "relates"}
"""What a relation is called as the other task sees it."""
WORDS = [*Relation.Kind.choices, ("blocked_by", _("Is blocked by")), ("duplicated_by", _("Is duplicated by"))]
"""Every way to say a relation."""


@action
def relate_tasks(actor: Actor, task: Task, *, kind: str, other: Task) -> Relation:
    """Say that `task` blocks, duplicates, or belongs together with `other`, of whichever project of the cooperative.

    `blocked_by` and `duplicated_by` say it the other way round. Raises Invalid naming the field, Conflict when it stands
    already, and RuleBroken when tasks would wait for each other in a ring.
    """
    check(actor, "tasks.change", task)
    check(actor, "tasks.see", other)
    first, second, word = _directed(task, other, kind)
    # Rings can close over several projects, so who relates tasks does it one after another.
    Cooperative.objects.select_for_update(no_key=True).get(pk=task.cooperative_id)
    row = lock_task(task)
    refuse_archived(row.project, task=row)
    _refuse_twin(first, second, word)
    if word == Relation.Kind.BLOCKS:
        _refuse_ring(first, second)
    relation: Relation = Relation.objects.create(cooperative_id=task.cooperative_id, task=first, kind=word, other=second)
    _tell(RELATED, actor, relation)
    return relation


@action
def unrelate_tasks(actor: Actor, relation: Relation, *, of: Task) -> None:
    """Remove a relation of a task, whichever of its two sides that is."""
    check(actor, "tasks.change", of)
    own = lock_task(of)
    refuse_archived(own.project, task=own)
    row = Relation.objects.select_related("task__project", "other__project").filter(pk=relation.pk).first()
    if row is None or of.pk not in (row.task_id, row.other_id):
        raise NotFound("not_found", _("There is nothing at this address."))
    _tell(UNRELATED, actor, row)
    row.delete()


def _directed(task: Task, other: Task, kind: str) -> tuple[Task, Task, str]:
    if other.cooperative_id != task.cooperative_id:
        raise Invalid("other", _("There is no such task here."), "other")
    if other.pk == task.pk:
        raise Invalid("itself", _("Choose another task than this one."), "other")
    backwards = {back: word for word, back in BACK.items() if back != word}
    if kind in backwards:
        return other, task, backwards[kind]
    if kind not in Relation.Kind.values:
        raise Invalid("kind", _("Choose how the two tasks stand to each other."), "kind")
    # What holds both ways is kept one way, so that it stands once.
    swapped = kind == Relation.Kind.RELATES and task.pk > other.pk
    return (other, task, kind) if swapped else (task, other, kind)


def _refuse_twin(task: Task, other: Task, kind: str) -> None:
    if Relation.objects.filter(task=task, kind=kind, other=other).exists():
        raise Conflict("related_already", _("The two tasks stand like this already."), "other")
    if Relation.objects.filter(task=other, kind=kind, other=task).exists():
        raise RuleBroken("ring", _("The other one stands like this to this one already. Remove that first."), "other")
    held = max(Relation.objects.filter(task=row).count() + Relation.objects.filter(other=row).count() for row in (task, other))
    if held >= RELATIONS_LIMIT:
        raise Conflict("too_many_relations", _("A task has at most %(limit)s relations.") % {"limit": RELATIONS_LIMIT}, "other")


def _refuse_ring(first: Task, second: Task) -> None:
    """Raise RuleBroken when `second` blocks `first` already over however many others."""
    seen, reached = {second.pk}, {second.pk}
    while reached:
        blocked = Relation.objects.filter(kind=Relation.Kind.BLOCKS, task__in=reached).values_list("other", flat=True)
        reached = set(blocked) - seen
        seen |= reached
    if first.pk in seen:
        sentence = _("Then the tasks would wait for each other in a ring. Remove one of the blocks between them first.")
        raise RuleBroken("ring", sentence, "other")


def _tell(what: object, actor: Actor, relation: Relation) -> None:
    """Tell it of both tasks: each has its own history, and its own card."""
    for task, word, other in (
        (relation.task, relation.kind, relation.other),
        (relation.other, BACK[relation.kind], relation.task),
    ):
        facts = {"relation": word, "other_id": other.pk, "other": f"{other.reference} {other.title}"}
        record(what, actor, task, **part_facts(task), **facts)  # type: ignore[arg-type]
