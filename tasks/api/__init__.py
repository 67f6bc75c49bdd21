"""The API of the work room. A task is also served as an issue."""

from rest_framework.routers import SimpleRouter

from .projects import LaneViewSet, ProjectViewSet
from .tasks import CooperativeTaskViewSet, TaskViewSet

TASK_NAMES = ("tasks", "issues")
COOPERATIVE_NAMES = ("cooperatives", "organizations", "chamas")


def routes(router: SimpleRouter) -> None:
    """Projects, lanes, tasks under both words, and the tasks of one cooperative under its three."""
    router.register("projects", ProjectViewSet, basename="project")
    router.register("lanes", LaneViewSet, basename="lane")
    for name in TASK_NAMES:
        router.register(name, TaskViewSet, basename=name)
    for name in COOPERATIVE_NAMES:
        prefix = rf"{name}/(?P<cooperative_pk>[0-9]{{1,18}})/tasks"
        router.register(prefix, CooperativeTaskViewSet, basename=f"{name}-tasks")
