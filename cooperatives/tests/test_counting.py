"""Counting in the shared cache: every one is counted, whatever else counts at that instant."""

import subprocess
import sys
import threading
import uuid

import pytest
from django.conf import settings
from django.core.cache import cache

from cooperatives.counting import count

# Workers of the real server, without the rest of it: processes of their own, each with many tries at one instant.
WORKERS_SCRIPT = """
import os
import django
from django.conf import settings
settings.configure(CACHES={{"default": {cache!r}}})
django.setup()
from cooperatives.counting import count
start, begin = os.pipe()
for number in range({workers}):
    if os.fork() == 0:
        os.close(begin)
        os.read(start, 1)  # until the parent opens the gate for all
        passed = sum(count({name!r}, {most}, 3600, now=7200.0).has_room for _ in range({tries}))
        os.write(1, f"{{passed}}\\n".encode())
        os._exit(0)
os.close(begin)
print([os.wait()[1] for _ in range({workers})])
"""
WORKERS, MOST, TRIES = 8, 40, 25
SHARED = pytest.mark.skipif(not settings.REDIS_URL, reason="only a store of its own is shared by processes")


def unique() -> str:
    return f"trial-{uuid.uuid4().hex}"


def test_a_window_has_so_many_places_and_the_next_has_them_again() -> None:
    name = unique()
    shown = [count(name, 2, 60, now=119.0) for _ in range(3)]
    assert [(it.most, it.left, it.wait, it.has_room) for it in shown] == [(2, 1, 1, True), (2, 0, 1, True), (2, -1, 1, False)]
    assert count(name, 2, 60, now=120.0).has_room
    assert count(unique(), 2, 60, now=119.0).left == 1


def test_what_is_evicted_between_two_calls_counts_as_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "add", lambda *args, **facts: True)
    assert count(unique(), 2, 60).left == 1


def test_one_window_is_one_number() -> None:
    name = unique()
    count(name, 2, 60, now=60.0)
    count(name, 2, 60, now=61.0)
    assert cache.get(f"count:{name}:1") == 2


def test_threads_at_one_instant_are_all_counted() -> None:
    name, passed, barrier = unique(), [], threading.Barrier(16)

    def one() -> None:
        barrier.wait()
        passed.append(sum(count(name, MOST, 3600, now=7200.0).has_room for _ in range(10)))

    threads = [threading.Thread(target=one) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == MOST


@SHARED
def test_eight_processes_share_one_allowance() -> None:
    cache = settings.CACHES["default"]
    script = WORKERS_SCRIPT.format(cache=cache, name=unique(), workers=WORKERS, most=MOST, tries=TRIES)
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True, timeout=60)
    *passed, ends = done.stdout.splitlines()
    assert ends == str([0] * WORKERS)
    assert len(passed) == WORKERS
    assert sum(map(int, passed)) == MOST
