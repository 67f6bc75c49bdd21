"""Mistakes in what is read: lists, details, filters, counts, searches, files, the admin."""

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.http import Http404

from activity import api as activity_api, facts as activity_facts, views as activity_views
from activity.models import Event
from cooperatives import views as cooperative_views
from cooperatives.desk import OwnedAdmin
from cooperatives.models import Cooperative
from cooperatives.policy import actor as actors
from cooperatives.queries import SEARCH, Found, enter
from members import queries as member_queries
from members.api import memberships as membership_api
from members.models import Membership
from tasks import facts as task_facts
from tasks.admin import ProjectAdmin
from tasks.api import filters, projects as project_api, tasks as task_api
from tasks.models import BoardDraft, Project, Task
from tasks.views import boards as board_views, imports as import_views, settings as settings_views, tasks as task_views

from ..oracles import CANARY, GROWTH, SAMENESS, STATUS
from ..world import World
from .planting import all_entered, enter_all, everybody_may, leak


def unfiltered(actor: Any, action: str, queryset: Any) -> Any:
    """A policy that forgets to filter."""
    return queryset


def found(view: Any, row: Any, action: str) -> Any:
    """Whatever there is, for anybody."""
    if row is None:
        raise Http404
    return row


@leak(CANARY, "project-list")
def a_list(patch: pytest.MonkeyPatch, world: World) -> None:
    """A list of the API shows every cooperative's rows."""
    enter_all(patch)
    patch.setattr(project_api, "visible", unfiltered)


@leak(STATUS, "project-detail")
def a_detail(patch: pytest.MonkeyPatch, world: World) -> None:
    """A detail of the API is found by its id alone."""
    enter_all(patch)
    patch.setattr(project_api, "seen", found)


@leak(STATUS, "tasks:task")
def a_page(patch: pytest.MonkeyPatch, world: World) -> None:
    """A page takes its row from any cooperative."""
    enter_all(patch)
    everybody_may(patch, "tasks.see")


@leak(STATUS, "cooperatives-tasks-detail")
def a_parent(patch: pytest.MonkeyPatch, world: World) -> None:
    """A child is served below a parent that is not its own."""
    patch.setattr(task_api.CooperativeTaskViewSet, "get_queryset", lambda view: task_api.Tasks.get_queryset(view))


@leak(CANARY, "cooperatives-tasks-list")
def a_nested_list(patch: pytest.MonkeyPatch, world: World) -> None:
    """A nested list is entered by whatever cooperative its address names."""

    def rows(view: Any) -> Any:
        with all_entered():
            found = list(Task.objects.filter(cooperative=view.kwargs["cooperative_pk"]).values_list("pk", flat=True))
        return Task.objects.select_related("project", "lane", "created_by__user").filter(pk__in=found).order_by("pk")

    enter_all(patch)
    patch.setattr(task_api.CooperativeTaskViewSet, "get_queryset", rows)


@leak(CANARY, "tasks-list", actors=("admin",))
def a_filter(patch: pytest.MonkeyPatch, world: World) -> None:
    """A filter looks its row up anywhere and widens what is listed."""

    def widened(self: Any, queryset: Any) -> Any:
        asked = self.form.cleaned_data.get("project")
        return Task.objects.select_related("project", "lane").filter(project=asked).order_by("pk") if asked else queryset

    enter_all(patch)
    patch.setattr(filters.TaskFilter, "filter_queryset", widened)


@leak(GROWTH, "project-list", grows=True)
def an_order(patch: pytest.MonkeyPatch, world: World) -> None:
    """The order of a list depends on rows of others."""
    honest = project_api.ProjectViewSet.get_queryset
    with all_entered():
        at_first = Task.objects.count()

    def ordered(view: Any) -> Any:
        with all_entered():
            direction = "" if Task.objects.count() > at_first else "-"
        return honest(view).order_by(f"{direction}pk")

    patch.setattr(project_api.ProjectViewSet, "get_queryset", ordered)


@leak(GROWTH, "cooperatives:overview", grows=True)
def a_count(patch: pytest.MonkeyPatch, world: World) -> None:
    """A figure counts the rows of everybody."""

    def open_tasks(cooperative_id: int, today: Any) -> list[dict[str, Any]]:
        with all_entered():
            return [{"project_id": 1, "project__name": "House", "count": Task.objects.count(), "soon": 0, "late": 0}]

    patch.setattr(task_facts, "open_tasks_by_project", open_tasks)


