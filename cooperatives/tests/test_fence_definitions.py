"""What the fences say, before any database holds them: names, order, and only what is there; then rows that never change."""

import hashlib
import re
from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from activity.models import Event, Head
from cooperatives.fences import postgres, sqlite, unbound_role
from cooperatives.fences.declared import Fence, OwnedTable, owned_keys, owned_models, owned_tables, personal_models
from cooperatives.fences.settle import _drop
from cooperatives.models import Cooperative, OwnedModel
from cooperatives.policy import Actor
from cooperatives.queries import Crossed, enter
from members.models import Membership, Person, RoleGrant

Pair = tuple[Cooperative, Actor]
ON_POSTGRES = connection.vendor == "postgresql"
postgres_only = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has neither roles nor row policies")
sqlite_only = pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL has composite keys in place of triggers")

SHELF = OwnedTable("shelf")
BOOK = OwnedTable("book", [("shelf_id", "shelf")], append_only=True, own_rows="user_id")


def kinds(fences: list[Fence]) -> list[tuple[str, str]]:
    return [(fence.table, fence.kind) for fence in fences]


@pytest.mark.parametrize("engine", [postgres, sqlite])
def test_a_name_is_the_digest_of_its_own_definition(engine: Any) -> None:
    for fence in engine.wanted([SHELF, BOOK]):
        digest = hashlib.sha256(fence.create.encode()).hexdigest()[:16]
        assert fence.name == f"fence_{fence.kind}_{digest}"
        assert fence.create.count("{n}") == fence.drop.count("{n}") == 1
        assert len(fence.name) <= 63, "PostgreSQL would cut it"


@pytest.mark.parametrize("engine", [postgres, sqlite])
@pytest.mark.parametrize(
    "changed",
    [
        OwnedTable("book", [("place_id", "shelf")], append_only=True, own_rows="user_id"),
        OwnedTable("book", [("shelf_id", "rack")], append_only=True, own_rows="user_id"),
        OwnedTable("tome", [("shelf_id", "shelf")], append_only=True, own_rows="user_id"),
    ],
)
def test_another_definition_is_another_name(engine: Any, changed: OwnedTable) -> None:
    before, after = ({fence.name for fence in engine.wanted([table])} for table in (BOOK, changed))
    assert after - before
    assert before - after
    assert before == {fence.name for fence in engine.wanted([BOOK])}


@pytest.mark.parametrize("engine", [postgres, sqlite])
def test_no_two_rules_share_a_name(engine: Any) -> None:
    tables = [OwnedTable(f"t{n}", [("a_id", "t0"), ("b_id", "t0")], append_only=True, own_rows="user_id") for n in range(9)]
    fences = engine.wanted(tables)
    assert len({(fence.table, fence.name) for fence in fences}) == len(fences)


def test_on_postgresql_unique_keys_come_first_and_then_what_refers_to_them() -> None:
    order = [kind for _, kind in kinds(postgres.wanted([BOOK, SHELF]))]
    assert order == ["unique", "unique", "foreign", "policy", "policy", "owner", "owner", "own", "refuse", "truncate"]


def test_the_definitions_of_a_table_on_postgresql() -> None:
    told = {fence.kind: fence.create for fence in postgres.wanted([BOOK])}
    assert told["unique"] == 'ALTER TABLE "book" ADD CONSTRAINT {n} UNIQUE (cooperative_id, id)'
    assert told["foreign"] == (
        'ALTER TABLE "book" ADD CONSTRAINT {n} FOREIGN KEY (cooperative_id, "shelf_id")'
        ' REFERENCES "shelf" (cooperative_id, id) DEFERRABLE INITIALLY DEFERRED'
    )
    assert "FOR SELECT USING (\"user_id\" = NULLIF(current_setting('app.user', true), '')::bigint)" in told["own"]
    assert "TO CURRENT_USER" in told["owner"]
    assert "BEFORE UPDATE OR DELETE" in told["refuse"]
    assert "BEFORE TRUNCATE" in told["truncate"]


def test_the_definitions_of_a_table_on_sqlite() -> None:
    assert kinds(sqlite.wanted([BOOK])) == [
        ("book", "stay"), ("book", "insert"), ("book", "update"), ("shelf", "parent"), ("book", "refuse"), ("book", "erase")
    ]  # fmt: skip
    assert kinds(sqlite.wanted([SHELF])) == [("shelf", "stay")]


