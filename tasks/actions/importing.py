"""A board of another system becomes ours: all of it or nothing, and a second time changes nothing."""

import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Forbidden, action, check, unturned
from cooperatives.events import record
from cooperatives.policy import Actor

from ..events import IMPORTED
from ..importing import BoardPlan, CardPlan, ListPlan
from ..models import BoardDraft, Lane, Project, Task, free_status
from .base import author, lock_lanes, lock_project, refuse_archived
from .ranks import GAP, free_start

BATCH = 500
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Outcome:
    """What an import did: lists and cards that are new, and cards that were here already."""

    lists: int
    cards: int
    known: int


@action
def import_board(actor: Actor, project: Project, plan: BoardPlan, *, draft: BoardDraft | None = None) -> Outcome:
    """Write a plan into a project: lists become lanes, cards tasks, in their order, archived ones archived.

    Rows that came with an earlier import are left as they are. An untouched board gives its empty default lanes up.
    `draft` is the upload that is done with then.
    """
    check(actor, "tasks.import", project)
    lock_lanes(Lane.objects.filter(project=project).values_list("pk", flat=True))
    row = lock_project(project)
    refuse_archived(project=row)
    known = set(Task.objects.filter(project=row).exclude(source_id=None).values_list("source_id", flat=True))
    untouched = row.last_number == 0
    lanes = _Lanes(row, plan, replace=untouched)
    fresh = [card for card in plan.cards if card.source_id not in known]
    _write_cards(actor, row, plan, lanes.by_source, known)
    if fresh or lanes.added:
        record(IMPORTED, actor, row, project_id=row.pk, lists=lanes.added, cards=len(fresh))
    if draft is not None:
        draft.delete()
    return Outcome(lanes.added, len(fresh), len(plan.cards) - len(fresh))


class _Lanes:
    """The lane for each list of the plan: known by its source, else one of the same name, else a new one."""

    def __init__(self, project: Project, plan: BoardPlan, *, replace: bool) -> None:
        self.project, self.added = project, 0
        existing = list(Lane.objects.filter(project=project).order_by("position", "pk"))
        self.taken = {lane.status for lane in existing}
        self.by_source = {lane.source_id: lane for lane in existing if lane.source_id}
        self.spare = [lane for lane in existing if not lane.source_id and not lane.archived_at]
        self.next = max((lane.position for lane in existing), default=-1) + 1
        for one in plan.lists:
            if one.source_id not in self.by_source:
                self.by_source[one.source_id] = self._adopt(one) or self._create(one)
        if replace and self.added:
            self._settle(plan)

    def _adopt(self, one: ListPlan) -> Lane | None:
        same = next((lane for lane in self.spare if lane.name.casefold() == one.name.casefold()), None)
        if same is None or one.archived:
            return None
        self.spare.remove(same)
        same.source_id = one.source_id
        same.save(update_fields=["source_id"])
        return same

    def _create(self, one: ListPlan) -> Lane:
        status = free_status(one.name, self.taken)
        self.taken.add(status)
        self.added += 1
        return Lane.objects.create(
            cooperative_id=self.project.cooperative_id,
            project=self.project,
            name=one.name,
            status=status,
            position=self.next + self.added,
            is_done=status in {"done", "finished", "complete", "completed"},
            archived_at=timezone.now() if one.archived else None,
            source_id=one.source_id,
        )

    def _settle(self, plan: BoardPlan) -> None:
        """On an untouched board the file's lists are the lanes; default lanes that it does not name are archived."""
        Lane.objects.filter(pk__in=[lane.pk for lane in self.spare]).update(archived_at=timezone.now(), version=F("version") + 1)
        for position, one in enumerate(plan.lists):
            Lane.objects.filter(pk=self.by_source[one.source_id].pk).update(position=position)
        Lane.objects.filter(pk__in=[lane.pk for lane in self.spare]).update(position=F("position") + len(plan.lists))


def _write_cards(actor: Actor, project: Project, plan: BoardPlan, lanes: dict[str, Lane], known: Collection[str | None]) -> None:
    zone, number = ZoneInfo(project.cooperative.time_zone), project.last_number
    lowest = dict(Task.objects.filter(project=project).values_list("lane_id").annotate(lowest=Max("rank")))
    rows: list[Task] = []
    for one in plan.lists:
        lane = lanes[one.source_id]
        fresh = [card for card in one.cards if card.source_id not in known]
        start = free_start(0, lowest.get(lane.pk, 0), len(fresh))
        for place, card in enumerate(fresh):
            number += 1
            rows.append(_task(card, project, lane, number, start + place * GAP, zone, author(actor, project.cooperative_id)))
    Task.objects.bulk_create(rows, batch_size=BATCH)
    Project.objects.filter(pk=project.pk).update(last_number=number)


def _task(card: CardPlan, project: Project, lane: Lane, number: int, rank: int, zone: ZoneInfo, author_id: int | None) -> Task:
    return Task(
        cooperative_id=project.cooperative_id,
        project=project,
        lane=lane,
        number=number,
        title=card.title,
        description=card.description,
        rank=rank,
        created_by_id=author_id,
        due_date=card.due.astimezone(zone).date() if card.due else None,
        archived_at=timezone.now() if card.archived else None,
        source_id=card.source_id,
    )


@action
def keep_draft(actor: Actor, project: Project, *, file_name: str, content: bytes) -> BoardDraft:
    """Keep an uploaded file for its confirmation; an earlier one of the same member and project goes."""
    check(actor, "tasks.import", project)
    owner = author(actor, project.cooperative_id)
    if owner is None:
        raise Forbidden("forbidden", _("Only a member can upload a board."))
    BoardDraft.objects.filter(project=project, created_by=owner).delete()
    return BoardDraft.objects.create(
        cooperative_id=project.cooperative_id,
        project=project,
        created_by_id=owner,
        file_name=unturned(file_name)[:200],
        packed=zlib.compress(content, 6),
    )


@action
def discard_old_drafts(actor: Actor, *, now: datetime) -> int:
    """Remove uploads of the active cooperatives that nobody confirmed within a day; answers how many."""
    removed, _rows = BoardDraft.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    return removed