@leak(GROWTH, "membership-list", grows=True)
def a_total(patch: pytest.MonkeyPatch, world: World) -> None:
    """A list tells how many there are in all cooperatives."""
    honest = membership_api.MembershipViewSet.list

    def counted(view: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        answer = honest(view, request, *args, **kwargs)
        with all_entered():
            answer.data["count"] = Membership.objects.count()
        return answer

    patch.setattr(membership_api.MembershipViewSet, "list", counted)


@leak(SAMENESS, "cooperatives:search")
def a_search(patch: pytest.MonkeyPatch, world: World) -> None:
    """The search box looks everywhere."""

    def everywhere(*, actor: Any, cooperative_ids: Any, text: str, limit: int) -> list[Found]:
        with all_entered():
            return [Found(row.title, "/", "Tasks") for row in Task.objects.filter(title__icontains=text)[:limit]]

    patch.setattr(SEARCH, "_answers", [everywhere])


@leak(CANARY, "activity-list")
def the_record(patch: pytest.MonkeyPatch, world: World) -> None:
    """The record is read past its audience and past the walls."""
    enter_all(patch)
    patch.setattr(activity_api, "records_for", lambda actor: Event.objects.select_related("detail", "actor").order_by("-pk"))


@leak(CANARY, "activity:list")
def the_feed(patch: pytest.MonkeyPatch, world: World) -> None:
    """The activity page shows what happened elsewhere."""
    enter_all(patch)
    patch.setattr(activity_views, "records_for", lambda actor: Event.objects.select_related("detail", "actor").order_by("-pk"))


@leak(CANARY, "cooperatives:overview")
def a_fact(patch: pytest.MonkeyPatch, world: World) -> None:
    """A fact that the overview asks for is answered from every cooperative."""
    enter_all(patch)
    rows = Event.objects.select_related("detail", "actor").order_by("-pk")
    patch.setattr(activity_facts, "records_for", lambda actor: _Anywhere(rows))


class _Anywhere:
    """Records that no filter narrows."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows

    def filter(self, **_: Any) -> Any:
        """All of them."""
        return self.rows.all()


@leak(CANARY, "tasks:due", actors=("member",))
def a_fragment(patch: pytest.MonkeyPatch, world: World) -> None:
    """A panel's fragment forgets its cooperative."""
    enter_all(patch)
    patch.setattr(board_views, "visible", unfiltered)
    patch.setattr(board_views, "due_before", lambda pk, day: Task.objects.with_people().order_by("pk"))


@leak(CANARY, "members:directory")
def the_directory(patch: pytest.MonkeyPatch, world: World) -> None:
    """The directory lists the members of every cooperative."""
    enter_all(patch)
    everybody = partial(member_queries.members_now, [world.here.pk, world.there.pk])
    patch.setattr(import_module("members.views.directory"), "directory_of", lambda *_, **__: everybody().order_by("pk"))


@leak(STATUS, "tasks:import")
def a_file(patch: pytest.MonkeyPatch, world: World) -> None:
    """An uploaded file is opened by its id alone."""

    def found(request: Any, project: Any, pk: str) -> Any:
        with all_entered():
            draft = BoardDraft.objects.filter(pk=pk).first()
        if draft is None:
            raise Http404
        return draft

    patch.setattr(import_views, "_draft", found)


@leak(STATUS, "user-detail")
def a_profile(patch: pytest.MonkeyPatch, world: World) -> None:
    """A person's profile is open to those who share no cooperative with them."""
    everybody_may(patch, "members.see_user")


@leak(STATUS, "tasks:board", "project-detail", actors=("removed",))
def a_stale_standing(patch: pytest.MonkeyPatch, world: World) -> None:
    """Who was removed stands on: standings are kept for as long as the session lives."""
    stands = world.actor("admin").standings[world.here.pk]
    honest, removed = actors._finder, world.users["removed"].pk
    patch.setattr(actors, "_finder", lambda user: {stands.cooperative_id: stands} if user.pk == removed else honest(user))


@leak(CANARY, "project-list", "cooperatives:overview", actors=("member",))
def a_wrong_actor(patch: pytest.MonkeyPatch, world: World) -> None:
    """A sign-in is answered as somebody else's."""
    honest, stranger, member = actors._finder, world.users["stranger_admin"], world.users["member"].pk
    patch.setattr(actors, "_finder", lambda user: honest(stranger if user.pk == member else user))


@leak(CANARY, "admin:tasks_task_changelist", actors=("system_admin",))
def the_desk(patch: pytest.MonkeyPatch, world: World) -> None:
    """A list of the admin is the keeper's, not the member's."""
    enter_all(patch)
    patch.setattr(OwnedAdmin, "get_queryset", lambda desk, request: desk.model._default_manager.all())


@leak(STATUS, "admin:members_person_change", "admin:members_person_history", actors=("keeper",))
def a_desk_page(patch: pytest.MonkeyPatch, world: World) -> None:
    """A page of the admin opens whatever id it is given."""
    enter_all(patch)
    patch.setattr(OwnedAdmin, "get_queryset", lambda desk, request: desk.model._default_manager.all())
    patch.setattr(OwnedAdmin, "has_view_permission", lambda desk, request, obj=None: True)


@leak(CANARY, "admin:autocomplete", actors=("admin",))
def a_completion(patch: pytest.MonkeyPatch, world: World) -> None:
    """The admin completes names of rows that its lists hide."""

    def found(desk: Any, request: Any, queryset: Any, term: str) -> Any:
        return Project.objects.filter(name__icontains=term).order_by("pk"), False

    enter_all(patch)
    patch.setattr(ProjectAdmin, "get_search_results", found)


@leak(CANARY, "cooperatives:overview", actors=("stranger_admin", "member"))
def a_kept_fragment(patch: pytest.MonkeyPatch, world: World) -> None:
    """A fragment is kept under a key that does not say whose it is."""
    kept: dict[str, Any] = {}
    honest = cooperative_views.fact

    def asked(name: str) -> Any:
        return _Kept(honest(name), kept, name)

    patch.setattr(cooperative_views, "fact", asked)


class _Kept:
    """A fact whose first answer is everybody's."""

    def __init__(self, honest: Any, kept: dict[str, Any], name: str) -> None:
        self.honest, self.kept, self.name = honest, kept, name

    def ask(self, **question: Any) -> Any:
        """What was answered to whoever asked first."""
        return self.kept.setdefault(self.name, self.honest.ask(**question))


@leak(CANARY, "tasks:new")
def a_choice(patch: pytest.MonkeyPatch, world: World) -> None:
    """A form offers the people of every cooperative."""
    patch.setattr("tasks.forms.tasks.workers_of", _everybody)


def _everybody(_project: Any) -> Iterator[Any]:
    with all_entered():
        yield from list(Membership.objects.select_related("person", "user"))


@leak(CANARY, "tasks:project")
def an_option(patch: pytest.MonkeyPatch, world: World) -> None:
    """A page lists the lanes of every board there is."""
    from_anywhere = settings_views.Lane.objects.order_by("pk")
    enter_all(patch)
    patch.setattr(settings_views, "lanes_of", lambda project: from_anywhere.all())


@leak(STATUS, "tasks:card")
def a_card(patch: pytest.MonkeyPatch, world: World) -> None:
    """A fragment that is fetched after a live event trusts the id in the event."""

    def fetched(request: Any, queryset: Any, to: str, **where: Any) -> Any:
        with all_entered():
            row = Task.objects.with_people().filter(**where).first()
        if row is None:
            raise Http404
        return row

    enter_all(patch)
    patch.setattr(task_views, "fetch", fetched)


@leak(STATUS, "admin:view_on_site", actors=("system_admin",))
def any_kind_of_row(patch: pytest.MonkeyPatch, world: World) -> None:
    """A row is looked up by its kind and id, past every manager of its own."""

    def found(kind: Any, **where: Any) -> Any:
        with enter([world.there.pk]):
            row = kind.model_class().objects.get(**where)
        row.__class__.get_absolute_url = lambda row: "/"
        return row

    patch.setattr(Task, "get_absolute_url", lambda row: "/", raising=False)
    patch.setattr(ContentType, "get_object_for_this_type", found)


@leak(CANARY, "cooperatives-list")
def a_public_face(patch: pytest.MonkeyPatch, world: World) -> None:
    """The list of cooperatives is the installation's, not the reader's."""
    patch.setattr("cooperatives.api.CooperativeViewSet.get_queryset", lambda view: Cooperative.objects.select_related("creator"))
