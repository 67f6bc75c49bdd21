"""Questions about work: projects with their counts, the board, what is mine, what is due."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, IntegerField, Q, QuerySet, UUIDField, Value, When

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, RoleGrant, called
from members.queries import grants_on, staying, today_in

from .duty_queries import effort_by_member as effort_by_member
from .models import (
    Assignment,
    BoardDraft,
    CheckItem,
    Comment,
    Label,
    Labelling,
    Lane,
    Project,
    ProjectMember,
    Relation,
    SavedFilter,
    Task,
    TaskQuerySet,
    Watch,
)
from .policy import OFFICES, WRITING

FIRST_CARDS = 50
NAMED_LIMIT = 100  # of whom a line can mean one: as many namesakes are told apart by nobody
_ON_BOARD = Q(tasks__archived_at=None)


def projects_with_counts() -> "QuerySet[Project]":
    """Unarchived projects by name, each with `open_count` and `done_count` of the tasks on its board."""
    on_board = Q(tasks__archived_at=None, tasks__lane__archived_at=None, tasks__isnull=False)
    return (
        Project.objects.filter(archived_at=None)
        .annotate(
            open_count=Count("tasks", filter=on_board & Q(tasks__lane__is_done=False)),
            done_count=Count("tasks", filter=on_board & Q(tasks__lane__is_done=True)),
        )
        .order_by("name", "pk")
    )


def lanes_with_counts(project: Project | int) -> "QuerySet[Lane]":
    """The lanes of a board from left to right, each with `card_count` and with the project."""
    return (
        Lane.objects.filter(project=project, archived_at=None)
        .select_related("project")
        .annotate(card_count=Count("tasks", filter=_ON_BOARD & Q(tasks__isnull=False)))
        .order_by("position", "pk")
    )


def cards_of(project: Project) -> TaskQuerySet:
    """The cards on a board, in order, with what a card shows."""
    tasks: TaskQuerySet = Task.objects.filter(project=project, archived_at=None, lane__archived_at=None)
    return tasks.with_faces().order_by("rank")


def members_to_assign(cooperative_id: int) -> "QuerySet[Membership]":
    """Who can be given a task: members who have not left, by name."""
    rows = Membership.objects.filter(staying(), cooperative=cooperative_id)
    return rows.select_related("person", "user").order_by("person__name", "number")


def workers_of(project: Project) -> "QuerySet[Membership]":
    """Who may be given a task of a project, by name: who may work in it today and has not left."""
    today = grants_on(today_in(project.cooperative.time_zone))
    grants = RoleGrant.objects.filter(today, cooperative=project.cooperative_id, role__in=WRITING)
    rows = members_to_assign(project.cooperative_id).filter(pk__in=grants.values("membership"))
    if not project.members_only:
        return rows
    own = ProjectMember.objects.filter(project=project).values("member")
    return rows.filter(Q(pk__in=own) | Q(pk__in=grants.filter(role__in=OFFICES).values("membership")))


def workers_named(project: Project, firsts: Collection[str]) -> "QuerySet[Membership]":
    """Those of `workers_of` whose name begins with one of these words, at most NAMED_LIMIT of them.

    SQLite folds the case of ASCII letters only, so each word is looked for in its usual ways of writing as well.
    """
    ways = {way for word in firsts for way in (word, word.lower(), word.title(), word.upper())}
    whole = Q(pk__in=[])
    for word in ways:
        whole |= Q(person__name__istartswith=f"{word} ") | Q(person__name__iexact=word)
    return workers_of(project).filter(whole)[:NAMED_LIMIT]


def watchers_of(task: Task) -> "QuerySet[Membership]":
    """Who hears of a task: who watches it, who added it and who does it, unless they switched it off; nobody who has left.

    Who imported a card did not add it.
    """
    own = Q(pk__in=Watch.objects.filter(task=task, is_off=False).values("member"))
    own |= Q(pk__in=Assignment.objects.filter(task=task).values("member"))
    if task.source_id is None:
        own |= Q(pk=task.created_by_id)
    off = Watch.objects.filter(task=task, is_off=True).values("member")
    return members_to_assign(task.cooperative_id).filter(own).exclude(pk__in=off)


def watched_by(membership_ids: Iterable[int]) -> Q:
    """The condition for tasks of which one of these members hears."""
    ids = list(membership_ids)
    own = Q(pk__in=Watch.objects.filter(member__in=ids, is_off=False).values("task"))
    own |= Q(pk__in=Assignment.objects.filter(member__in=ids).values("task")) | Q(created_by__in=ids, source_id=None)
    return own & ~Q(pk__in=Watch.objects.filter(member__in=ids, is_off=True).values("task"))


def done_by(members: Any) -> Q:
    """The condition for tasks that one of these members (keys, or rows) does."""
    return Q(pk__in=Assignment.objects.filter(member__in=members).values("task"))


def done_by_nobody() -> Q:
    """The condition for tasks that nobody does."""
    return ~Q(pk__in=Assignment.objects.values("task"))


def bearing(label_id: int) -> Q:
    """The condition for tasks that bear a label."""
    return Q(pk__in=Labelling.objects.filter(label=label_id).values("task"))


def containing(text: str) -> Q:
    """The condition for tasks whose title or description contains the text."""
    return Q(title__icontains=text) | Q(description__icontains=text)


def blocks_of(tasks: Any) -> "QuerySet[Relation]":
    """The relations by which these tasks wait for others that are not done."""
    waiting = Relation.objects.filter(kind=Relation.Kind.BLOCKS, other__in=tasks)
    return waiting.filter(task__in=Task.objects.unfinished())


@dataclass(frozen=True)
class Marks:
    """What a card shows of what hangs on its task: steps and those done, comments, and whether it waits for another task."""

    steps: int = 0
    done: int = 0
    comments: int = 0
    blocked: bool = False


def marks_of(task_ids: Collection[int]) -> dict[int, Marks]:
    """The marks of these tasks, in one statement; a task without any is left out."""
    if not task_ids:
        return {}
    steps = CheckItem.objects.filter(checklist__task__in=task_ids).values_list("checklist__task")
    said = Comment.objects.filter(task__in=task_ids, removed_at=None).values_list("task")
    waits = blocks_of(task_ids).values_list("other")
    counted = steps.annotate(what=Value("steps"), number=Count("pk"), more=Count("done_at")).union(
        said.annotate(what=Value("comments"), number=Count("pk"), more=Value(0)),
        waits.annotate(what=Value("blocked"), number=Count("pk"), more=Value(0)),
        all=True,
    )
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for pk, what, number, more in counted:
        facts = {"steps": number, "done": more} if what == "steps" else {what: number if what == "comments" else True}
        found[pk] |= facts
    return {pk: Marks(**facts) for pk, facts in found.items()}


def labels_of(project: Project) -> "QuerySet[Label]":
    """The labels of a project, by name."""
    return Label.objects.filter(project=project).order_by("name", "colour", "pk")


def people_of(project: Project) -> "QuerySet[ProjectMember]":
    """The members of a project, its leads first, then by name."""
    rows = ProjectMember.objects.filter(project=project).select_related("member__person", "member__user")
    return rows.order_by("-is_lead", "member__person__name", "pk")


_NAMED = ("task_id", "pk", "member__number", "member__user__public_id", "member__person__name", "member__left_name")


@dataclass
class Hanging:
    """What hangs on the open cards of a board: `people` (user id and name) and `labels` by card, and each label once."""

    people: dict[int, list[tuple[Any, str]]] = field(default_factory=lambda: defaultdict(list))
    labels: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    known: dict[int, tuple[str, str]] = field(default_factory=dict)


def hanging_on(project: Project) -> Hanging:
    """Who does each open card of a board, and its labels, in one statement of plain values."""
    on_board = {"task__project": project, "task__archived_at": None}
    people = (
        Assignment.objects.filter(**on_board).annotate(label_key=Value(None, BigIntegerField())).values_list(*_NAMED, "label_key")
    )
    nobody = {"number": Value(None, IntegerField()), "user": Value(None, UUIDField())}
    labels = Labelling.objects.filter(**on_board).annotate(**nobody)
    marks = labels.values_list("task_id", "pk", *nobody, "label__name", "label__colour", "label_id")
    found = Hanging()
    for task_id, _pk, number, user_id, name, more, label_id in people.union(marks, all=True).order_by("pk"):
        if label_id is None:
            found.people[task_id].append((user_id, called(name, more, number)))
        else:
            found.labels[task_id].append(label_id)
            found.known[label_id] = (name, more)
    return found


def matching(tasks: "QuerySet[Any]", text: str) -> "QuerySet[Any]":
    """Tasks whose title or description contains the text, titles first."""
    found = tasks.filter(containing(text))
    in_title = Case(When(title__icontains=text, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.order_by(in_title, "-updated_at", "pk")


def due_of(membership_ids: Iterable[int]) -> TaskQuerySet:
    """Unfinished tasks of these members, the most urgent first; those without a date last."""
    tasks: TaskQuerySet = Task.objects.unfinished().of(list(membership_ids)).with_people()
    undated = Case(When(due_date=None, then=Value(1)), default=Value(0), output_field=IntegerField())
    return tasks.order_by(undated, "due_date", "pk")


def due_before(cooperative_id: int, day: date) -> TaskQuerySet:
    """Unfinished tasks of a cooperative that are due before that day, the most urgent first; late ones included."""
    tasks: TaskQuerySet = Task.objects.unfinished().filter(cooperative=cooperative_id, due_date__lt=day).with_people()
    return tasks.order_by("due_date", "pk")


def lanes_of(project: Project) -> "QuerySet[Lane]":
    """All lanes of a project from left to right, archived ones included."""
    return Lane.objects.filter(project=project).order_by("position", "pk")


def open_tasks_by_project(cooperative_id: int, today: date) -> list[dict[str, Any]]:
    """For each project with unfinished tasks: name, how many, how many late, how many due within a week."""
    week = date.fromordinal(today.toordinal() + 7)
    tasks = Task.objects.unfinished().filter(cooperative=cooperative_id)
    return list(
        tasks.values("project_id", "project__name")
        .annotate(
            count=Count("pk"),
            late=Count("pk", filter=Q(due_date__lt=today)),
            soon=Count("pk", filter=Q(due_date__gte=today, due_date__lt=week)),
        )
        .order_by("-count", "project__name")
    )


def drafts_of(actor: Actor, project: Project) -> "QuerySet[BoardDraft]":
    """The actor's own uploads for a project."""
    standing = actor.standing(project.cooperative_id)
    drafts: QuerySet[BoardDraft] = BoardDraft.objects.filter(
        project=project, created_by=standing.membership_id if standing else None
    )
    return drafts


def saved_filters_of(actor: Actor, cooperative: Cooperative) -> "QuerySet[SavedFilter]":
    """The filters that the actor keeps in a cooperative, those for all projects first, then by project and name."""
    standing = actor.standing(cooperative.pk)
    views: QuerySet[SavedFilter] = SavedFilter.objects.filter(owner=standing.membership_id if standing else None)
    return views.select_related("project").order_by(F("project__name").asc(nulls_first=True), "name", "pk")


def saved_filters_for(actor: Actor, cooperative: Cooperative, project: Project | None) -> "QuerySet[SavedFilter]":
    """What the actor is offered on a list: their own filters for this project or for all, and those shared with it."""
    standing = actor.standing(cooperative.pk)
    mine = Q(owner=standing.membership_id if standing else None) & (Q(project=None) | Q(project=project))
    shared = Q(project=project, is_shared=True) if project else Q(pk__in=[])
    views: QuerySet[SavedFilter] = SavedFilter.objects.filter(mine | shared).filter(cooperative=cooperative)
    return views.order_by("name", "pk")
