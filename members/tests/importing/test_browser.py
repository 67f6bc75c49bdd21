"""A secretary with a messy list, in real Chromium: without scripts, at 320 px, in both schemes, free of axe's faults."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from config.dev.processes import Served, embedded
from config.tests import story
from config.tests.looks import is_clean

pytestmark = pytest.mark.browser
HOME = "/c/messy-house/members/"
NEW = {
    "name": "Messy House", "kind": "housing", "description": "", "currency": "EUR", "time_zone": "Europe/Berlin", "locale": "en",
    "fiscal_year_start": "1", "hue": "155",
}  # fmt: skip
NARROW = {"width": 320, "height": 640}
MENDED = {9: "05.04.2014", 18: "yusuf.hoelderin@linden.example", 22: "", 25: "N-302", 39: "1.120,00", 46: "030 23125-131"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The product with its demo, running."""
    served = embedded(tmp_path_factory.mktemp("importing"))
    served.start()
    desk = story.entered(served)
    desk.get("/cooperatives/new/")
    assert desk.post("/cooperatives/new/", **NEW)[0] == 200
    yield served
    served.stop()


def signed_in(house: Served, browser: Browser, **options: object) -> Page:
    """Marta, the secretary of the demo."""
    context = browser.new_context(base_url=house.url, **{"viewport": {"width": 1280, "height": 900}, **options})  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_role("button", name=re.compile("Marta Lindqvist")).click()
    page.wait_for_url(f"{house.url}/")
    return page


def clean(page: Page, name: str) -> None:
    """No fault that axe finds, nothing wider than the window; a picture where one is asked for."""
    if folder := os.environ.get("PICTURES", ""):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    is_clean(page)


def see(page: Page, *chips: str) -> None:
    """The verdicts of the preview, once it shows them."""
    expect(page.get_by_role("navigation", name="Show rows by verdict").get_by_role("link")).to_have_text(list(chips))


def test_from_the_messy_list_to_the_register_and_back_without_scripts(house: Served, browser: Browser, testdata: Path) -> None:
    page = signed_in(house, browser, java_script_enabled=False)
    page.goto(f"{HOME}import/")
    page.get_by_label("File").set_input_files(testdata / "imports" / "linden-court-messy.csv")
    page.get_by_role("button", name="Look at the rows").click()
    see(page, "All 56", "Create 42", "Update 0", "Skip 0", "Ask 4", "Error 10")
    page.locator("#answer-shared_email").select_option("first")
    page.locator("#answer-charge_repeated").select_option("once")
    page.get_by_role("button", name="Answer").click()
    see(page, "All 56", "Create 46", "Update 0", "Skip 0", "Ask 0", "Error 10")
    for row, text in MENDED.items():
        page.locator(f"#row-{row} input.input").fill(text)
        mend = page.get_by_role("button", name=f"Mend row {row}", exact=True)
        mend.click()
        expect(mend).to_have_count(0)
    page.get_by_role("link", name="Row 30, all cells").click()
    page.get_by_label("Household", exact=True).fill("Wanjiru Duarte")
    page.get_by_label("E-mail").fill("wanjiru.duarte@linden.example")
    page.get_by_role("button", name="Mend this row").click()
    see(page, "All 56", "Create 53", "Update 0", "Skip 0", "Ask 0", "Error 3")
    page.get_by_label("Leave the 3 rows with Ask or Error out").check()
    page.get_by_role("button", name="Import 53 rows now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported")
    expect(page.get_by_text("53 + 0 + 0 + 0 + 3 = 56")).to_be_visible()
    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import undone")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_clean_and_fit_a_narrow_screen(house: Served, browser: Browser, testdata: Path, scheme: str) -> None:
    page = signed_in(house, browser, color_scheme=scheme)
    for width, height in ((1280, 900), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        name = f"{width}-{scheme}"
        page.goto(f"{HOME}import/")
        clean(page, f"file-{name}")
        page.get_by_label("File").set_input_files(testdata / "imports" / "linden-court-messy.csv")
        page.get_by_role("button", name="Look at the rows").click()
        expect(page.get_by_role("heading", name="56 rows")).to_be_visible()
        page.get_by_text("Encoding, dates and more").click()
        clean(page, f"preview-{name}")
        page.locator("#row-9").get_by_role("link", name="Row 9").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Row 9")
        clean(page, f"row-{name}")
        page.get_by_role("link", name="Back").click()
        page.get_by_label("Leave the 14 rows with Ask or Error out").check()
        page.get_by_role("button", name="Import 42 rows now").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Imported")
        clean(page, f"result-{name}")
        page.get_by_role("link", name="Undo").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Undo the import?")
        clean(page, f"undo-{name}")
        page.get_by_role("button", name="Undo the import").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Import undone")


def test_a_long_list_is_imported_by_a_job_while_the_page_says_how_far_it_is(house: Served, browser: Browser) -> None:
    lines = [f"L-{number};{chr(97 + number // 26)}{chr(97 + number % 26)} Long;2020-01-01" for number in range(501)]
    content = "\n".join(["Unit;Name;Member since", *lines]).encode()
    page = signed_in(house, browser)
    page.goto(f"{HOME}import/")
    page.get_by_label("File").set_input_files({"name": "long.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Look at the rows").click()
    expect(page.get_by_text("Each row is compared with the register.")).to_be_visible()
    expect(page.get_by_role("heading", name="501 rows")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Import 501 rows now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Being imported")
    clean(page, "importing")
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported", timeout=30_000)  # without a reload
    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import undone")
