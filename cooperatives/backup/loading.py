"""Rows out of a backup into empty tables, and the proof that they are the same rows."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Max

from .checking import Backup
from .errors import Refused
from .manifest import Manifest
from .reading import digest_of, set_last_id
from .tables import WRITTEN_BY_MIGRATE, Table, tables_left_out

MOST_ROWS, MOST_BYTES = 500, 4 * 1024 * 1024  # of one statement
Say = Callable[[str], None]


def refuse_unless_equal(tables: Iterable[Table], manifest: Manifest) -> None:
    """Raise Refused when the tables of the backup are not those that the models have at this state."""
    ours = {table.name: [(column.name, column.kind) for column in table.columns] for table in tables}
    theirs = {table.name: [(column["name"], column["kind"]) for column in table.columns] for table in manifest.tables}
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in theirs:
            raise Refused(f"The backup has no table {name}, which belongs to its migrations here.")
        if name not in ours:
            raise Refused(f"The backup has a table {name}, which is not known here. Cure: install the app that it belongs to.")
        if ours[name] != theirs[name]:
            raise Refused(f"The table {name} has other columns in the backup than here, though the migrations are the same.")


def refuse_unless_empty(tables: Iterable[Table]) -> None:
    """Raise Refused when there is anything that a restore would mix with."""
    for table in tables:
        if table.model._meta.label not in WRITTEN_BY_MIGRATE and table.rows.exists():
            raise Refused(
                f"The database is not empty: {table.name} holds rows. A restore never mixes. "
                "Cure: give it an empty database (for SQLite: move the file away)."
            )


def load(backup: Backup, tables: list[Table], connection: BaseDatabaseWrapper, say: Say) -> None:
    """Fill the tables. What migrate has written gives way, and so does every session."""
    entries = {entry.name: entry for entry in backup.manifest.tables}
    for table in reversed([*tables_left_out(tables[0].model._meta.apps), *tables]):
        table.rows.using(connection.alias)._raw_delete(connection.alias)
    for table in tables:
        entry = entries[table.name]
        for batch in _batches(backup.rows(entry)):
            _insert(table, batch, connection)
        if entry.last_id is not None:
            highest = table.rows.using(connection.alias).aggregate(highest=Max("pk"))["highest"] or 0
            set_last_id(table, max(entry.last_id, highest), connection)
        say(f"{table.name}: {entry.rows} rows")


def _batches(rows: Iterator[tuple[list[Any], bytes]]) -> Iterator[list[list[Any]]]:
    batch: list[list[Any]] = []
    size = 0
    for packed, line in rows:
        batch.append(packed)
        size += len(line)
        if len(batch) >= MOST_ROWS or size >= MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _insert(table: Table, batch: list[list[Any]], connection: BaseDatabaseWrapper) -> None:
    columns, quote = table.columns, connection.ops.quote_name
    bound = [[column.bind(said, connection) for column, said in zip(columns, packed, strict=True)] for packed in batch]
    place = f"({', '.join(['%s'] * len(columns))})"
    into = f"INSERT INTO {quote(table.name)} ({', '.join(quote(column.name) for column in columns)}) VALUES "  # noqa: S608
    try:
        with connection.cursor() as cursor, connection.wrap_database_errors:
            if connection.vendor == "sqlite":
                cursor.executemany(into + place, bound)
            else:
                # Row by row, because psycopg would look through the whole statement for its placeholders each time.
                spell: Callable[[str, list[Any]], str] = cursor.cursor.mogrify
                cursor.execute(into + ", ".join(spell(place, row) for row in bound))
    except DatabaseError as error:
        raise Refused(f"{table.name}: the database does not take the rows {batch[0][0]} to {batch[-1][0]}: {error}") from error


def refuse_unless_same(tables: Iterable[Table], manifest: Manifest, connection: BaseDatabaseWrapper, say: Say) -> None:
    """Raise Refused, naming every table whose rows are not, by number and hash, those of the backup."""
    wanted = {entry.name: (entry.rows, entry.sha256) for entry in manifest.tables}
    faults = []
    for table in tables:
        digest = digest_of(table, connection)
        if (digest.rows, digest.sha256) != wanted[table.name]:
            what = (
                "the hash differs" if digest.rows == wanted[table.name][0] else f"{digest.rows} of {wanted[table.name][0]} rows"
            )
            faults.append(f"{table.name} ({what})")
    if faults:
        raise Refused(f"What was loaded is not what the backup holds: {', '.join(faults)}. Nothing was kept.")
    say("all rows are those of the backup")
