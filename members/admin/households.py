"""The desk of households and of the people in them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cooperatives.desk import Act, places, under

from ..actions import change_household, end_household, leave_household, make_household, take_in
from ..forms import EndHouseholdForm, HouseholdEditForm, HouseholdForm, LeaveForm, MoveInForm
from ..models import Household, HouseholdMember
from ..queries import holds_today, lasting_on, people_known_to, people_to_choose
from .base import RegisterAdmin, page, today_of

HOUSE = "members.house"


def _household_form(request: Any, row: Any, data: Any) -> Any:
    return under(HouseholdForm(data), "cooperative", _("Cooperative"), places(request, HOUSE))


@admin.register(Household)
class HouseholdAdmin(RegisterAdmin):
    """People who live together. Households end; none is deleted."""

    see = "members.see_household"
    list_display = ("name", "present", "external_id", "ended_on", "cooperative")
    search_fields = ("name", "external_id", "people__person__name")
    ordering = ("name", "pk")
    fields = ("name", "external_id", "present", "ended_on", "cooperative")
    facts = ("present", "ended_on", "cooperative")
    adds = Act("add", _("Add a household"), HOUSE, _household_form, make_household, first=("cooperative",))
    changes = Act("change", _("Change the household"), HOUSE,
                  lambda request, row, data: HouseholdEditForm.of(row, data), change_household)  # fmt: skip
    acts = (
        Act("join", _("Add a person"), HOUSE,
            lambda request, row, data: MoveInForm(data, people=people_to_choose(row.cooperative_id), today=today_of(row)),
            take_in, shows=lambda row: row.ended_on is None,
            about=_("Who belongs to a household does not by that live in its home: an agreement says who lives there.")),
        Act("end", _("End the household"), HOUSE,
            lambda request, row, data: EndHouseholdForm(data, initial={"on": today_of(row), "version": row.version}),
            end_household, danger=True, shows=lambda row: row.ended_on is None,
            about=_("Its people do not belong together any more from that day on. What was stays written.")),
    )  # fmt: skip

    def get_queryset(self, request: Any) -> "QuerySet[Any]":
        """Households with the people in them today whom the actor may know to be there."""
        today = holds_today(request.actor.cooperative_ids, lasting_on)
        people = people_known_to(request.actor).filter(today).select_related("person").order_by("relation", "person__sort_name")
        return super().get_queryset(request).prefetch_related(Prefetch("people", people, to_attr="present_people"))

    @admin.display(description=_("people"))
    def present(self, row: Any) -> str:
        """Who is in it today, adults before children."""
        return ", ".join(one.person.name for one in row.present_people)

    def ways(self, request: HttpRequest, row: Any) -> Iterable[tuple[Any, str]]:
        """Its page, with who answers for its children."""
        yield _("Household's page"), page("household", row, row.public_id)


@admin.register(HouseholdMember)
class HouseholdMemberAdmin(RegisterAdmin):
    """Who belongs to which household from when until when. People are added at the household."""

    see = "members.house"
    list_display = ("person", "household", "relation", "starts_on", "ends_on", "cooperative")
    list_select_related = ("person", "household", "cooperative")
    list_filter = (*RegisterAdmin.list_filter, "relation")
    search_fields = ("person__name", "household__name")
    fields = list_display
    acts = (
        Act("leave", _("Leaves the household"), HOUSE,
            lambda request, row, data: LeaveForm(data, initial={"on": today_of(row)}), leave_household, danger=True,
            shows=lambda row: row.ends_on is None or row.ends_on > today_of(row)),
    )  # fmt: skip
