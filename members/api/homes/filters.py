"""What lists of homes can be narrowed to. Without `on`, a status is that of today in the zone of each cooperative."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...models import Building, Household, Occupancy, Unit
from ...queries import OVER, UNDER, VACANT, counted, holds_today, in_use_on, lasting_on, may_see_everybody
from ..filters import of_cooperative

BIGGEST = 2**63 - 1


class Key(django_filters.Filter):
    """A row's key; what cannot be one is an error that names the field."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=BIGGEST, **kwargs)


class _Dated(django_filters.FilterSet):
    """A list that may be asked for as it is on a day: `narrowed` is given the condition-maker and the status."""

    def filter_queryset(self, queryset: Any) -> Any:
        """As asked by columns, then by day and status together."""
        said = self.form.cleaned_data
        return self.narrowed(super().filter_queryset(queryset), said.get("on"), said.get("status") or "")

    def narrowed(self, rows: Any, on: date | None, status: str) -> Any:
        """The rows of a status on a day."""
        raise NotImplementedError

    def at(self, condition: Callable[[date], Q], on: date | None) -> Q:
        """A condition that speaks of a day: of this one, else of today."""
        return condition(on) if on else holds_today(self.actor.cooperative_ids, condition)

    @property
    def actor(self) -> Any:
        """Who asks."""
        return self.request._request.actor

    def later(self, rows: Any, name: str, value: Any) -> Any:
        """Day and status mean something together only."""
        return rows


class BuildingFilter(django_filters.FilterSet):
    """`cooperative`."""

    cooperative = of_cooperative()

    class Meta:
        model = Building
        fields: ClassVar[list[str]] = []


class UnitFilter(_Dated):
    """`cooperative`, `building`, `kind`, `on` (in use on that day), `status`.

    `under` and `over` are for those who may know who lives where; nobody else finds any.
    """

    STATUSES = (
        ("vacant", _("vacant")), ("let", _("let")), ("under", _("under-occupied")), ("over", _("over-occupied")),
        ("ended", _("not in use any more")),
    )  # fmt: skip
    cooperative = of_cooperative()
    building = Key(field_name="building_id", help_text=_("Only those of this building, by its number."))
    kind = django_filters.ChoiceFilter(choices=Unit.Kind.choices, help_text=_("Only units of this kind."))
    on = django_filters.DateFilter(
        method="later", help_text=_("Only units in use on this day, and the day of which status speaks. Without it, today.")
    )
    status = django_filters.ChoiceFilter(
        choices=STATUSES,
        method="later",
        help_text=_("What they are on that day. Who lives where is found by those who may know it."),
    )

    class Meta:
        model = Unit
        fields: ClassVar[list[str]] = []

    def narrowed(self, rows: Any, on: date | None, status: str) -> Any:
        """Counted only where a status asks for it."""
        if status == "ended":
            return rows.filter(self.at(lambda day: Q(active_to__lte=day), on))
        if on or status:
            rows = rows.filter(self.at(in_use_on, on))
        if not status:
            return rows
        rows = counted(rows, self.at(lasting_on, on))
        if status in ("under", "over"):
            knows = [pk for pk in self.actor.cooperative_ids if may_see_everybody(self.actor, pk)]
            rows = rows.filter(cooperative__in=knows)
        return rows.filter({"vacant": VACANT, "let": Q(agreement_count__gt=0), "under": UNDER, "over": OVER}[status])


class HouseholdFilter(_Dated):
    """`cooperative`, `status` (open or ended), `on`: the status is that of this day."""

    STATUSES = (("open", _("open")), ("ended", _("ended")))
    cooperative = of_cooperative()
    on = django_filters.DateFilter(method="later", help_text=_("The day of which status speaks. Without it, today."))
    status = django_filters.ChoiceFilter(choices=STATUSES, method="later", help_text=_("Whether they have ended by that day."))

    class Meta:
        model = Household
        fields: ClassVar[list[str]] = []

    def narrowed(self, rows: Any, on: date | None, status: str) -> Any:
        """A household has an end and no known beginning."""
        if status == "ended":
            return rows.filter(self.at(lambda day: Q(ended_on__lte=day), on))
        if on or status:
            return rows.filter(self.at(lambda day: Q(ended_on=None) | Q(ended_on__gt=day), on))
        return rows


class OccupancyFilter(_Dated):
    """`cooperative`, `building`, `unit`, `household`, `on` (standing on that day), `status`."""

    STATUSES = (("current", _("current")), ("ended", _("ended")), ("ahead", _("ahead")))
    cooperative = of_cooperative()
    building = Key(field_name="unit__building_id", help_text=_("Only those in this building, by its number."))
    unit = django_filters.UUIDFilter(field_name="unit__public_id", help_text=_("Only those of this unit, by its id."))
    household = django_filters.UUIDFilter(
        field_name="household__public_id", help_text=_("Only those of this household, by its id.")
    )
    on = django_filters.DateFilter(
        method="later", help_text=_("Only those that stand on this day, and the day of which status speaks. Without it, today.")
    )
    status = django_filters.ChoiceFilter(
        choices=STATUSES, method="later", help_text=_("Whether they stand on that day, have ended by then, or are yet to begin.")
    )

    class Meta:
        model = Occupancy
        fields: ClassVar[list[str]] = []

    def narrowed(self, rows: Any, on: date | None, status: str) -> Any:
        """A day alone asks for what stands on it."""
        if status == "ended":
            return rows.filter(self.at(lambda day: Q(ends_on__lte=day), on))
        if status == "ahead":
            return rows.filter(self.at(lambda day: Q(starts_on__gt=day), on))
        return rows.filter(self.at(lasting_on, on)) if on or status else rows
