"""What the register says about a person: what can be said, who may say it, and correcting it."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Forbidden, RuleBroken, action, check, expect, refuse_invisible, unturned, validate
from cooperatives.events import record
from cooperatives.policy import Actor, may

from ...events import CORRECTED
from ...models import Membership, Person, Shown
from ...names import name_of
from ...queries import today_in
from .locking import EARLIEST, public

CONTACT = ("email", "phone", "other_phones", "address", "contact_person", "locale", "skills")
NAMES = ("name", "given_name", "family_name", "is_organization")
FACTS = (*NAMES, *CONTACT, "birth_date", "note", "external_id")
_TEXTS = tuple(field for field in FACTS if field not in ("is_organization", "birth_date"))


def say(person: Person, facts: dict[str, Any]) -> list[str]:
    """Set facts of a person that is not saved yet; returns which are new. Raises RuleBroken naming the field."""
    unknown = facts.keys() - {*FACTS, "shown"}
    if unknown:
        raise TypeError(f"a person has no {sorted(unknown)}")
    said = {key: _plain(key, value) for key, value in facts.items()}
    changed = [key for key, value in said.items() if value != getattr(person, key)]
    for key in changed:
        setattr(person, key, said[key])
    _name(person, said)
    _validate(person)
    return changed


def _plain(key: str, value: Any) -> Any:
    if key == "shown":
        return sorted(set(value), key=Shown.values.index) if set(value) <= set(Shown.values) else value
    if key in ("phone", "other_phones"):
        value = unturned(value or "")
    return (value or "").strip() if key in _TEXTS else value


def _name(person: Person, said: dict[str, Any]) -> None:
    parts = name_of(given=person.given_name, family=person.family_name).name
    if "name" not in said and {"given_name", "family_name"} & said.keys() and parts:
        person.name = parts
    person.name = person.name or parts


def _validate(person: Person) -> None:
    if not person.name:
        raise RuleBroken("no_name", _("Write the person's name."), "name")
    for field in ("given_name", "family_name", "name"):  # the parts first: they may have made the whole
        refuse_invisible(getattr(person, field), field)
    if person.locale and person.locale not in dict(settings.LANGUAGES):
        raise RuleBroken("locale", _("Choose a language from the list."), "locale")
    if not set(person.shown) <= set(Shown.values):
        raise RuleBroken("unknown_choice", _("Choose from the list what fellow members may see."), "shown")
    validate(person, exclude=("cooperative", "public_id"))
    if person.birth_date is not None and not _was_born(person.birth_date, person.cooperative.time_zone):
        raise RuleBroken("birth_date", _("Write the day of birth: after 1900, and not in the future."), "birth_date")


def _was_born(day: date, zone: str) -> bool:
    return EARLIEST <= day <= today_in(zone)


@action
def correct_person(actor: Actor, person: Person, *, version: int | None, **facts: Any) -> Person:
    """Change what the register says about a person. Officers may change all of it but what fellow members see of
    somebody who can decide that themselves; the person their own contact data and what is shown of them.

    Raises Stale, Forbidden naming the field, Conflict for who was erased, RuleBroken naming the field that is wrong.
    """
    check(actor, "members.correct", person)
    row: Person = Person.objects.select_related("cooperative").select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
    actor = actor.again()
    check(actor, "members.correct", row)
    expect(row, version)
    if row.erased_at is not None:
        raise Conflict("erased", _("The data of this person were erased and are not written again."))
    members = list(Membership.objects.select_related("user").filter(person=row).order_by("-number"))
    before = {key: getattr(row, key) for key in facts}
    changed = say(row, facts)
    _may_say(actor, row, [key for key in changed if before[key] != getattr(row, key)], members)
    if changed:
        row.version += 1
        row.save()
        Membership.objects.filter(person=row, left_on__gt=today_in(row.cooperative.time_zone)).update(left_name=row.name)
        user_id = public(members[0].user) if members else ""
        record(CORRECTED, actor, row, user_id=user_id, changed=sorted(changed))
    return row


def _may_say(actor: Actor, person: Person, changed: Collection[str], members: list[Membership]) -> None:
    mine = any(member.user_id is not None and member.user_id == actor.user_id for member in members)
    officer = may(actor, "members.admit", person)
    for key in changed:
        if key == "shown":
            allowed = mine or (officer and not any(member.user_id for member in members))
            sentence = _("What fellow members see of somebody with a login, only that person decides.")
        else:
            allowed = officer or (mine and key in CONTACT)
            sentence = _("This is for the office to change. Ask an administrator or the secretary.")
        if not allowed:
            raise Forbidden("not_yours", sentence, key)
