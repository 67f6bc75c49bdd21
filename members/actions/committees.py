"""Verbs of committees: found one, change it, end it; seat a member for a term, end the term."""

from datetime import date

from django.db.models import DateField, F, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, NotFound, RuleBroken, action, check, expect, refuse_invisible, validate
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor

from ..events import COMMITTEE_CHANGED, COMMITTEE_ENDED, COMMITTEE_FOUNDED, SEAT_ENDED, SEAT_TAKEN
from ..models import Committee, Membership, Seat
from ..queries import meeting, today_in


@action
def found_committee(actor: Actor, cooperative: Cooperative, *, name: str, purpose: str = "") -> Committee:
    """Found a committee. Raises RuleBroken naming the field, Conflict for a name that another one has."""
    check(actor, "members.change_committees", cooperative)
    row = Committee(cooperative=cooperative, name=_sound(name), purpose=purpose.strip())
    _save(row)
    record(COMMITTEE_FOUNDED, actor, row)
    return row


@action
def change_committee(
    actor: Actor, committee: Committee, *, version: int | None, name: str | None = None, purpose: str | None = None
) -> Committee:
    """Give a committee another name or purpose; None leaves either as it is. Raises Stale, RuleBroken, Conflict."""
    check(actor, "members.change_committees", committee)
    row = _locked(committee)
    expect(row, version)
    before = (row.name, row.purpose)
    row.name = row.name if name is None else _sound(name)
    row.purpose = row.purpose if purpose is None else purpose.strip()
    if (row.name, row.purpose) != before:
        row.version += 1
        _save(row)
        record(COMMITTEE_CHANGED, actor, row)
    return row


@action
def end_committee(actor: Actor, committee: Committee, *, version: int | None) -> Committee:
    """End a committee today, and with it every term on it; its history stays. Raises Stale, and Conflict when it has ended."""
    check(actor, "members.change_committees", committee)
    row = _locked(committee)
    expect(row, version)
    _refuse_ended(row)
    row.ended_on = today_in(row.cooperative.time_zone)
    row.version += 1
    row.save(update_fields=["ended_on", "version"])
    _cut(row.seats.all(), row.ended_on)
    record(COMMITTEE_ENDED, actor, row)
    return row


@action
def seat_member(
    actor: Actor,
    committee: Committee,
    *,
    member: Membership,
    position: str = Seat.Position.MEMBER,
    starts_on: date,
    ends_on: date | None = None,
) -> Seat:
    """Give a member a seat for the term [starts_on, ends_on); None has no end.

    Raises RuleBroken for a term that is none or one outside the membership, Conflict when it overlaps another term of
    the same member on the same committee, or when the committee has ended.
    """
    check(actor, "members.change_committees", committee)
    row = _locked(committee)
    _refuse_ended(row)
    member = _standing(row, member)
    seat = Seat(cooperative_id=row.cooperative_id, committee=row, membership=member, position=position)
    seat.starts_on, seat.ends_on = starts_on, ends_on
    _refuse_outside(seat)
    _refuse_overlap(seat)
    validate(seat)
    seat.save()
    record(SEAT_TAKEN, actor, member, committee_id=row.pk, committee=row.name, position=seat.position)
    return seat


@action
def end_seat(actor: Actor, seat: Seat, *, on: date | None = None) -> Seat:
    """Let a term end on a day, today unless another is named: earlier or later than it was to end. Nothing happens when it
    ends then already.

    Raises RuleBroken for a day before the term begins, Conflict when the longer term would overlap another.
    """
    check(actor, "members.change_committees", seat)
    committee = _locked(seat.committee)
    row = Seat.objects.select_related("membership__person", "committee").get(pk=seat.pk)
    day = on or max(row.starts_on, today_in(committee.cooperative.time_zone))
    if row.ends_on == day:
        return row
    row.ends_on = day
    _refuse_outside(row)
    _refuse_overlap(row)
    row.save(update_fields=["ends_on"])
    facts = {"committee_id": committee.pk, "committee": committee.name, "day": row.ends_on.isoformat()}
    record(SEAT_ENDED, actor, row.membership, **facts)
    return row


