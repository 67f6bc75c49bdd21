"""What this room answers when rank 0 asks: the head of the chain, the overview's feed; and its place in the navigation."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may
from cooperatives.queries import CHAIN_ENDS, fact
from cooperatives.web import place

from .models import Head
from .queries import head_of, news_for, records_for
from .web import Row, rows_of

place("activity", _("Activity"), "activity", "activity:list", "activity.see", group=2, order=80, bar=True)


@fact("head").answer
def head(*, cooperative: Cooperative) -> int:
    """The number of the last record."""
    return head_of(cooperative)


@CHAIN_ENDS.answer
def chain_end(*, cooperative: Cooperative) -> dict[str, dict[str, Any]]:
    """Where the record ends: what a backup notes and a restore must find again."""
    end = Head.objects.filter(cooperative=cooperative).values("seq", "hash").first()
    return {"activity": end} if end else {}


@fact("news").answer
def news(*, actor: Actor) -> dict[int, int]:
    """How much happened since yesterday in each of the actor's cooperatives, by others."""
    return news_for(actor, since=timezone.now() - timedelta(days=1))


@fact("feed").answer
def feed(*, actor: Actor, cooperative: Cooperative, limit: int) -> list[Row]:
    """What happened last, as far as the actor may read it."""
    if not may(actor, "activity.see", cooperative):
        return []
    return rows_of(records_for(actor).filter(cooperative=cooperative)[:limit], cooperative)
