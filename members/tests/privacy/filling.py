"""What the privacy part of the room puts into the world of the proofs."""

from io import BytesIO
from typing import Any

from PIL import Image

from members.actions import admit, ask_erasure, consent, dismiss_beginning, end_membership, keep_view, set_photo
from members.models import Membership, Person
from members.queries.privacy import own_person

PARAMS = {
    "members:view_forget": {"pk": "members.savedview"},
    "members:photo": {"public_id": "members.person"},
    "members:person_data": {"public_id": "members.person"},
    "members:erase": {"public_id": "members.person"},
    "members:erasure_cancel": {"public_id": "members.erasure"},
    "members:erasure_receipt": {"public_id": "members.erasure"},
    "members:erase_mine": {"public_id": "members.person"},
}


def a_photo(colour: str = "teal") -> bytes:
    """A picture as somebody brings it."""
    file = BytesIO()
    Image.new("RGB", (320, 240), colour).save(file, "JPEG")
    return file.getvalue()


def fill(world: Any, side: str) -> None:
    """A view of the admin; a consent and a photo."""
    cooperative = world.cooperatives[side]
    with world.inside(side) as actor:
        world.choose(
            side, keep_view(actor, cooperative, name=world.say(side, "Telephones")[:80].strip(), columns=["name", "phone"])
        )
        me = own_person(actor, cooperative.pk)
        consent(actor, me, kind="data", is_given=True)
        gone = admit(actor, cooperative, name=world.say(side, "Erika Gone"))
        set_photo(actor, gone.person, content=a_photo())
        Person.objects.filter(pk=gone.person_id).update(shown=["photo"])
        end_membership(actor, gone)
        Membership.objects.filter(pk=gone.pk).update(user=actor.user)  # the admin, who was somebody here before
        world.choose(side, gone.person)
        world.choose(side, ask_erasure(actor, gone.person))
        dismiss_beginning(actor, cooperative)
