"""The browser's half of "live": one connection that heals, each event once, and pages that never lose what a hand holds."""

import pytest
from playwright.sync_api import expect

from .client import World

pytestmark = pytest.mark.browser
MORPHER = '<script src="/packages/idiomorph/dist/idiomorph.min.js"></script>'


@pytest.fixture
def world(browser):
    context = browser.new_context()
    yield World(context)
    context.close()


def feed(*numbers):
    rows = "".join(f'<li id="event-{n}"><span data-say>Ann did {n}</span></li>' for n in numbers)
    return f'<div id="feed" data-refresh="/feed/"><ol>{rows}</ol></div>'


def box(text, inner=""):
    return f'<div id="box"><p>{text}</p><input id="name"><div id="menu" popover>menu</div>{inner}</div>'


def refresh(world, *, times=1, name="box"):
    world.page.evaluate(
        """async ([name, times]) => { const { refresh } = await import("/static/js/fragments.js");
        for (let n = 0; n < times; n++) refresh("/box/", name); }""",
        [name, times],
    )


class TestConnection:
    def test_it_says_live_in_words_once_greeted(self, world):
        world.open()
        expect(world.page.locator("#live")).to_have_attribute("data-live", "none")
        world.hello()
        assert world.signal == "Live"

    def test_an_event_is_told_once_however_often_it_comes(self, world):
        world.open().hello()
        for seq in (119, 119, 120, 119, 118):
            world.send(type="issue.updated", seq=seq, cooperative=1, issue_id=7)
        world.page.wait_for_function("told.filter(([name]) => name === 'live:event').length === 2")
        assert [event["seq"] for event in world.told("live:event")] == [119, 120]

    def test_what_happened_before_the_greeting_is_asked_for(self, world):
        world.open(seq="118").hello(seq=121)
        assert world.heard == [{"type": "catch_up", "since": 118}]

    def test_a_page_that_has_seen_all_asks_for_nothing(self, world):
        world.open(seq="118").hello(seq=118)
        assert world.heard == []

    def test_a_cut_line_heals_and_asks_for_what_it_missed(self, world):
        world.open().hello()
        world.send(type="issue.created", seq=119, cooperative=1)
        world.page.wait_for_function("told.some(([name]) => name === 'live:event')")
        world.sockets[-1].close(code=1001)
        expect(world.page.locator("#live")).to_have_attribute("data-live", "wait")
        assert world.signal.startswith("Reconnecting, last change ")
        world.until_sockets(2)
        world.hello(seq=122)
        assert world.heard == [{"type": "catch_up", "since": 119}]

    def test_a_line_cut_before_the_answer_asks_again_from_the_same_place(self, world):
        world.open(seq="118").hello(seq=121)
        world.send(type="issue.created", seq=122, cooperative=1)
        world.page.wait_for_function("told.some(([name]) => name === 'live:event')")
        world.sockets[-1].close(code=1001)
        world.until_sockets(2)
        world.hello(seq=122)
        assert world.heard[-1] == {"type": "catch_up", "since": 118}

    def test_late_arrivals_of_a_catch_up_are_not_taken_for_repeats(self, world):
        world.open().hello(seq=121)
        for seq in (122, 119, 120, 121):
            world.send(type="issue.updated", seq=seq, cooperative=1)
        world.send(type="caught_up", seq=122)
        world.page.wait_for_function("told.filter(([name]) => name === 'live:event').length === 4")

    def test_a_silent_line_is_given_up_after_two_heartbeats(self, world):
        world.open().hello()
        world.settle(49_000)
        assert world.signal == "Live"
        world.settle(2_000)
        world.until_sockets(2)

    def test_a_ping_is_answered(self, world):
        world.open().hello()
        world.send(type="ping")
        world.page.wait_for_function("true")
        world.settle(10)
        assert world.heard == [{"type": "pong"}]

    def test_told_to_look_again_the_page_does(self, world):
        world.pages["/feed/"] = (200, feed(1, 2))
        world.open(feed(1)).hello()
        world.send(type="resync", seq=400)
        world.page.wait_for_function("told.some(([name]) => name === 'live:resync')")
        world.settle()
        expect(world.page.locator("#event-2")).to_be_visible()
        world.sockets[-1].close(code=1001)
        world.until_sockets(2)
        world.hello(seq=401)
        assert world.heard == [{"type": "catch_up", "since": 400}]

    def test_a_page_without_a_counter_looks_again_after_a_cut(self, world):
        world.open(seq="").hello(seq=9)
        world.sockets[-1].close(code=1001)
        world.until_sockets(2)
        world.hello(seq=12)
        assert len(world.told("live:resync")) == 1
        assert world.heard == []

    @pytest.mark.parametrize(("code", "words"), [(4401, "Signed out"), (4403, "no longer"), (4408, "no longer")])
    def test_a_refusal_is_final_and_said(self, world, code, words):
        world.open().hello()
        world.sockets[-1].close(code=code)
        expect(world.page.locator("#live")).to_have_attribute("data-live", "off")
        world.settle(120_000)
        assert words in world.signal
        assert words in world.page.locator("#announce").inner_text()
        assert len(world.sockets) == 1

    def test_without_a_network_it_waits_and_then_comes_back(self, world):
        world.open().hello()
        world.page.context.set_offline(True)
        expect(world.page.locator("#live")).to_have_attribute("data-live", "off")
        world.settle(60_000)
        assert len(world.sockets) == 1
        world.page.context.set_offline(False)
        world.until_sockets(2)
        world.hello()

    def test_a_frame_that_is_no_json_breaks_nothing(self, world):
        world.open().hello()
        world.sockets[-1].send("<html>")
        world.send(type="issue.created", seq=119, cooperative=1)
        world.page.wait_for_function("told.some(([name]) => name === 'live:event')")

    def test_a_page_without_a_room_opens_no_socket(self, world):
        world.open(live=False)
        world.settle(5_000)
        assert world.sockets == []


