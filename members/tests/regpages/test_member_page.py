"""The page of a member: what each reader sees, and the forms on it, all without a script."""

import re
import time
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.web import panel
from cooperatives.web.places import _registry
from members.actions import end_membership, found_committee, grant_role, pause, seat_member
from members.models import Membership, Pause, Person, RoleGrant, User
from members.security.sessions import BEGUN

from ..browser import plain
from ..factories import a_member, a_user, days
from .conftest import House, as_, at, member_of, show

HOSTILE = "<img src=x onerror=alert(1)>"
pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def fay(alder: Cooperative) -> User:
    """Fay is another plain member."""
    user = a_user("Fay Fellow")
    a_member(alder, user)
    return user


def page(client: Client, user: User, member: Membership) -> str:
    """The member's page as somebody sees it."""
    answer = as_(client, user).get(at(member.cooperative, "member", member.public_id))
    assert answer.status_code == 200
    return plain(answer)


def parts(text: str) -> set[str]:
    """The headings of a page."""
    return set(re.findall(r"<h2[^>]*>([^<]+)</h2>", text)) - {"Menu"}


# --- Who sees what --------------------------------------------------------------------------------------------------


def test_a_fellow_sees_what_is_shown_and_nothing_of_the_past(client: Client, fay: User, bens: Membership, house_: House) -> None:
    pause(SYSTEM, bens, starts_on=days(9), reason="Surgery")
    show(bens, "phone", phone="030 1234", note="Pays late", address="Elm Road 1")
    seen = page(client, fay, bens)
    assert "030 1234" in seen
    assert not [secret for secret in ("ben.oduya@", "Pays late", "Elm Road 1", "N-101", "Surgery") if secret in seen]
    assert parts(seen) == {"Contact"}
    assert "Edit" not in seen


def test_the_office_sees_everything_with_its_dates(
    client: Client, sue: User, tom: User, bens: Membership, alder: Cooperative, house_: House
) -> None:
    pause(SYSTEM, bens, starts_on=days(9), ends_on=days(12), reason="Surgery")
    seat_member(SYSTEM, found_committee(SYSTEM, alder, name="Board"), member=bens, starts_on=days(0))
    show(bens, phone="030 1234", note="Pays late", address="Elm Road 1", external_id="OLD-9")
    for user in (sue, tom):
        seen = page(client, user, bens)
        told = ("ben.oduya@", "030 1234", "Pays late", "Elm Road 1", "OLD-9", "N-101, North", "Oduya", "Surgery", "Board")
        assert [secret for secret in told if secret not in seen] == []
        assert parts(seen) == {"Contact", "Roles", "Home and household", "Committees", "Pauses", "History"}
    assert ("Edit" in page(client, sue, bens), "?edit=1" in page(client, tom, bens)) == (True, False)


def test_one_sees_ones_own_but_not_the_note_of_the_office(client: Client, ben: User, bens: Membership, house_: House) -> None:
    show(bens, note="Pays late", external_id="OLD-9", phone="030 1234")
    seen = page(client, ben, bens)
    assert "030 1234" in seen
    assert "N-101, North" in seen
    assert not [secret for secret in ("Pays late", "OLD-9") if secret in seen]
    assert "Fellow members see your name and skills only." in seen


def test_a_home_that_is_shown_shows_of_today_only(client: Client, fay: User, bens: Membership, house_: House) -> None:
    show(bens, "unit")
    assert "N-101, North" in page(client, fay, bens)
    house_.agreement.occupants.update(ends_on=days(-1))
    assert "N-101" not in page(client, fay, bens)


def test_a_former_member_is_the_offices_alone(client: Client, fay: User, sue: User, bens: Membership, alder: Cooperative) -> None:
    end_membership(SYSTEM, bens, reason="moved", note="To the coast")
    address = at(alder, "member", bens.public_id)
    assert as_(client, fay).get(address).status_code == 404
    seen = page(client, sue, bens)
    assert "Former" in seen
    assert "Moved away: To the coast" in seen
    assert "End the membership" not in seen


