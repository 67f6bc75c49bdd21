"""`make shots`: every page of a served demo, wide and narrow, light and dark, into var/shots."""

import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from config.dev.browser import FLAGS, chromium
from config.dev.daemon import Unfit
from config.dev.processes import embedded
from config.env import BASE_DIR

SHOTS = BASE_DIR / "var" / "shots"
SIZES: dict[str, dict[str, Any]] = {
    "1280": {"viewport": {"width": 1280, "height": 900}},
    "360": {"viewport": {"width": 360, "height": 780}, "is_mobile": True, "has_touch": True},  # fingers get larger targets
}
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
    "search": "{coop}search/?q=roof",
    "search-all": "/search/?q=roof",
    "profile": "/profile/",
    "keys": "/profile/keys/",
    "key-new": "/profile/keys/new/",
    "security": "/profile/security/",
    "app": "/accounts/2fa/totp/activate/",
    "passkey": "/accounts/2fa/webauthn/add/",
    "elsewhere": "/profile/security/elsewhere/end/",
    "again": "/accounts/reauthenticate/",
    "error-404": "/c/nowhere/",
    "api-docs": "/api/docs/",
}
AS_ADMIN = {"settings": "/c/kilele-dev-chama/settings/"}
IN_DEBUG = {"components": "/components/"}  # that page is for those who build
SECRETARY, ADMIN = "Marta Lindqvist", "Amina Yusuf"


def main() -> None:
    """Serve a fresh demo as it ships, then as those who build see it; take every picture."""
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        faults = [*_serving(browser, _shipped, DEBUG="off"), *_serving(browser, _debugged)]
        browser.close()
    print(f"{len(list(SHOTS.glob('*.png')))} pictures in {SHOTS.relative_to(BASE_DIR)}")
    sys.exit("\n".join(faults) or 0)


def _serving(browser: Browser, rounds: Callable[[Page, str, str], Iterator[str]], **environment: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="coop-shots-") as folder:
        files = {"SECRET_KEY": secrets.token_urlsafe(60), "STATIC_ROOT": f"{folder}/static"}
        served = embedded(Path(folder), **files, **environment)
        served.start()
        try:
            for size, scheme in product(SIZES, SCHEMES):
                context = browser.new_context(color_scheme=scheme, **SIZES[size])
                yield from rounds(context.new_page(), served.url, f"{size}-{scheme}")
                context.close()
        finally:
            served.stop()


def _shipped(page: Page, url: str, suffix: str) -> Iterator[str]:
    yield from _each(page, url, OUTSIDE, suffix)
    _enter(page, url, SECRETARY)
    places = _places(page, url)
    yield from _each(page, url, {name: path.format(**places) for name, path in INSIDE.items()}, suffix)
    page.context.clear_cookies()
    _enter(page, url, ADMIN)
    yield from _each(page, url, AS_ADMIN, suffix)


def _debugged(page: Page, url: str, suffix: str) -> Iterator[str]:
    _enter(page, url, SECRETARY)
    yield from _each(page, url, IN_DEBUG, suffix)


def _each(page: Page, url: str, paths: dict[str, str], suffix: str) -> Iterator[str]:
    for name, path in paths.items():
        yield from _take(page, url + path, f"{name}-{suffix}")


def _enter(page: Page, url: str, person: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.get_by_role("button", name=re.compile(person)).click()
    page.wait_for_url(re.compile(r"^(?!.*/accounts/login/)"))


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
    answer = page.goto(address, wait_until="networkidle")
    page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")  # what loads when it is revealed
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    if page.locator("#swagger-ui").count():
        page.locator(".opblock").first.wait_for()  # it draws when it likes
    _whole(page, SHOTS / f"{name}.png")
    if answer is None or answer.status >= 500:
        yield f"{name}: {address} answered {answer.status if answer else 'nothing'}"
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        yield f"{name}: {address} is wider than the screen"


def _whole(page: Page, file: Path) -> None:
    """The whole page on a screen as high as it. Playwright's own way forgets the fingers, and bars hang in the middle."""
    size = page.viewport_size or {}
    page.set_viewport_size({**size, "height": max(size["height"], page.evaluate("document.documentElement.scrollHeight"))})
    page.screenshot(path=file)
    page.set_viewport_size(size)


if __name__ == "__main__":
    try:
        main()
    except Unfit as reason:
        sys.exit(str(reason))
