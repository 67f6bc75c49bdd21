"""One Chromium for all browser tests that a worker runs after each other."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

from config.dev.browser import FLAGS, chromium

_stack, _open = ExitStack(), list[Browser]()


@pytest.fixture(scope="module")
def browser() -> Browser:
    """Headless Chromium. What a test opens in it, the test closes."""
    if not _open:
        _open.append(_stack.enter_context(_launched()))
    return _open[0]


@contextmanager
def _launched() -> Iterator[Browser]:
    # Its event loop runs in this thread, so Django must be told that nothing is asynchronous.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            yield opened
            opened.close()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """An event loop that runs would disturb all tests but those of the browser."""
    if item.get_closest_marker("browser") is None:
        _shut()


def pytest_sessionfinish() -> None:
    """The worker ends."""
    _shut()


def _shut() -> None:
    _open.clear()
    _stack.close()
