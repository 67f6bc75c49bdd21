"""`make shots`: every page of a served demo, wide and narrow, light and dark, into var/shots."""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from config.dev.browser import FLAGS, chromium
from config.dev.daemon import Unfit
from config.dev.processes import embedded
from config.env import BASE_DIR

SHOTS = BASE_DIR / "var" / "shots"
SIZES = {"1280": {"width": 1280, "height": 900}, "360": {"width": 360, "height": 780}}
SCHEMES = ("light", "dark")
OUTSIDE = {
    "door-home": "/",
    "door-login": "/accounts/login/",
    "door-signup": "/accounts/signup/",
    "door-reset": "/accounts/password/reset/",
}
INSIDE = {
    "home": "/",
    "found": "/cooperatives/new/",
    "overview": "{coop}",
    "projects": "{coop}work/",
    "project-new": "{coop}work/new/",
    "board": "{board}",
    "project-settings": "{board}settings/",
    "lane-new": "{board}lanes/new/",
    "due": "{coop}work/due/",
    "task-new": "{board}new/",
    "import": "{board}import/",
    "task": "{task}",
    "task-edit": "{task}?edit=1",
    "members": "{coop}members/",
    "activity": "{coop}activity/",
    "settings": "{coop}settings/",
    "search": "{coop}search/?q=roof",
    "search-all": "/search/?q=roof",
    "profile": "/profile/",
    "mfa": "/accounts/2fa/",
    "components": "/components/",
    "error-404": "/c/nowhere/",
    "api-docs": "/api/docs/",
}


def main() -> None:
    """Serve a fresh demo, sign in as its first person, take every picture."""
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="coop-shots-") as folder, sync_playwright() as playwright:
        served = embedded(Path(folder))
        served.start()
        try:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            faults = [fault for size in SIZES for scheme in SCHEMES for fault in _round(browser, served.url, size, scheme)]
            browser.close()
        finally:
            served.stop()
    print(f"{len(list(SHOTS.glob('*.png')))} pictures in {SHOTS.relative_to(BASE_DIR)}")
    sys.exit("\n".join(faults) or 0)


def _round(browser: Browser, url: str, size: str, scheme: str) -> Iterator[str]:
    context = browser.new_context(viewport=SIZES[size], color_scheme=scheme)
    page = context.new_page()
    for name, path in OUTSIDE.items():
        yield from _take(page, url + path, f"{name}-{size}-{scheme}")
    page.goto(f"{url}/accounts/login/")
    page.locator('button[name="key"]').first.click()
    places = _places(page, url)
    for name, path in INSIDE.items():
        yield from _take(page, url + path.format(**places), f"{name}-{size}-{scheme}")
    context.close()


def _places(page: Page, url: str) -> dict[str, str]:
    """The addresses of one cooperative, one board and one task of the demo."""
    coop = "/c/linden-court/"
    page.goto(f"{url}{coop}work/")
    board = re.search(rf'href="({coop}work/\d+/)"', page.content())
    page.goto(url + (board.group(1) if board else coop))
    task = re.search(rf'href="({coop}work/tasks/\d+/)"', page.content())
    return {"coop": coop, "board": board.group(1) if board else coop, "task": task.group(1) if task else coop}


def _take(page: Page, address: str, name: str) -> Iterator[str]:
    """One picture; yields what is wrong with the page: a server error, or a page wider than the screen."""
    answer = page.goto(address, wait_until="load")
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    if answer is None or answer.status >= 500:
        yield f"{name}: {address} answered {answer.status if answer else 'nothing'}"
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        yield f"{name}: {address} is wider than the screen"


if __name__ == "__main__":
    try:
        main()
    except Unfit as reason:
        sys.exit(str(reason))
