"""One task by one press."""

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Forbidden, action, check
from cooperatives.policy import Actor
from members.models import Membership

from ..models import Task
from .base import author
from .tasks import change_task


@action
def take_task(actor: Actor, task: Task, *, version: int | None) -> tuple[Task, bool]:
    """Assign a task to the actor as well, or take them off it when they do it already; True when it is theirs then.

    Raises as `change_task` does, and Forbidden for the system, which does nothing itself.
    """
    check(actor, "tasks.change", task)
    mine = author(actor, task.cooperative_id)
    if mine is None:
        raise Forbidden("forbidden", _("Only a member takes a task."))
    others = [member for member in task.people if member.pk != mine]
    is_mine = len(others) == len(task.people)
    me = list(Membership.objects.select_related("person", "user").filter(pk=mine)) if is_mine else []
    return change_task(actor, task, version=version, assignees=[*others, *me]), is_mine
