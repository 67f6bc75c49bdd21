"""How the views hang together: the ways between them, the sheet of keys, and that a filter goes along."""

import re
from typing import Any

import pytest
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import User
from tasks.actions import change_project, keep_filter
from tasks.models import Label, Lane, Project, Task
from tasks.tests.boards import add, fill


def at(project: Project, tail: str = "") -> str:
    return f"/c/{project.cooperative.slug}/work/{project.pk}/{tail}"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def ways(html: str) -> dict[str, tuple[str, bool]]:
    """The ways to other views by the key that takes them: address, and whether it is the open one."""
    found = re.findall(r'<a href="([^"]+)"( aria-current="page")? data-way="(\w)"', html)
    return {key: (url, bool(here)) for url, here, key in found}


@pytest.mark.parametrize(("tail", "here"), [("", "b"), ("list/", "l"), ("calendar/", "c"), ("?by=assignee", "b")])
def test_every_view_leads_to_the_others(page: Client, project: Project, tail: str, here: str) -> None:
    found = ways(text(page.get(at(project, tail))))
    assert {key: url for key, (url, _here) in found.items()} == {
        "b": at(project),
        "l": at(project, "list/"),
        "c": at(project, "calendar/"),
    }
    assert [key for key, (_url, is_here) in found.items() if is_here] == [here]


@pytest.mark.parametrize("tail", ["", "list/", "calendar/"])
def test_the_sheet_of_keys_lies_on_every_view(page: Client, project: Project, tail: str) -> None:
    shown = text(page.get(at(project, tail)))
    assert '<dialog class="dialog" id="keys"' in shown and "data-keys checked" in shown
    assert 'command="show-modal" commandfor="keys"' in shown
    for key in ("J", "K", "N", "E", "M", "A", "G", "?"):
        assert f"<kbd>{key}</kbd>" in shown


def test_a_shared_filter_is_offered_on_list_and_board(
    actor: Actor, linden: Cooperative, project: Project, yusuf: User, signed_in: Any
) -> None:
    keep_filter(actor, linden, name="Of nobody", query="who=none", project=project, is_shared=True)
    keep_filter(actor, linden, name="Only mine", query="who=me", project=project)
    for tail, target in (("list/", at(project, "list/")), ("filter/", at(project))):
        shown = text(signed_in(yusuf).get(at(project, tail)))
        assert f'href="{target}?who=none"' in shown and "Only mine" not in shown


def test_a_board_opened_by_a_saved_filter_shows_what_it_says(
    page: Client, actor: Actor, project: Project, todo: Lane, garden: Label, put: Any
) -> None:
    a, _b = add(actor, todo, "A", "B")
    put(garden, a)
    shown = text(page.get(at(project, f"?label={garden.pk}&sort=-title")))
    assert re.findall(r'id="card-(\d+)"', shown) == [str(a.pk)]


def test_a_filter_goes_along_when_more_cards_are_asked_for(page: Client, project: Project, todo: Lane) -> None:
    fill(todo, 120)
    Task.objects.filter(number__gt=10).update(priority=2)
    shown = text(page.get(at(project, "?priority=2&q=card")))
    assert "110 of 120 tasks" in shown and "Show 60 more" in shown
    assert f'href="?q=card&amp;priority=2&amp;lane={todo.pk}&amp;upto=100' in shown


def test_an_archived_project_can_still_be_looked_at_in_every_way(
    page: Client, actor: Actor, project: Project, todo: Lane
) -> None:
    add(actor, todo, "A")
    change_project(actor, project, version=1, archived=True)
    for tail in ("", "?by=priority", "list/", "calendar/", "calendar/day/", "filter/"):
        answer = page.get(at(project, tail))
        assert answer.status_code == 200, tail
        assert "data-quick" not in text(answer) and 'name="task"' not in text(answer)


@pytest.mark.parametrize("tail", ["list/", "?by=assignee", "calendar/", "calendar/day/", "filter/", "quick/"])
def test_a_project_of_others_is_as_unknown_as_none(page: Client, project: Project, foreign: Project, tail: str) -> None:
    answers = [page.get(f"/c/linden-court/work/{pk}/{tail}") for pk in (foreign.pk, 999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [re.sub(r"\d+", "", re.sub(r'(token|nonce|value|content)="[^"]*"', "", text(answer))) for answer in answers]
    assert bodies[0] == bodies[1]


def test_visitors_sign_in_first(project: Project) -> None:
    for tail in ("list/", "calendar/", "calendar/day/", "filter/", "quick/", "?by=label"):
        answer = Client().get(at(project, tail))
        assert (answer.status_code, answer["Location"].startswith("/accounts/login/")) == (302, True), tail


def test_every_card_is_named_once_in_rows(
    page: Client, actor: Actor, project: Project, todo: Lane, garden: Label, roofs: Label, put: Any
) -> None:
    for task in add(actor, todo, "A", "B"):
        put(garden, task)
        put(roofs, task)
    ids = re.findall(r' id="([^"]+)"', text(page.get(at(project, "?by=label"))))
    assert len(ids) == len(set(ids))
