"""Where a person is still named once they are erased: in words that other people wrote, and in what cannot be changed."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import CharField, Model, TextField
from django.db.models.fields.json import JSONField
from django.db.models.functions import Cast

from cooperatives.models import OwnedModel

from .finding import Needles

MOST_NAMED = 500  # rows that a receipt lists of one column; it says how many there are beyond


def mentions(needles: Needles) -> Iterator[dict[str, Any]]:
    """Every column of every table of the active cooperatives that holds one of the needles, with the rows' keys."""
    if not needles.words:
        return
    for model in apps.get_models():
        if issubclass(model, OwnedModel) and not model._meta.proxy:
            yield from _of(model, needles)


def _of(model: type[Model], needles: Needles) -> Iterator[dict[str, Any]]:
    for column in model._meta.concrete_fields:
        if not isinstance(column, CharField | TextField | JSONField) or column.choices:
            continue
        found = model._base_manager.annotate(said=Cast(column.name, TextField())).filter(needles.within(["said"]))
        rows = [pk for pk, value in found.order_by("pk").values_list("pk", column.name).iterator() if needles.in_value(value)]
        if rows:
            yield {"table": model._meta.label_lower, "column": column.name, "count": len(rows), "rows": rows[:MOST_NAMED]}
