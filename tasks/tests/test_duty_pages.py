"""Pages of duties and of the ledger: everything by forms and links alone."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from members.tests.factories import acting
from tasks.actions import (
    ask_stand_in,
    change_duty,
    confirm_part,
    create_task,
    give_place,
    mark_done,
    note_effort,
    sign_up,
)
from tasks.models import Duty, Effort, Part, Project, Turn

from .rota import MONDAY, a_duty, ledger, people, turn_of, who

WORK = "/c/linden-court/work/"
RULE = {
    "title": "Snow",
    "place": "Yard <b>",
    "notes": "Before *seven*.",
    "places": "2",
    "minutes": "45",
    "points": "3",
    "unit": "week",
    "every": "1",
    "weekdays": ["0", "3"],
    "month_by": "day",
    "nth": "1",
    "weekday": "0",
    "starts_on": "2026-06-02",
    "at": "07:00",
    "rotation": "nobody",
    "opens_before": "7",
    "closes_before": "1",
    "remind_days": "1",
}


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def duty(actor: Actor, linden: Cooperative) -> Duty:
    """Bins out on Wednesday."""
    return a_duty(actor, linden, places=2, place="Yard")


@pytest.fixture
def browser(yusuf: User, duty: Duty, signed_in: Any) -> Client:
    """Yusuf's browser; he is a plain member."""
    found: Client = signed_in(yusuf)
    return found


def text(answer: Any) -> str:
    return str(answer.content.decode())


def said(answer: Any) -> list[str]:
    """The messages on the page to which a post leads."""
    return [str(message) for message in answer.context["messages"]]


# Setting up


def test_the_next_dates_are_shown_before_anything_is_saved(page: Client) -> None:
    answer = page.post(f"{WORK}duties/new/", {**RULE, "preview": "1"})
    assert answer.status_code == 200
    assert re.findall(r'<li><time datetime="([\d-]+)"', text(answer)) == [
        "2026-06-04",
        "2026-06-08",
        "2026-06-11",
        "2026-06-15",
        "2026-06-18",
    ]
    assert not Duty.objects.exists()
    assert 'value="Snow"' in text(answer)  # what was typed is kept


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"starts_on": ""}, "starts_on", "required"),
        ({"ends_on": "2026-06-01"}, "ends_on", "Choose a later day"),
        ({"ends_on": "2026-07-01", "times": "3"}, "times", "not both"),
        ({"every": "0"}, "every", "greater than or equal to 1"),
        ({"starts_on": "1990-01-01"}, "starts_on", "between the year 2000"),
        ({"closes_before": "9"}, "closes_before", "before it opens"),
        ({"weekdays": ["9"]}, "weekdays", "not one of the available choices"),
        ({"title": "\u200b"}, "title", "Nothing of this can be seen"),
    ],
)
def test_a_mistake_names_its_field_also_when_dates_are_asked_for(page: Client, wrong: Any, field: str, words: str) -> None:
    for more in ({}, {"preview": "1"}):
        if more and field in ("closes_before", "title"):
            continue  # of these the dates do not depend
        answer = page.post(f"{WORK}duties/new/", {**RULE, **wrong, **more})
        assert answer.status_code == 400
        assert words in str(answer.context["form"].errors[field])
        assert "next-dates" not in text(answer)
    assert not Duty.objects.exists()


def test_a_duty_is_set_up_once_although_the_form_is_sent_twice(page: Client) -> None:
    sent = {**RULE, "once_key": "k" * 22}
    first, second = (page.post(f"{WORK}duties/new/", sent) for _ in range(2))
    duty = Duty.objects.get()
    assert first.url == second.url == f"{WORK}duties/{duty.pk}/"
    assert (duty.weekdays, duty.at.hour, duty.places) == (0b1001, 7, 2)
    shown = text(page.get(first.url))
    assert "every week on Monday, Thursday, at 07:00" in shown
    assert "Yard &lt;b&gt;" in shown and "<em>seven</em>" in shown
    assert "2 people" in text(page.get(f"{WORK}duties/rules/"))


def test_what_has_come_to_an_end_has_no_dates(page: Client) -> None:
    answer = page.post(f"{WORK}duties/new/", {**RULE, "unit": "once", "starts_on": "2026-05-01", "preview": "1"})
    assert "There is no date left" in text(answer)


