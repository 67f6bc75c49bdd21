"""Where figures of several processes are kept so that they add up: one file for each process in one folder.

A process holds a lock on a file of its own while it lives. The kernel gives the lock back whatever ends it, so the
others know whose open sockets and connections no longer count. Names hold the host, because containers share process ids.
"""

import fcntl
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import values
from prometheus_client.multiprocess import mark_process_dead

_HOST = re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname()) or "host"


@dataclass
class _Mine:
    folder: Path | None = None
    pid: int = 0
    name: str = ""
    lock: int = -1


_mine = _Mine()


def begin(folder: Path | None) -> None:
    """Keep figures in this folder; None keeps them in this process. Called before any figure is made."""
    if folder is None or _mine.folder is not None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    _mine.folder = folder
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.MultiProcessValue(name)  # type: ignore[no-untyped-call]


def name() -> str:
    """This process's name in the folder; after a fork the child takes one of its own."""
    if _mine.pid != os.getpid():
        _take()
    return _mine.name


def _take() -> None:
    if _mine.lock >= 0:
        os.close(_mine.lock)  # the parent keeps its own
    _mine.pid, _mine.name = os.getpid(), f"{_HOST}-{os.getpid()}"
    if _mine.folder is not None:
        _mine.lock = os.open(_mine.folder / f"{_mine.name}.alive", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(_mine.lock, fcntl.LOCK_EX)


def _dead(folder: Path) -> Iterator[Path]:
    """The lock files of processes that are gone."""
    for file in folder.glob("*.alive"):
        if file.stem == _mine.name:
            continue
        try:
            handle = os.open(file, os.O_RDWR)
        except OSError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield file
        except BlockingIOError:
            continue
        finally:
            os.close(handle)


def bury() -> None:
    """Stop counting what ended processes held open. What they have done still counts."""
    if _mine.folder is None:
        return
    for file in _dead(_mine.folder):
        mark_process_dead(file.stem, str(_mine.folder))  # type: ignore[no-untyped-call]
        file.unlink(missing_ok=True)


def clear(folder: Path | None) -> None:
    """Forget all figures, but those of processes that still run; done when the product starts."""
    if folder is None or not folder.is_dir():
        return
    gone = {file.stem for file in _dead(folder)}
    alive = {file.stem for file in folder.glob("*.alive")} - gone
    for file in folder.iterdir():
        owner = file.stem.rpartition("_")[2]
        if file.suffix in (".db", ".alive") and owner not in alive:
            file.unlink(missing_ok=True)
