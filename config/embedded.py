"""Everything in one process: the server in the main thread, jobs and beat in threads beside it."""

import os
import threading
from typing import Any

from celery import Celery, signals
from celery.beat import EmbeddedService
from celery.worker import WorkController

from .scheduling import DeclaredScheduler

PATIENCE = 3.0  # seconds to wait for jobs when stopping; what they leave undone a sweep repeats


class Jobs:
    """A Celery worker and beat in threads of this process, on the in-memory broker."""

    def __init__(self, app: Celery) -> None:
        # Celery would replace the log handlers and print its own banner.
        signals.setup_logging.connect(_leave_logging_alone)
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


def _leave_logging_alone(**_: Any) -> None:
    """Connected so that Celery finds logging already set up."""
