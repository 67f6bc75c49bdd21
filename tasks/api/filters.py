"""What lists can be narrowed to, and the orders they come in."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from members.models import Membership

from ..models import (
    CheckItem,
    Checklist,
    Comment,
    Kind,
    Label,
    Lane,
    Priority,
    Project,
    Relation,
    SavedFilter,
    Task,
)
from ..queries import bearing, done_by, matching, watched_by
from ..wishes import in_order

BIGGEST = 2**63 - 1
_ORDER = _("By what the list is ordered; a minus before it turns the order round.")


class Key(django_filters.Filter):
    """A row's key; what cannot be one is an error that names the field."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=BIGGEST, **kwargs)


class Archived(django_filters.BooleanFilter):
    """Unarchived rows unless archived ones are asked for."""

    def filter(self, qs: Any, value: bool | None) -> Any:
        """Leave archived rows out by default."""
        return qs.filter(archived_at__isnull=not value)


class Ordering(django_filters.OrderingFilter):
    """An order in which no two rows are equal: else a row could stand on two pages, and another on none."""

    def filter(self, qs: Any, value: Any) -> Any:
        """As asked, then by key."""
        ordered = super().filter(qs, value)
        return ordered.order_by(*ordered.query.order_by, "pk") if value else ordered


class TaskOrdering(Ordering):
    """Tasks in an order of `wishes.SORTS`, as lists on pages have it."""

    KEYS: ClassVar[dict[str, str]] = {"due_date": "due", "created_at": "created", "updated_at": "updated"}
    NAMES = ("number", "title", "due_date", "priority", "created_at", "updated_at")

    def filter(self, qs: Any, value: Any) -> Any:
        """As asked; those without a date last."""
        return in_order(qs, *map(self._key, value)) if value else qs

    def _key(self, said: str) -> str:
        name = said.removeprefix("-")
        return f"{'-' if said != name else ''}{self.KEYS.get(name, name)}"


class ListsOnly:
    """Filters narrow lists, never the way to one row."""

    def filter_queryset(self, queryset: Any) -> Any:
        """One row is found whatever the query says."""
        view: Any = super()
        return view.filter_queryset(queryset) if self.action == "list" else queryset  # type: ignore[attr-defined]


class LabelFilter(django_filters.FilterSet):
    """`project`."""

    project = Key(field_name="project_id", help_text=_("Only those of this project, by its number."))

    class Meta:
        model = Label
        fields: ClassVar[list[str]] = []


class TaskPartFilter(django_filters.FilterSet):
    """`task`, `project`."""

    task = Key(field_name="task_id", help_text=_("Only those of this task, by its number."))
    project = Key(field_name="task__project_id", help_text=_("Only those of this project, by its number."))

    class Meta:
        model = Checklist
        fields: ClassVar[list[str]] = []


class CommentFilter(TaskPartFilter):
    """`task`, `project`, `author` (a user)."""

    author = django_filters.UUIDFilter(
        field_name="author__user__public_id", help_text=_("Only those that this user wrote, by their id.")
    )

    class Meta:
        model = Comment
        fields: ClassVar[list[str]] = []


class StepFilter(django_filters.FilterSet):
    """`checklist`, `task`, `done`."""

    checklist = Key(field_name="checklist_id", help_text=_("Only those of this checklist, by its number."))
    task = Key(field_name="checklist__task_id", help_text=_("Only those of this task, by its number."))
    done = django_filters.BooleanFilter(
        field_name="done_at", lookup_expr="isnull", exclude=True, help_text=_("true: what is ticked; false: what is not.")
    )

    class Meta:
        model = CheckItem
        fields: ClassVar[list[str]] = []


class RelationFilter(django_filters.FilterSet):
    """`task`: on whichever side; `kind`."""

    task = Key(method="beside", help_text=_("Only those of this task, whichever of the two it is."))
    kind = django_filters.ChoiceFilter(choices=Relation.Kind.choices, help_text=_("Only those of this kind."))

    class Meta:
        model = Relation
        fields: ClassVar[list[str]] = []

    def beside(self, relations: "QuerySet[Any]", name: str, pk: int) -> "QuerySet[Any]":
        """The task is one of the two."""
        return relations.filter(Q(task=pk) | Q(other=pk))


