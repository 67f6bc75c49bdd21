"""OwnedModel: a row that belongs to one cooperative. The first of the three walls."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models.sql.compiler import SQLCompiler

from ..tenancy import Crossed, entered
from .personal import OfEnteredUser

_BULK_OPTIONS = ("batch_size", "ignore_conflicts", "update_conflicts", "update_fields", "unique_fields")


class _InEntered(models.Func):
    """True for rows of the active cooperatives; bound when the SQL is written, not when the query is built."""

    output_field = models.BooleanField()

    def as_sql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:  # type: ignore[override]
        ids = entered().cooperatives
        if not ids:
            raise EmptyResultSet
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} IN ({', '.join(['%s'] * len(ids))})", (*params, *ids)


class OwnedQuerySet(models.QuerySet[Any]):
    """Refuses every write that would leave the active cooperatives."""

    def _insert(self, objs: Collection[Any], fields: Any, **kwargs: Any) -> Any:
        allowed = entered().cooperatives
        if any(obj.cooperative_id not in allowed for obj in objs):
            raise Crossed(self.model._meta.label)
        return super()._insert(objs, fields, **kwargs)  # type: ignore[misc]

    _insert.queryset_only = False  # type: ignore[attr-defined]  # else save() walks past it on the manager

    def _update(self, values: Any) -> int:
        moved = [value for field, _, value in values if field.attname == "cooperative_id"]
        within = self.filter(cooperative_id=moved[0]) if moved else self  # a save never moves a row
        return super(OwnedQuerySet, within)._update(values)  # type: ignore[misc]

    _update.queryset_only = False  # type: ignore[attr-defined]

    def update(self, **kwargs: Any) -> int:
        """Update rows of the active cooperatives. Raises Crossed when asked to move rows to another cooperative."""
        if {"cooperative", "cooperative_id"} & kwargs.keys():
            raise Crossed(f"{self.model._meta.label}: rows do not move")
        return super().update(**kwargs)

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: raw SQL lives in named query functions with an explicit cooperative."""
        raise Crossed(f"{self.model._meta.label}: raw SQL has no wall on SQLite")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert many. An upsert must name the cooperative among its unique fields, else it could overwrite a stranger."""
        asked = dict(zip(_BULK_OPTIONS, args, strict=False)) | kwargs  # Django takes them by position, too
        names: Sequence[str] = asked.get("unique_fields") or ()
        if asked.get("update_conflicts") and not {"cooperative", "cooperative_id"} & set(names):
            raise Crossed(f"{self.model._meta.label}: unique_fields must name the cooperative")
        return super().bulk_create(objs, *args, **kwargs)


class OwnedManager(models.Manager.from_queryset(OwnedQuerySet)):  # type: ignore[misc]
    """Rows of the active cooperatives only; raises NotEntered when none is active."""

    _walled: ClassVar[dict[tuple[type[models.Model], type], Any]] = {}

    def get_queryset(self) -> OwnedQuerySet:
        # Built once and copied: building the same condition anew took a tenth of all work.
        of = self.model, self._queryset_class
        if of not in self._walled:
            self._walled[of] = self._queryset_class(model=self.model).filter(_InEntered(models.F("cooperative_id")))
        queryset: OwnedQuerySet = self._walled[of].all()
        queryset._db, queryset._hints = self._db, self._hints  # type: ignore[attr-defined]
        return queryset


class FinderManager(models.Manager[Any]):
    """Rows of the entered user in any cooperative: how the set of cooperatives is found before it is entered.

    Read it with `values_list` only: whole rows outside the active set are refused by `from_db`.
    """

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(OfEnteredUser(models.F("user_id")))


@dataclass(frozen=True)
class Span:
    """Rows that agree in the fields `of` never overlap in their days [starts, ends); an open end is None.

    Two rows may overlap all the same when the field `unless` is true for both.
    """

    starts: str
    ends: str
    of: tuple[str, ...]
    unless: str = ""


class OwnedModel(models.Model):
    """A row of one cooperative.

    `append_only` rows can be neither changed nor deleted, in the database itself; `apart` is held there, too.
    `own_rows` names a column of user ids whose rows that user may read before anything is entered.
    """

    cooperative = models.ForeignKey("cooperatives.Cooperative", models.PROTECT, related_name="+", db_index=False, editable=False)

    objects = OwnedManager()

    append_only: ClassVar[bool] = False
    own_rows: ClassVar[str | None] = None
    apart: ClassVar[Span | None] = None
    cooperative_id: int

    class Meta:
        abstract = True
        base_manager_name = default_manager_name = "objects"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete this row. Raises Crossed outside the active cooperatives: Django asks no manager for one row."""
        if self.cooperative_id not in entered().cooperatives:
            raise Crossed(self._meta.label)
        return super().delete(*args, **kwargs)

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Self:
        """Refuse a loaded row of another cooperative (raw rows, select_related)."""
        row = super().from_db(db, field_names, values, **kwargs)
        if row.cooperative_id not in entered().cooperatives:
            raise Crossed(cls._meta.label)
        return row


class Versioned(models.Model):
    """A row that people edit: a stale write is seen by its version."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
