"""What the verbs of duties share: locks in one order (duty, turn, parts), and input that every door checks alike."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Forbidden, Invalid, NotFound, RuleBroken, refuse_invisible
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership
from members.queries import stays, today_in

from ...models import EARLIEST, Duty, MonthBy, Part, Schedule, Turn, Unit
from ...queries import partakers_in
from ...schedules import instant
from ..base import author, sound_text

FURTHEST = timedelta(days=3660)
_WHOLE = {
    "every": (1, 366, _("Write a number from 1 to 366.")),
    "times": (1, 5_000, _("Write a number from 1 to 5,000, or leave it empty.")),
    "weekdays": (0, 127, _("Choose weekdays from the list.")),
    "nth": (-1, 4, _("Choose first to fourth, or last.")),
    "weekday": (0, 6, _("Choose a weekday from the list.")),
}
_CHOICES = {"unit": Unit, "month_by": MonthBy}


def me(actor: Actor, cooperative_id: int) -> Membership:
    """The actor's own membership. Raises Forbidden for the system and for who has none."""
    found = Membership.objects.select_related("person", "user").filter(pk=author(actor, cooperative_id)).first()
    if found is None:
        raise Forbidden("forbidden", _("Only a member can do this."))
    return found


def lock_turn(turn: Turn) -> Turn:
    """Lock a turn's row and read it anew, with its duty. Every change of its parts waits for this lock."""
    rows = Turn.objects.select_related("duty").select_for_update(of=("self",), no_key=True)
    row: Turn | None = rows.filter(pk=turn.pk).first()
    if row is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return row


def lock_duty(duty: Duty) -> Duty:
    """Lock a duty's row and read it anew."""
    row: Duty | None = Duty.objects.select_for_update(no_key=True).filter(pk=duty.pk).first()
    if row is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return row


def parts_of(turn: Turn) -> list[Part]:
    """The parts of a locked turn, by place."""
    rows = Part.objects.filter(turn=turn).select_related("member__person", "member__user")
    return list(rows.order_by("place"))


def part_now(part: Part, parts: list[Part]) -> Part:
    """The same part as it is under the lock. Raises Conflict when somebody has taken it out meanwhile."""
    found = next((row for row in parts if row.pk == part.pk), None)
    if found is None:
        raise Conflict("part_gone", _("This place was given up in the meantime. Reload the page."))
    return found


def sound_member(member: Membership | None, cooperative_id: int, field: str) -> Membership | None:
    """The member, if they belong to the cooperative now. Raises Invalid."""
    if member is not None and (member.cooperative_id != cooperative_id or not stays(member)):
        raise Invalid(field, _("Choose a member of this cooperative."), field)
    return member


def sound_partaker(member: Membership | None, cooperative: Cooperative, field: str) -> Membership | None:
    """The member, if they may take part in duties there. Raises Invalid, or RuleBroken for who belongs and may not."""
    found = sound_member(member, cooperative.pk, field)
    if found is not None and not partakers_in(cooperative).filter(pk=found.pk).exists():
        sentence = _("%(name)s may not take part in duties. Choose somebody who may, or let an administrator make them a member.")
        raise RuleBroken("cannot_take_part", sentence % {"name": found}, field)
    return found


def sound_line(text: str, limit: int, field: str, *, needed: bool = False) -> str:
    """One line of text without surrounding space. Raises Invalid naming the field when too much or nothing is left."""
    text = " ".join(text.split())
    if needed and not text:
        raise Invalid(field, _("Write something here."), field)
    sound_text(text, limit, field)
    refuse_invisible(text, field)
    return text


def sound_number(value: Any, least: int, most: int, field: str) -> int:
    """A whole number within bounds. Raises Invalid naming the field."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        sentence = _("Write a number from %(least)s to %(most)s.") % {"least": least, "most": most}
        raise Invalid(field, sentence, field)
    return value


def sound_schedule(facts: dict[str, Any], cooperative: Cooperative) -> dict[str, Any]:
    """The facts of a schedule among `facts`, checked one by one. Raises Invalid naming the field."""
    wanted = {key: facts[key] for key in Schedule.FIELDS if key in facts}
    for key, kinds in _CHOICES.items():
        if key in wanted and wanted[key] not in kinds.values:
            raise Invalid(key, _("Choose one from the list."), key)
    for key, (least, most, sentence) in _WHOLE.items():
        value = wanted.get(key)
        if value is not None and (not least <= value <= most or (key == "nth" and value == 0)):
            raise Invalid(key, sentence, key)
    _sound_day(wanted.get("starts_on"), cooperative)
    return wanted


def _sound_day(day: date | None, cooperative: Cooperative) -> None:
    if day is not None and not EARLIEST <= day <= today_in(cooperative.time_zone) + FURTHEST:
        raise Invalid("starts_on", _("Choose a day between the year 2000 and ten years from now."), "starts_on")


def refuse_endless_mistakes(rule: Schedule) -> None:
    """Raise Invalid when a schedule's ends contradict each other or its beginning."""
    if rule.ends_on is not None and rule.times is not None:
        raise Invalid("times", _("Give a last day or a number of times, not both."), "times")
    if rule.ends_on is not None and rule.ends_on < rule.starts_on:
        raise Invalid("ends_on", _("The last day lies before the first one. Choose a later day."), "ends_on")


def begin(rule: Schedule, cooperative: Cooperative) -> None:
    """Let a schedule count from now on: what lies before is neither made nor late. Of today's whole day nothing is past."""
    now = timezone.now()
    today = today_in(cooperative.time_zone)
    since = now if rule.at is not None else instant(today, None, cooperative.zone) - timedelta(seconds=1)
    rule.made_until = max(rule.made_until or since, since)
    rule.settled_at = now


def switch(rule: Schedule, facts: dict[str, Any], cooperative: Cooperative) -> list[str]:
    """Pause, resume, end or take up again as `facts` say (`paused`, `ended`: bool); the names of what changed."""
    changed = []
    for key, column in (("paused", "paused_at"), ("ended", "ended_at")):
        wish = facts.get(key)
        if wish is None or wish == (getattr(rule, column) is not None):
            continue
        setattr(rule, column, timezone.now() if wish else None)
        changed.append(key)
        if not wish:
            begin(rule, cooperative)
    return changed
