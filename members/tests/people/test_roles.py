"""Roles with a beginning and an end: given ahead, for a term, again, and taken back."""

from datetime import date
from typing import Any

import pytest

from cooperatives.events import Occurrence
from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.actions import admit, end_membership, end_role, grant_role
from members.models import User
from members.queries import standings_of
from members.roles import Role

from ..factories import acting, days, refused
from .acts import member_of, roles, spans
from .conftest import told


def test_a_role_is_given_for_a_term_ahead_and_counts_only_within_it(
    ada: User, ben: User, alder: Cooperative, written: list[Occurrence]
) -> None:
    with acting(ada) as actor:
        grant_role(actor, member_of(alder, ben), role=Role.TREASURER, starts_on=days(10), ends_on=days(375))
    assert roles(alder, ben) == {"member"}
    assert spans(member_of_entered(alder, ben), Role.TREASURER) == [(days(10), days(375))]
    dates = {"starts_on": days(10).isoformat(), "ends_on": days(375).isoformat()}
    assert told(written) == [("members.role_granted", {"user_id": str(ben.public_id), "role": "treasurer", **dates})]


def member_of_entered(cooperative: Cooperative, user: User) -> Any:
    with enter([cooperative.pk]):
        return member_of(cooperative, user)


@pytest.mark.parametrize(
    ("dates", "code", "field"),
    [
        ({"starts_on": days(-1)}, "in_the_past", "starts_on"),
        ({"starts_on": days(367)}, "too_far_ahead", "starts_on"),
        ({"starts_on": days(5), "ends_on": days(5)}, "ends_before_it_begins", "ends_on"),
        ({"starts_on": days(5), "ends_on": days(4)}, "ends_before_it_begins", "ends_on"),
        ({"ends_on": days(0)}, "ends_before_it_begins", "ends_on"),
    ],
)
def test_days_that_cannot_be_are_named(
    ada: User, ben: User, alder: Cooperative, dates: dict[str, date], code: str, field: str
) -> None:
    with acting(ada) as actor:
        with refused(code) as caught:
            grant_role(actor, member_of(alder, ben), role=Role.TREASURER, **dates)
        assert caught.value.field == field
    assert spans(member_of_entered(alder, ben), Role.TREASURER) == []


# A term from the 10th to the 20th day ahead is there; what of it does another one touch?
@pytest.mark.parametrize(
    ("starts", "ends", "fits"),
    [
        (0, 10, True), (20, 30, True), (20, None, True), (0, 5, True),
        (0, 11, False), (19, 30, False), (19, None, False), (12, 15, False), (5, 25, False), (0, None, False), (10, 20, False),
    ],
)  # fmt: skip
def test_a_role_is_not_held_twice_on_one_day(
    ada: User, ben: User, alder: Cooperative, starts: int, ends: int | None, fits: bool
) -> None:
    wanted = {"starts_on": days(starts), "ends_on": None if ends is None else days(ends)}
    with acting(ada) as actor:
        member = member_of(alder, ben)
        grant_role(actor, member, role=Role.TREASURER, starts_on=days(10), ends_on=days(20))
        if fits:
            grant_role(actor, member, role=Role.TREASURER, **wanted)
        else:
            with refused("has_role"):
                grant_role(actor, member, role=Role.TREASURER, **wanted)
        assert member.grants.filter(role=Role.TREASURER).count() == 1 + fits


def test_a_role_ends_on_a_day_ahead_and_counts_until_then(
    ada: User, ben: User, alder: Cooperative, written: list[Occurrence]
) -> None:
    with acting(ada) as actor:
        member = member_of(alder, ben)
        grant_role(actor, member, role=Role.TREASURER)
        written.clear()
        end_role(actor, member, role=Role.TREASURER, on=days(4))
        assert roles(alder, ben) == {"member", "treasurer"}
        until = standings_of(ben)[alder.pk].until
        assert until is not None
        assert until.date() == days(4)
        with refused("in_the_past"):
            end_role(actor, member, role=Role.TREASURER, on=days(-1))
    assert [payload["ends_on"] for _kind, payload in told(written)] == [days(4).isoformat()]


def test_ending_a_role_takes_back_the_term_that_was_planned_after_it(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        member = member_of(alder, ben)
        grant_role(actor, member, role=Role.TREASURER, ends_on=days(10))
        grant_role(actor, member, role=Role.TREASURER, starts_on=days(10))
        end_role(actor, member, role=Role.TREASURER)
        assert spans(member, Role.TREASURER) == [(days(0), days(0)), (days(10), days(10))]
        with refused("has_not_role"):
            end_role(actor, member, role=Role.TREASURER)
        grant_role(actor, member, role=Role.TREASURER, starts_on=days(5), ends_on=days(15))
    assert roles(alder, ben) == {"member"}


def test_no_role_reaches_beyond_the_membership(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        member = member_of(alder, ben)
        end_membership(actor, member, on=days(20))
        grant_role(actor, member, role=Role.TREASURER, starts_on=days(5))
        grant_role(actor, member, role=Role.SECRETARY, ends_on=days(300))
        assert spans(member, Role.TREASURER) == [(days(5), days(20))]
        assert spans(member, Role.SECRETARY) == [(days(0), days(20))]
        with refused("left_by_then"):
            grant_role(actor, member, role=Role.OBSERVER, starts_on=days(20))


def test_who_joins_later_is_given_a_role_from_then_on(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        member = admit(actor, alder, name="Olga Berg", on=days(30))
        grant_role(actor, member, role=Role.TREASURER)
        assert spans(member, Role.TREASURER) == [(days(30), None)]
        with refused("in_the_past"):
            grant_role(actor, member, role=Role.SECRETARY, starts_on=days(29))
        end_role(actor, member, role=Role.TREASURER)
        assert spans(member, Role.TREASURER) == [(days(30), days(30))]


def test_what_is_no_role_can_be_neither_given_nor_ended(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        for act in (grant_role, end_role):
            with refused("unknown_role"):
                act(actor, member_of(alder, ben), role="king")
