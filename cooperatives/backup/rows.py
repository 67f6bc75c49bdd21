"""The canonical form of a row: one value, one spelling, whichever engine it was read from.

A row is a JSON list, a column's place in it is its place in the manifest. What JSON cannot say is text: decimals,
floats, times (UTC, always with microseconds), bytes (base64). A JSON column is kept as the text that is stored.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from .errors import Refused

# SQLite forgets the sign of a zero, so a decimal or float zero has none here either.
_LARGEST_EXPONENT = 20_000  # a number written with a larger one stays as it is: spelled out it would fill the memory
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Kind:
    """How values of one kind are written and read. `plain` ones go to the database as they are."""

    name: str
    field: Callable[..., Any]
    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]
    plain: bool = False


def _of_type(wanted: type) -> Callable[[Any], Any]:
    def same(value: Any) -> Any:
        if type(value) is not wanted:
            raise ValueError(f"{value!r:.40} is not of the type {wanted.__name__}")
        return value

    return same


def _pack_decimal(value: Decimal) -> str:
    return format(value or abs(value), "f")


def _pack_moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _pack_bytes(value: Any) -> str:
    return base64.b64encode(bytes(value)).decode("ascii")


def _unpack_bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


_KINDS = {
    kind.name: kind
    for kind in (
        Kind("whole", models.BigIntegerField, int, _of_type(int), plain=True),
        Kind("flag", models.BooleanField, bool, _of_type(bool), plain=True),
        Kind("text", models.TextField, str, _of_type(str), plain=True),
        Kind("json", models.TextField, str, _of_type(str), plain=True),
        Kind("float", models.FloatField, lambda value: repr(value + 0.0), float),
        Kind("decimal", models.DecimalField, _pack_decimal, Decimal),
        Kind("moment", models.DateTimeField, _pack_moment, datetime.fromisoformat),
        Kind("date", models.DateField, date.isoformat, date.fromisoformat),
        Kind("time", models.TimeField, lambda value: value.isoformat(timespec="microseconds"), time.fromisoformat),
        Kind("span", models.DurationField, lambda value: value // _MICROSECOND, lambda number: number * _MICROSECOND),
        Kind("uuid", models.UUIDField, str, UUID),
        Kind("bytes", models.BinaryField, _pack_bytes, _unpack_bytes),
        Kind("address", models.GenericIPAddressField, str, str),
    )
}
_BY_TYPE = {
    **{f"{size}{shape}Field": "whole" for size in ("", "Big", "Small") for shape in ("Auto", "Integer")},
    **{f"Positive{size}IntegerField": "whole" for size in ("", "Big", "Small")},
    **dict.fromkeys(["CharField", "TextField", "SlugField", "URLField", "EmailField", "FileField", "FilePathField"], "text"),
    "BooleanField": "flag", "JSONField": "json", "FloatField": "float", "DecimalField": "decimal", "DateTimeField": "moment",
    "DateField": "date", "TimeField": "time", "DurationField": "span", "UUIDField": "uuid", "BinaryField": "bytes",
    "GenericIPAddressField": "address",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: its name, its kind, and a plain field of Django's that reads and writes what is stored.

    The model's own field is not asked: one that encrypts, for instance, would hand out what it hides.
    """

    name: str
    kind: str
    plain: Any = field(repr=False, compare=False)

    def pack(self, value: Any) -> Any:
        """A value as it stands in a line."""
        if value is None:
            return None
        if self.kind == "decimal":  # SQLite keeps a number only, and forgets how many places it was written with
            value = value.quantize(Decimal(1).scaleb(-self.plain.decimal_places), context=self.plain.context)
        return _KINDS[self.kind].pack(value)

    def unpack(self, said: Any) -> Any:
        """The value that stands in a line. Raises ValueError or TypeError for anything else."""
        return None if said is None else _KINDS[self.kind].unpack(said)

    def bind(self, said: Any, connection: BaseDatabaseWrapper) -> Any:
        """The value that stands in a line, as the database's driver takes it."""
        if said is None or _KINDS[self.kind].plain:
            return said
        return self.plain.get_db_prep_save(self.unpack(said), connection)


def column(field: Any) -> Column:
    """The column of a model's field. Raises Refused for a kind of field that nobody has taught us to keep."""
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    kind = _BY_TYPE.get(target.get_internal_type())
    if kind is None:
        raise Refused(f"The backup does not know how to keep {field}, a {target.get_internal_type()}.")
    digits = {"max_digits": target.max_digits, "decimal_places": target.decimal_places} if kind == "decimal" else {}
    return Column(field.column, kind, _KINDS[kind].field(**digits))


def named_column(name: str, kind: str) -> Column:
    """A column as a manifest describes it: good for checking lines, not for a database. Raises KeyError for no kind."""
    return Column(name, _KINDS[kind].name, models.TextField())


def line(packed: Sequence[Any]) -> bytes:
    """A row as it is kept: one line."""
    return (json.dumps(packed, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n").encode()


def canonical(packed: Sequence[Any], kept: bytes, jsons: Sequence[int]) -> bytes:
    """What is hashed: the line, with the columns at `jsons` respelled, because PostgreSQL keeps JSON in its own spelling."""
    if not jsons:
        return kept
    values = list(packed)
    for place in jsons:
        values[place] = None if values[place] is None else canonical_json(values[place])
    return line(values)


def canonical_json(text: str) -> str:
    """JSON with sorted keys, the last of keys given twice, and numbers spelled out as PostgreSQL spells them."""
    return _spell(json.loads(text, parse_float=Decimal, parse_int=Decimal))


def _spell(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_spell(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_spell, value)) + "]"
    return _number(value) if isinstance(value, Decimal) else json.dumps(value)


def _number(value: Decimal) -> str:
    if not value.is_finite() or abs(value.as_tuple().exponent) > _LARGEST_EXPONENT:  # type: ignore[arg-type]
        return str(value)
    return format(value or abs(value), "f")
