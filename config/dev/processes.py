"""Real processes for smokes, browser tests, figures and screenshots: a free port, a start that is waited for, a stop."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener, urlopen

from config.dev.daemon import die_with_parent
from config.env import BASE_DIR

STARTING = 60.0
PREPARED = "TEST_PREPARED"  # names an SQLite file that is migrated and holds the demo
# What the suite sets for itself must not reach the process.
SUITES_OWN = ("TESTING", "DJANGO_SETTINGS_MODULE", "KEY_PREFIX", PREPARED)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """One served installation, with the demo cooperatives, in a folder of its own."""

    def __init__(self, command: list[str], folder: Path, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.command, self._said = command, folder / "said.log"
        clean = {key: value for key, value in os.environ.items() if key not in SUITES_OWN}
        own = {
            "ENV_FILE": "",
            "DEBUG": "on",
            "DEMO": "on",
            "LOG_FORMAT": "",
            "API_LIMIT": "0",  # one login works as hard as many
            "PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        }
        self.environment = {**clean, **own, **environment}

    def start(self) -> float:
        """Start and wait for the first page; the seconds it took."""
        began = time.monotonic()
        with self._said.open("ab") as said:
            self.process = subprocess.Popen(
                self.command,
                cwd=BASE_DIR,
                env=self.environment,
                stdout=said,
                stderr=said,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        pause = threading.Event()
        while time.monotonic() - began < STARTING:
            if self.process.poll() is not None:
                break
            if self._answers():
                return time.monotonic() - began
            pause.wait(0.05)
        self.stop()
        raise AssertionError(f"{self.command} did not serve:\n{self.said()}")

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def said(self) -> str:
        """What it has printed."""
        return self._said.read_text(errors="replace")[-5000:]

    def stop(self) -> float:
        """SIGTERM; the seconds until it was gone."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        return time.monotonic() - began

    def left_over(self) -> list[str]:
        """Processes that still hold this installation's port in their environment, as PORT: orphans."""
        mark = f"PORT={self.port}".encode()
        return [path.name for path in Path("/proc").iterdir() if path.name.isdigit() and mark in _environment_of(path.name)]


def _environment_of(pid: str) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def embedded(folder: Path, **environment: str) -> Served:
    """`manage.py serve` on its own database, begun as a copy of the prepared one where there is one."""
    prepared, database = os.environ.get(PREPARED, ""), folder / "db.sqlite3"
    if prepared and not database.exists():
        _copy(Path(prepared), database)
    return from_nothing(folder, **environment)


def from_nothing(folder: Path, **environment: str) -> Served:
    """`manage.py serve` without a database, as on its first start, unless one stands in the folder already."""
    return Served([sys.executable, "manage.py", "serve"], folder, **environment)


def _copy(prepared: Path, database: Path) -> None:
    """Copy by SQLite itself, so that what still stands in the log of the prepared one comes along."""
    with closing(sqlite3.connect(f"file:{prepared}?mode=ro", uri=True)) as source, closing(sqlite3.connect(database)) as target:
        source.backup(target)


def full(**environment: str) -> tuple[Served, tempfile.TemporaryDirectory[str]]:
    """`make run-full` with engines of its own that forget everything."""
    folder = tempfile.TemporaryDirectory(prefix="coop-smoke-")
    given = dict.fromkeys(("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"), "") | {"METRICS_FOLDER": f"{folder.name}/metrics"}
    command = [sys.executable, "-m", "config.dev.full", "--forget"]
    return Served(command, Path(folder.name), **given | environment), folder


class Visitor:
    """A browser without scripts: keeps cookies, posts forms with their hidden fields."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.jar = CookieJar()
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> tuple[int, str]:
        """Status and body, redirects followed."""
        return self._open(Request(self.url + path))

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        """Post with the CSRF token which the last page left."""
        data = urlencode({"csrfmiddlewaretoken": self.token, **fields}).encode()
        return self._open(Request(self.url + path, data, {"Referer": self.url + path, "Origin": self.url}))

    def _open(self, request: Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=15) as answer:
                status, body = answer.status, answer.read().decode()
        except HTTPError as error:
            status, body = error.code, error.read().decode()
        if found := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body):
            self.token = found.group(1)
        return status, body

    @property
    def cookie(self) -> str:
        """The Cookie header of this visitor, for sockets."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
