"""Who belongs to a project, and who leads it."""

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Invalid, NotFound, action, check
from cooperatives.events import record
from cooperatives.policy import Actor
from members.models import Membership
from members.queries import stays

from ..events import PERSON_ADDED, PERSON_CHANGED, PERSON_REMOVED, person_facts
from ..models import Project, ProjectMember
from .base import author, lock_project, refuse_archived

MEMBERS_LIMIT = 500


@action
def take_in(actor: Actor, project: Project, *, member: Membership, is_lead: bool = False) -> ProjectMember:
    """Take somebody into a project; who is in it already leads it from now on, or no longer does. Raises Invalid."""
    check(actor, "tasks.people", project)
    row = lock_project(project)
    refuse_archived(project=row)
    if member.cooperative_id != row.cooperative_id or not stays(member):
        raise Invalid("member", _("Choose a member of this cooperative."), "member")
    own = ProjectMember.objects.filter(project=row)
    found = own.filter(member=member).first()
    if found is None and own.count() >= MEMBERS_LIMIT:
        raise Conflict("too_many_members", _("A project has at most %(limit)s members.") % {"limit": MEMBERS_LIMIT})
    before = found.is_lead if found else None
    found = found or ProjectMember(cooperative_id=row.cooperative_id, project=row)
    found.member, found.is_lead = member, is_lead
    if before is not is_lead:
        found.save()
        record(PERSON_ADDED if before is None else PERSON_CHANGED, actor, row, **person_facts(found))
    return found


@action
def take_out(actor: Actor, row: ProjectMember) -> None:
    """Take somebody out of a project. What they do there stays theirs until somebody else is chosen."""
    check(actor, "tasks.people", row)
    project = lock_project(row.project)
    refuse_archived(project=project)
    found = ProjectMember.objects.select_related("member__user", "member__person").filter(pk=row.pk).first()
    if found is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    record(PERSON_REMOVED, actor, project, **person_facts(found))
    found.delete()


def let_lead(actor: Actor, project: Project) -> None:
    """Who starts a project or closes it to others leads it. Nothing for the system, or for who is in it already."""
    own = author(actor, project.cooperative_id)
    if own is not None:
        of = {"cooperative_id": project.cooperative_id, "project": project, "member_id": own}
        ProjectMember.objects.bulk_create([ProjectMember(**of, is_lead=True)], ignore_conflicts=True)
