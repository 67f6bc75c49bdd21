"""Keys that point nowhere or across cooperatives. The database refuses both; this finds what came in around it.

For the owner, who sees the rows of all cooperatives: the doctor and a restore.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from .fences.declared import owned_tables


def dangling(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """Every key of every table that is there, whose row is not: a sentence with how many."""
    columns = _columns(connection)
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        for key in model._meta.local_concrete_fields:
            if isinstance(key, models.ForeignKey):
                yield from _lost(connection, key, columns)


def _columns(connection: BaseDatabaseWrapper) -> dict[str, set[str]]:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        describe = connection.introspection.get_table_description
        return {name: {column.name for column in describe(cursor, name)} for name in names}


def _lost(
    connection: BaseDatabaseWrapper, key: "models.ForeignKey[models.Model, models.Model]", columns: dict[str, set[str]]
) -> Iterator[str]:
    table, target = key.model._meta.db_table, key.related_model._meta.db_table
    if key.column not in columns.get(table, ()) or key.target_field.column not in columns.get(target, ()):
        return  # a migration has not made it yet
    number = _count(
        connection,
        f'FROM "{table}" c WHERE c."{key.column}" IS NOT NULL'  # noqa: S608
        f' AND NOT EXISTS (SELECT 1 FROM "{target}" p WHERE p."{key.target_field.column}" = c."{key.column}")',
    )
    if number:
        yield f"{table}.{key.column}: {number} rows point to nothing in {target}"


def crossing(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """Every key inside a cooperative that leads into another one: a sentence with how many."""
    for table in owned_tables(connection):
        for column, target in table.keys:
            join = f'FROM "{table.name}" c JOIN "{target}" p ON p.id = c."{column}" WHERE p.cooperative_id <> c.cooperative_id'
            if number := _count(connection, join):
                yield f"{table.name}.{column}: {number} rows point into another cooperative's {target}"


def _count(connection: BaseDatabaseWrapper, what: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {what}")
        return int(cursor.fetchone()[0])
