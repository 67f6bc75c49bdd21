"""One writer of a register at a time, the rights asked again under the lock, and the rule of the last admin."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cooperatives.actions import Conflict, RuleBroken, check
from cooperatives.models import Cooperative
from cooperatives.policy import Actor

from ...models import Membership, User
from ...queries import Days, admin_days, first_lost, today_in
from ...roles import Role

EARLIEST, FURTHEST = date(1900, 1, 1), timedelta(days=366)


def hold(cooperatives: Collection[int]) -> None:
    """Let nobody else write these registers until the end of the transaction, locked in order of their keys."""
    # Numbers are gap-free and the last admin is counted: both need one writer for each cooperative. Rows that
    # point to the cooperative share its key meanwhile, so the lock leaves the key alone.
    list(Cooperative.objects.select_for_update(no_key=True).filter(pk__in=cooperatives).order_by("pk"))


def locked(actor: Actor, member: Membership, to: str) -> tuple[Actor, Membership]:
    """Actor and membership as they are now that nobody else can change them; both may be older than the lock."""
    hold([member.cooperative_id])
    now = actor.again()
    row = Membership.objects.select_related("person", "user", "cooperative").get(pk=member.pk)
    check(now, to, row)
    return now, row


def today_of(row: Membership) -> date:
    """Today where the membership is."""
    return today_in(row.cooperative.time_zone)


def standing_day(member: Membership) -> date:
    """Today, or the day of joining for who joins later. Raises Conflict for a membership that has ended."""
    day = max(today_of(member), member.joined_on)
    if not member.is_current(on=day):
        raise Conflict("has_left", _("This membership has ended."))
    return day


def planned(day: date, today: date, field: str) -> date:
    """A day from today on, at most a year ahead. Raises RuleBroken naming the field."""
    if day < today:
        raise RuleBroken("in_the_past", _("Choose today or a later day: what was, stays as it was."), field)
    return not_far_ahead(day, today, field)


def not_far_ahead(day: date, today: date, field: str) -> date:
    """A day of this or the last century, at most a year ahead. Raises RuleBroken naming the field."""
    if day > today + FURTHEST:
        raise RuleBroken("too_far_ahead", _("Choose a day within a year from today."), field)
    if day < EARLIEST:
        raise RuleBroken("too_long_ago", _("Choose a day after 1900."), field)
    return day


def ordered(starts_on: date, ends_on: date | None) -> None:
    """Raise RuleBroken unless the end, if there is one, comes after the start."""
    if ends_on is not None and ends_on <= starts_on:
        raise RuleBroken("ends_before_it_begins", _("The end must come after the beginning."), "ends_on")


def public(user: User | None) -> str:
    """The public id of a login; an empty string for nobody."""
    return str(user.public_id) if user else ""


def iso(day: date | None) -> str:
    """A day as events carry it; an empty string for an open end."""
    return day.isoformat() if day else ""


def known(roles: Iterable[str]) -> None:
    """Raise RuleBroken for what is no role."""
    if not set(roles) <= set(Role.values):
        raise RuleBroken("unknown_role", _("Choose one of the roles from the list."), "role")


@contextmanager
def an_admin_stays(cooperative: Cooperative) -> Iterator[None]:
    """Let the block, under `hold`, take the last admin away from no day from today on. Raises Conflict otherwise."""
    before = admin_days(cooperative, since=today_in(cooperative.time_zone))
    yield
    refuse_lost(cooperative, before)


def refuse_lost(cooperative: Cooperative, before: list[Days], field: str = "role") -> None:
    """Raise Conflict when a day that had an admin before has none now."""
    today = today_in(cooperative.time_zone)
    lost = first_lost(before, admin_days(cooperative, since=today)) if before else None
    if lost is not None:
        raise Conflict("last_admin", _without(lost, today), field)


def _without(lost: date, today: date) -> str:
    if lost <= today:
        return _("A cooperative needs an admin who can sign in. Make somebody else admin first.")
    day = date_format(lost, "j F Y")
    return _("From %(day)s on nobody would be admin. Make somebody else admin from that day on first.") % {"day": day}
