"""The assignment limit of a project: nobody is given more, whichever way it comes; and nothing is taken from anybody."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.actions import admit
from members.models import Membership
from members.tests.factories import a_user, refused
from tasks.actions import (
    change_lane,
    change_project,
    change_task,
    create_task,
    more_than_allowed,
    move_task,
)
from tasks.models import Lane, Project, Task

from .boards import add, kinds, lane_named, problem, told
from .test_collisions import House, codes, done, house  # noqa: F401

NAMES = "Then more than 2 unfinished tasks would be with: {}. Archive cards of theirs, give them to others, or raise the limit"


def limit(actor: Actor, project: Project, most: int | None) -> Project:
    """Let everybody have at most so many tasks."""
    project.refresh_from_db()
    return change_project(actor, project, version=project.version, assignment_limit=most)


def switch(actor: Actor, project: Project, status: str, **facts: Any) -> Lane:
    """Change a lane as it is now."""
    lane = lane_named(project, status)
    return change_lane(actor, lane, version=lane.version, **facts)


@pytest.fixture
def marta_member(actor: Actor, linden: Any) -> Membership:
    """Marta's membership."""
    member: Membership = Membership.objects.select_related("user", "person").get(user=actor.user)
    return member


@pytest.fixture
def busy(actor: Actor, project: Project, yusuf_member: Membership, marta_member: Membership) -> Project:
    """At most two tasks each. Yusuf has one and two that are done; Marta one that is done."""
    add(actor, lane_named(project, "todo"), "Roof", assignees=[yusuf_member])
    add(actor, lane_named(project, "done"), "Gate", "Lamp", assignees=[yusuf_member])
    add(actor, lane_named(project, "done"), "Bell", assignees=[marta_member])
    return limit(actor, project, 2)


def test_a_lane_that_no_longer_counts_as_done_gives_nobody_too_much(actor: Actor, busy: Project) -> None:
    before = kinds()
    with refused("assignment_limit") as caught:
        switch(actor, busy, "done", is_done=False)
    assert caught.value.sentence.startswith(NAMES.format("Yusuf Demir"))
    assert (lane_named(busy, "done").is_done, kinds()) == (True, before)
    (gate,) = Task.objects.filter(title="Gate")
    change_task(actor, gate, version=1, archived=True)
    assert switch(actor, busy, "done", is_done=False).is_done is False
    assert more_than_allowed(busy) == []


def test_everybody_is_named_once_by_name(actor: Actor, busy: Project, marta_member: Membership) -> None:
    add(actor, lane_named(busy, "done"), "Post", "Path", assignees=[marta_member])
    with refused("assignment_limit") as caught:
        switch(actor, busy, "done", is_done=False)
    assert caught.value.sentence.startswith(NAMES.format("Marta Lindqvist, Yusuf Demir"))


def test_a_restored_lane_brings_its_cards_back_within_the_limit(
    actor: Actor, project: Project, busy: Project, yusuf_member: Membership
) -> None:
    doing = switch(actor, busy, "in_progress", archived=True)
    switch(actor, busy, "done", archived=True)
    with refused("assignment_limit"):  # archived and no longer done: it is the coming back that counts
        switch(actor, busy, "done", is_done=False, archived=False)
    assert switch(actor, busy, "done", archived=False).is_done  # what is done burdens nobody
    assert change_lane(actor, doing, version=2, archived=False).archived_at is None


@pytest.mark.parametrize("status", ["todo", "done"])
def test_a_change_that_brings_nothing_back_asks_nobody(
    actor: Actor, busy: Project, yusuf_member: Membership, status: str
) -> None:
    add(actor, lane_named(busy, "todo"), "Fence", assignees=[yusuf_member])
    limit(actor, busy, 1)  # which he is beyond, in that very lane
    assert switch(actor, busy, status, name="Other").name == "Other"
    assert switch(actor, busy, status, is_done=True).is_done
    assert switch(actor, busy, status, archived=True).archived_at is not None


def test_without_a_limit_all_of_it_passes(actor: Actor, busy: Project) -> None:
    limit(actor, busy, None)
    assert switch(actor, busy, "done", is_done=False).is_done is False


def test_who_has_left_holds_up_nothing(actor: Actor, busy: Project, yusuf_member: Membership) -> None:
    Membership.objects.filter(pk=yusuf_member.pk).update(left_on=yusuf_member.joined_on)
    assert switch(actor, busy, "done", is_done=False).is_done is False


def test_a_card_out_of_an_archived_lane_counts_again(actor: Actor, busy: Project, yusuf_member: Membership) -> None:
    add(actor, lane_named(busy, "todo"), "Fence", assignees=[yusuf_member])
    switch(actor, busy, "todo", archived=True)
    review = lane_named(busy, "review")
    add(actor, review, "A", "B", assignees=[yusuf_member])  # what lies in an archived lane is no burden
    roof = Task.objects.get(title="Roof")
    with refused("assignment_limit"):
        move_task(actor, roof, version=1, lane=review)
    assert move_task(actor, roof, version=1, lane=lane_named(busy, "done")).lane.is_done


