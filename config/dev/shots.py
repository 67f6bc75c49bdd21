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
WORK = {
    "board-filter": "{board}filter/?who=me",
    "board-filtered": "{board}?who=me",
    "rows-assignee": "{board}?by=assignee",
    "rows-priority": "{board}?by=priority",
    "list": "{board}list/",
    "list-all": "{coop}work/list/?sort=due",
    "list-nothing": "{coop}work/list/?q=zzzz",
    "calendar": "{board}calendar/",
    "calendar-all": "{coop}work/calendar/",
    "calendar-day": "{coop}work/calendar/day/",
    "quick": "{board}quick/",
    "filters": "{coop}work/filters/",
    "filter-new": "{coop}work/filters/new/?who=me&due=late",
    "history": "{task}history/",
    "people": "{board}people/",
    "recurring": "{board}recurring/",
    "recurring-new": "{board}recurring/new/",
    "duties": "{coop}work/duties/",
    "duties-open": "{coop}work/duties/?view=open",
    "duties-mine": "{coop}work/duties/mine/",
    "duty-rules": "{coop}work/duties/rules/",
    "duty-new": "{coop}work/duties/new/",
    "duty": "{duty}",
    "duty-edit": "{duty}edit/",
    "turn": "{turn}",
    "effort": "{coop}work/effort/",
    "effort-new": "{task}effort/",
    "feed": "{coop}work/feed/",
    "my-work": "/my-work/",
    "my-work-part": "/my-work/?part=late",
}
REGISTER = {
    "register": "{coop}members/register/",
    "member": "{member}",
    "member-edit": "{member}?edit=1",
    "member-new": "{coop}members/new/",
    "member-end": "{member}end/",
    "member-pause": "{member}pause/",
    "committees": "{coop}members/committees/",
    "committee": "{committee}",
    "committee-new": "{coop}members/committees/new/",
    "seat-new": "{committee}seats/new/",
    "mine": "{coop}me/",
    "my-data": "/profile/data/",
    "export": "{coop}members/export/",
    "import-members": "{coop}members/import/",
    "invitations": "{coop}members/invitations/",
    "invitation-new": "{coop}members/invitations/new/",
    "invitation-link": "{coop}members/invitations/link/",
    "invite-everyone": "{coop}members/invitations/everyone/",
    "slips": "{coop}members/invitations/slips/",
    "requests": "{coop}members/requests/",
    "waiting": "{coop}members/waiting/",
    "waiting-new": "{coop}members/waiting/new/",
    "waiting-entry": "{waiting}",
    "waiting-edit": "{waiting}?edit=1",
    "waiting-rank": "{waiting}rank/",
    "waiting-offer": "{waiting}offer/",
}
HOMES = {
    "homes": "{coop}homes/",
    "homes-vacant": "{coop}homes/vacant/",
    "homes-under": "{coop}homes/under-occupied/",
    "homes-over": "{coop}homes/over-occupied/",
    "building-new": "{coop}homes/buildings/new/",
    "unit": "{unit}",
    "unit-day": "{unit}?on=2026-05-05",
    "unit-edit": "{unit}?edit=1",
    "unit-vacant": "{vacant}",
    "unit-remove": "{vacant}remove/",
    "move-in": "{vacant}move-in/",
    "agreement": "{agreement}",
    "agreement-end": "{agreement}end/",
    "transfer": "{agreement}transfer/",
    "swap": "{agreement}swap/",
    "occupant-new": "{agreement}people/new/",
    "occupant-end": "{occupant}",
    "households": "{coop}homes/households/",
    "household": "{household}",
    "household-new": "{coop}homes/households/new/",
    "household-join": "{household}people/new/",
    "household-end": "{household}end/",
    "guardian-new": "{household}guardians/new/",
}
AS_ADMIN = {
    "settings": "/c/kilele-dev-chama/settings/",
    "questions": "/c/kilele-dev-chama/members/questions/",
    "erasures": "/c/kilele-dev-chama/members/erasures/",
    "beginning": "/c/kilele-dev-chama/first-steps/",
}
# To whom a home is offered.
AS_RESIDENT = {
    "resident-home": "/",
    "resident-overview": "/c/linden-court/",
    "resident-my-work": "/my-work/",
    "resident-duties": "/c/linden-court/work/duties/?view=mine",
    "resident-place": "/c/linden-court/homes/my-place/",
    "resident-accept": "{offer}accept/",
    "resident-decline": "{offer}decline/",
    "resident-leave": "/c/linden-court/members/leave/",
}
COOP = "/c/linden-court/"
_ID = "[0-9a-f-]{36}"
PLACES = {
    "board": ("{coop}work/", rf'href="({COOP}work/\d+/)"'),
    "task": ("{board}", rf'href="({COOP}work/tasks/\d+/)"'),
    "duty": ("{coop}work/duties/rules/", rf'href="({COOP}work/duties/\d+/)"'),
    "turn": ("{coop}work/duties/", rf'href="({COOP}work/turns/\d+/)"'),
    "member": ("{coop}members/", rf'href="({COOP}members/{_ID}/)"'),
    "committee": ("{coop}members/committees/", rf'href="({COOP}members/committees/\d+/)"'),
    "waiting": ("{coop}members/waiting/", rf'href="({COOP}members/waiting/{_ID}/)"'),
    "unit": ("{coop}homes/", rf'href="({COOP}homes/units/{_ID}/)"'),
    "vacant": ("{coop}homes/vacant/", rf'href="({COOP}homes/units/{_ID}/)"'),
    "agreement": ("{unit}", rf'href="({COOP}homes/agreements/{_ID}/)"'),
    "occupant": ("{unit}", rf'href="({COOP}homes/agreements/people/\d+/end/)"'),
    "household": ("{unit}", rf'href="({COOP}homes/households/{_ID}/)"'),
    "offer": ("{coop}homes/my-place/", rf'href="({COOP}homes/my-place/offers/\d+/)accept/"'),
}
"""Where the address of one such thing is found, and by which link. A place stands after those that its own start needs."""
IN_DEBUG = {"components": "/components/"}  # that page is for those who build
SECRETARY, ADMIN, RESIDENT = "Marta Lindqvist", "Amina Yusuf", "Wanjiru Kamau"


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
    yield from _each(page, url, addresses(page, url, {**INSIDE, **WORK, **REGISTER, **HOMES}), suffix)
    for person, paths in ((ADMIN, AS_ADMIN), (RESIDENT, AS_RESIDENT)):
        page.context.clear_cookies()
        _enter(page, url, person)
        yield from _each(page, url, addresses(page, url, paths), suffix)


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


def addresses(page: Page, url: str, paths: dict[str, str]) -> dict[str, str]:
    """The addresses of pages by name, with what they name found by its link. Raises LookupError where no link leads there."""
    places = {"coop": COOP}
    for name, (start, pattern) in PLACES.items():
        if any(f"{{{name}}}" in path for path in paths.values()):
            page.goto(url + start.format(**places))
            link = re.search(pattern, page.content())
            if link is None:
                raise LookupError(f"{page.url} leads to no {name}")
            places[name] = link.group(1)
    return {name: path.format(**places) for name, path in paths.items()}


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
