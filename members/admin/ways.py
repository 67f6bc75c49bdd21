"""The desk of the ways in: invitations, requests to join, the waiting list, imports."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, ngettext

from cooperatives.actions import RuleBroken
from cooperatives.desk import Act, OwnFilter, places, under

from ..actions import (
    answer_offer,
    approve_request,
    change_waiting,
    decline_request,
    enter_waiting,
    offer_unit,
    rank_waiting,
    resend,
    revoke,
    withdraw_offer,
    withdraw_waiting,
)
from ..forms import DecideForm, NewWaitingForm, OfferForm, OnceForm, RankForm, SeenForm, WaitingEditForm
from ..models import ImportBatch, Invitation, JoinRequest, UnitOffer, WaitingEntry
from ..queries import InvitationState, people_of_each, people_to_choose, units_to_offer, with_state
from ..queries.joining import open_on
from .base import RegisterAdmin, page


def _seen(request: Any, row: Any, data: Any) -> SeenForm:
    """A button that acts upon what was shown."""
    return SeenForm(data, initial={"version": row.version})


def _is_open(row: Any) -> bool:
    return bool(row.is_open(now=timezone.now()))


# --- Invitations ------------------------------------------------------------------------------------------------------


REVOKE = Act("revoke", _("Take the invitation back"), "members.invite", lambda request, row, data: OnceForm(data), revoke,
              about=_("It lets nobody in any more. Who came in by it stays."), danger=True, shows=_is_open)  # fmt: skip


class InvitationStateFilter(admin.SimpleListFilter):
    """What came of an invitation; `open` for those that still let somebody in."""

    title = _("state")
    parameter_name = "came_of"
    OPEN = "open"

    def lookups(self, request: HttpRequest, desk: Any) -> Any:
        """Every state there is, and those that are open."""
        return [(self.OPEN, _("Open")), *InvitationState.choices]

    def queryset(self, request: HttpRequest, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Invitations in that state; see `InvitationAdmin.get_queryset`."""
        if self.value() == self.OPEN:
            return rows.filter(open_on(timezone.now()))
        return rows.filter(state=self.value()) if self.value() in InvitationState.values else rows


