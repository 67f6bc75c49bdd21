"""The canonical form of rows: every value comes back, and comes back the same from every engine."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, Phase, given, settings as trials, strategies as st

from cooperatives.backup import Refused
from cooperatives.backup.loading import _batches, _insert
from cooperatives.backup.reading import PAGE_OF_FILES, digest_of, last_id, packed_rows, set_last_id
from cooperatives.backup.rows import canonical_json, column, line
from cooperatives.backup.tables import Table
from cooperatives.management.owner import as_owner

from .hosts import other_host

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
FIELDS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "whole": (models.BigIntegerField(null=True), st.integers(-(2**63), 2**63 - 1)),
    "flag": (models.BooleanField(null=True), st.booleans()),
    "text": (models.TextField(null=True), texts),
    "json": (models.JSONField(null=True), jsons.map(json.dumps)),
    "real": (models.FloatField(null=True), st.floats(allow_nan=False, allow_infinity=False)),
    "money": (models.DecimalField(null=True, max_digits=12, decimal_places=3), st.decimals(-999_999_999, 999_999_999, places=3)),
    "moment": (models.DateTimeField(null=True), moments),
    "day": (models.DateField(null=True), st.dates()),
    "hour": (models.TimeField(null=True), st.times()),
    "span": (models.DurationField(null=True), st.timedeltas(timedelta(days=-99_999), timedelta(days=99_999))),
    "uid": (models.UUIDField(null=True), st.uuids()),
    "blob": (models.BinaryField(null=True), st.binary(max_size=40)),
    "ip": (models.GenericIPAddressField(null=True), st.ip_addresses(v=4).map(str)),
}
rows = st.tuples(*(st.none() | strategy for _field, strategy in FIELDS.values()))


@pytest.fixture
def everything() -> Iterator[Table]:
    """A table with a column of every kind."""
    with isolate_apps("cooperatives"):
        fields = {name: field.clone() for name, (field, _values) in FIELDS.items()}
        meta = type("Meta", (), {"app_label": "cooperatives", "db_table": "every_kind"})
        yield Table(type("EveryKind", (models.Model,), {"__module__": __name__, "Meta": meta, **fields}))


def packed(table: Table, values: list[tuple[Any, ...]]) -> list[list[Any]]:
    columns = table.columns[1:]
    return [
        [number, *(column.pack(value) for column, value in zip(columns, row, strict=True))]
        for number, row in enumerate(values, 1)
    ]


@given(values=st.lists(rows, max_size=2))
@trials(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_line_gives_back_what_it_was_made_of(everything: Table, values: list[tuple[Any, ...]]) -> None:
    for row, said in zip(values, packed(everything, values), strict=True):
        again = [column.unpack(value) for column, value in zip(everything.columns, json.loads(line(said)), strict=True)]
        assert again[1:] == list(row)
        assert line(said).count(b"\n") == 1


@pytest.mark.django_db(transaction=True)
@given(values=st.lists(rows, min_size=25, max_size=40))
@trials(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_both_engines_give_the_same_digest(everything: Table, tmp_path: Path, values: list[tuple[Any, ...]]) -> None:
    said = packed(everything, values)
    with as_owner(connection):
        first, again = stored(everything, said)
    with other_host(tmp_path):
        second, _again = stored(everything, again)
    assert (first, [row[:4] for row in again]) == (second, [row[:4] for row in said])


def stored(table: Table, said: list[list[Any]]) -> tuple[tuple[int, str], list[list[Any]]]:
    """What the present engine says of these rows after it has kept them."""
    with connection.schema_editor() as editor:
        editor.create_model(table.model)
    try:
        for batch in _batches((row, line(row)) for row in said):
            _insert(table, batch, connection)
        digest = digest_of(table, connection)
        set_last_id(table, 900, connection)
        assert last_id(table, connection) == 900
        return (digest.rows, digest.sha256), list(packed_rows(table, connection))
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(table.model)


def test_pages_are_smaller_than_what_is_stored_above() -> None:
    assert PAGE_OF_FILES < 25, "else no test would turn a page"


@given(value=jsons)
def test_json_has_one_spelling(value: Any) -> None:
    spelled = canonical_json(json.dumps(value))
    assert canonical_json(json.dumps(value, indent=3, ensure_ascii=False)) == spelled
    assert canonical_json(spelled) == spelled


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ('{"b": 1, "a": 2, "b": 3}', '{"a":2,"b":3}'),
        ("1e22", "10000000000000000000000"),
        ("1.500e1", "15.00"),
        ("-0.0", "0.0"),
        ('"\\u00e9\\ud800"', '"\\u00e9\\ud800"'),
        ("1e999999999", "1E+999999999"),
        ("[1, 1.0, true, null]", "[1,1.0,true,null]"),
    ],
)
def test_numbers_and_names_are_spelled_as_postgresql_does(text: str, spelled: str) -> None:
    assert canonical_json(text) == spelled


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("moment", datetime(2026, 3, 29, 1, 30, tzinfo=timezone(timedelta(hours=2))), "2026-03-28T23:30:00.000000+00:00"),
        ("money", Decimal("-0.000"), "0.000"),
        ("hour", time(1, 2), "01:02:00.000000"),
        ("span", timedelta(days=-1, microseconds=1), -86_399_999_999),
        ("blob", memoryview(b"\xff"), "/w=="),
        ("real", 0.1, "0.1"),
        ("real", -0.0, "0.0"),
        ("day", date(1, 1, 1), "0001-01-01"),
        ("uid", UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_each_value_has_one_spelling(everything: Table, name: str, value: Any, said: Any) -> None:
    [found] = [column for column in everything.columns if column.name == name]
    assert found.pack(value) == said


def test_a_kind_of_field_that_nobody_knows_is_refused_and_not_guessed() -> None:
    class Strange(models.Field):
        def get_internal_type(self) -> str:
            return "StrangeField"

    with pytest.raises(Refused, match="does not know how to keep"):
        column(Strange())


def test_what_a_field_hides_stays_hidden() -> None:
    class Sealed(models.TextField):
        def from_db_value(self, value: str, *_: Any) -> str:
            return f"opened {value}"

    sealed = Sealed()
    sealed.set_attributes_from_name("secret")
    assert type(column(sealed).plain) is models.TextField
