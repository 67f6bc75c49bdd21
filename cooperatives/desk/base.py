"""The base of Django admin over owned rows: it shows what the policy allows, and writes nothing."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import Cooperative
from ..policy import Actor, may, visible

DESK = "cooperatives.desk"


def actor_of(request: HttpRequest) -> Actor:
    """Who acts."""
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


def may_enter(request: Any) -> bool:
    """Whether the admin opens: to who keeps the installation, and to the officers of a cooperative. Takes no query."""
    actor = actor_of(request)
    return actor.is_system_admin or any(may(actor, DESK, standing) for standing in actor.standings.values())


def desks_of(request: Any) -> list[Cooperative]:
    """The cooperatives whose desk opens to the actor, by name: one query for each request, however often it is asked."""
    if not hasattr(request, "desks"):
        request.desks = list(places(request, DESK))
    found: list[Cooperative] = request.desks
    return found


def places(request: Any, needs: str) -> "QuerySet[Cooperative]":
    """The actor's cooperatives whose desk opens and in which they may do something, to choose from."""
    actor = actor_of(request)
    return visible(actor, needs, visible(actor, DESK, Cooperative.objects.order_by("name", "pk")))


def _told(field: Any) -> Callable[[Any], Any]:
    @admin.display(description=field.verbose_name)
    def told(row: Any) -> Any:
        return getattr(row, field.name)

    told.__name__ = field.name
    return told


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


class OwnReferences(admin.RelatedFieldListFilter):
    """Rows of the actor's own cooperatives to which others refer."""

    def field_choices(self, field: Any, request: HttpRequest, desk: Any) -> Any:
        """Those of the cooperatives whose desk opens."""
        own = {"cooperative__in": [row.pk for row in desks_of(request)]}
        ordering = self.field_admin_ordering(field, request, desk)
        return field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=own)


class OwnedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows rows that `see` allows. Nothing is written here: see `ActingAdmin`.

    The set entered is the actor's own cooperatives, so keeping the installation opens nobody's books. `opens` is asked of
    a cooperative instead of `see` where that is about one row alone.
    """

    see: ClassVar[str] = "cooperatives.see"
    opens: ClassVar[str] = ""
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)  # the admin's completion pages through rows, and pages need an order
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Rows the actor may see, of the cooperatives whose desk opens to them."""
        return visible(actor_of(request), DESK, visible(actor_of(request), self.see, super().get_queryset(request)))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The column of the cooperative says something only where there are two."""
        shown = super().get_list_display(request)
        return [name for name in shown if name != "cooperative" or len(desks_of(request)) > 1]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What a reference names is a link only where that page opens to the reader."""
        fields: dict[Any, Any] = {field.name: field for field in self.opts.fields}
        return [
            _told(fields[name]) if name in fields and self._is_shut(request, fields[name].related_model) else name
            for name in super().get_fields(request, obj)
        ]

    def _is_shut(self, request: HttpRequest, model: Any) -> bool:
        desks = self.admin_site._registry
        return model in desks and not desks[model].has_view_permission(request)

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Only the filters that are offered: by any other one could guess at what no page shows."""
        filters = [each[0] if isinstance(each, tuple) else each for each in self.get_list_filter(request)]
        names = {getattr(each, "parameter_name", each) for each in filters}
        return lookup.partition("__")[0] in names

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The policy's answer for one row, or whether some cooperative of the actor's has any to show."""
        actor = actor_of(request)
        if obj is not None:
            return may(actor, self.see, obj)
        return actor.is_system_admin or any(may(actor, self.opens or self.see, each) for each in desks_of(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Listed for those who may enter the admin."""
        return may_enter(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows come from actions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are changed by actions."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are ended, not deleted."""
        return False
