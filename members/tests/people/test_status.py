"""What a membership is on a day: one rule for one row, for a list, and for each cooperative's own clock."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.actions import admit, end_membership, pause
from members.models import Membership, Pause, Status, User
from members.queries import called, holding, open_register, register_of, status_on, with_status
from members.roles import Role

from ..factories import a_cooperative, a_member, a_user, acting, days
from .acts import member_of

AHEAD, ACTIVE, PAUSED, FORMER = Status.AHEAD, Status.ACTIVE, Status.PAUSED, Status.FORMER


@pytest.fixture
def dated(alder: Cooperative) -> Any:
    """Make a membership with these dates, counted from today, and pauses."""

    def make(joined: int, left: int | None, *pauses: tuple[int, int | None]) -> Membership:
        member = a_member(alder, None, name=f"Dated {joined} {left} {pauses}", on=days(joined))
        with enter([alder.pk]):
            if left is not None:
                Membership.objects.filter(pk=member.pk).update(left_on=days(left))
            for first, last in pauses:
                ends = None if last is None else days(last)
                Pause.objects.create(cooperative=alder, membership=member, starts_on=days(first), ends_on=ends)
            member.refresh_from_db()
        return member

    return make


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ((-9, None), ACTIVE),
        ((0, None), ACTIVE),
        ((1, None), AHEAD),
        ((-9, 1), ACTIVE),
        ((-9, 0), FORMER),
        ((-9, -3), FORMER),
        ((0, 0), FORMER),
        ((5, 5), FORMER),
        ((5, 9), AHEAD),
        ((-9, None, (-2, None)), PAUSED),
        ((-9, None, (0, 1)), PAUSED),
        ((-9, None, (-2, 0)), ACTIVE),
        ((-9, None, (1, 2)), ACTIVE),
        ((-9, None, (0, 0)), ACTIVE),
        ((-9, None, (-5, -3), (-1, 3), (5, None)), PAUSED),
        ((-9, 0, (-2, None)), FORMER),
        ((2, None, (-2, None)), AHEAD),
    ],
)
def test_a_status_is_computed_from_dates_and_the_list_says_the_same(
    ada: User, alder: Cooperative, dated: Any, dates: tuple[Any, ...], told: Status
) -> None:
    member = dated(*dates)
    with acting(ada):
        assert status_on(member, days(0)) == told
        assert register_of([alder.pk]).get(pk=member.pk).status == told


def test_on_any_day_one_and_many_agree(ada: User, alder: Cooperative, dated: Any) -> None:
    for dates in [(-3, None), (-2, 3), (0, 0), (1, 2, (1, 2)), (-3, 4, (-1, 1), (2, None)), (2, 2)]:
        dated(*dates)
    with acting(ada):
        rows = Membership.objects.prefetch_related("pauses")
        for day in (days(count) for count in range(-5, 6)):
            many = {row.pk: row.status for row in with_status(Membership.objects.all(), {day: [alder.pk]})}
            assert many == {row.pk: status_on(row, day) for row in rows}, day


def test_a_status_is_never_written() -> None:
    assert "status" not in {field.name for field in Membership._meta.get_fields()}


@pytest.mark.django_db
def test_each_cooperative_counts_by_its_own_clock() -> None:
    with time_machine.travel(datetime(2026, 5, 1, 12, tzinfo=UTC), tick=False):
        ada = a_user()
        east = a_cooperative(ada, "Kiritimati", time_zone="Pacific/Kiritimati")
        west = a_cooperative(ada, "Niue", time_zone="Pacific/Niue")
        for cooperative in (east, west):
            a_member(cooperative, None, name="Olga Berg", on=date(2026, 5, 2))
        with acting(ada) as actor:
            found = {row.cooperative_id: row.status for row in register_of(actor.cooperative_ids) if row.number == 2}
        assert found == {east.pk: ACTIVE, west.pk: AHEAD}


def test_offices_read_the_whole_register_and_members_who_stands(ada: User, ben: User, cleo: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        admit(actor, alder, name="Fay Future", on=days(9))
        end_membership(actor, admit(actor, alder, name="Gil Gone"))
        pause(actor, admit(actor, alder, name="Paul Paused"))
        whole = {str(row) for row in open_register(actor, [alder])}
    standing = {"Ada Quist", "Ben Oduya", "Cleo Park", "Paul Paused"}
    assert whole == standing | {"Fay Future", "Gil Gone"}
    with acting(ben) as actor:
        assert {str(row) for row in open_register(actor, [alder])} == standing


def test_the_register_takes_the_same_queries_for_one_row_and_for_many(
    ada: User, alder: Cooperative, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def read() -> list[str]:
        return [f"{row} {row.status} {row.standing_grants}" for row in register_of([alder.pk])]

    with acting(ada) as actor:
        with django_assert_num_queries(3):
            assert len(read()) == 1
        for name in ("One", "Two"):
            pause(actor, admit(actor, alder, name=name))
        with django_assert_num_queries(3):
            assert len(read()) == 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ada", {"Ada Quist"}),
        ("QUIST", {"Ada Quist"}),
        ("zofia", {"Žofia Łukasz"}),
        ("lukasz", {"Žofia Łukasz"}),
        ("2", {"Ben Oduya"}),
        ("99999999999999999999", set()),
        ("²", set()),
        ("%", set()),
        ("gil", {"Gil Gone"}),
        (" ", {"Ada Quist", "Ben Oduya", "Žofia Łukasz", "Gil Gone"}),
    ],
)
def test_people_are_found_by_name_without_accents_and_by_number(
    ada: User, ben: User, alder: Cooperative, text: str, found: set[str]
) -> None:
    with acting(ada) as actor:
        admit(actor, alder, given_name="Žofia", family_name="Łukasz")
        gil = admit(actor, alder, name="Gil Gone")
        end_membership(actor, gil)
        type(gil.person).objects.filter(pk=gil.person_id).update(name="", sort_name="")
        assert {str(row) for row in called(register_of([alder.pk]), text)} == found


def test_who_holds_a_role_today(ada: User, ben: User, cleo: User, alder: Cooperative) -> None:
    with acting(ada):
        member_of(alder, cleo).grants.filter(role=Role.SECRETARY).update(ends_on=days(1))
        ids = [alder.pk]
        assert {str(row) for row in holding(register_of(ids), Role.SECRETARY, ids)} == {"Cleo Park"}
        member_of(alder, cleo).grants.filter(role=Role.SECRETARY).update(ends_on=days(0))
        assert not holding(register_of(ids), Role.SECRETARY, ids).exists()


def test_numbers_are_in_order_and_without_a_gap(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        for index in range(4):
            end_membership(actor, admit(actor, alder, name=f"Person {index}", on=days(0) - timedelta(days=index)))
        numbers = [row.number for row in register_of([alder.pk])]
        assert all(after == before + 1 for before, after in pairwise(numbers))
