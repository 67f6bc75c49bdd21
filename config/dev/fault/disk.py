"""The disk is full: by a small volume where one can be mounted, else by what the engines offer instead."""

from pathlib import Path
from typing import Protocol

from .evidence import Ask
from .volume import Volume


class Disk(Protocol):
    """What can be filled and emptied."""

    kind: str

    def fill(self) -> None:
        """From now on nothing can grow."""

    def free(self) -> None:
        """From now on it can."""


class RealDisk:
    """A mounted volume."""

    kind = "a volume of its own"

    def __init__(self, volume: Volume, log_of: Ask | None = None) -> None:
        self._volume, self._log_of = volume, log_of

    def fill(self) -> None:
        """Shrink it to what is used. PostgreSQL stops when its own log cannot grow, so it begins a new piece of it first."""
        if self._log_of is not None:
            self._log_of("SELECT pg_switch_wal()")
            self._log_of("CHECKPOINT")
        self._volume.fill()

    def free(self) -> None:
        """Widen it."""
        self._volume.free()


class PageQuota:
    """SQLite's own limit of pages, read by each new connection of the processes under test."""

    kind = "a limit of pages"

    def __init__(self, folder: Path, ask: Ask) -> None:
        self._file, self._ask = folder / "pages", ask

    def fill(self) -> None:
        """Allow the pages that are there."""
        self._file.write_text(str(self._ask("PRAGMA page_count")[0][0]))

    def free(self) -> None:
        """Lift the limit."""
        self._file.unlink()


class RefusingTrigger:
    """PostgreSQL answers as it does without space, for every new task: the application's part of a full disk."""

    kind = "a trigger that raises disk_full"

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        ask(
            "CREATE FUNCTION fault_full() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
        )

    def fill(self) -> None:
        """Put it in place."""
        self._ask("CREATE TRIGGER fault_full BEFORE INSERT ON activity_event FOR EACH ROW EXECUTE FUNCTION fault_full()")

    def free(self) -> None:
        """Take it away."""
        self._ask("DROP TRIGGER fault_full ON activity_event")
