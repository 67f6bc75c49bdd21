"""People of a plan: persons, what changed about them, memberships with their numbers, roles, guardians."""

from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict

from ...importing import PersonPlan, Plan, person_facts
from ...importing.roles import OBSERVER, meaning
from ...models import Guardianship, Leaving, Membership, Person, RoleGrant
from ...names import folded, name_of
from ...roles import Role
from .journal import Journal

OFFICES = (Role.SECRETARY, Role.TREASURER)


def write_people(plan: Plan, journal: Journal, *, with_offices: bool) -> dict[str, int]:
    """Write everybody of the plan; answers the id of each person by their key in the file.

    Without `with_offices` nobody becomes secretary or treasurer: who imports may not give rights that they cannot give.
    """
    cooperative = journal.batch.cooperative_id
    fresh = [one for one in plan.people.values() if one.known is None]
    made = journal.create(Person, [_person(cooperative, one) for one in fresh])
    ids = {one.key: one.known.id for one in plan.people.values() if one.known}
    ids |= {one.key: row.pk for one, row in zip(fresh, made, strict=True)}
    _change(plan, journal)
    _memberships(plan, journal, ids, with_offices=with_offices)
    _guardians(plan, journal, ids, {one.key for one in fresh})
    return ids


def _person(cooperative: int, plan: PersonPlan) -> Person:
    facts = {**person_facts(plan.facts), "contact_person": str(plan.facts.get("contact_person", ""))[:150]}
    row = Person(cooperative_id=cooperative, **facts)
    row.sort_name = _sorted_by(row)  # many rows are inserted without save()
    return row


def _sorted_by(row: Person) -> str:
    return name_of(row.name, row.given_name, row.family_name).sort


def _change(plan: Plan, journal: Journal) -> None:
    changed = {one.known.id: one for one in plan.people.values() if one.known and one.changes}
    rows = Person.objects.filter(cooperative=journal.batch.cooperative_id).select_for_update().in_bulk(list(changed))
    changes: list[tuple[Person, dict[str, Any]]] = []
    for pk, one in changed.items():
        row, facts = rows[pk], person_facts(one.facts)
        values = {change.field: facts[change.field] for change in one.changes}
        refuse_moved(row, {change.field: change.old for change in one.changes})
        after = name_of(*(values.get(name, getattr(row, name)) for name in ("name", "given_name", "family_name"))).sort
        changes.append((row, {**values, "sort_name": after} if after != row.sort_name else values))
    journal.change(Person, changes)


def refuse_moved(row: Any, seen: dict[str, str]) -> None:
    """Raise Conflict when a row no longer has the values that it was compared with, as texts."""
    if any(_said(getattr(row, name)) != old for name, old in seen.items()):
        raise Conflict("register_moved", _("The register was changed at the same moment. Look at the rows again."))


def _said(value: Any) -> str:
    return "" if value is None else str(value)


def _memberships(plan: Plan, journal: Journal, ids: dict[str, int], *, with_offices: bool) -> None:
    cooperative = journal.batch.cooperative_id
    number = Membership.objects.filter(cooperative=cooperative).aggregate(last=Max("number"))["last"] or 0
    moved_in = _moved_in(plan)
    joining = [one for one in plan.people.values() if one.joins]
    rows = []
    for place, one in enumerate(joining, 1):
        joined, left = _standing(one, moved_in.get(one.key), plan.register.today)
        facts = {"left_on": left, "left_reason": Leaving.OTHER, "left_name": one.facts["name"][:150]} if left else {}
        rows.append(
            Membership(cooperative_id=cooperative, person_id=ids[one.key], number=number + place, joined_on=joined, **facts)
        )
    made = journal.create(Membership, rows)
    grants: list[RoleGrant] = []
    for one, member in zip(joining, made, strict=True):
        grants += _grants(one, member, plan.register.today, with_offices=with_offices)
    journal.create(RoleGrant, grants)


def _moved_in(plan: Plan) -> dict[str, date]:
    """The first day on which each person of the file came to live here."""
    days: dict[str, date] = {}
    for home in plan.homes:
        for key in home.people:
            day = home.people[key] or home.starts_on
            days[key] = min(day, days.get(key, day))
    return days


def _standing(one: PersonPlan, moved_in: date | None, today: date) -> tuple[date, date | None]:
    """Since when and until when somebody is a member; who has no day of joining joined when they moved in, else today."""
    left: date | None = one.facts.get("left_on")
    joined: date = one.facts.get("joined_on") or moved_in or today
    return (min(joined, left) if left else joined), left


def _grants(one: PersonPlan, member: Membership, today: date, *, with_offices: bool) -> list[RoleGrant]:
    """What a member is from the day they join; an office from today, since nobody knows when it began."""
    said = {meaning(word) for word in one.facts.get("role", [])}
    roles = [] if said == {OBSERVER} else [(Role.MEMBER, member.joined_on)]
    for role in one.roles:
        begins = max(today, member.joined_on) if role in OFFICES else member.joined_on
        if role not in OFFICES or (with_offices and (member.left_on is None or begins < member.left_on)):
            roles.append((Role(role), begins))
    facts = {"cooperative_id": member.cooperative_id, "membership": member, "ends_on": member.left_on}
    return [RoleGrant(role=role, starts_on=begins, **facts) for role, begins in dict(roles).items()]


def _guardians(plan: Plan, journal: Journal, ids: dict[str, int], fresh: set[str]) -> None:
    """Who answers for children that are new: those whom the file names as such, where one person alone has that name."""
    wards = [plan.people[key] for key in fresh if plan.people[key].facts.get("guardians")]
    named: dict[str, set[int]] = {}
    for one in plan.people.values() if wards else ():
        named.setdefault(folded(one.facts["name"]), set()).add(ids[one.key])
    for known in plan.register.people if wards else ():
        named.setdefault(folded(known.name), set()).add(known.id)
    pairs = {
        (ids[ward.key], guardian)
        for ward in wards
        if ward.facts.get("is_child")
        for name in ward.facts["guardians"]
        for guardian in _only(named.get(folded(name), set()))
        if guardian != ids[ward.key]
    }
    cooperative = journal.batch.cooperative_id
    rows = [Guardianship(cooperative_id=cooperative, child_id=child, guardian_id=one) for child, one in sorted(pairs)]
    journal.create(Guardianship, rows)


def _only(found: set[int]) -> set[int]:
    return found if len(found) == 1 else set()
