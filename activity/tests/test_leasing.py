"""The two statements on a cursor: who may lease it, what it says then, and that nobody moves it who has lost it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activity.dispatch import run
from activity.dispatch.leasing import Taken, move, take
from activity.models import Cursor, DeadLetter, Event
from cooperatives.queries import enter

from .acts import note
from .ears import all_of, cursor_of, head_of, later

pytestmark = pytest.mark.django_db
LEASE = timedelta(seconds=60)


@pytest.fixture
def line(linden, ear):
    """A cursor that has been told the first record."""
    Cursor.objects.filter(target="ear").delete()
    with enter([linden.pk]):
        Cursor.objects.filter(target="ear").delete()
        Cursor.objects.create(cooperative=linden, target="ear", seq=1, attempts=2)
        yield linden


@pytest.fixture(autouse=True)
def inside(linden):
    with enter([linden.pk]):
        yield


def test_who_takes_a_free_cursor_is_told_how_far_it_is(line):
    now = timezone.now()
    assert take(line.pk, "ear", now, now + LEASE) == Taken(1, 2, False)
    assert cursor_of(line).lease_until == now + LEASE
    assert take(line.pk, "ear", now, now + LEASE) is None
    assert take(line.pk, "ear", now + LEASE, now + 2 * LEASE) == Taken(1, 2, False)
    assert take(line.pk, "nobody", now, now + LEASE) is None


def test_a_cursor_that_waits_for_its_next_try_is_not_free(line):
    now = timezone.now()
    later(line, retry_at=now + LEASE)
    assert take(line.pk, "ear", now, now + LEASE) is None
    assert take(line.pk, "ear", now + LEASE, now + 2 * LEASE) is not None


@pytest.mark.parametrize(("target", "is_due", "found"), [("ear", True, True), ("ear", False, False), ("other", True, False)])
def test_it_says_whether_letters_are_to_be_sent_again(line, target, is_due, found):
    DeadLetter.objects.create(cooperative=line, target=target, event=Event.objects.first(), error="", is_due=is_due)
    now = timezone.now()
    assert take(line.pk, "ear", now, now + LEASE) == Taken(1, 2, found)


def test_a_lease_moves_the_cursor_from_where_it_was_and_nothing_else(line):
    now = timezone.now()
    take(line.pk, "ear", now, now + LEASE)
    assert not move(line.pk, "ear", now, 1, told=5, attempts=0)  # another lease
    assert not move(line.pk, "ear", now + LEASE, 0, told=5, attempts=0)  # from elsewhere
    assert not move(line.pk, "other", now + LEASE, 1, told=5, attempts=0)
    assert (cursor_of(line).seq, cursor_of(line).attempts) == (1, 2)
    assert move(line.pk, "ear", now + LEASE, 1, told=5, attempts=0, lease_until=None, retry_at=now, error="it's; --")
    row = cursor_of(line)
    assert (row.seq, row.attempts, row.lease_until, row.retry_at, row.error) == (5, 0, None, now, "it's; --")


def test_only_what_a_lease_may_change_is_changed(line):
    with pytest.raises(ValueError, match="not of a cursor"):
        move(line.pk, "ear", timezone.now(), 1, told=5, attempts=0, seq=9)


def test_a_cursor_of_another_cooperative_is_not_touched(line, kilele):
    now = timezone.now()
    with enter([kilele.pk]):
        Cursor.objects.filter(target="ear").delete()
        Cursor.objects.create(cooperative=kilele, target="ear", seq=3)
    assert take(line.pk, "ear", now, now + LEASE) is not None
    assert move(line.pk, "ear", now + LEASE, 1, told=2, attempts=0)
    assert (cursor_of(kilele).seq, cursor_of(kilele).lease_until) == (3, None)


@pytest.mark.parametrize("count", [1, 3])
def test_telling_what_was_committed_takes_four_statements(linden, ear, monkeypatch, count):
    run(ear.target, linden.pk)
    monkeypatch.setattr("activity.actions.wake", lambda cooperative_id: None)
    for _ in range(count):
        note(linden)
    heard = len(ear.seqs(linden))
    run(ear.target, linden.pk)  # what is asked once in a process
    for _ in range(count):
        note(linden)
    with CaptureQueriesContext(connection) as caught:
        run(ear.target, linden.pk)
    assert len(caught) == 4, [one["sql"][:100] for one in caught]
    assert len(ear.seqs(linden)) == heard + 2 * count
    assert ear.seqs(linden) == all_of(linden) and cursor_of(linden).seq == head_of(linden)
