"""And then: what the work room does when something happens elsewhere."""

from cooperatives.events import Occurrence, subscribe
from members.models import Membership

from .actions import forget_filters_of


@subscribe("members.left")
def forget_filters(occurrence: Occurrence) -> None:
    """Who has left keeps no filters, and nothing of their own words is left in them."""
    forget_filters_of(Membership.objects.get(pk=occurrence.subject_id))
