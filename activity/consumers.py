"""The sockets of one's own and of a cooperative."""

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may

from .live import EVERYONE, LiveConsumer, Room, route
from .live.messages import officers
from .policy import is_officer


class NotificationSocket(LiveConsumer):
    """What concerns one person, in whichever cooperative, and what concerns everyone."""

    def room(self, actor: Actor, key: int) -> Room | None:
        """Open to everyone with a login; it speaks of all their cooperatives, so not to a token of one."""
        if actor.within is not None:
            return None
        return Room((f"member.{actor.user.public_id}", EVERYONE))


class CooperativeSocket(LiveConsumer):
    """What happens in one cooperative, what concerns the listener there, and what its officers wait for."""

    def room(self, actor: Actor, key: int) -> Room | None:
        """Open to everyone who may read the activity."""
        cooperative = Cooperative.objects.filter(pk=key).first()
        if cooperative is None or not may(actor, "activity.see", cooperative):
            return None
        office = (officers(key),) if is_officer(actor, key) else ()
        return Room((f"cooperative.{key}", f"member.{actor.user.public_id}.{key}", *office), key)


routes = [route("notifications", NotificationSocket, keyed=False), route("cooperatives", CooperativeSocket)]
