"""`python -m config.dev.drill.filling EVENTS`: fills a migrated database with cooperatives, people, cards and their records."""

import os
import sys
from datetime import UTC, datetime
from typing import Any

import django
from django.db import transaction
from django.utils.module_loading import import_string

COOPERATIVES, BATCH = 20, 2000


def fill(events: int) -> None:
    """So many records in all, written by the product's own writer; half as many cards, and a few hundred people."""
    found, enter = import_string("cooperatives.actions.found"), import_string("cooperatives.queries.enter")
    system = import_string("cooperatives.policy.SYSTEM")
    users = import_string("members.models.User").objects.bulk_create(_users(COOPERATIVES * 20))
    for number in range(COOPERATIVES):
        cooperative = found(system, name=f"Drill {number}", kind="housing")
        with enter([cooperative.pk]):
            members = _members(cooperative, users[number * 20 : number * 20 + 20])
            cards = _cards(cooperative, members, events // 2 // COOPERATIVES)
            _records(cooperative, system, cards, events // COOPERATIVES)


def _users(number: int) -> list[Any]:
    user = import_string("members.models.User")
    return [user(email=f"person{one}@example.org", name=f"Person {one}", password="!") for one in range(number)]


def _members(cooperative: Any, users: list[Any]) -> list[Any]:
    person, membership, grant = (import_string(f"members.models.{name}") for name in ("Person", "Membership", "RoleGrant"))
    persons = person.objects.bulk_create([person(cooperative=cooperative, name=user.name, email=user.email) for user in users])
    today = datetime.now(UTC).date()
    members = membership.objects.bulk_create(
        membership(cooperative=cooperative, person=who, user=user, number=1000 + number, joined_on=today)
        for number, (who, user) in enumerate(zip(persons, users, strict=True))
    )
    first = grant(cooperative=cooperative, membership=members[0], role="admin", starts_on=today)
    grant.objects.bulk_create([first])
    return list(members)


def _cards(cooperative: Any, members: list[Any], number: int) -> list[Any]:
    project, lane, task = (import_string(f"tasks.models.{name}") for name in ("Project", "Lane", "Task"))
    house = project.objects.create(cooperative=cooperative, name="House", key="H", created_by=members[0], last_number=number)
    todo = lane.objects.create(cooperative=cooperative, project=house, name="To do", status="todo", position=0)
    text = "The gutter on the north side leaks where it meets the downpipe; \u00fcber der T\u00fcr. " * 3
    made = (
        task(
            cooperative=cooperative, project=house, lane=todo, number=one, rank=one * 1024, title=f"Card {one}", description=text
        )
        for one in range(1, number + 1)
    )
    return list(task.objects.bulk_create(made, batch_size=BATCH))


def _records(cooperative: Any, actor: Any, cards: list[Any], number: int) -> None:
    occurrence, write = import_string("cooperatives.events.Occurrence"), import_string("activity.actions.write")
    kind = import_string("cooperatives.events.KINDS")["tasks.created"]
    payload = {name: shape() for name, shape in kind.payload.items()}
    for start in range(0, number, BATCH):
        batch = [
            occurrence(kind, cooperative.pk, actor, "tasks.task", card.pk, card.title, payload)
            for card in (cards[one % len(cards)] for one in range(start, min(start + BATCH, number)))
        ]
        with transaction.atomic():
            write(batch)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    fill(int(sys.argv[1]))
