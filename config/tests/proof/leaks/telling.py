"""Mistakes in what is told beside the rows: messages, headers, redirects, errors, navigation, differences."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import get_resolver, path
from rest_framework import serializers

from activity.api import Newest
from cooperatives import middleware
from cooperatives.models import Cooperative
from cooperatives.web import needs
from cooperatives.web.frame import Frame
from members import urls as member_urls
from members.models import Membership
from tasks.models import Project
from tasks.serializers import boards as task_serializers
from tasks.views import boards as board_views, settings as settings_views

from ..oracles import CANARY, SAMENESS, STATUS
from ..world import World
from .planting import all_entered, enter_all, leak, wrapped


@leak(STATUS, "cooperatives:overview", "tasks:board")
def forbidden_instead_of_missing(patch: pytest.MonkeyPatch, world: World) -> None:
    """A foreign cooperative is refused with 403, one that does not exist with 404."""
    honest = middleware.Entering.process_view

    def told(self: Any, request: Any, *args: Any) -> Any:
        parts = request.path_info.split("/")
        if parts[1] == "c" and request.cooperative is None and Cooperative.objects.filter(slug=parts[2]).exists():
            raise PermissionDenied
        return honest(self, request, *args)

    patch.setattr(middleware.Entering, "process_view", told)


@leak(SAMENESS, "project-list")
def another_sentence(patch: pytest.MonkeyPatch, world: World) -> None:
    """An error says in other words that the id in the body exists."""
    honest = task_serializers.OwnCooperative.to_internal_value

    def told(field: Any, data: Any) -> Any:
        mine = field.get_queryset().filter(pk=data).exists()
        if not mine and Cooperative.objects.filter(pk=data).exists():
            raise serializers.ValidationError("You are no member there.")
        return honest(field, data)

    patch.setattr(task_serializers.OwnCooperative, "to_internal_value", told)


@leak(SAMENESS, "project-detail")
def another_header(patch: pytest.MonkeyPatch, world: World) -> None:
    """Two refusals differ by a header."""

    def told(response: Any, request: Any, *_: Any) -> Any:
        with all_entered():
            if any(str(pk) in request.path for pk in Project.objects.values_list("pk", flat=True)):
                response["X-Reason"] = "not yours"
        return response

    wrapped(patch, middleware, "_private", lambda answer, request, response: told(answer, request))


@leak(SAMENESS, "user-detail")
def another_cookie(patch: pytest.MonkeyPatch, world: World) -> None:
    """Two refusals differ by a cookie."""

    def told(answer: Any, request: Any, response: Any) -> Any:
        if str(world.users["stranger_admin"].public_id) in request.path:
            answer.set_cookie("seen", "1", httponly=True, samesite="Lax")
        return answer

    wrapped(patch, middleware, "_private", told)


@leak(CANARY, "tasks:projects")
def a_header(patch: pytest.MonkeyPatch, world: World) -> None:
    """A header names every cooperative."""

    def told(answer: Any, request: Any, response: Any) -> Any:
        answer["X-Cooperatives"] = ",".join(Cooperative.objects.values_list("slug", flat=True))
        return answer

    wrapped(patch, middleware, "_private", told)


@leak(CANARY, "tasks:project")
def a_message(patch: pytest.MonkeyPatch, world: World) -> None:
    """A message that is shown once names somebody else's project."""

    def told(request: Any, text: Any, *args: Any, **kwargs: Any) -> None:
        with all_entered():
            others = ", ".join(Project.objects.exclude(cooperative=request.cooperative).values_list("name", flat=True))
        honest(request, f"{text} Like {others}.")

    honest = settings_views.messages.success
    patch.setattr(settings_views.messages, "success", told)


@leak(CANARY, "tasks:lane_step")
def a_redirect(patch: pytest.MonkeyPatch, world: World) -> None:
    """A redirect leads to the last board that anybody has changed."""
    honest = settings_views.redirect

    def told(name: str, *args: Any) -> Any:
        with all_entered():
            last = Project.objects.order_by("-pk").first()
        return honest(name, Cooperative.objects.get(pk=last.cooperative_id).slug, last.pk)

    patch.setattr(settings_views, "redirect", told)


