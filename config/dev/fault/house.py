"""The installation under fault: started, struck and started again, embedded or full."""

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from config.dev.processes import Served
from config.env import BASE_DIR

PATIENCE = 120.0  # seconds for what takes one or two: longer is no slow machine but a hang
_pause = threading.Event()


class Broken(Exception):
    """Something did not come back, or a fault could not be brought about."""


def until(condition: "object", what: str, patience: float = PATIENCE, step: float = 0.02) -> float:
    """Wait for a condition; the seconds it took. Raises Broken, naming what did not happen."""
    began = time.monotonic()
    while not condition():  # type: ignore[operator]
        if time.monotonic() - began > patience:
            raise Broken(f"{what}: not within {patience:.0f} s")
        _pause.wait(step)
    return time.monotonic() - began


class House:
    """One served installation with the witness in it."""

    parts: tuple[str, ...] = ()
    mode = ""
    engine = ""

    def __init__(self, command: list[str], folder: Path, statics: Path, **environment: str) -> None:
        self.folder = folder
        own = {
            "DEBUG": "off",  # as in production: with it on, every error shows its inside
            "SECRET_KEY": secrets.token_urlsafe(60),
            "STATIC_ROOT": str(statics),
            "FAULT_FOLDER": str(folder),
            "LOG_LEVEL": "ERROR",
        }
        self.served = Served(command, folder, **own, **environment)

    def prepare(self) -> None:
        """Migrate and load the demo, still without the witness."""
        command = [sys.executable, "manage.py", "prepare"]
        with (self.folder / "said.log").open("ab") as said:
            subprocess.run(command, cwd=BASE_DIR, env=self.served.environment, check=True, stdout=said, stderr=said)
        self.served.environment["DJANGO_SETTINGS_MODULE"] = "config.dev.fault.settings"

    def kill(self, part: str) -> None:
        """SIGKILL one part."""
        raise NotImplementedError

    def mend(self) -> None:
        """Start what nobody else starts again."""

    def light(self, fuse: str) -> None:
        """Have the next process that comes by this place die there."""
        (self.folder / f"fuse-{fuse}").touch()

    def is_burnt(self, fuse: str) -> bool:
        """Whether one has."""
        return not (self.folder / f"fuse-{fuse}").exists()

    def serves(self) -> bool:
        """Whether a page that reads the database is served."""
        try:
            with urlopen(f"{self.served.url}/accounts/login/", timeout=10) as answer:
                return bool(answer.status == 200)
        except (HTTPError, URLError, OSError):
            return False

    def said(self) -> str:
        """The end of its log."""
        return self.served.said()

    def verify(self) -> str:
        """What `verify_activity` finds wrong."""
        command = [sys.executable, "manage.py", "verify_activity"]
        done = subprocess.run(command, cwd=BASE_DIR, env=self.served.environment, capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else (done.stdout + done.stderr)[-1000:]


class Embedded(House):
    """`manage.py serve` on a SQLite file."""

    parts = ("the process",)
    mode, engine = "embedded", "SQLite"

    def __init__(self, folder: Path, data: Path, statics: Path, **environment: str) -> None:
        self.database = data / "db.sqlite3"
        command = [sys.executable, "manage.py", "serve"]
        super().__init__(command, folder, statics, DATABASE_URL=f"sqlite:///{self.database}", **environment)

    def kill(self, part: str) -> None:
        """All of it."""
        self.served.process.kill()
        self.served.process.wait()

    def mend(self) -> None:
        """Start it again, as the system's service manager would."""
        until(lambda: self.served.process.poll() is not None, "the end of the process")
        self.served.start()


class Full(House):
    """The full stack; its supervisor starts the fallen again."""

    parts = ("pages", "a worker of pages", "sockets", "jobs", "a worker of jobs", "beat")
    mode, engine = "full", "PostgreSQL, Valkey"
    _words = {"pages": b"config.wsgi", "sockets": b"live", "jobs": b"worker", "beat": b"beat"}

    def __init__(self, folder: Path, statics: Path, **environment: str) -> None:
        super().__init__([sys.executable, "-m", "config.dev.full"], folder, statics, **environment)

    def kill(self, part: str) -> None:
        """One process of this role, as soon as there is one."""
        until(lambda: self._pids(part), f"a process of {part}")
        os.kill(self._pids(part)[0], signal.SIGKILL)

    def _pids(self, part: str) -> list[int]:
        role = part.removeprefix("a worker of ")
        ours = {int(pid): _parent(pid) for pid in self.served.left_over()}
        mains = [pid for pid, parent in ours.items() if parent == self.served.process.pid and self._is(role, pid)]
        if role == part:
            return mains
        return sorted(pid for pid, parent in ours.items() if parent in mains)

    def _is(self, role: str, pid: int) -> bool:
        try:
            return self._words[role] in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False


def _parent(pid: str) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0
