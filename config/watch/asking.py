"""Asks several questions at once and waits for none of them longer than it may."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

PATIENCE = 2.0  # seconds for all questions together


class Overdue(Exception):
    """No answer in time."""


@dataclass
class Asked:
    """One question under way, or its answer: `value`, or the `error` it ended with, after `ms` milliseconds."""

    value: Any = None
    error: BaseException | None = None
    ms: int = 0
    done: threading.Event = field(default_factory=threading.Event)


class Inquiry:
    """Questions by name, each in a thread of its own. One that hangs is not asked again before it has come back."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._lock = threading.Lock()
        self._open: dict[str, Asked] = {}

    def ask(self, questions: Mapping[str, Callable[[], Any]]) -> dict[str, Asked]:
        """All answers, each within the patience; Overdue where there is none. Never raises."""
        until = time.monotonic() + self.patience
        asked = {name: self._begin(name, question) for name, question in questions.items()}
        return {name: self._wait(one, until) for name, one in asked.items()}

    def _begin(self, name: str, question: Callable[[], Any]) -> Asked:
        with self._lock:
            if name in self._open:
                return self._open[name]
            asked = self._open[name] = Asked()
        # Daemons, so that a question that hangs does not hold up the end of the process.
        threading.Thread(target=self._run, args=(name, question, asked), name=f"asking {name}", daemon=True).start()
        return asked

    def _run(self, name: str, question: Callable[[], Any], asked: Asked) -> None:
        began = time.monotonic()
        try:
            asked.value = question()
        except Exception as error:  # noqa: BLE001  (whatever it is, it is the answer)
            asked.error = error
        finally:
            connections.close_all()
            asked.ms = int((time.monotonic() - began) * 1000)
            with self._lock:
                del self._open[name]
            asked.done.set()

    def _wait(self, asked: Asked, until: float) -> Asked:
        if asked.done.wait(max(0.0, until - time.monotonic())):
            return asked
        return Asked(error=Overdue(), ms=int(self.patience * 1000))
