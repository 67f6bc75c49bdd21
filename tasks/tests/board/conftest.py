"""The product with its demo, people who are signed in, and a fresh board."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from config.dev.processes import Served, Visitor, embedded
from config.tests import story

from .hands import AMINA

Enter = Callable[..., Page]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The product with its demo, running."""
    served = embedded(tmp_path_factory.mktemp("board"))
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def visitors(house: Served) -> Callable[[int], Visitor]:
    """The demo people, each signed in once."""
    there: dict[int, Visitor] = {}

    def signed_in(person: int) -> Visitor:
        if person not in there:
            there[person] = story.entered(house, person)
        return there[person]

    return signed_in


@pytest.fixture
def enter(house: Served, browser: Browser, visitors: Callable[[int], Visitor]) -> Iterator[Enter]:
    """A browser of one of the demo people, who is signed in; script errors fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def as_person(person: int, **options: Any) -> Page:
        context = browser.new_context(base_url=house.url, viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        context.add_cookies([{"name": it.name, "value": it.value or "", "url": house.url} for it in visitors(person).jar])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield as_person
    for context in contexts:
        context.close()
    assert faults == []
    assert "Traceback" not in house.said()


@pytest.fixture
def board(house: Served, visitors: Callable[[int], Visitor]) -> str:
    """The address of a fresh board with three cards in its first lane."""
    amina, work = visitors(AMINA), "/c/kilele-dev-chama/work/"
    _, page = amina.post(f"{work}new/", name="Board under test")
    found = re.search(rf'href="({work}\d+/new/)', page)
    assert found, page
    _, form = amina.get(found[1])
    first = re.search(r'<option value="(\d+)"', form)
    assert first, form
    for title in ("Alpha", "Beta", "Gamma"):
        assert title in amina.post(found[1], title=title, lane=first[1])[1]
    return house.url + found[1].removesuffix("new/")
