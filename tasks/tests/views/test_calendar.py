"""Work by day: months and weeks as the reader's language has them, spans, bounds, and the way to a whole day."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import User
from tasks import calendar
from tasks.actions import change_task, create_project
from tasks.calendar import DRAWN, Entry, View, after, before, drawn, month_of, source, week_of
from tasks.models import Lane, Priority, Project, Task
from tasks.tests.boards import add, fill, lane_named

MAY = date(2027, 5, 12)  # a Wednesday


def on(project: Project, tail: str = "") -> str:
    return f"/c/{project.cooperative.slug}/work/{project.pk}/calendar/{tail}"


ALL = "/c/linden-court/work/calendar/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def span(task: Task, start: date | None, due: date | None) -> None:
    Task.objects.filter(pk=task.pk).update(start_date=start, due_date=due)


@pytest.fixture
def german() -> Iterator[None]:
    """Weeks that begin on Monday."""
    with translation.override("de"):
        yield


@pytest.fixture
def view(actor: Actor, linden: Cooperative, project: Project) -> View:
    """The project's calendar as Marta sees it, on a fixed day."""
    return View(actor, linden, project, MAY)


def titles(view: View, *days: date, most: int = DRAWN) -> list[tuple[list[str], int]]:
    return [([entry.title for entry in day.entries], day.count) for day in drawn(view, days, most)]


@pytest.mark.parametrize(("language", "first"), [("de", date(2027, 5, 10)), ("en", date(2027, 5, 9)), ("fr", date(2027, 5, 10))])
def test_weeks_begin_as_the_language_has_it(language: str, first: date) -> None:
    with translation.override(language):
        week = week_of(MAY)
        assert week == [first + timedelta(days=number) for number in range(7)]
        assert {tuple(week_of(day)) for day in week} == {tuple(week)}


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("day", "first", "last", "weeks"),
    [
        (date(2027, 2, 14), date(2027, 2, 1), date(2027, 2, 28), 4),
        (MAY, date(2027, 4, 26), date(2027, 6, 6), 6),
        (date(2026, 12, 31), date(2026, 11, 30), date(2027, 1, 3), 5),
    ],
)
def test_a_month_is_whole_weeks(day: date, first: date, last: date, weeks: int) -> None:
    month = month_of(day)
    assert (month[0][0], month[-1][-1], len(month)) == (first, last, weeks)
    assert {len(week) for week in month} == {7}


def test_months_follow_each_other_to_the_ends_of_time() -> None:
    assert (before(MAY), after(MAY)) == (date(2027, 4, 1), date(2027, 6, 1))
    assert (before(date(2027, 1, 31)), after(date(2027, 12, 31))) == (date(2026, 12, 1), date(2028, 1, 1))
    assert (before(date(1900, 1, 5)), after(date(2999, 12, 5))) == (date(1900, 1, 1), date(2999, 12, 1))


def test_tasks_stand_on_their_days(view: View, actor: Actor, todo: Lane) -> None:
    due, start, both, dot, never, far = add(actor, todo, "Due", "Start", "Both", "Dot", "Never", "Far")
    days = [MAY + timedelta(days=number) for number in range(-1, 4)]
    span(due, None, days[1])
    span(start, days[2], None)
    span(both, days[0] - timedelta(days=40), days[2])
    span(dot, days[3], days[3])
    span(far, days[-1] + timedelta(days=1), None)
    assert never.due_date is None
    assert titles(view, *days) == [(["Both"], 1), (["Both", "Due"], 2), (["Both", "Start"], 2), (["Dot"], 1), ([], 0)]


def test_a_day_is_bounded_and_counts_all_the_urgent_first(view: View, todo: Lane) -> None:
    fill(todo, 9, due_date=MAY)
    Task.objects.filter(number=7).update(priority=Priority.URGENT)
    fill(todo, 1, start=10, due_date=MAY + timedelta(days=1))
    first, second = drawn(view, [MAY, MAY + timedelta(days=1)], DRAWN)
    assert [entry.title for entry in first.entries] == ["Card 7", "Card 1", "Card 2"]
    assert (first.count, first.more, second.count, second.more) == (9, 6, 1, 0)


def test_long_tasks_are_bounded(view: View, todo: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "SPANS", 2)
    for task in fill(todo, 4):
        span(task, MAY - timedelta(days=task.number), MAY + timedelta(days=1))
    assert titles(view, MAY) == [(["Card 4", "Card 3"], 2)]


