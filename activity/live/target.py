"""The live target: the dispatcher's way to the sockets."""

from datetime import timedelta

from ..dispatch import Target
from ..models import Event
from .messages import parcel_of
from .parcel import RECHECK, Parcel
from .process import hub


def deliver(event: Event) -> None:
    """Publish one record. Where it may change who listens, those sockets hold still first and ask again."""
    kind, told = event.what, event.told
    if kind is not None and kind.standing and told is not None and told.data["payload"].get("user_id"):
        hub.publish(Parcel(RECHECK, (f"member.{told.data['payload']['user_id']}",)))
    parcel = parcel_of(event)
    if parcel is not None:
        hub.publish(parcel)


# Short: nobody waits for a live message an hour later, and catching up heals what is given up.
LIVE = Target("live", deliver, where="web", is_ready=hub.can_publish, lease=timedelta(seconds=10), delays=(1.0, 5.0))
