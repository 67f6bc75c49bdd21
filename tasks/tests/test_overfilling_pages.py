"""A full lane and somebody who may fill it all the same: the page asks, with and without scripts."""

import re
from typing import Any

import pytest
from django.test import Client

from cooperatives.policy import Actor
from members.models import User
from tasks.actions import change_lane
from tasks.models import Lane, Project, Task

from .boards import add, titles, told

ROOT = "/c/linden-court/work/"


@pytest.fixture
def card(actor: Actor, todo: Lane, doing: Lane) -> Task:
    """A card, and a lane that is full."""
    change_lane(actor, doing, version=1, wip_limit=1)
    add(actor, doing, "X")
    (made,) = add(actor, todo, "A <b>")
    return made


def fields_of(page: str) -> dict[str, str]:
    """What the form of the question would send."""
    (form,) = re.findall(r'<form class="stack.*?</form>', page, re.DOTALL)
    found: dict[str, str] = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    found.pop("csrfmiddlewaretoken")
    return found


@pytest.mark.parametrize("back", ["", "task"])
def test_without_scripts_a_page_asks_whether_it_is_meant(page: Client, card: Task, doing: Lane, back: str) -> None:
    door = f"{ROOT}tasks/{card.pk}/move/"
    asked = page.post(door, {"lane": doing.pk, "version": 1, "back": back})
    drawn = asked.content.decode()
    assert asked.status_code == 409
    assert "In progress is full" in drawn and "A &lt;b&gt;" in drawn and "Leave it where it is" in drawn
    wish = fields_of(drawn)
    assert wish == {"version": "1", "lane": str(doing.pk), "override": "1"} | ({"back": "task"} if back else {})
    done = page.post(door, wish)
    assert done["Location"] == (f"{ROOT}tasks/{card.pk}/" if back else f"{ROOT}{card.project_id}/#card-{card.pk}")
    assert (titles(doing), told("tasks.overfilled")[-1]["override"]) == (["X", "A <b>"], True)
    history = page.get(f"{ROOT}tasks/{card.pk}/history/").content.decode()
    (sentence,) = re.findall(r"<b>Marta Lindqvist</b> moved .*", history)
    assert re.sub(r"<[^>]+>", "", sentence).startswith("Marta Lindqvist moved A &lt;b&gt; to In progress although it was full")
    assert "although it was full" in page.get("/c/linden-court/activity/").content.decode()


def test_the_question_keeps_the_neighbour(page: Client, card: Task, doing: Lane) -> None:
    neighbour = Task.objects.get(title="X")
    asked = page.post(f"{ROOT}tasks/{card.pk}/move/", {"lane": doing.pk, "before": neighbour.pk, "version": 1})
    assert fields_of(asked.content.decode())["before"] == str(neighbour.pk)


def test_scripts_are_refused_and_the_board_says_who_may(page: Client, project: Project, card: Task, doing: Lane) -> None:
    answer = page.post(f"{ROOT}tasks/{card.pk}/move/", {"lane": doing.pk, "version": 1}, HTTP_ACCEPT="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "lane_full")
    assert "data-overfill" in page.get(f"{ROOT}{project.pk}/").content.decode()


def test_who_may_not_is_only_told(project: Project, card: Task, doing: Lane, yusuf: User, signed_in: Any) -> None:
    browser = signed_in(yusuf)
    door = f"{ROOT}tasks/{card.pk}/move/"
    answer = browser.post(door, {"lane": doing.pk, "version": 1}, follow=True)
    assert "is full" in answer.content.decode() and "Move all the same" not in re.sub(
        "<template.*?</template>", "", answer.content.decode(), flags=re.DOTALL
    )
    assert "data-overfill" not in browser.get(f"{ROOT}{project.pk}/").content.decode()
    refusal = browser.post(door, {"lane": doing.pk, "version": 1, "override": "1"}, HTTP_ACCEPT="application/json")
    assert (refusal.status_code, refusal.json()["code"]) == (403, "forbidden")
    assert titles(doing) == ["X"]
