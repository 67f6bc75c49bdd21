"""Everything in one process: the server in the main thread, jobs and beat in threads beside it."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from celery import Celery
from celery.beat import EmbeddedService
from celery.worker import WorkController

from .scheduling import DeclaredScheduler

PATIENCE = 3.0  # seconds to wait for jobs when stopping; what they leave undone a sweep repeats


@contextmanager
def held_open(database: Mapping[str, Any]) -> Iterator[None]:
    """Keep one connection to a SQLite file while the block runs.

    When its last connection closes, SQLite folds its log into the file and removes it. The next reader has to make it
    anew, which costs each lonely request time, and on a full disk cannot be done: not even reading would work.
    """
    if not str(database["ENGINE"]).endswith("sqlite3"):
        yield
        return
    with closing(sqlite3.connect(database["NAME"], check_same_thread=False)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the log is opened by the first read
        yield


class Jobs:
    """A Celery worker and beat in threads of this process, on the in-memory broker."""

    def __init__(self, app: Celery) -> None:
        quiet: dict[str, Any] = {"without_heartbeat": True, "without_mingle": True, "without_gossip": True}
        self._worker = WorkController(app=app, pool="threads", concurrency=4, hostname="embedded@localhost", **quiet)
        self._beat = EmbeddedService(app, thread=True, max_interval=2, scheduler_cls=DeclaredScheduler)
        self._threads = (threading.Thread(target=self._worker.start, name="jobs", daemon=True), self._beat)

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the jobs in hand, but never hang: the process ends after PATIENCE in any case."""
        guard = threading.Timer(PATIENCE, os._exit, [0])
        guard.daemon = True
        guard.start()
        self._beat.service.stop()
        self._worker.stop()
