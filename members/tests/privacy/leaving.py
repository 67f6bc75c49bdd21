"""Somebody who has left traces of every kind in the register, and has gone."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.actions import (
    ask_erasure,
    carry_out_erasures,
    consent,
    end_membership,
    grant_role,
    keep_view,
    set_photo,
)
from members.codes import renew
from members.models import (
    Building,
    Erasure,
    Household,
    HouseholdMember,
    ImportBatch,
    ImportedRow,
    Invitation,
    JoinRequest,
    Membership,
    Pause,
    Person,
    Unit,
    UnitOffer,
    User,
    WaitingEntry,
)
from members.roles import Role
from tasks.actions import create_project, create_task

from ..factories import a_member, a_user, acting, days
from .filling import a_photo

NAME, EMAIL, PHONE = "Zdzisława O'Brien", "zdz.obrien@example.org", "+48221234567"
LATER = timedelta(days=15)


@pytest.fixture
def zdz(alder: Cooperative) -> User:
    """A member who has left traces of every kind."""
    user = a_user(NAME, email=EMAIL)
    a_member(alder, user, Role.SECRETARY, Role.MEMBER, on=days(-200))
    return user


@pytest.fixture
def gone(ada: User, zdz: User, alder: Cooperative) -> Person:
    """The same, who has left."""
    person = _traces(ada, zdz, alder)
    with acting(ada) as actor:
        end_membership(actor, Membership.objects.get(user=zdz))
        Membership.objects.filter(user=zdz).update(left_name=NAME, left_note=f"{NAME} moved south")
    return person


def _traces(ada: User, zdz: User, alder: Cooperative) -> Person:
    own = {"cooperative": alder}
    with acting(zdz) as actor:
        member = Membership.objects.select_related("person").get(user=zdz)
        person = member.person
        consent(actor, person, kind="data", is_given=True)
        set_photo(actor, person, content=a_photo())
        keep_view(actor, alder, name=f"List of {NAME}", columns=["name"], q=NAME)
    facts = {
        "phone": PHONE,
        "given_name": "Zdzisława",
        "family_name": "O'Brien",
        "note": f"{NAME} sings",
        "birth_date": days(-9000),
    }
    with enter([alder.pk]):
        Person.objects.filter(pk=person.pk).update(**facts, other_phones="+48229999999; 0555", address="Elm 1", shown=["email"])
        Pause.objects.create(**own, membership=member, starts_on=days(-50), ends_on=days(-40), reason="Broken leg")
        home = Household.objects.create(**own, name="O'Brien")
        HouseholdMember.objects.create(**own, household=home, person=person, starts_on=days(-200), ends_on=days(-1))
        now = timezone.now()
        for email in (EMAIL.upper(), "other@example.org"):
            renew(Invitation.objects.create(**own, way="mail", email=email, expires_at=now + LATER))
        answers = [{"question": "Why?", "answer": f"I am {NAME}"}]
        JoinRequest.objects.create(**own, user=zdz, name=NAME, answers=answers, state="approved")
        JoinRequest.objects.create(**own, user=zdz, name=NAME, answers=answers)
        waits = WaitingEntry.objects.create(
            **own, person=person, name=NAME, email=EMAIL, phone=PHONE, ranked_on=days(-5), wishes="Sun"
        )
        flat = Unit.objects.create(**own, building=Building.objects.create(**own, name="North"), code="N-1")
        UnitOffer.objects.create(**own, entry=waits, unit=flat, expires_at=now + LATER)
        batch = ImportBatch.objects.create(
            **own, name=f"{NAME}.csv", content=f"name\n{NAME}\n".encode("cp1252", "replace"), state="applied"
        )
        row = {"name": NAME, "email": EMAIL, "phone": PHONE}
        ImportedRow.objects.create(**own, batch=batch, kind="members.person", row_id=person.pk, before=None, after=row)
        ImportedRow.objects.create(**own, batch=batch, kind="members.household", row_id=home.pk, before={"x": NAME}, after=row)
        ImportedRow.objects.create(**own, batch=batch, kind="members.person", row_id=99, before=None, after={"name": "Else"})
        ImportBatch.objects.create(**own, name="waits.csv", content=f"phone;mail\n{PHONE};x".encode("utf-16"))
        ImportBatch.objects.create(**own, name="others.csv", content=b"name\nSomebody Else\n")
    with acting(ada) as actor:
        grant_role(actor, Membership.objects.get(user=zdz), role=Role.TREASURER)
        project = create_project(actor, alder, name="House", key="H")
        create_task(actor, project, title=f"Ask {NAME} for the key", assignees=[Membership.objects.get(user=zdz)])
    with acting(zdz) as actor:
        create_task(actor, project, title="Sweep")
    return person


def erased(ada: User, person: Person) -> Erasure:
    """Asked for by Ada, and carried out by the job when the hold is over."""
    with acting(ada) as actor:
        asked = ask_erasure(actor, person)
    with time_machine.travel(timezone.now() + LATER, tick=False):
        assert carry_out_erasures(now=timezone.now()) == 1
    with enter([person.cooperative_id]):
        found: Erasure = Erasure.objects.get(pk=asked.pk)
        return found