def test_a_plain_table_has_neither_own_rows_nor_triggers() -> None:
    assert kinds(postgres.wanted([SHELF])) == [("shelf", "unique"), ("shelf", "policy"), ("shelf", "owner")]


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("fence_unique_1", 'ALTER TABLE "t" DROP CONSTRAINT IF EXISTS "fence_unique_1"'),
        ("fence_foreign_1", 'ALTER TABLE "t" DROP CONSTRAINT IF EXISTS "fence_foreign_1"'),
        ("fence_refuse_1", 'DROP TRIGGER IF EXISTS "fence_refuse_1" ON "t"'),
        ("fence_truncate_1", 'DROP TRIGGER IF EXISTS "fence_truncate_1" ON "t"'),
        ("fence_policy_1", 'DROP POLICY IF EXISTS "fence_policy_1" ON "t"'),
        ("fence_own_1", 'DROP POLICY IF EXISTS "fence_own_1" ON "t"'),
    ],
)
def test_what_is_not_wanted_is_dropped_by_its_kind(name: str, statement: str) -> None:
    sent: list[str] = []
    cursor = SimpleNamespace(execute=sent.append)
    server: Any = SimpleNamespace(vendor="postgresql")
    _drop(cursor, server, "t", name)
    _drop(cursor, server, "t", "forced")
    assert sent == [statement]


def test_columns_and_tables_that_a_migration_has_not_made_are_left_out() -> None:
    class Half:
        """A database in the middle of its migrations: memberships have no person yet, grants no table."""

        vendor = "postgresql"
        tables = {
            "members_person": ["id", "cooperative_id"],
            "members_membership": ["id", "cooperative_id"],
            "activity_head": ["id"],
        }
        introspection: Any = SimpleNamespace(
            table_names=lambda cursor: list(Half.tables),
            get_table_description=lambda cursor, table: [SimpleNamespace(name=name) for name in Half.tables[table]],
        )

        def cursor(self) -> Any:
            return nullcontext()

    half: Any = Half()
    assert owned_tables(half) == [OwnedTable("members_membership"), OwnedTable("members_person")]
    Half.tables["members_membership"] += ["person_id", "user_id"]
    grown = owned_tables(half)[0]
    assert (grown.keys, grown.own_rows) == ([("person_id", "members_person")], "user_id")


@pytest.mark.django_db
def test_every_owned_model_of_the_installation_is_fenced_in_order_of_name() -> None:
    tables = owned_tables(connection)
    fenced = [*owned_models(), *personal_models()]
    assert [table.name for table in tables] == sorted(model._meta.db_table for model in fenced)
    assert [table.name for table in tables if table.is_personal] == ["cooperatives_oncekey"]
    assert {table.name for table in tables if table.append_only} == {
        model._meta.db_table for model in fenced if model.append_only
    }
    assert [table.name for table in tables if table.own_rows] == ["members_joinrequest", "members_membership"]


def test_the_keys_inside_a_cooperative_are_those_to_owned_models() -> None:
    assert [key.name for key in owned_keys(Membership)] == ["person"]
    assert [key.name for key in owned_keys(RoleGrant)] == ["membership"]
    assert list(owned_keys(Person)) == []


OWNED = sorted(owned_models(), key=lambda model: model._meta.label)


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_no_owned_model_lets_a_row_be_inserted_elsewhere(model: type[OwnedModel], linden: Pair, kilele: Pair) -> None:
    with enter([linden[0].pk]):
        for write in (
            lambda: model(cooperative=kilele[0]).save(force_insert=True),
            lambda: model._base_manager.bulk_create([model(cooperative=kilele[0])]),
            lambda: model._default_manager.bulk_create([model()]),
        ):
            with pytest.raises((Crossed, TypeError)), transaction.atomic():
                write()


@postgres_only
@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_no_owned_table_takes_a_row_from_elsewhere_by_raw_sql(model: type[OwnedModel], linden: Pair, kilele: Pair) -> None:
    table = model._meta.db_table
    with enter([linden[0].pk]), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        run(f'INSERT INTO "{table}" (cooperative_id) VALUES (%s)', kilele[0].pk)


@sqlite_only
def test_a_child_that_came_before_its_parent_keeps_the_parent_out_of_the_other_cooperative(linden: Pair, kilele: Pair) -> None:
    with enter([linden[0].pk, kilele[0].pk]):
        free = max(Person.objects.values_list("pk", flat=True)) + 1
        child = Membership.objects.get(cooperative=linden[0])
        run("UPDATE members_membership SET person_id = %s WHERE id = %s", free, child.pk)
        with pytest.raises(DatabaseError, match=r"members_membership\.person_id crosses cooperatives"), transaction.atomic():
            Person.objects.create(pk=free, name="Late", cooperative=kilele[0])
        assert Person.objects.create(pk=free, name="Late", cooperative=linden[0]).pk == free


