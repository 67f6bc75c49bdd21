"""Wakes the targets after a commit: one thread for each process, so that no request waits for Redis or for a broker."""

import atexit
import logging
import os
import threading
from collections.abc import Callable

from celery import current_app
from django.conf import settings
from django.db import connections
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from .line import run
from .targets import any_registered, registered

LAST_WORDS = 2.0  # seconds that a process which ends may still carry what it has just committed
JOB = "activity.deliver"
_log = logging.getLogger(__name__)

Work = int | Callable[[], None]


class Waker:
    """A queue in which each cooperative stands at most once, and the thread that works it off."""

    def __init__(self) -> None:
        self._reset()
        os.register_at_fork(after_in_child=self._reset)  # a thread does not survive a fork
        atexit.register(self.settle, LAST_WORDS)

    def _reset(self) -> None:
        self._waiting: dict[Work, str | None] = {}  # with the id of the request that asked first
        self._changed = threading.Condition()
        self._busy = False
        self._thread: threading.Thread | None = None

    def add(self, work: Work) -> None:
        """Hand over work; returns at once."""
        with self._changed:
            self._waiting.setdefault(work, get_contextvars().get("request_id"))
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="dispatcher", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def settle(self, timeout: float) -> bool:
        """Wait until nothing is left to do; False when it took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._busy, timeout)

    def _loop(self) -> None:
        while True:
            perform(self._take() or self._rest())

    def _take(self) -> Work | None:
        with self._changed:
            if not self._waiting:
                return None
            self._busy = True
            work = next(iter(self._waiting))
            clear_contextvars()
            bind_contextvars(request_id=self._waiting.pop(work))
            return work

    def _rest(self) -> Work:
        connections.close_all()  # an idle thread holds no connection
        work: Work | None = None
        while work is None:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: bool(self._waiting))
            work = self._take()
        return work


_waker = Waker()


def wake(cooperative_id: int) -> None:
    """Say that something was committed in a cooperative. Touches neither database nor network, never fails."""
    _hand_over(cooperative_id)


def post(work: Callable[[], None]) -> None:
    """Have something published that is no record, such as a sign-out, without making the request wait for it."""
    _hand_over(work)


def settle(timeout: float = LAST_WORDS) -> bool:
    """Wait until this process has carried what it knows of; False when it took too long."""
    return _waker.settle(timeout)


def _hand_over(work: Work) -> None:
    if settings.TESTING:
        perform(work)  # a test sees what comes of a commit as soon as the commit returns
    else:
        _waker.add(work)


def perform(work: Work) -> None:
    """Do one piece of work; whatever goes wrong is logged, and the sweep repeats it."""
    try:
        if callable(work):
            work()
        else:
            tell(work)
    except Exception:  # noqa: BLE001  (a dead thread would be worse than any error)
        _log.exception("the dispatcher failed; the sweep will repeat it")


def tell(cooperative_id: int) -> None:
    """Tell the targets of this process, and have a job tell the others if there are any."""
    for target in registered("web"):
        run(target, cooperative_id)
    if any_registered("worker"):
        current_app.send_task(JOB, args=[cooperative_id], retry=False)
