"""The crawl itself under test: leaks of every kind, planted one at a time, each caught at its door by its oracle."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.urls import clear_url_caches

from ..kept import undone
from .crawl import Crawl
from .knocking import fresh_handler
from .leaks import Leak, planted
from .oracles import ORACLES
from .surface import doors
from .world import World

pytestmark = pytest.mark.usefixtures("quiet", "still")
LEAKS = planted()
# What is tested here is the crawl, which is the same on both engines: one is enough for most of them.
TRIED = LEAKS if connection.vendor == "postgresql" else LEAKS[::6]


@pytest.fixture(autouse=True)
def fresh_addresses() -> Iterator[None]:
    """A leak may add a door: the product looks for its doors anew, and so does the crawl."""
    yield
    forget()


def forget() -> None:
    """Let addresses be looked up again."""
    clear_url_caches()
    doors.cache_clear()
    fresh_handler()


@pytest.mark.parametrize("leak", TRIED, ids=str)
def test_a_planted_leak_is_caught_and_named(leak: Leak, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with undone():
        leak.plant(monkeypatch, world)
        forget()
        touched = [door for door in doors() if door.name in leak.doors]
        assert {door.name for door in touched} == set(leak.doors)
        crawl = Crawl(world, among=touched)
        for actor in leak.actors:
            crawl.of(actor, grows=leak.grows)
    caught = {(finding.oracle, finding.knock.door.name) for finding in crawl.report.findings}
    print(f"{leak.name:<90} {', '.join(sorted({name for _oracle, name in caught})):<45} {leak.oracle}")
    assert leak.oracle in {oracle for oracle, _name in caught}, [str(finding) for finding in crawl.report.findings]


def test_there_are_many_kinds_of_leaks() -> None:
    assert len(LEAKS) >= 30
    assert len({leak.name for leak in LEAKS}) == len(LEAKS)
    assert {leak.oracle for leak in LEAKS} == set(ORACLES)
