"""`python -m config.dev.bench.seed`: a board of 500 tasks among 30 members, and one with a session; prints JSON."""

import json
from collections.abc import Callable
from secrets import token_hex
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils.module_loading import import_string

from config.dev.bench.volley import CARDS, LANES, MEMBERS

LABELS = 10

MANY = 5_000
SMALL = 10
JSON = "application/json"


def statements(ask: Callable[[], Any]) -> int:
    """How often the database is asked for one answer. Raises RuntimeError for a refusal."""
    asked: list[str] = []

    def count(execute: Any, sql: str, *more: Any) -> Any:
        asked.append(sql)
        return execute(sql, *more)

    with connection.execute_wrapper(count):
        answer = ask()
    if answer.status_code not in (200, 201):
        raise RuntimeError(f"answered {answer.status_code}: {answer.content[:300]!r}")
    return len(asked)


class House:
    """A cooperative with its members, and boards of any size."""

    def __init__(self) -> None:
        model = import_string("members.models.User")
        email = f"bench-{token_hex(4)}@example.org"  # another part of the bench may have moved into the same database
        self.user = model.objects.create_user(email, "a-bench-47-planks", name="Bench Person")
        actor_of = import_string("cooperatives.policy.Actor").of
        found, admit = import_string("cooperatives.actions.found"), import_string("members.actions.admit")
        self.cooperative = found(actor_of(self.user), name="Bench House", kind="housing", time_zone="Europe/Berlin")
        self.actor = actor_of(self.user)
        with self.inside():
            self.members = [admit(self.actor, self.cooperative, name=f"Member {number}") for number in range(MEMBERS)]
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(self.user)

    def inside(self) -> Any:
        """Within the cooperative."""
        return import_string("cooperatives.queries.enter")([self.cooperative.pk], self.user.pk)

    def board(self, cards: int) -> tuple[Any, list[Any], list[int]]:
        """A project with so many cards in its lanes: project, lanes, keys of the tasks."""
        lane_model, task_model = (import_string(f"tasks.models.{name}") for name in ("Lane", "Task"))
        with self.inside():
            project = import_string("tasks.actions.create_project")(self.actor, self.cooperative, name=f"Board of {cards}")
            lanes = list(lane_model.objects.filter(project=project).order_by("position"))[:LANES]
            rows = [
                task_model(
                    cooperative_id=self.cooperative.pk,
                    project=project,
                    lane=lanes[number % LANES],
                    number=number,
                    title=f"Card {number} of the house",
                    rank=number * 2**36,
                )
                for number in range(1, cards + 1)
            ]
            made = task_model.objects.bulk_create(rows, batch_size=500)
            self._hang(project, made)
            import_string("tasks.models.Project").objects.filter(pk=project.pk).update(last_number=cards)
        return project, lanes, [row.pk for row in made]

    def _hang(self, project: Any, tasks: list[Any]) -> None:
        """Somebody who does it and two labels on each."""
        models = {name: import_string(f"tasks.models.{name}") for name in ("Assignment", "Label", "Labelling")}
        ours = {"cooperative_id": self.cooperative.pk}
        labels = models["Label"].objects.bulk_create(
            models["Label"](**ours, project=project, name=f"Label {number}") for number in range(LABELS)
        )
        models["Assignment"].objects.bulk_create(
            models["Assignment"](**ours, task=task, member=self.members[task.number % MEMBERS]) for task in tasks
        )
        models["Labelling"].objects.bulk_create(
            models["Labelling"](**ours, task=task, label=labels[(task.number + more) % LABELS])
            for task in tasks
            for more in (0, 1)
        )

    def counts(self, project: Any, lanes: list[Any], tasks: list[int]) -> dict[str, int]:
        """Statements of each request of the bench, the whole of it."""
        ask = self.client
        move = {"lane": lanes[0].pk if len(tasks) % LANES else lanes[1].pk, "version": 1}
        whole = {
            "board": lambda: ask.get(f"/api/v1/projects/{project.pk}/board/"),
            "html": lambda: ask.get(f"/c/{self.cooperative.slug}/work/{project.pk}/"),
            "one": lambda: ask.get(f"/api/v1/tasks/{tasks[0]}/"),
            "create": lambda: ask.post("/api/v1/tasks/", {"title": "Counted", "project": project.pk}, JSON),
            "move": lambda: ask.post(f"/api/v1/tasks/{tasks[-1]}/move/", move, JSON),
        }
        return {name: statements(act) for name, act in whole.items()}


def seed() -> dict[str, Any]:
    """Everything the askers need to know."""
    house = House()
    counts = {str(size): house.counts(*house.board(size)) for size in (SMALL, MANY)}
    project, lanes, tasks = house.board(CARDS)
    other, _lanes, _tasks = house.board(SMALL)
    name = settings.SESSION_COOKIE_NAME
    return {
        "project": project.pk,
        "other": other.pk,
        "slug": house.cooperative.slug,
        "lanes": [lane.pk for lane in lanes],
        "tasks": tasks,
        "cookie": f"{name}={house.client.cookies[name].value}",
        "statements": counts,
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(seed()))
