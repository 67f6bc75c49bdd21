"""What the lists of the register's forms offer: key and name, in order."""

from datetime import date

from django.db.models import Max, Q

from ..models import Household, Person

Choice = tuple[int, str]


def households_to_choose(cooperative_id: int, day: date) -> list[Choice]:
    """Households that have not ended by a day, by name."""
    rows = Household.objects.filter(Q(ended_on=None) | Q(ended_on__gt=day), cooperative=cooperative_id)
    return list(rows.order_by("name", "pk").values_list("pk", "name"))


def people_to_choose(cooperative_id: int) -> list[Choice]:
    """Everybody in the register whose data were not erased, by name, members with their number."""
    rows = Person.objects.filter(cooperative=cooperative_id, erased_at=None).annotate(number=Max("memberships__number"))
    found = rows.order_by("sort_name", "pk").values_list("pk", "name", "number")
    return [(pk, f"{name} · {number}" if number else name) for pk, name, number in found]