def test_in_an_archived_lane_somebody_is_named_without_being_burdened(
    actor: Actor, busy: Project, yusuf_member: Membership
) -> None:
    (spare,) = add(actor, lane_named(busy, "review"), "Spare")
    switch(actor, busy, "review", archived=True)
    limit(actor, busy, 1)
    assert change_task(actor, spare, version=1, assignees=[yusuf_member]).people == [yusuf_member]
    with refused("assignment_limit"):
        switch(actor, busy, "review", archived=False)


# What lies with somebody stays there


def test_a_lowered_limit_takes_nothing_away_and_says_who_has_more(actor: Actor, busy: Project, yusuf_member: Membership) -> None:
    add(actor, lane_named(busy, "todo"), "Fence", assignees=[yusuf_member])
    lowered = limit(actor, busy, 1)
    assert more_than_allowed(lowered) == [yusuf_member]
    assert told("tasks.project_changed")[-1]["over_limit"] == [str(yusuf_member.user.public_id)]  # type: ignore[union-attr]
    assert Task.objects.unfinished().of([yusuf_member.pk]).count() == 2


def test_a_restored_project_is_as_it_was_and_says_who_has_more(actor: Actor, busy: Project, yusuf_member: Membership) -> None:
    add(actor, lane_named(busy, "todo"), "Fence", assignees=[yusuf_member])
    away = change_project(actor, busy, version=busy.version, archived=True)
    lowered = change_project(actor, away, version=away.version, assignment_limit=1)
    back = change_project(actor, lowered, version=lowered.version, archived=False)
    said = [(one["changed"], len(one["over_limit"])) for one in told("tasks.project_changed")[-3:]]
    assert said == [(["archived"], 0), (["assignment_limit"], 0), (["archived"], 1)]
    assert (back.archived_at, more_than_allowed(back)) == (None, [yusuf_member])
    with refused("assignment_limit"):
        create_task(actor, back, title="One more", assignees=[yusuf_member])


def test_another_change_of_a_project_counts_nothing(actor: Actor, busy: Project, yusuf_member: Membership) -> None:
    add(actor, lane_named(busy, "todo"), "Fence", assignees=[yusuf_member])
    lowered = limit(actor, busy, 1)
    change_project(actor, lowered, version=lowered.version, name="Yard")
    assert told("tasks.project_changed")[-1]["over_limit"] == []


# Doors


def test_the_page_of_a_lane_says_who_would_have_too_much(page: Client, busy: Project) -> None:
    lane = lane_named(busy, "done")
    at = f"/c/linden-court/work/lanes/{lane.pk}/"
    answer = page.post(at, {"name": "Done", "version": "1"})
    assert answer.status_code == 409
    assert NAMES.format("Yusuf Demir") in answer.content.decode()
    assert page.post(at, {"name": "Done", "is_done": "on", "version": "1"}).status_code == 302


def test_the_settings_name_who_has_more(page: Client, actor: Actor, busy: Project, yusuf_member: Membership) -> None:
    add(actor, lane_named(busy, "todo"), "Fence", assignees=[yusuf_member])
    at = f"/c/linden-court/work/{busy.pk}/settings/"
    sentence = "More than 1 unfinished tasks are with: Yusuf Demir. They keep them and are given no further one."
    body = {"name": busy.name, "assignment_limit": "1", "version": str(busy.version)}
    assert sentence in page.post(at, body, follow=True).content.decode()
    assert sentence not in page.post(at, {"archived": "yes", "version": str(busy.version + 1)}, follow=True).content.decode()
    assert sentence in page.post(at, {"archived": "no", "version": str(busy.version + 2)}, follow=True).content.decode()


def test_a_program_is_told_as_well(api: APIClient, actor: Actor, busy: Project) -> None:
    lane = lane_named(busy, "done")
    answer = api.patch(f"/api/v1/lanes/{lane.pk}/", {"is_done": False, "version": 1}, format="json")
    problem(answer, 409, "assignment_limit")
    assert "Yusuf Demir" in answer.json()["detail"]


# Together


@pytest.mark.django_db(transaction=True)
def test_a_lane_that_turns_while_its_cards_are_given_to_somebody(house: House) -> None:  # noqa: F811
    with enter([house.cooperative.pk], house.user.pk):
        actor, user = Actor.of(house.user), a_user("Yusuf Demir")
        yusuf = admit(actor, house.cooperative, name=user.name, user=user, roles=("member",))
        project = limit(actor, house.project, 2)
        finished = Lane.objects.get(project=project, is_done=True)
        cards = [create_task(actor, project, title=f"T{number}", lane=finished) for number in range(7)]
        fresh = list(Task.objects.select_related("project__cooperative").filter(pk__in=[card.pk for card in cards]))

    def act(actor: Actor, index: int) -> Any:
        if index == 0:
            return change_lane(actor, Lane.objects.get(pk=finished.pk), version=1, is_done=False)
        return change_task(actor, fresh[index - 1], version=1, assignees=[yusuf])

    answers = house.together(act, writers=8, rounds=1)
    assert codes(answers) <= {"assignment_limit"}
    assert done(answers)
    with enter([house.cooperative.pk], house.user.pk):
        # Whoever came first: either the lane stayed done, or nobody has more than two.
        assert Lane.objects.get(pk=finished.pk).is_done or Task.objects.unfinished().of([yusuf.pk]).count() <= 2
