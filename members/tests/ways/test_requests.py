"""Asking to join: questions, answers, one open request, and what the office makes of it."""

from collections.abc import Callable

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, Credential
from cooperatives.queries import enter
from members.actions import (
    admit,
    approve_request,
    decline_request,
    grant_role,
    request_to_join,
    set_questions,
    withdraw_request,
)
from members.models import JoinQuestion, JoinRequest, Membership, User
from members.queries import questions_of, requests_of, standings_of
from members.roles import Role
from members.tests.factories import a_cooperative, a_user, acting, refused


@pytest.fixture
def listed(alder: Cooperative) -> Cooperative:
    """Alder Yard, where people can ask; one question needs an answer."""
    Cooperative.objects.filter(pk=alder.pk).update(is_listed=True)
    with enter([alder.pk]):
        JoinQuestion.objects.create(cooperative=alder, text="Why us?", position=0)
        JoinQuestion.objects.create(cooperative=alder, text="Pets?", is_required=False, position=1)
    return alder


def answered(cooperative: Cooperative, *texts: str) -> dict[int, str]:
    with enter([cooperative.pk]):
        return dict(zip(questions_of(cooperative).values_list("pk", flat=True), texts, strict=False))


def asked(user: User, cooperative: Cooperative, *texts: str) -> JoinRequest:
    with acting(user) as actor:
        return request_to_join(actor, cooperative, answers=answered(cooperative, *(texts or ("I like it.",))))


# --- Asking -----------------------------------------------------------------------------------------------------------


def test_a_stranger_asks_and_the_answers_keep_their_questions(stranger: User, ada: User, listed: Cooperative) -> None:
    row = asked(stranger, listed, " I like it. ", "A cat")
    assert (row.name, row.state) == ("Sam Stranger", "open")
    with acting(ada) as actor:
        set_questions(actor, listed, questions=[("Other?", True)])
        [kept] = requests_of([listed.pk])
        assert kept.answers == [{"question": "Why us?", "answer": "I like it."}, {"question": "Pets?", "answer": "A cat"}]


def test_who_is_not_listed_is_not_there(stranger: User, alder: Cooperative) -> None:
    with acting(stranger) as actor, refused("not_found") as caught:
        request_to_join(actor, alder, answers={})
    with acting(stranger) as actor, refused("not_found") as other:
        request_to_join(actor, Cooperative(pk=10**6), answers={})
    assert caught.value.sentence == other.value.sentence


def test_a_question_without_its_answer_is_named(stranger: User, listed: Cooperative) -> None:
    with enter([listed.pk]):
        first = questions_of(listed).first()
    assert first is not None
    for texts, code in (((" ", "A cat"), "no_answer"), (("x" * 2001,), "long_answer")):
        with refused(code) as caught:
            asked(stranger, listed, *texts)
        assert caught.value.field == f"answer_{first.pk}"


def test_one_open_request_of_each_user(stranger: User, listed: Cooperative) -> None:
    row = asked(stranger, listed)
    with refused("already_asked"):
        asked(stranger, listed)
    with acting(stranger) as actor:
        assert withdraw_request(actor, row, version=1).state == "withdrawn"
        with refused("decided"):
            withdraw_request(actor, row, version=2)
    assert asked(stranger, listed).pk != row.pk


def test_a_member_need_not_ask(ben: User, listed: Cooperative) -> None:
    with refused("already_member"):
        asked(ben, listed)


def test_a_narrowed_token_asks_nobody(stranger: User, listed: Cooperative) -> None:
    narrowed = Actor.of(stranger, Credential(stranger, timezone.now(), 1))
    with refused("forbidden"):
        request_to_join(narrowed, listed, answers={})


def test_nobody_takes_back_what_somebody_else_asked(stranger: User, ada: User, listed: Cooperative) -> None:
    row = asked(stranger, listed)
    with acting(ada) as actor, refused("forbidden"):
        withdraw_request(actor, row, version=1)


def test_who_asks_twenty_a_day_waits(stranger: User) -> None:
    founder = a_user("Fay Founder")
    with time_machine.travel("2026-11-27 10:00Z", tick=False):
        for number in range(20):
            asked(stranger, a_cooperative(founder, f"Number {number}", is_listed=True))
        with refused("throttled"):
            asked(stranger, a_cooperative(founder, "One more", is_listed=True))


