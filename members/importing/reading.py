"""A table, read as a register: columns guessed, people unfolded and grouped, problems found."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from cooperatives.reading import Table

from .cells import Reader
from .columns import PERSON_FIELDS, Column, explained, guess
from .entries import entries_of
from .grouping import Groups
from .plan import Choices, Reading, UnitKey


def read(table: Table, choices: Choices, known_units: Iterable[UnitKey] = ()) -> Reading:
    """What the table says. `known_units` are those of the register, as (building, code) keys."""
    columns = explained(guess(table, choices.columns), table)
    if not choices.has_homes:
        columns = [_without_homes(column) for column in columns]
    reader = Reader(table, columns, choices)
    entries = entries_of(reader)
    Groups(reader, entries, known_units)
    return Reading(table, columns, entries, sorted(reader.problems, key=lambda one: (one.row, one.index)))


def _without_homes(column: Column) -> Column:
    if not column.field or column.field in PERSON_FIELDS:
        return column
    return replace(column, field="", why=_("this kind of cooperative has no homes"))
