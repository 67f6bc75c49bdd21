"""Address book cards: only what their people show, escaped and folded as RFC 6350 says."""

from datetime import date

import pytest
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.actions import end_membership
from members.cards import cards, escaped, folded
from members.models import Consent, Membership, Person, User

from ..factories import a_member, acting

ADDRESS = "/c/{}/members/contacts.vcf"


def cards_for(user: User, cooperative: Cooperative) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(ADDRESS.format(cooperative.slug))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/vcard; charset=utf-8")
    return answer.getvalue().decode()


def shows(cooperative: Cooperative, name: str, *what: str) -> Person:
    person = a_member(cooperative, name=name).person
    with enter([cooperative.pk]):
        Person.objects.filter(pk=person.pk).update(
            shown=list(what), email="may@example.org", phone="+49301234", address="Elm 1", birth_date=date(1980, 2, 29)
        )
    return Person(name=name, pk=person.pk, public_id=person.public_id)


def test_a_card_holds_what_is_shown_and_nothing_else(ben: User, alder: Cooperative) -> None:
    person = shows(alder, "May Shown", "phone", "birthday")
    assert cards_for(ben, alder).split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:individual",
        f"UID:urn:uuid:{person.public_id}",
        "FN:May Shown",
        "TEL:+49301234",
        "BDAY:--0229",
        "ORG:Alder Yard",
        "END:VCARD",
        "",
    ]


def test_who_shows_no_way_to_reach_them_has_no_card(ben: User, alder: Cooperative) -> None:
    shows(alder, "May Hidden")
    shows(alder, "May Address", "address", "birthday")
    assert cards_for(ben, alder) == ""


def test_who_withdrew_from_the_directory_has_no_card_until_they_agree_again(ben: User, alder: Cooperative) -> None:
    person = shows(alder, "May Shown", "email")
    for given, count in ((True, 1), (False, 0), (True, 1)):
        with enter([alder.pk]):
            Consent.objects.create(cooperative=alder, person_id=person.pk, kind="directory", is_given=given)
        assert cards_for(ben, alder).count("BEGIN:VCARD") == count


def test_who_left_has_no_card(ada: User, alder: Cooperative) -> None:
    person = shows(alder, "May Gone", "email")
    assert "May Gone" in cards_for(ada, alder)
    with acting(ada) as actor:
        end_membership(actor, Membership.objects.get(person=person.pk))
    assert cards_for(ada, alder) == ""


def test_strangers_get_none(stranger: User, alder: Cooperative) -> None:
    client = Client()
    client.force_login(stranger)
    assert client.get(ADDRESS.format(alder.slug)).status_code == 404


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("plain", "plain"),
        ("a,b;c\\d", "a\\,b\\;c\\\\d"),
        ("two\r\nlines\nEND:VCARD", "two\\nlines\\nEND:VCARD"),
        ("bell\x07\x00\u2028x", "bell  \\nx"),
    ],
)
def test_no_sign_ends_a_value(said: str, written: str) -> None:
    assert escaped(said) == written


def test_long_lines_are_folded_within_no_sign() -> None:
    lines = folded("FN:" + "ż" * 100).split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert lines[0] + "".join(line[1:] for line in lines[1:]) == "FN:" + "ż" * 100
    assert {line[0] for line in lines[1:]} == {" "}
    assert folded("short") == "short"


def test_an_organisation_says_that_it_is_one() -> None:
    person = Person(name="Elm & Sons", is_organization=True, given_name="A", family_name="B;C", shown=["email"], email="e@x.org")
    text = "".join(cards([person], "Alder, Yard"))
    assert "KIND:org\r\n" in text
    assert "N:B\\;C;A;;;\r\n" in text
    assert "ORG:Alder\\, Yard\r\n" in text
