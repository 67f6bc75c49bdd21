"""The desk of committees and their seats."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cooperatives.desk import Act, places, under

from ..actions import change_committee, end_committee, end_seat, found_committee, seat_member
from ..forms import CommitteeEditForm, CommitteeForm, EndCommitteeForm, EndSeatForm, SeatForm
from ..models import Committee, Seat
from .base import RegisterAdmin, today_of

CHANGE = "members.change_committees"


def _committee_form(request: Any, row: Any, data: Any) -> Any:
    return under(CommitteeForm(data), "cooperative", _("Cooperative"), places(request, CHANGE))


@admin.register(Committee)
class CommitteeAdmin(RegisterAdmin):
    """Committees. They end; none is deleted."""

    see = "members.see_committees"
    list_display = ("name", "purpose", "ended_on", "cooperative")
    search_fields = ("name", "purpose")
    ordering = ("name", "pk")
    fields = list_display
    facts = ("ended_on", "cooperative")
    adds = Act("add", _("Found a committee"), CHANGE, _committee_form, found_committee, first=("cooperative",))
    changes = Act("change", _("Change the committee"), CHANGE,
                  lambda request, row, data: CommitteeEditForm.of(row, data), change_committee)  # fmt: skip
    acts = (
        Act("seat", _("Seat a member"), CHANGE,
            lambda request, row, data: SeatForm(data, cooperative_id=row.cooperative_id, today=today_of(row)), seat_member,
            shows=lambda row: row.ended_on is None),
        Act("end", _("End the committee"), CHANGE,
            lambda request, row, data: EndCommitteeForm(data, initial={"version": row.version}), end_committee, danger=True,
            about=_("Every term on it ends today. Its history stays."), shows=lambda row: row.ended_on is None),
    )  # fmt: skip


@admin.register(Seat)
class SeatAdmin(RegisterAdmin):
    """Terms on committees. Members are seated at the committee."""

    see = "members.see_committees"
    list_display = ("membership", "committee", "position", "starts_on", "ends_on", "cooperative")
    list_select_related = ("membership__person", "committee", "cooperative")
    list_filter = (*RegisterAdmin.list_filter, "position")
    search_fields = ("membership__person__name", "committee__name")
    fields = list_display
    acts = (
        Act("end", _("End the term"), CHANGE,
            lambda request, row, data: EndSeatForm(data, initial={"on": max(today_of(row), row.starts_on)}), end_seat,
            danger=True, shows=lambda row: row.ends_on is None or row.ends_on > today_of(row)),
    )  # fmt: skip
