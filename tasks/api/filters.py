"""What lists can be narrowed to, and the orders they come in."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ..models import Lane, Project, Task
from ..queries import matching

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


class ProjectFilter(django_filters.FilterSet):
    """`organization` or `cooperative`, `archived`, `ordering`."""

    organization = Key(field_name="cooperative_id", help_text=_("The same as cooperative."))
    cooperative = Key(field_name="cooperative_id", help_text=_("Only those of this cooperative, by its number."))
    archived = Archived(field_name="archived_at", help_text=_("true: what is archived. Without it, what is not."))
    ordering = Ordering(fields=[("name", "name"), ("created_at", "created_at")], help_text=_ORDER)

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = []


class LaneFilter(django_filters.FilterSet):
    """`project`, `archived`."""

    project = Key(field_name="project_id", help_text=_("Only those of this project, by its number."))
    archived = Archived(field_name="archived_at", help_text=_("true: what is archived. Without it, what is not."))

    class Meta:
        model = Lane
        fields: ClassVar[list[str]] = []


class TaskFilter(django_filters.FilterSet):
    """`project`, `lane`, `status`, `assigned_to`, `due_after`, `due_before` (both days included), `q`, `archived`, `ordering`."""

    project = Key(field_name="project_id", help_text=_("Only those of this project, by its number."))
    lane = Key(field_name="lane_id", help_text=_("Only those in this lane, by its number."))
    status = django_filters.CharFilter(
        field_name="lane__status", max_length=60, help_text=_("Only those in lanes of this status.")
    )
    assigned_to = django_filters.UUIDFilter(
        field_name="assignee__user__public_id", help_text=_("Only those of this user, by their id.")
    )
    due_after = django_filters.DateFilter(
        field_name="due_date", lookup_expr="gte", help_text=_("Only those due on this day or later.")
    )
    due_before = django_filters.DateFilter(
        field_name="due_date", lookup_expr="lte", help_text=_("Only those due on this day or earlier.")
    )
    q = django_filters.CharFilter(method="containing", max_length=200, help_text=_("A part of the title or the description."))
    archived = Archived(field_name="archived_at", help_text=_("true: what is archived. Without it, what is not."))
    ordering = Ordering(
        fields=[
            ("number", "number"),
            ("title", "title"),
            ("due_date", "due_date"),
            ("created_at", "created_at"),
            ("updated_at", "updated_at"),
        ],
        help_text=_ORDER,
    )

    class Meta:
        model = Task
        fields: ClassVar[list[str]] = []

    def containing(self, tasks: "QuerySet[Any]", name: str, text: str) -> "QuerySet[Any]":
        """Title or description holds the words."""
        return matching(tasks, text)
