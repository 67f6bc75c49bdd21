"""The base of Django admin over owned rows: it shows what the policy allows, and writes nothing."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import Cooperative
from ..policy import Actor, may, visible


def actor_of(request: HttpRequest) -> Actor:
    """Who acts."""
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


def desks_of(request: Any) -> list[Cooperative]:
    """The cooperatives in which the actor stands, by name: one query for each request, however often it is asked."""
    if not hasattr(request, "desks"):
        request.desks = list(Cooperative.objects.filter(pk__in=actor_of(request).cooperative_ids).order_by("name", "pk"))
    found: list[Cooperative] = request.desks
    return found


def places(request: Any, needs: str) -> "QuerySet[Cooperative]":
    """The actor's cooperatives in which they may do something, to choose from."""
    return visible(actor_of(request), needs, Cooperative.objects.order_by("name", "pk"))


class OwnFilter(admin.SimpleListFilter):
    """One of the actor's own cooperatives. Django's filter would name all of the installation."""

    title = _("cooperative")
    parameter_name = "cooperative"

    def lookups(self, request: HttpRequest, desk: Any) -> list[tuple[Any, str]]:
        """They are offered where there is a choice."""
        own = [(str(row.pk), row.name) for row in desks_of(request)]
        return own if len(own) > 1 else []

    def queryset(self, request: HttpRequest, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Rows of the chosen one."""
        chosen = [pk for pk, _name in self.lookup_choices if pk == self.value()]
        return rows.filter(cooperative__in=chosen) if chosen else rows


class OwnedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows rows that `see` allows. Nothing is written here: see `ActingAdmin`.

    The set entered is the actor's own cooperatives, so keeping the installation opens nobody's books.
    """

    see: ClassVar[str] = "cooperatives.see"
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)  # the admin's completion pages through rows, and pages need an order
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Rows the actor may see."""
        return visible(actor_of(request), self.see, super().get_queryset(request))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The column of the cooperative says something only where there are two."""
        shown = super().get_list_display(request)
        return [name for name in shown if name != "cooperative" or len(desks_of(request)) > 1]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The policy's answer for one row."""
        return actor_of(request).is_system_admin and (obj is None or may(actor_of(request), self.see, obj))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Listed for those who may enter the admin."""
        return actor_of(request).is_system_admin

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
