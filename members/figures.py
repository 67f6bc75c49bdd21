"""The figures of the register on the admin's start page."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cooperatives.models import Cooperative

from .models import ImportBatch, Invitation, JoinRequest, Membership, Unit, WaitingEntry
from .queries import VACANT, counted, holds_today, in_use_on, lasting_on, memberships_on, today_in_each
from .queries.joining import open_on
from .queries.register import each

Ids = Sequence[int]


class Counted(NamedTuple):
    """A figure: who may know it, what is counted in which cooperatives, where the rows are shown."""

    label: str | Promise
    needs: str
    rows: Callable[[Ids], "QuerySet[Any]"]
    address: Callable[[Cooperative], str]

    def counts(self, ids: Ids) -> dict[int, int]:
        """How many there are in each of these cooperatives."""
        rows = self.rows(ids).filter(cooperative__in=ids).order_by().values_list("cooperative")
        return dict(rows.annotate(n=Count("pk")))


def _list(model: str, **asked: str) -> Callable[[Cooperative], str]:
    return lambda row: reverse(f"admin:members_{model}_changelist", query={"cooperative": row.pk, **asked})


def vacant_in(ids: Ids) -> "QuerySet[Any]":
    """Units in use in these cooperatives today for which no agreement stands; common rooms are nobody's to rent."""
    in_use = Unit.objects.filter(each(today_in_each(ids), in_use_on))
    return counted(in_use, holds_today(ids, lasting_on)).filter(VACANT)


REGISTER_FIGURES = (
    Counted(
        _("Members"),
        "members.read_register",
        lambda ids: Membership.objects.filter(each(today_in_each(ids), memberships_on)),
        _list("membership", status="present"),
    ),
    Counted(_("Vacant units"), "members.see_homes", vacant_in, _list("unit", stands="vacant")),
    Counted(
        _("Open invitations"),
        "members.see_ways",
        lambda ids: Invitation.objects.filter(open_on(timezone.now())),
        _list("invitation", came_of="open"),
    ),
    Counted(
        _("Requests to join"),
        "members.see_ways",
        lambda ids: JoinRequest.objects.filter(state=JoinRequest.State.OPEN),
        _list("joinrequest", state__exact=JoinRequest.State.OPEN),
    ),
    Counted(
        _("On the waiting list"),
        "members.see_ways",
        lambda ids: WaitingEntry.objects.filter(state=WaitingEntry.State.WAITING),
        _list("waitingentry", state__exact=WaitingEntry.State.WAITING),
    ),
    Counted(
        _("Imports to be checked"),
        "members.import",
        lambda ids: ImportBatch.objects.filter(state=ImportBatch.State.READ),
        _list("importbatch", state__exact=ImportBatch.State.READ),
    ),
)
