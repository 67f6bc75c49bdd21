"""What every desk of the register can do: filter by cooperative, and take the chosen rows away as a file."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import RuleBroken
from cooperatives.desk import ActingAdmin, OwnFilter, desks_of
from cooperatives.policy import may, sign_ins
from cooperatives.web import csv_answer

from ..actions import export_chosen
from ..actions.exports import MOST_ROWS
from ..queries import today_in


def today_of(row: Any) -> Any:
    """Today where a row belongs."""
    return today_in(row.cooperative.time_zone)


def page(name: str, row: Any, *keys: Any) -> str:
    """The address of a page of the cooperative of a row."""
    return reverse(f"members:{name}", args=[row.cooperative.slug, *keys])


class RegisterAdmin(ActingAdmin):
    """Rows of the register. `columns` are what a file of them holds, `pages` name long ways that have pages of their own:
    label, name of the page, and what the policy calls it."""

    columns: ClassVar[tuple[str, ...]] = ()
    pages: ClassVar[tuple[tuple[Any, str, str], ...]] = ()
    list_filter: ClassVar[Any] = (OwnFilter,)
    actions: Any = ("as_csv",)

    def list_ways(self, request: HttpRequest) -> Iterator[tuple[Any, str]]:
        """Those pages of every cooperative in which the actor may do it."""
        several = len(desks_of(request)) > 1
        for label, name, needs in self.pages:
            for row in desks_of(request):
                if may(request.actor, needs, row):  # type: ignore[attr-defined]
                    yield (f"{label} · {row}" if several else label), reverse(f"members:{name}", args=[row.slug])

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whether the actor may take lists of the register away somewhere."""
        actor = request.actor  # type: ignore[attr-defined]
        return any(may(actor, "members.export", row) for row in desks_of(request))

    @admin.action(description=_("Take away as a file (CSV)"), permissions=["export"])
    def as_csv(self, request: HttpRequest, rows: "QuerySet[Any]") -> HttpResponseBase | None:
        """The chosen rows as a file, written into the record of each cooperative they belong to."""
        if not sign_ins().is_fresh(request):
            answer: HttpResponseBase = sign_ins().prove(request)
            return answer
        names = self.columns or tuple(str(name) for name in self.list_display)
        try:
            self._record(request, rows, names)
        except RuleBroken as broken:
            self.message_user(request, broken.sentence, messages.ERROR)
            return None
        head = [str(label_for_field(name, self.model, self)) for name in names]
        lines = ([self._cell(row, name) for name in names] for row in rows)
        return csv_answer(str(self.opts.verbose_name_plural), head, lines)

    def _record(self, request: HttpRequest, rows: "QuerySet[Any]", names: tuple[str, ...]) -> None:
        counts = Counter(rows.order_by().values_list("cooperative", flat=True)[: MOST_ROWS + 1])
        places = self.model._meta.get_field("cooperative").related_model.objects.filter(pk__in=counts)
        export_chosen(
            request.actor,  # type: ignore[attr-defined]
            [(place, counts[place.pk]) for place in places],
            columns=names,
        )

    def _cell(self, row: Any, name: str) -> Any:
        field, _attribute, value = lookup_field(name, row, self)
        if field is not None and field.choices:
            value = display_for_field(value, field, "")
        return value if value is None or isinstance(value, int | Decimal | date) else str(value)  # only a text is made inert
