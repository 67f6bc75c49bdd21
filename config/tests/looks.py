"""How a page looks to those who need it plain: nothing that axe finds, and nothing wider than the window."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
MISSING = """performance.getEntriesByType('resource')
    .filter(sheet => sheet.initiatorType === 'link' && sheet.responseStatus >= 400).map(sheet => sheet.name)"""


def is_clean(page: Page) -> None:
    """Fail with what axe finds, with sheets of style that never came, or with a page wider than its window.

    A heading can be seen after a click before the page that it belongs to has been given all its colours.
    """
    page.wait_for_load_state("load")
    assert not (missing := page.evaluate(MISSING)), f"{page.url}: {missing}"
    found = AXE.run(page).response["violations"]
    assert not found, f"{page.url}: {[(fault['id'], fault['nodes'][0]['html']) for fault in found]}"
    wide, window = page.evaluate("document.documentElement.scrollWidth"), page.viewport_size
    assert window is None or wide <= window["width"], f"{page.url}: {wide} wide"
