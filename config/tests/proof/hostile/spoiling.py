"""Every text that people can write, written by real actions as one hostile string after another."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import CharField, Field, JSONField, Model, TextField

from activity.models import Cursor
from cooperatives.actions import change_cooperative
from cooperatives.models import Cooperative
from members.actions import change_user
from members.models import ApiKey, User

from ..world import HERE, World, fill

# What no person writes: names of kinds and targets, keys, hashes, codes with a form of their own.
TECHNICAL = {
    "cooperatives.Cooperative": {"slug", "currency", "time_zone", "locale"},
    "cooperatives.OnceKey": {"route", "digest", "fingerprint", "headers", "subject", "answer", "cooperatives"},
    "activity.Event": {"kind", "subject_type", "commitment", "previous", "hash"},
    "activity.Detail": {"salt"},
    "activity.Head": {"hash"},
    "activity.Cursor": {"target"},
    "activity.DeadLetter": {"target"},
    "members.User": {"password", "email", "locale"},
    "members.Person": {"email", "locale", "shown"},
    "members.Photo": {"digest"},
    "members.ImportBatch": {"digest", "choices", "counts", "ordered"},
    "members.ImportedRow": {"kind", "before", "after"},
    "members.SavedView": {"columns", "filters"},
    "members.Erasure": {"receipt"},
    "members.Consent": {"wording"},
    "members.ApiKey": {"prefix", "digest"},
    "members.Invitation": {"email"},
    "members.InvitationToken": {"digest"},
    "members.WaitingEntry": {"email"},
    "members.TokenFamily": {"seal"},
    "members.RefreshToken": {"digest"},
    "tasks.Project": {"key"},
    "tasks.Lane": {"status"},
    "tasks.CalendarFeed": {"digest"},
    "tasks.FeedEntry": {"uid"},
}


def spoil(world: World, text: str) -> None:
    """Write `text` everywhere in the cooperative of here: more rows of everything, and new names for what there is once."""
    world.say = lambda side, words: text if words else "pwned"  # type: ignore[method-assign]
    with world.inside(HERE) as actor:
        here = Cooperative.objects.get(pk=world.here.pk)
        change_cooperative(actor, here, version=here.version, name=text, description=text)
        me = User.objects.get(pk=actor.user_id)
        change_user(actor, me, version=me.version, name=text, about=text)
        ApiKey.objects.filter(user=me).update(name=text)
        Cursor.objects.update(error=text)
    cache.clear()  # so many fillings would be held up as so many invitations
    fill(world, HERE)


def untouched() -> Iterator[str]:
    """The fields of our rooms in which no hostile text stands in any row."""
    for model in apps.get_models():
        if model._meta.app_label in settings.ROOMS:
            yield from (f"{model._meta.label}.{field.name}" for field in _written(model) if not _is_spoilt(model, field))


def _written(model: type[Model]) -> Iterator["Field[Any, Any]"]:
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, CharField | TextField | JSONField) and not field.choices
        if is_text and field.name not in TECHNICAL.get(model._meta.label, ()):
            yield field


def _is_spoilt(model: type[Model], field: "Field[Any, Any]") -> bool:
    table, column = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(field.column)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} WHERE CAST({column} AS TEXT) LIKE %s LIMIT 1", ["%pwned%"])
        return cursor.fetchone() is not None
