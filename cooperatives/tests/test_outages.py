"""A database that is away and a disk that is full are answered in so many words, and are not taken for defects."""

import errno
import sqlite3
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.outages import status_of
from cooperatives.policy import Actor

Pair = tuple[Cooperative, Actor]


def of_sqlite(code: int, kind: type[DatabaseError] = OperationalError) -> DatabaseError:
    cause = sqlite3.OperationalError("said by the driver")
    cause.sqlite_errorcode = code
    return caused(kind("said by the driver"), cause)


def caused(error: Any, cause: BaseException) -> Any:
    error.__cause__ = cause
    return error


def within(error: Exception, inner: Exception) -> Exception:
    error.__context__ = inner
    return error


OUTAGES: dict[str, tuple[BaseException | None, int]] = {
    "nothing": (None, 500),
    "a defect": (ZeroDivisionError(), 500),
    "no such table": (of_sqlite(sqlite3.SQLITE_ERROR), 500),
    "not spoken SQL": (caused(ProgrammingError(), psycopg.errors.UndefinedTable()), 500),
    "a broken constraint": (caused(IntegrityError(), psycopg.errors.UniqueViolation()), 500),
    "SQLite without space": (of_sqlite(sqlite3.SQLITE_FULL), 507),
    "SQLite busy": (of_sqlite(sqlite3.SQLITE_BUSY), 503),
    "SQLite busy, more exactly": (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), 503),
    "SQLite cannot read": (of_sqlite(sqlite3.SQLITE_IOERR_READ), 503),
    "PostgreSQL without space": (caused(OperationalError(), psycopg.errors.DiskFull()), 507),
    "PostgreSQL shut down": (caused(OperationalError(), psycopg.errors.AdminShutdown()), 503),
    "PostgreSQL not there": (caused(OperationalError(), psycopg.OperationalError("connection refused")), 503),
    "a connection that is gone": (caused(InterfaceError(), psycopg.InterfaceError("the connection is closed")), 503),
    "a file that cannot grow": (OSError(errno.ENOSPC, "No space left on device"), 507),
    "a file that is not there": (FileNotFoundError(errno.ENOENT, "no"), 500),
    "told by another": (within(ValueError(), of_sqlite(sqlite3.SQLITE_FULL)), 507),
}


@pytest.mark.parametrize("what", OUTAGES)
def test_what_each_failure_is(what: str) -> None:
    error, status = OUTAGES[what]
    assert status_of(error) == status


def test_errors_in_a_ring_end() -> None:
    one, other = ValueError(), ValueError()
    one.__context__, other.__context__ = other, one
    assert status_of(one) == 500


@pytest.mark.parametrize(
    ("what", "status", "code", "again", "words"),
    [
        ("PostgreSQL not there", 503, "unavailable", "2", b"Back in a moment"),
        ("SQLite without space", 507, "full", "60", b"There is no space left"),
        ("told by another", 507, "full", "60", b"There is no space left"),
    ],
)
def test_an_outage_is_a_page_and_a_problem_document(
    what: str, status: int, code: str, again: str, words: bytes, linden: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OUTAGES[what][0]  # type: ignore[misc]

    monkeypatch.setattr("cooperatives.views.panels_for", fail)
    monkeypatch.setattr("cooperatives.api.CooperativeViewSet.get_queryset", fail)
    client = Client(raise_request_exception=False)
    client.force_login(linden[1].user)
    page = client.get("/c/linden-court/")
    assert (page.status_code, page["Retry-After"], page["Content-Type"].split(";")[0]) == (status, again, "text/html")
    assert words in page.content
    assert b"said by the driver" not in page.content
    problem = client.get("/api/v1/cooperatives/")
    assert (problem.status_code, problem["Retry-After"], problem["Content-Type"]) == (status, again, "application/problem+json")
    assert (problem.json()["code"], problem.json()["status"]) == (code, status)
    assert problem["Cache-Control"] == page["Cache-Control"] == "private, no-store"


def test_a_page_that_cannot_even_find_out_who_asks_says_so_too(linden: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise OUTAGES["PostgreSQL not there"][0]  # type: ignore[misc]

    monkeypatch.setattr("cooperatives.middleware.Actor.of", fail)
    client = Client(raise_request_exception=False)
    client.force_login(linden[1].user)
    assert client.get("/").status_code == 503


@pytest.mark.django_db(transaction=True)
def test_what_the_engine_itself_says_without_space_is_understood() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            asked = ("page_count", "freelist_count", "page_size")
            pages, free, size = (cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in asked)
            cursor.execute(f"PRAGMA max_page_count = {pages}")
            with pytest.raises(OperationalError) as caught:  # pages that lie free from earlier are filled first
                cursor.execute("CREATE TABLE too_much AS SELECT zeroblob(%s) AS x", [(free + 9) * size])
            cursor.execute("PRAGMA max_page_count = 1073741823")
    else:
        with connection.cursor() as cursor, pytest.raises(OperationalError) as caught:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$")
    assert status_of(caught.value) == 507
