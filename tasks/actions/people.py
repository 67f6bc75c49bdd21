"""Who does a task, and how many of them one person may have.

The assignment limit of a project counts unfinished tasks. It is asked whenever somebody would get one more: given a task,
or one that was done or put away coming back (a card that is moved or restored, a lane that no longer counts as done or is
restored). It takes nothing away: a limit that is lowered, and a project that is restored as it was, leave people with more
than it says, and the answer and the record name them (`more_than_allowed`).
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Invalid, RuleBroken
from members.models import Membership
from members.queries import stays

from ..models import Assignment, Lane, Project, Task
from ..queries import members_to_assign, workers_of

PEOPLE_LIMIT = 20


def sound_people(people: Iterable[Membership], project: Project, beside: int = 0) -> list[Membership]:
    """These members, each once, if all of them may be given a task of the project, besides so many who have it already.

    Raises Invalid, or RuleBroken.
    """
    found = {member.pk: member for member in people}
    if any(member.cooperative_id != project.cooperative_id or not stays(member) for member in found.values()):
        raise Invalid("assignees", _("Choose members of this cooperative."), "assignees")
    if len(found) + beside > PEOPLE_LIMIT:
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


def settle_people(row: Task, facts: dict[str, Any], lane: Lane) -> list[str]:
    """Make those who are named its people, in this order after those who stay; who has left or lost the right may stay.

    `lane` is where the card will lie: in one that is done it is nobody's unfinished work.
    """
    if "assignees" not in facts:
        return []
    before = {member.pk: member for member in row.people}
    wanted = {member.pk: member for member in facts["assignees"]}
    if wanted.keys() == before.keys():
        return []
    fresh = sound_people((member for pk, member in wanted.items() if pk not in before), row.project, len(wanted.keys() & before))
    if lane.is_work:
        refuse_overload(row.project, fresh, row)
    Assignment.objects.filter(task=row).exclude(member__in=wanted).delete()
    assign(row, fresh)
    row.people = [*(member for pk, member in before.items() if pk in wanted), *fresh]
    return ["assignees"]


def refuse_overload(project: Project, people: Iterable[Membership], task: Task | None = None) -> None:
    """Raise Conflict when one of them has as many unfinished tasks in the project, besides this one, as it allows.

    Their memberships are locked until the end.
    """
    ids = sorted(member.pk for member in people)
    if project.assignment_limit is None or not ids:
        return
    for member in _locked(ids):
        load = Task.objects.unfinished().filter(project=project).of([member.pk])
        if load.exclude(pk=task.pk if task else None).count() >= project.assignment_limit:
            raise _overload(member, project)


def refuse_return(lane: Lane) -> None:
    """Raise Conflict naming everybody who would have too much to do, once the cards of a locked lane count as unfinished.

    To be asked before the lane is written. Whoever has left has nothing to do any more.
    """
    limit = lane.project.assignment_limit
    back = _loads(Task.objects.filter(lane=lane, archived_at=None)) if limit is not None else {}
    if not back:
        return
    members = _locked(back)
    there = _loads(Task.objects.unfinished().filter(project=lane.project_id).exclude(lane=lane))
    over = [member.pk for member in members if stays(member) and back[member.pk] + there.get(member.pk, 0) > (limit or 0)]
    if over:
        sentence = _(
            "Then more than %(limit)s unfinished tasks would be with: %(names)s. Archive cards of theirs, give them to"
            " others, or raise the limit of the project."
        )
        raise Conflict("assignment_limit", sentence % {"limit": limit, "names": _names(over)})


def more_than_allowed(project: Project) -> list[Membership]:
    """Who has more unfinished tasks in a project than it allows, by name; nobody without a limit."""
    if project.assignment_limit is None:
        return []
    loads = _loads(Task.objects.unfinished().filter(project=project))
    over = [pk for pk, count in loads.items() if count > project.assignment_limit]
    return list(members_to_assign(project.cooperative_id).filter(pk__in=over)) if over else []


def _loads(tasks: Any) -> dict[int, int]:
    """How many of these tasks each member has, by key."""
    rows = Assignment.objects.filter(task__in=tasks.order_by().values("pk")).order_by()
    return dict(rows.values("member").annotate(count=Count("pk")).values_list("member", "count"))


def _locked(ids: Iterable[int]) -> list[Membership]:
    """These memberships, locked in order of key: of two who give somebody the last task that fits, one is refused."""
    return list(Membership.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


def _names(ids: Iterable[int]) -> str:
    rows = Membership.objects.select_related("person", "user").filter(pk__in=ids).order_by("person__name", "pk")
    return ", ".join(map(str, rows))


def _overload(member: Membership, project: Project) -> Conflict:
    named = Membership.objects.select_related("person", "user").get(pk=member.pk)
    sentence = _(
        "%(name)s has %(limit)s unfinished tasks in this project already, which is the most. Finish one or give it away."
    )
    return Conflict("assignment_limit", sentence % {"name": named, "limit": project.assignment_limit}, "assignees")
