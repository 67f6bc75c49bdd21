"""What the witness does, and the fuses that kill a process at a chosen place in it."""

import os
import signal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction

# Where a process can be made to die: in the transaction; after the commit, before anybody is told; after telling,
# before that is noted; after a job's effect, before that is noted.
FUSES = ("inside", "committed", "told", "effect")


def folder() -> Path:
    """Where the run and the processes under test leave each other files."""
    return Path(os.environ["FAULT_FOLDER"])


def burn(name: str) -> None:
    """Die here and now, if the run has lit this fuse; one process takes it away and dies of it."""
    try:
        (folder() / f"fuse-{name}").unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


@cache
def _outside() -> int:
    return os.open(folder() / "told", os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def act(uid: Any) -> None:
    """The deed of an agreeing subscriber: one row in the transaction of what happened. No constraint hides a second one."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO fault_act (uid) VALUES (%s)", [str(uid)])


def tell_outside(cooperative_id: int, seq: int, uid: Any) -> None:
    """Tell the world outside of the database; it cannot be untold."""
    os.write(_outside(), f"{cooperative_id} {seq} {uid}\n".encode())


def take_effect(uid: Any, *, once: bool = True) -> None:
    """What a target does once by the record's uid, however often it is told."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO fault_seen (uid) VALUES (%s) ON CONFLICT (uid) DO NOTHING", [str(uid)])
        if cursor.rowcount or not once:
            cursor.execute("INSERT INTO fault_effect (uid) VALUES (%s)", [str(uid)])


def confine(connection: Any, **_: Any) -> None:
    """Receiver of `connection_created`: where no small volume can be mounted, a number of pages is the disk of SQLite."""
    quota = folder() / "pages"
    if connection.vendor == "sqlite" and quota.exists():
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {int(quota.read_text())}")
