"""Take an import back: what it made goes, what it changed is as before; unless something depends on it by now."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Field, Max, Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, RuleBroken, action, check, keys_to
from cooperatives.events import record
from cooperatives.models import OwnedModel, Versioned
from cooperatives.policy import Actor

from ...events import IMPORT_UNDONE
from ...models import (
    Building,
    Guardianship,
    Household,
    HouseholdMember,
    ImportBatch,
    ImportedRow,
    Membership,
    Occupancy,
    Occupant,
    Person,
    RoleGrant,
    Unit,
)
from .applying import in_register
from .batches import can_undo, forget
from .journal import MANY, trace

BACKWARDS: tuple[type[Model], ...] = (
    Occupant, Occupancy, HouseholdMember, Household, Unit, Building, Guardianship, RoleGrant, Membership, Person,
)  # fmt: skip
"""What an import writes, in the order in which it can go."""
SHOWN = 5


@action
def undo_import(actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Take an import back, within 30 days, while nothing depends on it. Its file and what it wrote are forgotten.

    Raises Conflict when it is not there to be undone, RuleBroken naming what stands in the way: somebody was changed since,
    has a login, an invitation or an office, something else names a row of it, or later members have the numbers after it.
    """
    check(actor, "members.import", batch)
    actor, row = in_register(actor, batch)
    if not can_undo(row):
        raise Conflict("cannot_undo", _("This import cannot be undone: it was undone already, or is older than 30 days."))
    if blockers := list(_blockers(row)):
        shown = "; ".join(str(one) for one in blockers[:SHOWN]) + ("; …" if len(blockers) > SHOWN else "")
        sentence = _("This import cannot be undone, since something depends on it by now: %(what)s.") % {"what": shown}
        raise RuleBroken("depended_on", sentence, blockers=[str(one) for one in blockers[:100]])
    for model in BACKWARDS:
        _put_back(row, model)
    for model in BACKWARDS:
        made = model._default_manager.filter(pk__in=_made(row, model))
        made._raw_delete(made.db)  # whatever points to these rows was looked for, and the database looks again at the end
    ImportedRow.objects.filter(batch=row).delete()
    forget(row)
    row.state, row.undone_at = ImportBatch.State.UNDONE, timezone.now()
    row.version += 1
    row.save(update_fields=["state", "undone_at", "content", "choices", "version"])
    record(IMPORT_UNDONE, actor, row, rows=row.counts.get("rows", 0))
    return row


def _written(batch: ImportBatch, model: type[Model]) -> "QuerySet[ImportedRow]":
    rows: QuerySet[ImportedRow] = ImportedRow.objects.filter(batch=batch, kind=model._meta.label_lower)
    return rows


def _made(batch: ImportBatch, model: type[Model]) -> Any:
    return _written(batch, model).filter(before__isnull=True).values("row_id")


def _blockers(batch: ImportBatch) -> Iterator[Any]:
    """What stands in the way, in words."""
    for model in BACKWARDS:
        yield from _changed(batch, model)
    logins = Membership.objects.filter(pk__in=_made(batch, Membership)).exclude(user=None).select_related("person")
    for member in logins.order_by("number"):
        yield _("%(name)s has a login") % {"name": member}
    yield from _later_numbers(batch)
    for model in BACKWARDS:
        yield from _pointers(batch, model)


def _changed(batch: ImportBatch, model: type[Model]) -> Iterator[Any]:
    """Rows that are no longer as the import left them."""
    after = dict(_written(batch, model).values_list("row_id", "after"))
    rows = model._default_manager.filter(pk__in=_written(batch, model).values("row_id")).order_by("pk")
    there = set()
    for row in rows.select_related(*_named_by(model)):
        there.add(row.pk)
        if trace(row) != after[row.pk]:
            yield _("%(name)s was changed") % {"name": row}
    gone = after.keys() - there
    if gone:
        yield _("%(n)d of “%(kind)s” were removed") % {"n": len(gone), "kind": model._meta.verbose_name_plural}


def _named_by(model: type[Model]) -> list[str]:
    """What a row needs to say what it is called."""
    keys = {field.name for field in model._meta.concrete_fields if field.is_relation}
    return sorted(keys & {"person", "guardian", "unit", "household"})


def _later_numbers(batch: ImportBatch) -> Iterator[Any]:
    numbers = Membership.objects.filter(pk__in=_made(batch, Membership)).aggregate(last=Max("number"))
    if numbers["last"] is None:
        return
    later = Membership.objects.filter(cooperative=batch.cooperative_id, number__gt=numbers["last"])
    for member in later.select_related("person").order_by("number")[: SHOWN + 1]:
        yield _("%(name)s has joined since as no. %(number)s, and numbers have no gaps") % {
            "name": member,
            "number": member.number,
        }


def _pointers(batch: ImportBatch, target: type[Model]) -> Iterator[Any]:
    """Rows of any room that name one which the import made, and which it did not make itself."""
    ids = _made(batch, target)
    if not ids.exists():
        return
    for model, name in keys_to(target):
        if model is ImportedRow:
            continue
        rows = model._default_manager if issubclass(model, OwnedModel) else model._base_manager
        others = rows.filter(Q(**{f"{name}__in": ids}))
        if model in BACKWARDS:
            others = others.exclude(pk__in=_made(batch, model))
        if count := others.count():
            yield _("%(kind)s: %(n)d") % {"kind": model._meta.verbose_name_plural, "n": count}


def _put_back(batch: ImportBatch, model: type[Model]) -> None:
    """Give changed rows the values that they had before."""
    before = dict(_written(batch, model).filter(before__isnull=False).values_list("row_id", "before"))
    if not before:
        return
    rows = list(model._default_manager.filter(pk__in=list(before)))
    columns: set[str] = set()
    for row in rows:
        for name, value in (before[row.pk] or {}).items():
            field: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
            setattr(row, name, field.to_python(value))
            columns.add(name)
        if isinstance(row, Versioned):
            row.version += 1
            columns.add("version")
    model._default_manager.bulk_update(rows, sorted(columns), batch_size=MANY)
    _as_left_before(batch, model, [row.pk for row in rows if isinstance(row, Versioned)])


def _as_left_before(batch: ImportBatch, model: type[Model], changed: list[int]) -> None:
    """Let earlier imports know these rows as they left them: they have their values again, and a version two higher.

    All of them follow, not the latest alone: what lay between two of them still does.
    """
    earlier = list(ImportedRow.objects.filter(kind=model._meta.label_lower, row_id__in=changed).exclude(batch=batch))
    for row in earlier:
        row.after = {"version": row.after["version"] + 2}
    ImportedRow.objects.bulk_update(earlier, ["after"], batch_size=MANY)
