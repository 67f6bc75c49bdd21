"""The suite's own database after a test that committed: empty, walled, and otherwise as it was."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction
from django.test import TransactionTestCase

from activity.models import Event
from config.tests.databases import KEPT
from cooperatives.fences import drift
from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.models import User
from members.tests.factories import a_cooperative, a_user

pytestmark = pytest.mark.django_db(transaction=True)


def put_back() -> None:
    """What stands at the end of every test that commits."""
    TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type]


def left() -> dict[str, int]:
    """How many rows each table holds, as its owner sees them; empty tables are left out."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in KEPT]
        as_owner(cursor)
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
        as_application(cursor)
    return {table: count for table, count in counts.items() if count}


def as_owner(cursor: Any) -> None:
    if connection.vendor == "postgresql":
        cursor.execute("RESET ROLE; SET app.lifted = 'on'")


def as_application(cursor: Any) -> None:
    if connection.vendor == "postgresql":
        cursor.execute(f"SET app.lifted = ''; SET ROLE \"{connection.settings_dict['OPTIONS']['assume_role']}\"")


def standing() -> list[tuple[str, str]]:
    """Everything named that the database keeps about models: content types, by their keys."""
    return list(ContentType.objects.order_by("pk").values_list("app_label", "model"))


def test_everything_that_was_committed_goes_and_what_migrations_left_stays() -> None:
    ada = a_user("Ada Quist")
    alder = a_cooperative(ada)
    with enter([alder.pk], ada.pk):
        assert Event.objects.exists()  # append-only: no test could delete it
    types, held = standing(), left()
    assert {"cooperatives_cooperative", "members_user", "members_membership", "activity_event"} <= held.keys()
    put_back()
    assert left() == {}
    assert (standing(), bool(types)) == (types, True)
    put_back()  # of an empty one nothing is asked
    assert (User.objects.count(), Cooperative.objects.count()) == (0, 0)


def test_the_next_test_is_walled_as_the_one_before_was() -> None:
    put_back()
    ada = a_user("Ada Quist")
    alder = a_cooperative(ada)
    with enter([alder.pk], ada.pk), pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.all()._raw_delete(connection.alias)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_setting('app.lifted', true)")
            assert cursor.fetchone() in [(connection.settings_dict["OPTIONS"]["assume_role"], said) for said in ("", None)]


def test_a_wall_that_a_test_took_away_stands_again() -> None:
    table = "activity_event"
    with connection.cursor() as cursor:
        as_owner(cursor)
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'fence%%' AND tgrelid = %s::regclass", [table])
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        triggers = [name for (name,) in cursor.fetchall()]
        for name in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"' + (f' ON "{table}"' if connection.vendor == "postgresql" else ""))
        as_application(cursor)
    damaged = drift(connection)
    put_back()
    assert triggers
    assert any(damaged)
    assert not any(drift(connection))
