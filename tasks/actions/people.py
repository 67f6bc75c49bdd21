"""Who does a task."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Invalid, RuleBroken
from members.models import Membership
from members.queries import stays

from ..models import Assignment, Project, Task
from ..queries import workers_of

PEOPLE_LIMIT = 20


def sound_people(people: Iterable[Membership], project: Project) -> list[Membership]:
    """These members, each once, if all of them may be given a task of the project. Raises Invalid, or RuleBroken."""
    found = {member.pk: member for member in people}
    if any(member.cooperative_id != project.cooperative_id or not stays(member) for member in found.values()):
        raise Invalid("assignees", _("Choose members of this cooperative."), "assignees")
    if len(found) > PEOPLE_LIMIT:
        sentence = _("At most %(limit)s people do one task. Split it into several.") % {"limit": PEOPLE_LIMIT}
        raise Invalid("too_many", sentence, "assignees")
    able = set(workers_of(project).filter(pk__in=found).values_list("pk", flat=True)) if found else set()
    for member in (member for pk, member in found.items() if pk not in able):
        why = _("%(name)s may not work in this project. Choose somebody who may, or let its leads take them in.")
        raise RuleBroken("cannot_work_here", why % {"name": member}, "assignees")
    return list(found.values())


def assign(task: Task, people: Iterable[Membership]) -> None:
    """Add these members to who does a task that is locked or new."""
    rows = [Assignment(cooperative_id=task.cooperative_id, task=task, member=member) for member in people]
    if rows:
        Assignment.objects.bulk_create(rows)


def settle_people(row: Task, facts: dict[str, Any]) -> list[str]:
    """Make those who are named its people, in this order after those who stay; who has left or lost the right may stay."""
    if "assignees" not in facts:
        return []
    before = {member.pk: member for member in row.people}
    wanted = {member.pk: member for member in facts["assignees"]}
    if wanted.keys() == before.keys():
        return []
    fresh = sound_people((member for pk, member in wanted.items() if pk not in before), row.project)
    if not row.lane.is_done:
        refuse_overload(row.project, fresh, row)
    Assignment.objects.filter(task=row).exclude(member__in=wanted).delete()
    assign(row, fresh)
    row.people = [*(member for pk, member in before.items() if pk in wanted), *fresh]
    return ["assignees"]


def refuse_overload(project: Project, people: Iterable[Membership], task: Task | None = None) -> None:
    """Raise Conflict when one of them has as many unfinished tasks in the project, besides this one, as it allows.

    Their memberships are locked, in order of key: of two who give somebody the last task that fits, one is refused.
    """
    ids = sorted(member.pk for member in people)
    if project.assignment_limit is None or not ids:
        return
    for member in list(Membership.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")):
        load = Task.objects.unfinished().filter(project=project).of([member.pk])
        if load.exclude(pk=task.pk if task else None).count() >= project.assignment_limit:
            raise _overload(member, project)


def _overload(member: Membership, project: Project) -> Conflict:
    named = Membership.objects.select_related("person", "user").get(pk=member.pk)
    sentence = _(
        "%(name)s has %(limit)s unfinished tasks in this project already, which is the most. Finish one or give it away."
    )
    return Conflict("assignment_limit", sentence % {"name": named, "limit": project.assignment_limit}, "assignees")
