"""Standings: where a user stands today and as what, by dated roles in each cooperative's own zone."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may
from cooperatives.queries import NotEntered, enter
from members.models import Membership, Pause, RoleGrant, User
from members.queries import admins_of, members_now, members_on, standings_of, stands, today_in
from members.roles import Role, foremost, label

from .factories import a_cooperative, a_member, acting, days


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set the clock."""

    def at(*moment: int) -> None:
        monkeypatch.setattr(timezone, "now", lambda: datetime(*moment, tzinfo=UTC))  # type: ignore[arg-type, misc]

    return at


def dated(member: Membership, **dates: Any) -> None:
    with enter([member.cooperative_id]):
        Membership.objects.filter(pk=member.pk).update(**dates)


def grants(member: Membership, **dates: Any) -> None:
    with enter([member.cooperative_id]):
        RoleGrant.objects.filter(membership=member).update(**dates)


@pytest.mark.parametrize(
    ("first", "last", "stood"),
    [(0, None, True), (1, None, False), (-5, 0, False), (-5, 1, True), (-5, -1, False), (0, 0, False), (0, 1, True)],
)
def test_spans_are_half_open(first: int, last: int | None, stood: bool) -> None:
    end = None if last is None else days(last)
    assert stands((days(first), end), days(0)) is stood


def test_a_founder_stands_as_admin_and_member(ada: User, alder: Cooperative) -> None:
    standing = standings_of(ada)[alder.pk]
    assert standing.roles == {"admin", "member"}
    assert standing.until is None


