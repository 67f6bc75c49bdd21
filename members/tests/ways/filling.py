"""What the ways in put into the world of the proofs (members/tests/filling.py calls it)."""

from typing import Any

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.actions import (
    accept,
    decline_request,
    enter_waiting,
    invite,
    invite_many,
    offer_unit,
    print_slips,
    request_to_join,
    set_questions,
)
from members.models import Building, Invitation, JoinRequest, Person, Unit, User, WaitingEntry
from members.queries import open_slips

PARAMS = {
    # A code names no row by itself: a number in its place is a code that nobody gave out.
    "members:invitation": {"code": "members.invitation"},
    "members:join": {"slug": "cooperatives.cooperative"},
    "members:invitation_again": {"public_id": "members.invitation"},
    "members:invitation_revoke": {"public_id": "members.invitation"},
    "members:request": {"public_id": "members.joinrequest"},
    "members:waiting_entry": {"public_id": "members.waitingentry"},
    "members:waiting_rank": {"public_id": "members.waitingentry"},
    "members:waiting_offer": {"public_id": "members.waitingentry"},
    "members:waiting_withdraw": {"public_id": "members.waitingentry"},
    "members:offer_answer": {"pk": "members.unitoffer"},
    "members:my_offer_accept": {"pk": "members.unitoffer"},
    "members:my_offer_decline": {"pk": "members.unitoffer"},
}
REFERENCES = {
    "members:waiting_new": {"person": "members.person"},
    "members:waiting_entry": {"person": "members.person"},
    "members:waiting_offer": {"unit": "members.unit"},
}


def fill(world: Any, side: str) -> None:
    """Invitations of each way, one of them used; questions; requests to join, one answered."""
    cooperative = world.cooperatives[side]
    with world.inside(side) as actor:
        mark, again = world.say(side, "").strip().lower(), Invitation.objects.count()
        invite_many(actor, cooperative)
        print_slips(actor, cooperative, version=sum(row.version for row in open_slips(cooperative)))
        world.choose(side, invite(actor, cooperative, email=f"invited{again}.{mark}@example.org").invitation)
        link = invite(actor, cooperative, way="link", most_uses=5)
        accept(Actor.of(_somebody(world, side, f"linked{again}")), link.code)
        set_questions(actor, cooperative, questions=[(world.say(side, "Why us?"), False)])
    # For a moment only: the cooperatives of the world list themselves nowhere.
    Cooperative.objects.filter(pk=cooperative.pk).update(is_listed=True)
    declined, open_one = (_asks(world, side, f"asks{again}-{number}") for number in range(2))
    Cooperative.objects.filter(pk=cooperative.pk).update(is_listed=False)
    with world.inside(side) as actor:
        decline_request(actor, declined, version=declined.version, reason=world.say(side, "No room"))
        world.choose(side, open_one)
    _waiting(world, side, str(again))


def _waiting(world: Any, side: str, again: str) -> None:
    """One who waits without an offer, one with: each can be offered a home, or answer."""
    cooperative = world.cooperatives[side]
    with world.inside(side) as actor:
        mark = world.say(side, "").strip().lower()
        facts = {"phone": world.say(side, "+49 30")[:40], "wishes": world.say(side, "A balcony"), "people": 2}
        free = enter_waiting(actor, cooperative, name=world.say(side, "Nora"), email=f"nora.{mark}@example.org", **facts)
        offered = enter_waiting(actor, cooperative, name=world.say(side, "Olav"), person=_resident(world, cooperative))
        house = Building.objects.create(cooperative=cooperative, name=f"Rear house {again}{world.say(side, '')}"[:100])
        unit = Unit.objects.create(cooperative=cooperative, building=house, code="R-0")
        world.choose(side, offer_unit(actor, offered, version=offered.version, unit=unit))
        world.choose(side, free)


def _resident(world: Any, cooperative: Cooperative) -> Person | None:
    """The plain member who knocks at doors: a home is offered to them, which they may answer themselves."""
    waits = WaitingEntry.objects.exclude(person=None).values("person")
    return Person.objects.filter(memberships__user=world.users["member"], cooperative=cooperative).exclude(pk__in=waits).first()


def _somebody(world: Any, side: str, name: str) -> User:
    mark = world.say(side, "").strip().lower()
    return User.objects.create_user(f"{name}.{mark}@example.org", None, name=world.say(side, "Newcomer"))


def _asks(world: Any, side: str, name: str) -> JoinRequest:
    actor = Actor.of(_somebody(world, side, name))
    return request_to_join(actor, world.cooperatives[side], answers=[world.say(side, "Because")])
