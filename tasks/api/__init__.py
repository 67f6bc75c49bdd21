"""The API of the work room. A task is also served as an issue."""

from rest_framework.routers import SimpleRouter

from .duties import DutyViewSet, PartViewSet, TurnViewSet
from .efforts import EffortViewSet, RecurringViewSet
from .hanging import ChecklistViewSet, CommentViewSet, RelationViewSet, StepViewSet
from .labels import LabelViewSet
from .people import ProjectPeopleViewSet
from .projects import LaneViewSet, ProjectViewSet
from .saved import SavedFilterViewSet
from .tasks import CooperativeTaskViewSet, TaskViewSet

TASK_NAMES = ("tasks", "issues")
COOPERATIVE_NAMES = ("cooperatives", "organizations", "chamas")


def routes(router: SimpleRouter) -> None:
    """Projects, lanes, tasks under both words, and the tasks of one cooperative under its three."""
    router.register("projects", ProjectViewSet, basename="project")
    router.register(r"projects/(?P<project_pk>[0-9]{1,18})/people", ProjectPeopleViewSet, basename="project-people")
    router.register("lanes", LaneViewSet, basename="lane")
    router.register("labels", LabelViewSet, basename="label")
    router.register("comments", CommentViewSet, basename="comment")
    router.register("checklists", ChecklistViewSet, basename="checklist")
    router.register("steps", StepViewSet, basename="step")
    router.register("relations", RelationViewSet, basename="relation")
    router.register("saved-filters", SavedFilterViewSet, basename="saved-filter")
    router.register("duties", DutyViewSet, basename="duty")
    router.register("turns", TurnViewSet, basename="turn")
    router.register("parts", PartViewSet, basename="part")
    router.register("efforts", EffortViewSet, basename="effort")
    router.register("recurring-tasks", RecurringViewSet, basename="recurring-task")
    for name in TASK_NAMES:
        router.register(name, TaskViewSet, basename=name)
    for name in COOPERATIVE_NAMES:
        prefix = rf"{name}/(?P<cooperative_pk>[0-9]{{1,18}})/tasks"
        router.register(prefix, CooperativeTaskViewSet, basename=f"{name}-tasks")
