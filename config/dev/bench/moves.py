"""`python -m config.dev.bench.moves`: 16 writers make 2,000 random moves over three columns; prints JSON.

What the columns hold at the end must be what the record alone tells: no card lost or doubled, no two of one rank.
"""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from random import Random
from typing import Any

import django
from django.db import connections
from django.utils.module_loading import import_string

from config.dev.bench.seed import House
from config.env import BASE_DIR

WRITERS, MOVES, COLUMNS, CARDS = 16, 2_000, 3, 60
LATE = {"stale", "neighbour_gone", "gave_way"}


class Play:
    """One board and those who move its cards."""

    def __init__(self) -> None:
        self.house = House()
        self.project, lanes, _tasks = self.house.board(CARDS)
        self.lanes = lanes[:COLUMNS]
        self.task = import_string("tasks.models.Task")
        self.event = import_string("activity.models.Event")
        self.move = import_string("tasks.actions.move_task")
        self.made, self.late, self.odd = 0, 0, list[str]()
        self.lock = threading.Lock()

    def order(self) -> dict[int, list[int]]:
        """The columns as the database has them."""
        with self.house.inside():
            rows = self.task.objects.filter(project=self.project).order_by("rank").values_list("lane_id", "pk")
            found: dict[int, list[int]] = {}
            for lane, pk in rows:
                found.setdefault(lane, []).append(pk)
            return {lane: cards for lane, cards in found.items() if cards}

    def replayed(self, order: dict[int, list[int]]) -> dict[int, list[int]]:
        """The columns as the record tells them, from what they were."""
        with self.house.inside():
            told = (
                self.event.objects.filter(kind__in=("tasks.moved", "tasks.overfilled")).select_related("detail").order_by("seq")
            )
            for event in told:
                facts = event.told.data["payload"]
                for cards in order.values():
                    if facts["issue_id"] in cards:
                        cards.remove(facts["issue_id"])
                cards = order.setdefault(facts["lane_id"], [])
                cards.insert(cards.index(facts["after_id"]) + 1 if facts["after_id"] else 0, facts["issue_id"])
        return {lane: cards for lane, cards in order.items() if cards}

    def write(self, number: int) -> None:
        """One writer, until enough has been moved."""
        dice = Random(number)
        try:
            with self.house.inside():
                while self.made < MOVES:
                    self._try(dice)
        except Exception as error:  # noqa: BLE001  (told at the end)
            self.odd.append(repr(error))
        finally:
            connections.close_all()

    def _try(self, dice: Random) -> None:
        card = dice.choice(list(self.task.objects.filter(project=self.project)))
        lane = dice.choice(self.lanes)
        others = list(self.task.objects.filter(lane=lane).exclude(pk=card.pk).values_list("pk", flat=True))
        where = {dice.choice(["after_id", "before_id"]): dice.choice(others)} if others else {}
        try:
            moved = self.move(self.house.actor, card, lane=lane, version=card.version, **where)
        except Exception as error:
            if getattr(error, "code", "") not in LATE:
                raise
            with self.lock:
                self.late += 1
            return
        with self.lock:
            self.made += moved.version > card.version


def play() -> dict[str, Any]:
    """All of it, and what came of it."""
    game = Play()
    before, began = game.order(), time.monotonic()
    writers = [threading.Thread(target=game.write, args=(number,)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    seconds, after = time.monotonic() - began, game.order()
    told = game.replayed({lane: list(cards) for lane, cards in before.items()})
    cards = Counter(pk for column in after.values() for pk in column)
    with game.house.inside():
        ranks = list(game.task.objects.filter(project=game.project).values_list("lane_id", "rank"))
    return {
        "moves": game.made,
        "too_late": game.late,
        "seconds": round(seconds, 1),
        "odd": game.odd,
        "lost": CARDS - len(cards),
        "doubled": sum(count - 1 for count in cards.values()),
        "equal_ranks": len(ranks) - len(set(ranks)),
        "order_equals_replay": after == told,
    }


def measure(environment: dict[str, str]) -> dict[str, Any]:
    """The same in a fresh process, on the database of this environment."""
    command = [sys.executable, "-m", "config.dev.bench.moves"]
    done = subprocess.run(command, env=environment, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    django.setup()
    print(json.dumps(play()))
