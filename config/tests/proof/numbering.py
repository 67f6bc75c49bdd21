"""Keys that can be told apart: every model counts in its own band, each side in its own range.

An id of one side is then known by its number alone, wherever it turns up.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import AutoField

BAND = 10_000  # rows of one model on one side


@contextmanager
def numbered_from(starts: Mapping[str, int]) -> Iterator[Callable[[str], None]]:
    """Give the function that lets all keys count on from one of `starts`, by name.

    SQLite keeps its counters in a table, which a rollback restores; for PostgreSQL's see `counters` and `put_back`.
    """
    tables = [model._meta.db_table for model in apps.get_models() if isinstance(model._meta.pk, AutoField)]

    def number(name: str) -> None:
        for place, table in enumerate(sorted(tables)):
            _count_on(table, starts[name] + place * BAND + 1)

    yield number


def _count_on(table: str, first: int) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first - 1])
        else:
            cursor.execute("RESET ROLE")
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", [f'"{table}"', first])
            _back()


def counters() -> dict[str, Any]:
    """Where PostgreSQL's counters stand; empty on SQLite."""
    if connection.vendor == "sqlite":
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        return dict(cursor.fetchall())


def put_back(kept: Mapping[str, Any]) -> None:
    """Set PostgreSQL's counters to what they were."""
    if not kept:
        return
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        for name, last in kept.items():
            cursor.execute("SELECT setval(%s, %s, %s)", [name, last or 1, last is not None])
        _back()


def _back() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{settings.DATABASE_APP_ROLE}"')
