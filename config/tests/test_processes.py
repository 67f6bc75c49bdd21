"""The database with which a served installation of a test begins."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from config.dev.processes import PREPARED, embedded, from_nothing


@pytest.fixture
def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A prepared database that still has its newest row in its log."""
    path = tmp_path / "prepared.sqlite3"
    monkeypatch.setenv(PREPARED, str(path))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "house"
    made.mkdir()
    return made


def write(path: Path, word: str) -> sqlite3.Connection:
    """One row, committed but not yet moved from the log into the file while the connection is open."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE words (word)")
    connection.execute("INSERT INTO words VALUES (?)", [word])
    connection.commit()
    return connection


def words(folder: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(folder / "db.sqlite3")) as connection:
        return connection.execute("SELECT word FROM words").fetchall()


def test_it_begins_as_the_prepared_one_with_all_that_was_committed(prepared: Path, folder: Path) -> None:
    with closing(write(prepared, "demo")):
        served = embedded(folder)
    assert words(folder) == [("demo",)]
    assert served.environment["DATABASE_URL"] == f"sqlite:///{folder}/db.sqlite3"
    assert PREPARED not in served.environment


def test_what_is_there_stays(prepared: Path, folder: Path) -> None:
    write(prepared, "demo").close()
    write(folder / "db.sqlite3", "mine").close()
    embedded(folder)
    assert words(folder) == [("mine",)]


def test_a_first_start_begins_with_nothing(prepared: Path, folder: Path) -> None:
    write(prepared, "demo").close()
    from_nothing(folder)
    assert list(folder.iterdir()) == []


def test_without_a_prepared_one_every_start_is_a_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PREPARED, raising=False)
    embedded(folder)
    assert list(folder.iterdir()) == []


def test_a_prepared_one_that_is_missing_is_an_error(prepared: Path, folder: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        embedded(folder)
