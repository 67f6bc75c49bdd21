"""What happens to work. On sockets a task is an issue, as the API's first readers know it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cooperatives.events import kind

from .models import Label, Lane, Project, ProjectMember, Task

ROOMS = ("project",)
_PROJECT = {"project_id": int, "name": str}
_LANE = {"project_id": int, "lane_id": int, "lane": str, "status": str, "version": int}
_CARD = {
    "issue_id": int,
    "project_id": int,
    "number": int,
    "title": str,
    "status": str,
    "lane_id": int,
    "lane": str,
    "after_id": int,  # the open card above, null at the top: every event says the whole place, for a socket may skip some
    "version": int,
    "kind": str,
    "priority": int,
    "assignee": str,  # the first of the assignees
    "assignees": list,
    "due_date": str,
    "archived": bool,
}
# What was and what is, by the name of the fact, of short facts that every member may see; of longer ones only the name.
_CHANGE = {"changed": list, "before": dict, "after": dict}
_PART = {"issue_id": int, "project_id": int}
_LABEL = {"project_id": int, "label_id": int, "name": str, "colour": str}
_PERSON = {"project_id": int, "user_id": str, "name": str, "is_lead": bool}

PROJECT_CREATED = kind(
    "tasks.project_created", _("{actor} started the project {subject}"), payload=_PROJECT, live="project.created", rooms=ROOMS
)
PROJECT_CHANGED = kind(
    "tasks.project_changed",
    _("{actor} changed the project {subject}"),
    # over_limit: the users who have more unfinished tasks than the project allows, after it was restored or its limit changed
    payload={**_PROJECT, "version": int, "changed": list, "over_limit": list},
    live="project.updated",
    rooms=ROOMS,
)
LANE_CREATED = kind("tasks.lane_created", _("{actor} added the lane {subject}"), payload=_LANE, live="lane.created", rooms=ROOMS)
LANE_CHANGED = kind(
    "tasks.lane_changed",
    _("{actor} changed the lane {subject}"),
    payload={**_LANE, "changed": list},
    live="lane.updated",
    rooms=ROOMS,
)
CREATED = kind("tasks.created", _("{actor} added {subject} to {lane}"), payload=_CARD, live="issue.created", rooms=ROOMS)
UPDATED = kind("tasks.updated", _("{actor} changed {subject}"), payload={**_CARD, **_CHANGE}, live="issue.updated", rooms=ROOMS)
_MOVE = {**_CARD, **_CHANGE, "override": bool}
MOVED = kind("tasks.moved", _("{actor} moved {subject} to {lane}"), payload=_MOVE, live="issue.updated", rooms=ROOMS)
# The same where the lane was full, and whoever may said "all the same": `override` is true in it, and in no other.
OVERFILLED = kind(
    "tasks.overfilled",
    _("{actor} moved {subject} to {lane} although it was full"),
    payload=_MOVE,
    live="issue.updated",
    rooms=ROOMS,
)
REORDERED = kind(
    "tasks.reordered",
    _("{actor} put the cards of {subject} in order"),
    payload={"project_id": int, "lane_id": int, "order": list},
    live="lane.reordered",
    rooms=ROOMS,
)
IMPORTED = kind(
    "tasks.imported",
    _("{actor} imported {cards} cards into {subject}"),
    payload={"project_id": int, "lists": int, "cards": int},
    live="board.imported",
    rooms=ROOMS,
)

LABEL_CREATED = kind(
    "tasks.label_created", _("{actor} added the label {subject}"), payload=_LABEL, live="label.created", rooms=ROOMS
)
LABEL_CHANGED = kind(
    "tasks.label_changed", _("{actor} changed the label {subject}"), payload=_LABEL, live="label.updated", rooms=ROOMS
)
LABEL_REMOVED = kind(
    "tasks.label_removed", _("{actor} removed the label {subject}"), payload=_LABEL, live="label.removed", rooms=ROOMS
)
STEPS_CHANGED = kind(
    "tasks.steps_changed",
    _("{actor} changed the checklist {checklist} of {subject}"),
    payload={**_PART, "checklist": str},
    live="issue.steps",
    rooms=ROOMS,
)
STEP_DONE = kind(
    "tasks.step_done",
    _("{actor} ticked “{step}” of {subject}"),
    payload={**_PART, "step_id": int, "step": str},
    live="issue.step_done",
    rooms=ROOMS,
)
STEP_UNDONE = kind(
    "tasks.step_undone",
    _("{actor} took the tick off “{step}” of {subject}"),
    payload={**_PART, "step_id": int, "step": str},
    live="issue.step_undone",
    rooms=ROOMS,
)
_RELATION = {**_PART, "relation": str, "other_id": int, "other": str}
RELATED = kind("tasks.related", _("{actor} related {subject} to {other}"), payload=_RELATION, live="issue.related", rooms=ROOMS)
UNRELATED = kind(
    "tasks.unrelated",
    _("{actor} removed the relation of {subject} to {other}"),
    payload=_RELATION,
    live="issue.unrelated",
    rooms=ROOMS,
)
# What is said stays with the comment: the record is for ever, and a comment can be taken back.
COMMENTED = kind(
    "tasks.commented",
    _("{actor} commented on {subject}"),
    payload={**_PART, "comment_id": int, "mentioned": list},
    live="issue.commented",
    rooms=ROOMS,
)
COMMENT_CHANGED = kind(
    "tasks.comment_changed",
    _("{actor} changed a comment on {subject}"),
    payload={**_PART, "comment_id": int, "mentioned": list},
    live="issue.comment_changed",
    rooms=ROOMS,
)
COMMENT_REMOVED = kind(
    "tasks.comment_removed",
    _("{actor} took a comment on {subject} back"),
    payload={**_PART, "comment_id": int, "author": str, "reason": str},
    live="issue.comment_removed",
    rooms=ROOMS,
)
PERSON_ADDED = kind(
    "tasks.person_added", _("{actor} took {name} into {subject}"), payload=_PERSON, live="project.person_added", rooms=ROOMS
)
PERSON_CHANGED = kind(
    "tasks.person_changed",
    _("{actor} changed what {name} does in {subject}"),
    payload=_PERSON,
    live="project.person_changed",
    rooms=ROOMS,
)
PERSON_REMOVED = kind(
    "tasks.person_removed",
    _("{actor} took {name} out of {subject}"),
    payload=_PERSON,
    live="project.person_removed",
    rooms=ROOMS,
)


def project_facts(project: Project) -> dict[str, Any]:
    """What an event says about a project."""
    return {"project_id": project.pk, "name": project.name}


def lane_facts(lane: Lane) -> dict[str, Any]:
    """What an event says about a lane."""
    return {
        "project_id": lane.project_id,
        "lane_id": lane.pk,
        "lane": lane.name,
        "status": lane.status,
        "version": lane.version,
    }


def card_facts(task: Task, lane: Lane, after_id: int | None = None) -> dict[str, Any]:
    """What an event says about a card: what every member may see, and nothing that needs another query."""
    people = task.user_ids
    return {
        "issue_id": task.pk,
        "project_id": task.project_id,
        "number": task.number,
        "title": task.title,
        "status": lane.status,
        "lane_id": lane.pk,
        "lane": lane.name,
        "after_id": after_id,
        "version": task.version,
        "kind": task.kind,
        "priority": int(task.priority),
        "assignee": people[0] if people else None,
        "assignees": people,
        "due_date": task.due_date.isoformat() if task.due_date else None,
        "archived": task.archived_at is not None,
    }


def label_facts(label: Label) -> dict[str, Any]:
    """What an event says about a label."""
    return {"project_id": label.project_id, "label_id": label.pk, "name": label.name, "colour": label.colour}


def part_facts(task: Task) -> dict[str, Any]:
    """What an event says about something that hangs on a task: whose it is."""
    return {"issue_id": task.pk, "project_id": task.project_id}


def person_facts(row: ProjectMember) -> dict[str, Any]:
    """What an event says about a member of a project."""
    user = row.member.user
    return {
        "project_id": row.project_id,
        "user_id": str(user.public_id) if user else None,
        "name": str(row.member),
        "is_lead": row.is_lead,
    }
