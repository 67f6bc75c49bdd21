"""And then: what the register does when something happens elsewhere."""

from cooperatives.events import Occurrence, subscribe
from cooperatives.models import Cooperative

from .actions import admit_founder


@subscribe("cooperatives.founded")
def make_the_founder_admin(occurrence: Occurrence) -> None:
    """The founder is the first admin, in the founding's own transaction."""
    admit_founder(occurrence.actor, Cooperative.objects.get(pk=occurrence.cooperative_id))
