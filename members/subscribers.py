"""And then: what the register does when something happens elsewhere."""

from datetime import date

from cooperatives.events import Occurrence, subscribe
from cooperatives.models import Cooperative

from .actions import admit_founder, end_seats_of, follow_zone
from .models import Membership


@subscribe("cooperatives.founded")
def make_the_founder_admin(occurrence: Occurrence) -> None:
    """The founder is the first admin, in the founding's own transaction."""
    admit_founder(occurrence.actor, Cooperative.objects.get(pk=occurrence.cooperative_id))


@subscribe("cooperatives.zone_changed")
def keep_begun_and_ended(occurrence: Occurrence) -> None:
    """Another time zone may still have yesterday: who had joined today stays in, who had left today stays out."""
    cooperative = Cooperative.objects.get(pk=occurrence.cooperative_id)
    follow_zone(cooperative, date.fromisoformat(occurrence.payload["day"]))


# --- Committees -----------------------------------------------------------------------------------------------------


@subscribe("members.left")
def end_terms(occurrence: Occurrence) -> None:
    """Who leaves keeps no seat on a committee."""
    end_seats_of(Membership.objects.get(pk=occurrence.subject_id))


@subscribe("members.leaves")
def end_terms_by_then(occurrence: Occurrence) -> None:
    """Nor does who will leave keep one beyond that day."""
    end_seats_of(Membership.objects.get(pk=occurrence.subject_id))
