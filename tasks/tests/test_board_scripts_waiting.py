"""The board's scripts without a line, at a full lane, and in company, against a world that the test plays by hand."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Route, expect

from cooperatives.templatetags.coop import tint
from cooperatives.tests.client import World

from .test_board_scripts import ROOT, a_board, a_card, shows, start, tell, three, world  # noqa: F401  (world is a fixture)

pytestmark = pytest.mark.browser
Answer = Callable[[int, dict[str, str]], tuple[int, dict[str, Any]]]


class Server:
    """The door of moves: away at first, then answering each in turn."""

    def __init__(self, world: World) -> None:  # noqa: F811
        self.world, self.away, self.asked = world, True, list[tuple[int, dict[str, str]]]()
        self.refusing: dict[int, tuple[str, str]] = {}
        world.page.route("**/move/", self._answer)

    def _answer(self, route: Route) -> None:
        if self.away:
            return route.abort()
        card = int(route.request.url.split("/")[-3])
        wish = {key: values[0] for key, values in parse_qs(route.request.post_data).items()}
        self.asked.append((card, wish))
        if card in self.refusing and "override" not in wish:
            code, sentence = self.refusing[card]
            return route.fulfill(status=409, json={"code": code, "detail": sentence})
        facts = {"issue_id": card, "version": int(wish["version"]) + 1, "lane_id": int(wish["lane"])}
        return route.fulfill(status=200, json=facts)

    def back(self) -> None:
        """The line is back, as the browser says it."""
        self.away = False
        self.world.page.evaluate("dispatchEvent(new Event('online'))")


def press(world: World, card: int, key: str) -> None:  # noqa: F811
    world.page.locator(f"#card-{card} a").focus()
    world.page.keyboard.press(key)


def leaving_warns(world: World) -> bool:  # noqa: F811
    return bool(
        world.page.evaluate("(() => { const e = new Event('beforeunload', {cancelable: true}); return !dispatchEvent(e); })()")
    )


def test_moves_wait_visibly_and_are_made_in_order_with_the_versions_they_began_from(world: World) -> None:  # noqa: F811
    three(world)
    server = Server(world)
    assert not leaving_warns(world)
    press(world, 1, "2")
    expect(world.page.locator("#waiting")).to_have_text("1 move waits for the line")
    press(world, 3, "2")
    press(world, 3, "Shift+K")  # above the first one
    expect(world.page.locator("#waiting")).to_have_text("3 moves wait for the line")
    shows(world, "B", "CA")
    assert leaving_warns(world)
    world.pages["/board/"] = (200, a_board([a_card(2, "B"), a_card(1, "A", 9), a_card(3, "C", 9)], [], []))
    world.send(type="resync", seq=130)  # what the server knew before must not take the cards out of the reader's hand
    world.settle()
    shows(world, "B", "CA")
    server.back()
    expect(world.page.locator("#waiting")).to_be_hidden()
    expect(world.page.locator("#card-3")).not_to_have_attribute("aria-busy", "true")
    assert [(card, wish["version"], wish.get("after"), wish.get("before")) for card, wish in server.asked] == [
        (1, "1", None, None),
        (3, "1", "1", None),
        (3, "2", None, "1"),
    ]
    assert not leaving_warns(world)


def test_a_move_that_came_too_late_goes_back_with_a_word_and_the_others_are_made(world: World) -> None:  # noqa: F811
    three(world)
    server = Server(world)
    server.refusing = {1: ("stale", "Somebody changed this in the meantime.")}
    press(world, 1, "2")
    press(world, 2, "3")
    press(world, 1, "3")
    shows(world, "C", "", "BA")
    world.pages[f"{ROOT}1/card/"] = (200, a_card(1, "A!", 2))
    tell(world, 1, 1, "A", 1, None, 2, "title")  # the other's change comes while ours waits
    world.pages["/board/"] = (200, a_board([a_card(1, "A!", 2), a_card(3, "C")], [], [a_card(2, "B", 2)]))
    server.back()
    expect(world.page.locator(".toast").last).to_have_text("Somebody changed this in the meantime.")
    expect(world.page.locator("#card-2")).to_have_attribute("data-version", "2")
    expect(world.page.locator("#cards-1 > :is(#card-1, #card-3)")).to_have_count(2)
    expect(world.page.locator("#cards-3 > #card-2")).to_have_count(1)
    assert [card for card, _wish in server.asked] == [1, 2]  # the second move of the first card began where it never was
    world.settle(2000)
    expect(world.page.locator("#card-1 h3")).to_have_text("A!")  # also where the focus rests on it
    expect(world.page.locator("#card-1 a")).to_be_focused()


def test_only_so_many_wait(world: World) -> None:  # noqa: F811
    start(world, [a_card(number, f"{number}") for number in range(1, 23)], [], [])
    server = Server(world)
    for number in range(1, 23):
        press(world, number, "2")
    expect(world.page.locator("#waiting")).to_have_text("20 moves wait for the line")
    expect(world.page.locator(".toast").last).to_have_text("20 moves wait already. “22” is back where it was.")
    expect(world.page.locator("#cards-1 > .task h3")).to_have_text(["21", "22"])
    world.page.clock.run_for(61_000)
    expect(world.page.locator("#waiting")).to_be_hidden()
    expect(world.page.locator("#cards-1 > .task h3")).to_have_text([str(number) for number in range(1, 23)])
    assert server.asked == []


def test_a_full_lane_is_filled_all_the_same_by_whoever_may(world: World) -> None:  # noqa: F811
    start(world, [a_card(1, "A")], [a_card(2, "B")], [], limit="1", attributes="data-moves data-overfill")
    server = Server(world)
    server.away, server.refusing = False, {1: ("lane_full", "Doing is full.")}
    press(world, 1, "2")
    shows(world, "A", "B")
    world.settle()  # the look that follows a refusal
    world.pages["/board/"] = (200, a_board([], [a_card(2, "B"), a_card(1, "A", 2)], [], limit="1"))
    world.page.locator(".toast").get_by_role("button", name="Move all the same").click()
    shows(world, "", "BA")
    expect(world.page.locator("#card-1")).to_have_attribute("data-version", "2")
    assert [(wish.get("override"), wish["version"]) for _card, wish in server.asked] == [(None, "1"), ("1", "1")]


def test_who_may_not_is_not_asked(world: World) -> None:  # noqa: F811
    start(world, [a_card(1, "A")], [a_card(2, "B")], [], limit="1")
    server = Server(world)
    server.away, server.refusing = False, {1: ("lane_full", "Doing is full.")}
    press(world, 1, "2")
    expect(world.page.locator(".toast")).to_have_text("Doing is full.")
    expect(world.page.locator(".toast button")).to_have_count(0)


def people(*names: str) -> list[dict[str, str]]:
    return [{"id": name.lower(), "name": name} for name in names]


def test_who_has_the_board_open_is_shown_while_there_is_a_line(world: World) -> None:  # noqa: F811
    three(world)
    present = world.page.locator("#present")
    expect(present).to_be_hidden()
    world.send(type="presence", people=people("Amina Yusuf", "Zoë"), count=2)
    expect(present).to_have_attribute("aria-label", "Here now: Amina Yusuf, Zoë")
    expect(present.locator(".avatar")).to_have_text(["AY", "ZO"])
    assert present.locator(".avatar").evaluate_all("all => all.map((one) => one.dataset.tint)") == tints("Amina Yusuf", "Zoë")
    world.send(type="presence", people=people("Amina Yusuf"), count=12)
    expect(present).to_have_attribute("aria-label", "Here now: Amina Yusuf and 11 more")
    expect(present.locator(".avatar")).to_have_text(["AY", "+11"])
    world.send(type="presence", people=people("<img src=x onerror=alert(1)>"), count=1)
    expect(present).to_have_attribute("aria-label", "Here now: <img src=x onerror=alert(1)>")
    assert present.locator("img").count() == 0
    world.sockets[-1].close(code=1001)
    expect(present).to_be_hidden()
    assert world.asked["/board/"] == 0  # a face is no reason to look at anything again


def tints(*names: str) -> list[str]:
    """As the server draws them."""
    return [str(tint(name)) for name in names]


def test_json_is_only_read_where_it_is_json(world: World) -> None:  # noqa: F811
    three(world)
    world.pages[f"{ROOT}1/move/"] = (409, json.dumps({"code": "lane_full", "detail": "said as a page"}))
    press(world, 1, "2")
    expect(world.page.locator(".toast")).to_have_text("That did not work. Nothing was changed.")
    shows(world, "ABC", "")


def test_a_line_that_is_back_without_a_word_is_found(world: World) -> None:  # noqa: F811
    three(world)
    server = Server(world)
    press(world, 1, "2")
    expect(world.page.locator("#waiting")).to_have_text("1 move waits for the line")
    server.away = False
    world.page.clock.run_for(5_000)
    expect(world.page.locator("#waiting")).to_be_hidden()
    assert [card for card, _wish in server.asked] == [1]
    shows(world, "BC", "A")


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_door_with_nobody_behind_it_is_no_refusal(world: World, status: int) -> None:  # noqa: F811
    three(world)
    world.pages[f"{ROOT}1/move/"] = (status, "<h1>Away</h1>")
    press(world, 1, "2")
    expect(world.page.locator("#waiting")).to_have_text("1 move waits for the line")
    shows(world, "BC", "A")


def test_an_answer_that_is_a_page_puts_the_card_back_and_the_next_move_is_made(world: World) -> None:  # noqa: F811
    three(world)
    world.pages[f"{ROOT}1/move/"] = (200, "<h1>A second factor first</h1>")
    world.pages[f"{ROOT}2/move/"] = (200, json.dumps({"issue_id": 2, "version": 2, "lane_id": 2}))
    press(world, 1, "2")
    expect(world.page.locator(".toast")).to_have_text("That did not work. Nothing was changed.")
    shows(world, "ABC", "")
    press(world, 2, "2")
    expect(world.page.locator("#card-2")).not_to_have_attribute("aria-busy", "true")
    assert world.asked[f"{ROOT}2/move/"] == 1
