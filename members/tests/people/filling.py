"""What the register puts into the world of the proofs."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from members.actions import admit, end_membership, grant_role, pause
from members.models import Membership
from members.roles import Role


def soon(days: int) -> date:
    """The date so many days ahead."""
    return timezone.now().date() + timedelta(days=days)


def fill(world: Any, side: str) -> None:
    """An officer with all there is to say of them, paused for a month; one paused without an end; one who has left."""
    cooperative = world.cooperatives[side]
    mark = world.say(side, "").strip().lower()
    with world.inside(side) as actor:
        said = {
            "address": world.say(side, "Kirkegata 3"),
            "phone": world.say(side, "+47 123")[:40].strip(),
            "note": world.say(side, "Pays late"),
        }
        facts = {
            **said,
            "skills": world.say(side, "Plumbing"),
            "external_id": world.say(side, "Old 7")[:60].strip(),
            "locale": "en",
        }
        facts |= {"contact_person": world.say(side, "Ola"), "other_phones": world.say(side, "456")}
        names = {"given_name": "Olga", "family_name": world.say(side, "Berg"), "email": f"olga.{mark}@example.org"}
        officer = admit(actor, cooperative, **names, **facts)
        grant_role(actor, officer, role=Role.SECRETARY)
        pause(actor, officer, reason=world.say(side, "Abroad"), ends_on=soon(30))
        world.choose(side, Membership.objects.select_related("person", "user").get(pk=officer.pk))
        resting = admit(actor, cooperative, name=world.say(side, "Rune Rest"))
        world.choose(side, pause(actor, resting, reason=world.say(side, "A year at sea")))
        gone = admit(actor, cooperative, name=world.say(side, "Lars Left"))
        end_membership(actor, gone, reason="moved", note=world.say(side, "To the coast"))