def test_who_joins_later_is_not_shown_to_fellows(client: Client, fay: User, sue: User, alder: Cooperative) -> None:
    later = a_member(alder, None, name="Lea Later", on=days(5))
    assert as_(client, fay).get(at(alder, "member", later.public_id)).status_code == 404
    assert "Joins later" in page(client, sue, later)


def test_hostile_text_is_shown_as_text(client: Client, ada: User, bens: Membership) -> None:
    show(bens, "phone", phone=HOSTILE[:40], skills=HOSTILE, note=HOSTILE, address=HOSTILE, external_id=HOSTILE)
    pause(SYSTEM, bens, starts_on=days(2), reason=HOSTILE)
    Person.objects.filter(pk=bens.person_id).update(name=HOSTILE)
    seen = page(client, ada, bens) + plain(client.get(at(bens.cooperative, "member", bens.public_id) + "?edit=1"))
    assert HOSTILE not in seen
    assert seen.count("&lt;img") > 8


def test_more_of_everything_takes_no_more_queries(
    client: Client, ada: User, alder: Cooperative, bens: Membership, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    as_(client, ada)
    address = at(alder, "member", bens.public_id)
    counts = []
    for more in (1, 3, 20):
        for number in range(more):
            starts = days(1000 * more + 10 * number)
            Pause.objects.create(cooperative=alder, membership=bens, starts_on=starts, ends_on=starts)
            RoleGrant.objects.create(cooperative=alder, membership=bens, role="observer", starts_on=starts, ends_on=starts)
            board = found_committee(SYSTEM, alder, name=f"Board {more} {number}")
            seat_member(SYSTEM, board, member=bens, starts_on=days(0))
        with django_assert_max_num_queries(26) as taken:
            assert client.get(address).status_code == 200
        counts.append(len(taken))
    assert len(set(counts)) == 1, counts


def test_other_rooms_show_their_panels(
    client: Client, sue: User, fay: User, bens: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_registry, "panels", dict(_registry.panels))
    panel("dues", "Dues of the member", "members:member_end", "members.read_register", "member")
    seen = page(client, sue, bens)
    assert "Dues of the member" in seen
    assert f'hx-get="{at(bens.cooperative, "member_end", bens.public_id)}"' in seen
    assert "Dues of the member" not in page(client, fay, bens)


# --- Entering and correcting ----------------------------------------------------------------------------------------


def test_a_member_is_added(client: Client, sue: User, alder: Cooperative) -> None:
    form = {"given_name": "Zoë", "family_name": "Ång", "email": "z@example.org", "on": days(-9).isoformat(), "role": "observer"}
    answer = as_(client, sue).post(at(alder, "member_new"), form | {"birth_date": "1980-02-03", "once_key": "k" * 20})
    made = Membership.objects.select_related("person", "cooperative").latest("number")
    assert answer["Location"] == at(alder, "member", made.public_id)
    person = made.person
    assert (person.name, person.sort_name, person.email) == ("Zoë Ång", "ang, zoe", "z@example.org")
    assert (made.joined_on, made.user, [grant.role for grant in made.grants.all()]) == (days(-9), None, ["observer"])
    count = Membership.objects.count()
    client.post(at(alder, "member_new"), form | {"birth_date": "1980-02-03", "once_key": "k" * 20})
    assert Membership.objects.count() == count


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"given_name": "", "family_name": ""}, 422, "name"),
        ({"given_name": "\u200b", "family_name": ""}, 400, "given_name"),
        ({"email": "nowhere"}, 400, "email"),
        ({"on": ""}, 400, "on"),
        ({"on": "9999-01-01"}, 422, "on"),
        ({"birth_date": "1850-01-01"}, 422, "birth_date"),
        ({"role": "admin"}, 400, "role"),
        ({"phone": "1" * 41}, 400, "phone"),
        ({"family_name": "a\x00b"}, 400, "family_name"),
    ],
)
def test_bad_input_is_named_at_its_field(
    client: Client, sue: User, alder: Cooperative, changed: dict[str, str], status: int, field: str
) -> None:
    count = Membership.objects.count()
    form = {"given_name": "Zoë", "family_name": "Ång", "on": days(0).isoformat(), "role": "member"}
    answer = as_(client, sue).post(at(alder, "member_new"), form | changed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (status, [field])
    assert Membership.objects.count() == count


def own(**changed: Any) -> dict[str, Any]:
    """What a member sends about themselves."""
    return {"email": "new@example.org", "phone": "030 9", "skills": "tiles", "shown": ["phone", "unit"], "version": 1, **changed}


def test_one_changes_ones_own_contact_data_and_what_is_shown(client: Client, ben: User, bens: Membership) -> None:
    address = at(bens.cooperative, "member", bens.public_id)
    form = as_(client, ben).get(address + "?edit=1").context["form"]
    assert not {"name", "note", "birth_date", "external_id"} & set(form.fields)
    assert client.post(address, own(name="Baron Ben", note="mine"))["Location"] == address
    person = member_of(ben).person
    assert (person.email, person.phone, person.skills, person.shown) == ("new@example.org", "030 9", "tiles", ["phone", "unit"])
    assert (person.name, person.note) == ("Ben Oduya", "")
    client.post(address, own(shown=[], version=person.version))
    assert member_of(ben).person.shown == []


def test_the_office_corrects_but_does_not_decide_what_is_shown(client: Client, sue: User, bens: Membership) -> None:
    show(bens, "phone")
    address = at(bens.cooperative, "member", bens.public_id)
    assert "shown" not in as_(client, sue).get(address + "?edit=1").context["form"].fields
    version = Person.objects.get(pk=bens.person_id).version
    facts = {"name": "Benedict Oduya", "note": "Met in May", "shown": ["email"], "version": version}
    assert client.post(address, facts).status_code == 302
    person = Person.objects.get(pk=bens.person_id)
    assert (person.name, person.note, person.shown) == ("Benedict Oduya", "Met in May", ["phone"])


def test_the_office_decides_for_who_has_no_login(client: Client, sue: User, alder: Cooperative) -> None:
    old = a_member(alder, None, name="Old Tim")
    facts = {"name": "Old Tim", "shown": ["unit"], "version": 1}
    assert as_(client, sue).post(at(alder, "member", old.public_id), facts).status_code == 302
    assert Person.objects.get(pk=old.person_id).shown == ["unit"]


def test_a_stale_correction_shows_both_values(client: Client, sue: User, ben: User, bens: Membership) -> None:
    address = at(bens.cooperative, "member", bens.public_id)
    as_(client, ben).post(address, own())
    answer = as_(client, sue).post(address, {"name": "Ben Oduya", "phone": "030 8", "version": 1})
    assert answer.status_code == 409
    assert "030 8" in plain(answer)
    assert "030 9" in plain(answer)
    assert member_of(ben).person.phone == "030 9"


@pytest.mark.parametrize("changed", [{"version": ""}, {"version": "x"}, {"shown": ["everything"]}, {"email": "x"}])
def test_a_bad_correction_changes_nothing(client: Client, ben: User, bens: Membership, changed: dict[str, Any]) -> None:
    answer = as_(client, ben).post(at(bens.cooperative, "member", bens.public_id), own(**changed))
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, list(changed))
    assert member_of(ben).person.version == 1


