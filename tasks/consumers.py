"""The socket of one project's board."""

from activity.live import LiveConsumer, Room, route
from cooperatives.policy import Actor, may

from .models import Project


class ProjectSocket(LiveConsumer):
    """What happens in one project: issue.created, issue.updated, and what happens to its lanes."""

    def room(self, actor: Actor, key: int) -> Room | None:
        """Open to everyone who may see the board."""
        project = Project.objects.filter(pk=key).first()
        if project is None or not may(actor, "tasks.see", project):
            return None
        return Room((f"project.{key}",), project.cooperative_id, shown=f"project.{key}")


routes = [route("projects", ProjectSocket)]
