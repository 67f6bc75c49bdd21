"""Who may do what in the register: for one row and for a list alike."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db.models import Model

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may, visible
from members.actions import end_role, grant_role
from members.models import Membership, Person, User
from members.roles import Role

from ..factories import a_member, a_user, acting, days
from .acts import member_of

EVERYBODY = {"Ada Quist", "Ben Oduya", "Cleo Park", "Tom Till", "Olga Berg"}
PLAIN = {"Ben Oduya", "Olga Berg"}


@pytest.fixture
def people(alder: Cooperative, ben: User, cleo: User) -> Cooperative:
    """An admin, a plain member, a secretary, a treasurer, and an observer without a login."""
    a_member(alder, a_user("Tom Till"), Role.TREASURER, Role.MEMBER)
    a_member(alder, None, Role.OBSERVER, name="Olga Berg")
    return alder


def names(rows: Any) -> set[str]:
    return {str(row) for row in rows}


@pytest.mark.parametrize(
    ("action", "model", "who", "whom"),
    [
        ("members.end", Membership, "ada.quist", EVERYBODY),
        ("members.end", Membership, "cleo.park", {*PLAIN, "Cleo Park"}),
        ("members.end", Membership, "tom.till", {"Tom Till"}),
        ("members.end", Membership, "ben.oduya", {"Ben Oduya"}),
        ("members.pause", Membership, "ada.quist", EVERYBODY),
        ("members.pause", Membership, "cleo.park", PLAIN),
        ("members.pause", Membership, "tom.till", set()),
        ("members.pause", Membership, "ben.oduya", set()),
        ("members.correct", Membership, "ada.quist", EVERYBODY),
        ("members.correct", Membership, "cleo.park", EVERYBODY),
        ("members.correct", Membership, "tom.till", {"Tom Till"}),
        ("members.correct", Membership, "ben.oduya", {"Ben Oduya"}),
        ("members.correct", Person, "cleo.park", EVERYBODY),
        ("members.correct", Person, "ben.oduya", {"Ben Oduya"}),
        ("members.read_register", Membership, "tom.till", EVERYBODY),
        ("members.read_register", Membership, "ben.oduya", set()),
        ("members.grant", Membership, "cleo.park", set()),
        ("members.end_despite", Membership, "ada.quist", EVERYBODY),
        ("members.end_despite", Membership, "cleo.park", set()),
        ("members.end", Membership, "sam.stranger", {"Sam Stranger"}),
        ("members.correct", Person, "sam.stranger", {"Sam Stranger"}),
        ("members.read_register", Membership, "sam.stranger", {"Sam Stranger"}),
    ],
)
def test_who_may_do_what_to_whom(
    people: Cooperative, stranger: User, action: str, model: type[Model], who: str, whom: set[str]
) -> None:
    user = User.objects.get(email=f"{who}@example.org")
    with acting(user) as actor:
        rows = model._default_manager.all()
        assert names(visible(actor, action, rows)) == names(row for row in rows if may(actor, action, row)) == whom


def test_an_office_that_is_over_protects_no_more_and_one_that_comes_does_already(
    people: Cooperative, ada: User, ben: User, cleo: User
) -> None:
    with acting(ada) as actor:
        grant_role(actor, member_of(people, ben), role=Role.TREASURER, starts_on=days(90))
        assert not may(Actor.of(cleo), "members.end", member_of(people, ben))
        end_role(actor, member_of(people, ben), role=Role.TREASURER)
        assert may(Actor.of(cleo), "members.end", member_of(people, ben))
        assert not may(Actor.of(cleo), "members.end", people)  # asked about nobody


def test_an_office_is_over_when_the_day_ends_at_home(people: Cooperative, ada: User, ben: User, cleo: User) -> None:
    zone = ZoneInfo(people.time_zone)
    with acting(ada) as actor:
        grant = grant_role(actor, member_of(people, ben), role=Role.TREASURER, ends_on=days(5))
    midnight = datetime.combine(grant.ends_on, time.min, zone)
    assert midnight.astimezone(UTC).date() < grant.ends_on, "elsewhere it is the day before still"
    for moment, is_over in ((midnight - timedelta(minutes=1), False), (midnight, True)):
        with time_machine.travel(moment, tick=False), acting(cleo) as actor:
            member = member_of(people, ben)
            found = visible(actor, "members.end", Membership.objects.filter(pk=member.pk)).exists()
            assert found is may(actor, "members.end", member) is is_over
