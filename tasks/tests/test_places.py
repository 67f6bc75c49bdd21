"""The place of a lane and of a step, as programs read and write it: counted among what is shown, from 0, without gaps."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from cooperatives.policy import Actor
from tasks.actions import add_step, change_lane, create_checklist, create_lane, remove_step
from tasks.models import CheckItem, Checklist, Lane, Project, Task

from .boards import kinds, lane_named, told

LANES, STEPS = "/api/v1/lanes/", "/api/v1/steps/"


def places(api: APIClient, project: Project, archived: str = "false") -> list[tuple[str, int]]:
    """Name and place of each lane of a kind, as the API tells them."""
    found = api.get(f"{LANES}?project={project.pk}&archived={archived}").json()["results"]
    return [(row["status"], row["position"]) for row in found]


def shown(project: Project) -> list[str]:
    """The lanes of the board from left to right."""
    rows = Lane.objects.filter(project=project, archived_at=None).order_by("position", "pk")
    return list(rows.values_list("status", flat=True))


def put_away(actor: Actor, project: Project, status: str) -> Lane:
    """Archive a lane."""
    lane = lane_named(project, status)
    return change_lane(actor, lane, version=lane.version, archived=True)


@pytest.fixture
def gappy(actor: Actor, project: Project) -> Project:
    """A board whose second lane is archived, and two whose stored positions lie far apart or are the same."""
    put_away(actor, project, "in_progress")
    Lane.objects.filter(project=project, status="review").update(position=40)
    Lane.objects.filter(project=project, status="done").update(position=40)
    return project


def test_archived_lanes_and_gaps_do_not_count(api: APIClient, gappy: Project) -> None:
    assert places(api, gappy) == [("todo", 0), ("review", 1), ("done", 2)]
    assert places(api, gappy, "true") == [("in_progress", 1)]  # where it comes back


@pytest.mark.parametrize("status", ["todo", "review", "done"])
def test_what_is_read_can_be_sent_back_and_changes_nothing(api: APIClient, gappy: Project, status: str) -> None:
    lane = lane_named(gappy, status)
    before, told_before = places(api, gappy), kinds()
    read = api.get(f"{LANES}{lane.pk}/").json()
    answer = api.patch(f"{LANES}{lane.pk}/", {"position": read["position"], "version": read["version"]}, format="json")
    assert answer.json() == read == api.get(f"{LANES}{lane.pk}/").json()
    assert (places(api, gappy), kinds()) == (before, told_before)


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("status", ["todo", "review", "done"])
def test_a_lane_is_where_it_was_put_whatever_is_archived(api: APIClient, gappy: Project, status: str, place: int) -> None:
    lane = lane_named(gappy, status)
    changed = api.patch(f"{LANES}{lane.pk}/", {"position": place, "version": lane.version}, format="json").json()
    again = api.get(f"{LANES}{lane.pk}/").json()
    assert changed == again and again["position"] == place
    others = [other for other in ("todo", "review", "done") if other != status]
    assert shown(gappy) == [*others[:place], status, *others[place:]]
    assert [at for _status, at in places(api, gappy)] == [0, 1, 2]
    assert len(told("tasks.lane_changed")) == 1 + (["todo", "review", "done"].index(status) != place)


def test_beyond_the_last_lane_is_the_right_end(api: APIClient, gappy: Project) -> None:
    lane = lane_named(gappy, "todo")
    changed = api.patch(f"{LANES}{lane.pk}/", {"position": 1000, "version": 1}, format="json").json()
    assert (changed["position"], shown(gappy)) == (2, ["review", "done", "todo"])


def test_an_archived_lane_comes_back_where_it_stood(api: APIClient, actor: Actor, gappy: Project) -> None:
    review = lane_named(gappy, "review")
    change_lane(actor, review, version=1, position=0)
    assert shown(gappy) == ["review", "todo", "done"]
    away = lane_named(gappy, "in_progress")
    place = api.get(f"{LANES}{away.pk}/").json()["position"]
    back = api.patch(f"{LANES}{away.pk}/", {"archived": False, "version": 2}, format="json").json()
    assert (back["position"], shown(gappy)) == (place, ["review", "todo", "in_progress", "done"])


def test_an_archived_lane_is_put_somewhere_and_comes_back_there(api: APIClient, gappy: Project) -> None:
    away = lane_named(gappy, "in_progress")
    changed = api.patch(f"{LANES}{away.pk}/", {"position": 3, "version": 2}, format="json").json()
    assert (changed["position"], shown(gappy)) == (3, ["todo", "review", "done"])
    api.patch(f"{LANES}{away.pk}/", {"archived": False, "version": 3}, format="json")
    assert shown(gappy) == ["todo", "review", "done", "in_progress"]


def test_a_new_lane_says_its_place_and_stands_at_the_right_end(api: APIClient, gappy: Project) -> None:
    made = api.post(LANES, {"project": gappy.pk, "name": "Testing"}, format="json").json()
    assert (made["position"], shown(gappy)[-1]) == (3, "testing")


def test_a_stale_change_is_shown_the_lane_with_its_place(api: APIClient, gappy: Project) -> None:
    lane = lane_named(gappy, "review")
    current = api.patch(f"{LANES}{lane.pk}/", {"name": "X", "version": 9}, format="json").json()["current"]
    assert (current["position"], current["version"]) == (1, 1)


def test_the_buttons_of_the_page_step_over_what_is_archived(page: Client, gappy: Project) -> None:
    at = f"/c/linden-court/work/lanes/{lane_named(gappy, 'review').pk}/step/"
    page.post(at, {"step": "left", "version": "1"})
    assert shown(gappy) == ["review", "todo", "done"]
    page.post(at, {"step": "left", "version": "2"})
    page.post(at, {"step": "right", "version": "2"})
    page.post(at, {"step": "right", "version": "3"})
    assert shown(gappy) == ["todo", "done", "review"]


@pytest.mark.parametrize("count", [1, 3])
def test_places_of_lanes_take_no_statement_each(api: APIClient, actor: Actor, project: Project, count: int) -> None:
    for number in range(count):
        create_lane(actor, project, name=f"More {number}")
    with CaptureQueriesContext(connection) as caught:
        assert len(api.get(LANES).json()["results"]) == 4 + count
    assert len([query for query in caught if "tasks_" in query["sql"]]) == 2


# Steps of a checklist


@pytest.fixture
def tools(actor: Actor, task: Task) -> Checklist:
    """Four steps, of which the second was removed."""
    made = create_checklist(actor, task, name="Tools", steps=["Spade", "Gone", "Gloves", "Bags"])
    remove_step(actor, CheckItem.objects.select_related("checklist__task__project").get(text="Gone"), version=1)
    return made


def steps(api: APIClient, tools: Checklist) -> list[tuple[str, int]]:
    """Text and place of each step, which the list and the checklist tell alike."""
    listed = [(row["text"], row["position"]) for row in api.get(f"{STEPS}?checklist={tools.pk}").json()["results"]]
    held = api.get(f"/api/v1/checklists/{tools.pk}/").json()["steps"]
    assert [(row["text"], row["position"]) for row in held] == listed
    return listed


def test_steps_count_from_0_without_gaps(api: APIClient, tools: Checklist) -> None:
    assert steps(api, tools) == [("Spade", 0), ("Gloves", 1), ("Bags", 2)]


@pytest.mark.parametrize("text", ["Spade", "Gloves", "Bags"])
def test_the_place_of_a_step_can_be_sent_back(api: APIClient, tools: Checklist, text: str) -> None:
    step, before = CheckItem.objects.get(text=text), steps(api, tools)
    read = api.get(f"{STEPS}{step.pk}/").json()
    sent: dict[str, Any] = {"position": read["position"], "version": read["version"]}
    assert api.patch(f"{STEPS}{step.pk}/", sent, format="json").json() == read
    assert steps(api, tools) == before


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_step_is_where_it_was_put(api: APIClient, tools: Checklist, place: int) -> None:
    step = CheckItem.objects.get(text="Gloves")
    changed = api.patch(f"{STEPS}{step.pk}/", {"position": place, "version": 1}, format="json").json()
    assert changed["position"] == place
    assert steps(api, tools)[place] == ("Gloves", place)


def test_a_new_step_says_its_place(api: APIClient, actor: Actor, tools: Checklist) -> None:
    made = api.post(STEPS, {"checklist": tools.pk, "text": "Bucket"}, format="json").json()
    assert made["position"] == 3
    add_step(actor, tools, text="Rope")
    assert steps(api, tools)[-1] == ("Rope", 4)
