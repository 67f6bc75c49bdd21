"""Figures of this room: sockets that are open, and how far the targets are behind."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from prometheus_client import Gauge
from prometheus_client.core import GaugeMetricFamily, Metric

from cooperatives.models import Cooperative
from cooperatives.queries import enter

from .dispatch import names
from .models import Cursor, DeadLetter, Event, Head

SOCKETS = Gauge("cooperator_sockets_open", "Live sockets that are open.", multiprocess_mode="livesum")
CHUNK = 500


def measured() -> Iterator[Metric]:
    """Looked up when somebody asks."""
    behind = GaugeMetricFamily("cooperator_outbox_events", "Events that a target has not been told yet.", labels=["target"])
    age = GaugeMetricFamily("cooperator_outbox_age_seconds", "Age of the oldest event not told yet.", labels=["target"])
    dead = GaugeMetricFamily("cooperator_dead_letters", "Events that a target could not take.", labels=["target"])
    now = timezone.now()
    for target, backlog in sorted(backlogs().items()):
        behind.add_metric([target], backlog.events)
        age.add_metric([target], max(0.0, (now - backlog.oldest).total_seconds()) if backlog.oldest else 0.0)
        dead.add_metric([target], backlog.dead)
    yield from (behind, age, dead)


class Backlog:
    """What one target has not been told, over all cooperatives."""

    def __init__(self) -> None:
        self.events = self.dead = 0
        self.oldest: datetime | None = None

    def add(self, events: int, oldest: datetime | None) -> None:
        """Add what waits in one cooperative."""
        self.events += events
        if oldest is not None and (self.oldest is None or oldest < self.oldest):
            self.oldest = oldest


def backlogs() -> dict[str, Backlog]:
    """By name of the target, for every target that was ever told something."""
    found: dict[str, Backlog] = {}
    last = 0
    while ids := list(Cooperative.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        last = ids[-1]
        with enter(ids):
            _add(found)
    return found


def _add(found: dict[str, Backlog]) -> None:
    targets = {*names(), *Cursor.objects.order_by().values_list("target", flat=True).distinct()}
    for target in targets:
        backlog = found.setdefault(target, Backlog())
        for waiting, oldest in _late(target):
            backlog.add(waiting, oldest)
    letters = DeadLetter.objects.filter(solved_at=None).order_by().values("target").annotate(count=Count("pk"))
    for target, count in letters.values_list("target", "count"):
        found.setdefault(target, Backlog()).dead += count


def _late(target: str) -> "QuerySet[Head, tuple[int, datetime | None]]":
    """For each cooperative that the target is behind in: how many events, and when the first of them happened."""
    mine = Cursor.objects.filter(cooperative_id=OuterRef("cooperative_id"), target=target).values("seq")
    next_one = Event.objects.filter(cooperative_id=OuterRef("cooperative_id"), seq=OuterRef("told") + 1).values("at")
    heads = Head.objects.annotate(told=Coalesce(Subquery(mine), 0)).filter(seq__gt=F("told"))
    return heads.annotate(waiting=F("seq") - F("told"), oldest=Subquery(next_one)).values_list("waiting", "oldest")
