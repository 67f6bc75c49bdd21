"""Projects and the lanes of their boards."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from cooperatives.actions import Conflict, Forbidden, Invalid, action, check, expect, refuse_invisible
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may

from ..duty_events import public_id
from ..events import LANE_CHANGED, LANE_CREATED, PROJECT_CHANGED, PROJECT_CREATED, lane_facts, project_facts
from ..models import Colour, Lane, Project, default_key, free_status
from .base import author, lock_lanes, lock_project, refuse_archived, sound_text
from .people import more_than_allowed, refuse_return
from .people_in import let_lead

DEFAULT_LANES = (
    ("todo", _("To do"), False),
    ("in_progress", _("In progress"), False),
    ("review", _("Review"), False),
    ("done", _("Done"), True),
)
LANES_LIMIT = 50


@action
def create_project(
    actor: Actor, cooperative: Cooperative, *, name: str, description: str = "", key: str = "", bare: bool = False
) -> Project:
    """Start a project with the default lanes (`bare`: with none). Raises Invalid or Conflict naming the field."""
    check(actor, "tasks.create_project", cooperative)
    Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative.pk)  # two at once need two keys
    taken = set(Project.objects.filter(cooperative=cooperative).values_list("key", flat=True))
    project = Project(
        cooperative=cooperative,
        name=_name(name, 200),
        description=sound_text(description),
        key=_free_key(key, taken) if key else default_key(name, taken),
        created_by_id=author(actor, cooperative.pk),
    )
    project.save()
    if not bare:
        _default_lanes(project)
    let_lead(actor, project)
    record(PROJECT_CREATED, actor, project, **project_facts(project))
    return project


def _default_lanes(project: Project) -> None:
    Lane.objects.bulk_create(
        Lane(
            cooperative_id=project.cooperative_id,
            project=project,
            name=gettext(str(name)),
            status=status,
            position=position,
            is_done=is_done,
        )
        for position, (status, name, is_done) in enumerate(DEFAULT_LANES)
    )


def _name(name: str, limit: int) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid("name", _("Give it a name."), "name")
    sound_text(name, limit, "name")
    refuse_invisible(name)
    return name


def _free_key(key: str, taken: set[str]) -> str:
    key = key.strip().upper()
    if not (key.isascii() and key.isalnum() and len(key) <= 10):
        raise Invalid("key", _("Write up to ten letters and digits, for example PAY."), "key")
    if key in taken:
        raise Conflict("key_taken", _("Another project has this key."), "key")
    return key


@action
def change_project(actor: Actor, project: Project, *, version: int | None, **facts: Any) -> Project:
    """Change name, description, members_only, assignment_limit (tasks for one person; None: no limit), remind_days
    (before a task is due), or archive it.

    A limit that is lowered and a project that is restored take no task from anybody: who has more than the limit says
    stands in the record (`over_limit`, ids of users). Closing it to all but its members, and opening it again, is for its
    leads and for offices; who closes it leads it. Raises Stale, Forbidden, or Invalid naming the field.
    """
    check(actor, "tasks.change_project", project)
    row = lock_project(project)
    if "members_only" in facts and bool(facts["members_only"]) != row.members_only:
        _refuse_closing(actor, row)
    expect(row, version)
    wanted: dict[str, Callable[[Any], Any]] = {
        "name": lambda value: _name(value, 200),
        "description": sound_text,
        "members_only": bool,
        "assignment_limit": _assignment_limit,
        "remind_days": _remind_days,
    }
    values = {key: wanted[key](value) for key, value in facts.items() if key in wanted}
    changed = _apply(row, values) + _archive(row, facts.get("archived"))
    if changed:
        row.version += 1
        row.save(update_fields=[*wanted, "archived_at", "version"])
        if "members_only" in changed and row.members_only:
            let_lead(actor, row)
        over = more_than_allowed(row) if {"archived", "assignment_limit"} & set(changed) else []
        said = {**project_facts(row), "version": row.version, "over_limit": [public_id(one) for one in over if one.user_id]}
        record(PROJECT_CHANGED, actor, row, **said, changed=sorted(changed))
    return row


def _refuse_closing(actor: Actor, project: Project) -> None:
    """Raise Forbidden for who may change a project, but not say who else may."""
    if not may(actor, "tasks.close_project", project):
        sentence = _("Who leads the project closes and opens it. Ask them, or an administrator or secretary.")
        raise Forbidden("forbidden", sentence, "members_only")


def _remind_days(value: int) -> int:
    if not 0 <= value <= 30:
        raise Invalid("remind_days", _("Write a number of days from 0 to 30."), "remind_days")
    return value


def _assignment_limit(value: int | None) -> int | None:
    if value is not None and not 1 <= value <= 1000:
        sentence = _("Write a number from 1 to 1,000, or leave it empty for no limit.")
        raise Invalid("assignment_limit", sentence, "assignment_limit")
    return value


def _apply(row: Any, values: dict[str, Any]) -> list[str]:
    changed = [key for key, value in values.items() if getattr(row, key) != value]
    for key in changed:
        setattr(row, key, values[key])
    return changed


def _archive(row: Any, archived: bool | None) -> list[str]:
    if archived is None or archived == (row.archived_at is not None):
        return []
    row.archived_at = timezone.now() if archived else None
    return ["archived"]


@action
def create_lane(
    actor: Actor, project: Project, *, name: str, wip_limit: int | None = None, is_done: bool = False, colour: str = ""
) -> Lane:
    """Add a lane at the right end of the board."""
    check(actor, "tasks.create_lane", project)
    row = lock_project(project)
    refuse_archived(project=row)
    taken = list(Lane.objects.filter(project=row).values_list("status", "position"))
    if len(taken) >= LANES_LIMIT:
        raise Conflict("too_many_lanes", _("A board holds at most %(limit)s lanes.") % {"limit": LANES_LIMIT})
    lane = Lane.objects.create(
        cooperative_id=row.cooperative_id,
        project=row,
        name=_name(name, 100),
        status=free_status(name, {status for status, _position in taken}),
        position=max((position for _status, position in taken), default=-1) + 1,
        wip_limit=_limit(wip_limit),
        is_done=is_done,
        colour=_colour(colour),
    )
    record(LANE_CREATED, actor, lane, **lane_facts(lane))
    return lane


def _colour(colour: str) -> str:
    if colour and colour not in Colour.values:
        raise Invalid("colour", _("Choose a colour from the list, or none."), "colour")
    return colour


def _limit(value: int | None) -> int | None:
    if value is not None and not 1 <= value <= 10_000:
        raise Invalid("wip_limit", _("Write a number from 1 to 10,000, or leave it empty for no limit."), "wip_limit")
    return value


@action
def change_lane(actor: Actor, lane: Lane, *, version: int | None, **facts: Any) -> Lane:
    """Change name, colour, limit, whether it is done, or archive it; `position` is its place (from 0) among lanes that are
    shown, and beyond the last one means the right end.

    Raises Stale or Invalid, and Conflict when cards that count as unfinished again would give people too much to do.
    """
    check(actor, "tasks.change_lane", lane)
    shifts = facts.get("position") is not None
    beside = Lane.objects.filter(project=lane.project_id).values_list("pk", flat=True) if shifts else ()
    row = lock_lanes({lane.pk, *beside})[lane.pk]
    expect(row, version)
    refuse_archived(row.project)
    values = {key: facts[key] for key in ("is_done",) if key in facts}
    if "name" in facts:
        values["name"] = _name(facts["name"], 100)
    if "colour" in facts:
        values["colour"] = _colour(facts["colour"])
    if "wip_limit" in facts:
        values["wip_limit"] = _limit(facts["wip_limit"])
    was_work = row.is_work
    changed = _apply(row, values) + _archive(row, facts.get("archived")) + _shift(row, facts.get("position"))
    if changed:
        if row.is_work and not was_work:
            refuse_return(row)
        row.version += 1
        row.save(update_fields=["name", "colour", "wip_limit", "is_done", "archived_at", "position", "version"])
        record(LANE_CHANGED, actor, row, **lane_facts(row), changed=sorted(changed))
    return row


def _shift(lane: Lane, place: int | None) -> list[str]:
    """Put the lane at a place among those that are shown; all of them, locked too, are numbered anew from 0.

    An archived lane keeps its place between the others: nobody counts it, and it comes back where it stood.
    """
    if place is None:
        return []
    lanes = list(Lane.objects.filter(project=lane.project_id).order_by("position", "pk"))
    order = [row for row in lanes if row.pk != lane.pk]
    shown = [index for index, row in enumerate(order) if row.archived_at is None]
    if place < len(shown):
        order.insert(shown[place], lane)
    else:
        order.insert(shown[-1] + 1 if shown else len(order), lane)
    if _shown(order, lane) == _shown(lanes, lane):
        return []
    for number, row in enumerate(order):
        if row.position != number:
            Lane.objects.filter(pk=row.pk).update(position=number)
    lane.position = order.index(lane)
    return ["position"]


def _shown(lanes: list[Lane], own: Lane) -> list[int]:
    """The keys of the lanes that count in the order: those that are shown, and the one that is moved."""
    return [row.pk for row in lanes if row.archived_at is None or row.pk == own.pk]
