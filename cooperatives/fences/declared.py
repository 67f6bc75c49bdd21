"""What the models declare: owned tables, their keys inside a cooperative, what may never change."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from ..models import OwnedModel


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
    """One owned table as it is in the database now: columns that a migration has not made yet are left out."""

    name: str
    keys: list[tuple[str, str]] = field(default_factory=list)  # (column, owned table it points to)
    append_only: bool = False
    own_rows: str | None = None


def owned_models() -> Iterator[type[OwnedModel]]:
    """Every concrete owned model of the installation."""
    for model in apps.get_models():
        if issubclass(model, OwnedModel) and model._meta.managed and not model._meta.proxy:
            yield model


def owned_keys(model: type[models.Model]) -> Iterator[models.ForeignKey[Any, Any]]:
    """The foreign keys of a model that point to owned models."""
    for key in model._meta.concrete_fields:
        if isinstance(key, models.ForeignKey) and issubclass(key.remote_field.model, OwnedModel):
            yield key


def owned_tables(connection: BaseDatabaseWrapper) -> list[OwnedTable]:
    """The owned tables that exist, with the keys whose columns exist, in order of name."""
    with connection.cursor() as cursor:
        columns: dict[str, set[str]] = {}
        for name in connection.introspection.table_names(cursor):
            columns[name] = set()
        for model in owned_models():
            table = model._meta.db_table
            if table in columns:
                described = connection.introspection.get_table_description(cursor, table)
                columns[table] = {column.name for column in described}
    return sorted(
        (_described(model, columns) for model in owned_models() if _is_there(model, columns)),
        key=lambda table: table.name,
    )


def _is_there(model: type[models.Model], columns: dict[str, set[str]]) -> bool:
    return "cooperative_id" in columns.get(model._meta.db_table, ())


def _described(model: type[OwnedModel], columns: dict[str, set[str]]) -> OwnedTable:
    there = columns[model._meta.db_table]
    keys = [
        (key.column, key.related_model._meta.db_table)
        for key in owned_keys(model)
        if key.column in there and _is_there(key.related_model, columns)
    ]
    own = model.own_rows if model.own_rows in there else None
    return OwnedTable(model._meta.db_table, keys, model.append_only, own)
