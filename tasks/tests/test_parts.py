"""Places in a turn: taken, given up, handed on, given out; and seen to be done."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from members.models import Membership, User
from members.tests.factories import acting, refused
from tasks.actions import (
    ask_stand_in,
    cancel_turn,
    confirm_part,
    give_place,
    keep_part,
    mark_done,
    remove_part,
    sign_up,
    stand_in,
    withdraw,
)
from tasks.models import Effort, Part, Turn

from .boards import kinds, told
from .rota import MONDAY, a_duty, ledger, people, turn_of, who

DUE = datetime(2026, 6, 3, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def turn(actor: Actor, linden: Cooperative) -> Turn:
    """Bins out on Wednesday: two people, half an hour and three points for each; sign-up closes at the hour."""
    return turn_of(a_duty(actor, linden, places=2, minutes=30, points=3))


@pytest.fixture
def others(linden: Cooperative, marta: User) -> dict[str, tuple[User, Membership]]:
    """Three more members."""
    return people(linden, "Nora Varga", "Piotr Zielinski", "Amina Juma")


# Signing up


def test_places_are_taken_from_the_first_on_and_never_more(actor: Actor, turn: Turn, others: Any, linden: Cooperative) -> None:
    with acting(others["Nora Varga"][0]) as nora:
        assert sign_up(nora, turn).place == 1
    part = sign_up(actor, turn)
    assert (part.place, part.how) == (2, "signed_up")
    with acting(others["Piotr Zielinski"][0]) as piotr, refused("turn_full") as caught:
        sign_up(piotr, turn)
    assert caught.value.status == 409
    assert who(turn) == ["Nora Varga", "Marta Lindqvist"]
    assert [row["taken"] for row in told("tasks.signed_up")] == [1, 2]


def test_nobody_has_two_places(actor: Actor, turn: Turn) -> None:
    sign_up(actor, turn)
    with refused("already_in"):
        sign_up(actor, turn)
    assert who(turn) == ["Marta Lindqvist"]


def test_a_place_that_is_given_up_is_taken_next(actor: Actor, turn: Turn, others: Any) -> None:
    mine = sign_up(actor, turn)
    with acting(others["Nora Varga"][0]) as nora:
        sign_up(nora, turn)
    withdraw(actor, mine)
    with acting(others["Piotr Zielinski"][0]) as piotr:
        assert sign_up(piotr, turn).place == 1
    assert who(turn) == ["Piotr Zielinski", "Nora Varga"]
    assert told("tasks.withdrew")[0]["taken"] == 1


def test_after_closing_nobody_signs_up_or_withdraws(actor: Actor, turn: Turn, others: Any, monday: Any) -> None:
    mine = sign_up(actor, turn)
    monday.move_to(DUE)
    with acting(others["Nora Varga"][0]) as nora, refused("closed"):
        sign_up(nora, turn)
    with refused("closed"):
        withdraw(actor, mine)
    assert who(turn) == ["Marta Lindqvist"]
    monday.move_to(DUE - timedelta(seconds=1))
    withdraw(actor, mine)
    assert who(turn) == []


def test_who_only_observes_or_is_a_stranger_takes_no_part(turn: Turn, hassan: User, outsider: User) -> None:
    with acting(hassan) as actor, refused("forbidden"):
        sign_up(actor, turn)
    with acting(outsider) as actor, refused("not_found"):
        sign_up(actor, turn)
    with refused("forbidden"), enter([turn.cooperative_id]):
        sign_up(SYSTEM, turn)


def test_nobody_gives_up_the_place_of_another(turn: Turn, actor: Actor, yusuf: User) -> None:
    part = sign_up(actor, turn)
    with acting(yusuf) as other:
        for act in (withdraw, ask_stand_in, keep_part, mark_done):
            with refused("forbidden"):
                act(other, part)  # type: ignore[operator]
    withdraw(actor, part)
    with refused("part_gone"):
        withdraw(actor, part)


# Standing in


def test_until_somebody_stands_in_it_stays_with_who_cannot_come(actor: Actor, turn: Turn, others: Any, monday: Any) -> None:
    part = sign_up(actor, turn)
    monday.move_to(DUE - timedelta(hours=1))
    asked = ask_stand_in(actor, part, reason="  A   cold ")
    assert (asked.asked_at, asked.asked_why) == (timezone.now(), "A cold")
    assert who(turn) == ["Marta Lindqvist"]
    with refused("asked"):
        ask_stand_in(actor, part)
    nora, piotr = others["Nora Varga"][0], others["Piotr Zielinski"][0]
    with acting(nora) as first:
        taken = stand_in(first, part)
    assert (taken.how, str(taken.stands_in_for), taken.asked_at, taken.asked_why) == ("stand_in", "Marta Lindqvist", None, "")
    with acting(piotr) as second, refused("taken"):
        stand_in(second, part)
    assert who(turn) == ["Nora Varga"]
    assert told("tasks.stood_in")[0]["before"] == str(actor.user.public_id)
    assert told("tasks.stood_in")[0]["member"] == str(nora.public_id)


def test_who_has_a_place_does_not_stand_in_and_who_comes_after_all_says_so(actor: Actor, turn: Turn, others: Any) -> None:
    part = sign_up(actor, turn)
    with acting(others["Nora Varga"][0]) as nora:
        sign_up(nora, turn)
        with refused("taken"):
            stand_in(nora, part)
    ask_stand_in(actor, part)
    with acting(others["Nora Varga"][0]) as nora, refused("already_in"):
        stand_in(nora, part)
    assert keep_part(actor, part).asked_at is None
    with refused("not_asked"):
        keep_part(actor, part)
    with acting(others["Piotr Zielinski"][0]) as piotr, refused("taken"):
        stand_in(piotr, part)


# The coordinator


def test_the_coordinator_gives_and_takes_places_also_after_closing(
    actor: Actor, linden: Cooperative, others: Any, monday: Any, yusuf: User, yusuf_member: Membership
) -> None:
    turn = turn_of(a_duty(actor, linden, coordinator=yusuf_member))
    monday.move_to(DUE + timedelta(hours=1))
    nora, piotr = others["Nora Varga"][1], others["Piotr Zielinski"][1]
    with acting(others["Nora Varga"][0]) as plain, refused("forbidden"):
        give_place(plain, turn, member=nora)
    with acting(yusuf) as coordinator:
        part = give_place(coordinator, turn, member=nora)
        with refused("turn_full"):
            give_place(coordinator, turn, member=piotr)
        remove_part(coordinator, part)
        give_place(coordinator, turn, member=piotr)
    assert (part.how, who(turn)) == ("assigned", ["Piotr Zielinski"])
    assert kinds()[-3:] == ["tasks.part_given", "tasks.part_taken", "tasks.part_given"]


def test_only_a_member_is_given_a_place(actor: Actor, turn: Turn, yusuf_member: Membership, foreign: Any) -> None:
    for member in (None, Membership(pk=99, cooperative_id=foreign.cooperative_id)):
        with refused("member"):
            give_place(actor, turn, member=member)
    yusuf_member.left_on = date(2026, 6, 1)
    with refused("member"):
        give_place(actor, turn, member=yusuf_member)


def test_a_turn_that_is_called_off_takes_nobody(actor: Actor, turn: Turn, yusuf_member: Membership, yusuf: User) -> None:
    part = sign_up(actor, turn)
    ask_stand_in(actor, part)
    cancel_turn(actor, turn, version=1, reason="Strike")
    with refused("cancelled"):
        give_place(actor, turn, member=yusuf_member)
    with refused("cancelled"):
        mark_done(actor, part)
    with acting(yusuf) as other, refused("cancelled"):
        stand_in(other, part)
    with refused("closed"):
        withdraw(actor, part)
    assert who(turn) == ["Marta Lindqvist"]


# Done


def test_the_doer_says_done_and_a_peer_confirms_once(actor: Actor, turn: Turn, others: Any, monday: Any) -> None:
    part = sign_up(actor, turn)
    nora = others["Nora Varga"][0]
    with acting(nora) as peer, refused("not_done"):
        confirm_part(peer, part)
    with refused("too_early"):
        mark_done(actor, part)
    monday.move_to(datetime(2026, 6, 2, 22, tzinfo=UTC))  # Wednesday begins in Berlin
    mark_done(actor, part)
    with refused("not_oneself"):
        confirm_part(actor, part)
    with acting(nora) as peer:
        effort = confirm_part(peer, part)
        with refused("confirmed"):
            confirm_part(peer, part)
    assert ledger() == [("Marta Lindqvist", "duty", 30, 3)]
    assert (str(effort.confirmed_by), effort.day, effort.turn_id) == ("Nora Varga", date(2026, 6, 3), turn.pk)
    with refused("confirmed"):
        mark_done(actor, part, done=False)
    with refused("done"):
        withdraw(actor, part)
    with refused("done"):
        remove_part(actor, part)


def test_done_is_taken_back_until_it_is_confirmed(actor: Actor, turn: Turn, monday: Any, yusuf: User) -> None:
    part = sign_up(actor, turn)
    ask_stand_in(actor, part)
    monday.move_to(DUE)
    done = mark_done(actor, part)
    assert (done.done_at, done.asked_at) == (DUE, None)
    mark_done(actor, part)
    assert kinds().count("tasks.part_done") == 1
    assert mark_done(actor, part, done=False).done_at is None
    with acting(yusuf) as peer, refused("not_done"):
        confirm_part(peer, part)
    assert not Effort.objects.exists()


def test_who_observes_does_not_confirm(actor: Actor, turn: Turn, monday: Any, hassan: User) -> None:
    part = sign_up(actor, turn)
    monday.move_to(DUE)
    mark_done(actor, part)
    with acting(hassan) as peer, refused("forbidden"):
        confirm_part(peer, part)


def test_the_database_itself_keeps_places_and_peers_apart(actor: Actor, turn: Turn, yusuf_member: Membership) -> None:
    part = sign_up(actor, turn)
    copy = Part(cooperative_id=turn.cooperative_id, turn=turn, place=1, member=yusuf_member, created_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()
    part.done_at = part.confirmed_at = timezone.now()
    part.confirmed_by = part.member
    with pytest.raises(IntegrityError), transaction.atomic():
        part.save()
