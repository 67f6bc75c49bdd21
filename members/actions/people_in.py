"""A person comes into a household: one whom the register knows, or one who is written into it for that."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import RuleBroken, action, check
from cooperatives.events import record
from cooperatives.policy import Actor

from ..events import PERSON_ENTERED
from ..models import Household, HouseholdMember, Person
from .homes import join_household
from .register.people import say


@action
def take_in(
    actor: Actor,
    household: Household,
    *,
    person: Person | None = None,
    name: str = "",
    birth_date: date | None = None,
    relation: str = HouseholdMember.Relation.ADULT,
    starts_on: date | None = None,
) -> HouseholdMember:
    """Let somebody belong to a household: `person`, or somebody new by this name, who is no member by that.

    Raises RuleBroken naming the field when neither or both are given, and whatever `join_household` raises.
    """
    check(actor, "members.house", household)
    if (person is None) == (not name.strip()):
        raise RuleBroken("who", _("Choose a person, or write the name of somebody new."), "name" if name.strip() else "person")
    if person is None:
        person = Person(cooperative=household.cooperative)
        say(person, {"name": name, "birth_date": birth_date})
        person.save()
        record(PERSON_ENTERED, actor, person)
    return join_household(actor, household, person, relation=relation, starts_on=starts_on)
