"""From the commit to the targets: in order, at least once, never what was rolled back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activity import actions
from activity.dispatch import Target, register, registered, run, sweep, unregister, wake
from activity.dispatch.line import BATCH, Line
from activity.models import Event
from cooperatives.queries import NotEntered, enter, entered

from .acts import note, note_and_fail, note_in_all, notes
from .conftest import Ear
from .ears import all_of, cursor_of, head_of, later

committing = pytest.mark.django_db(transaction=True)
pytestmark = pytest.mark.django_db


@committing
def test_a_target_hears_every_record_in_order_as_soon_as_it_is_committed(linden, ear):
    note(linden)
    assert ear.seqs(linden) == all_of(linden)
    note(linden)
    assert ear.seqs(linden) == all_of(linden)
    assert cursor_of(linden).lease_until is None


@committing
def test_what_is_rolled_back_is_announced_to_nobody(linden, ear):
    note(linden)
    heard = ear.seqs(linden)
    with pytest.raises(ZeroDivisionError):
        note_and_fail(linden)
    sweep()
    assert ear.seqs(linden) == heard == all_of(linden)


@committing
def test_nothing_is_announced_when_the_very_last_step_fails(linden, kilele, ear, monkeypatch):
    """Linden Court's record is written, then Kilele's fails: both are undone, and nobody has heard of either."""
    sweep()
    heard, writing = list(ear.heard), actions._append

    def append(cooperative_id, occurrences):
        writing(cooperative_id, occurrences)
        if cooperative_id == max(linden.pk, kilele.pk):
            raise ZeroDivisionError

    monkeypatch.setattr("activity.actions._append", append)
    with pytest.raises(ZeroDivisionError):
        note_in_all(linden, kilele)
    sweep()
    assert ear.heard == heard


@committing
def test_one_action_in_two_cooperatives_wakes_both(linden, kilele, ear):
    note_in_all(linden, kilele)
    assert ear.seqs(linden) == all_of(linden)
    assert ear.seqs(kilele) == all_of(kilele)


@committing
def test_a_target_that_raises_does_not_fail_the_action(linden, ear):
    ear.fails = lambda event: ValueError("broken")
    note(linden)
    assert ear.heard == []
    assert head_of(linden) == cursor_of(linden).seq + len(all_of(linden))


@committing
def test_a_crash_between_commit_and_announcement_is_healed_by_the_sweep(linden, ear, monkeypatch):
    monkeypatch.setattr("activity.actions.wake", lambda cooperative_id: None)  # killed right after the commit
    note(linden)
    assert ear.heard == []
    assert sweep() >= 1
    assert ear.seqs(linden) == all_of(linden)


@committing
def test_a_process_that_died_while_telling_is_taken_over_when_its_lease_ends(linden, ear):
    note(linden)
    with enter([linden.pk]):
        notes_before = head_of(linden)
        Line(ear.target, linden.pk).take()  # ... and killed
    note(linden)
    sweep()
    assert ear.seqs(linden)[-1] == notes_before
    later(linden, lease_until=timezone.now())
    sweep()
    assert ear.seqs(linden) == all_of(linden)


def test_a_long_backlog_is_told_in_order_and_once(linden, ear):
    notes(linden, 2 * BATCH + 7)
    run(ear.target, linden.pk)
    assert ear.seqs(linden) == all_of(linden)
    assert cursor_of(linden).seq == head_of(linden)


def test_a_backlog_of_exactly_one_batch_ends(linden, ear):
    with enter([linden.pk]):
        notes(linden, BATCH - Event.objects.count())
    run(ear.target, linden.pk)
    assert ear.seqs(linden) == list(range(1, BATCH + 1))


def test_a_target_is_called_inside_the_cooperative_and_nothing_is_entered_afterwards(linden, ear):
    places = []
    ear.fails = lambda event: places.append(entered().cooperatives)
    run(ear.target, linden.pk)
    assert set(places) == {(linden.pk,)}
    with pytest.raises(NotEntered):
        entered()


def test_two_cannot_lease_one_line(linden, ear):
    with enter([linden.pk]):
        first, second = Line(ear.target, linden.pk), Line(ear.target, linden.pk)
        assert first.take()
        assert not second.take()
        assert first.work()
        assert second.take()


def test_who_lost_the_lease_cannot_move_the_cursor(linden, ear):
    with enter([linden.pk]):
        slow, quick = Line(ear.target, linden.pk), Line(ear.target, linden.pk)
        assert slow.take()
        later(linden, lease_until=timezone.now())
        assert quick.take()
        slow.told = 1
        assert not slow._move(lease_until=None)
        assert cursor_of(linden).seq == 0
        assert quick.work()
    assert cursor_of(linden).seq == head_of(linden)


def test_a_lease_is_renewed_in_time_and_telling_stops_when_it_cannot_be(linden, ear, monkeypatch):
    taken_over = []

    def take_over(event):
        if event.seq == 2:
            later(linden, lease_until=timezone.now() + timedelta(hours=1))
            taken_over.append(event.seq)

    ear.fails = take_over
    monkeypatch.setattr(Line, "_lease_runs_out", lambda line: True)
    run(ear.target, linden.pk)
    assert ear.seqs(linden) == [1, 2]
    assert cursor_of(linden).seq == 1


def test_what_comes_while_the_line_is_leased_is_told_by_who_holds_it(linden, ear):
    """The second waker gets no lease and goes away; the first looks at the head again after releasing."""
    written = []

    def write_more(event):
        if not written and event.seq == head_of(linden):
            written.append(event.seq)
            note(linden)
            run(ear.target, linden.pk)  # the waker of that record: no lease, back at once
            assert ear.seqs(linden)[-1:] != [event.seq + 1]

    ear.fails = write_more
    run(ear.target, linden.pk)
    assert written
    assert ear.seqs(linden) == all_of(linden)


def test_a_new_target_is_told_from_the_beginning(linden):
    notes(linden, 3)
    late = Ear()
    target = Target("late", late, where="web")
    register(target)
    try:
        sweep()
    finally:
        unregister(target)
    assert late.seqs(linden) == all_of(linden)


def test_a_target_that_this_process_cannot_serve_is_left_to_another(linden):
    target = Target("elsewhere", Ear(), where="web", is_ready=lambda: False)
    register(target)
    try:
        sweep()
        wake(linden.pk)
        assert target not in registered()
    finally:
        unregister(target)
    assert target.deliver.heard == []


def test_a_name_is_registered_once(ear):
    with pytest.raises(ValueError, match="registered twice"):
        register(Target("ear", Ear()))
