"""Valid requests for the doors of the register."""

from typing import Any

from cooperatives.queries import enter
from members.models import Person

from .filling import soon

NAMES = ("cooperatives", "organizations", "chamas")


def newcomer(world: Any, side: str) -> dict[str, Any]:
    """Somebody who is admitted."""
    return {"name": "Nina Newcomer", "email": "nina@example.org", "phone": "+47 22 33 44 55"}


def correction(world: Any, side: str) -> dict[str, Any]:
    """Another name and number for the chosen member."""
    with enter([world.cooperatives[side].pk]):
        version = Person.objects.get(memberships=world.row(side, "members.membership")).version
    return {"name": "Olga Berg-Dahl", "phone": "+47 99 88 77 66", "version": version}


def role(world: Any, side: str) -> dict[str, Any]:
    """An office more."""
    return {"role": "treasurer"}


def rest(world: Any, side: str) -> dict[str, Any]:
    """A leave of absence after the one that is."""
    return {"reason": "Abroad again", "starts_on": soon(60).isoformat(), "ends_on": soon(90).isoformat()}


def back(world: Any, side: str) -> dict[str, Any]:
    """It says all by itself."""
    return {}


BODIES = {
    **{f"{name}-members-list": newcomer for name in NAMES},
    **{f"{name}-members-detail": back for name in NAMES},
    "membership-detail": correction,
    "membership-roles": role,
    "membership-end-role": back,
    "membership-keep-role": back,
    "membership-stay": back,
    "membership-pause": rest,
    "membership-resume": back,
}
