"""Windows onto a served installation, each of somebody else, and the mails that it sends."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from config.dev.processes import Served, embedded


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The product with its demo, running."""
    served = embedded(tmp_path_factory.mktemp("ways"))
    served.start()
    yield served
    served.stop()


@pytest.fixture
def window(house: Served, browser: Browser) -> Iterator[Callable[..., Page]]:
    """A window of one's own, signed in as one of the demo people or as nobody."""
    contexts: list[BrowserContext] = []

    def open_one(person: int | None = None, **options: Any) -> Page:
        context = browser.new_context(base_url=house.url, **{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        if person is not None:
            page.goto("/accounts/login/")
            page.locator('form[action="/demo/enter/"] button').nth(person).click()
            page.wait_for_url(f"{house.url}/")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert "Traceback" not in house.said()


def mailed(house_url: str) -> list[tuple[str, str]]:
    """What this installation has mailed so far: to whom, and the text."""
    files = [file.read_text(errors="replace").replace("=\n", "") for file in settings.EMAIL_FILE_PATH.glob("*.log")]
    texts = [text for file in files for text in file.split("-" * 79) if house_url in text]
    return [(to[1], text) for text in texts if (to := re.search(r"^To: (\S+)$", text, re.MULTILINE))]


def mailed_to(email: str, house_url: str, way: str) -> str:
    """The address, beginning with `way`, in the mail to somebody, as soon as it has left."""
    ends, pause = time.monotonic() + 60, threading.Event()
    while time.monotonic() < ends:
        for to, text in mailed(house_url):
            if to == email and (found := re.search(rf"{house_url}({way}\S+)", text)):
                return found[1]
        pause.wait(0.1)
    raise AssertionError(f"nothing was mailed to {email}")
