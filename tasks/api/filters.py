"""What lists can be narrowed to, and the orders they come in."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet

from ..models import Lane, Project, Task
from ..queries import matching

BIGGEST = 2**63 - 1


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

    organization = Key(field_name="cooperative_id")
    cooperative = Key(field_name="cooperative_id")
    archived = Archived(field_name="archived_at")
    ordering = Ordering(fields=[("name", "name"), ("created_at", "created_at")])

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = []


class LaneFilter(django_filters.FilterSet):
    """`project`, `archived`."""

    project = Key(field_name="project_id")
    archived = Archived(field_name="archived_at")

    class Meta:
        model = Lane
        fields: ClassVar[list[str]] = []


class TaskFilter(django_filters.FilterSet):
    """`project`, `lane`, `status`, `assigned_to`, `due_after`, `due_before` (both days included), `q`, `archived`, `ordering`."""

    project = Key(field_name="project_id")
    lane = Key(field_name="lane_id")
    status = django_filters.CharFilter(field_name="lane__status", max_length=60)
    assigned_to = django_filters.UUIDFilter(field_name="assignee__user__public_id")
    due_after = django_filters.DateFilter(field_name="due_date", lookup_expr="gte")
    due_before = django_filters.DateFilter(field_name="due_date", lookup_expr="lte")
    q = django_filters.CharFilter(method="containing", max_length=200)
    archived = Archived(field_name="archived_at")
    ordering = Ordering(
        fields=[
            ("number", "number"),
            ("title", "title"),
            ("due_date", "due_date"),
            ("created_at", "created_at"),
            ("updated_at", "updated_at"),
        ]
    )

    class Meta:
        model = Task
        fields: ClassVar[list[str]] = []

    def containing(self, tasks: "QuerySet[Any]", name: str, text: str) -> "QuerySet[Any]":
        """Title or description holds the words."""
        return matching(tasks, text)
