"""What the lists of the register's forms offer: key and name, in order."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Max, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cooperatives.models import Cooperative

from ..models import Household, HouseholdMember, Occupancy, Person, Unit
from .homes import in_use_on, lasting_on

Choice = tuple[int, str]


def households_to_choose(cooperative_id: int, day: date) -> list[Choice]:
    """Households that have not ended by a day, by name."""
    rows = Household.objects.filter(Q(ended_on=None) | Q(ended_on__gt=day), cooperative=cooperative_id)
    return list(rows.order_by("name", "pk").values_list("pk", "name"))


def people_to_choose(cooperative_id: int) -> list[Choice]:
    """Everybody in the register whose data were not erased, by name, members with their number."""
    return [choice for _place, choice in _people([cooperative_id])]


def people_of_each(cooperatives: Iterable[Cooperative]) -> list[tuple[str, list[Choice]]]:
    """The same of several registers, a group for each, in one query."""
    names = {row.pk: row.name for row in cooperatives}
    groups: dict[int, list[Choice]] = {pk: [] for pk in names}
    for place, choice in _people(groups):
        groups[place].append(choice)
    return [(names[pk], choices) for pk, choices in groups.items()]


def _people(cooperatives: Iterable[int]) -> Iterator[tuple[int, Choice]]:
    rows = Person.objects.filter(cooperative__in=list(cooperatives), erased_at=None).annotate(number=Max("memberships__number"))
    for place, pk, name, number in rows.order_by("sort_name", "pk").values_list("cooperative", "pk", "name", "number"):
        yield place, (pk, f"{name} · {number}" if number else name)


def people_for(household: Household, day: date) -> list[tuple[str, list[Choice]]]:
    """The same in two groups: who is of a household on a day, then everybody else."""
    own = set(HouseholdMember.objects.filter(lasting_on(day), household=household).values_list("person", flat=True))
    everybody = people_to_choose(household.cooperative_id)
    groups = (_("Of the household"), True), (_("Everybody else"), False)
    return [(name, [row for row in everybody if (row[0] in own) is inside]) for name, inside in groups]


def agreements_to_choose(unit: Unit, day: date) -> list[Choice]:
    """The agreements of other units that stand on a day, by house and code."""
    rows = _standing(unit.cooperative_id, day).exclude(unit=unit).select_related("unit__building", "household")
    return [(row.pk, _name(row.unit, row.household.name)) for row in rows.order_by("unit__building__name", "unit__code", "pk")]


def units_to_choose(besides: Unit, day: date) -> list[Choice]:
    """The other units in use on a day with who has them then, the vacant ones first, by house and code."""
    let: dict[int, str] = {}
    for row in _standing(besides.cooperative_id, day).select_related("household").order_by("household__name", "pk"):
        let[row.unit_id] = ", ".join(filter(None, (let.get(row.unit_id), _until(row))))
    rows = Unit.objects.filter(in_use_on(day), cooperative=besides.cooperative_id).exclude(pk=besides.pk)
    units = rows.select_related("building").order_by("building__name", "code", "pk")
    return [(unit.pk, _name(unit, let.get(unit.pk) or _("vacant"))) for unit in sorted(units, key=lambda unit: unit.pk in let)]


def _standing(cooperative_id: int, day: date) -> "QuerySet[Occupancy]":
    return Occupancy.objects.filter(lasting_on(day), cooperative=cooperative_id)


def _name(unit: Unit, who: str) -> str:
    return f"{unit.building.name} · {unit.code} · {who}"


def _until(row: Occupancy) -> str:
    said = {"household": row.household.name, "day": date_format(row.ends_on, "j M Y") if row.ends_on else ""}
    return _("%(household)s until %(day)s") % said if row.ends_on else row.household.name
