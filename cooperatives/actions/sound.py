"""Rows are sound before they are saved: their own fields and constraints, and texts that any database and reader can take."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import CharField, Field, Model, TextField
from django.utils.translation import gettext_lazy

from .base import RuleBroken
from .words import refuse_turning

_UNSAVABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and lone surrogates: no database takes them


def _refuse_long(field: "Field[Any, Any]", value: Any) -> None:
    # Django leaves the length of a text to its form field.
    if isinstance(field, TextField) and field.max_length and len(value or "") > field.max_length:
        sentence = gettext_lazy("This is too long. At most %(most)s characters.") % {"most": field.max_length}
        raise RuleBroken("invalid_value", sentence, field.name)


def validate(row: Model, exclude: Iterable[str] = ()) -> None:
    """Raise RuleBroken naming the field unless the row satisfies its own fields and constraints.

    What stands on one line beside other words (names, codes, remarks) must not turn their direction, see `refuse_turning`.
    """
    for field in row._meta.concrete_fields:
        if _UNSAVABLE.search(str(getattr(row, field.attname) or "")):
            raise RuleBroken("invalid_value", gettext_lazy("Remove the characters that cannot be shown."), field.name)
        _refuse_long(field, getattr(row, field.attname))
        if isinstance(field, CharField) and not field.choices:
            refuse_turning(getattr(row, field.attname) or "", field.name)
    try:
        row.full_clean(exclude=set(exclude))
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise RuleBroken("invalid_value", messages[0], None if name == NON_FIELD_ERRORS else name) from error
