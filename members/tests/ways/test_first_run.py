"""The first half hour: somebody founds a cooperative, brings the list they have, invites everybody; one of them comes in."""

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from config.dev.processes import Served
from config.tests.looks import is_clean
from members.tests.factories import PASSWORD

from .windows import mailed, mailed_to

pytestmark = pytest.mark.browser
MENDED = {9: "05.04.2014", 18: "yusuf.hoelderin@linden.example", 22: "", 25: "N-302", 39: "1.120,00", 46: "030 23125-131"}


def founded(house: Served, page: Page) -> str:
    """Sign up, open the link in the mail, found a housing cooperative; its slug."""
    email = f"ursula.{uuid.uuid4().hex[:8]}@example.org"
    page.goto("/")
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("Your name").fill("Ursula Grünwald")
    page.get_by_label("E-mail").fill(email)
    for label in ("Password", "Password (again)"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("mail")
    page.goto(mailed_to(email, house.url, "/accounts/confirm-email/"))
    page.get_by_role("button", name="Yes, it is mine").click()
    page.get_by_role("link", name="Found a cooperative").click()
    page.get_by_label("Name").fill("Messy Court")
    page.get_by_label("Housing co-operative").check()
    is_clean(page)
    page.get_by_role("button", name="Found it").click()
    expect(page.get_by_text("Done: 0 of 7.")).to_be_visible()
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def settled(page: Page) -> None:
    """The first step: what it is called, and where its clock stands."""
    page.get_by_role("link", name="Say what it is called").click()
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Overview").first.click()
    expect(page.get_by_text("Done: 1 of 7.")).to_be_visible()


def imported(page: Page, content: bytes) -> None:
    """The list as it is: questions answered, what is wrong mended, the rest left out."""
    page.get_by_role("link", name="Fill the register").click()
    page.get_by_label("File").set_input_files({"name": "list.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Look at the rows").click()
    page.locator("#answer-shared_email").select_option("both")
    page.locator("#answer-charge_repeated").select_option("once")
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("navigation", name="Show rows by verdict")).to_contain_text("Ask 0")  # a later press would cut it off
    for row, text in MENDED.items():
        page.locator(f"#row-{row} input.input").fill(text)
        mend = page.get_by_role("button", name=f"Mend row {row}", exact=True)
        mend.click()
        expect(mend).to_have_count(0)
    page.get_by_role("link", name="Row 30, all cells").click()
    page.get_by_label("Household", exact=True).fill("Wanjiru Duarte")
    page.get_by_label("E-mail").fill("wanjiru.duarte@linden.example")
    page.get_by_role("button", name="Mend this row").click()
    expect(page.get_by_role("navigation", name="Show rows by verdict")).to_contain_text("Error 3")
    page.get_by_label("Leave the 3 rows with Ask or Error out").check()
    page.get_by_role("button", name="Import 53 rows now").click()
    expect(page.get_by_text("71 members cannot sign in yet and have no invitation.")).to_be_visible()
    is_clean(page)


def invited(house: Served, page: Page) -> None:
    """Everybody, from the page that says what was imported, by an impatient hand."""
    page.get_by_role("link", name="Invite everyone").click()
    expect(page.get_by_role("heading", level=2)).to_have_text(["62 people get a mail", "9 people get a printed slip"])
    is_clean(page)
    page.get_by_role("button", name="Invite: 62 mails, 9 slips").dblclick()
    expect(page.get_by_text("62 invitations leave by e-mail. 9 slips wait to be printed.")).to_be_visible()
    expect(page.get_by_role("navigation", name="Invitations by state")).to_contain_text("Sent 62", timeout=30_000)
    is_clean(page)
    letters = Counter((to, text.split("Hello ")[1].split(",")[0]) for to, text in mailed(house.url) if "/join/with/" in text)
    assert (len(letters), set(letters.values())) == (62, {1})


def joined(page: Page, address: str, slug: str) -> None:
    """An invited resident on a phone: the link, a password, one press."""
    page.goto(address)
    expect(page.get_by_label("Your name")).to_have_value("Mirela Mbeki")
    is_clean(page)
    page.get_by_label("Choose a password").tap()
    page.keyboard.type(PASSWORD)
    page.get_by_role("button", name="Join").tap()
    page.wait_for_url(f"**/c/{slug}/members/*/")
    expect(page.get_by_text("Welcome to Messy Court.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("S-301")  # their home, without a tap
    is_clean(page)


def worked(page: Page) -> None:
    """The last two steps: a board, and the first task on it."""
    page.get_by_role("link", name="Set up a board").click()
    page.get_by_role("link", name="New project").first.click()
    page.get_by_label("Name").fill("Repairs")
    page.get_by_role("button", name="Start the project").click()
    page.get_by_role("link", name="New task").first.click()
    page.get_by_label("Title").fill("Look after the boiler")
    page.get_by_role("button", name="Add the task").click()


def test_from_nothing_to_everybody_invited_and_one_of_them_in(house: Served, window: Callable[..., Page], testdata: Path) -> None:
    page = window()
    slug = founded(house, page)
    settled(page)
    # One member of the list has said when they leave; the list is read on any day, and that day lies ahead.
    leaves = f"{timezone.localdate() + timedelta(days=30):%d.%m.%Y}".encode()
    content = (testdata / "imports" / "linden-court-messy.csv").read_bytes()
    imported(page, content.replace(b"30.11.2026", leaves))
    page.get_by_role("link", name="First steps").click()
    expect(page.get_by_text("Done: 4 of 7.")).to_be_visible()
    is_clean(page)
    page.go_back()
    invited(house, page)
    phone = window(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    joined(phone, mailed_to("mirela.mbeki@linden.example", house.url, "/join/with/"), slug)
    page.reload()
    expect(page.get_by_role("navigation", name="Invitations by state")).to_contain_text("Joined 1")
    page.goto(f"/c/{slug}/first-steps/")
    expect(page.get_by_text("Done: 5 of 7.")).to_be_visible()
    worked(page)
    page.goto(f"/c/{slug}/first-steps/")
    expect(page.get_by_text("Done: 7 of 7.")).to_be_visible()
    is_clean(page)
