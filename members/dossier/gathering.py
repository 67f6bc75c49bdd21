"""Which rows are about a person: those of any model with a key to them, and the records that name them."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import JSONField

from activity.models import Detail
from cooperatives.models import OwnedModel, PersonalModel

from ..models import Membership, Person, User

# Rows that hang on a row about a person, by the way from there to the person.
FURTHER = {"members.unitoffer": "entry__person"}
# Keys that say who did something to a row. The row is then about somebody else: only when it was done is theirs.
_DOER = re.compile(r"(_by|^by|\.creator|\.actor|^admin\.logentry\.user)$")
# What opens a door, proves something, or was told to a machine. None of it is about a person.
_SECRET = re.compile(r"^(password|digest|seal|salt|secret|token|token_secret|session_key|key|data|fingerprint|extra_data)$")
_SECRET_COLUMNS = {"cooperatives.oncekey.answer", "activity.event.commitment", "activity.event.previous", "activity.event.hash"}


@dataclass(frozen=True)
class Subject:
    """Whom it is about: their entries in the register, the memberships of those, and, for themselves, their login.

    Without `with_login` nothing is gathered but the rows of the active cooperatives: what officers may hand over.
    """

    person_ids: tuple[int, ...]
    membership_ids: tuple[int, ...]
    user: User | None = None
    with_login: bool = False
    names: tuple[str, ...] = field(default=())

    @classmethod
    def of_user(cls, user: User) -> "Subject":
        """A login in all active cooperatives."""
        members = list(Membership.objects.filter(user=user).select_related("person"))
        persons = {member.person for member in members}
        names = (str(user.public_id), *(str(person.public_id) for person in persons))
        return cls(tuple(sorted(one.pk for one in persons)), tuple(one.pk for one in members), user, True, names)

    @classmethod
    def of_person(cls, person: Person) -> "Subject":
        """One entry of one register."""
        members = list(Membership.objects.filter(person=person).select_related("user"))
        user = next((member.user for member in members if member.user), None)
        names = (str(person.public_id), *([str(user.public_id)] if user else []))
        return cls((person.pk,), tuple(member.pk for member in members), user, False, names)

    @property
    def keys(self) -> dict[type[models.Model], tuple[int, ...]]:
        """By model, the keys that name the subject."""
        return {Person: self.person_ids, Membership: self.membership_ids, User: (self.user.pk,) if self.user else ()}


@dataclass(frozen=True)
class Table:
    """Rows of one model about the subject: their headings, and a function that reads them anew."""

    label: str
    head: tuple[str, ...]
    rows: Callable[[], Iterator[dict[str, Any]]] = field(repr=False)


def tables_about(subject: Subject) -> Iterator[Table]:
    """Every table with rows about the subject, model by model; the records that name them last."""
    for model in apps.get_models():
        if not model._meta.proxy and model._meta.managed and _is_open(model, subject):
            yield from _tables_of(model, subject)
    yield _named(subject)


def _is_open(model: type[models.Model], subject: Subject) -> bool:
    if issubclass(model, OwnedModel):
        return True
    return subject.with_login and (issubclass(model, PersonalModel) or model is User or bool(list(_keys(model, subject))))


def _keys(model: type[models.Model], subject: Subject) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The columns of a model that can name the subject, each with the keys to look for."""
    for column in model._meta.concrete_fields:
        if isinstance(column, models.ForeignKey) and column.related_model in subject.keys:
            yield column.name, subject.keys[column.related_model]


def _tables_of(model: type[models.Model], subject: Subject) -> Iterator[Table]:
    keys = list(_keys(model, subject))
    about = [Q(**{f"{name}__in": ids}) for name, ids in keys if not _does(model, name)]
    if model in subject.keys:
        about.append(Q(pk__in=subject.keys[model]))
    if path := FURTHER.get(model._meta.label_lower):
        about.append(Q(**{f"{path}__in": subject.person_ids}))
    if about:
        yield from _table(model, _any(about), _shown(model), "")
    done = [Q(**{f"{name}__in": ids}) for name, ids in keys if _does(model, name)]
    if done:
        yield from _table(model, _any(done) & ~_any(about) if about else _any(done), _when(model), ".done")


def _does(model: type[models.Model], name: str) -> bool:
    return bool(_DOER.search(f"{model._meta.label_lower}.{name}"))


def _any(conditions: Sequence[Q]) -> Q:
    return Q(*conditions, _connector=Q.OR)


def _table(model: type[models.Model], condition: Q, columns: list[Any], suffix: str) -> Iterator[Table]:
    found = model._base_manager.filter(condition).order_by("pk")
    if not found.exists():
        return
    related = [column.name for column in columns if _is_row(column)]

    def rows() -> Iterator[dict[str, Any]]:
        for row in found.select_related(*related).iterator(chunk_size=500):
            yield {key: value for column in columns for key, value in _cells(row, column)}

    head = tuple(key for column in columns for key in ([column.name, f"{column.name}_is"] if _is_row(column) else [column.name]))
    yield Table(f"{model._meta.label_lower}{suffix}", head, rows)


def _is_row(column: Any) -> bool:
    """A key to a row of a cooperative: it is shown with what that row is called."""
    return isinstance(column, models.ForeignKey) and issubclass(column.related_model, OwnedModel)


def _cells(row: models.Model, column: Any) -> Iterator[tuple[str, Any]]:
    value = getattr(row, column.attname)
    yield column.name, value
    if _is_row(column):
        yield f"{column.name}_is", str(getattr(row, column.name)) if value is not None else ""


def _shown(model: type[models.Model]) -> list[Any]:
    return [column for column in model._meta.concrete_fields if not _is_secret(model, column)]


def _is_secret(model: type[models.Model], column: Any) -> bool:
    label = f"{model._meta.label_lower}.{column.name}"
    return isinstance(column, models.BinaryField) or bool(_SECRET.match(column.name)) or label in _SECRET_COLUMNS


def _when(model: type[models.Model]) -> list[Any]:
    """Of a row about somebody else: which it is, and its times."""
    timed = (models.DateField, models.AutoField, models.BigAutoField, models.UUIDField)
    named = {"seq", "kind", "subject_type", "subject_id", "cooperative"}
    return [
        column
        for column in _shown(model)
        if (isinstance(column, timed) or column.name in named or _does(model, column.name)) and not isinstance(column, JSONField)
    ]


def _named(subject: Subject) -> Table:
    """The records that are about the subject, or name them, with their text."""
    said = [Q(text__contains=name) for name in subject.names]
    about = [
        Q(event__subject_type="members.person", event__subject_id__in=subject.person_ids),
        Q(event__subject_type="members.membership", event__subject_id__in=subject.membership_ids),
    ]
    found = Detail.objects.filter(_any([*about, *said])).select_related("event").order_by("pk")

    def rows() -> Iterator[dict[str, Any]]:
        for detail in found.iterator(chunk_size=500):
            event = detail.event
            yield {"cooperative": event.cooperative_id, "seq": event.seq, "kind": event.kind, "at": event.at, **detail.data}

    return Table("activity.records", ("cooperative", "seq", "kind", "at", "actor", "subject", "payload"), rows)
