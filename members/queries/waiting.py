"""Questions about the waiting list: who waits in which order, what was offered."""

from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import Actor

from ..models import Membership, Unit, UnitOffer, WaitingEntry
from .homes import DWELLINGS, counted, lasting_on
from .register import today_in


def still_open(now: datetime) -> Q:
    """The condition for offers that wait for an answer at a moment."""
    return Q(answer=UnitOffer.Answer.OPEN, expires_at__gt=now)


def waiting_of(cooperative: Cooperative) -> "QuerySet[WaitingEntry]":
    """Who waits, in order of rank, each with their open offer (`.open_offers`)."""
    rows = WaitingEntry.objects.filter(cooperative=cooperative, state=WaitingEntry.State.WAITING)
    found: QuerySet[WaitingEntry] = rows.prefetch_related(_open_offers()).order_by("ranked_on", "pk")
    return found


def no_longer_waiting(cooperative: Cooperative) -> "QuerySet[WaitingEntry]":
    """Who was housed or taken off, the latest first."""
    rows = WaitingEntry.objects.filter(cooperative=cooperative).exclude(state=WaitingEntry.State.WAITING)
    found: QuerySet[WaitingEntry] = rows.prefetch_related(_open_offers()).order_by("-pk")
    return found


def _open_offers() -> "Prefetch[Any]":
    offers = UnitOffer.objects.filter(still_open(timezone.now())).select_related("unit", "entry")
    return Prefetch("offers", offers, to_attr="open_offers")


def ranked(entries: "QuerySet[WaitingEntry]") -> "QuerySet[WaitingEntry]":
    """These entries with `.rank` (None for who waits no more) and `.open_offers`, those first who wait longest."""
    earlier = Q(ranked_on__lt=OuterRef("ranked_on")) | Q(ranked_on=OuterRef("ranked_on"), pk__lt=OuterRef("pk"))
    waiting = WaitingEntry.objects.filter(cooperative=OuterRef("cooperative"), state=WaitingEntry.State.WAITING)
    counted = waiting.filter(earlier).order_by().values("cooperative").annotate(n=Count("pk")).values("n")
    place = Coalesce(Subquery(counted), 0) + 1
    rows = entries.annotate(rank=Case(When(state=WaitingEntry.State.WAITING, then=place), output_field=IntegerField()))
    return rows.prefetch_related(_open_offers()).order_by("ranked_on", "pk")


def rank_of(entry: WaitingEntry) -> int:
    """The place of somebody who waits, counted from 1."""
    earlier = Q(ranked_on__lt=entry.ranked_on) | Q(ranked_on=entry.ranked_on, pk__lt=entry.pk)
    waiting = WaitingEntry.objects.filter(cooperative=entry.cooperative, state=WaitingEntry.State.WAITING)
    return int(waiting.filter(earlier).count()) + 1


def offers_of(entry: WaitingEntry) -> "QuerySet[UnitOffer]":
    """What was offered to somebody, the latest first."""
    rows = UnitOffer.objects.filter(entry=entry).select_related("unit__building")
    found: QuerySet[UnitOffer] = rows.order_by("-offered_at", "-pk")
    return found


def lapsed_offers(cooperative: Cooperative, *, now: datetime) -> list[UnitOffer]:
    """Open offers whose time is over."""
    rows = UnitOffer.objects.filter(cooperative=cooperative, answer=UnitOffer.Answer.OPEN, expires_at__lte=now)
    return list(rows.select_related("unit", "entry__person").order_by("pk"))


def units_to_offer(cooperative: Cooperative) -> "QuerySet[Unit]":
    """Homes in use that are offered to nobody now, each with `agreement_count` of today; vacant ones first, by house and code."""
    day = today_in(cooperative.time_zone)
    offered = UnitOffer.objects.filter(still_open(timezone.now()), cooperative=cooperative).values("unit_id")
    homes = Unit.objects.filter(Q(active_to=None) | Q(active_to__gt=day), cooperative=cooperative, kind__in=DWELLINGS)
    rows: Any = counted(homes.exclude(pk__in=offered), lasting_on(day))
    found: QuerySet[Unit] = rows.select_related("building").order_by("agreement_count", "building__name", "code", "pk")
    return found


# --- What a member sees of it -----------------------------------------------------------------------------------------


def people_of_actor(actor: Actor) -> "QuerySet[Membership]":
    """Who the actor is in the registers of their cooperatives: the keys of persons."""
    standing = [standing.membership_id for standing in actor.standings.values()]
    found: QuerySet[Membership] = Membership.objects.filter(pk__in=standing).values("person_id")
    return found


def entry_of(actor: Actor, cooperative: Cooperative) -> WaitingEntry | None:
    """The place of the actor on the waiting list; None for who does not wait there."""
    rows = WaitingEntry.objects.filter(cooperative=cooperative, state=WaitingEntry.State.WAITING)
    return rows.filter(person__in=people_of_actor(actor)).select_related("cooperative").order_by("pk").first()


def offers_to(actor: Actor) -> "QuerySet[UnitOffer]":
    """What is offered to the actor now, in all of their cooperatives, with unit and building, the first to end first."""
    rows = UnitOffer.objects.filter(still_open(timezone.now()), entry__person__in=people_of_actor(actor))
    found: QuerySet[UnitOffer] = rows.select_related("unit__building", "entry", "cooperative").order_by("expires_at", "pk")
    return found