def test_what_is_not_on_a_board_is_on_no_calendar(
    view: View, actor: Actor, linden: Cooperative, project: Project, todo: Lane
) -> None:
    (away,) = add(actor, todo, "Away", due_date=MAY)
    change_task(actor, away, version=1, archived=True)
    add(actor, lane_named(create_project(actor, linden, name="Other"), "todo"), "Other", due_date=MAY)
    assert titles(view, MAY) == [([], 0)]
    assert titles(View(actor, linden, None, MAY), MAY) == [(["Other"], 1)]


def test_states_late_and_done(view: View, actor: Actor, project: Project, todo: Lane) -> None:
    yesterday = MAY - timedelta(days=1)
    add(actor, todo, "Late", due_date=yesterday)
    add(actor, lane_named(project, "done"), "Done", due_date=yesterday)
    add(actor, todo, "Today", due_date=MAY)
    (day, today) = drawn(view, [yesterday, MAY], DRAWN)
    assert {entry.title: entry.state for entry in day.entries + today.entries} == {"Late": "bad", "Done": "done", "Today": ""}
    assert (day.is_today, today.is_today) == (False, True)


def test_other_rooms_add_what_falls_on_days(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "_sources", list(calendar._sources))

    @source
    def duties(seen: View, first: date, last: date, most: int) -> Any:
        assert (seen, first, last, most) == (view, MAY, MAY, DRAWN)
        return [Entry("Sweep", "/duty/", MAY - timedelta(days=9), MAY + timedelta(days=9))], {MAY: 4}

    assert titles(view, MAY) == [(["Sweep"], 4)]


