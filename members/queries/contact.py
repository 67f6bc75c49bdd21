"""What of a person's entry somebody may read: offices read all of it, the person their own, fellows what is shown."""

from typing import Any

from cooperatives.policy import Actor, may

from ..models import Membership, Person, Shown

OPEN = ("given_name", "family_name", "is_organization", "skills")
SHOWN: dict[str, tuple[str, ...]] = {
    Shown.EMAIL: ("email",),
    Shown.PHONE: ("phone", "other_phones"),
    Shown.ADDRESS: ("address",),
    Shown.BIRTHDAY: ("birthday",),
}
OWN = ("contact_person", "birth_date", "locale", "shown")
OFFICE = ("note", "external_id")
_CHOICE = tuple(field for fields in SHOWN.values() for field in fields)


def readable(actor: Actor, member: Membership) -> frozenset[str]:
    """The fields of the person's entry that the actor may read. `birthday` is the birth date without its year."""
    if may(actor, "members.read_register", member):
        return frozenset((*OPEN, *_CHOICE, *OWN, *OFFICE))
    if actor.user_id is not None and member.user_id == actor.user_id:
        return frozenset((*OPEN, *_CHOICE, *OWN))
    chosen = (field for choice, fields in SHOWN.items() if choice in member.person.shown for field in fields)
    return frozenset((*OPEN, *chosen))


def contact_for(actor: Actor, member: Membership) -> dict[str, Any]:
    """The person's entry as the actor may read it: None where it is not for them."""
    allowed = readable(actor, member)
    return {field: _of(member.person, field) if field in allowed else None for field in (*OPEN, *_CHOICE, *OWN, *OFFICE)}


def _of(person: Person, field: str) -> Any:
    if field == "birthday":
        return person.birth_date.strftime("%m-%d") if person.birth_date else ""
    return getattr(person, field)
