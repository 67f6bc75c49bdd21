"""Coming in: a person gets the next member number and the roles they begin with."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, action, check
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor

from ...events import JOINED
from ...models import Membership, Person, User
from ...queries import today_in
from ...roles import Role, offices
from .locking import hold, known, not_far_ahead, public
from .people import say
from .roles import give


@action
def admit(
    actor: Actor,
    cooperative: Cooperative,
    *,
    name: str = "",
    person: Person | None = None,
    user: User | None = None,
    email: str = "",
    roles: Collection[str] = (Role.MEMBER,),
    on: date | None = None,
    **facts: Any,
) -> Membership:
    """Enter somebody into the register with the next number and these roles from that day, at most a year ahead.

    `person` is somebody whom the register knows already, as a child or a former member; who comes back with the
    same login is known by it. `facts` are what the register says of a person (see `correct_person`).
    Raises Conflict when they are a member already, RuleBroken naming the field that is wrong.
    """
    check(actor, "members.admit", cooperative)
    if offices(roles):
        check(actor, "members.grant", cooperative)
    return take_in(actor, cooperative, roles, person=person, user=user, on=on, name=name, email=email, **facts)


@action
def admit_founder(actor: Actor, cooperative: Cooperative) -> Membership | None:
    """Make the founder the first member and admin; nobody when the system founded it."""
    if actor.user is None:
        return None
    said = {"name": str(actor.user)[:150], "email": actor.user.email}
    return _enter(actor, cooperative, _Who(None, actor.user, said), (Role.ADMIN, Role.MEMBER), None)


def take_in(
    actor: Actor,
    cooperative: Cooperative,
    roles: Collection[str],
    *,
    person: Person | None = None,
    user: User | None = None,
    on: date | None = None,
    **facts: Any,
) -> Membership:
    """Enter somebody as `admit` does; whether the actor may was asked before: by an invitation, by a request."""
    said = {key: value for key, value in facts.items() if value not in ("", None)}
    return _enter(actor, cooperative, _Who(person, user, said), roles, on)


class _Who:
    """Who comes in: a person the register knows, a login, and what is said of them."""

    def __init__(self, person: Person | None, user: User | None, said: dict[str, Any]) -> None:
        self.person, self.user, self.said = person, user, said

    def written(self, cooperative: Cooperative) -> Person:
        """The person, saved with what is said: an earlier entry of the same login goes on."""
        known_as = self.person.pk if self.person else self._earlier(cooperative)
        if known_as is None:
            row = Person(cooperative=cooperative)
            self.said.setdefault("email", self.user.email if self.user else "")
        else:
            row = Person.objects.select_for_update(no_key=True).get(pk=known_as, cooperative=cooperative)
            row.version += 1
        row.cooperative = cooperative  # its clock is asked
        say(row, self.said)
        row.save()
        return row

    def _earlier(self, cooperative: Cooperative) -> int | None:
        if self.user is None:
            return None
        earlier = Membership.objects.filter(cooperative=cooperative, user=self.user, person__erased_at=None)
        return earlier.order_by("-number").values_list("person_id", flat=True).first()


def _enter(actor: Actor, cooperative: Cooperative, who: _Who, roles: Collection[str], on: date | None) -> Membership:
    known(roles)
    hold([cooperative.pk])
    today = today_in(cooperative.time_zone)
    day = not_far_ahead(on or today, today, "on")
    _refuse_twice(cooperative, who, day)
    person = who.written(cooperative)
    last = Membership.objects.filter(cooperative=cooperative).aggregate(last=Max("number"))["last"]
    facts = {"person": person, "user": who.user, "number": (last or 0) + 1, "joined_on": day}
    member: Membership = Membership.objects.create(cooperative=cooperative, **facts)
    record(JOINED, actor, member, user_id=public(who.user), number=member.number)
    for role in roles:
        give(actor, member, role, day)
    return member


def _refuse_twice(cooperative: Cooperative, who: _Who, day: date) -> None:
    same = Q(pk__in=[])
    if who.user is not None:
        same |= Q(user=who.user)
    if who.person is not None:
        same |= Q(person=who.person)
    open_or_ahead = Q(left_on=None) | Q(left_on__gt=day)
    if Membership.objects.filter(same, open_or_ahead, cooperative=cooperative).exists():
        raise Conflict("already_member", _("This person is a member already."), "user")