class TestFragments:
    def test_many_wishes_within_a_breath_are_one_fetch(self, world):
        world.pages["/box/"] = (200, box("new"))
        world.open(box("old"))
        refresh(world, times=20)
        world.settle(400)
        expect(world.page.locator("#box p")).to_have_text("new")
        assert world.asked["/box/"] == 1

    def test_a_new_row_glows_and_is_announced(self, world):
        world.pages["/feed/"] = (200, feed(3, 2, 1))
        world.open(feed(2, 1)).hello()
        world.send(type="issue.created", seq=119, cooperative=1)
        world.page.wait_for_function("told.some(([name]) => name === 'live:event')")
        world.settle()
        expect(world.page.locator("#event-3")).to_have_class("fresh")
        world.settle(200)
        expect(world.page.locator("#announce")).to_have_text("Ann did 3")
        world.settle(3_000)
        expect(world.page.locator("#event-3")).not_to_have_class("fresh")

    @pytest.mark.parametrize("scripts", [MORPHER, ""], ids=["morphed", "replaced"])
    def test_what_is_typed_is_never_lost(self, world, scripts):
        world.pages["/box/"] = (200, box("new"))
        world.open(box("old"), scripts=scripts)
        world.page.fill("#name", "half a na")
        refresh(world)
        world.settle()
        expect(world.page.locator("#name")).to_have_value("half a na")
        expect(world.page.locator("#name")).to_be_focused()

    def test_with_the_morpher_the_rest_of_the_page_is_new_all_the_same(self, world):
        world.pages["/box/"] = (200, box("new"))
        world.open(box("old"), scripts=MORPHER)
        world.page.fill("#name", "half a na")
        refresh(world)
        world.settle()
        expect(world.page.locator("#box p")).to_have_text("new")

    @pytest.mark.parametrize("scripts", [MORPHER, ""], ids=["morphed", "replaced"])
    def test_an_open_menu_stays_open(self, world, scripts):
        world.pages["/box/"] = (200, box("new"))
        world.open(box("old"), scripts=scripts)
        world.page.evaluate("document.getElementById('menu').showPopover()")
        refresh(world)
        world.settle()
        expect(world.page.locator("#menu")).to_be_visible()

    def test_a_drag_is_waited_for(self, world):
        world.pages["/box/"] = (200, box("new"))
        world.open(box("old", '<i id="held" class="drag"></i>'))
        refresh(world)
        world.settle(3_000)
        assert world.asked["/box/"] == 0
        world.page.evaluate("document.getElementById('held').className = ''")
        world.settle(1_000)
        expect(world.page.locator("#box p")).to_have_text("new")

    def test_what_is_gone_goes(self, world):
        world.open(box("old"))
        refresh(world)
        world.settle()
        expect(world.page.locator("#box")).to_have_count(0)

    def test_an_error_changes_nothing(self, world):
        world.pages["/box/"] = (500, "<p>broken</p>")
        world.open(box("old"))
        refresh(world)
        world.settle()
        expect(world.page.locator("#box p")).to_have_text("old")


class TestPage:
    def test_the_slash_key_reaches_the_search_box_but_not_from_a_field(self, world):
        world.open('<form role="search"><input id="q"></form><input id="other">', live=False)
        world.page.focus("#other")
        world.page.keyboard.press("/")
        expect(world.page.locator("#other")).to_have_value("/")
        world.page.evaluate("document.activeElement.blur()")
        world.page.keyboard.press("/")
        expect(world.page.locator("#q")).to_be_focused()
        expect(world.page.locator("#q")).to_have_value("")

    def test_a_toast_offers_to_undo_with_the_pages_token(self, world):
        world.pages["/undo/"] = (200, "")
        world.open(live=False)
        world.page.evaluate(
            """document.body.dispatchEvent(new CustomEvent("toast",
            { bubbles: true, detail: { text: "Moved to Review.", undo: "/undo/" } }))"""
        )
        world.page.get_by_role("button", name="Undo").click()
        expect(world.page.locator(".toast")).to_have_count(0)
        world.settle(10)
        assert [(path, token) for path, _, token in world.posted] == [("/undo/", "secret")]

    def test_a_toast_goes_by_itself(self, world):
        world.open(live=False)
        world.page.evaluate(
            "document.body.dispatchEvent(new CustomEvent('toast', { bubbles: true, detail: { text: 'Saved.' } }))"
        )
        expect(world.page.locator(".toast")).to_have_text("Saved.")
        world.settle(8_000)
        expect(world.page.locator(".toast")).to_have_count(0)

    def test_a_form_is_sent_once(self, world):
        world.open('<form method="post" action="/save/"><button>Save</button></form>', live=False)
        world.page.evaluate(
            """() => { const form = document.querySelector("form"); window.sent = 0;
            addEventListener("submit", (event) => { if (!event.defaultPrevented) sent++; event.preventDefault(); });
            form.requestSubmit(); form.requestSubmit(); }"""
        )
        assert world.page.evaluate("sent") == 1

    def test_a_chosen_theme_is_kept_and_set_before_the_page_is_drawn(self, world):
        button = '<button data-set-theme="dark">Dark</button><button data-set-theme="system">System</button>'
        world.open(button, live=False, scripts='<script src="/static/js/theme.js"></script>')
        world.page.get_by_role("button", name="Dark").click()
        expect(world.page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
        world.page.reload()
        assert world.page.evaluate("document.documentElement.dataset.theme") == "dark"
        world.page.get_by_role("button", name="System").click()
        assert world.page.evaluate("document.documentElement.dataset.theme ?? null") is None
