"""The parts of a person's data: a dry run counts them, the erasure does them, so that both say the same."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.models import Detail, Event

from ..models import (
    Consent,
    Household,
    HouseholdMember,
    Membership,
    Occupant,
    Pause,
    Person,
    Photo,
    RoleGrant,
    SavedView,
    Seat,
)
from .finding import Needles
from .imports import imported_parts
from .part import Part
from .ways import ways_in

BLANK: dict[str, Any] = {
    "name": "", "given_name": "", "family_name": "", "contact_person": "", "email": "", "phone": "", "other_phones": "",
    "address": "", "birth_date": None, "locale": "", "skills": "", "note": "", "external_id": "", "shown": [],
}  # fmt: skip
"""What a person's entry is once it is erased."""
_PROOF = _("It is the register and the record of what was done, without a name.")


def parts_of(person: Person, needles: Needles) -> list[Part]:
    """Every part of a person's data in the active cooperative, what goes first; those without a row, too."""
    members = Membership.objects.filter(person=person)
    return [
        *_own(person, members),
        *ways_in(person, members, needles),
        *imported_parts(person, members, needles),
        *_kept(person, members),
    ]


def _own(person: Person, members: "QuerySet[Membership]") -> list[Part]:
    def blank(_rows: Any) -> None:
        for name, value in BLANK.items():
            setattr(person, name, value)
        person.erased_at, person.version = timezone.now(), person.version + 1
        person.save()

    return [
        Part("entry", _("Name, contact data, birth date, skills and notes"), Person.objects.filter(pk=person.pk), blank),
        Part("photo", _("Photo"), Photo.objects.filter(person=person), lambda rows: rows.delete()),
        Part(
            "memberships",
            _("Name and note on leaving, and which login it was"),
            members,
            lambda rows: rows.update(left_name="", left_note="", user=None),
        ),
        Part(
            "pauses",
            _("Reasons for pauses"),
            Pause.objects.filter(membership__in=members).exclude(reason=""),
            lambda rows: rows.update(reason=""),
        ),
        Part("views", _("Saved views"), SavedView.objects.filter(membership__in=members), lambda rows: rows.delete()),
        Part("households", _("Names of households without anybody else"), _alone(person), lambda rows: rows.update(name="")),
    ]


def _alone(person: Person) -> "QuerySet[Household]":
    others = HouseholdMember.objects.exclude(person=person).filter(person__erased_at=None)
    mine = HouseholdMember.objects.filter(person=person).values("household")
    return Household.objects.filter(pk__in=mine).exclude(pk__in=others.values("household")).exclude(name="")


def _kept(person: Person, members: "QuerySet[Membership]") -> list[Part]:
    users = list(members.exclude(user=None).values_list("user", flat=True))
    told = Event.objects.filter(
        Q(actor__in=users)
        | Q(subject_type="members.person", subject_id=person.pk)
        | Q(subject_type="members.membership", subject_id__in=members.values("pk"))
    )
    login = _("A login is its owner's, who closes it or asks the keeper of the installation; the register forgets it.")
    return [
        Part("numbers", _("Member numbers with the dates of joining and leaving"), members, why=_PROOF),
        Part("roles", _("Roles and seats with their terms"), RoleGrant.objects.filter(membership__in=members), why=_PROOF),
        Part("seats", _("Seats on committees with their terms"), Seat.objects.filter(membership__in=members), why=_PROOF),
        Part("homes", _("Who lived where, without a name"), Occupant.objects.filter(person=person), why=_PROOF),
        Part("consents", _("Consents, as proof that they were given"), Consent.objects.filter(person=person), why=_PROOF),
        Part("records", _("Records of what was done; their detail goes where it names the person"), told, why=_PROOF),
        Part("login", _("The login"), members.exclude(user=None), why=login),
    ]


# --- The record ---------------------------------------------------------------------------------------------------------


def details_naming(person: Person, needles: Needles, kept: str) -> list[int]:
    """The numbers of the records whose detail names the person. Those of the kind `kept` cannot be erased.

    Where somebody else bears the same name, only what is about this person or done by them: a namesake keeps theirs.
    """
    members = Membership.objects.filter(person=person).select_related("user")
    ids = {member.pk for member in members}
    users = {member.user for member in members if member.user}
    linked = {str(person.public_id), *(str(user.public_id) for user in users)}
    shared = Person.objects.filter(name__in=needles.words).exclude(pk=person.pk).exists()
    found = []
    candidates = Detail.objects.filter(needles.within(["text"])).exclude(event__kind=kept).select_related("event")
    for detail in candidates.order_by("event__seq").iterator(chunk_size=500):
        event = detail.event
        own = (event.subject_type == "members.person" and event.subject_id == person.pk) or (
            event.subject_type == "members.membership" and event.subject_id in ids
        )
        is_linked = own or event.actor_id in {user.pk for user in users} or any(key in detail.text for key in linked)
        if needles.in_value(detail.data) and (is_linked or not shared):
            found.append(event.seq)
    return found
