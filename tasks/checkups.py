"""What must be true of the boards of each cooperative."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, Max, OuterRef, Q

from cooperatives.models import Cooperative
from cooperatives.queries import Finding, checkup, wrong

from .models import Effort, Part, Project, Task, Turn

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


@checkup("places of turns", "no turn has more people than places, and what is confirmed stands in the ledger")
def turns_hold_their_people(*, cooperative: Cooperative) -> Iterator[Finding]:
    """Turns with more parts than places, and confirmed parts without a row in the ledger."""
    turns = Turn.objects.filter(cooperative=cooperative).annotate(taken=Count("parts")).filter(taken__gt=F("places"))
    for pk, taken, places in turns.order_by("pk").values_list("pk", "taken", "places").iterator():
        yield wrong(f"turn {pk} has {taken} people for {places} places", "Take somebody out, or raise its places.")
    noted = Effort.objects.filter(kind=Effort.Kind.DUTY, turn=OuterRef("turn"), member=OuterRef("member"))
    missing = Part.objects.filter(~Exists(noted), cooperative=cooperative, confirmed_at__isnull=False).order_by("pk")
    for pk in missing.values_list("pk", flat=True).iterator():
        yield wrong(f"part {pk} is confirmed and not in the ledger", "Note the effort by hand.")