@admin.register(Invitation)
class InvitationAdmin(RegisterAdmin):
    """Invitations: what came of each; a mail is sent again, any is taken back. They are made on pages of their own."""

    see = "members.see_ways"
    list_display = ("whom", "way", "role", "came_of", "created_at", "expires_at", "cooperative")
    list_select_related = ("person", "cooperative")
    list_filter = (OwnFilter, InvitationStateFilter, "way", "role")
    search_fields = ("person__name", "email")
    ordering = ("-created_at", "-pk")
    fields = ("whom", "email", *list_display[1:], "most_uses", "uses", "sent_at", "sent_count", "opened_at")
    actions = ("revoke_chosen", "as_csv")
    pages = ((_("Invite people"), "invitations", "members.invite"),)
    acts = (
        Act("resend", _("Send again"), "members.invite", _seen, resend,
            about=_("It lasts another fourteen days, and what was sent before opens nothing any more."),
            shows=lambda row: row.way == Invitation.Way.MAIL and row.revoked_at is None and row.uses < row.most_uses),
        REVOKE,
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Invitations with what came of them."""
        return with_state(super().get_queryset(request), now=timezone.now())

    @admin.display(description=_("whom"))
    def whom(self, row: Any) -> str:
        """The person, the address, or the way."""
        return str(row)

    @admin.display(description=_("state"))
    def came_of(self, row: Any) -> str:
        """What came of it."""
        return str(InvitationState(row.state).label)

    def has_invite_permission(self, request: HttpRequest) -> bool:
        """Whether the actor may take invitations back somewhere."""
        return self._may(request, REVOKE)

    @admin.action(description=_("Take the chosen invitations back"), permissions=["invite"])
    def revoke_chosen(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        """Take them back one by one; what cannot be is said."""
        done = 0
        for row in rows:
            try:
                revoke(request.actor, row)  # type: ignore[attr-defined]
                done += 1
            except RuleBroken as broken:
                self.message_user(request, f"{row}: {broken}", messages.ERROR)
        self.message_user(request, ngettext("%d invitation is taken back.", "%d invitations are taken back.", done) % done)


# --- Requests to join -------------------------------------------------------------------------------------------------


def _approve_form(request: Any, row: Any, data: Any) -> SeenForm:
    return _seen(request, row, data)


def _decline_form(request: Any, row: Any, data: Any) -> DecideForm:
    return DecideForm(data, initial={"version": row.version})


def _undecided(row: Any) -> bool:
    return bool(row.state == JoinRequest.State.OPEN)


@admin.register(JoinRequest)
class JoinRequestAdmin(RegisterAdmin):
    """Who asks to join, and what the office answered."""

    see = "members.see_request"
    list_display = ("name", "state", "created_at", "decided_at", "cooperative")
    list_filter = (OwnFilter, "state")
    search_fields = ("name",)
    ordering = ("-created_at", "-pk")
    fields = ("name", "user", "said", "state", "created_at", "decided_at", "decided_by", "reason", "cooperative")
    acts = (
        Act("approve", _("Let them join"), "members.decide", _approve_form, approve_request, shows=_undecided,
            about=_("They become a plain member with the next number, and are told by mail.")),
        Act("decline", _("Decline"), "members.decide", _decline_form, decline_request, shows=_undecided, danger=True),
    )  # fmt: skip

    @admin.display(description=_("answers"))
    def said(self, row: Any) -> str:
        """Each question with its answer."""
        return "\n\n".join(f"{each['question']}\n{each['answer']}" for each in row.answers)


# --- The waiting list -------------------------------------------------------------------------------------------------


def _waits(row: Any) -> bool:
    return bool(row.state == WaitingEntry.State.WAITING)


def _waiting_form(request: Any, row: Any, data: Any) -> Any:
    """Who waits, among the people of every register to which the actor may add."""
    houses = places(request, "members.wait")
    return under(NewWaitingForm(data, people=people_of_each(houses)), "cooperative", _("Cooperative"), houses)


def _offer_open(row: Any) -> bool:
    return bool(row.is_open(now=timezone.now()))


@admin.register(WaitingEntry)
class WaitingAdmin(RegisterAdmin):
    """Who waits for a home. The rank follows the day since which they wait; it changes with a reason only."""

    see = "members.see_ways"
    list_display = ("name", "people", "fewest_rooms", "ranked_on", "state", "refusals", "cooperative")
    list_filter = (OwnFilter, "state", "is_transfer")
    search_fields = ("name", "email", "phone")
    ordering = ("ranked_on", "pk")
    columns = ("name", "email", "phone", "people", "fewest_rooms", "wishes", "ranked_on", "state", "refusals")
    fields = ("person", *columns, "is_transfer", "cooperative")
    facts = ("ranked_on", "state", "refusals", "cooperative")
    adds = Act("add", _("Enter somebody into the waiting list"), "members.wait", _waiting_form, enter_waiting,
               first=("cooperative",))  # fmt: skip
    changes = Act("change", _("Change what is known of them"), "members.wait",
                  lambda request, row, data: WaitingEditForm.of(row, data, people=people_to_choose(row.cooperative_id)),
                  change_waiting)  # fmt: skip
    acts = (
        Act("rank", _("Change the rank"), "members.wait",
            lambda request, row, data: RankForm(data, initial={"ranked_on": row.ranked_on, "version": row.version}),
            rank_waiting, shows=_waits),
        Act("offer", _("Offer a home"), "members.wait",
            lambda request, row, data: OfferForm(
                data, units=units_to_offer(row.cooperative), initial={"version": row.version}
            ),
            offer_unit, shows=_waits),
        Act("withdraw", _("Take off the list"), "members.wait", _seen, withdraw_waiting, shows=_waits, danger=True),
    )  # fmt: skip

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who does not wait any more is only shown."""
        return super().has_change_permission(request, obj) and (obj is None or _waits(obj))


@admin.register(UnitOffer)
class OfferAdmin(RegisterAdmin):
    """Homes that were offered, and the answers."""

    see = "members.see_ways"
    list_display = ("entry", "unit", "offered_at", "expires_at", "answer", "cooperative")
    list_select_related = ("entry", "unit", "cooperative")
    list_filter = (OwnFilter, "answer")
    search_fields = ("entry__name", "unit__code")
    fields = (*list_display, "answered_at")
    acts = (
        Act("accept", _("They accept"), "members.wait", _seen,
            lambda actor, row, *, version: answer_offer(actor, row, version=version, accepted=True), shows=_offer_open),
        Act("refuse", _("They refuse"), "members.wait", _seen,
            lambda actor, row, *, version: answer_offer(actor, row, version=version, accepted=False), shows=_offer_open),
        Act("withdraw", _("Take the offer back"), "members.wait", _seen, withdraw_offer, shows=_offer_open, danger=True),
    )  # fmt: skip


# --- Imports ----------------------------------------------------------------------------------------------------------


@admin.register(ImportBatch)
class ImportAdmin(RegisterAdmin):
    """Files on their way into the register. Reading, applying and undoing have their own page, where the rows are seen."""

    see = "members.import"
    list_display = ("name", "state", "created_at", "applied_at", "cooperative")
    list_filter = (OwnFilter, "state")
    search_fields = ("name",)
    ordering = ("-created_at", "-pk")
    fields = (*list_display, "undone_at")
    actions = ()
    pages = ((_("Import a file"), "import", "members.import"),)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Without the bytes."""
        return super().get_queryset(request).defer("content", "choices")

    def ways(self, request: HttpRequest, row: Any) -> Iterable[tuple[Any, str]]:
        """The page of the file."""
        yield _("Open the import"), page("import_file", row, row.public_id)