# --- Standing -------------------------------------------------------------------------------------------------------


def test_roles_are_given_and_ended_with_dates(client: Client, ada: User, ben: User, bens: Membership) -> None:
    here = bens.cooperative
    form = {"role": "treasurer", "starts_on": days(5).isoformat(), "ends_on": days(50).isoformat()}
    assert as_(client, ada).post(at(here, "role_new", bens.public_id), form).status_code == 302
    grant = RoleGrant.objects.get(membership=bens, role="treasurer")
    assert (grant.starts_on, grant.ends_on) == (days(5), days(50))
    again = client.post(at(here, "role_new", bens.public_id), form)
    assert (again.status_code, "already in these days" in plain(again)) == (409, True)
    client.post(at(here, "role_end", bens.public_id, grant.pk), {"on": days(9).isoformat()})
    grant.refresh_from_db()
    assert grant.ends_on == days(9)


def test_the_last_admin_stays_on_every_page(client: Client, ada: User, alder: Cooperative) -> None:
    adas = member_of(ada)
    grant = adas.grants.get(role="admin")
    as_(client, ada)
    for name, keys, form in (
        ("role_end", (adas.public_id, grant.pk), {"on": days(0).isoformat()}),
        ("member_end", (adas.public_id,), {"on": days(0).isoformat()}),
        ("member_pause", (adas.public_id,), {"starts_on": days(0).isoformat()}),
    ):
        answer = client.post(at(alder, name, *keys), form)
        assert answer.status_code in (409, 422), name
        assert "needs an admin" in plain(answer), name
    assert member_of(ada).left_on is None


