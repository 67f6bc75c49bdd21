"""Labels of a project, and on its tasks."""

import pytest

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import User
from members.tests.factories import refused
from tasks.actions import change_label, change_project, change_task, create_label, create_project, remove_label
from tasks.models import Colour, Label, Labelling, Lane, Project, Task

from .boards import add, kinds, told


@pytest.fixture
def garden(actor: Actor, project: Project) -> Label:
    """A green label."""
    label: Label = create_label(actor, project, name="Garden", colour=Colour.GREEN)
    return label


def test_a_label_is_added_changed_and_removed(actor: Actor, todo: Lane, garden: Label) -> None:
    (task,) = add(actor, todo, "Hedge", labels=[garden])
    assert change_label(actor, garden, version=1, name=" Front  garden ", colour=Colour.TEAL).version == 2
    assert [str(label) for label in Task.objects.get(pk=task.pk).tags] == ["Front garden"]
    with refused("stale"):
        remove_label(actor, garden, version=1)
    remove_label(actor, garden, version=2)
    assert Task.objects.get(pk=task.pk).tags == [] and Task.objects.get(pk=task.pk).version == 1
    assert not Label.objects.exists() and not Labelling.objects.exists()
    assert [kind for kind in kinds() if "label" in kind] == ["tasks.label_created", "tasks.label_changed", "tasks.label_removed"]
    (payload,) = told("tasks.label_removed")
    assert (payload["name"], payload["colour"]) == ("Front garden", "teal")


def test_saving_the_same_again_changes_nothing(actor: Actor, garden: Label) -> None:
    assert change_label(actor, garden, version=1, name="Garden", colour=Colour.GREEN).version == 1
    assert kinds().count("tasks.label_changed") == 0


def test_no_two_labels_look_alike(actor: Actor, linden: Cooperative, project: Project, garden: Label) -> None:
    with refused("label_taken"):
        create_label(actor, project, name="garden", colour=Colour.GREEN)
    red = create_label(actor, project, name="Garden", colour=Colour.RED)
    with refused("label_taken"):
        change_label(actor, red, version=1, colour=Colour.GREEN)
    elsewhere = create_project(actor, linden, name="Elsewhere")
    assert create_label(actor, elsewhere, name="Garden", colour=Colour.GREEN).project == elsewhere


@pytest.mark.parametrize(
    ("name", "colour", "code"),
    [("", "red", "name"), ("  ", "red", "name"), ("x" * 101, "red", "too_long"), ("\u200b", "red", "invisible"),
     ("a\x00b", "red", "not_text"), ("Roof", "mauve", "colour"), ("Roof", "", "colour")],
)  # fmt: skip
def test_what_a_label_cannot_be_is_refused(
    actor: Actor, project: Project, garden: Label, name: str, colour: str, code: str
) -> None:
    with refused(code):
        create_label(actor, project, name=name, colour=colour)
    with refused(code):
        change_label(actor, garden, version=1, name=name, colour=colour)
    assert Label.objects.count() == 1


def test_a_project_has_fifty_labels_at_most(actor: Actor, project: Project) -> None:
    Label.objects.bulk_create(Label(cooperative=project.cooperative, project=project, name=f"L{n}") for n in range(49))
    create_label(actor, project, name="Fifty")
    with refused("too_many_labels"):
        create_label(actor, project, name="One more")


def test_labels_of_a_task_are_a_whole_set(actor: Actor, project: Project, todo: Lane, garden: Label) -> None:
    roof = create_label(actor, project, name="Roof", colour=Colour.RED)
    (task,) = add(actor, todo, "Gutter", labels=[garden, garden])
    row = change_task(actor, task, version=1, labels=[roof, garden])
    assert row.tags == [garden, roof] == Task.objects.get(pk=task.pk).tags
    assert change_task(actor, task, version=2, labels=[garden, roof]).version == 2
    change_task(actor, task, version=2, labels=[roof])
    first, second = told("tasks.updated")
    assert (first["before"], first["after"]) == ({"labels": ["Garden"]}, {"labels": ["Garden", "Roof"]})
    assert (second["before"], second["after"]) == ({"labels": ["Garden", "Roof"]}, {"labels": ["Roof"]})


def test_labels_of_another_project_are_refused(actor: Actor, linden: Cooperative, todo: Lane) -> None:
    other = create_label(actor, create_project(actor, linden, name="Other"), name="Far")
    with refused("other_project"):
        add(actor, todo, "Gutter", labels=[other])
    (task,) = add(actor, todo, "Gutter")
    with refused("other_project"):
        change_task(actor, task, version=1, labels=[other])


def test_a_task_bears_twenty_labels_at_most(actor: Actor, project: Project, todo: Lane) -> None:
    labels = Label.objects.bulk_create(Label(cooperative=project.cooperative, project=project, name=f"L{n}") for n in range(21))
    add(actor, todo, "Fine", labels=labels[:20])
    with refused("too_many"):
        add(actor, todo, "Gaudy", labels=labels)


def test_an_archived_project_keeps_its_labels_as_they_are(actor: Actor, project: Project, garden: Label) -> None:
    change_project(actor, project, version=1, archived=True)
    for act in (
        lambda: create_label(actor, project, name="Roof"),
        lambda: change_label(actor, garden, version=1, name="Roof"),
        lambda: remove_label(actor, garden, version=1),
    ):
        with refused("project_archived"):
            act()


def test_observers_and_strangers_touch_no_label(
    actor: Actor, project: Project, garden: Label, hassan: User, outsider: User
) -> None:
    for user, code in ((hassan, "forbidden"), (outsider, "not_found")):
        with refused(code):
            create_label(Actor.of(user), project, name="Roof")
        with refused(code):
            remove_label(Actor.of(user), garden, version=1)
