"""What the floors answer."""

import json
from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from rest_framework import generics, serializers

from config.dev.bench.volley import CARDS

from .models import Event, Task

COLUMNS = ("id", "number", "title", "due_date", "version", "lane_id", "assignee__id", "assignee__name")


class TaskSerializer(serializers.ModelSerializer[Task]):
    """A card with its labels."""

    class Meta:
        model = Task
        fields = "__all__"


class One(generics.RetrieveAPIView[Task]):
    """Read one: two statements."""

    queryset = Task._default_manager.prefetch_related("labels")
    serializer_class = TaskSerializer


def board(request: HttpRequest) -> JsonResponse:
    """All cards as plain values: one statement."""
    return JsonResponse({"tasks": list(Task._default_manager.filter(number__lte=CARDS).order_by("rank").values(*COLUMNS))})


def create(request: HttpRequest) -> JsonResponse:
    """A card and an event: four statements."""
    said = json.loads(request.body)
    with transaction.atomic():
        task = Task._default_manager.create(lane_id=1, title=said["title"], number=CARDS + 1)
        Event._default_manager.create(kind="created", payload={"id": task.pk, "title": task.title})
    return _told(task, 201)


def move(request: HttpRequest, pk: int) -> JsonResponse:
    """A locked row, a changed row and an event: five statements."""
    said = json.loads(request.body)
    with transaction.atomic():
        task: Any = Task._default_manager.select_for_update().get(pk=pk)
        task.lane_id, task.rank, task.version = said["lane"], task.rank + 1, task.version + 1
        task.save(update_fields=["lane", "rank", "version", "updated_at"])
        Event._default_manager.create(kind="moved", payload={"id": task.pk, "lane": task.lane_id})
    return _told(task, 200)


def _told(task: Task, status: int) -> JsonResponse:
    facts: dict[str, Any] = {"id": task.pk, "version": task.version}
    return JsonResponse(facts, status=status)


urlpatterns = [
    path("board/", board),
    path("tasks/", create),
    path("tasks/<int:pk>/", One.as_view()),
    path("tasks/<int:pk>/move/", move),
]
