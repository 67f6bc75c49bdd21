"""What the models declare: tables of a cooperative or of a user, keys inside a cooperative, what may never change."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from ..models import OwnedModel, PersonalModel, Span


@dataclass(frozen=True)
class Fence:
    """One rule in the database. `create` contains {n} where its name stands; `drop` likewise."""

    table: str
    kind: str
    create: str
    drop: str

    @property
    def name(self) -> str:
        """fence_<kind>_<digest>: another definition is another name."""
        return f"fence_{self.kind}_{hashlib.sha256(self.create.encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class OwnedTable:
    """One owned table as it is in the database now: columns that a migration has not made yet are left out.

    `is_personal`: its rows belong to a user instead of a cooperative. `apart` names columns instead of fields.
    """

    name: str
    keys: list[tuple[str, str]] = field(default_factory=list)  # (column, owned table it points to)
    append_only: bool = False
    own_rows: str | None = None
    is_personal: bool = False
    apart: Span | None = None


def owned_models() -> Iterator[type[OwnedModel]]:
    """Every concrete owned model of the installation."""
    for model in apps.get_models():
        if issubclass(model, OwnedModel) and model._meta.managed and not model._meta.proxy:
            yield model


def personal_models() -> Iterator[type[PersonalModel]]:
    """Every concrete personal model of the installation."""
    for model in apps.get_models():
        if issubclass(model, PersonalModel) and model._meta.managed and not model._meta.proxy:
            yield model


def owned_keys(model: type[models.Model]) -> Iterator[models.ForeignKey[Any, Any]]:
    """The foreign keys of a model that point to owned models."""
    for key in model._meta.concrete_fields:
        if isinstance(key, models.ForeignKey) and issubclass(key.remote_field.model, OwnedModel):
            yield key


def owned_tables(connection: BaseDatabaseWrapper) -> list[OwnedTable]:
    """The owned and personal tables that exist, with the keys whose columns exist, in order of name."""
    fenced: list[type[OwnedModel | PersonalModel]] = [*owned_models(), *personal_models()]
    with connection.cursor() as cursor:
        columns: dict[str, set[str]] = {}
        for name in connection.introspection.table_names(cursor):
            columns[name] = set()
        for model in fenced:
            table = model._meta.db_table
            if table in columns:
                columns[table] = _columns(connection, cursor, table)
    return sorted(
        (_described(model, columns) for model in fenced if _is_there(model, columns)),
        key=lambda table: table.name,
    )


def _columns(connection: BaseDatabaseWrapper, cursor: CursorWrapper, table: str) -> set[str]:
    if connection.vendor == "sqlite":
        # Django would try JSON in a transaction first, which takes the write lock: a mere look would wait for writers.
        cursor.execute("SELECT name FROM pragma_table_info(%s)", [table])
        return {name for (name,) in cursor.fetchall()}
    return {column.name for column in connection.introspection.get_table_description(cursor, table)}


def _is_there(model: type[models.Model], columns: dict[str, set[str]]) -> bool:
    whose = "user_id" if issubclass(model, PersonalModel) else "cooperative_id"
    return whose in columns.get(model._meta.db_table, ())


def _described(model: type[OwnedModel] | type[PersonalModel], columns: dict[str, set[str]]) -> OwnedTable:
    there = columns[model._meta.db_table]
    if issubclass(model, PersonalModel):
        return OwnedTable(model._meta.db_table, append_only=model.append_only, is_personal=True)
    keys = [
        (key.column, key.related_model._meta.db_table)
        for key in owned_keys(model)
        if key.column in there and _is_there(key.related_model, columns)
    ]
    own = model.own_rows if model.own_rows in there else None
    return OwnedTable(model._meta.db_table, keys, model.append_only, own, apart=_apart(model, there))


def _apart(model: type[OwnedModel], there: set[str]) -> Span | None:
    """What the model keeps apart, by column; nothing until a migration has made all of its columns."""
    if (span := model.apart) is None:
        return None
    names = (span.starts, span.ends, *span.of, *filter(None, [span.unless]))
    column = {name: str(model._meta.get_field(name).column) for name in names}  # type: ignore[union-attr]
    if not there.issuperset(column.values()):
        return None
    of = tuple(column[name] for name in span.of)
    return Span(column[span.starts], column[span.ends], of, column.get(span.unless, ""))
