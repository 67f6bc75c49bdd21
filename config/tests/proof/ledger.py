"""What stands in the tables, seen past every wall: digests of one side's rows, and rows that point across."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Self

from django.apps import apps
from django.db import connection
from django.db.models import Field, ForeignKey

from cooperatives.fences.declared import owned_keys, owned_models
from cooperatives.models import Cooperative
from members.models import User

_WRITTEN = re.compile(r'\b(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM)\s+"(\w+)"')
# What a visit itself leaves behind: no row of anybody's.
_PASSING = ("django_session", "account_", "mfa_", "usersessions_")


class Watch:
    """Notes whether a block of code wrote anything but the traces of a visit."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    @property
    def wrote(self) -> bool:
        """Whether a statement was sent that writes."""
        return bool(self.statements)

    def __enter__(self) -> Self:
        self._context = connection.execute_wrapper(self._look)
        self._context.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._context.__exit__(*error)

    def _look(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        for table in _WRITTEN.findall(sql):
            if not table.startswith(_PASSING):
                self.statements.append(table)
        return execute(sql, params, many, context)


@contextmanager
def past_the_walls() -> Iterator[Any]:
    """A cursor that sees every row: on PostgreSQL the owner's, lifted; on SQLite any. Afterwards all is as it was."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            yield cursor
            return
        cursor.execute("SELECT current_user, coalesce(current_setting('app.lifted', true), '')")
        role, lifted = cursor.fetchone()
        cursor.execute("RESET ROLE")
        cursor.execute("SET app.lifted = 'on'")
        try:
            yield cursor
        finally:
            cursor.execute("SELECT set_config('app.lifted', %s, false)", [lifted])
            cursor.execute(f'SET ROLE "{role}"')


@cache
def _tables() -> list[tuple[str, str, list[str]]]:
    """(table, the column that says whose a row is, columns) of all that belongs to a cooperative."""
    owned = [(model._meta.db_table, "cooperative_id", _columns(model)) for model in owned_models()]
    return [*owned, (Cooperative._meta.db_table, "id", _columns(Cooperative))]


@cache
def _personal() -> list[tuple[str, str, list[str]]]:
    """The same of all that belongs to a login: what it has signed in with, its keys, its addresses."""
    owned = set(owned_models())
    keys = [
        (model, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model is User and model not in owned and model is not Cooperative
    ]
    return [(model._meta.db_table, column, _columns(model)) for model, column in keys]


def personal_tables() -> set[str]:
    """The tables of logins and of what belongs to them."""
    return {User._meta.db_table, *(table for table, _whose, _columns in _personal())}


def _columns(model: Any) -> list[str]:
    fields: list[Field[Any, Any]] = model._meta.concrete_fields
    return [field.column for field in fields]


def digest(cooperative_id: int, people: Sequence[int] = ()) -> dict[str, str]:
    """For each table a digest of all rows of one cooperative, and of the rows of these logins."""
    with past_the_walls() as cursor:
        found = {table: _digest(cursor, table, whose, columns, [cooperative_id]) for table, whose, columns in _tables()}
        if people:
            found |= {table: _digest(cursor, table, whose, columns, people) for table, whose, columns in _personal()}
            found[User._meta.db_table] = _digest(cursor, User._meta.db_table, "id", _written_by_people(), people)
        return found


def _digest(cursor: Any, table: str, whose: str, columns: list[str], values: Sequence[int]) -> str:
    names, marks = ", ".join(f'"{column}"' for column in columns), ", ".join(["%s"] * len(values))
    cursor.execute(f'SELECT {names} FROM "{table}" WHERE "{whose}" IN ({marks}) ORDER BY 1', list(values))
    rows = [tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row) for row in cursor.fetchall()]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _written_by_people() -> list[str]:
    return [name for name in _columns(User) if name != "last_login"]


def rows_of(cooperative_id: int) -> Iterator[tuple[Any, ...]]:
    """Every row of one cooperative, whatever its table."""
    with past_the_walls() as cursor:
        for table, whose, columns in _tables():
            names = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f'SELECT {names} FROM "{table}" WHERE "{whose}" = %s', [cooperative_id])
            yield from cursor.fetchall()


@cache
def _crossing_sql() -> str:
    parts = []
    for model in owned_models():
        for key in owned_keys(model):
            table, target = model._meta.db_table, key.related_model._meta.db_table
            parts.append(
                f'SELECT \'{table}.{key.column}\', c.id FROM "{table}" c JOIN "{target}" p ON p.id = c."{key.column}" '
                "WHERE p.cooperative_id <> c.cooperative_id"
            )
    return " UNION ALL ".join(parts)


def crossings() -> list[tuple[str, int]]:
    """Every row of one cooperative that points to a row of another: (table.column, id)."""
    with past_the_walls() as cursor:
        cursor.execute(_crossing_sql())
        return list(cursor.fetchall())
