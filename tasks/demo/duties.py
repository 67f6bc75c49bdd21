"""The demo cooperatives' duties, read from duties.json and set up by the same actions as everybody's."""

import json
from datetime import time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from cooperatives.actions import action
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import fact
from members.models import Membership
from members.queries import today_in

from ..actions import create_duty, fill_turns, give_place, sign_up
from ..models import Duty, Turn


@cache
def duties() -> dict[str, list[dict[str, Any]]]:
    """What is set up in each demo cooperative, by its address. `people` are those who have signed up, turn by turn."""
    found: dict[str, list[dict[str, Any]]] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return found


@fact("demo").answer
def add_duties(*, cooperative: Cooperative, actor: Actor) -> int:
    """Add the duties that are missing to a demo cooperative; how many there were to add."""
    if not cooperative.is_demo:
        return 0
    count = load_duties(cooperative, actor)
    fill_turns(cooperative, now=timezone.now())
    return count


@action
def load_duties(cooperative: Cooperative, actor: Actor) -> int:
    """Set the duties of one cooperative up; those that are there stay as they are."""
    there = set(Duty.objects.filter(cooperative=cooperative).values_list("title", flat=True))
    missing = [spec for spec in duties().get(cooperative.slug, ()) if spec["title"] not in there]
    members = {str(row): row for row in Membership.objects.select_related("person", "user").filter(cooperative=cooperative)}
    for spec in missing:
        _set_up(actor, cooperative, spec, members)
    return len(missing)


def _set_up(actor: Actor, cooperative: Cooperative, spec: dict[str, Any], members: dict[str, Membership]) -> None:
    facts = {key: value for key, value in spec.items() if key not in ("people", "weekdays", "at")}
    starts_on = today_in(cooperative.time_zone) + timedelta(days=1)
    weekdays = sum(1 << day for day in spec.get("weekdays", ()))
    duty = create_duty(actor, cooperative, **facts, weekdays=weekdays, at=time.fromisoformat(spec["at"]), starts_on=starts_on)
    turns = Turn.objects.select_related("duty").filter(duty=duty).order_by("due_at")
    for turn, names in zip(turns, spec["people"], strict=False):
        for member in (members[name] for name in names if name in members):
            if member.user is None or not turn.is_open(now=timezone.now()):  # a first turn of tomorrow is past its sign-up
                give_place(actor, turn, member=member)
            else:
                sign_up(Actor.of(member.user), turn)
