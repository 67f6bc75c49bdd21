"""Seeing all rows of all cooperatives at one moment, and being able to change none."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ..management.owner import as_owner
from .errors import Refused

# A table under row security that this role would see in part only: nothing lets it through, or a policy narrows it.
_IN_PART = """
SELECT c.relname FROM pg_class c
 WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND c.relnamespace = 'public'::regnamespace
   AND NOT EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = current_user AND (r.rolsuper OR r.rolbypassrls))
   AND NOT (c.relowner = current_user::regrole AND NOT c.relforcerowsecurity)
   AND (NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname LIKE 'fence\\_owner\\_%%'
                       AND current_user::regrole = ANY (p.polroles))
        OR EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive))
 ORDER BY 1
"""


@contextmanager
def whole_view(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """One consistent, read-only view of every row, as the owner. Writers go on meanwhile.

    Raises Refused when row security would hide rows: a backup in part would look like a whole one.
    """
    with as_owner(connection), one_moment(connection):
        if connection.vendor == "postgresql":
            _see_all(connection)
        yield


@contextmanager
def one_moment(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A read-only transaction that sees one moment, as whoever is logged in."""
    with _postgresql(connection) if connection.vendor == "postgresql" else _sqlite(connection):
        yield


@contextmanager
def _postgresql(connection: BaseDatabaseWrapper) -> Iterator[None]:
    with transaction.atomic(using=connection.alias, durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _sqlite(connection: BaseDatabaseWrapper) -> Iterator[None]:
    # The usual IMMEDIATE would keep every writer waiting until the last row is read; the snapshot needs no lock.
    connection.ensure_connection()  # which is when it learns its mode
    mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"  # type: ignore[attr-defined]
    try:
        with transaction.atomic(using=connection.alias, durable=True), connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = ON")
            cursor.execute("SELECT count(*) FROM sqlite_master")  # the first read fixes the moment
            try:
                yield
            finally:
                cursor.execute("PRAGMA query_only = OFF")
    finally:
        connection.transaction_mode = mode  # type: ignore[attr-defined]


def _see_all(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.lifted = 'on'")
        cursor.execute(_IN_PART, [])
        hidden = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT current_user")
        role = cursor.fetchone()[0]
    if hidden:
        raise Refused(
            f"The role {role} would see only a part of {len(hidden)} tables ({', '.join(hidden[:3])} ...). "
            "Cure: set DATABASE_OWNER_URL to the owner of the tables, and run `manage.py migrate` if it is set."
        )
