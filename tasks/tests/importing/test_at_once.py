"""Imports at the same moment as other work, with real commits, on the engine of the run."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership, User
from members.tests.factories import a_cooperative, a_user
from tasks.actions import create_project, create_task, import_board
from tasks.importing import read_board
from tasks.models import CheckItem, Checklist, Comment, Label, Labelling, Lane, Project, Task

from .files import board
from .test_trello import checklist, comment

WRITERS = 6
CARDS = 12


@pytest.fixture
def marta_there(transactional_db: None) -> User:
    """Marta, who founded Linden Court."""
    return a_user("Marta Lindqvist")


@pytest.fixture
def project_there(marta_there: User) -> Iterator[Project]:
    """A project that is there for every thread."""
    cooperative: Cooperative = a_cooperative(marta_there, "Linden Court")
    with enter([cooperative.pk], marta_there.pk):
        yield create_project(Actor.of(marta_there), cooperative, name="House")


def content() -> bytes:
    numbers = range(CARDS)
    facts = {"idLabels": ["x"], "idMembers": ["m1"]}
    return board(
        lists=[{"id": "l1", "name": "To do"}, {"id": "l2", "name": "Ideas"}],
        cards=[{"idList": f"l{number % 2 + 1}", "name": f"Card {number}", **facts} for number in numbers],
        labels=[{"id": "x", "name": "X", "color": "red"}],
        members=[{"id": "m1", "fullName": "Marta Lindqvist"}],
        checklists=[checklist(f"k{number}", {"id": f"s{number}", "name": "a"}, idCard=f"c{number}") for number in numbers],
        actions=[comment(f"a{number}", card=f"c{number}") for number in numbers],
    )


def test_one_file_sent_by_many_at_once_comes_once(marta_there: User, project_there: Project, at_once: Callable[..., Any]) -> None:
    plan = read_board(content())

    def send(_index: int) -> int:
        with enter([project_there.cooperative_id], marta_there.pk):
            return import_board(Actor.of(marta_there), project_there, plan).cards

    answers = at_once(send, WRITERS)
    odd = [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, RuleBroken)]
    assert (odd, sum(answer for answer in answers if isinstance(answer, int))) == ([], CARDS)
    models = (Task, Labelling, Checklist, CheckItem, Comment)
    assert {model.__name__: model.objects.count() for model in models} == {model.__name__: CARDS for model in models}
    assert (Label.objects.count(), Lane.objects.exclude(source_id=None).count()) == (1, 2)
    assert sorted(Task.objects.values_list("number", flat=True)) == list(range(1, CARDS + 1))


def test_the_limit_for_one_person_holds_while_others_give_tasks_too(
    marta_there: User, project_there: Project, at_once: Callable[..., Any]
) -> None:
    limit = 5
    Project.objects.update(assignment_limit=limit)
    marta = Membership.objects.select_related("person", "user").get(user=marta_there)
    plan = read_board(content())

    def write(index: int) -> Any:
        with enter([project_there.cooperative_id], marta_there.pk):
            actor = Actor.of(marta_there)
            if index % 2:
                return create_task(actor, project_there, title=f"Ours {index}", assignees=[marta]).pk
            return import_board(actor, project_there, plan, people={"trello:m1": marta}).unassigned

    answers = at_once(write, WRITERS)
    kinds = Counter(type(answer).__name__ for answer in answers)
    assert set(kinds) <= {"int", "Conflict"}, answers
    assert Task.objects.unfinished().of([marta.pk]).count() == limit
