"""Mistakes in what is written: into another cooperative, across cooperatives, or by those who only look."""

from typing import Any

import pytest
from django import forms
from django.db.models import F

from cooperatives import views as cooperative_views
from cooperatives.models import Cooperative
from members.models import Membership
from tasks.actions import tasks as task_actions
from tasks.api import projects as project_api, tasks as task_api
from tasks.models import Lane, Project, Task
from tasks.serializers import boards as task_serializers
from tasks.views import boards as board_views, tasks as task_views

from ..oracles import CROSSING, DIGEST
from ..world import World
from .planting import all_entered, enter_all, everybody_may, leak, without_keys
from .reading import unfiltered


@leak(DIGEST, "project-detail")
def a_change(patch: pytest.MonkeyPatch, world: World) -> None:
    """A write of the API changes whatever row it is pointed at."""
    enter_all(patch)
    everybody_may(patch, "tasks.see", "tasks.change_project")
    patch.setattr(project_api, "visible", unfiltered)


@leak(DIGEST, "tasks:task")
def a_form(patch: pytest.MonkeyPatch, world: World) -> None:
    """A form saves whatever row it is pointed at."""
    enter_all(patch)
    everybody_may(patch, "tasks.see", "tasks.change", "tasks.move")


@leak(DIGEST, "project-list")
def a_tenant_in_the_body(patch: pytest.MonkeyPatch, world: World) -> None:
    """A new row goes into the cooperative that the body names."""
    enter_all(patch)
    everybody_may(patch, "tasks.create_project")
    patch.setattr(task_serializers.OwnCooperative, "get_queryset", lambda field: Cooperative.objects.all())


@leak(DIGEST, "tasks-reorder")
def ids_in_bulk(patch: pytest.MonkeyPatch, world: World) -> None:
    """A list of ids in a body is taken as it comes."""

    def reordered(actor: Any, lane: Any, *, order: list[int]) -> list[int]:
        with all_entered():
            for pk in order:
                Task.objects.filter(pk=pk).update(rank=F("rank") + 1_000_000)
        return order

    enter_all(patch)
    patch.setattr(task_api, "reorder_lane", reordered)


@leak(CROSSING, "tasks-list")
def a_key_in_the_body(patch: pytest.MonkeyPatch, world: World) -> None:
    """A new row points to a person of another cooperative, for their id was in the body."""

    def assigned(view: Any, facts: dict[str, Any], cooperative_id: int) -> dict[str, Any]:
        user_id = facts.pop("assigned_to", None)
        if user_id:
            facts["assignees"] = list(Membership.objects.select_related("user", "person").filter(user__public_id=user_id))
        return facts

    enter_all(patch)
    without_keys("tasks_assignment")
    patch.setattr(task_api.Tasks, "with_rows", assigned)
    patch.setattr(task_actions, "sound_people", lambda people, project: list(people))


@leak(CROSSING, "tasks:new")
def a_key_in_a_form(patch: pytest.MonkeyPatch, world: World) -> None:
    """A form puts a card into a lane of another cooperative's board."""

    def created(actor: Any, project: Any, *, title: str, lane: Any, **facts: Any) -> Any:
        own = {"cooperative_id": project.cooperative_id, "project": project}
        return Task.objects.create(**own, lane=lane, title=title, number=9000, rank=9_000_000)

    without_keys("tasks_task")
    patch.setattr(task_views.TaskForm, "__init__", _any_lane(task_views.TaskForm.__init__))
    patch.setattr(task_views, "create_task", created)


def _any_lane(honest: Any) -> Any:
    def init(form: Any, *args: Any, **kwargs: Any) -> None:
        honest(form, *args, **kwargs)
        if form.data:
            form.fields["lane"] = _AnyLane()

    return init


class _AnyLane(forms.IntegerField):
    """A lane by its id alone."""

    def clean(self, value: Any) -> Any:
        """The lane, wherever it is."""
        with all_entered():
            return Lane.objects.get(pk=super().clean(value))


@leak(DIGEST, "tasks:projects", actors=("observer",))
def a_look_that_writes(patch: pytest.MonkeyPatch, world: World) -> None:
    """A page that is only looked at counts its visits in its rows."""
    honest = board_views.projects_with_counts

    def counted() -> Any:
        Project.objects.update(last_number=F("last_number") + 1)
        return honest()

    patch.setattr(board_views, "projects_with_counts", counted)


@leak(DIGEST, "cooperatives:overview", actors=("member",))
def a_look_that_writes_elsewhere(patch: pytest.MonkeyPatch, world: World) -> None:
    """A page that is only looked at tidies up in all cooperatives."""
    honest = cooperative_views.panels_for

    def tidied(*args: Any) -> Any:
        Cooperative.objects.update(version=F("version") + 1)
        return honest(*args)

    patch.setattr(cooperative_views, "panels_for", tidied)


@leak(DIGEST, "tasks:move")
def a_neighbour(patch: pytest.MonkeyPatch, world: World) -> None:
    """A move touches the neighbour that the body names, whoever it belongs to."""
    honest = task_views.move_task

    def moved(actor: Any, row: Any, *, lane: Any, after_id: Any, before_id: Any, **rest: Any) -> Any:
        with all_entered():
            Task.objects.filter(pk__in=[pk for pk in (after_id, before_id) if pk]).update(rank=F("rank") + 1)
        return honest(actor, row, lane=lane, after_id=after_id, before_id=before_id, **rest)

    patch.setattr(task_views, "move_task", moved)
