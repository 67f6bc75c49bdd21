"""The thread that carries what was committed: coalescing, forks, the end of a process, jobs and their rhythms."""

import os
import threading

import pytest
from django.core.management import call_command

from activity import jobs
from activity.dispatch import waker
from activity.dispatch.waker import Waker
from config.celery import app
from config.scheduling import declared


@pytest.fixture
def performed(monkeypatch):
    """What a waker of its own has done, instead of doing it."""
    done = []
    monkeypatch.setattr(waker, "perform", done.append)
    return done


class Gate:
    """Holds the thread inside one piece of work until it is opened."""

    def __init__(self, monkeypatch):
        self.reached, self.open, self.done = threading.Event(), threading.Event(), []
        monkeypatch.setattr(waker, "perform", self.perform)

    def perform(self, work):
        self.reached.set()
        assert self.open.wait(20)
        self.done.append(work)


def test_a_cooperative_stands_in_the_queue_once(monkeypatch):
    gate, mine = Gate(monkeypatch), Waker()
    mine.add(1)
    assert gate.reached.wait(20)
    for cooperative_id in (2, 3, 2, 2, 3, 1):
        mine.add(cooperative_id)
    gate.open.set()
    assert mine.settle(20)
    assert gate.done == [1, 2, 3, 1]  # what came while 1 was being told is told again


def test_nothing_to_do_is_settled_at_once_and_starts_no_thread(performed):
    mine = Waker()
    assert mine.settle(0)
    assert mine._thread is None
    assert performed == []


def test_one_thread_serves_all_wakers(performed):
    mine = Waker()
    threads = [threading.Thread(target=mine.add, args=[number]) for number in range(1, 51)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert mine.settle(20)
    assert sorted(performed) == list(range(1, 51))
    assert sum(thread is mine._thread for thread in threading.enumerate()) == 1


def test_work_that_is_no_cooperative_is_done_in_order_with_the_rest(performed):
    mine = Waker()

    def announce():
        pass

    for work in (1, announce, 2):
        mine.add(work)
    assert mine.settle(20)
    assert performed == [1, announce, 2]


def test_waiting_for_a_thread_that_is_stuck_ends(monkeypatch):
    gate, mine = Gate(monkeypatch), Waker()
    mine.add(1)
    assert gate.reached.wait(20)
    assert not mine.settle(0.01)
    gate.open.set()
    assert mine.settle(20)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_process_has_a_thread_of_its_own(monkeypatch):
    gate, mine = Gate(monkeypatch), Waker()
    mine.add(1)
    assert gate.reached.wait(20)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:  # as a web server does after it has loaded the application
        gate.open.set()
        mine.add(7)
        os.write(writing, b"told" if mine.settle(20) and gate.done == [7] else b"lost")
        os._exit(0)
    os.waitpid(child, 0)
    gate.open.set()
    assert os.read(reading, 10) == b"told"
    assert mine.settle(20)
    assert gate.done == [1]
    os.close(reading)
    os.close(writing)


def test_every_periodic_job_says_its_own_rhythm():
    app.loader.import_default_modules()
    rhythms = {name: entry["schedule"] for name, entry in declared(app).items() if name.startswith("activity.")}
    assert rhythms == {f"activity.{job.name.partition('.')[2]}": job.every for job in (jobs.heartbeat, jobs.sweep, jobs.tidy)}
    assert waker.JOB in app.tasks


def test_tidying_clears_sessions(db, monkeypatch):
    called = []
    monkeypatch.setattr(jobs, "call_command", lambda *names: called.append(names))
    jobs.tidy()
    assert called == [("clearsessions",)]
    call_command("clearsessions")