def test_changing_shows_both_versions_of_a_stale_save(page: Client, actor: Actor, duty: Duty) -> None:
    at = f"{WORK}duties/{duty.pk}/edit/"
    assert 'value="Bins out"' in text(page.get(at))
    change_duty(actor, duty, version=1, title="Bins in")
    answer = page.post(at, {**RULE, "version": "1"})
    assert answer.status_code == 409
    assert "Bins in" in text(answer) and 'value="Snow"' in text(answer)
    assert page.post(at, {**RULE, "version": "2"}).status_code == 302
    assert Duty.objects.get().title == "Snow"


def test_pausing_ending_and_taking_up_again_are_buttons(page: Client, duty: Duty) -> None:
    at = f"{WORK}duties/{duty.pk}/edit/"
    for version, (press, state) in enumerate([("pause", "paused"), ("resume", ""), ("end", "ended"), ("reopen", "")], 1):
        page.post(at, {"switch": press, "version": version})
        row = Duty.objects.get()
        assert (row.paused_at is not None, row.ended_at is not None) == (state == "paused", state == "ended")
        shown = text(page.get(f"{WORK}duties/{duty.pk}/"))
        assert [word for word in ("paused", "ended") if f">{word}</span>" in shown] == ([state] if state else [])
    answer = page.post(at, {"switch": "end", "version": 1}, follow=True)
    assert said(answer) == ["Somebody changed this in the meantime. Look at both versions and save again."]


def test_plain_members_set_nothing_up(browser: Client, duty: Duty) -> None:
    for at in ("duties/new/", f"duties/{duty.pk}/edit/"):
        assert browser.get(WORK + at).status_code == 403
    assert "duties/new/" not in text(browser.get(f"{WORK}duties/"))
    assert browser.get(f"{WORK}turns/{turn_of(duty).pk}/cancel/").status_code == 403


# Signing up


def test_signing_up_withdrawing_and_asking_for_a_stand_in(browser: Client, duty: Duty, page: Client, monday: Any) -> None:
    turn = turn_of(duty)
    at = f"{WORK}turns/{turn.pk}/"
    assert "Sign up" in text(browser.get(at))
    assert said(browser.post(f"{at}act/", follow=True)) == ["You are in. It is in your calendar feed, too."]
    part = Part.objects.get()
    shown = text(browser.get(at))
    assert "Withdraw" in shown and "I cannot come" in shown and 'value="done"' not in shown
    assert said(browser.post(f"{at}act/", follow=True)) == ["This member has a place in this turn already."]
    act = f"{WORK}parts/{part.pk}/act/"
    browser.post(act, {"act": "withdraw"})
    assert who(turn) == []
    browser.post(f"{at}act/")
    act = f"{WORK}parts/{Part.objects.get().pk}/act/"
    browser.post(act, {"act": "cannot", "reason": "A cold"})
    shown = text(page.get(at))
    assert "looks for a stand-in" in shown and "A cold" in shown
    assert "Until somebody stands in, Yusuf Demir stays responsible." in shown
    assert said(page.post(act, {"act": "stand_in"}, follow=True)) == ["The place is yours now. Thank you."]
    assert who(turn) == ["Marta Lindqvist"]
    assert "for Yusuf Demir" in text(page.get(at))


def test_a_reason_that_is_too_long_is_a_message_at_its_field(browser: Client, duty: Duty) -> None:
    browser.post(f"{WORK}turns/{turn_of(duty).pk}/act/")
    answer = browser.post(f"{WORK}parts/{Part.objects.get().pk}/act/", {"act": "cannot", "reason": "x" * 501})
    assert answer.status_code == 400
    assert "at most 500" in text(answer)


