"""A leave of absence: who is away keeps number and membership, and rests from offices."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from cooperatives.actions import change_cooperative
from cooperatives.events import Occurrence
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may
from cooperatives.queries import enter
from members.actions import end_membership, grant_role, pause, resume
from members.models import Pause, User
from members.queries import admins_of, standings_of
from members.roles import Role, offices, while_paused

from ..factories import a_cooperative, a_member, a_user, acting, days, refused
from .acts import member_of, roles
from .conftest import told


@pytest.mark.parametrize(
    ("held", "left"),
    [
        ({"admin", "member"}, {"member"}),
        ({"treasurer", "observer"}, {"observer"}),
        ({"admin"}, {"observer"}),
        ({"member"}, {"member"}),
    ],
)
def test_what_is_left_of_roles_while_they_rest(held: set[str], left: set[str]) -> None:
    assert while_paused(held) == left
    assert offices(held) == held - {"member", "observer"}


def test_an_officer_who_is_away_reads_as_a_member_and_comes_back_as_before(
    ada: User, cleo: User, alder: Cooperative, written: list[Occurrence]
) -> None:
    with acting(ada) as actor:
        pause(actor, member_of(alder, cleo), reason="  A year at sea ")
        assert Pause.objects.get().reason == "A year at sea"
        assert roles(alder, cleo) == {"member"}
        assert not may(Actor.of(cleo), "members.admit", alder)
        assert may(Actor.of(cleo), "members.see", alder)
        resume(actor, member_of(alder, cleo))
    assert roles(alder, cleo) == {"member", "secretary"}
    user_id, today = str(cleo.public_id), days(0).isoformat()
    assert told(written) == [
        ("members.paused", {"user_id": user_id, "starts_on": today, "ends_on": ""}),
        ("members.resumed", {"user_id": user_id, "on": today}),
    ]
    assert all(occurrence.kind.standing for occurrence in written)


def test_why_somebody_is_away_is_not_told(ada: User, ben: User, alder: Cooperative, written: list[Occurrence]) -> None:
    with acting(ada) as actor:
        pause(actor, member_of(alder, ben), reason="Illness")
    assert "Illness" not in str(written)


def test_rights_end_at_the_midnight_on_which_a_planned_pause_begins(ada: User, cleo: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        pause(actor, member_of(alder, cleo), starts_on=days(5), ends_on=days(9))
        pause(actor, member_of(alder, ben), starts_on=days(5))
    standing = standings_of(cleo)[alder.pk]
    assert standing.roles == {"member", "secretary"}
    assert standing.until is not None
    assert standing.until.date() == days(5)
    assert standings_of(ben)[alder.pk].until is None  # a plain member loses nothing


def test_standings_take_two_queries_with_pauses_too(
    ada: User, cleo: User, alder: Cooperative, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with acting(ada) as actor:
        for start in (1, 3, 5):
            pause(actor, member_of(alder, cleo), starts_on=days(start), ends_on=days(start + 1))
    with django_assert_num_queries(2):
        assert standings_of(cleo)[alder.pk].roles == {"member", "secretary"}


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        ({"starts_on": days(-1)}, "in_the_past"),
        ({"starts_on": days(367)}, "too_far_ahead"),
        ({"ends_on": days(0)}, "ends_before_it_begins"),
        ({"starts_on": days(12)}, "is_paused"),
        ({"starts_on": days(19), "ends_on": days(25)}, "is_paused"),
        ({}, "is_paused"),
        ({"starts_on": days(40)}, "left_by_then"),
    ],
)
def test_a_pause_that_cannot_be_is_named(ada: User, ben: User, alder: Cooperative, dates: dict[str, date], code: str) -> None:
    with acting(ada) as actor:
        member = member_of(alder, ben)
        pause(actor, member, starts_on=days(10), ends_on=days(20))
        end_membership(actor, member, on=days(40))
        with refused(code):
            pause(actor, member, **dates)
        assert member.pauses.count() == 1
        pause(actor, member, ends_on=days(10))
        pause(actor, member, starts_on=days(20))


@pytest.mark.parametrize("reason", ["x" * 301, "\x00"])
def test_a_reason_that_cannot_be_kept_is_named(ada: User, ben: User, alder: Cooperative, reason: str) -> None:
    with acting(ada) as actor:
        with refused("invalid_value"):
            pause(actor, member_of(alder, ben), reason=reason)
        assert not Pause.objects.exists()


def test_coming_back_ends_what_is_and_takes_back_what_was_planned(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        member = member_of(alder, ben)
        pause(actor, member, ends_on=days(10))
        pause(actor, member, starts_on=days(30))
        resume(actor, member, on=days(5))
        assert list(member.pauses.order_by("pk").values_list("starts_on", "ends_on")) == [
            (days(0), days(5)), (days(30), days(30)),
        ]  # fmt: skip
        with refused("in_the_past"):
            resume(actor, member, on=days(-1))
        resume(actor, member)
        with refused("not_paused"):
            resume(actor, member)


def test_who_has_left_is_neither_paused_nor_back(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        member = member_of(alder, ben)
        end_membership(actor, member)
        for act in (pause, resume):
            with refused("has_left"):
                act(actor, member)


def test_a_secretary_pauses_members_but_no_officers(ada: User, ben: User, cleo: User, alder: Cooperative) -> None:
    with acting(cleo) as actor:
        pause(actor, member_of(alder, ben))
        with refused("forbidden"):
            pause(actor, member_of(alder, ada))
    with acting(ada) as actor:
        grant_role(actor, member_of(alder, ben), role=Role.TREASURER, starts_on=days(9))
    with acting(cleo) as actor, refused("forbidden"):
        resume(actor, member_of(alder, ben))
    with acting(ben) as actor, refused("forbidden"):
        pause(actor, member_of(alder, cleo))


def test_a_paused_admin_lets_nobody_in_and_does_not_count_as_one(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        grant_role(actor, member_of(alder, ben), role=Role.ADMIN)
        pause(actor, member_of(alder, ben))
        assert [grant.membership_id for grant in admins_of(alder)] == [member_of(alder, ada).pk]
        with refused("last_admin"):
            pause(actor, member_of(alder, ada))


@pytest.mark.django_db
def test_a_pause_that_began_or_ended_today_has_done_so_in_another_zone_too() -> None:
    with time_machine.travel(datetime(2026, 11, 26, 22, 30, tzinfo=UTC), tick=False):
        ada = a_user("Ada Quist")
        alder = a_cooperative(ada, time_zone="Africa/Nairobi")
        away, back = (a_user(name) for name in ("Away Aziz", "Back Bo"))
        for user in (away, back):
            a_member(alder, user, Role.SECRETARY, Role.MEMBER)
        with acting(ada) as actor:
            for user in (away, back):
                pause(actor, member_of(alder, user))
            resume(actor, member_of(alder, back))
            change_cooperative(actor, alder, version=1, time_zone="UTC")
        assert roles(alder, away) == {"member"}
        assert roles(alder, back) == {"member", "secretary"}
        with enter([alder.pk]):
            assert {str(row.starts_on) for row in Pause.objects.all()} == {"2026-11-26"}