@pytest.mark.parametrize("name", ["role_new", "role_end"])
def test_roles_ask_for_a_fresh_sign_in(client: Client, ada: User, bens: Membership, name: str) -> None:
    keys = (bens.public_id,) if name == "role_new" else (bens.public_id, bens.grants.get().pk)
    address = at(bens.cooperative, name, *keys)
    session = as_(client, ada).session
    session[BEGUN] = time.time() - 301
    session.save()
    for answer in (client.get(address), client.post(address, {"role": "admin", "starts_on": days(0).isoformat()})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert RoleGrant.objects.filter(membership=bens).count() == 1


def test_a_pause_begins_and_ends(client: Client, sue: User, bens: Membership) -> None:
    here = bens.cooperative
    as_(client, sue).post(at(here, "member_pause", bens.public_id), {"starts_on": days(0).isoformat(), "reason": "Abroad"})
    assert "Paused" in page(client, sue, bens)
    client.post(at(here, "member_resume", bens.public_id), {"on": days(7).isoformat()})
    assert Pause.objects.get().ends_on == days(7)
    bad = client.post(at(here, "member_resume", bens.public_id), {"on": "x"})
    assert (bad.status_code, list(bad.context["form"].errors)) == (400, ["on"])


def test_what_is_open_stands_before_leaving(client: Client, ada: User, sue: User, bens: Membership, house_: House) -> None:
    address = at(bens.cooperative, "member_end", bens.public_id)
    asked = as_(client, sue).get(address)
    assert "The agreement for N-101 is open" in plain(asked)
    assert "despite" not in asked.context["form"].fields
    refused = client.post(address, {"on": days(0).isoformat(), "reason": "moved"})
    assert (refused.status_code, member_of(bens.user).left_on) == (422, None)
    form = {"on": days(0).isoformat(), "reason": "moved", "note": "To the coast", "despite": "Board agreed"}
    assert as_(client, ada).post(address, form).status_code == 302
    gone = member_of(bens.user)
    assert (gone.left_on, gone.left_reason, gone.left_note) == (days(0), "moved", "To the coast")


def test_one_leaves_by_oneself(client: Client, ben: User, bens: Membership) -> None:
    address = at(bens.cooperative, "leave")
    assert "Leave Alder Yard" in plain(as_(client, ben).get(address))
    assert client.post(address, {"on": days(0).isoformat()})["Location"] == "/"
    assert client.get(address).status_code == 404


def test_a_fellow_ends_nobodys_membership(client: Client, fay: User, ben: User, bens: Membership) -> None:
    answer = as_(client, fay).post(at(bens.cooperative, "member_end", bens.public_id), {"on": days(0).isoformat()})
    assert (answer.status_code, member_of(ben).left_on) == (403, None)


@pytest.mark.parametrize("name", ["member_pause", "member_resume", "member_end"])
def test_a_secretary_decides_nothing_about_an_officer(
    client: Client, sue: User, tom: User, alder: Cooperative, name: str
) -> None:
    toms = member_of(tom)
    form = {"on": days(0).isoformat(), "starts_on": days(0).isoformat()}
    assert as_(client, sue).post(at(alder, name, toms.public_id), form).status_code == 403
    assert (member_of(tom).left_on, Pause.objects.exists()) == (None, False)
    assert "End the membership" not in page(client, sue, toms)


def test_a_grant_of_another_member_is_not_found_here(client: Client, ada: User, bens: Membership) -> None:
    other = grant_role(SYSTEM, member_of(ada), role="secretary")
    assert as_(client, ada).get(at(bens.cooperative, "role_end", bens.public_id, other.pk)).status_code == 404
