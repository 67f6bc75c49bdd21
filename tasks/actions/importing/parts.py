"""What hangs on the cards of a plan: checklists with their steps, and comments. Known cards get what is new of it too."""

from collections import Counter
from collections.abc import Mapping

from django.db.models import Max
from django.utils import timezone

from ...importing import BoardPlan
from ...models import CheckItem, Checklist, Comment, Project
from .labels import BATCH


def write_parts(project: Project, plan: BoardPlan, tasks: Mapping[str, int]) -> dict[str, int]:
    """Add what is not here yet, each by its source id. Answers how many checklists, items and comments are new."""
    checklists, fresh = _write_checklists(project, plan, tasks)
    return {
        "checklists": fresh,
        "items": _write_items(project, plan, checklists),
        "comments": _write_comments(project, plan, tasks),
    }


def _write_checklists(project: Project, plan: BoardPlan, tasks: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """The key of every checklist of the plan by source id, and how many are new. They stand below those of the task."""
    held = Checklist.objects.filter(task__project=project)
    known = dict(held.exclude(source_id=None).values_list("source_id", "pk"))
    place = Counter({task: last + 1 for task, last in held.values_list("task").annotate(last=Max("position"))})
    fresh = []
    for card in plan.cards:
        task = tasks[card.source_id]
        for one in card.checklists:
            if one.source_id not in known:
                row = Checklist(
                    cooperative_id=project.cooperative_id,
                    task_id=task,
                    name=one.name,
                    position=place[task],
                    source_id=one.source_id,
                )
                place[task] += 1
                fresh.append(row)
    Checklist.objects.bulk_create(fresh, batch_size=BATCH)
    return known | {row.source_id: row.pk for row in fresh}, len(fresh)


def _write_items(project: Project, plan: BoardPlan, checklists: Mapping[str, int]) -> int:
    held = CheckItem.objects.filter(checklist__task__project=project)
    known = set(held.exclude(source_id=None).values_list("checklist", "source_id"))
    place = Counter({checklist: last + 1 for checklist, last in held.values_list("checklist").annotate(last=Max("position"))})
    fresh, now = [], timezone.now()
    for one in (one for card in plan.cards for one in card.checklists):
        checklist = checklists[one.source_id]
        for step in one.steps:
            if (checklist, step.source_id) not in known:
                row = CheckItem(
                    cooperative_id=project.cooperative_id,
                    checklist_id=checklist,
                    text=step.text,
                    position=place[checklist],
                    done_at=now if step.is_done else None,
                    source_id=step.source_id,
                )
                place[checklist] += 1
                fresh.append(row)
    CheckItem.objects.bulk_create(fresh, batch_size=BATCH)
    return len(fresh)


def _write_comments(project: Project, plan: BoardPlan, tasks: Mapping[str, int]) -> int:
    held = Comment.objects.filter(task__project=project).exclude(source_id=None)
    known, now = set(held.values_list("task", "source_id")), timezone.now()
    fresh = [
        Comment(
            cooperative_id=project.cooperative_id,
            task_id=tasks[card.source_id],
            said_by=one.said_by,
            text=one.text,
            created_at=one.at or now,
            source_id=one.source_id,
        )
        for card in plan.cards
        for one in card.comments
        if (tasks[card.source_id], one.source_id) not in known
    ]
    Comment.objects.bulk_create(fresh, batch_size=BATCH)
    return len(fresh)
