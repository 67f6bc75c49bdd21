"""A board of emoji and right-to-left names brought in real Chromium: without scripts, at 320 px, in both schemes, by axe."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from config.dev.processes import Served, embedded

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The product with its demo, running."""
    served = embedded(tmp_path_factory.mktemp("boards"))
    served.start()
    yield served
    served.stop()


def started(house: Served, browser: Browser, name: str, **options: object) -> Page:
    """Marta of the demo, on the import page of a new project."""
    context = browser.new_context(base_url=house.url, **{"viewport": {"width": 1280, "height": 900}, **options})  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_role("button", name=re.compile("Marta Lindqvist")).click()
    page.wait_for_url(f"{house.url}/")
    page.goto("/c/linden-court/work/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.goto(re.sub(r"[?#].*", "", page.url) + "import/")
    return page


def clean(page: Page, name: str) -> None:
    """No fault that axe finds, nothing wider than the window; a picture where one is asked for."""
    if folder := os.environ.get("PICTURES", ""):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_a_board_comes_without_scripts(house: Served, browser: Browser, testdata: Path) -> None:
    page = started(house, browser, "Repairs", java_script_enabled=False)
    page.get_by_label("Board export").set_input_files(testdata / "imports" / "trello-emoji-rtl.expected.json")
    page.get_by_role("button", name="Look at the file").click()
    expect(page.locator("#id_file_error")).to_contain_text("The file is none that can be read here")
    page.get_by_label("Board export").set_input_files(testdata / "imports" / "trello-emoji-rtl.json")
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("region", name="Table of lists").get_by_role("rowheader")).to_have_count(7)
    page.get_by_label("Fatuma Essien (@fatumaessi3) is here").select_option(label="Marta Lindqvist")
    page.get_by_role("button", name="Import 42 cards now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported")
    expect(page.get_by_role("definition").filter(has_text=re.compile(r"^42$")).first).to_be_visible()
    page.get_by_role("link", name="To the board").click()
    expect(page.get_by_text("Fire door sticks")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("file", ["trello-emoji-rtl.json", "github-issues.json", "kanboard-tasks.csv"])
def test_both_pages_are_for_everybody(house: Served, browser: Browser, testdata: Path, scheme: str, file: str) -> None:
    name = f"{file.split('-', maxsplit=1)[0]}-{scheme}"
    page = started(house, browser, name, color_scheme=scheme)
    for width, size in (("wide", {"width": 1280, "height": 900}), ("narrow", NARROW)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(re.sub(r"[?#].*", "", page.url))
        clean(page, f"{name}-file-{width}")
        page.get_by_label("Board export").set_input_files(testdata / "imports" / file)
        page.get_by_role("button", name="Look at the file").click()
        expect(page.get_by_role("heading", name="Who is who")).to_be_visible()
        clean(page, f"{name}-preview-{width}")


def test_a_board_comes_by_keyboard(house: Served, browser: Browser, testdata: Path) -> None:
    page = started(house, browser, "By keyboard", viewport=NARROW)
    page.get_by_label("Board export").set_input_files(testdata / "imports" / "github-issues.json")
    page.get_by_role("button", name="Look at the file").press("Enter")
    who = page.get_by_label("wendelinaberna is here")
    who.focus()
    page.keyboard.type("Marta")
    expect(who.locator("option:checked")).to_have_text("Marta Lindqvist")
    page.get_by_role("button", name="Import 48 cards now").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported")
    page.get_by_role("link", name="To the board").press("Enter")
    expect(page.get_by_text("Bar chart doesn't fill page on iPhone")).to_be_visible()


def test_what_came_is_for_everybody(house: Served, browser: Browser, testdata: Path) -> None:
    page = started(house, browser, "Looked at")
    page.get_by_label("Board export").set_input_files(testdata / "imports" / "trello-emoji-rtl.json")
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Import 42 cards now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported")
    clean(page, "came-report")
    page.get_by_role("link", name="To the board").click()
    expect(page.get_by_text("Fire door sticks")).to_be_visible()
    clean(page, "came-board")
    page.get_by_role("link", name="Intercom S-105").click()
    expect(page.get_by_text("شكراً جزيلاً")).to_be_visible()
    clean(page, "came-task")
    page.set_viewport_size(NARROW)
    clean(page, "came-task-narrow")
