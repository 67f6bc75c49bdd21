"""The desk of homes: buildings, units, and who has which unit from when until when."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import keys_to
from cooperatives.desk import Act, OwnFilter, OwnReferences, places, under
from cooperatives.policy import visible
from cooperatives.web import ActionForm, AmountField

from ..actions import add_building, add_unit, change_building, change_occupancy, change_unit, end_occupancy, house, remove_unit
from ..figures import vacant_in
from ..forms import (
    AgreementEditForm,
    BuildingEditForm,
    BuildingForm,
    EndAgreementForm,
    HouseForm,
    SeenForm,
    UnitEditForm,
    UnitForm,
)
from ..models import Building, Household, Occupancy, Unit
from ..queries import holds_today, lasting_on, today_in
from .base import RegisterAdmin, page, today_of

CHANGE = "members.change_homes"


def _in(row: Any) -> str:
    return f"{row} · {row.cooperative}"


# --- Buildings --------------------------------------------------------------------------------------------------------


@admin.register(Building)
class BuildingAdmin(RegisterAdmin):
    """Houses. None is ever deleted: its units tell who lived in it."""

    see = "members.see_homes"
    list_display = ("name", "address", "built_in", "unit_count", "cooperative")
    search_fields = ("name", "address")
    ordering = ("name", "pk")
    fields = ("name", "address", "built_in", "cooperative")
    facts = ("cooperative",)
    adds = Act("add", _("Add a building"), CHANGE,
               lambda request, row, data: under(BuildingForm(data), "cooperative", _("Cooperative"), places(request, CHANGE)),
               add_building, first=("cooperative",))  # fmt: skip
    changes = Act("change", _("Change the building"), CHANGE,
                  lambda request, row, data: BuildingEditForm.of(row, data), change_building)  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Buildings with how many units they have."""
        return super().get_queryset(request).annotate(unit_count=Count("units"))

    @admin.display(description=_("units"), ordering="unit_count")
    def unit_count(self, row: Any) -> int:
        """How many units it has."""
        return int(row.unit_count)


# --- Units ------------------------------------------------------------------------------------------------------------


def _unit_form(request: Any, row: Any, data: Any) -> Any:
    buildings = visible(request.actor, CHANGE, Building.objects.select_related("cooperative").order_by("name", "pk"))
    chosen = buildings.filter(pk=data["building"]).first() if data and str(data.get("building", "")).isdecimal() else None
    near = chosen or buildings.first()
    if near is None:  # a form without a building to choose says so by itself
        return under(ActionForm(data), "building", _("Building"), buildings)
    form = UnitForm(data, cooperative=near.cooperative, initial={"kind": Unit.Kind.FLAT})
    return under(form, "building", _("Building"), buildings, _in)


