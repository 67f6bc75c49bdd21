"""The desk of the register: people, memberships, roles."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cooperatives.desk import Act, OwnFilter, places, under
from cooperatives.policy import may

from ..actions import admit, correct_person, end_membership, end_role, grant_role, pause, resume
from ..actions.homes.ground import span_spoken
from ..forms import AdmitForm, EndRoleForm, LeavingForm, PauseForm, PersonForm, ResumeForm, RoleForm
from ..models import Membership, Person, RoleGrant, Status
from ..queries import grants_on, obstacles_of, roles_of, today_in, today_in_each
from ..queries.listing import PRESENT
from ..queries.register import each
from ..queries.status import STANDING, holding, with_status
from ..roles import Role, label
from .base import RegisterAdmin, page, today_of

# --- People -----------------------------------------------------------------------------------------------------------


def _person_form(request: Any, row: Person, data: Any) -> PersonForm:
    logins = [user for user in row.memberships.values_list("user", flat=True) if user]
    is_office = may(request.actor, "members.admit", row)
    may_show = request.actor.user_id in logins or (is_office and not logins)
    return PersonForm(data, person=row, is_office=is_office, may_show=may_show)


@admin.register(Person)
class PersonAdmin(RegisterAdmin):
    """Everybody in the register: members, former members, children. They come in as members, or into a household."""

    see = "members.read_register"
    list_display = ("name", "email", "phone", "cooperative")
    list_filter = (OwnFilter, "is_organization")
    search_fields = ("name", "given_name", "family_name", "email", "external_id")
    ordering = ("sort_name", "pk")
    columns = ("name", "given_name", "family_name", "email", "phone", "other_phones", "address", "birth_date", "external_id")
    fields = (*columns, "cooperative", "is_organization", "contact_person", "locale", "skills", "note", "shown")
    facts = ("cooperative",)
    pages = ((_("Import a file"), "import", "members.import"), (_("Erasures"), "erasures", "members.erase"))
    changes = Act("change", _("Change what the register says"), "members.correct", _person_form, correct_person)

    def ways(self, request: HttpRequest, row: Any) -> Iterable[tuple[Any, str]]:
        """The member's own page, and the long ways that have pages: the data as a file, erasure."""
        member = row.memberships.order_by("-number").first()
        if member is None:
            return
        yield _("Member's page"), page("member", row, member.public_id)
        for needs, words, name in (
            ("members.hand_over", _("Data as a file"), "person_data"),
            ("members.erase", _("Erase"), "erase"),
        ):
            if may(request.actor, needs, row):  # type: ignore[attr-defined]
                yield words, page(name, row, member.public_id)


# --- Memberships ------------------------------------------------------------------------------------------------------


def _admit_form(request: Any, row: Any, data: Any) -> Any:
    form = AdmitForm(data, initial={"on": today_in("UTC"), "role": "member"})
    return under(form, "cooperative", _("Cooperative"), places(request, "members.admit"))


def _role_form(request: Any, row: Membership, data: Any) -> RoleForm:
    held = row.grants.filter(grants_on(today_of(row))).values_list("role", flat=True)
    return RoleForm(data, held=list(held), today=max(today_of(row), row.joined_on))


def _leaving_form(request: Any, row: Membership, data: Any) -> LeavingForm:
    obstacles = obstacles_of(row, on=today_of(row))
    asks = bool(obstacles) and may(request.actor, "members.end_despite", row)
    return LeavingForm(data, today=max(today_of(row), row.joined_on), asks_despite=asks)


class StatusFilter(admin.SimpleListFilter):
    """What a membership is today, where it is."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, desk: Any) -> Any:
        """Every status there is, and those of members."""
        return [(PRESENT, _("Active or paused")), *Status.choices]

    def queryset(self, request: HttpRequest, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Memberships of that status; see `MembershipAdmin.get_queryset`."""
        if self.value() == PRESENT:
            return rows.filter(status__in=STANDING)
        return rows.filter(status=self.value()) if self.value() in Status.values else rows


class RoleFilter(admin.SimpleListFilter):
    """Which role a member holds today."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, desk: Any) -> Any:
        """Every role there is."""
        return Role.choices

    def queryset(self, request: Any, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Those who hold it."""
        role = self.value() or ""
        return holding(rows, role, request.actor.cooperative_ids) if role in Role.values else rows


