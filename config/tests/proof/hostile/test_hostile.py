"""Sixty hostile strings in every text field, all pages opened: nothing runs, nothing is stopped by the policy either.

A policy that stops a script is the second wall; that it had to is a finding.
"""

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from ..matrix.tables import line_of
from ..matrix.trying import YES
from ..matrix.walking import table
from ..surface import Door, doors
from ..world import ACTORS, HERE, World
from .conftest import INSPECT, Watched
from .spoiling import spoil, untouched
from .strings import HOSTILE, PAIRS

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("browser", "quiet")]
TABLE = table(list(ACTORS))
# In the suite one text in three is written everywhere, and one page of the desk in three is opened; `make crawl`, which
# sets CRAWL_WHOLE, writes and opens them all.
EVERY = 1 if os.environ.get("CRAWL_WHOLE") == "1" else 3
TRIED = PAIRS[::EVERY]
LEAVING = {"account_logout"}  # a page that ends the session would leave nothing to open afterwards


@dataclass(frozen=True)
class Read:
    """One page as it was answered while one string stood in every field."""

    door: Door
    text: str
    html: str


@dataclass(frozen=True)
class Spoilt:
    """The world with everything written in hostile strings, and every page on the way there."""

    world: World
    read: list[Read]


def pages(kind: str = "page") -> list[Door]:
    """Every page that can be opened."""
    return [door for door in doors() if (door.kind, door.method) == (kind, "GET") and door.name not in LEAVING]


@pytest.fixture(scope="module")
def _spoilt(browser: Browser, _built: World, django_db_blocker: Any) -> Spoilt:
    # The browser came first: while it runs, Django looks for connections in another place, and would not find the world's.
    logging.disable(logging.CRITICAL)
    with django_db_blocker.unblock():
        read = [found for text in TRIED for found in _with(_built, text)]
    logging.disable(logging.NOTSET)
    return Spoilt(_built, read)


def _with(world: World, text: str) -> Iterator[Read]:
    spoil(world, text)
    client = world.client("admin")
    # Pages without parameters show all rows, and are opened at the end.
    for door in filter(lambda door: door.params and door.is_ours, pages()):
        said = client.get(door.address(world.ids(door, HERE)))
        if _is_page(said):
            yield Read(door, text, said.content.decode())


def _is_page(said: Any) -> bool:
    return said.status_code == 200 and bool(said.get("Content-Type", "").startswith("text/html"))


@pytest.fixture
def spoilt(_spoilt: Spoilt, world: World) -> Spoilt:
    """Made once for the file; what a test changes is undone."""
    return _spoilt


def test_there_are_sixty_of_them_and_each_is_another() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 60
    assert {text for pair in PAIRS for text in HOSTILE if text in pair} == set(HOSTILE)


@pytest.mark.usefixtures("spoilt")
def test_every_text_field_was_reached() -> None:
    assert list(untouched()) == []


def test_no_string_becomes_markup_on_any_page(spoilt: Spoilt, watch: Callable[[Client], Watched]) -> None:
    reader = watch(Client())
    found = [f"{page.door} with {page.text!r}: {wrong}" for page in spoilt.read for wrong in reader.read(page.html)]
    print(f"{2 * len(TRIED)} hostile strings, {len(spoilt.read)} pages read, {len(found)} became markup")
    assert len(spoilt.read) > 5 * len(TRIED)
    assert found == []


@pytest.mark.parametrize(("kind", "actor"), [("page", "admin"), ("page", "visitor"), ("admin", "system_admin")])
def test_nothing_runs_in_the_browser(kind: str, actor: str, spoilt: Spoilt, watch: Callable[[Client], Watched]) -> None:
    client, words = spoilt.world.client(actor), TABLE.read()
    watched, found, seen = watch(client), [], 0
    for door in pages(kind)[:: EVERY if kind == "admin" else 1]:
        path = door.address(spoilt.world.ids(door, HERE))
        said = client.get(path)
        if _is_page(said):
            seen += 1
            found += [f"{door}: {wrong}" for wrong in watched.open(path)]
        elif said.status_code != 200 and door.is_ours and words[line_of(door)][actor] == YES:
            found.append(f"{door}: {said.status_code}, so nobody looked at it")
    print(f"{seen} pages opened in Chromium as {actor}")
    assert seen >= 5
    assert found == []


def test_what_comes_live_stays_text(spoilt: Spoilt, watch: Callable[[Client], Watched]) -> None:
    watched = watch(spoilt.world.client("admin"))
    board = next(door for door in pages() if door.name == "tasks:board")
    watched.open(board.address(spoilt.world.ids(board, HERE)))
    task = spoilt.world.row(HERE, "tasks.task")
    watched.page.evaluate("window.heard = 0; document.addEventListener('live:event', () => { heard += 1; })")
    with watched.page.expect_response(lambda said: said.url.endswith(f"/{task.pk}/card/")):
        for seq, text in enumerate(HOSTILE, start=10**9 + 1):
            facts = {"title": text, "lane_id": task.lane_id, "project_id": task.project_id, "version": seq, "changed": ["title"]}
            actor = {"id": "x", "name": text}
            watched.hear(type="issue.updated", issue_id=task.pk, seq=seq, cooperative=spoilt.world.here.pk, actor=actor, **facts)
    watched.page.wait_for_function(f"heard === {len(HOSTILE)}")
    assert watched.wrongs() == []


@pytest.mark.parametrize(
    "html",
    [
        "<img src=x onerror=pwned()>", "<pwned>", "<script>pwned()</script>", '<a href="javascript:x()">x</a>',
        '<p class="pwned">', '<p hx-get="/pwned">', '<p data-hx-get="/pwned">', "<iframe></iframe>", '<a href="//pwned">x</a>',
        '<form action="//pwned.example"></form>', "<style>x{}</style>", '<p style="x:pwned">',
    ],
)  # fmt: skip
def test_the_inspector_sees_what_text_could_become(html: str, watch: Callable[[Client], Watched]) -> None:
    assert watch(Client()).read(html) != []


def test_a_watched_page_tells_what_ran_and_what_was_stopped(world: World, watch: Callable[[Client], Watched]) -> None:
    watched = watch(world.client("admin"))
    watched.open("/")
    watched.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=pwned()>')")
    watched.page.evaluate("pwned()")
    watched.page.wait_for_function("seen.length > 1")
    said = watched.page.evaluate("seen").__str__()
    assert "pwned() ran" in said
    assert "the policy stopped" in said
    assert INSPECT.startswith("(doc)")
