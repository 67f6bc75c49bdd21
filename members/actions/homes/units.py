"""Units: add one, change or end one; remove one only while nothing refers to it."""

from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, RuleBroken, action, expect, keys_to, validate
from cooperatives.events import record
from cooperatives.policy import Actor

from ...events import UNIT_ADDED, UNIT_CHANGED, UNIT_REMOVED
from ...models import Building, Occupancy, Occupant, Unit, UnitOffer
from ...queries import DWELLINGS, still_open, today_in
from .ground import anew, apply, begin, differing, in_order, named, save, span_spoken

FACTS = (
    "code", "kind", "type", "floor", "rooms", "area", "cost_share", "monthly_charge", "fewest", "most", "active_from",
    "active_to",
)  # fmt: skip

# What is beyond is a slip of the finger, and would be beyond some database's column.
LIMITS = {
    "floor": (-99, 999), "rooms": (0, 999), "area": (0, 999_999), "cost_share": (0, 99_999_999), "fewest": (0, 1000),
    "most": (0, 1000), "monthly_charge": (0, 2**53 - 1),
}  # fmt: skip


@action
def add_unit(actor: Actor, building: Building, *, code: str, **facts: Any) -> Unit:
    """Add a unit to a building; `facts` are the other columns of Unit, `monthly_charge` in minor units.

    Raises Conflict for a code in use, RuleBroken naming the field that is wrong.
    """
    actor, cooperative = begin(actor, "members.change_homes", building)
    row = Unit(cooperative=cooperative, building=anew(building))
    apply(row, {"code": code, **facts}, FACTS)
    _sound(row)
    row.save()
    record(UNIT_ADDED, actor, row, **_facts(row))
    return row


def _facts(row: Unit) -> dict[str, Any]:
    return {"unit_id": str(row.public_id), "building": row.building.name}


@action
def change_unit(actor: Actor, unit: Unit, *, version: int | None, **facts: Any) -> Unit:
    """Change a unit, or end it: `active_to` is the first day on which it is not in use any more.

    Raises Stale, Conflict for a code in use, an agreement outside its days or an offer that waits for an answer, RuleBroken
    naming the field that is wrong.
    """
    actor, cooperative = begin(actor, "members.change_homes", unit)
    row = anew(unit, "building")
    expect(row, version)
    before = apply(row, facts, FACTS)
    _sound(row)
    changed = differing(row, before)
    if {"active_from", "active_to"} & set(changed):
        _keep_agreements(row)
    if "kind" in changed and row.kind not in DWELLINGS:
        _keep_people(row)
        _keep_offer(row, "kind")
    if "active_to" in changed and row.active_to is not None and row.active_to <= today_in(cooperative.time_zone):
        _keep_offer(row, "active_to")
    if changed:
        save(row, changed)
        record(UNIT_CHANGED, actor, row, **_facts(row), changed=changed)
    return row


def _sound(row: Unit) -> None:
    row.code = named(row.code, "code", _("Write the number or name by which everybody knows the unit."))
    row.type = " ".join(row.type.split())
    for name, (low, high) in LIMITS.items():
        value = getattr(row, name)
        if value is not None and not low <= value <= high:
            sentence = _("Write a number from %(low)s to %(high)s, or leave it empty.")
            raise RuleBroken("out_of_range", sentence % {"low": low, "high": high}, name)
    if row.fewest is not None and row.most is not None and row.most < row.fewest:
        raise RuleBroken("most_below_fewest", _("The most people cannot be fewer than the fewest."), "most")
    in_order(row.active_from, row.active_to, "active_to", empty=True)
    validate(row, exclude=("cooperative", "building"))
    # "n-101" is the door of N-101 for everybody, and for an import.
    if Unit.objects.filter(building_id=row.building_id, code__iexact=row.code).exclude(pk=row.pk).exists():
        raise Conflict("unit_code_taken", _("Another unit of this building has this number."), "code")


def _keep_agreements(row: Unit) -> None:
    """Raise Conflict when an agreement has a day on which the unit would not be in use."""
    outside = Q(pk__in=[])
    if row.active_to is not None:
        outside |= Q(ends_on=None) | Q(ends_on__gt=row.active_to)
    if row.active_from is not None:
        outside |= Q(starts_on__lt=row.active_from)
    lasting = Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))
    found = Occupancy.objects.filter(outside & lasting, unit=row).select_related("household").order_by("starts_on", "pk").first()
    if found is not None:
        sentence = _("%(household)s has this unit %(days)s. End that agreement first, or choose other days.")
        days = span_spoken(found.starts_on, found.ends_on)
        field = "active_from" if row.active_from and found.starts_on < row.active_from else "active_to"
        raise Conflict("unit_in_use", sentence % {"household": found.household.name, "days": days}, field)


def _keep_people(row: Unit) -> None:
    if Occupant.objects.filter(occupancy__unit=row, lives_there=True).exists():
        sentence = _("People live here, or did. It stays a flat, a room or a house; end it and add another unit instead.")
        raise RuleBroken("lived_in", sentence, "kind")


def _keep_offer(row: Unit, field: str) -> None:
    """Raise Conflict while somebody may accept the unit as a home."""
    if UnitOffer.objects.filter(still_open(timezone.now()), unit=row).exists():
        raise Conflict(
            "unit_offered", _("This unit is offered to somebody. Take the offer back first, or wait for the answer."), field
        )


@action
def remove_unit(actor: Actor, unit: Unit, *, version: int | None) -> None:
    """Remove a unit that was added by mistake. Raises RuleBroken when anything refers to it: then it is ended, not removed."""
    actor, _cooperative = begin(actor, "members.change_homes", unit)
    row = anew(unit, "building")
    expect(row, version)
    for model, name in keys_to(Unit):
        if model._default_manager.filter(**{name: row}).exists():
            raise RuleBroken(
                "unit_referenced", _("This unit has a history. Give it an end of use instead; it stays in the record.")
            )
    record(UNIT_REMOVED, actor, row, **_facts(row))
    row.delete()
