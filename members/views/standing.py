"""What changes a member's standing: roles, pauses, leaving. Each is a page of its own, so that it is done on purpose.

Whether an office may decide about this member is asked of the membership: about officers, only who appoints them does.
"""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cooperatives.policy import may
from cooperatives.web import ActionForm, CoopRequest, fetch, needs, tell

from ..actions import end_membership, end_role, grant_role, keep_role, pause, resume, withdraw_leaving
from ..forms import EndRoleForm, LeavingForm, PauseForm, ResumeForm, RoleForm
from ..models import Membership, RoleGrant
from ..queries import both_offices, obstacles_of, register_of, roles_of, today_in
from ..roles import label
from .asking import Asked, ask
from .member import POSTED, address_of, member_for, way_to


@require_http_methods(POSTED)
@needs("members.grant", fresh=True)
def role_new(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Give a member a role."""
    row = member_for(request, public_id, "members.grant")
    form = RoleForm(request.POST or None, held=roles_of(row), today=_today(row))
    if request.method == "POST" and form.act(grant_role, request.actor, row):
        tell(request, form, _("%(name)s has the role %(role)s.") % {"name": row, "role": label(form.cleaned_data["role"])})
        if both_offices(request.cooperative).filter(pk=row.pk).exists():
            messages.warning(
                request, _("%(name)s is admin and treasurer at once: nobody looks over their shoulder.") % {"name": row}
            )
        return redirect(address_of(row))
    title = _("Give %(name)s a role") % {"name": row}
    about = _("Admins may do everything here. Secretaries keep the register, treasurers the money; observers only read.")
    return ask(
        request,
        form,
        Asked(title, _("Give the role"), address_of(row), here=_("Give a role"), about=about, way=way_to(row), once=True),
    )


@require_http_methods(POSTED)
@needs("members.grant", fresh=True)
def role_end(request: CoopRequest, public_id: UUID, pk: int) -> HttpResponse:
    """End a role on a day."""
    row = member_for(request, public_id, "members.grant")
    grant = fetch(request, RoleGrant.objects.filter(membership=row), "members.grant", pk=pk)
    form = EndRoleForm(request.POST or None, initial={"on": max(_today(row), grant.starts_on)})
    if request.method == "POST" and form.act(end_role, request.actor, row, role=grant.role):
        messages.success(request, _("Saved."))
        return redirect(address_of(row))
    facts = {"role": label(grant.role), "name": row}
    title = _("End the role %(role)s of %(name)s") % facts
    return ask(
        request, form, Asked(title, _("End the role"), address_of(row), here=_("End a role"), way=way_to(row), danger=True)
    )


@require_http_methods(POSTED)
@needs("members.grant", fresh=True)
def role_keep(request: CoopRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Take back that a role ends."""
    row = member_for(request, public_id, "members.grant")
    grant = fetch(request, RoleGrant.objects.filter(membership=row), "members.grant", pk=pk)
    form = ActionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.act(keep_role, request.actor, row, role=grant.role):
        messages.success(request, _("Saved."))
        return redirect(address_of(row))
    title = _("Let %(name)s keep the role %(role)s") % {"name": row, "role": label(grant.role)}
    about = _("It would end on %(day)s. It lasts on without an end.") % {"day": _shown(grant.ends_on)}
    return ask(
        request, form, Asked(title, _("Keep the role"), address_of(row), here=_("Keep a role"), about=about, way=way_to(row))
    )


@require_http_methods(POSTED)
@needs("members.admit")
def member_pause(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """A leave of absence."""
    row = member_for(request, public_id, "members.pause")
    form = PauseForm(request.POST or None, initial={"starts_on": _today(row)})
    if request.method == "POST" and form.act(pause, request.actor, row):
        tell(request, form, _("%(name)s is paused.") % {"name": row})
        return redirect(address_of(row))
    title = _("Pause the membership of %(name)s") % {"name": row}
    about = _("They keep their number and stay in the register. Offices rest until they are back.")
    return ask(
        request,
        form,
        Asked(title, _("Pause the membership"), address_of(row), here=_("Pause"), about=about, way=way_to(row), once=True),
    )


@require_http_methods(POSTED)
@needs("members.admit")
def member_resume(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Back from a leave of absence."""
    row = member_for(request, public_id, "members.pause")
    form = ResumeForm(request.POST or None, initial={"on": _today(row)})
    if request.method == "POST" and form.act(resume, request.actor, row):
        messages.success(request, _("Saved."))
        return redirect(address_of(row))
    title = _("End the pause of %(name)s") % {"name": row}
    return ask(request, form, Asked(title, _("End the pause"), address_of(row), here=_("Back"), way=way_to(row)))


@require_http_methods(POSTED)
@needs("members.admit")
def member_end(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """End a membership; what is open is listed first."""
    return _end(request, member_for(request, public_id, "members.end"))


@require_http_methods(POSTED)
@needs("members.see")
def leave(request: CoopRequest) -> HttpResponse:
    """End one's own membership, in the same way; `?stay` takes one back that is planned."""
    return _stay(request, _own(request)) if "stay" in request.GET else _end(request, _own(request))


@require_http_methods(POSTED)
@needs("members.admit")
def member_stay(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Take a planned leaving back."""
    return _stay(request, member_for(request, public_id, "members.end"))


def _own(request: CoopRequest) -> Membership:
    standing = request.actor.standing(request.cooperative.pk)
    found = register_of([request.cooperative.pk])
    own: Membership = fetch(request, found, "members.end", pk=standing.membership_id if standing else None)
    return own


def _stay(request: CoopRequest, row: Membership) -> HttpResponse:
    form = ActionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.act(withdraw_leaving, request.actor, row):
        messages.success(request, _("%(name)s stays.") % {"name": row})
        return redirect(address_of(row))
    title = _("Take back the leaving of %(name)s") % {"name": row}
    words = _("It is planned for %(day)s. Roles last on as they were given; seats on committees have to be given anew.")
    about = words % {"day": _shown(row.left_on)} if row.left_on else _("No leaving is planned.")
    return ask(request, form, Asked(title, _("Take it back"), address_of(row), here=_("Stay"), about=about, way=way_to(row)))


def _end(request: CoopRequest, row: Membership) -> HttpResponse:
    own = row.user_id is not None and row.user_id == request.actor.user_id
    obstacles = obstacles_of(row, on=_today(row))
    asks_despite = bool(obstacles) and may(request.actor, "members.end_despite", row)
    form = LeavingForm(request.POST or None, today=_today(row), asks_despite=asks_despite)
    if request.method == "POST" and form.act(end_membership, request.actor, row):
        return _gone(request, row, form, own=own)
    context = {"obstacles": obstacles, "member": row, "may_despite": asks_despite}
    return ask(request, form, _leaving(row, own=own), **context)


def _leaving(row: Membership, *, own: bool) -> Asked:
    title = _("Leave %(cooperative)s") if own else _("End the membership of %(name)s")
    return Asked(
        title % {"cooperative": row.cooperative, "name": row},
        _("Leave") if own else _("End the membership"),
        address_of(row),
        here=_("Leave") if own else _("End"),
        about=_("Access ends with that day. The number is never given again, and what was done stays written."),
        way=way_to(row),
        before="members/leaving.html",
        danger=True,
        refuse=_("Stay a member") if own else _("Keep the membership"),
    )


def _gone(request: CoopRequest, row: Membership, form: LeavingForm, *, own: bool) -> HttpResponse:
    facts = {"name": row, "day": form.cleaned_data["on"]}
    messages.success(request, _("The membership of %(name)s ends on %(day)s.") % facts)
    gone = own and form.cleaned_data["on"] <= _today(row)
    return redirect("home" if gone else address_of(row))


def _shown(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""


def _today(row: Membership) -> date:
    return today_in(row.cooperative.time_zone)
