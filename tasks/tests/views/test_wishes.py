"""What a reader wants to see: read from an address, written to one, asked of the database."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership
from tasks.actions import change_task
from tasks.models import Kind, Label, Lane, Priority, Project, Task
from tasks.tests.boards import add, lane_named
from tasks.wishes import SORTS, WORDS_LIMIT, Wanted, day, number

WHOLE = Wanted(
    text="a b", who="7", label=3, priority=2, kind="bug", lane=5, due="late", state="open", on=date(2026, 5, 31), sort="-due"
)


def test_an_address_says_a_whole_wish_and_back() -> None:
    assert WHOLE.query == "q=a+b&who=7&label=3&priority=2&kind=bug&in=5&due=late&state=open&on=2026-05-31&sort=-due"
    assert Wanted.of(QueryDict(WHOLE.query)) == WHOLE
    assert Wanted.of(QueryDict("")) == Wanted() and Wanted().query == ""


@pytest.mark.parametrize(
    "query",
    [
        "who=everybody", "who=-1", "who=%00", "label=x", "label=-3", "label=99999999999999999999", "priority=9", "priority=high",
        "kind=party", "in=x", "due=soon", "state=gone", "on=2026-02-30", "on=20260531", "on=x", "sort=password", "sort=--due",
        "sort=", "q=%00", "q=++", "mine=1", "lane=3&upto=100",
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out(query: str) -> None:
    assert Wanted.of(QueryDict(query)) == Wanted()


def test_words_are_cut_and_tidied() -> None:
    assert Wanted.of({"q": "  a \x00 b  "}).text == "a b"
    assert len(Wanted.of({"q": "x" * 999}).text) == WORDS_LIMIT


def test_an_order_hides_nothing() -> None:
    assert not Wanted(sort="due").filtered and not Wanted().filtered
    assert all(Wanted(**{name: value}).filtered for name, value in vars(WHOLE).items() if name != "sort")


def test_a_part_can_be_taken_away() -> None:
    assert WHOLE.without("who", "text") == Wanted(**{**vars(WHOLE), "who": "", "text": ""})


@pytest.mark.parametrize(("text", "value"), [("5", 5), ("", 0), ("-5", 0), ("5 ", 0), ("٥", 0), ("9" * 19, 0)])
def test_numbers_of_an_address(text: str, value: int) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("2026-05-31", date(2026, 5, 31)), ("2026-5-31", None), ("2026-W22-7", None), ("", None)]
)
def test_days_of_an_address(text: str, value: date | None) -> None:
    assert day(text) == value


@pytest.fixture
def find(actor: Actor, linden: Cooperative, today: date) -> Any:
    """The titles that fit, in the wanted order."""

    def titles(**wanted: Any) -> list[str]:
        wish = Wanted(**wanted)
        tasks: Any = Task.objects.all() if wish.state == "archived" else Task.objects.open()
        return [task.title for task in wish.ordered(wish.rows(tasks, actor, linden.pk, today))]

    return titles


def test_words_are_found_in_titles_and_descriptions(find: Any, actor: Actor, todo: Lane) -> None:
    add(actor, todo, "Roof", "Door")
    add(actor, todo, "Gate", description="below the ROOF")
    assert find(text="roof") == ["Roof", "Gate"]
    assert find(text="100%") == []


def test_people(find: Any, actor: Actor, todo: Lane, yusuf_member: Membership, marta_member: Membership) -> None:
    add(actor, todo, "Both", assignees=[yusuf_member, marta_member])
    add(actor, todo, "Yusuf", assignees=[yusuf_member])
    add(actor, todo, "Free")
    assert find(who=str(yusuf_member.pk)) == ["Both", "Yusuf"]
    assert find(who="me") == ["Both"]
    assert find(who="none") == ["Free"]
    assert find(who=str(2**62)) == []


def test_labels_kinds_priorities_and_lanes(
    find: Any, actor: Actor, project: Project, todo: Lane, doing: Lane, garden: Label, roofs: Label, put: Any
) -> None:
    a, b, c = add(actor, todo, "A", "B", "C")
    put(garden, a, b)
    put(roofs, b)
    Task.objects.filter(pk=c.pk).update(kind=Kind.BUG, priority=Priority.URGENT)
    add(actor, doing, "D")
    assert (find(label=garden.pk), find(label=roofs.pk), find(label=10**9)) == (["A", "B"], ["B"], [])
    assert (find(kind="bug"), find(priority=1), find(lane=doing.pk)) == (["C"], ["C"], ["D"])
    assert find(lane=doing.pk, kind="bug") == []


def test_dates_and_states(find: Any, actor: Actor, project: Project, todo: Lane, today: date) -> None:
    for name, days in (("Late", -1), ("Today", 0), ("Sixth", 6), ("Seventh", 7)):
        add(actor, todo, name, due_date=today + timedelta(days=days))
    add(actor, todo, "Undated")
    add(actor, lane_named(project, "done"), "Done", due_date=today - timedelta(days=9))
    (away,) = add(actor, todo, "Away")
    change_task(actor, away, version=1, archived=True)
    assert (find(due="late"), find(due="week"), find(due="none")) == (["Late"], ["Today", "Sixth"], ["Undated"])
    assert find(state="done") == ["Done"]
    assert find(state="open") == ["Late", "Today", "Sixth", "Seventh", "Undated"]
    assert find(state="archived") == ["Away"]


def test_days_from_start_to_due(find: Any, actor: Actor, todo: Lane) -> None:
    days = {"Span": (3, 6), "Start": (5, None), "Due": (None, 4), "Dot": (7, 7), "Never": (None, None)}
    for title, (start, due) in days.items():
        (task,) = add(actor, todo, title)
        facts = {"start_date": start and date(2027, 1, start), "due_date": due and date(2027, 1, due)}
        Task.objects.filter(pk=task.pk).update(**facts)
    found = {number: find(on=date(2027, 1, number)) for number in range(2, 9)}
    assert found == {2: [], 3: ["Span"], 4: ["Span", "Due"], 5: ["Span", "Start"], 6: ["Span"], 7: ["Dot"], 8: []}


def test_orders(find: Any, actor: Actor, todo: Lane, doing: Lane, today: date) -> None:
    add(actor, doing, "a", due_date=today)
    add(actor, todo, "C", due_date=today + timedelta(days=1))
    add(actor, todo, "b")
    Task.objects.filter(title="C").update(priority=Priority.HIGH)
    assert find() == find(sort="lane") == ["C", "b", "a"]
    assert (find(sort="title"), find(sort="-title")) == (["a", "b", "C"], ["C", "b", "a"])
    assert (find(sort="number"), find(sort="-number")) == (["a", "C", "b"], ["b", "C", "a"])
    assert (find(sort="due"), find(sort="-due")) == (["a", "C", "b"], ["C", "a", "b"])  # undated ones last either way
    assert find(sort="priority") == ["C", "a", "b"] and find(sort="-updated")[0] == "b"
    assert {len(find(sort=key)) for key in SORTS} == {3}
