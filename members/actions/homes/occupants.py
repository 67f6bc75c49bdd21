"""The people of an agreement: who holds it and who lives there are kept apart, each from when to when."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, RuleBroken, action
from cooperatives.events import record
from cooperatives.policy import Actor

from ...events import OCCUPANT_ADDED, OCCUPANT_LEFT
from ...models import Occupancy, Occupant, Person
from ...queries import DWELLINGS, meeting
from .ground import anew, begin, in_order, person_of, said, save, span_spoken, spoken

Days = tuple[date, date | None]


@action
def add_occupant(
    actor: Actor,
    occupancy: Occupancy,
    person: Person,
    *,
    is_holder: bool = False,
    lives_there: bool = True,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Occupant:
    """Let a person hold an agreement, live under it, or both; None for a day means the agreement's own.

    Raises Conflict when they do so in these days already, RuleBroken when they live elsewhere or the days lie outside.
    """
    actor, _cooperative = begin(actor, "members.house", occupancy)
    row = anew(occupancy, "unit", "household")
    days = (row.starts_on if starts_on is None else starts_on, row.ends_on if ends_on is None else ends_on)
    found = settle(row, person, days, is_holder=is_holder, lives_there=lives_there)
    save(row, ())
    record(OCCUPANT_ADDED, actor, row, person=found.person.name, is_holder=is_holder, lives_there=lives_there)
    return found


def settle(
    occupancy: Occupancy, person: Person, days: Days, *, is_holder: bool, lives_there: bool, field: str = "person"
) -> Occupant:
    """Write a person into an agreement, if every rule allows it."""
    person = person_of(occupancy.cooperative, person, field)
    if not is_holder and not lives_there:
        raise RuleBroken("neither", _("Say whether the person holds the agreement, lives there, or both."), "lives_there")
    row = Occupant(
        cooperative_id=occupancy.cooperative_id,
        occupancy=occupancy,
        person=person,
        is_holder=is_holder,
        lives_there=lives_there,
        starts_on=days[0],
        ends_on=days[1],
    )
    _inside(row)
    if Occupant.objects.filter(meeting(*days), occupancy=occupancy, person=person).exists():
        sentence = _("%(person)s is in this agreement in these days already.") % {"person": person.name}
        raise Conflict("is_occupant", sentence, field)
    live_in_one_place(row, field)
    row.save()
    return row


def _inside(row: Occupant) -> None:
    """Raise RuleBroken unless the days of a person lie inside those of the agreement."""
    whole = row.occupancy
    in_order(row.starts_on, row.ends_on, empty=whole.starts_on == whole.ends_on)
    early = row.starts_on < whole.starts_on
    late = whole.ends_on is not None and (row.ends_on is None or row.ends_on > whole.ends_on)
    if early or late:
        sentence = _("The agreement lasts %(days)s. Choose days inside of it.")
        days = span_spoken(whole.starts_on, whole.ends_on)
        raise RuleBroken("outside_agreement", sentence % {"days": days}, "starts_on" if early else "ends_on")


def live_in_one_place(row: Occupant, field: str) -> None:
    """Raise RuleBroken when a person would live in two homes as a member, or in what is no home at all."""
    if not row.lives_there:
        return
    unit = row.occupancy.unit
    if unit.kind not in DWELLINGS:
        sentence = _("Nobody lives in %(unit)s: it is no flat, room or house. Let the person hold the agreement only.")
        raise RuleBroken("not_a_dwelling", sentence % {"unit": unit.code}, field)
    if row.occupancy.kind != Occupancy.Kind.MEMBER:
        return
    others = Occupant.objects.filter(meeting(row.starts_on, row.ends_on), person=row.person, lives_there=True)
    homes = others.filter(occupancy__kind=Occupancy.Kind.MEMBER).exclude(occupancy=row.occupancy)
    other: Any = homes.select_related("occupancy__unit").order_by("starts_on", "pk").first()
    if other is not None:
        sentence = _("%(person)s lives in %(unit)s %(days)s. Let them move out there first, or choose other days.")
        days = span_spoken(other.starts_on, other.ends_on)
        said = {"person": row.person.name, "unit": other.occupancy.unit.code, "days": days}
        raise RuleBroken("lives_elsewhere", sentence % said, field)


@action
def end_occupant(actor: Actor, occupant: Occupant, *, on: date) -> None:
    """End a person's part in an agreement on a day; on its first day, it is as if it had never begun, and the row goes.

    Raises Conflict when it has ended by then, RuleBroken for a day before it began.
    """
    actor, _cooperative = begin(actor, "members.house", occupant)
    row = anew(occupant, "person", "occupancy__unit", "occupancy__household")
    if row.ends_on is not None and row.ends_on <= on:
        sentence = _("This ended on %(day)s.") % {"day": spoken(row.ends_on)}
        raise Conflict("has_ended", sentence, "on")
    in_order(row.starts_on, on, "on", empty=True)
    let_out(actor, row, on)


def let_out(actor: Actor, row: Occupant, on: date) -> None:
    """End a person's part, already read under the lock; a part that has not begun by then never begins."""
    if row.starts_on >= on:
        row.delete()
    else:
        row.ends_on = on
        row.save(update_fields=["ends_on"])
    save(row.occupancy, ())
    record(OCCUPANT_LEFT, actor, row.occupancy, person=row.person.name, ends_on=said(on))
