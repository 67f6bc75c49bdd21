"""Which failures are not the program's: the database is away, or the disk is full. Both end without hands."""

import errno
import sqlite3
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError

DISK_FULL = "53100"  # PostgreSQL
_FULL, _AWAY = {sqlite3.SQLITE_FULL}, {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}


def status_of(error: BaseException | None) -> int:
    """503 when the database did not answer, 507 when there was no space to write, 500 for everything else."""
    for cause in _chain(error):
        if found := _status(cause):
            return found
    return 500


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from; Django and others raise errors of their own from the driver's."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return 507
    if not isinstance(error, OperationalError | InterfaceError):
        return 0
    driver = error.__cause__
    if isinstance(driver, sqlite3.Error):
        code = getattr(driver, "sqlite_errorcode", 0) & 0xFF  # the rest is the finer reason
        return 507 if code in _FULL else 503 if code in _AWAY else 0
    return 507 if getattr(driver, "sqlstate", None) == DISK_FULL else 503
