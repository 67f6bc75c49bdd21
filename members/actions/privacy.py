"""Verbs by which people decide what of them is kept and pictured; officers do them for those who ask on paper."""

import hashlib

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from cooperatives.actions import Conflict, RuleBroken, action, check
from cooperatives.events import record
from cooperatives.policy import Actor

from ..events import CONSENTED, PHOTO_CHANGED
from ..models import Consent, Person, Photo
from ..photos import square
from ..queries.privacy import WORDINGS, latest, login_of


def _locked(actor: Actor, person: Person, to: str) -> Person:
    """The person as they are now that nobody else can change them, if the actor still may."""
    check(actor, to, person)
    row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    check(actor.again(), to, row)
    if row.erased_at:
        raise Conflict("erased", _("The data of this person were erased."))
    return row


@action
def consent(actor: Actor, person: Person, *, kind: str, is_given: bool) -> Consent:
    """Give or withdraw a consent, in the words that are in force today: appended, and the newest counts.

    What stands already stays as it is. Raises RuleBroken for an unknown kind.
    """
    row = _locked(actor, person, "members.consent")
    if kind not in Consent.Kind.values:
        raise RuleBroken("consent_kind", _("Choose a consent from the list."), "kind")
    newest = latest(row).get(kind)
    if newest is not None and newest.is_given == is_given:
        return newest
    wording = str(gettext(WORDINGS[kind]))
    made = Consent.objects.create(
        cooperative_id=row.cooperative_id, person=row, kind=kind, is_given=is_given, at=timezone.now(), wording=wording
    )
    record(CONSENTED, actor, row, user_id=login_of(row), kind=kind, is_given=is_given)
    return made


@action
def set_photo(actor: Actor, person: Person, *, content: bytes) -> Photo:
    """Give a person this picture, made small and bare of metadata, in the place of the one before.

    Raises RuleBroken for what is no picture, or too large.
    """
    check(actor, "members.show", person)
    drawn = square(content)
    row = _locked(actor, person, "members.show")
    digest = hashlib.sha256(drawn).hexdigest()
    photo: Photo = Photo.objects.filter(person=row).first() or Photo(cooperative_id=row.cooperative_id, person=row)
    if photo.digest != digest:
        photo.content, photo.digest, photo.at = drawn, digest, timezone.now()
        photo.save()
        record(PHOTO_CHANGED, actor, row, user_id=login_of(row), removed=False)
    return photo


@action
def remove_photo(actor: Actor, person: Person) -> None:
    """Remove a person's picture; where there is none, nothing happens."""
    row = _locked(actor, person, "members.show")
    if Photo.objects.filter(person=row).delete()[0]:
        record(PHOTO_CHANGED, actor, row, user_id=login_of(row), removed=True)
