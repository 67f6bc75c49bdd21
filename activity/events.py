"""What happens to the record itself, and how a room is told what happens anywhere."""

from django.utils.translation import gettext_lazy as _

from cooperatives.events import Audience, kind

from .dispatch import Target, register as tell_target

__all__ = ["ERASED", "REPLAYED", "Target", "tell_target"]

ERASED = kind(
    "activity.erased",
    _("{actor} erased the personal detail of {count} records: {reason}"),
    payload={"seqs": list, "count": int, "reason": str},
    audience=Audience.OFFICERS,
    outside=False,
)
REPLAYED = kind(
    "activity.replayed",
    _("{actor} sent record {seq} to {target} again"),
    payload={"seq": int, "target": str},
    audience=Audience.OFFICERS,
    outside=False,
)
