"""What several people do at one instant to what hangs on tasks: limits hold, rings do not close, nobody waits for ever."""

import pytest

from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.actions import admit
from members.models import Membership
from members.tests.factories import a_user
from tasks.actions import (
    add_step,
    change_project,
    change_step,
    change_task,
    change_tasks,
    create_checklist,
    create_label,
    create_task,
    move_task,
    relate_tasks,
    take_in,
    watch_task,
)
from tasks.models import CheckItem, Label, Lane, ProjectMember, Relation, Task, Watch

from .test_collisions import House, codes, done, house  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def yusuf(house: House) -> Membership:  # noqa: F811
    """A member who is given work."""
    with enter([house.cooperative.pk], house.user.pk):
        user = a_user("Yusuf Demir")
        member: Membership = admit(Actor.of(house.user), house.cooperative, name=user.name, user=user, roles=("member",))
        return member


def test_of_many_who_give_somebody_the_last_task_one_does(house: House, yusuf: Membership) -> None:  # noqa: F811
    with enter([house.cooperative.pk], house.user.pk):
        actor = Actor.of(house.user)
        project = change_project(actor, house.project, version=house.project.version, assignment_limit=3)
        tasks = [create_task(actor, project, title=f"T{n}", lane=house.lanes[n % 2]) for n in range(8)]
        done_lane = Lane.objects.filter(project=project, is_done=True).get()
        finished = [create_task(actor, project, title=f"D{n}", lane=done_lane, assignees=[yusuf]) for n in range(4)]
        fresh = {task.pk: task for task in Task.objects.select_related("project__cooperative").filter(project=project)}

    def act(actor: Actor, index: int) -> Task:
        if index < 8:
            return change_task(actor, fresh[tasks[index].pk], version=1, assignees=[yusuf])
        return move_task(actor, fresh[finished[index - 8].pk], version=1, lane=house.lanes[0])

    answers = house.together(act, writers=12, rounds=1)
    assert len(done(answers)) == 3 and codes(answers) == {"assignment_limit"}
    with enter([house.cooperative.pk], house.user.pk):
        assert Task.objects.unfinished().of([yusuf.pk]).count() == 3


def test_blocks_that_are_said_at_once_close_no_ring(house: House) -> None:  # noqa: F811
    with enter([house.cooperative.pk], house.user.pk):
        tasks = list(Task.objects.select_related("project").filter(project=house.project).order_by("pk"))[:3]
    pairs = [(tasks[n % 3], tasks[(n + 1) % 3]) for n in range(3)]

    def act(actor: Actor, index: int) -> Relation:
        first, second = pairs[index]
        return relate_tasks(actor, first, kind="blocks", other=second)

    answers = house.together(act, writers=3, rounds=1)
    assert len(done(answers)) == 2 and codes(answers) == {"ring"}


def test_parts_that_are_chosen_at_once_go_one_level_deep(house: House) -> None:  # noqa: F811
    with enter([house.cooperative.pk], house.user.pk):
        tasks = list(Task.objects.select_related("project__cooperative").filter(project=house.project).order_by("pk"))[:3]

    def act(actor: Actor, index: int) -> Task:
        return change_task(actor, tasks[index], version=tasks[index].version, parent=tasks[(index + 1) % 3])

    answers = house.together(act, writers=3, rounds=1)
    assert codes(answers) <= {"too_deep", "has_parts"} and done(answers)
    with enter([house.cooperative.pk], house.user.pk):
        assert not Task.objects.filter(parent__parent__isnull=False).exists()


def test_the_last_label_and_the_same_label_are_made_once(house: House) -> None:  # noqa: F811
    with enter([house.cooperative.pk], house.user.pk):
        own = {"cooperative": house.cooperative, "project": house.project}
        Label.objects.bulk_create(Label(**own, name=f"L{n}") for n in range(48))

    def act(actor: Actor, index: int) -> Label:
        return create_label(actor, house.project, name=f"New {index // 2}")

    answers = house.together(act, writers=8, rounds=1)
    assert len(done(answers)) == 2 and codes(answers) <= {"label_taken", "too_many_labels"}
    with enter([house.cooperative.pk], house.user.pk):
        names = list(Label.objects.values_list("name", flat=True))
        assert len(names) == len(set(names)) == 50


def test_everybody_writes_on_one_task_and_nothing_is_lost(house: House, yusuf: Membership) -> None:  # noqa: F811
    with enter([house.cooperative.pk], house.user.pk):
        actor = Actor.of(house.user)
        task = Task.objects.select_related("project__cooperative").filter(project=house.project).order_by("pk").first()
        assert task is not None
        tools = create_checklist(actor, task, name="Tools", steps=["Rake"])
        step = CheckItem.objects.select_related("checklist__task__project").get(text="Rake")

    def act(actor: Actor, index: int) -> object:
        acts = [
            lambda: add_step(actor, tools, text=f"S{index}"),
            lambda: change_step(actor, step, version=step.version, done=True),
            lambda: change_tasks(actor, [task], priority=1 + index % 4),
            lambda: watch_task(actor, task, on=index % 2 == 0),
            lambda: take_in(actor, house.project, member=yusuf, is_lead=index % 2 == 0),
        ]
        return acts[index % 5]()

    answers = house.together(act, writers=10, rounds=2)
    assert codes(answers) == set()
    with enter([house.cooperative.pk], house.user.pk):
        assert CheckItem.objects.filter(checklist=tools).count() == 5
        assert Watch.objects.filter(task=task).count() == 1
        assert ProjectMember.objects.filter(project=house.project, member=yusuf).count() == 1
