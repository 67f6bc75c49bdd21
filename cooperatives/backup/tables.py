"""Which tables a backup holds, in which columns, and which are left out on purpose."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.utils.functional import cached_property

from ..queries import LEFT_OUT
from .errors import Refused
from .rows import Column, column

# Of other people's apps; our own rooms answer for themselves.
_FOREIGN = {
    "sessions.Session": "everybody signs in again",
    "usersessions.UserSession": "everybody signs in again",
    "account.EmailConfirmation": "a link in an old mail opens nothing",
    "socialaccount.SocialToken": "keys to other services are not carried away",
    **dict.fromkeys(
        [f"django_celery_beat.{name}Schedule" for name in ("Solar", "Interval", "Clocked", "Crontab")]
        + ["django_celery_beat.PeriodicTask", "django_celery_beat.PeriodicTasks"],
        "the schedule is written from the code at each start",
    ),
}
# What migrate itself writes into a new database; a restore puts the backup's rows in their place.
WRITTEN_BY_MIGRATE = {"contenttypes.ContentType", "auth.Permission"}


def left_out() -> dict[str, str]:
    """The models whose rows are not kept, by label, and why."""
    answers: dict[str, str] = {}
    for answer in LEFT_OUT.ask():
        answers |= answer
    return _FOREIGN | answers


@dataclass(frozen=True)
class Table:
    """One table that is kept."""

    model: type[models.Model]

    @property
    def name(self) -> str:
        """Its name in the database."""
        return self.model._meta.db_table

    @cached_property
    def fields(self) -> list[Any]:
        """The model's fields that have a column of their own to write; generated ones fill themselves."""
        return [field for field in self.model._meta.local_concrete_fields if not field.generated]

    @cached_property
    def columns(self) -> list[Column]:
        """Its columns, in order."""
        return [column(field) for field in self.fields]

    @property
    def rows(self) -> "models.QuerySet[Any]":
        """All its rows, whichever cooperative is active: no manager is asked."""
        return models.QuerySet(self.model)

    @property
    def parents(self) -> Iterator[str]:
        """The tables that its keys point to."""
        for field in self.fields:
            if isinstance(field, models.ForeignKey) and field.related_model is not self.model:
                yield field.related_model._meta.db_table


def kept_tables(apps: Apps) -> list[Table]:
    """Every managed table of these apps but those left out, parents before children as far as keys allow.

    Raises Refused for a key from a kept table to one that is left out: it would point nowhere after a restore.
    """
    out = left_out()
    kept = {table.name: table for table in _all(apps) if table.model._meta.label not in out}
    for table in kept.values():
        if missing := set(table.parents) - kept.keys():
            raise Refused(f"{table.name} points to {', '.join(sorted(missing))}, which the backup leaves out.")
    return [kept[name] for name in _parents_first({name: set(table.parents) for name, table in kept.items()})]


def tables_left_out(apps: Apps) -> list[Table]:
    """The tables that are there and are not kept."""
    out = left_out()
    return [table for table in _all(apps) if table.model._meta.label in out]


def _all(apps: Apps) -> Iterator[Table]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped:
            yield Table(model)


def _parents_first(parents: Mapping[str, set[str]]) -> list[str]:
    try:
        return list(TopologicalSorter({name: sorted(parents[name]) for name in sorted(parents)}).static_order())
    except CycleError:
        return sorted(parents)  # keys are checked at the end, so any order loads
