"""What stands in the way of leaving. Every room answers for what it keeps: balance, shares, keys, homes."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise

from cooperatives.queries import fact

from ..models import Membership, Occupant

LEAVING_OBSTACLES = fact("leaving_obstacles")
"""Asked with member= (a Membership) and on= (the day of leaving); each answer is a list of Obstacle."""


@dataclass(frozen=True)
class Obstacle:
    """One open matter: `kind` for programs, `sentence` names it and its cure, `url` leads to where it is settled."""

    kind: str
    sentence: str | Promise
    url: str = ""


def obstacles_of(member: Membership, *, on: date) -> list[Obstacle]:
    """Everything that stands in the way of this member's leaving on that day, room by room."""
    return [obstacle for found in LEAVING_OBSTACLES.ask(member=member, on=on) for obstacle in found]


def held_homes(member: Membership, *, on: date) -> list[str]:
    """The codes of units whose agreement the member still holds on that day or later."""
    open_then = Q(ends_on=None) | Q(ends_on__gt=on)
    agreement = Q(occupancy__ends_on=None) | Q(occupancy__ends_on__gt=on)
    held = Occupant.objects.filter(open_then, agreement, person=member.person_id, is_holder=True)
    return list(held.order_by("occupancy__unit__code").values_list("occupancy__unit__code", flat=True).distinct())
