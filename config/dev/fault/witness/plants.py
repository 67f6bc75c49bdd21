"""The witness as it should be, and mistakes that a run must find: each is named with the check that names it."""

import itertools
from functools import partial
from importlib import import_module
from typing import Any

from django.db import connection, transaction
from django.utils.module_loading import import_string

from . import deeds


class Honest:
    """Acts in the transaction, tells after the commit, takes effect once."""

    def act(self, occurrence: Any) -> None:
        """Agreeing subscriber."""
        deeds.act(occurrence.uid)
        deeds.burn("inside")

    def tell(self, event: Any) -> None:
        """Target that is told in the process that committed."""
        deeds.burn("committed")
        deeds.tell_outside(event.cooperative_id, event.seq, event.uid)
        deeds.burn("told")

    def take_effect(self, event: Any) -> None:
        """Target that is told by a job."""
        deeds.take_effect(event.uid)
        deeds.burn("effect")

    def settle(self) -> None:
        """Change the product itself, where a mistake lies there."""


class Early(Honest):
    """Announces before the commit: found by `announced`."""

    def act(self, occurrence: Any) -> None:
        """Tell first, under the number that the record will have, if it comes to be."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq FROM activity_head WHERE cooperative_id = %s", [occurrence.cooperative_id])
            deeds.tell_outside(occurrence.cooperative_id, cursor.fetchone()[0] + 1, occurrence.uid)
        super().act(occurrence)


class Outside(Honest):
    """Acts after the commit instead of in it: found by `acted once`."""

    def act(self, occurrence: Any) -> None:
        """Leave the deed to on_commit."""
        transaction.on_commit(partial(self._late, occurrence))

    def _late(self, occurrence: Any) -> None:
        deeds.burn("inside")
        deeds.act(occurrence.uid)


class Again(Honest):
    """Takes effect each time it is told: found by `took effect once`."""

    def take_effect(self, event: Any) -> None:
        """Without looking."""
        deeds.take_effect(event.uid, once=False)
        deeds.burn("effect")


class Liar(Honest):
    """Undoes one of five writes behind the action's back and lets it be acknowledged: found by `acknowledged`."""

    def settle(self) -> None:
        """Undo what was just written, as a database would that confirms a commit before it has happened."""
        actions, count = import_module("activity.actions"), itertools.count(1)
        append: Any = vars(actions)["_append"]

        def forgetful(*args: Any) -> None:
            append(*args)
            if next(count) % 5 == 0:
                with connection.cursor() as cursor:
                    cursor.execute("ROLLBACK")
                    cursor.execute("BEGIN")

        vars(actions)["_append"] = forgetful


class Hasty(Honest):
    """Moves the cursor before it delivers: found by `told`."""

    def settle(self) -> None:
        """Put the steps of a line in the wrong order."""
        line = import_string("activity.dispatch.line.Line")
        tell = line._tell

        def hasty(self: Any, event: Any) -> Any:
            self.told = event.seq
            self._move()
            return tell(self, event)

        line._tell = hasty


class Unswept(Honest):
    """Wakes after a commit and never sweeps: found by `told` or `cursors`."""

    def settle(self) -> None:
        """Make the sweep do nothing."""
        import_string("activity.jobs.sweep").run = lambda: None


PLANTS: dict[str, type[Honest]] = {
    "early": Early,
    "outside": Outside,
    "again": Again,
    "liar": Liar,
    "hasty": Hasty,
    "unswept": Unswept,
}
