"""What happens to the record itself."""

from django.utils.translation import gettext_lazy as _

from cooperatives.events import Audience, kind

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
