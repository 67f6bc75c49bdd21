"""One child process: started, waited for, and stopped wholly, also when our own process is killed."""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

STARTING = 20.0  # seconds
STOPPING = 8.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Unfit(Exception):
    """One sentence that says what is wrong and how to mend it."""


def die_with_parent() -> None:
    """Ask Linux to end this process when the one that started it is gone; for subprocess's preexec_fn."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Daemon:
    """A server as a context manager: running and answering inside, gone afterwards."""

    def __init__(self, name: str, command: list[str], account: Any, *, cwd: Path, ready: Callable[[], bool]) -> None:
        self._name, self._command, self._account, self._cwd, self._ready = name, command, account, cwd, ready

    def __enter__(self) -> Self:
        self._said = tempfile.TemporaryFile()
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self._cwd), "LC_ALL": "C.UTF-8"}
        self._process = subprocess.Popen(
            self._command,
            cwd=self._cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us; we stop it when nobody needs it any more
            preexec_fn=die_with_parent,
            **self._account.popen,
        )
        try:
            self._wait()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _wait(self) -> None:
        pause = threading.Event()
        for _ in range(int(STARTING / 0.02)):
            if self._process.poll() is not None:
                self._said.seek(0)
                raise Unfit(f"{self._name} did not start: {self._said.read().decode(errors='replace').strip()[-1000:]}")
            if self._ready():
                return
            pause.wait(0.02)
        raise Unfit(f"{self._name} did not answer within {STARTING:.0f} seconds.")

    def strike(self, how: signal.Signals) -> None:
        """Send this signal and wait until the server is gone; entering starts it again."""
        self._process.send_signal(how)
        self._process.wait(STARTING)
        self._said.close()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients. Valkey takes it as well.
        self._process.send_signal(signal.SIGINT)  # does nothing to one that is gone
        try:
            self._process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._said.close()
