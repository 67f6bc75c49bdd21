"""Who waits for a home in Linden Court: those of homes.json, one of whom has refused a home that is now offered to the next."""

from cooperatives.actions import action
from cooperatives.models import Cooperative
from cooperatives.policy import Actor

from ..actions import answer_offer, enter_waiting, offer_unit
from ..models import Membership, Unit, WaitingEntry
from ..queries import members_now, today_in
from .days import first_of
from .homes import HOMES_OF, Waits, homes

DAYS = 30  # so that the offer is open for as long as a demo is looked at


@action
def fill_list(actor: Actor, cooperative: Cooperative) -> None:
    """Enter those who wait; where somebody does already, all is as it is."""
    free = Unit.objects.filter(cooperative=cooperative, code=homes().offered).first()
    if cooperative.slug != HOMES_OF or free is None or WaitingEntry.objects.filter(cooperative=cooperative).exists():
        return
    members = {member.person.name: member for member in members_now([cooperative.pk])}
    first, second, *_rest = [_enter(actor, cooperative, one, members.get(one.name)) for one in homes().waiting]
    answer_offer(actor, offer_unit(actor, first, version=first.version, unit=free), version=1, accepted=False)
    offer_unit(actor, second, version=second.version, unit=free, days=DAYS)


def _enter(actor: Actor, cooperative: Cooperative, one: Waits, member: Membership | None) -> WaitingEntry:
    facts = {"people": one.people, "fewest_rooms": one.rooms, "wishes": one.wishes, "email": one.email}
    since = first_of(today_in(cooperative.time_zone), one.since)
    person = member.person if member else None
    return enter_waiting(actor, cooperative, name=one.name, person=person, is_transfer=bool(member), ranked_on=since, **facts)
