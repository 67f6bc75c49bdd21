"""And then: what the register does when something happens elsewhere."""

from datetime import date

from cooperatives.events import Occurrence, subscribe
from cooperatives.models import Cooperative

from .actions import admit_founder, follow_zone


@subscribe("cooperatives.founded")
def make_the_founder_admin(occurrence: Occurrence) -> None:
    """The founder is the first admin, in the founding's own transaction."""
    admit_founder(occurrence.actor, Cooperative.objects.get(pk=occurrence.cooperative_id))


@subscribe("cooperatives.zone_changed")
def keep_begun_and_ended(occurrence: Occurrence) -> None:
    """Another time zone may still have yesterday: who had joined today stays in, who had left today stays out."""
    cooperative = Cooperative.objects.get(pk=occurrence.cooperative_id)
    follow_zone(cooperative, date.fromisoformat(occurrence.payload["day"]))
