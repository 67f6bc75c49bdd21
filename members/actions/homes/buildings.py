"""Buildings: add one, change one. A building is never deleted: its units tell who lived in it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, RuleBroken, action, expect, validate
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor

from ...events import BUILDING_ADDED, BUILDING_CHANGED
from ...models import Building
from .ground import anew, apply, begin, differing, named, save

FACTS = ("name", "address", "built_in")
EARLIEST, LATEST = 1000, 2200  # years: what lies outside is a slip of the finger


@action
def add_building(
    actor: Actor, cooperative: Cooperative, *, name: str, address: str = "", built_in: int | None = None
) -> Building:
    """Add a building. Raises Conflict for a name in use, RuleBroken naming the field that is wrong."""
    actor, cooperative = begin(actor, "members.change_homes", cooperative)
    row = Building(cooperative=cooperative, name=name, address=address.strip(), built_in=built_in)
    _sound(row)
    row.save()
    record(BUILDING_ADDED, actor, row)
    return row


@action
def change_building(actor: Actor, building: Building, *, version: int | None, **facts: Any) -> Building:
    """Change name, address or year. Raises Stale, Conflict for a name in use, RuleBroken naming the field."""
    actor, _cooperative = begin(actor, "members.change_homes", building)
    row = anew(building)
    expect(row, version)
    before = apply(row, facts, FACTS)
    _sound(row)
    if changed := differing(row, before):
        save(row, changed)
        record(BUILDING_CHANGED, actor, row, changed=changed)
    return row


def _sound(row: Building) -> None:
    row.name = named(row.name, "name", _("Write the name of the building, or its street and number."))
    if row.built_in is not None and not EARLIEST <= row.built_in <= LATEST:
        raise RuleBroken("year", _("Write the year with four digits, or leave it empty."), "built_in")
    validate(row, exclude=("cooperative",))
    if Building.objects.filter(cooperative_id=row.cooperative_id, name=row.name).exclude(pk=row.pk).exists():
        raise Conflict("building_name_taken", _("Another building has this name."), "name")
