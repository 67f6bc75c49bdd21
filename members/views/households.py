"""One household: its people, who answers for its children, its homes, and the forms of those who may change that."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cooperatives.policy import may, visible
from cooperatives.web import CoopRequest, fetch, needs, pager, tell

from ..actions import (
    change_household,
    end_guardianship,
    end_household,
    leave_household,
    make_household,
    name_guardian,
    take_in,
)
from ..forms import EndHouseholdForm, GuardianForm, HouseholdEditForm, HouseholdForm, LeaveForm, MoveInForm, PressForm
from ..models import Guardianship, Household, HouseholdMember, Occupancy
from ..queries import households_by_name, people_known_to, people_to_choose, today_in, with_homes, words_of
from .asking import Asked, ask
from .homes import POSTED, way_home

MOST = 100
"""How many agreements of a household are shown."""


@require_safe
@needs("members.read_register")
def households(request: CoopRequest) -> HttpResponse:
    """Every household that has not ended, by name, with its people; `?q=` looks in names."""
    text, today = words_of(request.GET.get("q", "")), _today(request)
    page = pager(request, households_by_name(request.cooperative, today, text=text))
    may_house = may(request.actor, "members.house", request.cooperative)
    context = {"pager": page, "rows": page.items, "query": text, "may_house": may_house}
    return render(request, "members/households.html", context)


@require_http_methods(POSTED)
@needs("members.house")
def household_new(request: CoopRequest) -> HttpResponse:
    """Enter a household; its people come next."""
    form = HouseholdForm(request.POST or None)
    if request.method == "POST" and form.act(make_household, request.actor, request.cooperative):
        tell(request, form, _("The household %(name)s is entered. Now add its people.") % {"name": form.result.name})
        return redirect(form.address(form.result))
    back = reverse("members:households", args=[request.cooperative.slug])
    return ask(request, form, Asked(_("Enter a household"), _("Enter the household"), back, way=way_home(request), once=True))


def household_for(request: CoopRequest, public_id: UUID, to: str) -> Household:
    """The household, if the actor may do `to` to it."""
    rows = Household.objects.select_related("cooperative").filter(cooperative=request.cooperative)
    found: Household = fetch(request, rows, to, public_id=public_id)
    return found


@require_http_methods(POSTED)
@needs("members.see_homes")
def household(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """One household; `?edit=1` opens the form."""
    row = household_for(request, public_id, "members.see_household")
    if request.method != "POST" and "edit" not in request.GET:
        return render(request, "members/household.html", {"household": row, **_shown(request, row)})
    household_for(request, public_id, "members.house")
    form = HouseholdEditForm.of(row, request.POST or None)
    if request.method == "POST" and form.act(change_household, request.actor, row):
        messages.success(request, _("Saved."))
        return redirect(_at(row))
    title = _("Edit the household %(name)s") % {"name": row.name}
    return ask(request, form, Asked(title, _("Save"), here=_("Edit"), back=_at(row), way=_way(request, row)))


def _shown(request: CoopRequest, row: Household) -> dict[str, Any]:
    """Offices see everybody who ever was in it, a fellow member whom they may know to be in it today."""
    sees, today = may(request.actor, "members.read_register", row), _today(request)
    people = list(_people(request, row))
    present = [one for one in people if (one.starts_on or today) <= today and (one.ends_on is None or today < one.ends_on)]
    homes = visible(request.actor, "members.see_occupancy", with_homes(Occupancy.objects.filter(household=row)))
    return {
        "sees": sees,
        "today": today,
        "present": present,
        "others": [one for one in people if one not in present] if sees else [],
        "guardians": list(_guardians(people)) if sees else [],
        "agreements": list(homes.order_by("-starts_on", "-pk")[:MOST]),
        "may_house": may(request.actor, "members.house", row) and row.ended_on is None,
    }


def _people(request: CoopRequest, row: Household) -> Any:
    rows = people_known_to(request.actor).filter(household=row).select_related("person")
    return rows.order_by("relation", "person__sort_name", "pk")


def _guardians(people: list[HouseholdMember]) -> Any:
    children = [one.person_id for one in people]
    return Guardianship.objects.filter(child__in=children).select_related("child", "guardian").order_by("child__sort_name", "pk")


def _today(request: CoopRequest) -> date:
    return today_in(request.cooperative.time_zone)


def _at(row: Household) -> str:
    return reverse("members:household", args=[row.cooperative.slug, row.public_id])


def _way(request: CoopRequest, row: Household) -> tuple[tuple[str, str], ...]:
    return (*way_home(request), (row.name, _at(row)))


@require_http_methods(POSTED)
@needs("members.house")
def household_join(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Let somebody belong to a household."""
    row = household_for(request, public_id, "members.house")
    form = MoveInForm(request.POST or None, people=people_to_choose(request.cooperative.pk), today=_today(request))
    if request.method == "POST" and form.act(take_in, request.actor, row):
        tell(request, form, _("%(name)s belongs to the household.") % {"name": form.result.person})
        return redirect(_at(row))
    title = _("Add a person to %(name)s") % {"name": row.name}
    about = _("Who belongs to a household does not by that live in its home: an agreement says who lives there.")
    return ask(
        request,
        form,
        Asked(title, _("Add the person"), _at(row), here=_("Add a person"), about=about, way=_way(request, row), once=True),
    )


