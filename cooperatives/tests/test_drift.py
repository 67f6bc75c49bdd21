"""Drift and its cure with real commits; the commands that act as the owner."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from activity.models import Event
from cooperatives.actions import erase_cooperatives, fences_lifted, found, keys_to
from cooperatives.fences import drift, lift, settle
from cooperatives.management.owner import as_owner
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter, entered
from members.models import Membership, Person, RoleGrant, User

Pair = tuple[Cooperative, Actor]
ON_POSTGRES = connection.vendor == "postgresql"
postgres_only = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has neither roles nor constraints that are not valid")


def run(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)


def first(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@contextmanager
def undone() -> Iterator[None]:
    """As the owner, in a transaction that is rolled back."""
    with as_owner(connection), transaction.atomic():
        yield
        transaction.set_rollback(True)


@postgres_only
@pytest.mark.django_db(transaction=True)
def test_a_rule_that_stands_but_does_not_act_is_missing() -> None:
    trigger = first("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'fence_refuse%' AND tgrelid = 'activity_event'::regclass")
    foreign = first(
        "SELECT conname FROM pg_constraint WHERE conname LIKE 'fence_foreign%' AND conrelid = 'members_rolegrant'::regclass"
    )
    clause = "FOREIGN KEY (cooperative_id, membership_id) REFERENCES members_membership (cooperative_id, id)"
    harm = {
        f"activity_event {trigger}": [f'ALTER TABLE activity_event DISABLE TRIGGER "{trigger}"'],
        f"members_rolegrant {foreign}": [
            f'ALTER TABLE members_rolegrant DROP CONSTRAINT "{foreign}"',
            f'ALTER TABLE members_rolegrant ADD CONSTRAINT "{foreign}" {clause} NOT VALID',
        ],
        "members_person forced": ["ALTER TABLE members_person NO FORCE ROW LEVEL SECURITY"],
        "members_membership forced": ["ALTER TABLE members_membership DISABLE ROW LEVEL SECURITY"],
    }
    for what, statements in harm.items():
        with undone():
            for statement in statements:
                run(statement)
            assert drift(connection) == [f"missing: {what}"]
            settle(connection)
            assert drift(connection) == []
    assert drift(connection) == []


@pytest.mark.django_db(transaction=True)
def test_records_are_open_to_the_owner_while_lifted_and_closed_again_afterwards(linden: Pair) -> None:
    with as_owner(connection), enter([linden[0].pk]):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Event.objects.update(kind="forged")
        with lift(connection):
            assert Event.objects.filter(seq=1).update(kind="corrected") == 1
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Event.objects.update(kind="forged")
        assert Event.objects.get(seq=1).kind == "corrected"
    assert drift(connection) == []


@pytest.mark.django_db(transaction=True)
def test_the_fences_stand_again_when_what_was_done_under_them_fails(linden: Pair) -> None:
    with pytest.raises(ZeroDivisionError), fences_lifted():
        erase_cooperatives([linden[0].pk])
        raise ZeroDivisionError
    assert drift(connection) == []
    with enter([linden[0].pk]):
        assert (Person.objects.count(), RoleGrant.objects.count(), Event.objects.count() > 0) == (1, 2, True)


@pytest.mark.django_db(transaction=True)
def test_a_cooperative_is_erased_with_every_row_and_its_neighbour_keeps_all(linden: Pair, kilele: Pair) -> None:
    def counts(pk: int) -> list[int]:
        with enter([pk]):
            return [model.objects.count() for model in (Person, Membership, RoleGrant, Event)]

    kept = counts(kilele[0].pk)
    with fences_lifted():
        assert entered().cooperatives == (linden[0].pk, kilele[0].pk)
        erase_cooperatives([linden[0].pk])
    assert (counts(linden[0].pk), counts(kilele[0].pk)) == ([0, 0, 0, 0], kept)
    assert list(Cooperative.objects.all()) == [kilele[0]]
    assert User.objects.filter(pk=linden[1].user_id).exists(), "a login belongs to no cooperative"


def test_every_key_to_a_cooperative_and_to_a_login_is_found() -> None:
    to_cooperative = {(model._meta.label, name) for model, name in keys_to(Cooperative)}
    assert {("members.Person", "cooperative"), ("activity.Event", "cooperative"), ("tasks.Task", "cooperative")} <= to_cooperative
    to_user = {(model._meta.label, name) for model, name in keys_to(User)}
    assert {("cooperatives.Cooperative", "creator"), ("activity.Event", "actor"), ("members.Membership", "user")} <= to_user
    assert not to_cooperative & to_user


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.django_db(transaction=True)
def test_acting_as_the_owner_ends_with_the_login_one_had(fails: bool) -> None:
    mine = dict(connection.settings_dict)
    if ON_POSTGRES:
        application = first("SELECT current_user")
    try:
        with as_owner(connection):
            if ON_POSTGRES:
                assert first("SELECT current_user") != application
                assert first("SELECT count(*) > 0 FROM pg_class WHERE relowner = current_user::regrole AND relkind = 'r'")
            if fails:
                raise ZeroDivisionError
    except ZeroDivisionError:
        assert fails
    assert connection.settings_dict == mine
    if ON_POSTGRES:
        assert first("SELECT current_user") == application


def stand_in(**settings: Any) -> Any:
    """A connection that counts its closings."""
    line = SimpleNamespace(vendor="postgresql", settings_dict=settings, closed=0, emptied=0)
    line.close = lambda: setattr(line, "closed", line.closed + 1)
    line.close_pool = lambda: setattr(line, "emptied", line.emptied + 1)
    return line


def test_the_owners_login_replaces_the_applications_and_its_pool(settings: Any) -> None:
    settings.OWNER_DATABASE = {"USER": "owner", "PASSWORD": "o", "NAME": "other", "OPTIONS": {}}
    line = stand_in(USER="app", PASSWORD="a", NAME="coop", OPTIONS={"pool": True}, HOST="db")
    with as_owner(line):
        assert line.settings_dict == {"USER": "owner", "PASSWORD": "o", "NAME": "coop", "OPTIONS": {}, "HOST": "db"}
        assert (line.closed, line.emptied) == (1, 1)
    assert line.settings_dict["USER"] == "app"
    assert (line.closed, line.emptied) == (2, 2)


def test_who_is_the_owner_already_stays_connected(settings: Any) -> None:
    settings.OWNER_DATABASE = {"USER": "owner"}
    line = stand_in(USER="owner", NAME="coop")
    with as_owner(line):
        assert line.closed == 0
    assert (line.closed, line.settings_dict) == (0, {"USER": "owner", "NAME": "coop"})


@pytest.mark.django_db(transaction=True)
def test_migrating_again_changes_nothing_and_keeps_the_rows(linden: Pair) -> None:
    call_command("migrate", verbosity=0)
    assert drift(connection) == []
    with enter([linden[0].pk]):
        assert [person.name for person in Person.objects.all()] == ["Marta"]


@pytest.mark.django_db(transaction=True)
def test_after_a_flush_one_can_begin_again(linden: Pair) -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert (User.objects.count(), Cooperative.objects.count()) == (0, 0)
    again = found(SYSTEM, name="Linden Court", kind="housing")
    with enter([again.pk]):
        assert [event.seq for event in Event.objects.all()] == [1]