class VacantFilter(admin.SimpleListFilter):
    """Whether a unit stands empty today."""

    title = _("today")
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, desk: Any) -> Any:
        """Those that stand empty."""
        return [("vacant", _("vacant"))]

    def queryset(self, request: Any, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Those, or all."""
        if self.value() != "vacant":
            return rows
        return rows.filter(pk__in=vacant_in(request.actor.cooperative_ids).order_by().values("pk"))


def _is_referenced(row: Unit) -> bool:
    return any(model._default_manager.filter(**{name: row}).exists() for model, name in keys_to(Unit))


@admin.register(Unit)
class UnitAdmin(RegisterAdmin):
    """Flats and whatever else a household may use. Ended, and removed only when nothing ever referred to it."""

    see = "members.see_homes"
    list_display = ("code", "building", "kind", "floor", "rooms", "area", "had_by", "active_to", "cooperative")
    list_select_related = ("building", "cooperative")
    list_filter = (OwnFilter, VacantFilter, "kind", ("building", OwnReferences))
    search_fields = ("code", "type", "building__name")
    ordering = ("building__name", "code", "pk")
    columns = ("code", "building", "kind", "type", "floor", "rooms", "area", "cost_share", "active_from", "active_to")
    fields = (*columns, "had_by", "charge", "fewest", "most", "cooperative")
    facts = ("building", "cooperative")
    adds = Act("add", _("Add a unit"), CHANGE, _unit_form, add_unit, first=("building",))
    changes = Act("change", _("Change the unit"), CHANGE, lambda request, row, data: UnitEditForm.of(row, data), change_unit)
    acts = (
        Act("remove", _("Remove the unit"), CHANGE,
            lambda request, row, data: SeenForm(data, initial={"version": row.version}), remove_unit, danger=True,
            about=_("For a unit that was added by mistake. One that anything refers to is given an end of use instead."),
            shows=lambda row: not _is_referenced(row)),
    )  # fmt: skip

    def get_queryset(self, request: Any) -> "QuerySet[Any]":
        """Units with the agreements that stand today, as far as the actor may know them."""
        stands = Occupancy.objects.filter(holds_today(request.actor.cooperative_ids, lasting_on)).select_related("household")
        known = visible(request.actor, "members.see_occupancy", stands).order_by("household__name", "pk")
        return super().get_queryset(request).prefetch_related(Prefetch("occupancies", known, to_attr="standing"))

    @admin.display(description=_("household"))
    def had_by(self, row: Any) -> str:
        """Who has it today."""
        return ", ".join(agreement.household.name for agreement in row.standing)

    @admin.display(description=_("monthly charge"))
    def charge(self, row: Any) -> str:
        """In the cooperative's currency, not in its minor units."""
        currency = row.cooperative.currency
        amount = AmountField(currency=currency).prepare_value(row.monthly_charge)
        return "" if amount is None else f"{amount} {currency}"

    def ways(self, request: HttpRequest, row: Any) -> Iterable[tuple[Any, str]]:
        """Its page, with everybody who had it."""
        yield _("History of the unit"), page("unit", row, row.public_id)


# --- Agreements -------------------------------------------------------------------------------------------------------


def _house_form(request: Any, row: Any, data: Any) -> Any:
    units = visible(request.actor, "members.house", Unit.objects.select_related("building", "cooperative"))
    households = visible(request.actor, "members.house", Household.objects.filter(ended_on=None).select_related("cooperative"))
    form = HouseForm(data, households=(), today=today_in("UTC"))
    form.fields.pop("household")
    under(form, "household", _("Household"), households.order_by("name", "pk"), _in)
    return under(
        form, "unit", _("Unit"), units.order_by("building__name", "code", "pk"), lambda one: f"{one.building} · {_in(one)}"
    )


class LastingFilter(admin.SimpleListFilter):
    """Whether an agreement stands today, where it is."""

    title = _("today")
    parameter_name = "today"

    def lookups(self, request: HttpRequest, desk: Any) -> Any:
        """Standing, or over or not begun."""
        return [("yes", _("stands")), ("no", _("over, or not begun"))]

    def queryset(self, request: Any, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Those that stand, or the others."""
        if self.value() not in ("yes", "no"):
            return rows
        stands: Q = holds_today(request.actor.cooperative_ids, lasting_on)
        return rows.filter(stands if self.value() == "yes" else ~stands)


@admin.register(Occupancy)
class OccupancyAdmin(RegisterAdmin):
    """Agreements: which household has which unit."""

    see = "members.see_occupancy"
    list_display = ("unit", "household", "kind", "starts_on", "ends_on", "is_shared", "cooperative")
    list_select_related = ("unit", "household", "cooperative")
    list_filter = (OwnFilter, LastingFilter, "kind")
    search_fields = ("unit__code", "household__name")
    ordering = ("-starts_on", "-pk")
    fields = (*list_display, "note")
    adds = Act(
        "add",
        _("Start an agreement"),
        "members.house",
        _house_form,
        house,
        first=("unit", "household"),
        about=_("The adults of the household hold it, and everybody of the household lives there from that day."),
    )
    facts = ("unit", "household", "cooperative")
    changes = Act("change", _("Change the agreement"), "members.house",
                  lambda request, row, data: AgreementEditForm.of(row, data), change_occupancy)  # fmt: skip
    acts = (
        Act("end", _("End the agreement"), "members.house",
            lambda request, row, data: EndAgreementForm(
                data, initial={"on": max(today_of(row), row.starts_on), "version": row.version}
            ),
            end_occupancy, danger=True, shows=lambda row: row.ends_on is None or row.ends_on > today_of(row)),
    )  # fmt: skip

    def ways(self, request: HttpRequest, row: Any) -> Iterable[tuple[Any, str]]:
        """The page of the unit, with the people of the agreement."""
        yield _("History of the unit"), page("unit", row, row.unit.public_id)
