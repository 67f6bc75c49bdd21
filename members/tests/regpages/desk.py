"""Valid requests for the desk: its forms are those of the pages, with the row that a new one belongs to."""

from collections.abc import Callable
from typing import Any

from cooperatives.queries import enter
from members.models import Household

from ..ways import bodies as ways
from . import bodies as pages

Body = Callable[[Any, str], dict[str, Any]]


def _under(name: str, body: Body) -> Body:
    """A new row, and the row of a side that it belongs to."""

    def whole(world: Any, side: str) -> dict[str, Any]:
        row = world.cooperatives[side] if name == "cooperative" else world.row(side, f"members.{name}")
        return {name: row.pk, **body(world, side)}

    return whole


def _seen(name: str, body: Body = pages.nothing) -> Body:
    """A row as it was shown."""

    def whole(world: Any, side: str) -> dict[str, Any]:
        row = world.row(side, f"members.{name}")
        with enter([world.cooperatives[side].pk]):
            return {**body(world, side), "version": type(row).objects.get(pk=row.pk).version}

    return whole


def _chosen(name: str, action: str) -> Body:
    """A row on a list, and what is done with it."""
    return lambda world, side: {"action": action, "_selected_action": [world.row(side, f"members.{name}").pk]}


def agreement(world: Any, side: str) -> dict[str, Any]:
    """An old week, shared, of a household that has no people."""
    with enter([world.cooperatives[side].pk]):
        home = Household.objects.filter(ended_on=None).order_by("-pk")[0]
    return {**pages.move_in(world, side), "household": home.pk}


def agreement_changed(world: Any, side: str) -> dict[str, Any]:
    """The same days, and a note."""
    row = world.row(side, "members.occupancy")
    return {"starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on or "", "kind": row.kind, "note": "By hand"}


BODIES: dict[str, Body] = {
    "admin:members_person_change": pages.person,
    "admin:members_person_changelist": _chosen("person", "as_csv"),
    "admin:members_membership_add": _under("cooperative", pages.member),
    "admin:members_membership_changelist": _chosen("membership", "as_csv"),
    "admin:members_membership_role": pages.role,
    "admin:members_membership_pause": pages.pause,
    "admin:members_membership_resume": pages.on_a_day,
    "admin:members_membership_end": pages.leaving,
    "admin:members_rolegrant_end": pages.on_a_day,
    "admin:members_building_add": _under("cooperative", pages.building),
    "admin:members_building_change": pages.building_changed,
    "admin:members_unit_add": _under("building", pages.unit),
    "admin:members_unit_change": pages.unit_changed,
    "admin:members_unit_changelist": _chosen("unit", "as_csv"),
    "admin:members_unit_remove": _seen("unit"),
    "admin:members_household_add": _under("cooperative", pages.household),
    "admin:members_household_change": pages.household_changed,
    "admin:members_household_join": pages.joins,
    "admin:members_household_end": pages.household_ended,
    "admin:members_householdmember_leave": pages.on_a_day,
    "admin:members_occupancy_add": _under("unit", agreement),
    "admin:members_occupancy_change": _seen("occupancy", agreement_changed),
    "admin:members_occupancy_end": pages.agreement_ended,
    "admin:members_committee_add": _under("cooperative", pages.committee),
    "admin:members_committee_change": pages.committee_changed,
    "admin:members_committee_seat": pages.seat,
    "admin:members_committee_end": pages.committee_ended,
    "admin:members_seat_end": pages.on_a_day,
    "admin:members_invitation_changelist": _chosen("invitation", "revoke_chosen"),
    "admin:members_invitation_resend": _seen("invitation"),
    "admin:members_invitation_revoke": pages.nothing,
    "admin:members_joinrequest_approve": _seen("joinrequest"),
    "admin:members_joinrequest_decline": _seen("joinrequest", lambda world, side: {"reason": "Full"}),
    "admin:members_waitingentry_add": _under("cooperative", ways.BODIES["members:waiting_new"]),
    "admin:members_waitingentry_change": ways.BODIES["members:waiting_entry"],
    "admin:members_waitingentry_rank": ways.BODIES["members:waiting_rank"],
    "admin:members_waitingentry_offer": ways.BODIES["members:waiting_offer"],
    "admin:members_waitingentry_withdraw": _seen("waitingentry"),
    "admin:members_unitoffer_accept": _seen("unitoffer"),
    "admin:members_unitoffer_refuse": _seen("unitoffer"),
    "admin:members_unitoffer_withdraw": _seen("unitoffer"),
}
