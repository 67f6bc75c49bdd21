"""Tasks that come again: setting one up, changing, pausing, ending it."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Invalid, NotFound, action, check, expect
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership

from ...duty_events import RECURRING_CHANGED, RECURRING_CREATED, recurring_facts
from ...models import (
    MINUTES_LIMIT,
    POINTS_LIMIT,
    Label,
    Lane,
    Priority,
    Project,
    RecurringAssignee,
    RecurringLabel,
    RecurringTask,
    Schedule,
)
from ..base import author, refuse_archived, sound_text, sound_title
from ..labels import sound_labels
from ..people import sound_people
from .base import begin, refuse_endless_mistakes, sound_number, sound_schedule, switch
from .making import make_cards_of

_NUMBERS = {"estimate": (1, MINUTES_LIMIT), "points": (0, POINTS_LIMIT), "due_after": (0, 366)}


@action
def create_recurring(
    actor: Actor, project: Project, *, assignees: Iterable[Membership] = (), labels: Iterable[Label] = (), **facts: Any
) -> RecurringTask:
    """Set a recurring task up; what is due already is made at once, or waits (`make_cards_of`). Raises Invalid naming the field.

    Facts: title, description, lane, priority, estimate, points, due_after (days), and those of its schedule.
    """
    check(actor, "tasks.recur", project)
    refuse_archived(project)
    cooperative = project.cooperative
    rule = RecurringTask(cooperative=cooperative, project=project, created_by_id=author(actor, cooperative.pk))
    for key, value in _sound({"title": "", **facts}, project, cooperative).items():
        setattr(rule, key, value)
    _refuse_mistakes(rule)
    begin(rule, cooperative)
    rule.save()
    _write_people(rule, sound_people(assignees, project))
    _write_labels(rule, sound_labels(labels, project))
    record(RECURRING_CREATED, actor, rule, **recurring_facts(rule))
    make_cards_of(rule, cooperative, now=timezone.now())
    return rule


@action
def change_recurring(actor: Actor, rule: RecurringTask, *, version: int | None, **facts: Any) -> RecurringTask:
    """Change a recurring task, pause it (paused=True), end it (ended=True) or take it up again.

    `assignees` and `labels` are whole sets. Cards that were made stay as they are. Raises Stale, or Invalid.
    """
    check(actor, "tasks.recur", rule)
    row: RecurringTask | None = RecurringTask.objects.select_for_update(no_key=True).filter(pk=rule.pk).first()
    if row is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    expect(row, version)
    cooperative = row.cooperative
    refuse_archived(row.project)
    values = _sound(facts, row.project, cooperative)
    changed = sorted(key for key, value in values.items() if getattr(row, key) != value)
    for key in changed:
        setattr(row, key, values[key])
    _refuse_mistakes(row)
    if set(changed) & set(Schedule.FIELDS):
        begin(row, cooperative)
    changed += switch(row, facts, cooperative) + _sets(row, facts)
    if changed:
        row.version += 1
        row.save()
        record(RECURRING_CHANGED, actor, row, **recurring_facts(row), changed=changed)
        make_cards_of(row, cooperative, now=timezone.now())
    return row


def _sets(row: RecurringTask, facts: dict[str, Any]) -> list[str]:
    changed = []
    if "assignees" in facts:
        people = {one.pk: one for one in facts["assignees"]}
        before = {one.member_id for one in row.assignees.all()}
        if people.keys() != before:
            # Who has left may stay named, and gets no card; for who lost the right to work the next card waits, and says so.
            fresh = sound_people(
                (one for pk, one in people.items() if pk not in before), row.project, len(people.keys() & before)
            )
            row.assignees.exclude(member__in=people).delete()
            _write_people(row, fresh)
            changed.append("assignees")
    if "labels" in facts:
        labels = sound_labels(facts["labels"], row.project)
        before = {one.label_id for one in row.labels.all()}
        if {one.pk for one in labels} != before:
            row.labels.exclude(label__in=labels).delete()
            _write_labels(row, [one for one in labels if one.pk not in before])
            changed.append("labels")
    return changed


def _write_people(rule: RecurringTask, people: Iterable[Membership]) -> None:
    for member in people:
        RecurringAssignee.objects.create(cooperative_id=rule.cooperative_id, rule=rule, member=member)


def _write_labels(rule: RecurringTask, labels: Iterable[Label]) -> None:
    for label in labels:
        RecurringLabel.objects.create(cooperative_id=rule.cooperative_id, rule=rule, label=label)


def _sound(facts: dict[str, Any], project: Project, cooperative: Cooperative) -> dict[str, Any]:
    values = sound_schedule(facts, cooperative)
    if "title" in facts:
        values["title"] = sound_title(facts["title"])
    if "description" in facts:
        values["description"] = sound_text(facts["description"])
    if "lane" in facts:
        values["lane"] = _sound_lane(facts["lane"], project)
    if "priority" in facts:
        if facts["priority"] not in Priority.values:
            raise Invalid("priority", _("Choose one from the list."), "priority")
        values["priority"] = facts["priority"]
    for key, (least, most) in _NUMBERS.items():
        if key in facts:
            values[key] = None if facts[key] is None else sound_number(facts[key], least, most, key)
    return values


def _sound_lane(lane: Lane | None, project: Project) -> Lane | None:
    if lane is not None and lane.project_id != project.pk:
        raise Invalid("other_project", _("Choose a lane of this project."), "lane")
    return lane


def _refuse_mistakes(rule: RecurringTask) -> None:
    if rule.starts_on is None:
        raise Invalid("starts_on", _("Choose the first day."), "starts_on")
    refuse_endless_mistakes(rule)
