"""Recurring tasks whose card could not be made: why, and since when. The record is where it is written down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from activity.models import Event

from .duty_events import RECURRING_WAITS
from .models import RecurringTask


@dataclass(frozen=True)
class Waiting:
    """Why the card of a recurring task waits: `code` for programs, `reason` with its cure for people, in the language of the
    cooperative (empty once that detail of the record was erased); `since` is when it was first refused for this reason (UTC).
    """

    since: datetime
    code: str
    reason: str


def waiting_of(rules: Iterable[RecurringTask]) -> dict[int, Waiting]:
    """Which of these rules wait, by key: one statement, and one for each project that was not read with its rule.

    What was refused counts as long as the rule stands where it stood: once the card is made, or the rule is changed, paused
    or resumed, it has moved on. A rule that is paused or over, or whose project is archived, rests and waits for nothing.
    """
    standing = {rule.pk: rule for rule in rules if rule.runs and rule.project.archived_at is None}
    if not standing:
        return {}
    told = Event.objects.filter(kind=RECURRING_WAITS.name, subject_type=RecurringTask._meta.label_lower, subject_id__in=standing)
    last = told.order_by().values("subject_id").annotate(last=Max("pk")).values("last")
    found = {}
    for event in Event.objects.filter(pk__in=last).select_related("detail"):
        waiting = _read(event, standing[event.subject_id or 0].made_until)
        if waiting is not None:
            found[standing[event.subject_id or 0].pk] = waiting
    return found


def with_waiting(rules: Iterable[RecurringTask]) -> list[RecurringTask]:
    """The same rules, each with `waiting` filled in."""
    rows = list(rules)
    found = waiting_of(rows)
    for rule in rows:
        rule.waiting = found.get(rule.pk)
    return rows


def _read(event: Event, made_until: datetime) -> Waiting | None:
    if event.told is None:
        return Waiting(event.at, "", "") if event.at > made_until else None
    said = event.told.data["payload"]
    return Waiting(event.at, said["code"], said["reason"]) if said["since"] == made_until.isoformat() else None
