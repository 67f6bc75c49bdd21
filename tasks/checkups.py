"""What must be true of the boards of each cooperative."""

from collections.abc import Iterator

from django.db.models import Count, F, Max, Q

from cooperatives.models import Cooperative
from cooperatives.queries import Finding, checkup, wrong

from .models import Project, Task

_MOVE = "Move one of the cards: the lane is numbered anew."


@checkup("places of cards", "every card has a place of its own in a lane of its project")
def cards_have_places(*, cooperative: Cooperative) -> Iterator[Finding]:
    """Two cards at one place, and cards in a lane of another project."""
    tasks = Task.objects.filter(cooperative=cooperative).order_by()
    shared = tasks.values("lane", "rank").annotate(number=Count("pk")).filter(number__gt=1).order_by("lane", "rank")
    for row in shared.iterator():
        yield wrong(f"{row['number']} cards of lane {row['lane']} have the same place", _MOVE)
    strays = tasks.exclude(lane__project=F("project")).order_by("pk").values_list("project__key", "number")
    for key, number in strays.iterator():
        yield wrong(f"{key}-{number} lies in a lane of another project", "Move it into a lane of its own.")


@checkup("numbers of cards", "no number of a card can come twice")
def numbers_come_once(*, cooperative: Cooperative) -> Iterator[Finding]:
    """Numbers that two cards share, and projects that would give a number again."""
    tasks = Task.objects.filter(cooperative=cooperative).order_by()
    twice = tasks.values("project__key", "number").annotate(times=Count("pk")).filter(times__gt=1).order_by("project__key")
    for row in twice.iterator():
        yield wrong(f"{row['times']} cards are called {row['project__key']}-{row['number']}", "Give one of them another number.")
    projects = Project.objects.filter(cooperative=cooperative).annotate(highest=Max("tasks__number"))
    behind = projects.filter(Q(highest__gt=F("last_number"))).order_by("key")
    for key, last in behind.values_list("key", "last_number").iterator():
        yield wrong(f"{key} would give the number {last + 1} again", "Raise last_number of the project to its highest number.")
