"""Turns under any order of what people do: a model in memory and the database always agree, and the record replays to both."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine

from activity.models import Event
from activity.verifying import verify
from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from tasks.actions import (
    ask_stand_in,
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

from .rota import MONDAY, a_duty, people, turn_of

NAMES = ("Nora Varga", "Piotr Zielinski", "Amina Juma", "Tariq Mahmood", "Lena Hartmann")
PLACES = 3


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


class Story:
    """What a turn should look like: member -> [looks for a stand-in, done, confirmed], kept by hand beside the real thing."""

    def __init__(self, turn: Turn, admin: Actor, crew: dict[str, tuple[User, Membership]], seed: int) -> None:
        self.turn, self.admin, self.dice = turn, admin, Random(seed)
        self.actors = {member.pk: Actor.of(user) for user, member in crew.values()}
        self.members = {member.pk: member for _user, member in crew.values()}
        self.has: dict[int, list[bool]] = {}
        self.is_open, self.has_come = True, False
        self.log: list[str] = []

    def step(self) -> None:
        """One random act of one random person; what the model expects must come true."""
        who = self.dice.choice(list(self.actors))
        act = self.dice.choice(["sign_up", "withdraw", "ask", "keep", "stand_in", "done", "undone", "confirm", "give", "remove"])
        whom = self.dice.choice(list(self.has)) if self.has and act in ("stand_in", "confirm", "remove", "keep") else who
        expected = self._expects(act, who, whom)
        part = Part.objects.filter(turn=self.turn, member=whom).select_related("turn__duty").first()
        if part is None and act not in ("sign_up", "give"):
            return
        try:
            self._do(act, who, whom, part)
            worked = True
        except RuleBroken:
            worked = False
        self.log.append(f"{act} by {who} for {whom}: {worked}")
        assert worked == expected, self.log
        if worked:
            self._note(act, who, whom)

    def _do(self, act: str, who: int, whom: int, part: Any) -> None:
        actor = self.actors[who]
        {
            "sign_up": lambda: sign_up(actor, self.turn),
            "withdraw": lambda: withdraw(actor, part),
            "ask": lambda: ask_stand_in(actor, part),
            "keep": lambda: keep_part(actor, part),
            "stand_in": lambda: stand_in(actor, part),
            "done": lambda: mark_done(actor, part),
            "undone": lambda: mark_done(actor, part, done=False),
            "confirm": lambda: confirm_part(actor, part),
            "give": lambda: give_place(self.admin, self.turn, member=self.members[who]),
            "remove": lambda: remove_part(self.admin, part),
        }[act]()

    def _expects(self, act: str, who: int, whom: int) -> bool:
        asks, done, confirmed = self.has.get(whom, [False, False, False])
        mine, room = who in self.has, len(self.has) < PLACES
        if act in ("sign_up", "give"):
            return not mine and room and (self.is_open or act == "give")
        if act == "withdraw":
            return self.is_open and not done
        if act in ("ask", "done"):
            return (not asks and not done) if act == "ask" else (self.has_come and not confirmed)
        if act == "undone":
            return not confirmed
        if act == "keep":
            return who == whom and asks
        if act == "stand_in":
            return asks and not mine
        return not done if act == "remove" else (who != whom and done and not confirmed)

    def _note(self, act: str, who: int, whom: int) -> None:
        if act in ("sign_up", "give"):
            self.has[who] = [False, False, False]
        elif act in ("withdraw", "remove"):
            del self.has[whom]
        elif act == "stand_in":
            self.has = {(who if pk == whom else pk): ([False] * 3 if pk == whom else state) for pk, state in self.has.items()}
        elif act == "ask":
            self.has[whom][0] = True
        elif act == "keep":
            self.has[whom][0] = False
        elif act in ("done", "undone"):
            changes = self.has[whom][1] != (act == "done")
            self.has[whom] = [False if changes else self.has[whom][0], act == "done", False]
        else:
            self.has[whom][2] = True

    def agrees(self) -> None:
        """The database holds what the model says: these members, in this state, each in a place of their own."""
        rows = list(Part.objects.filter(turn=self.turn))
        found = {row.member_id: [row.asked_at is not None, row.done_at is not None, row.confirmed_at is not None] for row in rows}
        assert found == self.has, self.log
        places = [row.place for row in rows]
        assert len(set(places)) == len(places) and set(places) <= set(range(1, PLACES + 1))

    def ledger_agrees(self) -> None:
        """Every confirmed part stands in the ledger once, and nothing else does."""
        confirmed = {pk for pk, state in self.has.items() if state[2]}
        noted = list(Effort.objects.filter(turn=self.turn).values_list("member_id", flat=True))
        assert sorted(noted) == sorted(confirmed), self.log


def replayed(turn: Turn) -> set[str]:
    """Who has a place, told by the records alone."""
    there: set[str] = set()
    for event in Event.objects.filter(subject_type="tasks.turn", subject_id=turn.pk).order_by("seq"):
        told: dict[str, Any] = event.told.data["payload"] if event.told else {}
        if event.kind in ("tasks.signed_up", "tasks.part_given"):
            there.add(told["member"])
        elif event.kind in ("tasks.withdrew", "tasks.part_taken"):
            there.remove(told["member"])
        elif event.kind == "tasks.stood_in":
            there.remove(told["before"])
            there.add(told["member"])
        if "taken" in told and event.kind != "tasks.turn_made":
            assert told["taken"] == len(there)
    return there


@pytest.mark.parametrize("seed", range(6))
def test_whatever_people_do_the_turn_is_what_the_model_says(actor: Actor, linden: Cooperative, monday: Any, seed: int) -> None:
    turn = turn_of(a_duty(actor, linden, places=PLACES))
    story = Story(turn, actor, people(linden, *NAMES), seed)
    for _step in range(25):
        story.step()
        story.agrees()
    monday.shift(timedelta(days=2))  # its day has come, sign-up is still open
    story.has_come = True
    for _step in range(20):
        story.step()
        story.agrees()
    monday.move_to(turn.closes_at)
    story.is_open = False
    for _step in range(30):
        story.step()
        story.agrees()
    story.ledger_agrees()
    users = {str(member.user.public_id) for pk, member in story.members.items() if pk in story.has and member.user}
    assert replayed(turn) == users
    assert verify(linden).faults == []


def test_the_story_meets_every_kind_of_act(actor: Actor, linden: Cooperative, monday: Any) -> None:
    """The dice above are no proof when they never fall on something: over one long story everything works at least once."""
    turn = turn_of(a_duty(actor, linden, places=PLACES))
    story = Story(turn, actor, people(linden, *NAMES), 99)
    story.has_come = True
    monday.shift(timedelta(days=2))
    for _step in range(250):
        story.step()
        if all(state[2] for state in story.has.values()) and len(story.has) == PLACES:
            break
    worked = {line.split(" ")[0] for line in story.log if line.endswith("True")}
    failed = {line.split(" ")[0] for line in story.log if line.endswith("False")}
    assert {"sign_up", "withdraw", "ask", "stand_in", "done", "confirm", "give", "remove"} <= worked
    assert {"sign_up", "confirm", "stand_in"} <= failed
    story.agrees()
    story.ledger_agrees()