@sqlite_only
def test_an_owned_row_stays_where_it_is_by_raw_sql(linden: Pair, kilele: Pair) -> None:
    with pytest.raises(DatabaseError, match="members_person rows do not move"), transaction.atomic():
        run("UPDATE members_person SET cooperative_id = %s WHERE cooperative_id = %s", kilele[0].pk, linden[0].pk)
    run("UPDATE members_person SET cooperative_id = cooperative_id, name = name || '!'")


def run(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def copied(event: Event) -> Event:
    columns = {field.attname: getattr(event, field.attname) for field in Event._meta.concrete_fields}
    return Event(**{**columns, "kind": "forged"})


TAMPERING: dict[str, Callable[[Event], Any]] = {
    "save": lambda event: copied(event).save(force_update=True),
    "update": lambda event: Event.objects.filter(pk=event.pk).update(kind="forged"),
    "update nothing new": lambda event: Event.objects.filter(pk=event.pk).update(kind=event.kind),
    "bulk update": lambda event: Event.objects.bulk_update([copied(event)], ["kind"]),
    "delete one": lambda event: models.Model.delete(event),
    "delete all": lambda event: Event.objects.all()._raw_delete("default"),
    "upsert": lambda event: Event.objects.bulk_create(
        [copied(event)], update_conflicts=True, unique_fields=["cooperative", "seq"], update_fields=["kind"]
    ),
    "raw update": lambda event: run("UPDATE activity_event SET kind = 'forged' WHERE id = %s", event.pk),
    "raw delete": lambda event: run("DELETE FROM activity_event WHERE id = %s", event.pk),
    "empty": lambda event: run("TRUNCATE activity_event CASCADE" if ON_POSTGRES else "DELETE FROM activity_event"),
}
if not ON_POSTGRES:
    TAMPERING["replace"] = lambda event: run("REPLACE INTO activity_event SELECT * FROM activity_event")


@pytest.mark.parametrize("how", TAMPERING)
def test_a_record_is_neither_changed_nor_deleted(how: str, in_linden: Cooperative) -> None:
    before = list(Event.objects.order_by("seq").values_list())
    first = Event.objects.order_by("seq")[0]
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        TAMPERING[how](first)
    assert re.search("append-only|permission denied|foreign key|PROTECT|protected", str(refused.value), re.IGNORECASE)
    assert list(Event.objects.order_by("seq").values_list()) == before
    assert Head.objects.get().seq == len(before)


def test_records_are_still_appended(in_linden: Cooperative) -> None:
    last = Event.objects.order_by("seq").last()
    assert last is not None
    new = copied(last)
    new.pk, new.seq, new.uid = None, last.seq + 1, "0" * 32  # type: ignore[assignment]
    new.save()
    assert Event.objects.filter(kind="forged").count() == 1


@pytest.mark.django_db
def test_the_role_of_the_application_is_bound() -> None:
    assert (unbound_role(connection) if ON_POSTGRES else "") == ""


@postgres_only
@pytest.mark.parametrize(
    ("table", "rights"),
    [
        ("members_person", ["DELETE", "INSERT", "SELECT", "UPDATE"]),
        ("activity_event", ["INSERT", "SELECT"]),
        ("django_migrations", ["SELECT"]),
        ("django_session", ["DELETE", "INSERT", "SELECT", "UPDATE"]),
    ],
)
@pytest.mark.django_db
def test_the_application_may_do_no_more_than_its_work(table: str, rights: list[str]) -> None:
    every = ("DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"has_table_privilege('{table}', '{right}')" for right in every))
        held = cursor.fetchone()
    assert [right for right, has in zip(every, held, strict=True) if has] == rights


@postgres_only
def test_a_user_reads_their_own_memberships_and_writes_none_before_entering(linden: Pair, kilele: Pair) -> None:
    def seen() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cooperative_id, user_id FROM members_membership ORDER BY 1")
            return cursor.fetchall()

    with enter([], linden[1].user_id):
        assert seen() == [(linden[0].pk, linden[1].user_id)]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE members_membership SET number = number + 100")
            assert cursor.rowcount == 0
            cursor.execute("SELECT count(*) FROM members_person")
            assert cursor.fetchone() == (0,)
    with enter([kilele[0].pk], linden[1].user_id):
        assert [row[0] for row in seen()] == [linden[0].pk, kilele[0].pk]
    with enter([]):
        assert seen() == []
