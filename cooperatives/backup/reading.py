"""Rows out of the database, a page at a time, as lines."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import ExpressionWrapper, F
from django.db.models.functions import Cast, Collate

from .errors import Refused
from .rows import Column, canonical, line
from .tables import Table

PAGE = 2000
PAGE_OF_FILES = 20  # where a row may hold a file


@dataclass
class Digest:
    """How many rows, and the SHA-256 of their canonical form."""

    columns: Sequence[Column]
    rows: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    def __post_init__(self) -> None:
        self._jsons = [place for place, column in enumerate(self.columns) if column.kind == "json"]

    def add(self, packed: Sequence[Any], kept: bytes) -> None:
        """Count one row in. `kept` is its line."""
        self._hash.update(canonical(packed, kept, self._jsons))
        self.rows += 1

    @property
    def sha256(self) -> str:
        """In hexadecimal."""
        return str(self._hash.hexdigest())


def packed_rows(table: Table, connection: BaseDatabaseWrapper) -> Iterator[list[Any]]:
    """Every row in order of its key, as it stands in a line."""
    columns = table.columns
    for row in _raw_rows(table, connection):
        yield [column.pack(value) for column, value in zip(columns, row, strict=True)]


def digest_of(table: Table, connection: BaseDatabaseWrapper) -> Digest:
    """What the table holds now."""
    digest = Digest(table.columns)
    for packed in packed_rows(table, connection):
        digest.add(packed, line(packed))
    return digest


def _raw_rows(table: Table, connection: BaseDatabaseWrapper) -> Iterator[tuple[Any, ...]]:
    key = table.model._meta.pk
    if isinstance(key, models.CompositePrimaryKey):
        raise Refused(f"{table.name} has a composite primary key, and pages of it cannot be told apart.")
    place = [field.column for field in table.fields].index(key.column)
    size = PAGE_OF_FILES if any(column.kind == "bytes" for column in table.columns) else PAGE
    rows = table.rows.using(connection.alias).alias(_place=_place(table.columns[place], connection)).order_by("_place")
    shown = rows.values_list(*(_as_stored(field, column) for field, column in zip(table.fields, table.columns, strict=True)))
    page = list(shown[:size])
    while page:
        yield from page
        page = list(shown.filter(_place__gt=page[-1][place])[:size]) if len(page) == size else []


def _place(key: Column, connection: BaseDatabaseWrapper) -> Any:
    if key.kind != "text":
        return F("pk")
    return Collate("pk", "C" if connection.vendor == "postgresql" else "BINARY")  # else each machine sorts its own way


def _as_stored(field: Any, column: Column) -> Any:
    if column.kind == "json":
        return Cast(F(field.attname), models.TextField())
    return ExpressionWrapper(F(field.attname), output_field=column.plain)


def last_id(table: Table, connection: BaseDatabaseWrapper) -> int | None:
    """The highest id ever given in this table, rows that are gone included; None where ids are not counted."""
    key = table.model._meta.pk
    if not isinstance(key, models.AutoField):
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
        else:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table.name}"', key.column])
            cursor.execute(f"SELECT last_value FROM {cursor.fetchone()[0]} WHERE is_called")  # noqa: S608
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def set_last_id(table: Table, last: int, connection: BaseDatabaseWrapper) -> None:
    """Let the next row have the id after `last`, so that no id is ever given twice."""
    if last <= 0:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, last])
        else:
            sequence = [f'"{table.name}"', table.model._meta.pk.column]
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [*sequence, last])
