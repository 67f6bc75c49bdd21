"""Loading the demo: through the same actions as everybody's members, so that it leaves the same events."""

from datetime import date
from functools import cache
from hashlib import sha256

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, action, found
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter, fact

from ..actions import admit
from ..models import Membership, Person, Photo, Shown, User
from ..queries import today_in
from .days import first_of
from .people import DEMO, LOGINS, DemoCooperative
from .portraits import portrait
from .settling import settle
from .showing import facts_of
from .waiting import fill_list

PASSWORD = "linden-and-kilele"  # noqa: S105 - shown on purpose, and good only where the demo is shown


def load() -> list[Cooperative]:
    """Load both demo cooperatives and let every room add its part; what is there already stays as it is.

    Every answerer of the fact `demo` is asked each time, with cooperative= and actor=, and adds what is missing.
    Raises Conflict when a real cooperative has taken a demo address.
    """
    return [_load(spec) for spec in DEMO]


def _load(spec: DemoCooperative) -> Cooperative:
    there = Cooperative.objects.filter(slug=spec.slug).first()
    if there is not None and not there.is_demo:
        raise Conflict("slug_taken", _("A real cooperative has the address %s.") % spec.slug, "slug")
    users = _users(spec)
    founder = users[spec.people[0].email(spec.domain)]
    cooperative = there or found(Actor.of(founder), slug=spec.slug, is_demo=True, **spec.facts)
    actor = Actor.of(founder)
    with enter([cooperative.pk], actor.user_id):
        _populate(actor, cooperative, spec, users)
        settle(actor, cooperative)
        fill_list(actor, cooperative)
        fact("demo").ask(cooperative=cooperative, actor=actor)
    return cooperative


def _users(spec: DemoCooperative) -> dict[str, User]:
    """The logins of a cooperative's people by address; those that are missing are made, their addresses proved."""
    wanted = {email: person for person in spec.people if (email := person.email(spec.domain))}
    there = set(User.objects.filter(email__in=wanted).values_list("email", flat=True))
    with transaction.atomic():
        made = User.objects.bulk_create(
            User(email=email, name=person.name, is_demo=True, password=_password_of(email))
            for email, person in wanted.items()
            if email not in there
        )
        EmailAddress.objects.bulk_create(EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in made)
    return {user.email: user for user in User.objects.filter(email__in=wanted, is_demo=True)}


def _password_of(email: str) -> str:
    return _hashed() if settings.DEMO and email in LOGINS else make_password(None)


@cache
def _hashed() -> str:
    # Hashed once: a good hash is slow on purpose, and these five share a password anyway.
    return make_password(PASSWORD)


@action
def _populate(actor: Actor, cooperative: Cooperative, spec: DemoCooperative, users: dict[str, User]) -> None:
    today = today_in(cooperative.time_zone)
    known = set(Membership.objects.values_list("person__name", flat=True))
    _since(spec, today)
    for place, person in enumerate(spec.people):
        if person.name not in known:
            user, facts = users.get(person.email(spec.domain)), facts_of(person, place, spec.phones)
            admit(actor, cooperative, name=person.name, user=user, roles=person.roles, on=first_of(today, person.months), **facts)
    _picture(cooperative)


def _picture(cooperative: Cooperative) -> None:
    """A photo for everybody who shows one, written in bulk as homes are; where there are some, all is as it is."""
    if Photo.objects.filter(cooperative=cooperative).exists():
        return
    people = [person for person in Person.objects.filter(cooperative=cooperative) if Shown.PHOTO in person.shown]
    drawn = [(person, portrait(person.name)) for person in people]
    rows = [Photo(cooperative=cooperative, person=person, content=one, digest=sha256(one).hexdigest()) for person, one in drawn]
    Photo.objects.bulk_create(rows)


def _since(spec: DemoCooperative, today: date) -> None:
    """The founding has admitted the founder today, by name alone; in the story it was years ago."""
    first = Membership.objects.select_related("person").get(number=1)
    founder = spec.people[0]
    day = first_of(today, founder.months)
    if first.joined_on != day:
        Membership.objects.filter(pk=first.pk).update(joined_on=day)
        first.grants.update(starts_on=day)
        for name, value in facts_of(founder, 0, spec.phones).items():
            setattr(first.person, name, value)
        first.person.save()
