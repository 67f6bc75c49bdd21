"""What happens to dates when the clock of the cooperative is set to another zone."""

from datetime import date

from cooperatives.actions import action
from cooperatives.models import Cooperative

from ...models import Membership, Pause, RoleGrant
from ...queries import today_in

_DATED = ((Membership, ("joined_on", "left_on")), (RoleGrant, ("starts_on", "ends_on")), (Pause, ("starts_on", "ends_on")))


@action
def follow_zone(cooperative: Cooperative, day: date) -> None:
    """Let dates of the register that had come by `day`, today in the zone before, have come in the present zone, too.

    Otherwise a founder who moves the clock back would be out until midnight, and a removed member in.
    """
    today = today_in(cooperative.time_zone)
    for model, columns in _DATED:
        for column in columns:
            early = {f"{column}__gt": today, f"{column}__lte": day}
            model.objects.filter(cooperative=cooperative, **early).update(**{column: today})
