"""Removing whole cooperatives: the one act that takes append-only rows with it, so the owner of the tables does it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from ..fences import lift, personal_models
from ..management.owner import as_owner
from ..models import Cooperative
from ..tenancy import enter


@contextmanager
def fences_lifted() -> Iterator[None]:
    """One transaction as the owner, inside every cooperative, with append-only rows open. For commands only."""
    everything = Cooperative.objects.values_list("pk", flat=True)
    with as_owner(connection), lift(connection), transaction.atomic(), enter(everything):
        yield


def erase_cooperatives(ids: Iterable[int]) -> None:
    """Delete these cooperatives with every row of every room that is theirs. Inside `fences_lifted` only."""
    chosen = list(ids)
    for model, name in keys_to(Cooperative):
        # Keys are checked at commit, so the order of the tables does not matter.
        _wipe(model._base_manager.filter(**{f"{name}__in": chosen}))
    _wipe(Cooperative.objects.filter(pk__in=chosen))


def erase_personal(user_ids: Iterable[int]) -> None:
    """Delete what is these users' own in every room. Inside `fences_lifted` only: there is no user entered."""
    chosen = list(user_ids)
    for model in personal_models():
        _wipe(models.QuerySet(model).filter(user__in=chosen))


def keys_to(target: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Every model and column that point to a model, whatever room they are in."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is target and not model._meta.proxy:
                yield model, field.name


def _wipe(rows: "models.QuerySet[Any]") -> None:
    rows._raw_delete(rows.db)
