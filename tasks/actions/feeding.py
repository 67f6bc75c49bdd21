"""Calendar feeds: making and ending an address, and keeping what each calendar was told."""

import hashlib
import secrets
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, action, check
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership

from ..duty_events import FEED_ENDED, FEED_MADE, public_id
from ..feed import Said, current
from ..feed.entries import KEPT
from ..models import CalendarFeed, FeedEntry
from .duties.base import me


class MadeFeed(NamedTuple):
    """A new feed, and the secret of its address, to be shown once."""

    feed: CalendarFeed
    token: str


@action
def make_feed(actor: Actor, cooperative: Cooperative) -> MadeFeed:
    """Make the secret address of one's own calendar; an earlier one ends at once."""
    check(actor, "tasks.feed", cooperative)
    mine = me(actor, cooperative.pk)
    Membership.objects.select_for_update(no_key=True).get(pk=mine.pk)  # two at once need not collide
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.filter(user=actor.user, cooperative=cooperative).delete()
    feed = CalendarFeed.objects.create(user=actor.user, cooperative=cooperative, digest=digest(token), created_at=timezone.now())
    record(FEED_MADE, actor, mine, user_id=public_id(mine))
    return MadeFeed(feed, token)


@action
def end_feed(actor: Actor, cooperative: Cooperative) -> None:
    """End the address of one's own calendar. Raises Conflict when there is none."""
    check(actor, "tasks.feed", cooperative)
    mine = me(actor, cooperative.pk)
    removed, _rows = CalendarFeed.objects.filter(user=actor.user, cooperative=cooperative).delete()
    if not removed:
        raise Conflict("no_feed", _("There is no address to end."))
    record(FEED_ENDED, actor, mine, user_id=public_id(mine))


def digest(token: str) -> str:
    """What is kept of the secret."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def feed_of(token: str) -> tuple[CalendarFeed, Actor] | None:
    """The feed behind a secret and who reads by it; None once its member does not stand in the cooperative any more."""
    feed = CalendarFeed.objects.select_related("user", "cooperative").filter(digest=digest(token)).first()
    if feed is None or not feed.user.can_sign_in:
        return None
    actor = Actor.of(feed.user)
    return (feed, actor) if actor.standing(feed.cooperative_id) else None


def told(feed: CalendarFeed, actor: Actor, *, now: datetime) -> list[FeedEntry]:
    """All that the calendar shows now, called off things included; what has changed is noted on the way."""
    standing = actor.standing(feed.cooperative_id)
    if standing is None:
        return []
    today = now.astimezone(feed.cooperative.zone).date()
    with enter([feed.cooperative_id], actor.user_id):
        wanted = current(feed.cooperative, standing.membership_id, today)
        rows = list(_rows(standing.membership_id))
        if _differs(rows, wanted, today):
            rows = _settle(feed.cooperative, standing.membership_id, wanted, now=now, today=today)
    return rows


def _rows(member_id: int) -> Any:
    return FeedEntry.objects.filter(member=member_id).order_by("pk")


def _differs(rows: list[FeedEntry], wanted: dict[str, Said], today: date) -> bool:
    told_now = {row.uid: row.facts for row in rows if row.gone_at is None}
    return told_now != {uid: said.as_json() for uid, said in wanted.items()} or any(_is_old(row, today) for row in rows)


def _is_old(row: FeedEntry, today: date) -> bool:
    since = row.gone_at.date() if row.gone_at else date.fromisoformat(row.facts["ends"][:10])
    return since < today - KEPT


@action
def _settle(cooperative: Cooperative, member_id: int, wanted: dict[str, Said], *, now: datetime, today: date) -> list[FeedEntry]:
    """Bring what is noted to what is: new, changed (the sequence rises), gone (called off), or too old (forgotten)."""
    Membership.objects.select_for_update(no_key=True).get(pk=member_id)  # two readers at once note a change once
    rows = {row.uid: row for row in _rows(member_id)}
    FeedEntry.objects.filter(pk__in=[row.pk for row in rows.values() if _is_old(row, today)]).delete()
    for uid, said in wanted.items():
        row = rows.get(uid)
        if row is None:
            FeedEntry.objects.create(cooperative=cooperative, member_id=member_id, uid=uid, facts=said.as_json(), changed_at=now)
        elif row.facts != said.as_json() or row.gone_at is not None:
            _change(row, now, facts=said.as_json(), gone_at=None)
    for uid, row in rows.items():
        if uid not in wanted and row.gone_at is None and not _is_old(row, today):
            _change(row, now, facts=row.facts, gone_at=now)
    return list(_rows(member_id))


def _change(row: FeedEntry, now: datetime, **facts: Any) -> None:
    FeedEntry.objects.filter(pk=row.pk).update(sequence=row.sequence + 1, changed_at=now, **facts)
