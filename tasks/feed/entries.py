"""What stands in a member's calendar now: tasks with a date, and turns they have a part in."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.models import Event
from cooperatives.models import Cooperative

from ..models import Part, Task

KEPT = timedelta(days=180)
MOST = 2_000


@dataclass(frozen=True)
class Said:
    """What a calendar is told of one thing. Days as dates, moments in UTC, both in ISO 8601; `ends` is left out of it."""

    summary: str
    starts: str
    ends: str
    is_all_day: bool
    url: str
    place: str = ""
    text: str = ""

    @property
    def last_day(self) -> date:
        """The day on which it is over, to know what is too old to tell."""
        return date.fromisoformat(self.ends[:10])

    def as_json(self) -> dict[str, Any]:
        """To be kept, and compared with later."""
        return asdict(self)


def current(cooperative: Cooperative, member_id: int, today: date) -> dict[str, Said]:
    """Everything that is in the calendar of a member of an entered cooperative, by its stable id; KEPT days back."""
    first, space = today - KEPT, space_of(cooperative)
    return {**_tasks(cooperative, member_id, first, space), **_turns(cooperative, member_id, first, space)}


def space_of(cooperative: Cooperative) -> UUID:
    """What tells a cooperative apart from all others anywhere, for ever: the id that its first record was given at random.

    Keys are counted from 1 in every installation, names and addresses change; a record never does, and moves with a backup.
    """
    found: UUID = Event.objects.filter(cooperative=cooperative).order_by("seq").values_list("uid", flat=True)[0]
    return found


def uid(kind: str, pk: int, space: UUID) -> str:
    """The id of a thing in every calendar, for ever: a UUID of version 5. Source: RFC 7986, section 5.3."""
    return str(uuid5(space, f"{kind}-{pk}"))


def _tasks(cooperative: Cooperative, member_id: int, first: date, space: UUID) -> dict[str, Said]:
    tasks = Task.objects.open().of([member_id]).filter(cooperative=cooperative, due_date__gte=first)
    found = {}
    for task in tasks.select_related("project", "lane").order_by("due_date", "pk")[:MOST]:
        url = settings.SITE_URL + reverse("tasks:task", args=[cooperative.slug, task.pk])
        title = _("Done: %(title)s") % {"title": task.title} if task.lane.is_done else task.title
        next_day = task.due_date + timedelta(days=1)
        found[uid("task", task.pk, space)] = Said(
            title, task.due_date.isoformat(), next_day.isoformat(), True, url, text=f"{task.reference} · {task.project.name}"
        )
    return found


def _turns(cooperative: Cooperative, member_id: int, first: date, space: UUID) -> dict[str, Said]:
    parts = Part.objects.filter(cooperative=cooperative, member=member_id, turn__cancelled_at=None, turn__day__gte=first)
    found = {}
    for part in parts.select_related("turn__duty").order_by("turn__due_at", "pk")[:MOST]:
        turn, duty = part.turn, part.turn.duty
        url = settings.SITE_URL + reverse("tasks:turn", args=[cooperative.slug, turn.pk])
        if turn.is_all_day:
            starts, ends = turn.day.isoformat(), (turn.day + timedelta(days=1)).isoformat()
        else:
            # A calendar may not show what lasts no time at all.
            last = turn.due_at + timedelta(minutes=max(turn.minutes, 1))
            starts, ends = turn.due_at.isoformat(), last.isoformat()
        found[uid("turn", turn.pk, space)] = Said(duty.title, starts, ends, turn.is_all_day, url, duty.place, duty.notes[:1000])
    return found
