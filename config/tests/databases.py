"""The suite's databases: as migrations leave them, made once, and as they were again a moment after a test that commits.

Django empties every table and makes everything anew that it keeps about models: half a second on PostgreSQL, two on
SQLite, three hundred times in a run.
"""

import os
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from cooperatives.fences import settle
from cooperatives.fences.postgres import installed

TEMPLATE = "TEST_TEMPLATE"  # names an SQLite file that is migrated already
# What migrations and Django's own receivers leave, and no test changes.
KEPT = ("django_migrations", "django_content_type", "auth_permission")


def from_template(connection: BaseDatabaseWrapper) -> None:
    """Let the test database be a copy of the template, when one is named; else it is migrated as ever."""
    template = os.environ.get(TEMPLATE, "")
    if template and connection.vendor == "sqlite":
        creation: Any = connection.creation
        creation.create_test_db = partial(_copied, connection, Path(template))


def _copied(connection: BaseDatabaseWrapper, template: Path, verbosity: int = 1, autoclobber: bool = False, **_: Any) -> str:
    name: str = connection.creation._create_test_db(verbosity, autoclobber)
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    with sqlite3.connect(f"file:{template}?mode=ro", uri=True) as migrated:
        migrated.backup(connection.connection)
    return name


def emptying(connection: BaseDatabaseWrapper) -> Callable[[], None]:
    """What puts this database, as it is now, back after a test that committed."""
    if connection.vendor == "sqlite":
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        connection.ensure_connection()
        connection.connection.backup(kept)
        return partial(_put_back, connection, kept)
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in KEPT]
    return partial(_delete, connection, tables, installed(connection))


def _put_back(connection: BaseDatabaseWrapper, kept: sqlite3.Connection) -> None:
    connection.ensure_connection()
    kept.backup(connection.connection)


def _delete(connection: BaseDatabaseWrapper, tables: list[str], fences: set[tuple[str, str]]) -> None:
    """Delete all rows as the owner, past the walls, and mend the walls where a test left them damaged."""
    role = connection.settings_dict["OPTIONS"].get("assume_role")
    emptied = "; ".join(f'DELETE FROM "{table}"' for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN; RESET ROLE; SET LOCAL app.lifted = 'on'; {emptied}; COMMIT")
        if installed(connection) != fences:
            settle(connection)
        if role:
            cursor.execute(f'SET ROLE "{role}"')