@leak(CANARY, "lane-list")
def an_error(patch: pytest.MonkeyPatch, world: World) -> None:
    """An error names the row that may not be used."""

    def told(field: Any, data: Any) -> Any:
        with all_entered():
            row = Project.objects.filter(pk=data).first()
        if row is not None and row.cooperative_id == world.there.pk:
            raise serializers.ValidationError(f"“{row.name}” belongs to another cooperative.")
        return honest(field, data)

    honest = task_serializers.RowField.to_internal_value
    patch.setattr(task_serializers.RowField, "to_internal_value", told)


@leak(CANARY, "home", "cooperatives:overview")
def the_switcher(patch: pytest.MonkeyPatch, world: World) -> None:
    """The menu offers every cooperative to switch to."""
    patch.setattr(Frame, "cooperatives", property(lambda frame: list(Cooperative.objects.all())))


@leak(CANARY, "tasks:board")
def a_live_address(patch: pytest.MonkeyPatch, world: World) -> None:
    """A page is told to listen to another cooperative's socket."""
    patch.setattr(Frame, "live_url", property(lambda frame: f"/ws/cooperatives/{world.there.pk}/"))


@leak(CANARY, "project-detail")
def an_output_field(patch: pytest.MonkeyPatch, world: World) -> None:
    """A serializer draws a field too many: the neighbours of a row."""

    def told(drawn: Any, serializer: Any, row: Any) -> Any:
        with all_entered():
            return {**drawn, "similar": list(Project.objects.exclude(pk=row.pk).values_list("name", flat=True))}

    wrapped(patch, task_serializers.ProjectSerializer, "to_representation", told)


@leak(CANARY, "activity-list")
def a_cursor(patch: pytest.MonkeyPatch, world: World) -> None:
    """The address of the next page holds the key of a foreign row."""
    key = world.row("there", "activity.event").pk
    honest = Newest.encode_cursor
    patch.setattr(Newest, "page_size", 1)
    patch.setattr(Newest, "encode_cursor", lambda pager, cursor: honest(pager, cursor._replace(position=str(key))))


@leak(CANARY, "members:export")
def a_new_door(patch: pytest.MonkeyPatch, world: World) -> None:
    """A list to download is added in a hurry: nobody told the crawl of it."""

    def export(request: Any) -> Any:
        with all_entered():
            names = Membership.objects.values_list("person__name", flat=True)
            return board_views.HttpResponse("\n".join(["name", *names]), content_type="text/csv")

    export.__module__ = "members.views"
    door = path("c/<slug:slug>/members.csv", needs("members.see")(export), name="export")
    added = [*member_urls.urlpatterns, door]
    resolver = next(found for found in get_resolver().url_patterns if getattr(found, "urlconf_name", None) is member_urls)
    patch.setitem(vars(resolver), "url_patterns", added)


@leak(STATUS, "tasks:board")
def a_crash(patch: pytest.MonkeyPatch, world: World) -> None:
    """A foreign id ends in an error that nobody handles."""
    honest = board_views.fetch

    def fetched(request: Any, queryset: Any, to: str, **where: Any) -> Any:
        with all_entered():
            assert not Project.objects.filter(cooperative=world.there.pk, **where).exists()
        return honest(request, queryset, to, **where)

    patch.setattr(board_views, "fetch", fetched)


@leak(STATUS, "project-list")
def a_crash_in_a_body(patch: pytest.MonkeyPatch, world: World) -> None:
    """A list where an id is expected crashes for a foreign one."""
    honest = task_serializers.OwnCooperative.get_queryset
    patch.setattr(task_serializers.OwnCooperative, "get_queryset", lambda field: honest(field).model.objects.all())
    enter_all(patch)
    patch.setattr("tasks.api.projects.create_project", lambda actor, cooperative, **facts: 1 / (cooperative.pk == world.here.pk))