def test_done_and_confirmed_by_buttons(browser: Client, page: Client, marta: User, yusuf: User, duty: Duty, monday: Any) -> None:
    turn = turn_of(duty)
    browser.post(f"{WORK}turns/{turn.pk}/act/")
    monday.shift(timedelta(days=2))
    page.force_login(marta)  # a sign-in that rests does not last that long
    browser.force_login(yusuf)
    act = f"{WORK}parts/{Part.objects.get().pk}/act/"
    browser.post(act, {"act": "done"})
    assert "Confirm 1" in text(page.get(f"{WORK}duties/"))
    assert "Confirm 1" not in text(browser.get(f"{WORK}duties/"))
    assert said(browser.post(act, {"act": "confirm"}, follow=True)) == ["Somebody else has to confirm what you did."]
    waiting = text(page.get(f"{WORK}duties/confirm/"))
    assert "Yusuf Demir" in waiting
    answer = page.post(act, {"act": "confirm", "back": "confirm"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{WORK}duties/confirm/"
    assert ledger() == [("Yusuf Demir", "duty", 60, 0)]
    assert "confirmed by Marta Lindqvist" in text(browser.get(f"{WORK}turns/{turn.pk}/"))


def test_a_button_that_is_none_does_nothing(browser: Client, duty: Duty) -> None:
    browser.post(f"{WORK}turns/{turn_of(duty).pk}/act/", follow=True)
    act = f"{WORK}parts/{Part.objects.get().pk}/act/"
    for press in ("", "delete", "__class__"):
        assert said(browser.post(act, {"act": press}, follow=True)) == ["Press one of the buttons of the page."]
    assert who(turn_of(duty)) == ["Yusuf Demir"]


def test_the_coordinator_gives_and_takes_places(
    page: Client, duty: Duty, yusuf_member: Membership, browser: Client, hassan: User, signed_in: Any
) -> None:
    turn = turn_of(duty)
    at = f"{WORK}turns/{turn.pk}/act/"
    assert "Give the place" in text(page.get(f"{WORK}turns/{turn.pk}/"))
    assert "Give the place" not in text(browser.get(f"{WORK}turns/{turn.pk}/"))
    assert browser.post(at, {"member": yusuf_member.pk}).status_code == 403
    assert said(page.post(at, {"member": yusuf_member.pk}, follow=True)) == ["Yusuf Demir has a place now."]
    answer = page.post(at, {"member": "77777"})
    assert (answer.status_code, "Choose a member of this cooperative." in text(answer)) == (400, True)
    answer = page.post(at, {"member": yusuf_member.pk})
    assert (answer.status_code, "already" in text(answer)) == (409, True)
    page.post(f"{WORK}parts/{Part.objects.get().pk}/act/", {"act": "remove"})
    assert who(turn) == []
    observer = signed_in(hassan)
    assert observer.post(at).status_code == 403
    assert "Sign up" not in text(observer.get(f"{WORK}turns/{turn.pk}/"))


def test_calling_a_turn_off_says_why_to_everybody(page: Client, browser: Client, duty: Duty) -> None:
    turn = turn_of(duty)
    at = f"{WORK}turns/{turn.pk}/cancel/"
    assert page.post(at, {"reason": "", "version": 1}).status_code == 400
    assert page.post(at, {"reason": "Strike", "version": 9}).status_code == 409
    assert page.post(at, {"reason": "Strike", "version": 1}).status_code == 302
    shown = text(browser.get(f"{WORK}turns/{turn.pk}/"))
    assert "This turn is called off." in shown and "Strike" in shown and "Sign up" not in shown
    assert "called off" in text(browser.get(f"{WORK}duties/"))


# Lists


def test_turns_stand_under_their_weeks_and_can_be_narrowed(
    browser: Client, actor: Actor, linden: Cooperative, duty: Duty, monday: Any, yusuf: User
) -> None:
    a_duty(actor, linden, title="Stairs", opens_before=14)
    with acting(yusuf) as me:
        sign_up(me, turn_of(duty))
    shown = text(browser.get(f"{WORK}duties/"))
    assert re.findall(r"<h2 id=\"week-[\d-]+\">([^<]+)</h2>", shown) == ["Week of 1 June to 7 June", "Week of 8 June to 14 June"]
    titles = {
        view: re.findall(r'dir="auto" href="[^"]+turns/\d+/">([^<]+)</a>', text(browser.get(f"{WORK}duties/?view={view}")))
        for view in ("open", "mine", "past", "nonsense")
    }
    assert titles == {
        "open": ["Stairs", "Stairs"],
        "mine": ["Bins out"],
        "past": [],
        "nonsense": ["Bins out", "Stairs", "Stairs"],
    }
    monday.shift(timedelta(days=3))
    assert "Bins out" in text(browser.get(f"{WORK}duties/?view=past"))


def test_a_full_turn_with_somebody_who_cannot_come_is_open(
    browser: Client, actor: Actor, linden: Cooperative, duty: Duty
) -> None:
    turn = turn_of(a_duty(actor, linden, title="Snow"))
    part = sign_up(actor, turn)
    Turn.objects.exclude(pk=turn.pk).delete()
    assert "Nothing is open for you" in text(browser.get(f"{WORK}duties/?view=open"))
    ask_stand_in(actor, part)
    assert "Snow" in text(browser.get(f"{WORK}duties/?view=open"))


def test_my_duties_are_a_page_and_a_panel(browser: Client, duty: Duty, yusuf: User, monday: Any) -> None:
    assert "You have no duty to do" in text(browser.get(f"{WORK}duties/mine/"))
    with acting(yusuf) as me:
        sign_up(me, turn_of(duty))
    assert "Bins out" in text(browser.get(f"{WORK}duties/mine/"))
    panel = text(browser.get(f"{WORK}duties/mine/", headers={"HX-Request": "true"}))
    assert "Bins out" in panel and "<html" not in panel
    monday.shift(timedelta(days=9))
    assert "Bins out" in text(browser.get(f"{WORK}duties/mine/"))  # late, and still to do


def count(browser: Client, at: str) -> int:
    browser.get(at)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(at).status_code == 200
    return len(asked)


def test_lists_ask_as_often_for_three_rows_as_for_one(
    browser: Client, actor: Actor, linden: Cooperative, duty: Duty, project: Project, yusuf: User, monday: Any
) -> None:
    monday.shift(timedelta(days=2))
    others = people(linden, "Nora Varga", "Piotr Zielinski", "Amina Juma")
    turn = turn_of(duty)
    task = create_task(actor, project, title="Roof")

    def fill(name: str, title: str) -> None:
        user, member = others[name]
        more = turn_of(a_duty(actor, linden, title=title, places=3))
        for one in (more, turn):
            Turn.objects.filter(pk=one.pk).update(places=9)
            mark_done(Actor.of(user), give_place(actor, one, member=member))
        with acting(yusuf) as me:
            sign_up(me, more)
        with acting(user) as doer:
            note_effort(doer, task, minutes=5, day=date(2026, 6, 3))
        confirm_part(actor, Part.objects.filter(turn=more, member=member).get())

    pages = ["duties/", "duties/?view=open", "duties/?view=mine", "duties/mine/", "duties/rules/", "effort/", "duties/confirm/"]
    pages += [f"turns/{turn.pk}/", f"duties/{duty.pk}/"]
    fill("Nora Varga", "One")
    one = {at: count(browser, WORK + at) for at in pages}
    fill("Piotr Zielinski", "Two")
    fill("Amina Juma", "Three")
    assert {at: count(browser, WORK + at) for at in pages} == one


# The ledger


def test_time_on_a_task_is_noted_and_corrected(browser: Client, actor: Actor, project: Project, page: Client) -> None:
    task = create_task(actor, project, title="Roof")
    at = f"{WORK}tasks/{task.pk}/effort/"
    assert 'value="2026-06-01"' in text(browser.get(at))
    assert browser.post(at, {"minutes": "0", "day": "2026-06-01"}).status_code == 400
    assert browser.post(at, {"minutes": "95", "day": "2026-06-01", "note": "Tiles"}).status_code == 302
    shown = text(browser.get(f"{WORK}effort/?mine=1"))
    assert "1 h 35 min" in shown and "Tiles" in shown
    row = Effort.objects.get()
    correct = f"{WORK}effort/{row.pk}/"
    assert browser.post(correct, {"reason": "Break", "minutes": "200"}).status_code == 400
    assert browser.post(correct, {"reason": "Break", "minutes": "35"}).status_code == 302
    assert ledger() == [("Yusuf Demir", "task", 95, 0), ("Yusuf Demir", "correction", -35, 0)]
    shown = text(browser.get(f"{WORK}effort/"))
    assert "−35 min" in shown and "1 h</dd>" in shown
    note_effort(actor, task, minutes=5, day=date(2026, 6, 1))
    assert browser.get(f"{WORK}effort/{Effort.objects.last().pk}/").status_code == 403


def test_a_foreign_turn_duty_or_row_does_not_exist(
    outsider: User, duty: Duty, signed_in: Any, page: Client, actor: Actor
) -> None:
    stranger = signed_in(outsider)
    turn, part = turn_of(duty), sign_up(actor, turn_of(duty))
    for at in (f"duties/{duty.pk}/", f"turns/{turn.pk}/", f"parts/{part.pk}/act/", "effort/1/"):
        for base in (WORK, "/c/birch-lane/work/"):
            answer = stranger.post(base + at) if at.startswith("parts") else stranger.get(base + at)
            unknown = re.sub(r"\d+", "999999", at)
            other = stranger.post(base + unknown) if at.startswith("parts") else stranger.get(base + unknown)
            assert (answer.status_code, other.status_code) == (404, 404)
