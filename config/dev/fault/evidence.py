"""What is left in the database and in the world outside when all is quiet: read by plain SQL, not by the product."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

Ask = Callable[[str], list[tuple[Any, ...]]]
WITNESS_TABLES = ("fault_act (uid text NOT NULL)", "fault_effect (uid text NOT NULL)", "fault_seen (uid text PRIMARY KEY)")
APPLICATION = "cooperator_app"


@dataclass(frozen=True)
class Record:
    """One event with the facts it tells."""

    cooperative: int
    seq: int
    uid: str
    kind: str
    subject_type: str
    subject: int | None
    facts: dict[str, Any] | None  # None: its detail is missing


@dataclass(frozen=True)
class Row:
    """One task as it stands."""

    title: str
    description: str
    version: int
    lane: int


@dataclass
class Evidence:
    """Everything the checks look at."""

    records: list[Record] = field(default_factory=list)
    tasks: dict[int, Row] = field(default_factory=dict)
    heads: dict[int, int] = field(default_factory=dict)
    cursors: dict[tuple[int, str], int] = field(default_factory=dict)
    letters: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    effects: Counter[str] = field(default_factory=Counter)
    told: list[tuple[int, int, str]] = field(default_factory=list)
    chain: str = ""  # what the product's own verification found wrong
    store: str = ""  # what the database's own check found wrong
    since: dict[int, int] = field(default_factory=dict)  # the head of each chain before the witness came


def uid(value: Any) -> str:
    """An id as both databases and all messages can be compared by."""
    return str(value).replace("-", "")


def gather(ask: Ask, told: Path) -> Evidence:
    """Read it all."""
    return Evidence(
        records=[_record(row) for row in ask(_RECORDS)],
        tasks={row[0]: Row(*row[1:]) for row in ask("SELECT id, title, description, version, lane_id FROM tasks_task")},
        heads=heads(ask),
        cursors={(row[0], row[1]): row[2] for row in ask("SELECT cooperative_id, target, seq FROM activity_cursor")},
        letters=ask("SELECT count(*) FROM activity_deadletter")[0][0],
        acts=Counter(uid(row[0]) for row in ask("SELECT uid FROM fault_act")),
        effects=Counter(uid(row[0]) for row in ask("SELECT uid FROM fault_effect")),
        told=list(_told(told)),
    )


_RECORDS = (
    "SELECT e.cooperative_id, e.seq, e.uid, e.kind, e.subject_type, e.subject_id, d.text FROM activity_event e "
    "LEFT JOIN activity_detail d ON d.event_id = e.id ORDER BY e.cooperative_id, e.seq"
)


def _record(row: tuple[Any, ...]) -> Record:
    facts = json.loads(row[6])["payload"] if row[6] is not None else None
    return Record(row[0], row[1], uid(row[2]), row[3], row[4], row[5], facts)


def _told(path: Path) -> Iterable[tuple[int, int, str]]:
    for line in path.read_text().splitlines() if path.exists() else ():
        cooperative, seq, name = line.split()
        yield int(cooperative), int(seq), uid(name)


def heads(ask: Ask) -> dict[int, int]:
    """Where each chain ends."""
    return {row[0]: row[1] for row in ask("SELECT cooperative_id, seq FROM activity_head")}


def behind(ask: Ask, targets: Iterable[str], goal: dict[int, int]) -> list[str]:
    """The targets that have not been told all of this yet."""
    cursors = {(row[0], row[1]): row[2] for row in ask("SELECT cooperative_id, target, seq FROM activity_cursor")}
    return [f"{name} of {key}" for key, seq in goal.items() for name in targets if cursors.get((key, name), 0) < seq]


def of_sqlite(path: Path) -> Ask:
    """Questions to a SQLite file."""

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
            return connection.execute(sql).fetchall()

    return ask


def of_postgresql(address: str) -> Ask:
    """Questions to PostgreSQL as its superuser, whom no row policy binds."""

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(address, autocommit=True, connect_timeout=20) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    return ask


def make_witness_tables(ask: Ask, *, is_shared: bool) -> None:
    """The witness's own tables, which the product knows nothing of."""
    for table in WITNESS_TABLES:
        ask(f"CREATE TABLE {table}")
        if is_shared:
            ask(f"GRANT ALL ON {table.split()[0]} TO {APPLICATION}")
