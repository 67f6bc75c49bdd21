"""Many at one instant, with real commits: places, turns, cards, mails and calendars come out once."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from activity.models import Event
from activity.verifying import verify
from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership, User
from members.tests.factories import a_cooperative, a_user
from tasks.actions import (
    ask_stand_in,
    confirm_part,
    create_project,
    create_recurring,
    create_task,
    fill_turns,
    make_cards,
    make_turns,
    mark_done,
    send_reminders,
    sign_up,
    stand_in,
    withdraw,
)
from tasks.actions.feeding import make_feed, told
from tasks.feed.entries import space_of, uid
from tasks.models import CalendarFeed, Duty, Effort, FeedEntry, Part, Reminder, Run, Task, Turn

from .rota import MONDAY, a_duty, people, turn_of

RACERS = 16
SCHEDULERS = 4


class House:
    """Linden Court with as many members as race, and what came of it."""

    def __init__(self, user: User, cooperative: Cooperative, at_once: Callable[..., list[Any]]) -> None:
        self.user, self.cooperative, self.at_once = user, cooperative, at_once
        self.actor = Actor.of(user)
        self.racers = [found[0] for found in people(cooperative, *(f"Racer {n:02}" for n in range(RACERS))).values()]

    def race(self, act: Callable[[Actor], Any]) -> tuple[list[Any], list[str]]:
        """Every racer acts at one instant: what they got, and the codes of what was refused. Any other error fails."""

        def one(index: int) -> Any:
            user = self.racers[index]
            with enter([self.cooperative.pk], user.pk):
                return act(Actor.of(user))

        return self._sorted(self.at_once(one, RACERS))

    def schedulers(self, act: Callable[[Cooperative], Any]) -> list[Any]:
        """Several schedulers at one instant; none of them may be refused."""

        def one(_index: int) -> Any:
            with enter([self.cooperative.pk]):
                return act(Cooperative.objects.get(pk=self.cooperative.pk))

        done, codes = self._sorted(self.at_once(one, SCHEDULERS))
        assert codes == []
        return done

    @staticmethod
    def _sorted(answers: list[Any]) -> tuple[list[Any], list[str]]:
        odd = [repr(answer) for answer in answers if isinstance(answer, Exception) and not isinstance(answer, RuleBroken)]
        assert odd == []
        codes = sorted(answer.code for answer in answers if isinstance(answer, RuleBroken))
        return [answer for answer in answers if not isinstance(answer, RuleBroken)], codes


@pytest.fixture
def clock() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as found:
        yield found


@pytest.fixture
def house(clock: Any, transactional_db: None, at_once: Any) -> Iterator[House]:
    """The cooperative, with real commits."""
    user = a_user("Marta Lindqvist")
    cooperative = a_cooperative(user, "Linden Court")
    with enter([cooperative.pk], user.pk):
        yield House(user, cooperative, at_once)
        assert verify(cooperative).faults == []


@pytest.mark.parametrize("places", [1, 5])
def test_of_sixteen_racers_as_many_win_as_there_are_places(house: House, places: int) -> None:
    turn = turn_of(a_duty(house.actor, house.cooperative, places=places))
    won, refused = house.race(lambda actor: sign_up(actor, turn).place)
    assert sorted(won) == list(range(1, places + 1))
    assert refused == ["turn_full"] * (RACERS - places)
    assert Part.objects.filter(turn=turn).count() == places
    assert Event.objects.filter(kind="tasks.signed_up").count() == places


def test_the_last_place_goes_once_while_others_withdraw(house: House) -> None:
    turn = turn_of(a_duty(house.actor, house.cooperative, places=3))

    def come_and_go(actor: Actor) -> int:
        part = sign_up(actor, turn)
        withdraw(actor, part)
        return sign_up(actor, turn).place

    house.race(come_and_go)
    places = list(Part.objects.filter(turn=turn).order_by("place").values_list("place", flat=True))
    assert len(places) <= 3 and len(places) == len(set(places)) and set(places) <= {1, 2, 3}
    told_of = Event.objects.filter(kind="tasks.signed_up").count() - Event.objects.filter(kind="tasks.withdrew").count()
    assert told_of == len(places)


def test_one_stands_in(house: House) -> None:
    part = sign_up(house.actor, turn_of(a_duty(house.actor, house.cooperative)))
    ask_stand_in(house.actor, part)
    won, refused = house.race(lambda actor: stand_in(actor, part).member_id)
    assert len(won) == 1 and refused == ["taken"] * (RACERS - 1)
    assert Part.objects.get().member_id == won[0]


def test_one_confirms_and_the_ledger_has_it_once(house: House, clock: Any) -> None:
    part = sign_up(house.actor, turn_of(a_duty(house.actor, house.cooperative)))
    clock.shift(timedelta(days=2))
    mark_done(Actor.of(house.user), part)
    won, refused = house.race(lambda actor: confirm_part(actor, part).pk)
    assert len(won) == 1 and refused == ["confirmed"] * (RACERS - 1)
    assert Effort.objects.count() == 1


def test_schedulers_at_once_make_each_turn_once_and_fill_it_once(house: House, clock: Any) -> None:
    duties = [
        a_duty(house.actor, house.cooperative, title=title, rotation="members", places=2, closes_before=7)
        for title in ("Stairs", "Snow")
    ]
    Turn.objects.all().delete()
    Duty.objects.update(made_until=MONDAY - timedelta(days=30), settled_at=MONDAY - timedelta(days=30))
    clock.shift(timedelta(days=8))

    def run(cooperative: Cooperative) -> tuple[int, int]:
        return make_turns(cooperative, now=timezone.now()), fill_turns(cooperative, now=timezone.now() + timedelta(days=2))

    answers = house.schedulers(run)
    turns = Turn.objects.filter(duty__in=duties)
    assert sum(made for made, _filled in answers) == turns.count() > 0
    assert turns.count() == turns.values("duty", "due_at").distinct().count()
    assert sum(filled for _made, filled in answers) == Part.objects.count() == 2 * turns.count()


def test_schedulers_at_once_make_each_card_once(house: House, clock: Any) -> None:
    project = create_project(house.actor, house.cooperative, name="House")
    for number in range(3):
        create_recurring(house.actor, project, title=f"Oil {number}", starts_on=date(2026, 6, 1), unit="day")
    clock.shift(timedelta(days=1))
    answers = house.schedulers(lambda cooperative: make_cards(cooperative, now=timezone.now()))
    assert sum(answers) == 3
    assert (Task.objects.count(), Run.objects.count()) == (6, 6)
    assert sorted(Task.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_schedulers_at_once_remind_once(house: House) -> None:
    project = create_project(house.actor, house.cooperative, name="House")
    members = list(Membership.objects.filter(user__in=house.racers[:4]))
    create_task(house.actor, project, title="Roof", assignees=members, due_date=date(2026, 6, 2))
    answers = house.schedulers(lambda cooperative: send_reminders(cooperative, now=timezone.now()))
    assert sorted(answers) == [0, 0, 0, 4]
    assert Reminder.objects.count() == Event.objects.filter(kind="tasks.reminded").count() == 4


def test_readers_at_once_are_told_the_same_and_a_change_counts_once(house: House) -> None:
    project = create_project(house.actor, house.cooperative, name="House")
    mine = Membership.objects.get(user=house.user)
    task = create_task(house.actor, project, title="Roof", assignees=[mine], due_date=date(2026, 6, 2))
    feed = make_feed(house.actor, house.cooperative).feed
    told(feed, house.actor, now=timezone.now())
    Task.objects.filter(pk=task.pk).update(title="Roof and gutter", version=F("version") + 1)
    feed = CalendarFeed.objects.select_related("cooperative").get()
    answers = house.schedulers(
        lambda _cooperative: [(row.uid, row.sequence) for row in told(feed, house.actor, now=datetime(2026, 6, 1, 9, tzinfo=UTC))]
    )
    assert answers == [[(uid("task", task.pk, space_of(house.cooperative)), 1)]] * SCHEDULERS
    assert FeedEntry.objects.count() == 1
