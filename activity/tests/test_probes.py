"""The heartbeat: the schedule, the broker and a worker show that they work together."""

import time

import pytest
from django.core.cache import cache

from activity import jobs, probes


@pytest.fixture(autouse=True)
def _silence() -> None:
    cache.delete(probes.BEAT)


def test_before_the_first_beat() -> None:
    assert probes.beat() == "no beat since the cache began: is beat running, and a worker?"


def test_a_beat_is_heard() -> None:
    jobs.heartbeat()
    assert probes.beat() == ""


@pytest.mark.parametrize(("age", "heard"), [(probes.SILENCE - 2, True), (probes.SILENCE + 2, False)])
def test_silence_is_told_with_its_length(age: int, heard: bool) -> None:
    cache.set(probes.BEAT, time.time() - age, None)
    assert probes.beat() == ("" if heard else f"no beat for {age} s: is beat running, and a worker?")


def test_several_beats_may_be_missed() -> None:
    assert probes.SILENCE >= 4 * probes.EVERY
    assert jobs.heartbeat.every.total_seconds() == probes.EVERY
