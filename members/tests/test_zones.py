"""A cooperative that changes its time zone: whoever had come in stays in, whoever had gone stays out."""

from datetime import UTC, datetime

import pytest
import time_machine

from cooperatives.actions import change_cooperative
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.actions import admit, end_membership
from members.models import Membership, User
from members.queries import standings_of
from members.roles import Role

from .factories import a_cooperative, a_user, acting

# In Nairobi it is the 27th already, in Berlin and at UTC still the 26th; in Auckland it is the 27th, too.
EVENING = datetime(2026, 11, 26, 22, 30, tzinfo=UTC)


def move(founder: User, cooperative: Cooperative, zone: str) -> None:
    with acting(founder) as actor:
        change_cooperative(actor, cooperative, version=Cooperative.objects.get(pk=cooperative.pk).version, time_zone=zone)


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Auckland", "Africa/Nairobi"])
def test_the_founder_is_not_locked_out_by_another_zone(zone: str) -> None:
    with time_machine.travel(EVENING, tick=False):
        ada = a_user("Ada Quist")
        alder = a_cooperative(ada, time_zone="Africa/Nairobi")
        move(ada, alder, zone)
        assert standings_of(ada)[alder.pk].roles == {Role.ADMIN, Role.MEMBER}


@pytest.mark.django_db
def test_who_was_removed_does_not_come_back_with_yesterday() -> None:
    with time_machine.travel(EVENING, tick=False):
        ada, ben = a_user("Ada Quist"), a_user("Ben Oduya")
        alder = a_cooperative(ada, time_zone="Africa/Nairobi")
        with acting(ada) as actor:
            end_membership(actor, admit(actor, alder, name="Ben Oduya", user=ben))
        move(ada, alder, "UTC")
        assert standings_of(ben) == {}
        with acting(ada):
            row = Membership.objects.get(user=ben)
            assert (row.joined_on.isoformat(), row.left_on.isoformat()) == ("2026-11-26", "2026-11-26")


@pytest.mark.django_db
def test_what_lies_ahead_stays_ahead() -> None:
    with time_machine.travel(EVENING, tick=False):
        ada = a_user("Ada Quist")
        alder = a_cooperative(ada, time_zone="Africa/Nairobi")
        with acting(ada) as actor:
            later = admit(actor, alder, name="Cleo Park", on=datetime(2026, 11, 28, tzinfo=UTC).date())
        move(ada, alder, "UTC")
        with acting(ada):
            assert Membership.objects.get(pk=later.pk).joined_on.isoformat() == "2026-11-28"
        assert Actor.of(ada).standing(alder.pk) is not None
