"""The register as a table, for offices: filtered, sorted, with chosen columns."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cooperatives.policy import may
from cooperatives.web import CoopRequest, needs, pager, respond

from ..forms import RegisterFilter
from ..models import Membership, Unit
from ..queries import ORDERS, both_offices, living_in, roles_of, table_of, today_in
from ..roles import label
from .links import of_lists


@require_safe
@needs("members.read_register")
def register(request: CoopRequest) -> HttpResponse:
    """Every membership that ever was, as far as it is wanted."""
    here, today = request.cooperative, today_in(request.cooperative.time_zone)
    form = RegisterFilter(request.GET, cooperative_id=here.pk)
    wanted, columns = form.wanted(), form.columns()
    page = pager(request, table_of(here, today, wanted))
    homes = living_in([member.person_id for member in page.items], today) if "home" in columns else {}
    context = {
        "form": form,
        "sort": wanted.sort,
        "is_filtered": set(request.GET) - {"page", "sort"},
        "pager": page,
        "heads": [_head(request, wanted.sort, key) for key in ("name", *columns)],
        "rows": [_row(request, member, columns, homes) for member in page.items],
        "may_admit": may(request.actor, "members.admit", here),
        "links": of_lists(request),
        "doubled": list(both_offices(here)),
    }
    return respond(request, "members/register.html", "members/_register.html", context)


def _head(request: CoopRequest, sort: str, key: str) -> dict[str, Any]:
    """One head of a column: its link sorts by it, and turned round when it is sorted by already."""
    query = request.GET.copy()
    query.pop("page", None)
    here = sort.lstrip("-") == key
    query["sort"] = f"-{key}" if sort == key else key
    turned = ("descending" if sort.startswith("-") else "ascending") if here else ""
    name = _("Name") if key == "name" else RegisterFilter.COLUMNS[key]
    return {"key": key, "label": name, "url": f"?{query.urlencode()}" if key in ORDERS else "", "sorted": turned}


def _row(request: CoopRequest, member: Membership, columns: list[str], homes: Mapping[int, list[Unit]]) -> dict[str, Any]:
    person = member.person
    cells = {
        "number": member.number,
        "status": member.status,  # type: ignore[attr-defined]
        "roles": ", ".join(label(role) for role in roles_of(member)),
        "home": homes.get(member.person_id, []),
        "joined": member.joined_on,
        "left": member.left_on,
        "email": person.email,
        "phone": person.phone,
    }
    url = reverse("members:member", args=[request.cooperative.slug, member.public_id])
    return {"name": str(member), "url": url, "cells": [(key, cells[key]) for key in columns]}
