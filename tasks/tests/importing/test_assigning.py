"""Who does an imported card: those whom the importing person chose, within the limit of the project."""

from datetime import date

import pytest

from cooperatives.actions import Invalid
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership
from tasks.actions import create_project
from tasks.models import Lane, Project, Task

from ..boards import add
from .files import board, bring, people

PEOPLE = {"members": [{"id": "m1", "fullName": "Ada"}, {"id": "m2", "fullName": "Boris"}]}


def test_cards_go_to_those_who_were_chosen(actor: Actor, project: Project, yusuf_member: Membership) -> None:
    marta = Membership.objects.get(user=actor.user)
    content = board(cards=[{"idMembers": ["m2", "m1"]}, {"name": "Other", "idMembers": ["m1"]}], **PEOPLE)
    bring(actor, project, content, people={"trello:m1": yusuf_member, "trello:m2": marta})
    first, second = Task.objects.order_by("number")
    assert people(first) == ["Marta Lindqvist", "Yusuf Demir"]
    assert people(second) == ["Yusuf Demir"]
    assert first.created_by == marta


def test_two_people_may_be_one_member_and_others_nobody(actor: Actor, project: Project, yusuf_member: Membership) -> None:
    content = board(cards=[{"idMembers": ["m1", "m2"]}], **PEOPLE)
    bring(actor, project, content, people={"trello:m1": yusuf_member, "trello:m2": yusuf_member})
    assert people(Task.objects.get()) == ["Yusuf Demir"]
    other = create_project(actor, project.cooperative, name="Garden")
    bring(actor, other, content)
    assert people(Task.objects.get(project=other)) == []


def test_who_is_no_member_here_is_refused_by_name(
    actor: Actor, project: Project, foreign: Project, yusuf_member: Membership
) -> None:
    content = board(cards=[{"idMembers": ["m1", "m2"]}, {"idMembers": ["m2"]}], **PEOPLE)
    with enter([foreign.cooperative_id]):
        stranger = Membership.objects.select_related("person").get()
    Membership.objects.filter(pk=yusuf_member.pk).update(left_on=date(2026, 1, 1), joined_on=date(2025, 1, 1))
    gone = Membership.objects.get(pk=yusuf_member.pk)
    for member in (stranger, gone):
        with pytest.raises(Invalid) as caught:
            bring(actor, project, content, people={"trello:m1": member})
        assert (caught.value.code, caught.value.field) == ("member", "person-1")
        assert "for Ada, or nobody." in caught.value.sentence
    assert Task.objects.count() == 0


def test_the_limit_for_one_person_holds_for_what_is_imported(
    actor: Actor, project: Project, todo: Lane, yusuf_member: Membership
) -> None:
    Project.objects.update(assignment_limit=3)
    add(actor, todo, "Ours", assignees=[yusuf_member])
    done = {"id": "l2", "name": "Done", "pos": 1}
    put_away = {"id": "l3", "name": "Old", "pos": 3, "closed": True}
    cards = [
        {"name": "finished", "idList": "l2"},
        {"name": "put away", "idList": "l3"},
        {"name": "archived", "closed": True},
        *({"name": f"open {number}", "pos": number} for number in range(4)),
    ]
    content = board(
        lists=[done, {"id": "l1", "name": "Ideas", "pos": 2}, put_away],
        cards=[{"idMembers": ["m1"], **card} for card in cards],
        **PEOPLE,
    )
    outcome = bring(actor, Project.objects.get(), content, people={"trello:m1": yusuf_member})
    assert (outcome.cards, outcome.unassigned) == (7, 2)
    mine = Task.objects.of([yusuf_member.pk]).order_by("number").values_list("title", flat=True)
    assert list(mine) == ["Ours", "finished", "open 0", "archived", "open 1", "put away"]
    assert not bring(actor, Project.objects.get(), content, people={"trello:m1": yusuf_member}).changed
