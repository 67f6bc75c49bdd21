"""Django admin: looking only; pages and API write."""

from typing import ClassVar

from django.contrib import admin

from cooperatives.desk import OwnedAdmin

from .models import Lane, Project, Task


@admin.register(Project)
class ProjectAdmin(OwnedAdmin):
    """Projects."""

    see: ClassVar[str] = "tasks.see"
    list_display = ("name", "key", "cooperative", "created_at", "archived_at")
    search_fields = ("name", "key")


@admin.register(Lane)
class LaneAdmin(OwnedAdmin):
    """Lanes."""

    see: ClassVar[str] = "tasks.see"
    list_display = ("name", "project", "status", "position", "wip_limit", "is_done", "archived_at")
    list_select_related = ("project",)


@admin.register(Task)
class TaskAdmin(OwnedAdmin):
    """Tasks."""

    see: ClassVar[str] = "tasks.see"
    list_display = ("title", "project", "lane", "number", "assignee", "due_date", "archived_at")
    list_select_related = ("project", "lane", "assignee__person")
    search_fields = ("title",)
    date_hierarchy = None
