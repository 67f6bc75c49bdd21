"""The forms of the views only parse: what they hand on, and what they offer."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership
from tasks.forms import BulkForm, FilterForm, QuickForm, SavedForm
from tasks.forms.lists import _pair
from tasks.models import Label, Lane, Priority, Project, SavedFilter, Task
from tasks.queries import workers_of
from tasks.quick import LINE_LIMIT
from tasks.tests.boards import add, fill
from tasks.wishes import Wanted


@pytest.fixture
def choices(linden: Cooperative, project: Project, yusuf_member: Membership) -> FilterForm:
    """What can be chosen in the project."""
    return FilterForm(Wanted(), linden, project)


@pytest.fixture
def bulk(choices: FilterForm, project: Project) -> Any:
    """The bulk form with something sent."""
    more = {"choices": choices, "tasks": Task.objects.filter(project=project), "workers": workers_of(project)}
    return lambda **sent: BulkForm(_sent(sent), **more)


def _sent(values: dict[str, Any]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


def offered(form: Any, name: str) -> list[str]:
    return [str(key) for key, _words in form.fields[name].choices]


def test_a_filter_offers_what_the_project_has(
    linden: Cooperative, project: Project, garden: Label, yusuf_member: Membership, marta_member: Membership
) -> None:
    form = FilterForm(Wanted(), linden, project)
    assert offered(form, "who") == ["", "me", "none", str(marta_member.pk), str(yusuf_member.pk)]
    assert offered(form, "label") == ["", str(garden.pk)]
    assert len(offered(form, "lane")) == 5
    assert {name: form.add_prefix(name) for name in ("lane", "who")} == {"lane": "in", "who": "who"}


def test_a_filter_leaves_out_what_there_is_none_of(linden: Cooperative, project: Project) -> None:
    assert "label" not in FilterForm(Wanted(), linden, project).fields
    assert {"label", "lane"}.isdisjoint(FilterForm(Wanted(), linden, None).fields)


def test_what_is_filtered_by_is_told_with_the_way_without_it(
    linden: Cooperative, project: Project, garden: Label, todo: Lane
) -> None:
    wanted = Wanted(label=garden.pk, lane=todo.pk, priority=2, who="me", due="late", sort="-due")
    told = FilterForm(wanted, linden, project).active
    assert [(str(one["label"]), str(one["value"])) for one in told] == [
        ("Assigned to", "Me"), ("Label", "garden"), ("Lane", "To do"), ("Priority", "High"), ("Due", "Late"),
    ]  # fmt: skip
    assert told[1]["query"] == f"who=me&priority=2&in={todo.pk}&due=late&sort=-due"
    assert FilterForm(Wanted(sort="due", text="x"), linden, project).active == []


def test_somebody_unknown_is_told_by_number(linden: Cooperative, project: Project) -> None:
    assert [one["value"] for one in FilterForm(Wanted(who="4711"), linden, project).active] == ["4711"]


def test_only_what_was_chosen_is_handed_on(
    bulk: Any, actor: Actor, todo: Lane, doing: Lane, yusuf_member: Membership, project: Project
) -> None:
    a, b = add(actor, todo, "A", "B")
    form = bulk(task=[f"{a.pk}:1", f"{b.pk}:7"], lane=str(doing.pk), who="", priority="", due_date="")
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"tasks": [a, b], "versions": {a.pk: 1, b.pk: 7}, "lane": doing}
    form = bulk(task=f"{a.pk}:1", who=str(yusuf_member.pk), priority="1")
    assert form.is_valid() and form.cleaned_data["assignees"] == [yusuf_member]
    assert form.cleaned_data["priority"] == Priority.URGENT and "lane" not in form.cleaned_data
    form = bulk(task=f"{a.pk}:1", who="none", no_due_date="on", due_date="2031-05-01")
    assert form.is_valid() and (form.cleaned_data["assignees"], form.cleaned_data["due_date"]) == ([], None)


def test_archiving_does_nothing_else(bulk: Any, actor: Actor, todo: Lane, doing: Lane) -> None:
    (a,) = add(actor, todo, "A")
    form = bulk(task=f"{a.pk}:1", lane=str(doing.pk), archived="yes")
    assert form.is_valid() and form.cleaned_data == {"tasks": [a], "versions": {a.pk: 1}, "archived": True}
    form = bulk(task=f"{a.pk}:1", archived="maybe")
    assert not form.is_valid()


def test_labels_are_offered_where_there_are_some(
    bulk: Any, linden: Cooperative, project: Project, garden: Label, actor: Actor, todo: Lane
) -> None:
    (a,) = add(actor, todo, "A")
    assert "add_label" not in bulk(task=f"{a.pk}:1").fields  # its choices were made before there was a label
    form = BulkForm(
        _sent({"task": f"{a.pk}:1", "add_label": str(garden.pk)}),
        choices=FilterForm(Wanted(), linden, project),
        tasks=Task.objects.all(),
        workers=(),
    )
    assert form.is_valid() and form.cleaned_data["add_labels"] == [garden]


def test_more_than_two_hundred_are_refused_by_the_action_not_cut(bulk: Any, actor: Actor, todo: Lane) -> None:
    cards = fill(todo, 201)
    form = bulk(task=[f"{card.pk}:1" for card in cards], archived="yes")
    assert form.is_valid() and len(form.cleaned_data["tasks"]) == 201


@pytest.mark.parametrize("mark", ["", "x", "1", "1:", ":1", "1:x", "-1:1", "1:1:1", "9" * 20 + ":1", "٣:1", "1 :1"])
def test_a_box_that_makes_no_sense_names_no_task(mark: str) -> None:
    assert _pair(mark) == (0, 0)


def test_a_box_names_task_and_version() -> None:
    assert _pair("12:3") == (12, 3)


def test_a_line_is_handed_on_as_its_lane(project: Project, todo: Lane) -> None:
    form = QuickForm({"line": "A", "lane": str(todo.pk)}, project=project)
    assert form.is_valid() and form.cleaned_data == {"lane": todo}
    assert not QuickForm({"line": "x" * (LINE_LIMIT + 1)}, project=project).is_valid()
    made = SimpleNamespace(cooperative=project.cooperative, project_id=project.pk, pk=3)
    assert form.address(made) == f"/c/linden-court/work/{project.pk}/#card-3"


def test_a_saved_filter_is_shown_as_it_is(project: Project) -> None:
    view = SavedFilter(name="Late", is_shared=True, version=4)
    form = SavedForm.of(view)
    assert form.initial == {"name": "Late", "is_shared": True, "version": 4}
    assert form.address(SimpleNamespace(cooperative=project.cooperative)) == "/c/linden-court/work/filters/"
