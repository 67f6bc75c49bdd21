"""The statements that every action ends with, spelt once: writing them through models took most of their time.

Each names its cooperative, which must be entered: PostgreSQL holds it against the active ones, SQLite has this alone.
"""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from django.db import connection

from cooperatives.models import OwnedModel
from cooperatives.queries import Crossed, entered

from .chain import GENESIS
from .models import Detail, Event

_AT_ONCE = 1000  # rows in one statement: SQLite takes 32,766 values
# Names stand in quotation marks, as Django writes them: the proofs read from a statement what it changes.
_HEAD = 'SELECT seq, hash FROM "activity_head" WHERE cooperative_id = %s'
_FIRST = 'INSERT INTO "activity_head" (cooperative_id, seq, hash) VALUES (%s, 0, %s) ON CONFLICT (cooperative_id) DO NOTHING'
_MOVED = 'UPDATE "activity_head" SET seq = %s, hash = %s WHERE cooperative_id = %s'


def locked_head(cooperative_id: int) -> tuple[int, str]:
    """Number and hash of the last record of a cooperative; none else can write one before this transaction ends."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(_HEAD + lock, [cooperative_id])
        if (found := cursor.fetchone()) is None:
            cursor.execute(_FIRST, [cooperative_id, GENESIS])  # two first records at once: one waits for the other
            cursor.execute(_HEAD + lock, [cooperative_id])
            found = cursor.fetchone()
    seq, last = found
    return seq, last


def append(cooperative_id: int, records: Sequence[tuple[Event, Detail]]) -> None:
    """Write new records of one cooperative behind its head, which `locked_head` gave. Raises Crossed outside the active ones."""
    strangers = {row.cooperative_id for pair in records for row in pair} - {cooperative_id}
    if strangers or cooperative_id not in entered().cooperatives:
        raise Crossed(Event._meta.label)
    last = records[-1][0]
    with connection.cursor() as cursor:
        for first in range(0, len(records), _AT_ONCE):
            _insert_both(cursor, records[first : first + _AT_ONCE])
        cursor.execute(_MOVED, [last.seq, last.hash, cooperative_id])


def _insert_both(cursor: Any, records: Sequence[tuple[Event, Detail]]) -> None:
    _insert(cursor, [event for event, _detail in records])
    for event, detail in records:
        detail.event = event
    _insert(cursor, [detail for _event, detail in records])


def _insert(cursor: Any, rows: Sequence[OwnedModel]) -> None:
    model = type(rows[0])
    values: Iterable[Any] = (
        field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in _fields(model)
    )
    cursor.execute(_statement(model, len(rows)), list(values))
    for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
        row.pk = pk


@cache
def _fields(model: type[OwnedModel]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@lru_cache(maxsize=64)
def _statement(model: type[OwnedModel], count: int) -> str:
    columns = [f'"{field.column}"' for field in _fields(model)]
    row = f"({', '.join(['%s'] * len(columns))})"
    into = f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) VALUES '  # noqa: S608
    return f'{into}{", ".join([row] * count)} RETURNING "{model._meta.pk.column}"'
