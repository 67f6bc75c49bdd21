"""Questions about work: projects with their counts, the board, what is mine, what is due."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from activity.queries import seq_of
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import Compiled
from members.models import Membership, RoleGrant, called
from members.queries import grants_on, staying, today_in

from .duty_policy import TAKING_PART
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
from .models.gathering import Among, Number
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
    """The lanes of a board from left to right, each with `card_count`, with the project, and with `seq`: the number of the
    last record before it was read.
    """
    return (
        Lane.objects.filter(project=project, archived_at=None)
        .select_related("project")
        .annotate(card_count=Count("tasks", filter=_ON_BOARD & Q(tasks__isnull=False)), seq=seq_of("cooperative"))
        .order_by("position", "pk")
    )


board_lanes = Compiled(lanes_with_counts, project=int)


def cards_of(project: Project | int) -> TaskQuerySet:
    """The cards on a board, in order."""
    tasks: TaskQuerySet = Task.objects.filter(project=project, archived_at=None, lane__archived_at=None)
    return tasks.order_by("rank")


def first_of(cards: TaskQuerySet, further: Q | None = None) -> TaskQuerySet:
    """The first of these cards in each lane, with their marks; by `place` in their lane also those for which `further` holds."""
    wanted = Q(place__lte=FIRST_CARDS) if further is None else Q(place__lte=FIRST_CARDS) | further
    # What hangs on them is looked up for those alone, not for all that are numbered.
    return with_marks(Task.objects.filter(pk__in=cards.order_by().placed().filter(wanted).values("pk")).order_by("rank"))


first_cards = Compiled(lambda project: first_of(cards_of(project)), project=int)


def members_to_assign(cooperative_id: int) -> "QuerySet[Membership]":
    """Members who have not left, by name. Who of them may be given work, `workers_of` and `partakers_in` know."""
    rows = Membership.objects.filter(staying(), cooperative=cooperative_id)
    return rows.select_related("person", "user").order_by("person__name", "number")


def _holders(cooperative: Cooperative, roles: Collection[str]) -> Any:
    """The memberships of a cooperative with one of these roles today."""
    today = grants_on(today_in(cooperative.time_zone))
    return RoleGrant.objects.filter(today, cooperative=cooperative, role__in=roles).values("membership")


def workers_in(cooperative: Cooperative) -> "QuerySet[Membership]":
    """Who may be given a task of some project, by name: who may work today and has not left. Observers may not."""
    return members_to_assign(cooperative.pk).filter(pk__in=_holders(cooperative, WRITING))


def workers_of(project: Project) -> "QuerySet[Membership]":
    """Who may be given a task of a project, by name: who may work in it today and has not left."""
    rows = workers_in(project.cooperative)
    if not project.members_only:
        return rows
    own = ProjectMember.objects.filter(project=project).values("member")
    return rows.filter(Q(pk__in=own) | Q(pk__in=_holders(project.cooperative, OFFICES)))


def partakers_in(cooperative: Cooperative) -> "QuerySet[Membership]":
    """Who may be given a place in a duty, or coordinate one, by name."""
    return members_to_assign(cooperative.pk).filter(pk__in=_holders(cooperative, TAKING_PART))


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


def _waiting() -> "QuerySet[Relation]":
    return Relation.objects.filter(kind=Relation.Kind.BLOCKS, task__in=Task.objects.unfinished())


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


@dataclass(frozen=True)
class Marks:
    """What a card shows of what hangs on its task: steps and those done, comments, and whether it waits for another task."""

    steps: int = 0
    done: int = 0
    comments: int = 0
    blocked: bool = False


def _one(rows: Any, column: str = "pk") -> Any:
    return rows.order_by().annotate(one=F(column)).values("one")


def with_marks(tasks: TaskQuerySet) -> TaskQuerySet:
    """These tasks with `marks` and the keys of their people and labels, in the statement that reads them."""
    steps = CheckItem.objects.filter(checklist__task=OuterRef("pk"))
    said = Comment.objects.filter(task=OuterRef("pk"), removed_at=None)
    return tasks.with_faces_apart().annotate(
        read_steps=Number(_one(steps)),
        read_done=Number(_one(steps, "done_at")),
        read_comments=Number(_one(said)),
        read_blocked=Exists(_waiting().filter(other=OuterRef("pk"))),
    )


def marks_on(task: Any) -> Marks:
    """The marks of a task that was read `with_marks`."""
    return Marks(task.read_steps, task.read_done, task.read_comments, bool(task.read_blocked))


def labels_of(project: Project) -> "QuerySet[Label]":
    """The labels of a project, by name."""
    return Label.objects.filter(project=project).order_by("name", "colour", "pk")


def people_of(project: Project) -> "QuerySet[ProjectMember]":
    """The members of a project, its leads first, then by name."""
    rows = ProjectMember.objects.filter(project=project).select_related("member__person", "member__user")
    return rows.order_by("-is_lead", "member__person__name", "pk")


_NOBODY: dict[str, Any] = {"number": Value(None, IntegerField()), "user": Value(None, UUIDField())}
_named = Compiled(
    lambda people, labels: (
        Membership.objects.filter(Among(F("pk"), Value(people)))
        .values_list("pk", "number", "user__public_id", "person__name", "left_name")
        .union(
            Label.objects.filter(Among(F("pk"), Value(labels))).annotate(**_NOBODY).values_list("pk", *_NOBODY, "name", "colour"),
            all=True,
        )
    ),
    people=str,
    labels=str,
)


@dataclass
class Names:
    """What people and labels are called, by key: `people` by public id of the user and name, `labels` by name and colour."""

    people: dict[int, tuple[Any, str]] = field(default_factory=dict)
    labels: dict[int, tuple[str, str]] = field(default_factory=dict)


def names_on(hanging: Iterable[tuple[Iterable[int], Iterable[int]]]) -> Names:
    """What all are called whose keys hang on cards, which are given as (people, labels): one statement however many."""
    people, labels = set[int](), set[int]()
    for some, others in hanging:
        people.update(some)
        labels.update(others)
    names = Names()
    if people or labels:
        for pk, number, user_id, name, more in _named(people=json.dumps([*people]), labels=json.dumps([*labels])):
            if number is None:
                names.labels[pk] = (name, more)
            else:
                names.people[pk] = (user_id, called(name, more, number))
    return names


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


def with_places(rows: "QuerySet[Any]", within: str, **shown: Any) -> "QuerySet[Any]":
    """With `place`: how many of the rows that are shown stand before one in the same `within`, by `position`.

    The stored `position` only orders them: it may leave gaps, and archived rows keep theirs.
    """
    ahead = Q(position__lt=OuterRef("position")) | Q(position=OuterRef("position"), pk__lt=OuterRef("pk"))
    beside = rows.model._default_manager.filter(ahead, **{within: OuterRef(within)}, **shown).order_by()
    counted = beside.values(within).annotate(count=Count("pk")).values("count")
    return rows.annotate(place=Coalesce(Subquery(counted), 0))


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