def test_a_month_page_links_its_days_and_neighbours(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    (task,) = add(actor, todo, "Mend the gate", due_date=MAY)
    shown = text(page.get(on(project, "?day=2027-05-12")))
    assert '<h2 id="month-title">May 2027</h2>' in shown
    assert 'href="?day=2027-04-01" rel="prev" aria-label="April 2027"' in shown
    assert 'href="?day=2027-06-01" rel="next" aria-label="June 2027"' in shown
    assert f'href="{on(project)}">Today' in shown
    assert shown.count("<td") == 42 and 'href="?day=2027-05-12#agenda"' in shown
    assert len(re.findall(rf'href="/c/linden-court/work/tasks/{task.pk}/"', shown)) == 2  # in the month and in its week
    assert "HC-1 · To do" in shown
    assert 'abbr="Sunday">Sun</th>' in shown


def test_the_week_as_a_list(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    add(actor, todo, "In it", due_date=date(2027, 5, 15))
    add(actor, todo, "After it", due_date=date(2027, 5, 16))
    agenda = text(page.get(on(project, "?day=2027-05-12"))).split('id="agenda"')[1]
    assert "In it" in agenda and "After it" not in agenda and "9 May to 15 May" in agenda
    assert 'href="?day=2027-05-05#agenda"' in agenda and 'href="?day=2027-05-19#agenda"' in agenda
    assert agenda.count("Nothing.") == 1  # the chosen day; other empty ones are left out


def test_a_full_day_leads_to_its_own_page(page: Client, project: Project, todo: Lane) -> None:
    fill(todo, 60, due_date=MAY)
    assert f'href="{on(project)}day/?on=2027-05-12">+57 more' in text(page.get(on(project, "?day=2027-05-12")))
    whole = page.get(on(project, "day/?on=2027-05-12"))
    assert text(whole).count('id="work-') == 50 and "60 entries" in text(whole)
    assert text(page.get(on(project, "day/?on=2027-05-12&page=2"))).count('id="work-') == 10
    assert f'href="{on(project)}day/?on=2027-05-13"' in text(whole)
    assert "Nothing falls on this day" in text(page.get(on(project, "day/?on=2027-05-13")))


@pytest.mark.parametrize("day", ["", "x", "2027-02-30", "0001-01-01", "9999-12-31", "1900-01-01", "2999-12-31", "2027-W19-3"])
def test_odd_days_show_today(page: Client, project: Project, today: date, day: str) -> None:
    answer = page.get(on(project, f"?day={day}"))
    assert answer.status_code == 200 and 'aria-current="date"' in text(answer)
    assert "today" in text(page.get(on(project, f"day/?on={day}")))


@pytest.mark.parametrize("day", ["1900-03-01", "2999-11-01"])
def test_the_ends_of_time_are_pages_like_others(page: Client, project: Project, day: str) -> None:
    assert page.get(on(project, f"?day={day}")).status_code == 200
    assert page.get(on(project, f"day/?on={day}")).status_code == 200


def test_of_all_projects(page: Client, actor: Actor, linden: Cooperative, project: Project, todo: Lane) -> None:
    add(actor, todo, "One", due_date=MAY)
    add(actor, lane_named(create_project(actor, linden, name="Other"), "todo"), "Two", due_date=MAY)
    shown = text(page.get(f"{ALL}?day=2027-05-12"))
    assert ">One</a>" in shown and ">Two</a>" in shown
    assert ">One</a>" in text(page.get(f"{ALL}day/?on=2027-05-12"))


def test_observers_see_it_and_strangers_do_not(
    hassan: User, outsider: User, project: Project, foreign: Project, signed_in: Any
) -> None:
    for url in (on(project), on(project, "day/?on=2027-05-12"), ALL):
        assert (signed_in(hassan).get(url).status_code, signed_in(outsider).get(url).status_code) == (200, 404)
    for pk in (foreign.pk, 999_999):
        assert signed_in(hassan).get(f"/c/linden-court/work/{pk}/calendar/").status_code == 404


def test_titles_are_text(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    add(actor, todo, "<script>alert(1)</script> שלום", due_date=MAY)
    for url in (on(project, "?day=2027-05-12"), on(project, "day/?on=2027-05-12")):
        assert "&lt;script&gt;alert(1)&lt;/script&gt; שלום" in text(page.get(url))


def test_a_month_costs_the_same_for_one_and_three_tasks(
    page: Client, actor: Actor, project: Project, todo: Lane, statements: Any
) -> None:
    counts = []
    for names in ("A", "BC"):
        for task in add(actor, todo, *names, due_date=MAY):
            span(task, MAY - timedelta(days=2), MAY)
        add(actor, todo, *names, due_date=MAY)
        counts.append((statements(on(project, "?day=2027-05-12")), statements(on(project, "day/?on=2027-05-12"))))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 15


def test_an_entry_knows_its_days() -> None:
    entry = Entry("Sweep", "/x/", MAY, MAY + timedelta(days=2))
    assert [entry.on(MAY + timedelta(days=number)) for number in range(-1, 4)] == [False, True, True, True, False]


def test_a_span_longer_than_the_month_stands_on_every_day(view: View, actor: Actor, todo: Lane) -> None:
    (task,) = add(actor, todo, "Build")
    span(task, date(2020, 1, 1), date(2040, 1, 1))
    days = drawn(view, [day for week in month_of(MAY) for day in week], DRAWN, MAY.month)
    assert {day.count for day in days} == {1} and {len(day.entries) for day in days} == {1}
    assert [day.is_out for day in days].count(False) == 31


def test_what_a_source_adds_comes_beside_the_tasks(view: View, actor: Actor, todo: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "_sources", list(calendar._sources))
    add(actor, todo, "A", "B", due_date=MAY)

    @source
    def duties(seen: View, first: date, last: date, most: int) -> Any:
        return [Entry("Sweep", "/1/", MAY, MAY), Entry("Rake", "/2/", MAY, MAY)], {MAY: 2}

    assert titles(view, MAY) == [(["A", "B", "Sweep"], 4)]
    assert titles(view, MAY, most=9) == [(["A", "B", "Sweep", "Rake"], 4)]


def test_the_chosen_day_says_that_it_is_empty(page: Client, project: Project) -> None:
    agenda = text(page.get(on(project, "?day=2027-05-12"))).split('id="agenda"')[1]
    assert "Wednesday 12 May" in agenda and "Nothing." in agenda and "Thursday 13 May" not in agenda


def test_late_and_done_are_said_in_words(page: Client, actor: Actor, project: Project, todo: Lane, today: date) -> None:
    add(actor, todo, "Late", due_date=today - timedelta(days=1))
    add(actor, lane_named(project, "done"), "Done", due_date=today - timedelta(days=1))
    month, agenda = text(page.get(on(project, f"?day={today - timedelta(days=1)}"))).split('id="agenda"')
    assert 'data-state="bad"' in month and '<span class="vh">, late</span>' in month
    assert 'data-state="done"' in month and '<span class="vh">, done</span>' in month
    assert ">late</span>" in agenda and ">done</span>" in agenda


def test_the_open_calendar_looks_again_when_work_changes(page: Client, project: Project) -> None:
    part = text(page.get(on(project, "?day=2027-05-12"), headers={"HX-Request": "true"}))
    assert "<html" not in part and 'data-refresh-on="issue.' in part
    assert f'data-refresh="{on(project)}?day=2027-05-12"' in part
