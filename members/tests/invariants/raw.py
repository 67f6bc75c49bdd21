"""Writing past every action and every manager: what the database itself lets stand."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction
from hypothesis import HealthCheck, settings

from cooperatives.fences.declared import owned_keys
from cooperatives.models import Cooperative, OwnedModel

from ..homes.conftest import JAN

TRIALS = {"deadline": None, "derandomize": True, "database": None, "suppress_health_check": list(HealthCheck)}
_numbers = count(1000)


def trials(examples: int) -> settings:
    """So many examples, the same in every run; each rolls back what it did."""
    return settings(max_examples=examples, **TRIALS)


@contextmanager
def undone() -> Iterator[None]:
    """The block leaves nothing behind, not even what actions in it wrote."""
    block = transaction.atomic()
    block._from_testcase = True  # actions are durable: they run in nothing but what a test opens
    with block:
        yield
        transaction.set_rollback(True)


def run(sql: str, *params: Any) -> int:
    """Run a statement and look at deferred rules at once; gives how many rows it met."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        met = int(cursor.rowcount)
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return met


def insert(row: models.Model) -> None:
    """Insert a row that was built in memory, without a manager's help."""
    columns = [field for field in row._meta.concrete_fields if not field.primary_key]
    names, holes = ", ".join(f'"{field.column}"' for field in columns), ", ".join(["%s"] * len(columns))
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in columns]
    run(f'INSERT INTO "{row._meta.db_table}" ({names}) VALUES ({holes})', *values)


def update(row: models.Model, **columns: Any) -> int:
    """Set columns of a row, whatever the rules say of it."""
    names = ", ".join(f'"{name}" = %s' for name in columns)
    return run(f'UPDATE "{row._meta.db_table}" SET {names} WHERE id = %s', *columns.values(), row.pk)


def delete(row: models.Model) -> int:
    """Take a row away, whatever points to it."""
    with transaction.atomic():
        met = run(f'DELETE FROM "{row._meta.db_table}" WHERE id = %s', row.pk)
        connection.check_constraints()
        return met


@contextmanager
def barred() -> Iterator[None]:
    """The database refuses the block."""
    with pytest.raises(DatabaseError), transaction.atomic():
        yield


def stood(write: Any) -> bool:
    """Whether the database let a write stand."""
    try:
        write()
    except DatabaseError:
        return False
    return True


# --- Any row -----------------------------------------------------------------------------------------------------------


def built(model: type[OwnedModel], cooperative: Cooperative, **given: Any) -> Any:
    """A row of any model in memory, with rows of its own behind each key that it needs."""
    facts = {"cooperative": cooperative, **given}
    for field in model._meta.concrete_fields:
        if field.name not in facts and not field.primary_key and not field.has_default() and not field.null:
            facts[field.name] = _value(field, cooperative)
    return model(**facts)


def kept(model: type[OwnedModel], cooperative: Cooperative, **given: Any) -> Any:
    """The same, saved."""
    row = built(model, cooperative, **given)
    row.save()
    return row


def _value(field: Any, cooperative: Cooperative) -> Any:
    if isinstance(field, models.ForeignKey):
        if issubclass(field.related_model, OwnedModel):
            return kept(field.related_model, cooperative)
        return field.related_model.objects.create_user(f"{uuid.uuid4().hex}@example.org", None, name="Somebody")
    if isinstance(field, models.DateTimeField):
        return "2026-01-01T00:00:00Z"
    if isinstance(field, models.DateField):
        return JAN
    if isinstance(field, models.BinaryField):
        return b"x"
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.IntegerField):
        return next(_numbers)
    return field.choices[0][0] if field.choices else f"x{next(_numbers)}"


def keys_of(model: type[OwnedModel]) -> list[str]:
    """The keys of a model to rows of a cooperative."""
    return [key.name for key in owned_keys(model)]


def day(number: int | None) -> date | None:
    """The date so many days into 2026; None for an open end."""
    return None if number is None else date.fromordinal(JAN.toordinal() + number)