def test_standings_take_two_queries_however_many_cooperatives(
    ada: User, alder: Cooperative, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        assert len(standings_of(ada)) == 1
    for name in ("Birch Lane", "Cedar Court", "Dogwood Row"):
        a_cooperative(ada, name)
    with django_assert_num_queries(2):
        assert len(standings_of(ada)) == 4


def test_a_user_without_any_membership_stands_nowhere(ada: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert standings_of(ada) == {}


def test_nothing_has_to_be_entered_to_find_out(ada: User, alder: Cooperative) -> None:
    with pytest.raises(NotEntered):
        Membership.objects.count()
    assert list(standings_of(ada)) == [alder.pk]


def test_the_finder_shows_a_user_their_own_rows_alone(ada: User, ben: User, alder: Cooperative) -> None:
    with enter((), ben.pk):
        assert list(Membership.mine.values_list("user_id", flat=True)) == [ben.pk]
        assert not Membership.objects.exists()
    with enter(()):
        assert not Membership.mine.exists()


def test_the_database_itself_shows_a_user_their_own_rows_alone(ada: User, ben: User, alder: Cooperative) -> None:
    with enter((), ben.pk), connection.cursor() as cursor:
        cursor.execute("SELECT user_id FROM members_membership")
        seen = {row[0] for row in cursor.fetchall()}
    # SQLite has no wall for raw SQL; PostgreSQL shows Ben's own row and nobody else's.
    assert seen == ({ben.pk} if connection.vendor == "postgresql" else {ada.pk, ben.pk})


@pytest.mark.parametrize(
    ("membership", "grant", "stood"),
    [
        ({}, {}, True),
        ({"joined_on": days(3)}, {}, False),
        ({"left_on": days(3)}, {}, True),
        ({"joined_on": days(-9), "left_on": days(-3)}, {}, False),
        ({}, {"starts_on": days(3)}, False),
        ({}, {"starts_on": days(-9), "ends_on": days(-3)}, False),
        ({}, {"ends_on": days(3)}, True),
    ],
)
def test_a_standing_needs_membership_and_role_today(
    ben: User, alder: Cooperative, membership: dict[str, Any], grant: dict[str, Any], stood: bool
) -> None:
    with enter([alder.pk]):
        member = Membership.objects.get(user=ben)
    if membership:
        dated(member, **membership)
    if grant:
        grants(member, **grant)
    assert (alder.pk in standings_of(ben)) is stood


@pytest.mark.parametrize("dates", [{"joined_on": date(2026, 5, 2)}, {"left_on": date(2026, 5, 1)}])
def test_an_open_role_does_not_outlive_or_precede_its_membership(ada: User, noon: Any, dates: dict[str, date]) -> None:
    noon(2026, 5, 1, 12)
    alder = a_cooperative(ada)
    with enter([alder.pk]):
        Membership.objects.update(**{"joined_on": date(2026, 4, 1), **dates})
        RoleGrant.objects.update(starts_on=date(2026, 4, 1))
    assert standings_of(ada) == {}


def test_a_gap_between_two_memberships_is_a_gap(ada: User, alder: Cooperative, ben: User) -> None:
    with enter([alder.pk]):
        member = Membership.objects.get(user=ben)
        dated(member, joined_on=days(-400), left_on=days(-200))
        grants(member, starts_on=days(-400), ends_on=days(-200))
        assert standings_of(ben) == {}
        again = a_member(alder, ben, on=days(-100))
    assert standings_of(ben)[alder.pk].membership_id == again.pk


def test_of_two_roles_the_one_that_has_ended_does_not_count(ada: User, alder: Cooperative) -> None:
    with enter([alder.pk]):
        RoleGrant.objects.filter(role=Role.ADMIN).update(starts_on=days(-9), ends_on=days(-2))
    standing = standings_of(ada)[alder.pk]
    assert standing.roles == {"member"}
    assert not may(Actor.of(ada), "members.grant", alder)


def test_until_is_the_earliest_end_at_midnight_in_the_cooperatives_zone(ada: User, alder: Cooperative) -> None:
    last = date(2030, 3, 31)
    with enter([alder.pk]):
        RoleGrant.objects.filter(role=Role.ADMIN).update(ends_on=last)
        Membership.objects.update(left_on=date(2031, 1, 1))
    until = standings_of(ada)[alder.pk].until
    assert until == datetime(2030, 3, 31, tzinfo=ZoneInfo("Europe/Berlin"))
    assert until is not None
    assert until.astimezone(UTC) == datetime(2030, 3, 30, 23, tzinfo=UTC)


def test_a_role_begins_and_ends_at_the_cooperatives_own_midnight(ada: User, noon: Any) -> None:
    noon(2026, 5, 1, 12)
    nairobi = a_cooperative(ada, "Nairobi", time_zone="Africa/Nairobi")
    honolulu = a_cooperative(ada, "Honolulu", time_zone="Pacific/Honolulu")
    with enter([nairobi.pk, honolulu.pk]):
        RoleGrant.objects.filter(role=Role.ADMIN).update(ends_on=date(2026, 5, 3))
    noon(2026, 5, 2, 21)  # midnight in Nairobi, 11 in the morning in Honolulu
    found = standings_of(ada)
    assert found[nairobi.pk].roles == {"member"}
    assert found[honolulu.pk].roles == {"admin", "member"}
    noon(2026, 5, 3, 10)
    assert standings_of(ada)[honolulu.pk].roles == {"member"}


def test_a_membership_from_tomorrow_stands_first_where_tomorrow_comes_first(ada: User, ben: User, noon: Any) -> None:
    noon(2026, 5, 1, 12)
    east = a_cooperative(ada, "Kiritimati", time_zone="Pacific/Kiritimati")
    west = a_cooperative(ada, "Niue", time_zone="Pacific/Niue")
    for cooperative in (east, west):
        a_member(cooperative, ben, on=date(2026, 5, 2))
    assert east.pk in standings_of(ben)
    assert west.pk not in standings_of(ben)


def test_a_login_that_is_switched_off_stands_nowhere(ada: User, alder: Cooperative) -> None:
    ada.is_active = False
    assert standings_of(ada) == {}


def test_today_is_another_day_elsewhere(noon: Any) -> None:
    noon(2026, 5, 1, 12)
    assert today_in("Pacific/Kiritimati") == date(2026, 5, 2)
    assert today_in("Pacific/Niue") == date(2026, 5, 1)


def test_members_on_a_day_with_the_roles_of_that_day(ada: User, alder: Cooperative, ben: User) -> None:
    with acting(ada):
        member = Membership.objects.get(user=ben)
        dated(member, joined_on=days(-30), left_on=days(-10))
        grants(member, starts_on=days(-30), ends_on=days(-20))
        then = {row.person.name: [grant.role for grant in row.standing_grants] for row in members_on(days(-15))}
        earlier = {row.person.name: [grant.role for grant in row.standing_grants] for row in members_on(days(-25))}
        assert (then, earlier) == ({"Ben Oduya": []}, {"Ben Oduya": ["member"]})
        assert not members_on(days(-10)).exists()


def test_members_now_asks_each_cooperatives_own_clock(ada: User, ben: User, noon: Any) -> None:
    noon(2026, 5, 1, 12)
    east = a_cooperative(ada, "Kiritimati", time_zone="Pacific/Kiritimati")
    west = a_cooperative(ada, "Niue", time_zone="Pacific/Niue")
    for cooperative in (east, west):
        a_member(cooperative, ben, on=date(2026, 5, 2))
    with acting(ada) as actor:
        found = members_now(actor.cooperative_ids).filter(user=ben)
        assert [row.cooperative_id for row in found] == [east.pk]
        assert not members_now([]).exists()


def test_only_someone_who_can_sign_in_counts_as_an_admin(ada: User, alder: Cooperative) -> None:
    a_member(alder, None, Role.ADMIN, name="Petra Paper")
    with enter([alder.pk]):
        assert admins_of(alder).count() == 1
        ada.is_active = False
        ada.save()
        assert admins_of(alder).count() == 0


def test_an_actor_carries_standings_across_cooperatives(ada: User, stranger: User, alder: Cooperative) -> None:
    birch = Cooperative.objects.get(name="Birch Lane")
    a_member(birch, ada, Role.OBSERVER)
    actor = Actor.of(ada)
    assert actor.cooperative_ids == tuple(sorted([alder.pk, birch.pk]))
    assert may(actor, "members.grant", alder)
    assert not may(actor, "members.grant", birch)
    assert may(actor, "members.see", birch)
    assert not may(Actor.of(stranger), "members.see", alder)


def test_roles_in_words() -> None:
    assert foremost(["member", "treasurer"]) == "treasurer"
    assert foremost([]) == ""
    assert foremost(["unheard of", "observer"]) == "observer"
    assert (label("admin"), label("unheard of")) == ("Admin", "unheard of")


@pytest.mark.parametrize(("left_on", "stood"), [(date(2026, 5, 2), True), (date(2026, 5, 1), False)])
def test_the_last_day_is_counted_where_it_ends_last(ada: User, noon: Any, left_on: date, stood: bool) -> None:
    noon(2026, 5, 2, 3)  # in Hawaii it is still the first of May
    alder = a_cooperative(ada, time_zone="Pacific/Honolulu")
    with enter([alder.pk]):
        Membership.objects.update(joined_on=date(2026, 4, 1), left_on=left_on)
        RoleGrant.objects.update(starts_on=date(2026, 4, 1))
    assert (alder.pk in standings_of(ada)) is stood


def test_the_pause_of_another_member_pauses_nobody_else(ada: User, ben: User, alder: Cooperative) -> None:
    with enter([alder.pk]):
        Pause.objects.create(cooperative=alder, membership=Membership.objects.get(user=ben), starts_on=days(-1))
    assert standings_of(ada)[alder.pk].roles == {"admin", "member"}
    with enter([alder.pk]):
        Pause.objects.update(membership=Membership.objects.get(user=ada))
    assert standings_of(ada)[alder.pk].roles != {"admin", "member"}