def _spans(rows: Iterable[Any]) -> str:
    return "\n".join(f"{row}: {span_spoken(row.starts_on, row.ends_on)}" for row in rows)


@admin.register(Membership)
class MembershipAdmin(RegisterAdmin):
    """Memberships: somebody comes in, gets roles, is paused, leaves. None is ever deleted."""

    see = "members.read_register"
    list_display = ("person", "number", "standing", "held", "joined_on", "left_on", "cooperative")
    list_select_related = ("person", "cooperative")
    list_filter = (OwnFilter, StatusFilter, RoleFilter, "left_reason")
    search_fields = ("person__name", "=number", "left_name")
    ordering = ("cooperative", "number")
    fields = (
        "person",
        "number",
        "user",
        "standing",
        "roles",
        "pauses",
        "joined_on",
        "left_on",
        "left_reason",
        "left_note",
        "cooperative",
    )
    pages = ((_("Whole list as a file"), "export", "members.export"),)
    adds = Act("add", _("Add a member"), "members.admit", _admit_form, admit, first=("cooperative",))
    acts = (
        Act("role", _("Give a role"), "members.grant", _role_form, grant_role, fresh=True,
            shows=lambda row: row.status != Status.FORMER),
        Act("pause", _("Pause the membership"), "members.pause",
            lambda request, row, data: PauseForm(data, initial={"starts_on": max(today_of(row), row.joined_on)}), pause,
            about=_("They keep their number and stay in the register. Offices rest until they are back."),
            shows=lambda row: row.status in (Status.ACTIVE, Status.AHEAD)),
        Act("resume", _("End the pause"), "members.pause",
            lambda request, row, data: ResumeForm(data, initial={"on": today_of(row)}), resume,
            shows=lambda row: row.status == Status.PAUSED),
        Act("end", _("End the membership"), "members.end", _leaving_form, end_membership, danger=True,
            about=_("Access ends with that day. The number is never given again, and what was done stays written."),
            shows=lambda row: row.status != Status.FORMER),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Memberships with what they are today."""
        days = today_in_each(request.actor.cooperative_ids)  # type: ignore[attr-defined]
        held = Prefetch("grants", RoleGrant.objects.filter(each(days, grants_on)), to_attr="standing_grants")
        return with_status(super().get_queryset(request), days).prefetch_related(held)

    @admin.display(description=_("roles"))
    def held(self, row: Any) -> str:
        """The roles of today, the foremost first."""
        return ", ".join(label(role) for role in roles_of(row))

    @admin.display(description=_("roles"))
    def roles(self, row: Any) -> str:
        """Every role with its days, the latest first."""
        return _spans(row.grants.order_by("-starts_on", "pk"))

    @admin.display(description=_("pauses"))
    def pauses(self, row: Any) -> str:
        """Every pause with its days, the latest first."""
        return _spans(row.pauses.order_by("-starts_on", "pk"))

    @admin.display(description=_("status"), ordering="status")
    def standing(self, row: Any) -> str:
        """What it is today."""
        return str(Status(row.status).label)

    def ways(self, request: HttpRequest, row: Any) -> Iterable[tuple[Any, str]]:
        """The member's own page."""
        yield _("Member's page"), page("member", row, row.public_id)


# --- Roles ------------------------------------------------------------------------------------------------------------


@admin.register(RoleGrant)
class RoleGrantAdmin(RegisterAdmin):
    """Roles from a day until a day. They are given at a membership."""

    see = "members.read_register"
    list_display = ("membership", "role", "starts_on", "ends_on", "cooperative")
    list_select_related = ("membership__person", "cooperative")
    list_filter = (OwnFilter, "role")
    search_fields = ("membership__person__name",)
    fields = ("membership", "role", "starts_on", "ends_on", "cooperative")
    acts = (
        Act("end", _("End the role"), "members.grant",
            lambda request, row, data: EndRoleForm(data, initial={"on": max(today_of(row), row.starts_on)}),
            lambda actor, row, *, on: end_role(actor, row.membership, role=row.role, on=on), fresh=True, danger=True,
            shows=lambda row: row.ends_on is None or row.ends_on > today_of(row)),
    )  # fmt: skip
