"""Retries, dead letters, the sweep, the thread, the jobs."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from activity.actions import replay
from activity.dispatch import Away, Target, register, run, settle, sweep, unregister, wake, waker
from activity.dispatch.targets import registered
from activity.jobs import deliver, sweep as sweep_job, tidy
from activity.models import Cursor, DeadLetter, Event
from cooperatives.actions import Conflict, Forbidden
from cooperatives.policy import Actor
from cooperatives.queries import enter

from .acts import note
from .conftest import Ear
from .ears import all_of, cursor_of, head_of, later

committing = pytest.mark.django_db(transaction=True)
pytestmark = pytest.mark.django_db


def test_a_failing_record_is_tried_again_later_and_the_others_wait_for_it(linden, ear):
    ear.fails = lambda event: ValueError("not now") if event.seq == 2 else None
    before = timezone.now()
    run(ear.target, linden.pk)
    cursor = cursor_of(linden)
    assert ear.seqs(linden) == [1]
    assert (cursor.seq, cursor.attempts, cursor.lease_until) == (1, 1, None)
    assert cursor.error == "ValueError('not now')"
    assert timedelta(seconds=3) < cursor.retry_at - before < timedelta(seconds=10)  # 5 s and a quarter either way
    ear.fails = lambda event: None
    sweep()
    assert ear.seqs(linden) == [1]  # its time has not come
    later(linden, retry_at=timezone.now())
    sweep()
    assert ear.seqs(linden) == all_of(linden)
    assert (cursor_of(linden).attempts, cursor_of(linden).error, cursor_of(linden).retry_at) == (0, "", None)


def test_the_next_delay_is_longer(linden, ear):
    ear.fails = lambda event: ValueError()
    run(ear.target, linden.pk)
    first = cursor_of(linden).retry_at - timezone.now()
    later(linden, retry_at=None)
    run(ear.target, linden.pk)
    assert cursor_of(linden).retry_at - timezone.now() > 2 * first
    assert cursor_of(linden).attempts == 2


def test_a_record_that_fails_too_often_becomes_a_dead_letter_and_the_line_moves_on(linden, ear):
    ear.fails = lambda event: ValueError("never") if event.seq == 2 else None
    for _attempt in range(3):
        later(linden, retry_at=None)
        run(ear.target, linden.pk)
    assert ear.seqs(linden) == [seq for seq in all_of(linden) if seq != 2]
    with enter([linden.pk]):
        letter = DeadLetter.objects.select_related("event").get()
    assert (letter.event.seq, letter.target, letter.error) == (2, "ear", "ValueError('never')")
    assert (cursor_of(linden).seq, cursor_of(linden).attempts) == (head_of(linden), 0)


def test_after_one_dead_letter_the_next_record_has_all_its_attempts(linden, ear):
    ear.fails = lambda event: ValueError() if event.seq in (1, 2) else None
    for _attempt in range(3):
        later(linden, retry_at=None)
        run(ear.target, linden.pk)
    assert (cursor_of(linden).seq, cursor_of(linden).attempts) == (1, 1)


def test_no_record_is_given_up_while_the_other_side_is_away(linden, ear):
    ear.fails = lambda event: Away("gone")
    for _attempt in range(20):
        later(linden, retry_at=None)
        run(ear.target, linden.pk)
    assert (cursor_of(linden).seq, cursor_of(linden).attempts) == (0, 0)
    assert cursor_of(linden).retry_at - timezone.now() < timedelta(seconds=3)
    ear.fails = lambda event: None
    later(linden, retry_at=None)
    sweep()
    assert ear.seqs(linden) == all_of(linden)


def test_one_cooperative_in_trouble_does_not_hold_up_another(linden, kilele, ear):
    ear.fails = lambda event: ValueError() if event.cooperative_id == linden.pk else None
    sweep()
    assert ear.seqs(linden) == []
    assert ear.seqs(kilele) == all_of(kilele)


def test_one_target_in_trouble_does_not_hold_up_another(linden, ear):
    other = Target("other", Ear(), where="web")
    register(other)
    try:
        ear.fails = lambda event: ValueError()
        sweep()
    finally:
        unregister(other)
    assert other.deliver.seqs(linden) == all_of(linden)


@pytest.fixture
def letter(linden, ear):
    """Record 2 has died on the way to the ear."""
    ear.fails = lambda event: ValueError("never") if event.seq == 2 else None
    for _attempt in range(3):
        later(linden, retry_at=None)
        run(ear.target, linden.pk)
    with enter([linden.pk]):
        return DeadLetter.objects.select_related("event", "cooperative").get()


def test_a_dead_letter_is_sent_again_on_demand(linden, marta, ear, letter):
    ear.fails = lambda event: None
    with enter([linden.pk], marta.pk):
        replay(Actor.of(marta), letter)
    sweep()
    assert ear.seqs(linden).count(2) == 1
    with enter([linden.pk], marta.pk):
        letter.refresh_from_db()
        assert (letter.is_due, letter.solved_at is not None) == (False, True)
        assert Event.objects.order_by("-seq")[0].kind == "activity.replayed"
        with pytest.raises(Conflict):
            replay(Actor.of(marta), letter)
    sweep()
    assert ear.seqs(linden).count(2) == 1


def test_a_dead_letter_that_fails_again_stays_one(linden, marta, ear, letter):
    ear.fails = lambda event: KeyError("still") if event.seq == 2 else None
    with enter([linden.pk], marta.pk):
        replay(Actor.of(marta), letter)
        sweep()
        letter.refresh_from_db()
        assert (letter.is_due, letter.solved_at, letter.error) == (False, None, "KeyError('still')")
    assert cursor_of(linden).seq == head_of(linden)


def test_a_dead_letter_waits_while_the_other_side_is_away(linden, marta, ear, letter):
    ear.fails = lambda event: Away()
    with enter([linden.pk], marta.pk):
        replay(Actor.of(marta), letter)
    sweep()
    ear.fails = lambda event: None
    later(linden, retry_at=None)
    sweep()
    assert ear.seqs(linden).count(2) == 1


def test_a_member_cannot_send_dead_letters(linden, jonas, letter):
    with enter([linden.pk], jonas.pk), pytest.raises(Forbidden):
        replay(Actor.of(jonas), letter)


def test_the_sweep_is_bounded_and_the_next_one_goes_on(linden, kilele, ear):
    assert sweep(most=1) == 1
    assert (bool(ear.seqs(linden)), bool(ear.seqs(kilele))) != (True, True)
    while sweep(most=1):
        pass
    assert ear.seqs(linden) == all_of(linden)
    assert ear.seqs(kilele) == all_of(kilele)


def test_a_sweep_with_nothing_to_do_asks_little(linden, kilele, ear, django_assert_max_num_queries):
    sweep()
    with django_assert_max_num_queries(2 + 2 * len(list(registered()))):  # the cooperatives, then two for each target
        assert sweep() == 0


def test_the_sweep_survives_a_broken_line(linden, kilele, ear, monkeypatch):
    def broken(target, cooperative_id):
        if cooperative_id == linden.pk:
            raise RuntimeError("the database blinked")
        run(target, cooperative_id)

    monkeypatch.setattr("activity.dispatch.sweeping.run", broken)
    sweep()
    assert ear.seqs(kilele) == all_of(kilele)


def test_the_jobs_are_the_sweep_and_the_delivery_to_workers(linden, ear):
    sweep_job()
    assert ear.seqs(linden) == all_of(linden)
    assert sweep_job.every == timedelta(seconds=5)
    worker = Target("worker", Ear(), where="worker")
    register(worker)
    try:
        deliver(linden.pk)
    finally:
        unregister(worker)
    assert worker.deliver.seqs(linden) == all_of(linden)


def test_a_target_of_workers_is_woken_by_a_job_and_only_then(linden, ear, monkeypatch):
    sent = []
    monkeypatch.setattr(waker.current_app, "send_task", lambda name, **options: sent.append((name, options["args"])))
    wake(linden.pk)
    assert sent == []
    worker = Target("worker", Ear(), where="worker")
    register(worker)
    try:
        wake(linden.pk)
    finally:
        unregister(worker)
    assert sent == [("activity.deliver", [linden.pk])]
    assert worker.deliver.heard == []


def test_tidying_forgets_sent_letters_of_long_ago_and_nothing_else(linden, letter):
    with enter([linden.pk]):
        DeadLetter.objects.update(solved_at=None)
    tidy()
    with enter([linden.pk]):
        assert DeadLetter.objects.count() == 1
        DeadLetter.objects.update(solved_at=timezone.now() - timedelta(days=91))
    tidy()
    with enter([linden.pk]):
        assert DeadLetter.objects.count() == 0
        assert Cursor.objects.filter(target="ear").count() == 1


@committing
def test_in_a_running_process_one_thread_tells_and_the_request_does_not_wait(linden, ear, settings):
    settings.TESTING = False
    blocked, may_go = threading.Event(), threading.Event()

    def block(event):
        blocked.set()
        may_go.wait(20)

    ear.fails = block
    note(linden)  # returns though the target is stuck
    assert blocked.wait(20)
    assert ear.heard == []
    assert not settle(0.01)
    ear.fails = lambda event: None
    may_go.set()
    assert settle(20)
    assert ear.seqs(linden) == all_of(linden)


@committing
def test_the_thread_outlives_whatever_goes_wrong_in_it(linden, ear, settings):
    settings.TESTING = False

    def broken():
        raise ZeroDivisionError

    waker.post(broken)
    note(linden)
    assert settle(20)
    assert ear.seqs(linden) == all_of(linden)


@committing
def test_sixteen_writers_and_four_dispatchers_tell_every_record_once_and_in_order(linden, ear):
    failures, done = [], threading.Event()

    def guarded(act):
        def work():
            try:
                act()
            except Exception as error:  # noqa: BLE001  (told to the test, which must see it)
                failures.append(error)
            finally:
                connections.close_all()

        return threading.Thread(target=work)

    writers = [guarded(lambda: [note(linden) for _ in range(5)]) for _ in range(16)]
    others = [guarded(lambda: [run(ear.target, linden.pk) for _ in iter(done.is_set, True)]) for _ in range(4)]
    for thread in writers + others:
        thread.start()
    for thread in writers:
        thread.join(60)
    done.set()
    for thread in others:
        thread.join(60)
    sweep()
    assert failures == []
    assert ear.seqs(linden) == all_of(linden)
