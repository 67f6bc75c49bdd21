"""What the verbs share: locks in one order (lanes, project, task), and input that every door checks alike."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Invalid, NotFound, RuleBroken, refuse_invisible
from cooperatives.policy import Actor
from cooperatives.queries import Compiled

from ..models import DESCRIPTION_LIMIT, TITLE_LIMIT, Lane, Project, Task

Row = TypeVar("Row")


def author(actor: Actor, cooperative_id: int) -> int | None:
    """The key of the actor's membership; None for the system."""
    standing = actor.standing(cooperative_id)
    return standing.membership_id if standing else None


def _lanes(ids: Iterable[int]) -> Any:
    return Lane.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")


_two_lanes = Compiled(lambda one, other: _lanes([one, other]), one=int, other=int)
_task = Compiled(
    lambda pk: (
        Task.objects.select_related("project__cooperative", "lane")
        .with_ids()
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=pk)
    ),
    pk=int,
)


def _with_project() -> Any:
    return Lane.objects.select_related("project").select_for_update(of=("self", "project"), no_key=True)


_lane_and_project = Compiled(lambda pk: _with_project().filter(pk=pk), pk=int)
_leftmost_and_project = Compiled(
    lambda project: _with_project().filter(project=project, archived_at=None).order_by("position", "pk")[:1], project=int
)


def lock_lanes(ids: Iterable[int]) -> dict[int, Lane]:
    """Lock these lanes in order of key, so that two moves that cross never wait for each other."""
    wanted = set(ids)
    rows = _two_lanes(one=min(wanted), other=max(wanted)) if 0 < len(wanted) <= 2 else _lanes(wanted)
    return {lane.pk: lane for lane in rows}


def lock_lane_and_project(lane: Lane) -> Lane:
    """Lock a lane and its project in one statement; the project's counter is then ours."""
    return there(_lane_and_project.first(pk=lane.pk))


def lock_first_lane(project: Project) -> Lane:
    """The same of the lane where new work lands. Raises RuleBroken when the board has none."""
    found = _leftmost_and_project.first(project=project.pk)
    if found is None:
        raise RuleBroken("no_lane", _("This board has no lane yet. Add one first."), "lane")
    lane: Lane = found
    return lane


def lock_project(project: Project) -> Project:
    """Lock a project's row."""
    return there(Project.objects.select_for_update(no_key=True).filter(pk=project.pk).first())


def lock_task(task: Task) -> Task:
    """Lock a task's row and read it anew, with its project, its lane and the ids of its people and labels.

    PostgreSQL finds nothing where the statement waited for a move: the lane that it had joined is no longer the card's. So it
    is asked again, and sees the new one.
    """
    found = _task.first(pk=task.pk)
    while found is None and Task.objects.filter(pk=task.pk).exists():
        found = _task.first(pk=task.pk)
    return there(found)


def there(row: Row | None) -> Row:
    if row is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return row


def sound_title(title: str) -> str:
    """The title without surrounding space. Raises Invalid when nothing or too much is left."""
    title = " ".join(title.split())
    if not title:
        raise Invalid("title", _("Give the task a title."), "title")
    sound_text(title, TITLE_LIMIT, "title")
    refuse_invisible(title, "title")
    return title


def sound_text(text: str, limit: int = DESCRIPTION_LIMIT, field: str = "description") -> str:
    """The text, if it can be stored. Raises Invalid naming the field."""
    if len(text) > limit:
        sentence = _("This has %(length)s characters; at most %(limit)s fit.") % {"length": len(text), "limit": limit}
        raise Invalid("too_long", sentence, field)
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Invalid("not_text", _("This contains characters that are not text."), field)
    return text


def refuse_archived(project: Project | None = None, lane: Lane | None = None, task: Task | None = None) -> None:
    """Raise RuleBroken when one of them is archived: it is there to be read."""
    if project is not None and project.archived_at:
        raise RuleBroken("project_archived", _("This project is archived. Restore it first."))
    if lane is not None and lane.archived_at:
        raise RuleBroken("lane_archived", _("This lane is archived. Choose another one."), "lane")
    if task is not None and task.archived_at:
        raise RuleBroken("task_archived", _("This task is archived. Restore it first."))


def is_full(lane: Lane) -> bool:
    """Whether a locked lane holds as many cards as it may."""
    return lane.wip_limit is not None and Task.objects.filter(lane=lane, archived_at=None).count() >= lane.wip_limit


def refuse_full(lane: Lane) -> None:
    """Raise Conflict when a locked lane is full."""
    if is_full(lane):
        sentence = _("%(lane)s is full: it holds at most %(limit)s. Finish or move a card there first.")
        raise Conflict("lane_full", sentence % {"lane": lane.name, "limit": lane.wip_limit}, "lane")
