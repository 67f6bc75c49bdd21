"""A project's settings and its lanes: everything by forms and links alone."""

import re
from typing import Any

import pytest
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import User
from tasks.actions import change_lane, change_project, create_project
from tasks.models import Lane, Project

from .boards import add, lane_named

MARKUP = '<script>alert("1")</script> שלום 💧'


def text(answer: Any) -> str:
    return str(answer.content.decode())


def at(project: Project, tail: str = "settings/") -> str:
    return f"/c/{project.cooperative.slug}/work/{project.pk}/{tail}"


def of(lane: Lane, tail: str = "") -> str:
    return f"/c/{lane.cooperative.slug}/work/lanes/{lane.pk}/{tail}"


def order(project: Project) -> list[str]:
    return [lane.name for lane in Lane.objects.filter(project=project, archived_at=None).order_by("position", "pk")]


def now(lane: Lane) -> Lane:
    found: Lane = Lane.objects.get(pk=lane.pk)
    return found


def test_the_board_leads_to_its_settings(page: Client, project: Project) -> None:
    assert f'href="{at(project)}"' in text(page.get(at(project, "")))
    shown = text(page.get(at(project)))
    assert [name for name in ("To do", "In progress", "Review", "Done") if name in shown] == order(project)
    assert "cards here are done" in shown


def test_a_project_is_renamed(page: Client, project: Project) -> None:
    answer = page.post(at(project), {"name": MARKUP, "description": "Why", "version": 1}, follow=True)
    assert answer.redirect_chain == [(at(project), 302)]
    assert "Saved." in text(answer) and "<script>alert" not in text(answer)
    project.refresh_from_db()
    assert (project.name, project.description, project.version) == (MARKUP, "Why", 2)


@pytest.mark.parametrize(("name", "sentence"), [("", "This field is required."), ("x" * 201, "at most 200"), ("a\x00b", "Null")])
def test_a_wrong_name_is_named_and_nothing_is_saved(page: Client, project: Project, name: str, sentence: str) -> None:
    answer = page.post(at(project), {"name": name, "version": 1})
    assert answer.status_code == 400 and sentence in text(answer)
    project.refresh_from_db()
    assert (project.name, project.version) == ("House committee", 1)


def test_a_stale_project_shows_both_and_can_be_saved_again(page: Client, actor: Actor, project: Project) -> None:
    change_project(actor, project, version=1, name="Theirs")
    answer = page.post(at(project), {"name": "Mine", "version": 1})
    assert answer.status_code == 409
    assert "<dd>Theirs</dd>" in text(answer) and 'value="Mine"' in text(answer)
    version = re.search(r'name="version" value="(\d+)"', text(answer))
    assert version and page.post(at(project), {"name": "Mine", "version": version[1]}).status_code == 302


def test_a_project_is_archived_and_restored(page: Client, project: Project) -> None:
    page.post(at(project), {"archived": "yes", "version": 1})
    assert "House committee" not in text(page.get("/c/linden-court/work/")).split("<main")[1].split("toasts")[0]
    shown = text(page.get(at(project)))
    assert "The project is archived." in shown and "Restore" in shown and "Add a lane" not in shown
    assert "so nothing was done" in text(page.post(at(project), {"archived": "no", "version": 1}, follow=True))
    assert "Restored." in text(page.post(at(project), {"archived": "no", "version": 2}, follow=True))


def test_a_lane_is_added_at_the_right_end(page: Client, project: Project) -> None:
    answer = page.post(at(project, "lanes/new/"), {"name": "Waiting", "wip_limit": "3"}, follow=True)
    assert "Added the lane Waiting." in text(answer)
    assert order(project) == ["To do", "In progress", "Review", "Done", "Waiting"]
    assert lane_named(project, "waiting").wip_limit == 3


@pytest.mark.parametrize("wip_limit", ["0", "-1", "10001", "many", "9" * 40])
def test_a_limit_that_is_none_is_refused(page: Client, project: Project, wip_limit: str) -> None:
    answer = page.post(at(project, "lanes/new/"), {"name": "Waiting", "wip_limit": wip_limit})
    assert answer.status_code == 400 and 'aria-invalid="true"' in text(answer)
    assert len(order(project)) == 4


