"""Catching up: what a socket missed, from the record itself."""

from dataclasses import dataclass

from cooperatives.queries import enter

from ..models import Event, Head
from .messages import parcel_of

MOST = 500  # messages replayed at once
LONGEST = 5000  # records looked through for them


@dataclass(frozen=True)
class Missed:
    """The frames that these groups would have heard since, and the number up to which that is all."""

    frames: list[str]
    seq: int


def missed_since(cooperative_id: int, groups: tuple[str, ...], since: int) -> Missed | None:
    """What was pushed to these groups after record `since`, in order; None when it is too much, or `since` is yet to come."""
    with enter([cooperative_id]):
        head = Head.objects.filter(cooperative_id=cooperative_id).values_list("seq", flat=True).first() or 0
        if not head - LONGEST <= since <= head:
            return None
        later = Event.objects.filter(cooperative_id=cooperative_id, seq__gt=since, seq__lte=head).order_by("seq")
        parcels = (parcel_of(event) for event in later.select_related("detail", "actor"))
        heard = [parcel.frame for parcel in parcels if parcel and not set(groups).isdisjoint(parcel.groups)]
    return Missed(heard, head) if len(heard) <= MOST else None
