"""Questions about what people agreed to and show."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may

from ..models import Consent, Membership, Person, Photo, Shown

WORDINGS: dict[str, str] = {
    Consent.Kind.DATA: _("The cooperative may keep what I told it about myself for as long as I belong to it."),
    Consent.Kind.PHOTO: _("Members of the cooperative may see my photo."),
    Consent.Kind.NEWSLETTER: _("The cooperative may send me news by e-mail that are not about my membership."),
    Consent.Kind.DIRECTORY: _("Members of the cooperative may find me in its directory and address book, with what I show."),
}
"""What somebody agrees to, by kind. A new wording is a new text here; old consents keep the words they were given in."""


def own_person(actor: Actor, cooperative_id: int) -> Person | None:
    """The actor in the register of a cooperative where they stand."""
    standing = actor.standing(cooperative_id)
    found = Membership.objects.select_related("person").filter(pk=standing.membership_id if standing else 0).first()
    return found.person if found else None


def login_of(person: Person) -> str:
    """The public id of the login that stands behind a person now or stood last; empty for who has none."""
    held = Membership.objects.filter(person=person).exclude(user=None).order_by("-joined_on", "-pk")
    return str(held.values_list("user__public_id", flat=True).first() or "")


def consents_of(person: Person) -> "QuerySet[Consent]":
    """Everything a person agreed to or withdrew, the newest first."""
    return Consent.objects.filter(person=person).order_by("-at", "-pk")


def latest(person: Person) -> dict[str, Consent]:
    """The consent that counts, by kind."""
    found: dict[str, Consent] = {}
    for row in consents_of(person):
        found.setdefault(row.kind, row)
    return found


def photo_for(actor: Actor, person: Person) -> Photo | None:
    """The picture of a person, if the actor may see it: their own, an officer, or fellows to whom it is shown.

    Who withdrew the consent to that shows it to no fellow, whatever else they chose.
    """
    photo: Photo | None = Photo.objects.filter(person=person).first()
    if photo is None or may(actor, "members.show", person):
        return photo
    newest = latest(person).get(Consent.Kind.PHOTO)
    is_shown = Shown.PHOTO in person.shown and (newest is None or newest.is_given)
    return photo if is_shown and may(actor, "members.see", person) else None


def photos_shown(actor: Actor, cooperative: Cooperative, members: Iterable[Membership]) -> set[int]:
    """The people behind these memberships whose picture the actor may see, by key, as `photo_for` says: two queries."""
    people = {member.person_id: member for member in members}
    pictured = set(Photo.objects.filter(person__in=list(people)).values_list("person_id", flat=True))
    if not pictured or may(actor, "members.show", cooperative):
        return pictured
    standing = actor.standing(cooperative.pk)
    own = {pk for pk in pictured if standing is not None and people[pk].pk == standing.membership_id}
    chosen = {pk for pk in pictured if Shown.PHOTO in people[pk].person.shown}
    decided = Consent.objects.filter(person__in=chosen, kind=Consent.Kind.PHOTO).order_by("at", "pk")
    newest = dict(decided.values_list("person_id", "is_given"))
    return own | {pk for pk in chosen if newest.get(pk, True)}


def agreements(person: Person) -> list[dict[str, Any]]:
    """Every kind of consent with its wording of today, what counts now, and its whole history."""
    history: dict[str, list[Consent]] = {}
    for row in consents_of(person):
        history.setdefault(row.kind, []).append(row)
    return [
        {
            "kind": kind,
            "label": label,
            "wording": WORDINGS[kind],
            "newest": next(iter(history.get(kind, [])), None),
            "history": history.get(kind, []),
        }
        for kind, label in Consent.Kind.choices
    ]
