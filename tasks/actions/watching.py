"""Who wants to hear of a task."""

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Forbidden, action, check
from cooperatives.policy import Actor

from ..models import Task, Watch
from .base import author


@action
def watch_task(actor: Actor, task: Task, *, on: bool) -> None:
    """Let the actor hear of a task from now on, or no longer. Their own matter, so nobody is told."""
    check(actor, "tasks.watch", task)
    own = author(actor, task.cooperative_id)
    if own is None:
        raise Forbidden("forbidden", _("Only a member can watch a task."))
    Watch.objects.update_or_create(cooperative_id=task.cooperative_id, task=task, member_id=own, defaults={"is_off": not on})
