"""PersonalModel: a row that belongs to one user in whatever cooperative, and that nobody else sees."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models.sql.compiler import SQLCompiler

from ..tenancy import Crossed, entered


class OfEnteredUser(models.Func):
    """True for rows that name the entered user; bound when the SQL is written, not when the query is built."""

    output_field = models.BooleanField()

    def as_sql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, Any]:  # type: ignore[override]
        user = entered().user
        if user is None:
            raise EmptyResultSet
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} = %s", (*params, user)


class PersonalQuerySet(models.QuerySet[Any]):
    """Refuses every write to somebody else's rows."""

    def _insert(self, objs: Collection[Any], fields: Any, **kwargs: Any) -> Any:
        me = entered().user
        if any(obj.user_id is None or obj.user_id != me for obj in objs):
            raise Crossed(self.model._meta.label)
        return super()._insert(objs, fields, **kwargs)  # type: ignore[misc]

    _insert.queryset_only = False  # type: ignore[attr-defined]  # else save() walks past it on the manager

    def _update(self, values: Any) -> int:
        given = [value for field, _, value in values if field.attname == "user_id"]
        within = self.filter(user_id=given[0]) if given else self  # a save never gives a row away
        return super(PersonalQuerySet, within)._update(values)  # type: ignore[misc]

    _update.queryset_only = False  # type: ignore[attr-defined]

    def update(self, **kwargs: Any) -> int:
        """Update rows of the entered user. Raises Crossed when asked to give rows to somebody else."""
        if {"user", "user_id"} & kwargs.keys():
            raise Crossed(f"{self.model._meta.label}: rows stay with their user")
        return super().update(**kwargs)

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: raw SQL has no wall on SQLite."""
        raise Crossed(f"{self.model._meta.label}: raw SQL has no wall on SQLite")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert many. An upsert is refused: it could overwrite somebody else's row."""
        if kwargs.get("update_conflicts") or any(args[2:3]):
            raise Crossed(f"{self.model._meta.label}: no upserts")
        return super().bulk_create(objs, *args, **kwargs)


class PersonalManager(models.Manager.from_queryset(PersonalQuerySet)):  # type: ignore[misc]
    """Rows of the entered user only; raises NotEntered when nothing is entered, and finds nothing for a system job."""

    def get_queryset(self) -> PersonalQuerySet:
        queryset: PersonalQuerySet = super().get_queryset()
        return queryset.filter(OfEnteredUser(models.F("user_id")))


class PersonalModel(models.Model):
    """A row of one user, who alone sees it: for what spans cooperatives, or comes before there is one.

    It may hold what a cooperative told its user, so it is fenced as an owned row is, on the user instead.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False, editable=False)

    objects = PersonalManager()

    append_only: ClassVar[bool] = False
    user_id: int

    class Meta:
        abstract = True
        base_manager_name = default_manager_name = "objects"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete this row. Raises Crossed for anybody but its user: Django asks no manager for one row."""
        if self.user_id != entered().user:
            raise Crossed(self._meta.label)
        return super().delete(*args, **kwargs)

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Self:
        """Refuse a loaded row of somebody else."""
        row = super().from_db(db, field_names, values, **kwargs)
        if row.user_id != entered().user:
            raise Crossed(cls._meta.label)
        return row
