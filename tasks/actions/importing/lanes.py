"""The lanes that the lists of a plan become."""

from collections.abc import Callable

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from ...importing import BoardPlan, ListPlan
from ...models import Lane, Project, free_status

_DONE = {"done", "finished", "complete", "completed"}


class Lanes:
    """The lane for each list of the plan: that of its role; else one that is known by its source, has its name, or is new."""

    def __init__(self, project: Project, plan: BoardPlan, *, replace: bool) -> None:
        self.project, self.added = project, 0
        self.existing = list(Lane.objects.filter(project=project).order_by("position", "pk"))
        self.taken = {lane.status for lane in self.existing}
        self.by_source = {lane.source_id: lane for lane in self.existing if lane.source_id}
        self.spare = [lane for lane in self.existing if not lane.source_id and not lane.archived_at]
        self.next = max((lane.position for lane in self.existing), default=-1) + 1
        for one in plan.lists:
            if one.role:
                self.by_source[one.source_id] = self._of_role(one)
            elif one.source_id not in self.by_source:
                self.by_source[one.source_id] = self._adopt(one) or self._create(one.name, one)
        if replace and self.added and not any(one.role for one in plan.lists):
            self._settle(plan)

    def _of_role(self, one: ListPlan) -> Lane:
        """The first lane for open work, the first one of done work. Other imports may have named it, so it keeps its source."""
        fits: dict[str, Callable[[Lane], bool]] = {"first": lambda lane: not lane.is_done, "done": lambda lane: lane.is_done}
        found = next((lane for lane in self.existing if not lane.archived_at and fits[one.role](lane)), None)
        return found or self._create(_("Done") if one.role == "done" else _("To do"), one)

    def _adopt(self, one: ListPlan) -> Lane | None:
        same = next((lane for lane in self.spare if lane.name.casefold() == one.name.casefold()), None)
        if same is None or one.archived:
            return None
        self.spare.remove(same)
        same.source_id = one.source_id
        same.save(update_fields=["source_id"])
        return same

    def _create(self, name: str, one: ListPlan) -> Lane:
        status = free_status(name, self.taken)
        self.taken.add(status)
        self.added += 1
        return Lane.objects.create(
            cooperative_id=self.project.cooperative_id,
            project=self.project,
            name=name,
            status=status,
            position=self.next + self.added,
            is_done=one.role == "done" or (not one.role and status in _DONE),
            archived_at=timezone.now() if one.archived else None,
            source_id=None if one.role else one.source_id,
        )

    def _settle(self, plan: BoardPlan) -> None:
        """On an untouched board the file's lists are the lanes; default lanes that it does not name are archived."""
        Lane.objects.filter(pk__in=[lane.pk for lane in self.spare]).update(archived_at=timezone.now(), version=F("version") + 1)
        for position, one in enumerate(plan.lists):
            Lane.objects.filter(pk=self.by_source[one.source_id].pk).update(position=position)
        Lane.objects.filter(pk__in=[lane.pk for lane in self.spare]).update(position=F("position") + len(plan.lists))
