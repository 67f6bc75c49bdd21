"""A year of duties with a scheduler that stops now and then, and people who pause and go: what must hold, holds."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
import time_machine
from django.db.models import Count, F
from django.utils import timezone

from activity.verifying import verify
from config.celery import app
from config.scheduling import declared
from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.actions import pause
from members.models import Membership, User
from tasks import jobs
from tasks.actions import change_duty, confirm_part, mark_done, sign_up
from tasks.models import Duty, Effort, Part, Reminder, Turn
from tasks.schedules import days

from .rota import MONDAY, a_duty, people

NAMES = ("Nora Varga", "Piotr Zielinski", "Amina Juma", "Tariq Mahmood")


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def test_the_jobs_stand_in_the_schedule_of_beat() -> None:
    rhythms = {name: entry["schedule"] for name, entry in declared(app).items() if name.startswith("tasks.")}
    assert rhythms["tasks.make_what_is_due"] == timedelta(minutes=5)
    assert rhythms["tasks.send_reminders"] == timedelta(minutes=15)


class Year:
    """A cooperative through a year: every morning the jobs run, unless the worker is off."""

    def __init__(self, actor: Actor, linden: Cooperative, clock: Any, seed: int) -> None:
        self.actor, self.linden, self.clock, self.dice = actor, linden, clock, Random(seed)
        self.crew = people(linden, *NAMES)
        self.actors = {member.pk: Actor.of(user) for user, member in self.crew.values()}
        self.off = 0

    def day(self) -> None:
        """One day: the worker may be off for some, somebody may sign up, what is due is done by most and confirmed."""
        self.clock.shift(timedelta(days=1))
        if self.off:
            self.off -= 1
            return
        if self.dice.random() < 0.03:
            self.off = self.dice.randint(1, 20)
        jobs.make_what_is_due()
        jobs.remind()
        self._volunteer()
        self._do_what_is_due()

    def _volunteer(self) -> None:
        turn = Turn.objects.filter(closes_at__gt=timezone.now()).select_related("duty").order_by("?").first()
        if turn is not None and self.dice.random() < 0.3:
            try:
                sign_up(self.dice.choice(list(self.actors.values())), turn)
            except RuleBroken as broken:
                assert broken.code in {"turn_full", "already_in", "forbidden"}

    def _do_what_is_due(self) -> None:
        due = Part.objects.filter(turn__day__lte=timezone.now().date(), done_at=None, turn__cancelled_at=None)
        for part in due.select_related("turn__duty"):
            if part.member_id in self.actors and self.dice.random() < 0.9:
                mark_done(self.actors[part.member_id], part)
                confirm_part(self.actor, part)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_year_with_a_worker_that_stops(actor: Actor, linden: Cooperative, monday: Any, seed: int) -> None:
    year = Year(actor, linden, monday, seed)
    stairs = a_duty(actor, linden, title="Stairs", rotation="members", closes_before=3, opens_before=10)
    bins = a_duty(actor, linden, title="Bins", unit="day", every=3, opens_before=2, at=None)
    for number in range(200):
        year.day()
        if number == 60:
            pause(actor, year.crew["Amina Juma"][1])
        if number == 90:
            Membership.objects.filter(pk=year.crew["Tariq Mahmood"][1].pk).update(left_on=timezone.now().date())
        if number == 120:
            change_duty(actor, Duty.objects.get(pk=bins.pk), version=1, every=2)
    _turns_are_sound(stairs)
    _turns_are_sound(bins)
    _nobody_is_asked_who_is_not_there(year)
    _the_ledger_is_what_was_confirmed()
    assert (
        not Reminder.objects.values("member", "task", "turn", "step", "due_on").annotate(n=Count("pk")).filter(n__gt=1).exists()
    )
    assert verify(linden).faults == []


def _turns_are_sound(duty: Duty) -> None:
    """Each turn once, on a day of its schedule or of the one before, never with too many people; the missed ones are counted."""
    turns = list(Turn.objects.filter(duty=duty).annotate(taken=Count("parts")).order_by("due_at"))
    assert len({turn.due_at for turn in turns}) == len(turns) > 20
    assert all(turn.taken <= turn.places for turn in turns)
    if duty.title == "Stairs":  # its rule was never changed, so that every day of it is accounted for
        planned = []
        for day in days(duty):
            if day > turns[-1].day:
                break
            planned.append(day)
        assert {turn.day for turn in turns} <= set(planned)
        for before, after in pairwise(turns):
            between = sum(before.day < day <= after.day for day in planned)
            assert between == 1 or (after.late and after.missed >= between), (before.day, after.day, after.missed)


def _nobody_is_asked_who_is_not_there(year: Year) -> None:
    chosen = Part.objects.filter(how="rotation")
    assert not chosen.filter(member__left_on__lte=F("turn__day")).exists()
    paused = chosen.filter(member=year.crew["Amina Juma"][1], turn__day__gt=date(2026, 6, 1) + timedelta(days=75))
    assert not paused.exists()
    counts = Counter(chosen.values_list("member_id", flat=True))
    steady = [counts[year.crew[name][1].pk] for name in NAMES[:2]]
    assert max(steady) - min(steady) <= 4  # volunteering and being late shift it a little, but nobody does it all


def _the_ledger_is_what_was_confirmed() -> None:
    confirmed = Part.objects.filter(confirmed_at__isnull=False)
    assert Effort.objects.filter(kind="duty").count() == confirmed.count() > 20
    sums = Counter[int]()
    for part in confirmed.select_related("turn"):
        sums[part.member_id] += part.turn.minutes
    noted = Counter[int]()
    for member_id, minutes in Effort.objects.values_list("member_id", "minutes"):
        noted[member_id] += minutes
    assert sums == noted


def test_a_worker_that_was_off_for_a_year_makes_no_flood(actor: Actor, linden: Cooperative, monday: Any) -> None:
    a_duty(actor, linden, unit="day", opens_before=0, rotation="members")
    monday.shift(timedelta(days=365))
    jobs.make_what_is_due()
    jobs.make_what_is_due()
    (turn,) = Turn.objects.all()
    assert (turn.late, turn.missed) == (True, 363)
    assert Part.objects.count() == 0  # sign-up is open for a day before somebody is chosen


def test_rows_of_two_cooperatives_never_meet(actor: Actor, linden: Cooperative, outsider: User, monday: Any, yusuf: User) -> None:
    a_duty(actor, linden, rotation="members", closes_before=7)
    jobs.make_what_is_due()
    assert {part.cooperative_id for part in Part.objects.all()} == {linden.pk}
    assert not Turn.objects.exclude(cooperative=linden).exists()
