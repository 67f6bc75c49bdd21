"""Committees: founding, changing, ending; terms that never overlap, also when two are entered at once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from activity.models import Event
from cooperatives.actions import Conflict
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from members.actions import (
    change_committee,
    end_committee,
    end_membership,
    end_seat,
    found_committee,
    seat_member,
)
from members.models import Committee, Membership, Seat, User
from members.queries import committees_of, other_terms, sitting

from ..factories import a_cooperative, a_member, acting, days, refused
from .conftest import member_of

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def board(alder: Cooperative) -> Committee:
    """The board of Alder Yard."""
    return found_committee(SYSTEM, alder, name="Board", purpose="Leads.")


@pytest.fixture
def kay(alder: Cooperative) -> Membership:
    """A member since 400 days."""
    return a_member(alder, None, name="Kay Long", on=days(-400))


def kinds(prefix: str = "members.") -> list[str]:
    """What was recorded about committees, in order."""
    names = Event.objects.order_by("seq").values_list("kind", flat=True)
    return [name for name in names if name.startswith((f"{prefix}committee", f"{prefix}seat"))]


def terms(member: Membership) -> list[tuple[date, date | None]]:
    """The terms of a member as they are stored."""
    return list(Seat.objects.filter(membership=member).order_by("starts_on").values_list("starts_on", "ends_on"))


# --- Committees -----------------------------------------------------------------------------------------------------


def test_a_committee_is_founded_changed_and_ended(alder: Cooperative, board: Committee) -> None:
    changed = change_committee(SYSTEM, board, version=1, name="  Executive   board ", purpose="")
    assert (changed.name, changed.purpose, changed.version) == ("Executive board", "", 2)
    ended = end_committee(SYSTEM, changed, version=2)
    assert (ended.ended_on, ended.version) == (days(0), 3)
    assert kinds() == ["members.committee_founded", "members.committee_changed", "members.committee_ended"]


def test_what_changes_nothing_is_no_change(board: Committee) -> None:
    assert change_committee(SYSTEM, board, version=1, name="Board").version == 1
    assert kinds() == ["members.committee_founded"]


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 101, "a\x00b"])
def test_a_name_must_be_one(alder: Cooperative, board: Committee, name: str) -> None:
    with pytest.raises(Exception) as founding:
        found_committee(SYSTEM, alder, name=name)
    with pytest.raises(Exception) as changing:
        change_committee(SYSTEM, board, version=1, name=name)
    assert (founding.value.field, changing.value.field) == ("name", "name")
    assert Committee.objects.count() == 1


def test_two_committees_have_not_one_name_unless_one_has_ended(alder: Cooperative, board: Committee) -> None:
    with refused("name_taken"):
        found_committee(SYSTEM, alder, name=" Board")
    garden = found_committee(SYSTEM, alder, name="Garden")
    with refused("name_taken"):
        change_committee(SYSTEM, garden, version=1, name="Board")
    end_committee(SYSTEM, board, version=1)
    assert change_committee(SYSTEM, garden, version=1, name="Board").name == "Board"


def test_a_stale_version_is_refused(board: Committee) -> None:
    with refused("stale"):
        change_committee(SYSTEM, board, version=7, name="Other")
    with refused("stale"):
        end_committee(SYSTEM, board, version=None)


def test_what_has_ended_stays_ended(board: Committee, kay: Membership) -> None:
    ended = end_committee(SYSTEM, board, version=1)
    with refused("committee_ended"):
        end_committee(SYSTEM, ended, version=2)
    with refused("committee_ended"):
        seat_member(SYSTEM, ended, member=kay, starts_on=days(0))


def test_ending_a_committee_ends_every_term_on_it(board: Committee, kay: Membership) -> None:
    past = (days(-300), days(-200))
    for starts, ends in (past, (days(-100), days(50)), (days(60), None)):
        seat_member(SYSTEM, board, member=kay, starts_on=starts, ends_on=ends)
    end_committee(SYSTEM, board, version=1)
    assert terms(kay) == [past, (days(-100), days(0)), (days(60), days(60))]
    shown = committees_of([board.cooperative_id]).get(pk=board.pk)
    assert [(seat.starts_on, seat.ends_on) for seat in other_terms(shown, days(0))] == [(days(-100), days(0)), past]


# --- Terms ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "ends", "fits"),
    [
        (-100, -50, True),
        (-100, 0, True),
        (100, None, True),
        (100, 130, True),
        (-10, 1, False),
        (0, 100, False),
        (10, 20, False),
        (-10, 200, False),
        (99, None, False),
        (-100, None, False),
    ],
)
def test_terms_of_one_member_on_one_committee_do_not_overlap(
    board: Committee, kay: Membership, starts: int, ends: int | None, fits: bool
) -> None:
    seat_member(SYSTEM, board, member=kay, starts_on=days(0), ends_on=days(100))
    asked: dict[str, Any] = {"member": kay, "starts_on": days(starts), "ends_on": None if ends is None else days(ends)}
    if fits:
        seat_member(SYSTEM, board, **asked)
    else:
        with refused("seat_overlaps") as caught:
            seat_member(SYSTEM, board, **asked)
        assert "Kay Long has a seat on this committee from" in caught.value.sentence
    assert len(terms(kay)) == 1 + fits
    with pytest.raises(IntegrityError) if not fits else transaction.atomic(), transaction.atomic():
        row = Seat(cooperative=board.cooperative, committee=board, membership=kay, starts_on=days(500))
        if not fits:
            row.starts_on, row.ends_on = asked["starts_on"], asked["ends_on"]
            row.save()


def test_an_open_term_is_named_as_such(board: Committee, kay: Membership) -> None:
    seat_member(SYSTEM, board, member=kay, starts_on=days(-9))
    with refused("seat_overlaps") as caught:
        seat_member(SYSTEM, board, member=kay, starts_on=days(9))
    assert "without an end" in caught.value.sentence


def test_other_members_and_committees_have_terms_of_the_same_days(
    alder: Cooperative, board: Committee, kay: Membership, bens: Membership
) -> None:
    garden = found_committee(SYSTEM, alder, name="Garden")
    for committee, member in ((board, kay), (garden, kay), (board, bens)):
        seat_member(SYSTEM, committee, member=member, starts_on=days(0))
    assert Seat.objects.count() == 3


@pytest.mark.parametrize(
    ("starts", "ends", "code", "field"),
    [
        (-401, None, "before_joining", "starts_on"),
        (5, 4, "ends_before", "ends_on"),
        (50, None, "after_leaving", "ends_on"),
        (0, 41, "after_leaving", "ends_on"),
        (0, None, "after_leaving", "ends_on"),
    ],
)
def test_a_term_lies_inside_the_membership(
    board: Committee, kay: Membership, starts: int, ends: int | None, code: str, field: str
) -> None:
    Membership.objects.filter(pk=kay.pk).update(left_on=days(40))
    with refused(code) as caught:
        seat_member(SYSTEM, board, member=kay, starts_on=days(starts), ends_on=None if ends is None else days(ends))
    assert caught.value.field == field
    assert seat_member(SYSTEM, board, member=kay, starts_on=days(0), ends_on=days(40)).ends_on == days(40)


def test_who_leaves_leaves_their_seats(board: Committee, kay: Membership) -> None:
    seat_member(SYSTEM, board, member=kay, starts_on=days(-300), ends_on=days(-250))
    seat_member(SYSTEM, board, member=kay, starts_on=days(-30))
    end_membership(SYSTEM, kay)
    assert terms(kay) == [(days(-300), days(-250)), (days(-30), days(0))]


def test_who_will_leave_will_leave_their_seats(board: Committee, kay: Membership) -> None:
    seat_member(SYSTEM, board, member=kay, starts_on=days(-30), ends_on=days(300))
    seat_member(SYSTEM, board, member=kay, starts_on=days(300))
    end_membership(SYSTEM, kay, on=days(20))
    assert terms(kay) == [(days(-30), days(20)), (days(300), days(300))]


def test_a_term_ends_on_a_day_and_may_be_longer_than_it_was(board: Committee, kay: Membership) -> None:
    seat = seat_member(SYSTEM, board, member=kay, starts_on=days(-30), ends_on=days(30))
    for _time in range(2):  # the second time says nothing new
        assert end_seat(SYSTEM, seat).ends_on == days(0)
    assert end_seat(SYSTEM, seat, on=days(90)).ends_on == days(90)
    with refused("ends_before"):
        end_seat(SYSTEM, seat, on=days(-31))
    seat_member(SYSTEM, board, member=kay, starts_on=days(90))
    with refused("seat_overlaps"):
        end_seat(SYSTEM, seat, on=days(91))
    assert terms(kay) == [(days(-30), days(90)), (days(90), None)]
    assert kinds()[1:] == ["members.seat_taken", "members.seat_ended", "members.seat_ended", "members.seat_taken"]


def test_a_term_that_has_not_begun_is_over_as_it_begins(board: Committee, kay: Membership) -> None:
    seat = seat_member(SYSTEM, board, member=kay, starts_on=days(9))
    assert end_seat(SYSTEM, seat).ends_on == days(9)
    seat_member(SYSTEM, board, member=kay, starts_on=days(8), ends_on=days(12))


def test_a_member_of_elsewhere_has_no_seat(board: Committee, stranger: User) -> None:
    other = Cooperative.objects.get(name="Birch Lane")
    with enter([other.pk]):
        theirs = member_of(stranger)
    with refused("unknown_member"):
        seat_member(SYSTEM, board, member=theirs, starts_on=days(0))


def test_a_position_must_be_one(board: Committee, kay: Membership) -> None:
    with refused("invalid_value") as caught:
        seat_member(SYSTEM, board, member=kay, position="king", starts_on=days(0))
    assert caught.value.field == "position"


# --- Who may --------------------------------------------------------------------------------------------------------


def test_members_and_treasurers_change_no_committees(
    alder: Cooperative, board: Committee, kay: Membership, ben: User, tom: User, sue: User
) -> None:
    seat = seat_member(SYSTEM, board, member=kay, starts_on=days(0))
    for user in (ben, tom):
        actor = Actor.of(user)
        for attempt in (
            lambda actor=actor: found_committee(actor, alder, name="Mine"),
            lambda actor=actor: change_committee(actor, board, version=1, name="Mine"),
            lambda actor=actor: end_committee(actor, board, version=1),
            lambda actor=actor: seat_member(actor, board, member=kay, starts_on=days(100)),
            lambda actor=actor: end_seat(actor, seat),
        ):
            with refused("forbidden"):
                attempt()
    assert found_committee(Actor.of(sue), alder, name="Hers").name == "Hers"


def test_a_stranger_finds_no_committee(board: Committee, stranger: User) -> None:
    with acting(stranger) as actor, refused("not_found"):
        end_committee(actor, board, version=1)


# --- Questions ------------------------------------------------------------------------------------------------------


def test_the_chair_stands_first_and_then_names(alder: Cooperative, board: Committee) -> None:
    for name, position in (("Zed Ames", "member"), ("Ann Zorn", "vice"), ("Mo Mann", "chair"), ("Bo Bale", "member")):
        member = a_member(alder, None, name=name)
        seat_member(SYSTEM, board, member=member, position=position, starts_on=days(0))
    shown = committees_of([alder.pk]).get()
    assert [str(seat) for seat in sitting(shown, days(0))] == ["Mo Mann", "Ann Zorn", "Bo Bale", "Zed Ames"]
    assert sitting(shown, days(-1)) == []
    assert len(other_terms(shown, days(-1))) == 4


def test_committees_of_others_are_not_listed(alder: Cooperative, board: Committee, ada: User) -> None:
    cedar = a_cooperative(ada, "Cedar Court")
    with enter([alder.pk, cedar.pk]):
        found_committee(SYSTEM, cedar, name="Audit")
        assert [row.name for row in committees_of([cedar.pk])] == ["Audit"]
        assert [row.name for row in committees_of([alder.pk, cedar.pk])] == ["Audit", "Board"]


# --- At once --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [True, False])
def test_terms_that_are_entered_at_once_do_not_overlap(
    alder: Cooperative, board: Committee, at_once: Callable[..., list[Any]], same: bool
) -> None:
    kay = a_member(alder, None, name="Kay Long")
    ada = Actor.of(User.objects.get(name="Ada Quist"))

    def seat(index: int) -> Seat:
        with enter([alder.pk]):
            starts = days(0) if same else days(index)
            return seat_member(ada, board, member=kay, starts_on=starts, ends_on=days(100))

    results = at_once(seat, 8)
    assert sum(isinstance(result, Seat) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 7
    with enter([alder.pk]):
        assert Seat.objects.count() == 1
    connection.close()
