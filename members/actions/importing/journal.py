"""What an import writes, many rows at a time, noted down so that it can be taken back."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model

from cooperatives.models import Versioned

from ...models import ImportBatch, ImportedRow

M = TypeVar("M", bound=Model)
MANY = 500


def plain(value: Any) -> Any:
    """A column's value as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def trace(row: Model) -> dict[str, Any]:
    """By what a row is known to be untouched: its version; without one, its columns. Never what somebody is called."""
    if isinstance(row, Versioned):
        return {"version": row.version}
    columns = (field for field in row._meta.concrete_fields if not field.primary_key)
    return {field.attname: plain(getattr(row, field.attname)) for field in columns}


class Journal:
    """Writes rows and remembers which; `made` counts new ones by model, `changed` those that were there."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch = batch
        self.made: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self._rows: list[ImportedRow] = []

    def create(self, model: type[M], rows: Sequence[M]) -> list[M]:
        """Insert these rows of one model; they have their keys then."""
        if not rows:
            return []
        made: list[M] = model._default_manager.bulk_create(rows, batch_size=MANY)
        self.made[model._meta.model_name or ""] += len(made)
        for row in made:
            self._note(row, None)
        return made

    def change(self, model: type[M], changes: Sequence[tuple[M, dict[str, Any]]]) -> None:
        """Give these rows new values, each with a new version."""
        columns: set[str] = set()
        for row, values in changes:
            before = {name: plain(getattr(row, name)) for name in values}
            for name, value in values.items():
                setattr(row, name, value)
            columns |= values.keys()
            if isinstance(row, Versioned):
                row.version += 1
                columns.add("version")
            self._note(row, before)
        if changes:
            model._default_manager.bulk_update([row for row, _values in changes], sorted(columns), batch_size=MANY)
            self.changed[model._meta.model_name or ""] += len(changes)

    def _note(self, row: Model, before: dict[str, Any] | None) -> None:
        facts = {"kind": row._meta.label_lower, "row_id": row.pk, "before": before, "after": trace(row)}
        self._rows.append(ImportedRow(cooperative_id=self.batch.cooperative_id, batch=self.batch, **facts))

    def close(self) -> None:
        """Write down what was done."""
        ImportedRow.objects.bulk_create(self._rows, batch_size=MANY)
