"""What the one process of embedded mode keeps in hand."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from config import stores
from config.embedded import held_open


def read(path: Path) -> int:
    """A request that comes alone: a connection of its own, opened and closed."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM note").fetchone()[0])


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE note (text)")
    return path


def test_the_log_stays_while_nobody_reads(database: Path) -> None:
    log = database.with_name("db.sqlite3-wal"), database.with_name("db.sqlite3-shm")
    assert read(database) == 0
    assert not any(file.exists() for file in log), "SQLite removes it with the last connection"
    with held_open(stores.database(f"sqlite:///{database}")):
        assert read(database) == 0
        assert all(file.exists() for file in log)
    assert not any(file.exists() for file in log)


def test_it_keeps_nobody_from_writing(database: Path) -> None:
    with held_open(stores.database(f"sqlite:///{database}")):
        with closing(sqlite3.connect(database, timeout=0)) as connection, connection:
            connection.execute("INSERT INTO note VALUES ('written')")
        with closing(sqlite3.connect(database, timeout=0)) as connection:
            assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    assert read(database) == 1


def test_another_database_is_left_alone() -> None:
    with held_open(stores.database("postgres://app@nowhere/cooperator")):
        pass
