"""Whose turn it is: least recently done first, fair over many turns; nobody who pauses or has left."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings, strategies as st

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from members.actions import pause
from members.models import Household, HouseholdMember, Membership, User
from members.tests.factories import acting
from tasks.actions import fill_turns, make_turns, mark_done, release_leavers, sign_up
from tasks.models import Duty, Part, Turn
from tasks.rotation import NEVER, Candidate, next_in_turn

from .boards import told
from .rota import MONDAY, a_duty, people, turn_of, who

NAMES = ("Nora Varga", "Piotr Zielinski", "Amina Juma")


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def three(linden: Cooperative) -> dict[str, tuple[User, Membership]]:
    """Three members besides Marta, who is number one."""
    return people(linden, *NAMES)


def rotating(actor: Actor, linden: Cooperative, **facts: Any) -> Duty:
    """Stairs on Wednesdays; whoever has not signed up a week before is chosen."""
    return a_duty(actor, linden, **{"title": "Stairs", "rotation": "members", "closes_before": 7, **facts})


def run(linden: Cooperative) -> int:
    """What the scheduler does."""
    make_turns(linden, now=timezone.now())
    return fill_turns(linden, now=timezone.now())


def weeks(linden: Cooperative, duty: Duty, clock: Any, count: int, *, do: bool = True) -> list[str]:
    """Who had the duty in the coming weeks, when everybody does what is given to them."""
    had = []
    for _week in range(count):
        for _day in range(7):
            clock.shift(timedelta(days=1))
            run(linden)
        turn = Turn.objects.filter(duty=duty, due_at__lt=timezone.now()).order_by("-due_at").first()
        had.append(",".join(who(turn)))
        if do:
            Part.objects.filter(turn=turn).update(done_at=timezone.now())
    return had


def test_everybody_in_turn_by_number_and_then_again(actor: Actor, linden: Cooperative, three: Any, monday: Any) -> None:
    duty = rotating(actor, linden)
    run(linden)
    had = weeks(linden, duty, monday, 8)
    assert had == ["Marta Lindqvist", *NAMES, "Marta Lindqvist", *NAMES]


def test_places_are_given_out_when_sign_up_closes(actor: Actor, linden: Cooperative, three: Any, monday: Any) -> None:
    turn = turn_of(rotating(actor, linden, starts_on=date(2026, 6, 10), opens_before=14, places=2))
    assert (run(linden), who(turn)) == (0, [])
    monday.move_to(turn.closes_at)
    assert (run(linden), who(turn)) == (2, ["Marta Lindqvist", "Nora Varga"])
    assert (run(linden), who(turn)) == (0, ["Marta Lindqvist", "Nora Varga"])
    assert told("tasks.turn_filled")[0]["given"] == 2
    assert {part.how for part in Part.objects.filter(turn=turn)} == {"rotation"}


def test_who_volunteers_keeps_the_place_and_is_not_chosen_besides(
    actor: Actor, linden: Cooperative, three: Any, monday: Any
) -> None:
    turn = turn_of(rotating(actor, linden, starts_on=date(2026, 6, 10), opens_before=14, places=3))
    with acting(three["Piotr Zielinski"][0]) as piotr:
        sign_up(piotr, turn)
    monday.move_to(turn.closes_at)
    run(linden)
    assert who(turn) == ["Piotr Zielinski", "Marta Lindqvist", "Nora Varga"]
    assert Part.objects.get(turn=turn, place=1).how == "signed_up"


def test_what_was_not_done_counts_for_two_weeks(actor: Actor, linden: Cooperative, three: Any, monday: Any) -> None:
    duty = rotating(actor, linden, opens_before=0, closes_before=0)
    assert weeks(linden, duty, monday, 1, do=False) == ["Marta Lindqvist"]
    # People say late that they are done, so Marta is believed on the 10th; on the 17th she is next again.
    assert weeks(linden, duty, monday, 1) == ["Nora Varga"]
    assert weeks(linden, duty, monday, 3) == ["Marta Lindqvist", "Piotr Zielinski", "Amina Juma"]


def test_who_pauses_observes_or_leaves_is_passed_over(
    actor: Actor, linden: Cooperative, three: Any, hassan: User, monday: Any
) -> None:
    pause(actor, three["Nora Varga"][1])
    Membership.objects.filter(pk=three["Piotr Zielinski"][1].pk).update(left_on=date(2026, 6, 9))
    duty = rotating(actor, linden)
    run(linden)
    assert weeks(linden, duty, monday, 5) == [
        "Marta Lindqvist",
        "Amina Juma",
        "Marta Lindqvist",
        "Amina Juma",
        "Marta Lindqvist",
    ]


def test_a_place_of_somebody_who_left_is_given_out_anew(actor: Actor, linden: Cooperative, three: Any, monday: Any) -> None:
    turn = turn_of(rotating(actor, linden))
    run(linden)
    assert who(turn) == ["Marta Lindqvist"]
    Membership.objects.filter(number=1).update(left_on=date(2026, 6, 1))
    assert release_leavers(linden, now=timezone.now()) == 1
    assert (run(linden), who(turn)) == (1, ["Nora Varga"])
    assert release_leavers(linden, now=timezone.now()) == 0


def test_what_is_past_or_done_stays_with_who_left(actor: Actor, linden: Cooperative, three: Any, monday: Any) -> None:
    turn = turn_of(rotating(actor, linden))
    run(linden)
    monday.shift(timedelta(days=3))
    Membership.objects.filter(number=1).update(left_on=date(2026, 6, 3))
    assert (release_leavers(linden, now=timezone.now()), who(turn)) == (0, ["Marta Lindqvist"])


def test_a_duty_for_whoever_signs_up_is_given_to_nobody(actor: Actor, linden: Cooperative, monday: Any) -> None:
    turn = turn_of(a_duty(actor, linden))
    monday.shift(timedelta(days=5))
    assert (run(linden), who(turn)) == (0, [])


# Households


def a_home(linden: Cooperative, name: str, *members: Membership) -> Household:
    home: Household = Household.objects.create(cooperative=linden, name=name)
    for member in members:
        HouseholdMember.objects.create(cooperative=linden, household=home, person=member.person)
    return home


def test_households_take_turns_and_their_members_among_themselves(
    actor: Actor, linden: Cooperative, three: Any, monday: Any
) -> None:
    nora, piotr, amina = (three[name][1] for name in NAMES)
    first = a_home(linden, "Left", amina, piotr)
    a_home(linden, "Right", nora)
    duty = rotating(actor, linden, rotation="households")
    run(linden)
    # Marta lives in no household. Nora has the lowest number; on the left Piotr comes before Amina.
    assert weeks(linden, duty, monday, 5) == ["Nora Varga", "Piotr Zielinski", "Nora Varga", "Amina Juma", "Nora Varga"]
    had = Part.objects.filter(household=first).order_by("turn__due_at").values_list("member__number", flat=True)
    assert list(had) == [piotr.number, amina.number, piotr.number]  # the last is given out already and still ahead


def test_a_household_of_which_somebody_volunteered_is_not_asked_twice(
    actor: Actor, linden: Cooperative, three: Any, monday: Any
) -> None:
    nora, piotr, amina = (three[name][1] for name in NAMES)
    a_home(linden, "Left", nora, piotr)
    a_home(linden, "Right", amina)
    turn = turn_of(rotating(actor, linden, rotation="households", starts_on=date(2026, 6, 10), opens_before=14, places=2))
    with acting(three["Piotr Zielinski"][0]) as volunteer:
        sign_up(volunteer, turn)
    monday.move_to(turn.closes_at)
    run(linden)
    assert who(turn) == ["Piotr Zielinski", "Amina Juma"]


def test_who_has_moved_out_answers_for_no_household(actor: Actor, linden: Cooperative, three: Any, monday: Any) -> None:
    nora, piotr = three["Nora Varga"][1], three["Piotr Zielinski"][1]
    a_home(linden, "Left", nora)
    HouseholdMember.objects.update(ends_on=date(2026, 6, 3))
    ended = a_home(linden, "Right", piotr)
    Household.objects.filter(pk=ended.pk).update(ended_on=date(2026, 6, 1))
    turn = turn_of(rotating(actor, linden, rotation="households"))
    assert (run(linden), who(turn)) == (0, [])


# The choice itself


@settings(max_examples=40, deadline=None)
@given(st.permutations(list(range(1, 8))), st.integers(1, 4), st.integers(1, 30))
def test_over_many_turns_nobody_has_two_more_than_another(numbers: list[int], places: int, rounds: int) -> None:
    last = dict.fromkeys(numbers, NEVER)
    count: Counter[int] = Counter(dict.fromkeys(numbers, 0))
    for round_number in range(rounds):
        day = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=round_number)
        everybody = [Candidate(Membership(number=number), last[number]) for number in numbers]
        chosen = [one.member.number for one in next_in_turn(everybody, places)]
        assert len(set(chosen)) == places
        last.update({number: (day, place) for place, number in enumerate(chosen, 1)})
        count.update(chosen)
        assert max(count.values()) - min(count.values()) <= 1


def test_nobody_is_chosen_for_no_place() -> None:
    assert next_in_turn([Candidate(Membership(number=1))], 0) == []
    assert next_in_turn([Candidate(Membership(number=1))], -2) == []


def test_the_system_says_who_gave_places_out(actor: Actor, linden: Cooperative, monday: Any) -> None:
    turn = turn_of(rotating(actor, linden))
    run(linden)
    part = Part.objects.get(turn=turn)
    monday.shift(timedelta(days=2))
    assert mark_done(actor, part).done_at == timezone.now()
    assert SYSTEM.is_system
