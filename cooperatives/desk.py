"""The base of Django admin over owned rows: the policy decides, actions write."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from .models import Cooperative
from .policy import Actor, may, visible


def _actor(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


class OwnedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows rows that `see` allows. Nothing is written here: pages and API have the actions.

    The set entered is the actor's own cooperatives, so keeping the installation opens nobody's books.
    """

    see: ClassVar[str] = "cooperatives.see"
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)  # the admin's completion pages through rows, and pages need an order
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Rows the actor may see."""
        return visible(_actor(request), self.see, super().get_queryset(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The policy's answer for one row."""
        return _actor(request).is_system_admin and (obj is None or may(_actor(request), self.see, obj))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Listed for those who may enter the admin."""
        return _actor(request).is_system_admin

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows come from actions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are changed by actions."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are ended, not deleted."""
        return False


@admin.register(Cooperative)
class CooperativeAdmin(OwnedAdmin):
    """The cooperatives the admin belongs to."""

    ordering = ("name", "pk")
    list_display = ("name", "kind", "currency", "created_at")
    list_filter = ("kind",)
    search_fields = ("name", "slug")
