"""The last statements of every action: few, behind the head, never another cooperative's, however many records there are."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from activity import appending
from activity.actions import _record_of
from activity.chain import GENESIS
from activity.models import Detail, Event, Head
from activity.verifying import verify
from cooperatives.events import Occurrence
from cooperatives.policy import SYSTEM
from cooperatives.queries import Crossed, NotEntered, enter

from .acts import NOTED, notes
from .conftest import texts

pytestmark = pytest.mark.django_db


def record_of(cooperative, seq=1, previous=GENESIS):
    return _record_of(Occurrence(NOTED, cooperative.pk, SYSTEM, "trial.thing", 7, "Thing", {"text": "one"}), seq, previous)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 9])
def test_more_records_than_one_statement_takes_follow_each_other(linden, monkeypatch, count):
    monkeypatch.setattr(appending, "_AT_ONCE", 3)
    notes(linden, count)
    assert texts(linden) == [f"note {number}" for number in range(count)]
    with enter([linden.pk]):
        verdict, head = verify(linden), Head.objects.get()
        assert Detail.objects.count() == Event.objects.count() == verdict.count
    assert (verdict.faults, verdict.seq, verdict.hash) == ([], head.seq, head.hash)


@pytest.mark.parametrize("count", [1, 3, 40])
def test_one_record_and_many_take_four_statements(linden, count):
    with CaptureQueriesContext(connection) as asked:
        notes(linden, count)
    written = [query["sql"].strip() for query in asked if "activity_" in query["sql"]]
    assert [sql.split("activity_")[1].split()[0].strip('"') for sql in written] == ["head", "event", "detail", "head"]


def test_what_was_written_knows_its_key_and_its_detail(linden):
    with enter([linden.pk]), transaction.atomic():
        seq, last = appending.locked_head(linden.pk)
        event, detail = record_of(linden, seq + 1, last)
        appending.append(linden.pk, [(event, detail)])
        assert Event.objects.get(seq=seq + 1).pk == event.pk
        assert (Detail.objects.get(event=event).pk, event.detail) == (detail.pk, detail)
        assert appending.locked_head(linden.pk) == (event.seq, event.hash)


def test_each_column_is_written_as_its_field_would(linden):
    with enter([linden.pk]), transaction.atomic():
        seq, last = appending.locked_head(linden.pk)
        event, detail = record_of(linden, seq + 1, last)
        appending.append(linden.pk, [(event, detail)])
        for row in (event, detail):
            kept = type(row).objects.get(pk=row.pk)
            names = [field.attname for field in row._meta.concrete_fields]
            assert {name: getattr(kept, name) for name in names} == {name: getattr(row, name) for name in names}


@pytest.mark.parametrize("whose", ["both", "event", "detail"])
def test_no_record_of_another_cooperative_is_written(linden, kilele, whose):
    mine, theirs = record_of(linden), record_of(kilele)
    pair = {"both": theirs, "event": (theirs[0], mine[1]), "detail": (mine[0], theirs[1])}[whose]
    with enter([linden.pk, kilele.pk]), pytest.raises(Crossed):
        appending.append(linden.pk, [pair])


def test_nothing_is_written_where_nobody_has_entered(linden, kilele):
    with pytest.raises(NotEntered):
        appending.append(linden.pk, [record_of(linden)])
    with enter([kilele.pk]), pytest.raises(Crossed):
        appending.append(linden.pk, [record_of(linden)])


def test_a_number_is_given_once(linden):
    with enter([linden.pk]), pytest.raises(DatabaseError), transaction.atomic():
        appending.append(linden.pk, [record_of(linden)])  # the founding has taken the first number
