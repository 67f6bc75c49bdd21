"""One task by one press, and many with the versions that were seen."""

import re
from typing import Any

import pytest
from django.test import Client

from cooperatives.actions import RuleBroken
from cooperatives.policy import SYSTEM, Actor
from members.models import Membership, User
from members.tests.factories import refused
from tasks.actions import change_lane, change_task, change_tasks, take_task
from tasks.models import Lane, Task
from tasks.tests.boards import add, fill, kinds, titles

WORK = "/c/linden-court/work/"


def test_one_that_was_changed_meanwhile_holds_all_back(actor: Actor, todo: Lane, doing: Lane) -> None:
    a, b = add(actor, todo, "A", "B")
    change_task(actor, b, version=1, title="Other")
    before = kinds()
    with refused("stale") as caught:
        change_tasks(actor, [a, b], versions={a.pk: 1, b.pk: 1}, lane=doing)
    assert caught.value.sentence == "HC-2: somebody changed it in the meantime. Nothing was changed. Reload the list."
    assert (caught.value.status, caught.value.extra["task"], kinds(), titles(doing)) == (409, b.pk, before, [])
    change_tasks(actor, [a, b], versions={a.pk: 1, b.pk: 2}, lane=doing)
    assert titles(doing) == ["A", "Other"]


@pytest.mark.parametrize("seen", [(), (None,), (2,)])
def test_a_version_that_nobody_saw_is_refused(actor: Actor, todo: Lane, seen: Any) -> None:
    (a,) = add(actor, todo, "A")
    with refused("stale"):
        change_tasks(actor, [a], versions={a.pk: seen[0]} if seen else {}, archived=True)


def test_as_many_as_may_be(actor: Actor, todo: Lane, doing: Lane) -> None:
    cards = fill(todo, 200)
    assert len(change_tasks(actor, cards, versions={card.pk: 1 for card in cards}, lane=doing)) == 200
    assert titles(doing) == [card.title for card in cards]


def test_a_press_takes_a_task_and_gives_it_back(
    actor: Actor, todo: Lane, yusuf_member: Membership, marta_member: Membership
) -> None:
    (task,) = add(actor, todo, "A", assignees=[yusuf_member])
    task, is_mine = take_task(actor, task, version=1)
    assert (is_mine, task.people, task.version) == (True, [yusuf_member, marta_member], 2)
    task, is_mine = take_task(actor, task, version=2)
    assert (is_mine, task.people, task.version) == (False, [yusuf_member], 3)
    with pytest.raises(RuleBroken, match="meantime"):
        take_task(actor, task, version=2)
    with pytest.raises(RuleBroken, match="Only a member"):
        take_task(SYSTEM, task, version=3)


@pytest.mark.parametrize(
    ("back", "tail"),
    [
        ("", "{project}/#card-{pk}"),
        ("by-label", "{project}/?by=label#card-{pk}"),
        ("task", "tasks/{pk}/"),
        ("by-x", "{project}/#card-{pk}"),
    ],
)
def test_the_button_leads_back_to_where_it_was_pressed(page: Client, actor: Actor, todo: Lane, back: str, tail: str) -> None:
    (task,) = add(actor, todo, "A")
    answer = page.post(f"{WORK}tasks/{task.pk}/take/", {"version": 1, "back": back, "take": "1"})
    assert answer["Location"] == WORK + tail.format(project=todo.project_id, pk=task.pk)
    assert len(Task.objects.get().people) == 1


def test_cards_rows_and_the_page_of_a_task_have_the_button(
    page: Client, actor: Actor, todo: Lane, yusuf_member: Membership, hassan: User, signed_in: Any
) -> None:
    (task,) = add(actor, todo, "A", assignees=[yusuf_member])
    board, own = f"{WORK}{todo.project_id}/", f"{WORK}tasks/{task.pk}/"
    card = re.compile(rf'<button name="take" value="1" formaction="{own}take/"><svg.*?</svg>\s*([^<]+)<kbd>A</kbd>')
    for said in ("Assign to me", "Take me off"):
        for place in (board, f"{board}?by=assignee", f"{own}card/"):
            assert card.findall(page.get(place).content.decode()) == [said], place
        shown = page.get(own).content.decode()
        assert re.findall(r'<button class="btn sm" name="take" value="1"><svg.*?</svg>\s*([^<]+)</button>', shown) == [said]
        assert f'action="{own}take/"' in shown and "formaction" not in shown
        take_task(actor, Task.objects.get(), version=Task.objects.get().version)
    for place in (board, own):
        assert 'name="take"' not in signed_in(hassan).get(place).content.decode()


def test_a_full_lane_asks_and_leads_back_to_the_rows(page: Client, actor: Actor, todo: Lane, doing: Lane) -> None:
    change_lane(actor, doing, version=1, wip_limit=1)
    add(actor, doing, "Full")
    (task,) = add(actor, todo, "A")
    url, sent = f"{WORK}tasks/{task.pk}/move/", {"version": 1, "lane": doing.pk, "back": "by-label"}
    asked = page.post(url, sent)
    assert asked.status_code == 409 and 'name="back" value="by-label"' in asked.content.decode()
    done = page.post(url, {**sent, "override": "1"})
    assert done["Location"] == f"{WORK}{todo.project_id}/?by=label#card-{task.pk}"
    assert sorted(titles(doing)) == ["A", "Full"]


def test_who_may_not_change_it_takes_nothing(hassan: User, outsider: User, todo: Lane, actor: Actor) -> None:
    (task,) = add(actor, todo, "A")
    for user, code in ((hassan, "forbidden"), (outsider, "not_found")):
        with refused(code):
            take_task(Actor.of(user), task, version=1)
    assert Task.objects.get().version == 1
