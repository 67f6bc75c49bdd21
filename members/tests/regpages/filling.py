"""What these pages put into the world of the proofs: a committee with a seat, a second one that has ended."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from members.actions import admit, end_committee, end_membership, end_role, found_committee, pause, seat_member
from members.models import Committee, Membership, Person

PARAMS = {
    "members:member": {"public_id": "members.membership"},
    "members:role_new": {"public_id": "members.membership"},
    "members:role_end": {"public_id": "members.membership", "pk": "members.rolegrant"},
    "members:role_keep": {"public_id": "members.membership", "pk": "members.rolegrant"},
    "members:member_pause": {"public_id": "members.membership"},
    "members:member_stay": {"public_id": "members.membership"},
    "members:member_resume": {"public_id": "members.membership"},
    "members:member_end": {"public_id": "members.membership"},
    "members:committee": {"pk": "members.committee"},
    "members:committee_end": {"pk": "members.committee"},
    "members:seat_new": {"pk": "members.committee"},
    "members:seat_end": {"pk": "members.seat"},
    "members:building": {"pk": "members.building"},
    "members:unit_new": {"pk": "members.building"},
    "members:unit": {"public_id": "members.unit"},
    "members:move_in": {"public_id": "members.unit"},
    "members:unit_remove": {"public_id": "members.unit"},
    "members:agreement": {"public_id": "members.occupancy"},
    "members:move_out": {"public_id": "members.occupancy"},
    "members:transfer": {"public_id": "members.occupancy"},
    "members:swap": {"public_id": "members.occupancy"},
    "members:occupant_new": {"public_id": "members.occupancy"},
    "members:occupant_end": {"pk": "members.occupant"},
    "members:household": {"public_id": "members.household"},
    "members:household_end": {"public_id": "members.household"},
    "members:household_join": {"public_id": "members.household"},
    "members:household_leave": {"pk": "members.householdmember"},
    "members:guardian_new": {"public_id": "members.household"},
    "members:guardian_end": {"public_id": "members.household", "pk": "members.guardianship"},
}
REFERENCES = {
    "members:seat_new": {"member": "members.membership"},
    "members:move_in": {"household": "members.household"},
    "members:transfer": {"unit": "members.unit"},
    "members:swap": {"other": "members.occupancy"},
    "members:occupant_new": {"person": "members.person"},
    "members:household_join": {"person": "members.person"},
    "members:guardian_new": {"child": "members.person", "guardian": "members.person"},
    "members:register": {"building": "members.building"},
}


def fill(world: Any, side: str) -> None:
    """A committee on which the admin sits, and one that has ended."""
    here = world.cooperatives[side]
    with world.inside(side) as actor:
        again = str(Committee.objects.count() or "")
        board = found_committee(
            actor, here, name=f"Board {again}{world.say(side, '')}"[:100].strip(), purpose=world.say(side, "Leads")
        )
        world.choose(side, board)
        me = Membership.objects.select_related("person", "user").get(user=actor.user, left_on=None)
        today = timezone.localtime(timezone.now(), here.zone).date()
        world.choose(side, seat_member(actor, board, member=me, starts_on=today, ends_on=today + timedelta(days=700)))
        _plain(world, side, actor)
        Person.objects.filter(households__household=world.row(side, "members.household")).update(shown=["unit"])
        old = found_committee(actor, here, name=f"Jubilee {again}{world.say(side, '')}"[:100].strip())
        end_committee(actor, old, version=old.version)


def _plain(world: Any, side: str, actor: Any) -> None:
    """A member without an office, about whom every office may decide, who is paused and will leave: addresses name this one."""
    mark = world.say(side, "").strip().lower()
    made = admit(actor, world.cooperatives[side], name=world.say(side, "Paula Plain"), email=f"paula.{mark}@example.org")
    today = timezone.localtime(timezone.now(), world.cooperatives[side].zone).date()
    world.choose(side, pause(actor, made, reason=world.say(side, "At sea"), ends_on=today + timedelta(days=30)))
    end_role(actor, made, role="member", on=today + timedelta(days=300))
    end_membership(actor, made, on=today + timedelta(days=350), note=world.say(side, "To the coast"))
    world.choose(side, Membership.objects.select_related("person", "user").get(pk=made.pk))
    world.choose(side, made.grants.get())
