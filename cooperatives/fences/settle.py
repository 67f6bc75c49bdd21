"""Make the database hold what the models declare, and say where it does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from . import postgres, sqlite
from .declared import owned_tables

_ENGINES: dict[str, ModuleType] = {"postgresql": postgres, "sqlite": sqlite}


def _engine(connection: BaseDatabaseWrapper) -> ModuleType:
    return _ENGINES[connection.vendor]


def settle(connection: BaseDatabaseWrapper) -> None:
    """Drop what is not wanted, create what is missing, force and grant. The owner runs it; twice does nothing."""
    engine = _engine(connection)
    tables = owned_tables(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        engine.prepare(connection)
        stands = engine.installed(connection)
        wanted = engine.wanted(tables)
        names = {(fence.table, fence.name) for fence in wanted}
        for table, name in sorted(stands - names, key=lambda row: "_unique_" in row[1]):
            _drop(cursor, connection, table, name)
        for fence in wanted:
            if (fence.table, fence.name) not in stands:
                cursor.execute(fence.drop.format(n=fence.name))  # it may stand disabled
                cursor.execute(fence.create.format(n=fence.name))
        engine.finish(connection, tables)


def _drop(cursor: Any, connection: BaseDatabaseWrapper, table: str, name: str) -> None:
    if name == "forced":
        return
    if connection.vendor == "sqlite":
        cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
        return
    kind = name.split("_")[1]
    if kind in ("unique", "foreign", "apart"):
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"')
    elif kind in ("refuse", "truncate"):
        cursor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')
    else:
        cursor.execute(f'DROP POLICY IF EXISTS "{name}" ON "{table}"')


def drift(connection: BaseDatabaseWrapper) -> list[str]:
    """What the database lacks or holds beyond what the models declare, a line each; empty when it is right."""
    engine = _engine(connection)
    tables = owned_tables(connection)
    wanted = {(fence.table, fence.name) for fence in engine.wanted(tables)}
    if connection.vendor == "postgresql":
        wanted |= {(table.name, "forced") for table in tables}
    stands = engine.installed(connection)
    return [f"missing: {table} {name}" for table, name in sorted(wanted - stands)] + [
        f"unwanted: {table} {name}" for table, name in sorted(stands - wanted) if name != "forced"
    ]


@contextmanager
def lift(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let the owner change what is append-only, for a migration or a flush; settled again at the end."""
    _engine(connection).before(connection)
    try:
        yield
    finally:
        settle(connection)
        _engine(connection).after(connection)


def drop_before_migrate(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Receiver of `pre_migrate` of our own app: once for each migrate."""
    _engine(connections[using]).before(connections[using])


def settle_after_migrate(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Receiver of `post_migrate` of our own app: once for each migrate."""
    settle(connections[using])
    _engine(connections[using]).after(connections[using])