# --- Answering --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_approved_they_are_a_member_and_told(stranger: User, ada: User, listed: Cooperative) -> None:
    row = asked(stranger, listed)
    with acting(ada) as actor:
        done = approve_request(actor, row, version=1)
        assert (done.state, done.membership.number, str(done.decided_by)) == ("approved", 2, "Ada Quist")
    assert standings_of(stranger)[listed.pk].roles == {"member"}
    assert [(message.to, message.subject) for message in mail.outbox] == [([stranger.email], "Welcome to Alder Yard")]


@pytest.mark.django_db(transaction=True)
def test_declined_they_hear_why_and_may_ask_again(stranger: User, ada: User, listed: Cooperative) -> None:
    row = asked(stranger, listed)
    with acting(ada) as actor:
        decline_request(actor, row, version=1, reason=" All homes are taken. ")
        with refused("decided"):
            approve_request(actor, row, version=2)
    assert listed.pk not in standings_of(stranger)
    assert "All homes are taken." in str(mail.outbox[0].body)
    assert asked(stranger, listed).state == "open"


def test_only_the_office_answers(stranger: User, ada: User, ben: User, listed: Cooperative) -> None:
    row = asked(stranger, listed)
    for act in (approve_request, decline_request):
        with acting(ben) as actor, refused("forbidden"):
            act(actor, row, version=1)
        with acting(stranger) as actor, refused("not_found"):
            act(actor, row, version=1)
    with acting(ada) as actor:
        grant_role(actor, Membership.objects.get(user=ben), role=Role.SECRETARY)
    with acting(ben) as actor:
        assert decline_request(actor, row, version=1).state == "declined"


def test_a_stale_answer_is_refused(stranger: User, ada: User, listed: Cooperative) -> None:
    row = asked(stranger, listed)
    with acting(ada) as actor:
        with refused("stale"):
            approve_request(actor, row, version=None)
        with refused("stale"):
            decline_request(actor, row, version=2)
        with refused("long_reason"):
            decline_request(actor, row, version=1, reason="x" * 501)


def test_who_came_in_otherwise_or_is_switched_off_is_not_approved(stranger: User, ada: User, listed: Cooperative) -> None:
    row, other = asked(stranger, listed), asked(a_user("Olga Other"), listed)
    User.objects.filter(name="Olga Other").update(is_active=False)
    with acting(ada) as actor:
        admit(actor, listed, name="Sam", user=stranger)
        with refused("already_member"):
            approve_request(actor, row, version=1)
        with refused("switched_off"):
            approve_request(actor, other, version=1)


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_make_one_member(
    stranger: User, ada: User, listed: Cooperative, at_once: Callable[..., list[object]]
) -> None:
    row = asked(stranger, listed)

    def approve(_index: int) -> str:
        with acting(ada) as actor:
            return approve_request(actor, row, version=1).state

    came = at_once(approve, 6)
    assert sorted(getattr(each, "code", each) for each in came) == ["approved", *["stale"] * 5]
    with enter([listed.pk]):
        assert Membership.objects.filter(user=stranger).count() == 1


@pytest.mark.django_db(transaction=True)
def test_asking_twice_at_once_is_one_request(stranger: User, listed: Cooperative, at_once: Callable[..., list[object]]) -> None:
    came = at_once(lambda _index: asked(stranger, listed).state, 6)
    assert sorted(getattr(each, "code", each) for each in came) == [*["already_asked"] * 5, "open"]


# --- Questions --------------------------------------------------------------------------------------------------------


def test_questions_are_said_anew_in_order(ada: User, ben: User, listed: Cooperative) -> None:
    with acting(ada) as actor:
        set_questions(actor, listed, questions=[(" Second? ", False), ("First?", True)])
        found = list(questions_of(listed).values_list("text", "is_required"))
        assert found == [("Second?", False), ("First?", True)]
        wrongs = {"question": "x" * 301, "invisible": "\u2060"}
        for code, text in wrongs.items():
            with refused(code):
                set_questions(actor, listed, questions=[(text, True)])
        with refused("question"):
            set_questions(actor, listed, questions=[(" ", True)])
        with refused("too_many_questions"):
            set_questions(actor, listed, questions=[("Why?", True)] * 11)
        assert questions_of(listed).count() == 2
    with acting(ben) as actor, refused("forbidden"):
        set_questions(actor, listed, questions=[])


def test_listing_costs_the_same_for_one_and_for_three(
    ada: User, listed: Cooperative, django_assert_num_queries: Callable[..., object]
) -> None:
    for number in range(3):
        asked(a_user(f"User {number}"), listed)
        with acting(ada), django_assert_num_queries(1):  # type: ignore[attr-defined]
            assert len([(row.user.email, str(row.decided_by)) for row in requests_of([listed.pk])]) == number + 1