@action
def end_seats_of(member: Membership) -> int:
    """End the terms of a member who leaves on the day of leaving; answers how many."""
    return _cut(member.seats.all(), member.left_on) if member.left_on else 0


def _cut(seats: "QuerySet[Seat]", day: date) -> int:
    """End what lasts longer than `day`; a term that would have begun later is over as it begins."""
    beyond = seats.filter(Q(ends_on=None) | Q(ends_on__gt=day))
    return beyond.update(ends_on=Greatest(F("starts_on"), Value(day, DateField())))


def _sound(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise RuleBroken("no_name", _("Give the committee a name."), "name")
    refuse_invisible(name)
    return name


def _save(row: Committee) -> None:
    validate(row, exclude=("cooperative",))  # a text goes into a question only when it can be stored
    same = Committee.objects.filter(cooperative_id=row.cooperative_id, name=row.name, ended_on=None).exclude(pk=row.pk)
    if same.exists():
        raise Conflict("name_taken", _("There is a committee of this name already. Choose another name."), "name")
    row.save()


def _locked(committee: Committee) -> Committee:
    """The committee as it is now that nobody else changes it or its seats. Raises NotFound when it is gone."""
    found = Committee.objects.select_related("cooperative").select_for_update(of=("self",), no_key=True)
    row = found.filter(pk=committee.pk).first()
    if row is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return row


def _refuse_ended(committee: Committee) -> None:
    if committee.ended_on is not None:
        raise Conflict("committee_ended", _("This committee has ended. Found a new one."))


def _standing(committee: Committee, member: Membership) -> Membership:
    """The membership as it is now. Raises RuleBroken for one of elsewhere."""
    row = (
        Membership.objects.select_related("person", "user").filter(pk=member.pk, cooperative_id=committee.cooperative_id).first()
    )
    if row is None:
        raise RuleBroken("unknown_member", _("Choose a member of this cooperative."), "member")
    return row


def _refuse_outside(seat: Seat) -> None:
    """Raise RuleBroken for a term that ends before it begins, or begins or ends outside the membership."""
    member, starts, ends = seat.membership, seat.starts_on, seat.ends_on
    if ends is not None and ends < starts:
        raise RuleBroken(
            "ends_before", _("The term must not end before it begins, on %(day)s.") % {"day": _said(starts)}, "ends_on"
        )
    if starts < member.joined_on:
        sentence = _("%(name)s joined on %(day)s. Let the term begin then or later.")
        raise RuleBroken("before_joining", sentence % {"name": member, "day": _said(member.joined_on)}, "starts_on")
    if member.left_on is not None and (starts >= member.left_on or ends is None or ends > member.left_on):
        sentence = _("%(name)s leaves on %(day)s. Let the term lie before that.")
        raise RuleBroken("after_leaving", sentence % {"name": member, "day": _said(member.left_on)}, "ends_on")


def _refuse_overlap(seat: Seat) -> None:
    """Raise Conflict, naming the other term, when it overlaps one of the same member on the same committee."""
    others = Seat.objects.filter(meeting(seat.starts_on, seat.ends_on), committee=seat.committee, membership=seat.membership)
    other = others.exclude(pk=seat.pk).order_by("starts_on").first()
    if other is None:
        return
    facts = {"name": seat.membership, "start": _said(other.starts_on), "end": _said(other.ends_on)}
    sentence = _("%(name)s has a seat on this committee from %(start)s, without an end. End that term first.")
    if other.ends_on:
        sentence = _("%(name)s has a seat on this committee from %(start)s until %(end)s. Choose days outside of that.")
    raise Conflict("seat_overlaps", sentence % facts, "starts_on")


def _said(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""