def test_a_lane_is_changed(page: Client, todo: Lane) -> None:
    assert 'value="To do"' in text(page.get(of(todo)))
    page.post(of(todo), {"name": "Ready", "wip_limit": "2", "is_done": "on", "version": 1})
    lane = now(todo)
    assert (lane.name, lane.wip_limit, lane.is_done, lane.status) == ("Ready", 2, True, "todo")
    page.post(of(todo), {"name": "Ready", "wip_limit": "", "version": 2})
    assert (now(todo).wip_limit, now(todo).is_done) == (None, False)


def test_a_stale_lane_shows_what_is_stored(page: Client, actor: Actor, todo: Lane) -> None:
    change_lane(actor, todo, version=1, name="Theirs", wip_limit=4)
    answer = page.post(of(todo), {"name": "Mine", "version": 1})
    assert answer.status_code == 409
    assert "<dd>Theirs</dd>" in text(answer) and "<dd>4</dd>" in text(answer)
    assert now(todo).name == "Theirs"


def test_lanes_move_one_place(page: Client, project: Project, todo: Lane) -> None:
    def step(way: str) -> list[str]:
        page.post(of(todo, "step/"), {"step": way, "version": now(todo).version})
        return order(project)

    assert step("left") == ["To do", "In progress", "Review", "Done"]
    assert step("right") == ["In progress", "To do", "Review", "Done"]
    assert step("right") == ["In progress", "Review", "To do", "Done"]
    assert step("right") == ["In progress", "Review", "Done", "To do"]
    assert step("right") == ["In progress", "Review", "Done", "To do"]
    assert step("left") == ["In progress", "Review", "To do", "Done"]


@pytest.mark.parametrize("version", ["0", "x", "", "9" * 30])
def test_a_stale_step_says_so(page: Client, project: Project, todo: Lane, version: str) -> None:
    answer = page.post(of(todo, "step/"), {"step": "right", "version": version}, follow=True)
    assert "Somebody changed this" in text(answer)
    assert order(project)[0] == "To do"


def test_a_lane_is_archived_with_its_cards_and_comes_back(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    add(actor, todo, "Roof")
    page.post(of(todo), {"archived": "yes", "version": 1})
    assert "Roof" not in text(page.get(at(project, "")))
    shown = text(page.get(at(project)))
    assert "Archived lanes" in shown and f'action="{of(todo)}"' in shown
    page.post(of(todo), {"archived": "no", "version": 2})
    assert "Roof" in text(page.get(at(project, "")))


def test_a_board_without_lanes_offers_the_first(page: Client, actor: Actor, linden: Cooperative) -> None:
    bare = create_project(actor, linden, name="Bare", bare=True)
    board = text(page.get(at(bare, "")))
    assert "This board has no lane" in board and f'href="{at(bare, "lanes/new/")}"' in board
    assert f'href="{at(bare, "new/")}"' not in board
    assert "This board has no lane" in text(page.get(at(bare)))


def test_who_only_observes_reads_the_board(hassan: User, project: Project, todo: Lane, signed_in: Any) -> None:
    browser = signed_in(hassan)
    assert at(project) not in text(browser.get(at(project, "")))
    assert browser.get(at(project)).status_code == 403
    assert browser.get(at(project, "lanes/new/")).status_code == 403
    assert browser.get(of(todo))["Location"] == f"{at(project, '')}#lane-{todo.pk}"
    assert browser.post(of(todo), {"name": "X", "version": 1}).status_code == 403
    assert browser.post(of(todo), {"archived": "yes", "version": 1}).status_code == 403
    assert browser.post(of(todo, "step/"), {"step": "right", "version": 1}).status_code == 403
    assert order(project)[0] == "To do"


def test_strangers_find_nothing(outsider: User, page: Client, foreign: Project, todo: Lane, signed_in: Any) -> None:
    browser = signed_in(outsider)
    assert browser.get(of(todo)).status_code == 404
    for tail in ("settings/", "lanes/new/"):
        assert page.get(f"/c/linden-court/work/{foreign.pk}/{tail}").status_code == 404
    assert page.get("/c/linden-court/work/lanes/999999/").status_code == 404
    assert page.get(of(todo, "step/")).status_code == 405
