"""When a part of a page looks again: for what concerns it, once a second, and never under the reader's hands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from .client import World

pytestmark = pytest.mark.browser
MORPHER = '<script src="/packages/idiomorph/dist/idiomorph.min.js"></script>'
PARTS = {
    "all": "",
    "kind": 'data-refresh-on="lane. issue.created"',
    "facts": 'data-refresh-on="lane." data-refresh-some="issue.updated" data-refresh-facts="title due_date"',
    "rows": 'data-refresh-some="issue. turn." data-refresh-of="issue_id:7 assignees:me given"',
}
HANDS = '<input id="line"><p id="words">Some words</p><div id="menu" popover>Menu</div>'
MANY = '<form data-many><input type="checkbox" id="tick"></form>'


@pytest.fixture
def world(browser: Any) -> Any:
    context = browser.new_context()
    yield World(context)
    context.close()


def a_part(name: str, inner: str = "") -> str:
    return f'<div id="{name}" data-refresh="/{name}/" {PARTS.get(name, "")}>{inner}</div>'


def begin(world: World, main: str, **more: Any) -> None:
    """Open a page on which time passes only where the test lets it: how long a machine takes must decide nothing here."""
    world.open(main, **more).hello()
    world.page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=2))


def happens(world: World, seq: int, kind: str, **facts: Any) -> None:
    world.send(type=kind, seq=118 + seq, cooperative=1, **facts)


def test_a_part_looks_again_for_what_concerns_it(world: World) -> None:
    for name in PARTS:
        world.pages[f"/{name}/"] = (200, a_part(name))
    begin(world, "".join(map(a_part, PARTS)))
    stories: list[tuple[str, dict[str, Any], set[str]]] = [
        ("lane.updated", {"lane_id": 1, "changed": ["name"]}, {"all", "kind", "facts"}),
        ("issue.created", {"issue_id": 9, "assignees": []}, {"all", "kind"}),
        ("issue.created", {"issue_id": 9, "assignees": ["you", "me"]}, {"all", "kind", "rows"}),
        ("issue.updated", {"issue_id": 9, "changed": ["position"], "assignees": []}, {"all"}),
        ("issue.updated", {"issue_id": 9, "changed": ["title"], "assignees": []}, {"all", "facts"}),
        ("issue.updated", {"issue_id": 7, "changed": ["points"]}, {"all", "rows"}),
        ("issue.updated", {"issue_id": 9, "changed": ["assignees"], "before": {"assignees": ["me"]}}, {"all", "rows"}),
        ("issue.updated", {"issue_id": 77, "changed": ["kind"], "before": {"kind": "me"}}, {"all"}),
        ("issue.commented", {"issue_id": 9}, {"all"}),
        ("issue.commented", {"issue_id": 7}, {"all", "rows"}),
        ("turn.updated", {"turn_id": 7, "given": 0}, {"all", "rows"}),
        ("turn.updated", {"turn_id": 7}, {"all"}),
        ("label.updated", {"issue_id": 7, "changed": ["title"]}, {"all"}),
    ]
    for seq, (kind, facts, found) in enumerate(stories, 1):
        world.asked.clear()
        happens(world, seq, kind, **facts)
        world.settle(2000)
        assert {name for name in PARTS if world.asked[f"/{name}/"]} == found, (kind, facts)
    world.asked.clear()
    world.send(type="resync", seq=400)
    world.settle(2000)
    assert {name: world.asked[f"/{name}/"] for name in PARTS} == dict.fromkeys(PARTS, 1)


def test_a_burst_is_one_look_a_second(world: World) -> None:
    world.pages["/all/"] = (200, a_part("all"))
    begin(world, a_part("all"))
    for seq in range(1, 41):
        happens(world, seq, "issue.updated", issue_id=seq)
        world.page.clock.run_for(100)
    world.settle(2000)
    assert 4 <= world.asked["/all/"] <= 6  # four seconds of it


def test_it_waits_while_the_reader_types_marks_ticks_or_opens(world: World) -> None:
    world.pages["/all/"] = (200, a_part("all", "<b>new</b>" + HANDS + MANY))
    begin(world, a_part("all", HANDS + MANY), scripts=MORPHER)
    page = world.page
    page.focus("#line")
    happens(world, 1, "issue.updated", issue_id=1)
    for letter in "half a":
        page.keyboard.type(letter)
        world.settle(1000)
    assert world.asked["/all/"] == 0
    world.settle(3000)  # a pause for thought: what others say comes, and the line stays as it is
    assert world.asked["/all/"] == 1
    expect(page.locator("#all b")).to_have_text("new")
    hands = {
        "marking": ("getSelection().selectAllChildren(document.getElementById('words'))", "getSelection().empty()"),
        "ticking": ("document.getElementById('tick').click()", "document.getElementById('tick').click()"),
        "a menu": ("document.getElementById('menu').showPopover()", "document.getElementById('menu').hidePopover()"),
    }
    for seq, (name, (takes, lets_go)) in enumerate(hands.items(), 2):
        page.evaluate(takes)
        world.asked.clear()
        happens(world, seq, "issue.updated", issue_id=seq)
        world.settle(5000)
        assert world.asked["/all/"] == 0, name
        page.evaluate(lets_go)
        world.settle(3000)
        assert world.asked["/all/"] == 1, name
    expect(page.locator("#line")).to_have_value("half a")


def test_what_was_ticked_and_marked_long_ago_keeps_nothing_back_and_stays(world: World) -> None:
    world.pages["/all/"] = (200, a_part("all", "<b>new</b>" + HANDS + MANY))
    begin(world, a_part("all", HANDS + MANY), scripts=MORPHER)
    world.page.check("#tick")
    world.page.evaluate("getSelection().selectAllChildren(document.getElementById('words'))")
    happens(world, 1, "issue.updated", issue_id=1)
    world.settle(5000)
    assert world.asked["/all/"] == 0
    world.settle(15_000)
    assert world.asked["/all/"] == 1
    expect(world.page.locator("#all b")).to_have_text("new")
    expect(world.page.locator("#tick")).to_be_checked()


def test_a_personal_page_hears_its_rooms_as_well(world: World) -> None:
    world.pages["/all/"] = (200, a_part("all"))
    room = '<i hidden data-live-also="/ws/cooperatives/7/" data-seq="118"></i>'
    world.open(a_part("all") + room, seq="")
    world.until_sockets(2)
    own, other = sorted(world.sockets, key=lambda socket: "/ws/cooperatives/7/" in socket.url)
    own.send('{"type":"hello","seq":null,"heartbeat":25}')
    other.send('{"type":"hello","seq":120,"heartbeat":25}')
    expect(world.page.locator("#live")).to_have_attribute("data-live", "on")
    world.settle(1500)
    assert world.heard == [{"type": "catch_up", "since": 118}] and world.asked["/all/"] == 0
    other.send('{"type":"issue.updated","seq":121,"cooperative":7,"issue_id":1}')
    world.settle(1500)
    assert world.asked["/all/"] == 1
    other.close(code=4403)  # no member of that one any more
    world.settle(3000)
    assert world.asked["/all/"] == 2
    assert world.signal == "Live" and "no longer" not in world.page.locator("#announce").inner_text()
    assert len(world.sockets) == 2
