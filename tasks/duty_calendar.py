"""Duties in the calendar of all work: every turn on its day. A project's own calendar has none."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format

from cooperatives.policy import visible

from .calendar import Entry, View, source
from .models import Turn


@source
def turns(view: View, first: date, last: date, most: int) -> tuple[Iterable[Entry], dict[date, int]]:
    """Turns that are not called off; those of days that are over are done."""
    if view.project is not None:
        return (), {}
    rows: Any = Turn.objects.filter(cooperative=view.cooperative, day__range=(first, last), cancelled_at=None)
    rows = visible(view.actor, "tasks.see", rows)
    counts: dict[date, int] = dict(rows.order_by().values_list("day").annotate(Count("pk")))
    place = Window(RowNumber(), partition_by="day", order_by=("due_at", "pk"))
    few = rows.alias(drawn=place).filter(drawn__lte=most).order_by("due_at", "pk").select_related("duty")
    return (_entry(view, turn) for turn in few), counts


def _entry(view: View, turn: Turn) -> Entry:
    at = "" if turn.is_all_day else time_format(timezone.localtime(turn.due_at, view.cooperative.zone), "TIME_FORMAT")
    url = reverse("tasks:turn", args=[view.cooperative.slug, turn.pk])
    detail = " · ".join(filter(None, [at, turn.duty.place]))
    return Entry(turn.duty.title, url, turn.day, turn.day, "done" if turn.day < view.today else "", detail)
