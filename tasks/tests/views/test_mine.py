"""My work across cooperatives: what is late, today, this week, later, undated, watched; each by its own calendar."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership, User
from members.tests.factories import a_cooperative
from tasks import mine
from tasks.actions import change_task, create_project, create_task
from tasks.mine import FIRST_ROWS, Whole, sections
from tasks.models import Lane, Part, Project, Task, Watch
from tasks.tests.boards import add, fill, lane_named

MINE = "/my-work/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def named(row: Any) -> str:
    return str(row.turn.duty.title if isinstance(row, Part) else row.title)


def told(actor: Actor) -> dict[str, list[str]]:
    return {section.key: [named(row) for row in section.rows] for section in sections(actor)}


@pytest.fixture
def both(marta: User, project: Project, today: date) -> Iterator[Actor]:
    """Marta, who belongs to a second cooperative as well, entered in both."""
    second = a_cooperative(marta, "Alder House")
    actor = Actor.of(marta)
    with enter(actor.cooperative_ids, actor.user_id):
        other = create_project(actor, second, name="Alder works")
        me = Membership.objects.get(user=marta, cooperative=second)
        create_task(actor, other, title="Alder roof", assignees=[me], due_date=today)
        yield actor


def test_by_how_soon_it_is_due(
    actor: Actor, project: Project, todo: Lane, today: date, marta_member: Membership, yusuf_member: Membership, watch: Any
) -> None:
    for title, days in (("Late", -1), ("Later late", -9), ("Today", 0), ("Sixth", 6), ("Seventh", 7)):
        add(actor, todo, title, assignees=[marta_member], due_date=today + timedelta(days=days))
    add(actor, todo, "Undated", assignees=[yusuf_member, marta_member])
    add(actor, lane_named(project, "done"), "Done", assignees=[marta_member], due_date=today)
    (away,) = add(actor, todo, "Away", assignees=[marta_member])
    change_task(actor, away, version=1, archived=True)
    watched, mine_too = *add(actor, todo, "Watched", assignees=[yusuf_member]), Task.objects.get(title="Undated")
    watch(marta_member, watched, mine_too)
    add(actor, todo, "Of nobody")
    assert told(actor) == {
        "late": ["Later late", "Late"],
        "today": ["Today"],
        "week": ["Sixth"],
        "later": ["Seventh"],
        "undated": ["Undated"],
        "watching": ["Watched"],
    }


def test_from_all_cooperatives(both: Actor, todo: Lane, today: date, marta_member: Membership) -> None:
    add(both, todo, "Linden door", assignees=[marta_member], due_date=today)
    assert sorted(told(both)["today"]) == ["Alder roof", "Linden door"]


def test_each_cooperative_has_its_own_day(actor: Actor, linden: Cooperative, todo: Lane, marta_member: Membership) -> None:
    add(actor, todo, "Roof", assignees=[marta_member])
    east, west = "Pacific/Kiritimati", "Pacific/Pago_Pago"  # a day and more apart at every moment
    days = dict.fromkeys((east, west), mine.today_in_each)
    for zone in days:
        Cooperative.objects.filter(pk=linden.pk).update(time_zone=zone)
        (there,) = mine.today_in_each([linden.pk])
        Task.objects.update(due_date=there)
        assert list(told(actor)) == ["today"], zone
        Task.objects.update(due_date=there - timedelta(days=1))
        assert list(told(actor)) == ["late"], zone


def test_a_part_is_short_and_leads_to_the_rest(page: Client, actor: Actor, todo: Lane, marta_member: Membership) -> None:
    for number in range(FIRST_ROWS + 2):
        add(actor, todo, f"Task {number}", assignees=[marta_member])
    (section,) = sections(actor)
    assert (section.key, len(section.rows), section.total) == ("undated", FIRST_ROWS, 12)
    shown = text(page.get(MINE))
    assert "12 tasks and turns wait for you" in shown and 'href="?part=undated">Show all 12' in shown
    whole = text(page.get(f"{MINE}?part=undated"))
    assert whole.count('id="work-') == 12 and "Without a date" in whole and f'href="{MINE}">All my work' in whole
    assert "Nothing waits for you" in text(page.get(f"{MINE}?part=late"))
    assert text(page.get(f"{MINE}?part=x")).count('id="work-') == FIRST_ROWS


def test_a_row_says_where_it_comes_from(page: Client, both: Actor) -> None:
    shown = text(page.get(MINE))
    assert re.search(r'href="/c/alder-house/work/tasks/\d+/">Alder roof</a><small>Alder House · Alder works · To do', shown)
    assert 'href="/my-work/"' in shown  # in the reader's menu


def test_nothing_of_others(outsider: User, foreign: Project, page: Client, signed_in: Any, actor: Actor) -> None:
    assert "Nothing waits for you" in text(page.get(MINE))
    member = Membership.objects.filter(user=actor.user).get()
    with enter([foreign.cooperative_id]):
        hidden = Task.objects.get(title="Hidden")
        Watch.objects.create(cooperative=hidden.cooperative, task=hidden, member=Membership.objects.get(user=outsider))
    assert "Hidden" not in text(page.get(MINE))
    assert "Hidden" in text(signed_in(outsider).get(MINE))
    assert member.user != outsider


def test_visitors_sign_in_first() -> None:
    answer = Client().get(MINE)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={MINE}")


def test_who_belongs_nowhere_sees_that_nothing_waits(signed_in: Any, db: None) -> None:
    from members.tests.factories import a_user

    assert "Nothing waits for you" in text(signed_in(a_user("Nemo Nobody")).get(MINE))


def test_it_costs_the_same_for_one_and_three_in_any_part(
    page: Client, both: Actor, todo: Lane, today: date, marta_member: Membership, statements: Any
) -> None:
    counts = []
    for names in ("A", "BC"):
        for days in (-1, 0, 3, 30):
            add(both, todo, *names, assignees=[marta_member], due_date=today + timedelta(days=days))
        counts.append((statements(MINE), statements(f"{MINE}?part=late")))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 14


def test_the_most_urgent_first_and_undated_by_priority(actor: Actor, todo: Lane, today: date, marta_member: Membership) -> None:
    for title, days, priority in (("B", 5, 3), ("C", 3, 3), ("A", 3, 1)):
        add(actor, todo, title, assignees=[marta_member], due_date=today + timedelta(days=days), priority=priority)
    for title, priority in (("Y", 4), ("X", 2)):
        add(actor, todo, title, assignees=[marta_member], priority=priority)
    assert told(actor) == {"week": ["A", "C", "B"], "undated": ["X", "Y"]}
    assert [task.title for task in Whole(actor, "week")[0:50]] == ["A", "C", "B"]


def test_what_is_done_or_archived_is_not_watched_any_more(
    actor: Actor, project: Project, todo: Lane, marta_member: Membership, watch: Any
) -> None:
    (done,) = add(actor, lane_named(project, "done"), "Done")
    (open_one,) = add(actor, todo, "Open")
    watch(marta_member, done, open_one)
    assert told(actor) == {"watching": ["Open"]}


def test_pages_of_one_part(page: Client, todo: Lane, marta_member: Membership) -> None:
    fill(todo, 60, assignees=[marta_member])
    first, second = (text(page.get(f"{MINE}?part=undated&page={number}")) for number in (1, 2))
    assert (first.count('id="work-'), second.count('id="work-')) == (50, 10)
    assert "51–60 of 60" in second


def test_a_part_alone_for_those_who_look_on(page: Client, actor: Actor, todo: Lane, marta_member: Membership) -> None:
    add(actor, todo, "A", assignees=[marta_member])
    part = text(page.get(MINE, headers={"HX-Request": "true"}))
    assert "<html" not in part and 'id="my-work"' in part and ">A</a>" in part


def test_titles_are_text(page: Client, actor: Actor, todo: Lane, marta_member: Membership) -> None:
    add(actor, todo, "<script>alert(1)</script>", assignees=[marta_member])
    assert "<script>alert" not in text(page.get(MINE))
