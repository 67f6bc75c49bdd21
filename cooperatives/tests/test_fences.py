"""Walls (b) and (c): what the database itself refuses, also to raw SQL, and that it still does after a migration."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, migrations, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from config.management.commands import prepare
from cooperatives.checks import check_fences, check_role
from cooperatives.fences import drift, lift, settle
from cooperatives.fences.declared import owned_models, owned_tables
from cooperatives.management.owner import as_owner
from cooperatives.models import Cooperative, OwnedModel
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership, Person, RoleGrant

Pair = tuple[Cooperative, Actor]


def on_postgres() -> bool:
    return connection.vendor == "postgresql"


def run(sql: str, *params: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        if on_postgres():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@contextmanager
def owner() -> Iterator[None]:
    with as_owner(connection):
        yield


@pytest.mark.django_db
def test_the_database_holds_what_the_models_declare() -> None:
    assert drift(connection) == []
    assert check_fences(None, databases=["default"]) == []
    assert {table.name for table in owned_tables(connection)} >= {
        "members_person",
        "members_membership",
        "members_rolegrant",
    }


@pytest.mark.django_db(transaction=True)
def test_a_lost_fence_is_seen_and_put_back() -> None:
    name = drift_target()
    with owner():
        drop(name)
        assert drift(connection) == [f"missing: {name[0]} {name[1]}"]
        assert [message.id for message in check_fences(None, databases=["default"])] == ["coop.E010"]
        settle(connection)
        assert drift(connection) == []


def drift_target() -> tuple[str, str]:
    with connection.cursor() as cursor:
        if on_postgres():
            cursor.execute(
                "SELECT 'members_person', polname FROM pg_policy"
                " WHERE polname LIKE 'fence_policy%%' AND polrelid = 'members_person'::regclass",
                [],
            )
        else:
            cursor.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'fence_insert%'")
        row: tuple[str, str] = cursor.fetchone()
        return row


def drop(name: tuple[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DROP POLICY "{name[1]}" ON "{name[0]}"' if on_postgres() else f'DROP TRIGGER "{name[1]}"')


@pytest.mark.django_db(transaction=True)
def test_starting_puts_a_lost_fence_back() -> None:
    with owner():
        drop(drift_target())
    assert len(drift(connection)) == 1
    call_command("prepare")
    assert drift(connection) == []


@pytest.mark.django_db(transaction=True)
def test_migrate_is_not_kept_from_putting_it_back_by_the_check() -> None:
    with owner():
        drop(drift_target())
    call_command("migrate", verbosity=0, skip_checks=False)
    assert drift(connection) == []


@pytest.mark.django_db(transaction=True)
def test_a_role_that_no_wall_holds_is_refused() -> None:
    assert check_role(None, databases=["default"]) == []
    if on_postgres():
        with owner():
            assert [message.id for message in check_role(None, databases=["default"])] == ["coop.E011"]


@pytest.mark.django_db(transaction=True)
def test_starting_is_refused_when_it_cannot_be_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "call_command", lambda *args, **kwargs: None)
    with owner():
        drop(drift_target())
        with pytest.raises(CommandError, match="does not hold its rules"):
            prepare.Command().handle()
        settle(connection)


@pytest.mark.django_db(transaction=True)
def test_a_foreign_rule_of_ours_is_taken_off() -> None:
    with owner():
        with connection.cursor() as cursor:
            if on_postgres():
                cursor.execute("CREATE POLICY fence_policy_old ON members_person USING (true)")
            else:
                cursor.execute("CREATE TRIGGER fence_stay_old BEFORE DELETE ON members_person BEGIN SELECT 1; END")
        assert [line.split()[0] for line in drift(connection)] == ["unwanted:"]
        settle(connection)
        assert drift(connection) == []


@pytest.mark.django_db
def test_settling_twice_does_nothing_the_second_time(django_assert_num_queries: Any) -> None:
    if on_postgres():
        pytest.skip("the application role may not settle; the transactional test above does")
    before = set(names())
    settle(connection)
    assert set(names()) == before


def names() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_raw_sql_sees_the_active_cooperative_only(linden: Pair, kilele: Pair) -> None:
    if not on_postgres():
        pytest.skip("SQLite has no wall for raw SQL: it lives in named query functions")

    def seen() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM members_person ORDER BY name")
            return [row[0] for row in cursor.fetchall()]

    assert seen() == []
    with enter([linden[0].pk]):
        assert seen() == ["Marta"]
        with enter([kilele[0].pk]):
            assert seen() == ["Amina"]
    with enter([linden[0].pk, kilele[0].pk]):
        assert seen() == ["Amina", "Marta"]
    assert seen() == []


@pytest.mark.django_db
def test_raw_sql_cannot_write_elsewhere(linden: Pair, kilele: Pair) -> None:
    if not on_postgres():
        pytest.skip("SQLite has no wall for raw SQL: it lives in named query functions")
    with enter([linden[0].pk]):
        with pytest.raises(DatabaseError, match="row-level security"):
            run(
                "INSERT INTO members_person (cooperative_id, name, email, version, public_id) VALUES (%s, 'x', '', 1, gen_random_uuid())",  # noqa: E501
                kilele[0].pk,
            )
        with pytest.raises(DatabaseError, match="row-level security"):
            run("UPDATE members_person SET cooperative_id = %s", kilele[0].pk)


@pytest.mark.django_db
def test_the_application_role_owns_nothing_and_lifts_nothing(linden: Pair) -> None:
    if not on_postgres():
        pytest.skip("SQLite has no roles")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole AND relkind = 'r'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SET app.lifted = 'on'")
        cursor.execute("SELECT count(*) FROM members_person")
        assert cursor.fetchone() == (0,)


CROSSINGS: dict[str, Callable[[int, int, int], None]] = {
    "update person": lambda mine, theirs, coop: run("UPDATE members_membership SET person_id = %s WHERE id = %s", theirs, mine),
    "insert grant": lambda mine, theirs, coop: run(
        "INSERT INTO members_rolegrant (cooperative_id, membership_id, role, starts_on) VALUES (%s, %s, 'observer', '2026-01-01')",  # noqa: E501
        coop,
        theirs,
    ),
    "move": lambda mine, theirs, coop: run(
        "UPDATE members_membership SET cooperative_id = cooperative_id + 1 WHERE id = %s", mine
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("how", CROSSINGS)
def test_no_reference_crosses_cooperatives_even_by_raw_sql(how: str, linden: Pair, kilele: Pair) -> None:
    with enter([linden[0].pk, kilele[0].pk]):
        mine = Membership.objects.get(cooperative=linden[0]).pk
        theirs = (Membership if how == "insert grant" else Person).objects.get(cooperative=kilele[0]).pk
        with pytest.raises(DatabaseError):
            CROSSINGS[how](mine, theirs, linden[0].pk)


@pytest.mark.django_db
def test_no_reference_crosses_by_the_orm(linden: Pair, kilele: Pair) -> None:
    with enter([linden[0].pk, kilele[0].pk]):
        theirs = Membership.objects.get(cooperative=kilele[0])
        with pytest.raises(DatabaseError), transaction.atomic():
            RoleGrant.objects.create(cooperative=linden[0], membership=theirs, role="observer", starts_on="2026-01-01")
            connection.check_constraints()


@pytest.mark.django_db
def test_every_owned_key_has_its_fence() -> None:
    keys = {(table.name, column) for table in owned_tables(connection) for column, _target in table.keys}
    for model in owned_models():
        for field in model._meta.concrete_fields:
            target = getattr(field, "related_model", None)
            if isinstance(target, type) and issubclass(target, OwnedModel):
                assert (model._meta.db_table, field.column) in keys


OPERATIONS: dict[str, list[migrations.operations.base.Operation]] = {
    "a column with a default": [
        migrations.AddField("Person", "nick", models.CharField(max_length=9, default="x")),
        migrations.RemoveField("Person", "nick"),
    ],
    "a constraint": [
        migrations.AddConstraint("Person", models.CheckConstraint(condition=~models.Q(name=""), name="has_a_name")),
        migrations.RemoveConstraint("Person", "has_a_name"),
    ],
    "an altered parent": [
        migrations.AlterField("Person", "name", models.CharField(max_length=151)),
        migrations.AlterField("Person", "name", models.CharField(max_length=150)),
    ],
    "a renamed column": [
        migrations.RenameField("Person", "name", "called"),
        migrations.RenameField("Person", "called", "name"),
    ],
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", OPERATIONS)
def test_fences_stand_after_migrating_filled_tables(what: str, linden: Pair, kilele: Pair) -> None:
    with owner(), lift(connection):
        state = MigrationExecutor(connection).loader.project_state()
        state = state if ("members", "person") in state.models else ProjectState.from_apps(__import__("django.apps").apps.apps)
        for operation in OPERATIONS[what]:
            after = state.clone()
            operation.state_forwards("members", after)
            with connection.schema_editor() as editor:
                operation.database_forwards("members", editor, state, after)
            rows = after.apps.get_model("members", "Person")._base_manager.count()
            assert rows == 2, "a migration sees every row of every cooperative"
            state = after
    assert drift(connection) == []
    with enter([linden[0].pk, kilele[0].pk]):
        mine = Membership.objects.get(cooperative=linden[0]).pk
        theirs = Person.objects.get(cooperative=kilele[0]).pk
        with pytest.raises(DatabaseError):
            run("UPDATE members_membership SET person_id = %s WHERE id = %s", theirs, mine)


@pytest.mark.django_db(transaction=True)
def test_a_failed_migrate_leaves_the_fences_standing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("broken migration")

    monkeypatch.setattr(MigrationExecutor, "migrate", fail)
    with pytest.raises(RuntimeError, match="broken migration"):
        call_command("migrate", verbosity=0)
    assert drift(connection) == []


@pytest.mark.django_db(transaction=True)
def test_flush_empties_and_leaves_the_fences(linden: Pair) -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert Cooperative.objects.count() == 0
    assert drift(connection) == []