@require_http_methods(POSTED)
@needs("members.house")
def household_leave(request: CoopRequest, pk: int) -> HttpResponse:
    """End somebody's time in a household."""
    rows = HouseholdMember.objects.select_related("household__cooperative", "person", "cooperative")
    row = fetch(request, rows, "members.house", pk=pk, cooperative=request.cooperative)
    form = LeaveForm(request.POST or None, initial={"on": _today(request)})
    if request.method == "POST" and form.act(leave_household, request.actor, row):
        messages.success(request, _("Saved."))
        return redirect(_at(row.household))
    title = _("%(person)s leaves %(household)s") % {"person": row.person, "household": row.household}
    return ask(
        request, form, Asked(title, _("Save"), here=_("Leaves"), back=_at(row.household), way=_way(request, row.household))
    )


@require_http_methods(POSTED)
@needs("members.house")
def household_end(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """End a household."""
    row = household_for(request, public_id, "members.house")
    form = EndHouseholdForm(request.POST or None, initial={"on": _today(request), "version": row.version})
    if request.method == "POST" and form.act(end_household, request.actor, row):
        messages.success(request, _("Saved."))
        return redirect(_at(row))
    title = _("End the household %(name)s") % {"name": row.name}
    about = _("Its people do not belong together any more from that day on. What was stays written.")
    return ask(
        request,
        form,
        Asked(title, _("End the household"), _at(row), here=_("End"), about=about, way=_way(request, row), danger=True),
    )


@require_http_methods(POSTED)
@needs("members.house")
def guardian_new(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Say who answers for a child of a household."""
    row = household_for(request, public_id, "members.house")
    children = row.people.filter(relation=HouseholdMember.Relation.CHILD).order_by("person__sort_name", "pk")
    names = children.values_list("person", "person__name")
    form = GuardianForm(request.POST or None, children=names, people=people_to_choose(request.cooperative.pk))
    if request.method == "POST" and form.act(_name_guardian, request.actor):
        tell(request, form, _("Saved."))
        return redirect(_at(row))
    return ask(request, form, Asked(_("Who answers for a child"), _("Save"), _at(row), way=_way(request, row), once=True))


def _name_guardian(actor: Any, child: Any, guardian: Any) -> Guardianship:
    made: Guardianship = name_guardian(actor, child, guardian)
    return made


@require_http_methods(POSTED)
@needs("members.house")
def guardian_end(request: CoopRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Say that somebody does not answer for a child any more."""
    household = household_for(request, public_id, "members.house")
    rows = Guardianship.objects.select_related("child", "guardian", "cooperative")
    row = fetch(request, rows, "members.house", pk=pk, cooperative=request.cooperative)
    form = PressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.act(end_guardianship, request.actor, row):
        messages.success(request, _("Saved."))
        return redirect(_at(household))
    title = _("%(guardian)s no longer answers for %(child)s?") % {"guardian": row.guardian, "child": row.child}
    return ask(
        request,
        form,
        Asked(title, _("Take it back"), _at(household), here=_("Guardians"), way=_way(request, household), danger=True),
    )
