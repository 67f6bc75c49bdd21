"""Who may do what with projects and tasks: members read and write, observers read.

Where only a project's members change it, they alone write, and who holds an office; its leads say who they are, and
whether it is closed like that at all.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, Q

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, Rule, everywhere, has_role, member, own_membership, signed_in, table
from cooperatives.queries import enter

from .models import (
    CheckItem,
    Checklist,
    Comment,
    Label,
    Lane,
    Project,
    ProjectMember,
    RecurringTask,
    Relation,
    SavedFilter,
    Task,
)

WRITING = frozenset({"admin", "treasurer", "secretary", "member"})
OFFICES = frozenset({"admin", "secretary"})
WRITERS, OFFICERS = has_role(*WRITING), has_role(*OFFICES)

_WAYS: dict[type[Model], str] = {
    Project: "",
    Lane: "project",
    Task: "project",
    Label: "project",
    ProjectMember: "project",
    Comment: "task__project",
    Checklist: "task__project",
    Relation: "task__project",
    CheckItem: "checklist__task__project",
    RecurringTask: "project",
}


def _project_of(obj: Any) -> Project | None:
    """The project an object belongs to, if it belongs to one."""
    way = _WAYS.get(type(obj))
    if way is None:
        return None
    for step in filter(None, way.split("__")):
        obj = getattr(obj, step)
    found: Project = obj
    return found


def _mine(actor: Actor, **more: Any) -> Any:
    standings = [standing.membership_id for standing in actor.standings.values()]
    return ProjectMember.objects.filter(member__in=standings, **more).values("project")


class _Open(Rule):
    """What belongs to a project that every member may change, or to none."""

    def holds(self, actor: Actor, obj: Any) -> bool:
        project = _project_of(obj)
        return project is None or not project.members_only

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        return _within(model, Q(members_only=False))


class _InProject(Rule):
    """Whoever is a member of the object's project; `lead`: whoever leads it. Of a cooperative: whoever is of some project."""

    def __init__(self, *, lead: bool = False) -> None:
        self.more = {"is_lead": True} if lead else {}

    def holds(self, actor: Actor, obj: Any) -> bool:
        project = _project_of(obj)
        if isinstance(obj, Cooperative):
            with enter([obj.pk], actor.user_id):
                return bool(_mine(actor, cooperative=obj, **self.more).exists())
        return project is not None and _mine(actor, project=project, **self.more).exists()

    def each(self, actor: Actor, objs: Sequence[Any]) -> list[bool]:
        if any(isinstance(obj, Cooperative) for obj in objs):
            return super().each(actor, objs)
        keys = [project.pk if (project := _project_of(obj)) else None for obj in objs]
        asked = {key for key in keys if key is not None}
        own = set(_mine(actor, project__in=asked, **self.more).values_list("project", flat=True)) if asked else set()
        return [key in own for key in keys]

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        if model is Cooperative:
            return Q(pk__in=ProjectMember.objects.filter(project__in=_mine(actor, **self.more)).values("cooperative"))
        return _within(model, Q(pk__in=_mine(actor, **self.more)), otherwise=Q(pk__in=[]))


class _Said(Rule):
    """Whoever wrote the comment. Of a cooperative: whoever wrote one there."""

    def holds(self, actor: Actor, obj: Any) -> bool:
        if isinstance(obj, Cooperative):
            with enter([obj.pk], actor.user_id):
                return bool(Comment.objects.filter(self._own(actor), cooperative=obj).exists())
        return isinstance(obj, Comment) and obj.author_id in self._mine(actor)

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        if model is Cooperative:
            return Q(pk__in=Comment.objects.filter(self._own(actor)).values("cooperative"))
        return self._own(actor) if model is Comment else Q(pk__in=[])

    def _own(self, actor: Actor) -> Q:
        return Q(author__in=self._mine(actor))

    def _mine(self, actor: Actor) -> list[int]:
        return [standing.membership_id for standing in actor.standings.values()]


class _Offered(Rule):
    """A filter that one keeps, or that is shown to everybody in its project."""

    own = own_membership("owner_id")

    def holds(self, actor: Actor, obj: Any) -> bool:
        return isinstance(obj, SavedFilter) and (obj.is_shared or self.own.holds(actor, obj))

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        return Q(is_shared=True) | self.own.rows(actor, model) if model is SavedFilter else Q(pk__in=[])


def _within(model: type[Model], condition: Q, otherwise: Q | None = None) -> Q:
    """Rows of `model` in projects for which the condition holds."""
    if model not in _WAYS:
        return ~Q(pk__in=[]) if otherwise is None else otherwise
    name = _WAYS[model]
    return condition if not name else Q(**{f"{name}__in": Project.objects.filter(condition).values("pk")})


WORKERS = WRITERS & (_Open() | OFFICERS | _InProject())
LEADS = WRITERS & (OFFICERS | _InProject(lead=True))

table(
    {
        "tasks.see": member(),
        "tasks.mine": signed_in() & everywhere(),
        "tasks.create_project": WRITERS,
        "tasks.change_project": WRITERS & (_Open() | OFFICERS | _InProject(lead=True)),
        "tasks.close_project": LEADS,
        "tasks.people": LEADS,
        "tasks.create_lane": WORKERS,
        "tasks.change_lane": WORKERS,
        "tasks.create": WORKERS,
        "tasks.change": WORKERS,
        "tasks.move": WORKERS,
        "tasks.overfill": has_role("admin"),
        "tasks.reorder": WORKERS,
        "tasks.import": WORKERS,
        "tasks.watch": member(),
        "tasks.comment": WORKERS,
        "tasks.edit_comment": WORKERS & _Said(),
        "tasks.remove_comment": WORKERS & (_Said() | OFFICERS),
        "tasks.keep_filter": member(),
        "tasks.see_filter": member() & _Offered(),
        "tasks.change_filter": own_membership("owner_id"),
        "tasks.share_filter": LEADS,
    }
)
