"""What the demo's people say and show of themselves: some all of it, some nothing, a few with a picture."""

from typing import Any

from ..models import Shown
from .people import DemoPerson

_SHOWN = (
    (Shown.EMAIL, Shown.PHONE, Shown.UNIT, Shown.PHOTO),
    (Shown.UNIT,),
    (Shown.PHONE, Shown.UNIT),
    (Shown.EMAIL, Shown.PHOTO),
    (),
)
_SKILLS = ("Bicycles", "First aid", "Gardening", "Bookkeeping", "Carpentry", "Baking for many", "Translating")


def facts_of(person: DemoPerson, place: int, phones: str) -> dict[str, Any]:
    """What the register says of the person in this place of the plan; `phones` begins their telephone."""
    given, _space, family = person.name.partition(" ")
    shown = [what for what in _SHOWN[place % len(_SHOWN)] if person.has_login or what != Shown.EMAIL]
    said = {"given_name": given, "family_name": family, "shown": [str(what) for what in shown]}
    said["phone"] = f"{phones} {place:03}" if phones and (Shown.PHONE in shown or not person.has_login) else ""
    return said | {"skills": _SKILLS[place // 3 % len(_SKILLS)] if place % 3 == 0 else ""}
