"""Duties on pages of lower ranks: the panel of what is mine, my work, the figure of filled places, the links."""

from typing import Any

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from activity.web import address
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may
from cooperatives.queries import fact
from cooperatives.web import panel

from .duty_queries import my_parts
from .models import Turn

panel(
    "my-duties",
    gettext_lazy("My duties"),
    "tasks:my_duties",
    "tasks.take_part",
    "overview",
    25,
    all_label=gettext_lazy("All duties"),
    all_url_name="tasks:duties",
)
address("tasks.duty", "tasks:duty")
address("tasks.turn", "tasks:turn")


@fact("my_work").answer
def my_work(*, actor: Actor, limit: int) -> list[dict[str, Any]]:
    """The actor's parts in turns in all cooperatives, the most urgent first."""
    mine = [standing.membership_id for standing in actor.standings.values()]
    rows = list(my_parts(mine)[:limit]) if mine else []
    return [
        {
            "id": f"turn-{row.turn_id}",
            "title": row.turn.duty.title,
            "url": reverse("tasks:turn", args=[row.turn.cooperative.slug, row.turn_id]),
            "detail": row.turn.duty.place or _("Duty"),
            "cooperative": row.turn.cooperative,
            "due_date": row.turn.day,
        }
        for row in rows
    ]


@fact("figures").answer
def figures(*, actor: Actor, cooperative: Cooperative) -> list[dict[str, Any]]:
    """How many places in this month's turns are filled, with the sum behind it; nothing in a month without turns."""
    if not may(actor, "tasks.see", cooperative):
        return []
    today = timezone.localtime(timezone.now(), cooperative.zone).date()
    turns = Turn.objects.filter(
        cooperative=cooperative, day__year=today.year, day__month=today.month, cancelled_at=None
    ).order_by()
    rows = list(turns.values("duty_id", "duty__title").annotate(filled=Count("parts")).order_by("duty__title", "duty_id"))
    needed = dict(turns.values_list("duty_id").annotate(places=Sum("places")))
    places, filled = sum(needed.values()), sum(row["filled"] for row in rows)
    if not places:
        return []
    note = _("of %(places)s, this month") % {"places": places}
    why = _why(rows, needed, filled, cooperative)
    return [{"label": _("Duty places filled"), "value": filled, "note": note, "why": why}]


def _why(rows: list[dict[str, Any]], needed: dict[int, int], filled: int, cooperative: Cooperative) -> dict[str, Any]:
    return {
        "title": ngettext("%(n)d duty place is filled", "%(n)d duty places are filled", filled) % {"n": filled},
        "rule": _("Places of this month’s turns that somebody has, of all their places. What is called off does not count."),
        "source": _("Rule “duty cover”, version 1"),
        "steps": [{"label": f"{row['duty__title']} ({needed[row['duty_id']]})", "value": row["filled"]} for row in rows],
        "total": {"label": _("Places filled"), "value": filled},
        "links": [
            {"label": row["duty__title"], "url": reverse("tasks:duty", args=[cooperative.slug, row["duty_id"]])} for row in rows
        ],
    }
