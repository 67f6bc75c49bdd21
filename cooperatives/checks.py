"""System checks: a model that would open a way around the walls is refused before it has a table."""

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError, connections, models

from .fences import drift, unbound_role
from .fences.declared import owned_models, personal_models
from .models import OwnedModel, PersonalModel


def check_owned_models(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Owned models: hidden reverse names to unowned ones, no automatic links, cooperative first in every index."""
    return [message for model in owned_models() for message in _faults(model)]


def check_personal_models(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Personal models: as owned ones, with the user in the place of the cooperative."""
    return [message for model in personal_models() for message in _faults(model)]


def _faults(model: type[models.Model]) -> Iterator[CheckMessage]:
    meta = model._meta
    is_owned = issubclass(model, OwnedModel)
    whose: str = "cooperative" if is_owned else "user"
    mine: type[models.Model] = OwnedModel if is_owned else PersonalModel
    other: type[models.Model] = PersonalModel if is_owned else OwnedModel
    for key in (key for key in meta.local_fields if isinstance(key, models.ForeignKey)):
        target = key.remote_field.model
        if issubclass(target, other):
            yield Error(f"{key}: no rule can hold a key between a user's rows and a cooperative's", obj=model, id="coop.E006")
        elif not issubclass(target, mine) and not getattr(key.remote_field, "hidden", False):
            yield Error(f"{key} points to an unowned model: give it related_name='+'", obj=model, id="coop.E001")
    if any(_is_automatic(link) for link in meta.local_many_to_many):
        yield Error("an automatic many-to-many table is nobody's: declare the link", obj=model, id="coop.E002")
    if meta.parents:
        yield Error("multi-table inheritance splits a fenced row", obj=model, id="coop.E003")
    if any(isinstance(field, GenericForeignKey) for field in meta.private_fields):
        yield Error("a generic key reaches across the fences", obj=model, id="coop.E004")
    for names in _declared_indexes(model):
        if names[:1] != (whose,):
            yield Error(f"{names}: the {whose} must lead every constraint and index", obj=model, id="coop.E005")


def _is_automatic(link: Any) -> bool:
    return bool(link.remote_field.through._meta.auto_created)


def _declared_indexes(model: type[models.Model]) -> Iterator[tuple[str, ...]]:
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            yield tuple(constraint.fields)
    for index in model._meta.indexes:
        if index.fields:
            yield tuple(index.fields)


def check_role(app_configs: Any, databases: Any = None, **_: Any) -> list[CheckMessage]:
    """The application's PostgreSQL role is bound by the walls: it owns no table, is no superuser, bypasses nothing."""
    return [
        Error(
            f"the role {role} of the database {alias} could walk through the walls",
            hint="Let DATABASE_URL log in as a role that owns no table; DATABASE_OWNER_URL is for migrations.",
            id="coop.E011",
        )
        for alias in databases or ()
        if connections[alias].vendor == "postgresql" and (role := unbound_role(connections[alias]))
    ]


def check_fences(app_configs: Any, databases: Any = None, **_: Any) -> list[CheckMessage]:
    """The database holds the rules that the models declare (run with --database, at start and in readiness)."""
    faults: list[CheckMessage] = []
    for alias in databases or ():
        try:
            lines = drift(connections[alias])
        except DatabaseError as error:
            lines = [f"cannot be read: {error}"]
        faults += [Error(line, hint="Run migrate: it settles the fences.", id="coop.E010") for line in lines]
    return faults