class ProjectFilter(django_filters.FilterSet):
    """`organization` or `cooperative`, `archived`, `ordering`."""

    organization = Key(field_name="cooperative_id", help_text=_("The same as cooperative."))
    cooperative = Key(field_name="cooperative_id", help_text=_("Only those of this cooperative, by its number."))
    archived = Archived(field_name="archived_at", help_text=_("true: what is archived. Without it, what is not."))
    ordering = Ordering(fields=[("name", "name"), ("created_at", "created_at")], help_text=_ORDER)

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = []


class SavedFilterFilter(django_filters.FilterSet):
    """`cooperative`, `project`, `owner` (a user), `shared`."""

    cooperative = Key(field_name="cooperative_id", help_text=_("Only those of this cooperative, by its number."))
    project = Key(field_name="project_id", help_text=_("Only those of this project, by its number."))
    owner = django_filters.UUIDFilter(
        field_name="owner__user__public_id", help_text=_("Only those that this user keeps, by their id.")
    )
    shared = django_filters.BooleanFilter(
        field_name="is_shared", help_text=_("true: those that everybody in the project sees. false: the others.")
    )

    class Meta:
        model = SavedFilter
        fields: ClassVar[list[str]] = []


class LaneFilter(django_filters.FilterSet):
    """`project`, `archived`."""

    project = Key(field_name="project_id", help_text=_("Only those of this project, by its number."))
    archived = Archived(field_name="archived_at", help_text=_("true: what is archived. Without it, what is not."))

    class Meta:
        model = Lane
        fields: ClassVar[list[str]] = []


class TaskFilter(django_filters.FilterSet):
    """What tasks can be narrowed to: both days of a range are included, `q` is in the title or the description."""

    project = Key(field_name="project_id", help_text=_("Only those of this project, by its number."))
    lane = Key(field_name="lane_id", help_text=_("Only those in this lane, by its number."))
    status = django_filters.CharFilter(
        field_name="lane__status", max_length=60, help_text=_("Only those in lanes of this status.")
    )
    assigned_to = django_filters.UUIDFilter(method="done_by", help_text=_("Only those that this user does, by their id."))
    watcher = django_filters.UUIDFilter(method="heard_by", help_text=_("Only those that this user watches, by their id."))
    kind = django_filters.MultipleChoiceFilter(choices=Kind.choices, help_text=_("Only those of one of these kinds."))
    priority = django_filters.MultipleChoiceFilter(
        choices=Priority.choices, help_text=_("Only those of one of these priorities.")
    )
    label = Key(
        field_name="labellings__label_id", method="labelled", help_text=_("Only those that bear this label, by its number.")
    )
    parent = Key(field_name="parent_id", help_text=_("Only the parts of this task, by its number."))
    due_after = django_filters.DateFilter(
        field_name="due_date", lookup_expr="gte", help_text=_("Only those due on this day or later.")
    )
    due_before = django_filters.DateFilter(
        field_name="due_date", lookup_expr="lte", help_text=_("Only those due on this day or earlier.")
    )
    q = django_filters.CharFilter(method="containing", max_length=200, help_text=_("A part of the title or the description."))
    archived = Archived(field_name="archived_at", help_text=_("true: what is archived. Without it, what is not."))
    ordering = TaskOrdering(fields=[(name, name) for name in TaskOrdering.NAMES], help_text=_ORDER)

    class Meta:
        model = Task
        fields: ClassVar[list[str]] = []

    def done_by(self, tasks: "QuerySet[Any]", name: str, user_id: Any) -> "QuerySet[Any]":
        """That user is among those who do it."""
        return tasks.filter(done_by(Membership.objects.filter(user__public_id=user_id).values("pk")))

    def labelled(self, tasks: "QuerySet[Any]", name: str, pk: int) -> "QuerySet[Any]":
        """It bears that label."""
        return tasks.filter(bearing(pk))

    def heard_by(self, tasks: "QuerySet[Any]", name: str, user_id: Any) -> "QuerySet[Any]":
        """That user watches it."""
        return tasks.filter(watched_by(Membership.objects.filter(user__public_id=user_id).values_list("pk", flat=True)))

    def containing(self, tasks: "QuerySet[Any]", name: str, text: str) -> "QuerySet[Any]":
        """Title or description holds the words."""
        return matching(tasks, text)
