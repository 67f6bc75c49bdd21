"""What `/readyz` asks here: every fault in words, none of them with a secret."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext

from cooperatives import probes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["database", "migrations", "rules", "cache", "broker"])
def test_all_is_well(name: str) -> None:
    assert probes.PROBES[name]() == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["database", "migrations", "rules"])
def test_to_look_is_no_transaction(name: str) -> None:
    """On SQLite each takes the write lock: whoever looks would wait for those who write, and they for him."""

    def looked() -> list[str]:  # over a line of its own, as `/readyz` does
        with CaptureQueriesContext(connection) as asked:
            assert probes.PROBES[name]() == ""
        connection.close()
        return [query["sql"] for query in asked]

    with ThreadPoolExecutor(1) as other:
        statements = other.submit(looked).result()
    assert statements
    assert [sql for sql in statements if sql.startswith(("BEGIN", "SAVEPOINT"))] == []


def test_nothing_is_asked_that_is_not_named_here() -> None:
    assert set(probes.PROBES) == {"database", "migrations", "rules", "cache", "broker"}


def test_a_database_that_is_gone_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: Any) -> None:
        raise DatabaseError("server closed the connection unexpectedly")

    monkeypatch.setattr(connection, "cursor", gone)
    with pytest.raises(DatabaseError):
        probes.database()


def test_a_migration_that_was_not_applied_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    applied = MigrationRecorder.applied_migrations
    without = {"sessions": "0001_initial"}.items()
    monkeypatch.setattr(
        MigrationRecorder,
        "applied_migrations",
        lambda self: {key: row for key, row in applied(self).items() if key not in without},
    )
    assert probes.migrations() == "1 migrations wait: run migrate"


def test_migrations_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, leaves: [1, 2])
    assert probes.migrations() == "2 migrations wait: run migrate"


def test_rules_that_have_drifted_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "drift", lambda connection: ["missing: a b", "missing: c d"])
    assert probes.rules() == "2 fences are not as declared: run migrate"


def test_a_role_that_walks_through_the_walls_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "connection", SimpleNamespace(vendor="postgresql"))
    monkeypatch.setattr(probes, "drift", lambda connection: [])
    monkeypatch.setattr(probes, "unbound_role", lambda connection: "postgres")
    assert probes.rules() == "the application's role could walk through the walls"


def test_a_cache_that_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "cache", SimpleNamespace(set=lambda *args: None, get=lambda key: None))
    assert probes.remembers() == "the cache forgets"


def test_a_cache_that_helps_itself_while_its_store_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(cache._connections["default"]), "is_away", classmethod(lambda cls: True), raising=False)
    assert probes.remembers() == "the cache does not answer"


def test_a_broker_that_nobody_answers_for(monkeypatch: pytest.MonkeyPatch) -> None:
    line = current_app.connection_for_write("redis://127.0.0.1:1/0")
    monkeypatch.setattr(current_app, "connection_for_write", lambda **options: line)
    with pytest.raises(Exception, match="refused"):
        probes.broker()
