"""The cards of a plan, with the people who do them and their labels."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Max
from django.utils import timezone

from members.models import Membership

from ...importing import BoardPlan, CardPlan, ListPlan
from ...models import Assignment, Labelling, Lane, Project, Task
from ..ranks import GAP, LIMIT, respace
from .labels import BATCH


@dataclass
class Written:
    """The tasks of a plan: those that are new, with their cards, and the key of every one by its source id."""

    by_source: dict[str, int]
    fresh: list[tuple[CardPlan, Task]] = field(default_factory=list)
    unassigned: int = 0


def write_cards(
    project: Project,
    plan: BoardPlan,
    lanes: Mapping[str, Lane],
    labels: Mapping[str, int],
    people: Mapping[str, int],
    author_id: int | None,
) -> Written:
    """Add the cards that are new at the bottom of their lanes, with the project's next numbers."""
    known = Task.objects.filter(project=project).exclude(source_id=None).values_list("source_id", "pk")
    written = Written(dict(known))
    clerk = _Clerk(project, people, author_id)
    for one in plan.lists:
        written.fresh.extend(clerk.tasks(lanes[one.source_id], one, written.by_source))
    Task.objects.bulk_create([task for _card, task in written.fresh], batch_size=BATCH)
    Project.objects.filter(pk=project.pk).update(last_number=clerk.number)
    written.by_source.update({card.source_id: task.pk for card, task in written.fresh})
    _label(project, written, labels)
    written.unassigned = _assign(project, written, people)
    return written


class _Clerk:
    """Draws up tasks, one lane after another."""

    def __init__(self, project: Project, people: Mapping[str, int], author_id: int | None) -> None:
        self.project, self.people, self.author_id = project, people, author_id
        self.zone, self.number, self.now = ZoneInfo(project.cooperative.time_zone), project.last_number, timezone.now()
        held = Task.objects.filter(project=project).values_list("lane_id")
        self.lowest: dict[int, int] = dict(held.annotate(lowest=Max("rank")))

    def tasks(self, lane: Lane, one: ListPlan, known: Mapping[str, int]) -> list[tuple[CardPlan, Task]]:
        """The cards of a list that are new, as tasks below those of the lane."""
        fresh = [card for card in one.cards if card.source_id not in known]
        start = self._room(lane, len(fresh))
        return [(card, self._task(card, lane, start + place * GAP)) for place, card in enumerate(fresh)]

    def _room(self, lane: Lane, count: int) -> int:
        """The first of `count` ranks, GAP apart, below all cards of a lane; it is spaced anew where there is no room for them."""
        while (lowest := self.lowest.get(lane.pk, 0)) + count * GAP > LIMIT:
            respace(lane)
            self.lowest[lane.pk] = Task.objects.filter(lane=lane).aggregate(lowest=Max("rank"))["lowest"]
        self.lowest[lane.pk] = lowest + count * GAP
        return lowest + GAP

    def _task(self, card: CardPlan, lane: Lane, rank: int) -> Task:
        self.number += 1
        return Task(
            cooperative_id=self.project.cooperative_id,
            project=self.project,
            lane=lane,
            number=self.number,
            title=card.title,
            description=card.description,
            rank=rank,
            created_by_id=self.people.get(card.author, self.author_id),
            created_at=card.created_at or self.now,
            kind=card.kind,
            priority=card.priority,
            points=card.points,
            estimate=card.estimate,
            start_date=_day(card.start, self.zone),
            due_date=_day(card.due, self.zone),
            archived_at=self.now if card.archived else None,
            source_id=card.source_id,
        )


def _day(found: date | None, zone: ZoneInfo) -> date | None:
    return found.astimezone(zone).date() if isinstance(found, datetime) else found


def _label(project: Project, written: Written, labels: Mapping[str, int]) -> None:
    rows = [
        Labelling(cooperative_id=project.cooperative_id, task=task, label_id=key)
        for card, task in written.fresh
        for key in dict.fromkeys(labels[one] for one in card.labels)
    ]
    Labelling.objects.bulk_create(rows, batch_size=BATCH)


def _assign(project: Project, written: Written, people: Mapping[str, int]) -> int:
    """Give tasks to those whom the file names. Answers how often the limit for one person stood against it."""
    burden, rows, refused = _burden(project, people), list[Assignment](), 0
    for card, task in written.fresh:
        counts = not task.archived_at and not task.lane.archived_at and not task.lane.is_done
        for member in dict.fromkeys(people[one] for one in card.people if one in people):
            if counts and project.assignment_limit and burden[member] >= project.assignment_limit:
                refused += 1
                continue
            burden[member] += counts
            rows.append(Assignment(cooperative_id=project.cooperative_id, task=task, member_id=member))
    Assignment.objects.bulk_create(rows, batch_size=BATCH)
    return refused


def _burden(project: Project, people: Mapping[str, int]) -> "Counter[int]":
    """How many unfinished tasks of the project each of these members has. They are locked, for others give them tasks too."""
    if project.assignment_limit is None or not people:
        return Counter()
    members = Membership.objects.select_for_update(no_key=True).filter(pk__in=set(people.values())).order_by("pk")
    keys = [member.pk for member in members]
    rows = Assignment.objects.filter(task__in=Task.objects.unfinished().filter(project=project), member__in=keys)
    return Counter(dict(rows.values_list("member").annotate(count=Count("pk"))))
