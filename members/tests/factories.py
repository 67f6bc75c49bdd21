"""People and cooperatives for tests, made by the same actions as everybody's."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from cooperatives.actions import RuleBroken, found
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from members.actions import admit, enter_waiting, offer_unit
from members.models import Building, Membership, Unit, UnitOffer, User
from members.queries import today_in
from members.roles import Role

PASSWORD = "kettle-lantern-47"
ZONE = "Europe/Berlin"
"""Where a test's cooperative is unless it says otherwise."""


def a_user(name: str = "Ada Quist", *, proved: bool = True, password: str | None = PASSWORD, **facts: Any) -> User:
    """A login, its address proved unless asked otherwise."""
    email = facts.pop("email", f"{name.lower().replace(' ', '.')}@example.org")
    user = User.objects.create_user(email, password, name=name, **facts)
    EmailAddress.objects.create(user=user, email=user.email, verified=proved, primary=True)
    return user


def a_cooperative(founder: User | None, name: str = "Alder Yard", **facts: Any) -> Cooperative:
    """A cooperative whose first admin is the founder; founded by the system when there is none."""
    actor = Actor.of(founder) if founder else SYSTEM
    return found(actor, **{"name": name, "kind": "housing", "time_zone": ZONE, **facts})


def a_member(cooperative: Cooperative, user: User | None = None, *roles: str, name: str = "", **facts: Any) -> Membership:
    """A member of a cooperative, admitted by the system."""
    with enter([cooperative.pk]):
        return admit(SYSTEM, cooperative, name=name or str(user), user=user, roles=roles or (Role.MEMBER,), **facts)


def an_offer(cooperative: Cooperative, member: Membership, *, code: str = "N-901", days: int = 7) -> UnitOffer:
    """A home of 960.00 a month that is offered to a member, who waits for one. Needs the cooperative to be entered."""
    house, _new = Building.objects.get_or_create(cooperative=cooperative, name="Garden house")
    unit = Unit.objects.create(cooperative=cooperative, building=house, code=code, floor=2, monthly_charge=96_000)
    entry = enter_waiting(SYSTEM, cooperative, person=member.person, name=str(member))
    return offer_unit(SYSTEM, entry, version=entry.version, unit=unit, days=days)


@contextmanager
def acting(user: User) -> Iterator[Actor]:
    """Act as a user, inside the cooperatives where they stand."""
    actor = Actor.of(user)
    with enter(actor.cooperative_ids, user.pk):
        yield actor


@contextmanager
def refused(code: str) -> Iterator[pytest.ExceptionInfo[RuleBroken]]:
    """The block is refused with this code."""
    with pytest.raises(RuleBroken) as caught:
        yield caught
    assert caught.value.code == code


def days(count: int) -> date:
    """The date so many days from today, as the cooperative counts them: its day begins before UTC's."""
    return today_in(ZONE) + timedelta(days=count)


def bearer(access: str) -> dict[str, str]:
    """Headers that carry an access token."""
    return {"Authorization": f"Bearer {access}"}
