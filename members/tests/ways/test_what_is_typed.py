"""Whatever is typed into the ways in: kept as it is, or refused at its field with a sentence; never half, never a crash."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import enter_waiting, invite, offer_unit, withdraw_waiting
from members.models import Building, Invitation, JoinQuestion, Unit, UnitOffer, User, WaitingEntry
from members.tests.factories import acting, bearer, days
from members.tokens import issue

from .conftest import said

Send = Callable[..., Any]
LONG, NUL, HIDDEN, EMOJI = "x" * 10_000, "Nora\x00Lund", "\u200b\u2060\ufeff", "👩‍🚀 Nora Łund \U0001f9d1🏽‍🤝‍🧑🏻"
LIST = "/c/alder-yard/members/waiting/"


@pytest.fixture
def flat(alder: Cooperative, inside: None) -> Unit:
    """A home to offer."""
    house = Building.objects.create(cooperative=alder, name="Rear house")
    found: Unit = Unit.objects.create(cooperative=alder, building=house, code="R-1")
    return found


@pytest.fixture
def nora(alder: Cooperative, inside: None) -> WaitingEntry:
    """Nora waits."""
    return enter_waiting(SYSTEM, alder, name="Nora Lund", ranked_on=days(-9))


@pytest.fixture
def send(ada: User) -> Send:
    """Ada's program."""
    client = Client(headers=bearer(issue(ada).access))

    def call(method: str, path: str, body: Any = None) -> Any:
        return getattr(client, method)(f"/api/v1/{path}", body, content_type="application/json")

    return call


def refused_at(answer: Any, field: str) -> None:
    """It is the field's fault, and a sentence says so."""
    body = answer.json()
    assert answer.status_code in (400, 422), body
    assert field in body["errors"], body
    assert all(str(sentence).strip() for sentence in body["errors"][field])


# --- By the API ---------------------------------------------------------------------------------------------------------

WAITING = [
    ("name", ""), ("name", "   "), ("name", None), ("name", LONG), ("name", NUL), ("name", HIDDEN), ("name", ["Nora"]),
    ("email", "nora"), ("email", LONG + "@example.org"), ("phone", LONG), ("phone", NUL), ("people", 0), ("people", 100),
    ("people", "two"), ("people", 10**30), ("fewest_rooms", -1), ("fewest_rooms", "NaN"), ("fewest_rooms", 10_000),
    ("wishes", LONG), ("wishes", NUL), ("is_transfer", "perhaps"), ("ranked_on", "2025-02-30"), ("ranked_on", "9999-12-31"),
    ("ranked_on", "tomorrow"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), WAITING)
def test_what_cannot_be_entered_is_named(send: Send, alder: Cooperative, inside: None, field: str, value: Any) -> None:
    refused_at(send("post", "waiting-list/", {"cooperative": alder.pk, "name": "Nora Lund", field: value}), field)
    assert not WaitingEntry.objects.exists()


@pytest.mark.parametrize(("field", "value"), [pair for pair in WAITING if pair[0] != "ranked_on"])
def test_what_cannot_be_changed_is_named_and_the_rest_stays(send: Send, nora: WaitingEntry, field: str, value: Any) -> None:
    refused_at(send("patch", f"waiting-list/{nora.public_id}/", {"version": 1, "wishes": "A balcony", field: value}), field)
    nora.refresh_from_db()
    assert (nora.name, nora.wishes, nora.version) == ("Nora Lund", "", 1)


def test_what_is_written_anywhere_is_kept_as_it_is(send: Send, alder: Cooperative, nora: WaitingEntry) -> None:
    facts = {"name": EMOJI, "wishes": f"{EMOJI}\n<script>", "phone": "+49 30 1"}
    shown = send("patch", f"waiting-list/{nora.public_id}/", {"version": 1, **facts}).json()
    assert {name: shown[name] for name in facts} == facts
    assert shown == send("get", f"waiting-list/{nora.public_id}/").json()
    said_so = [{"text": EMOJI, "is_required": True}]
    assert send("put", f"join-questions/{alder.pk}/", {"questions": said_so, "version": 1}).json()["questions"] == said_so


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ranked_on", "2999-01-01"), ("ranked_on", ""), ("ranked_on", None), ("reason", ""), ("reason", "  "), ("reason", LONG),
        ("reason", NUL), ("reason", HIDDEN), ("version", "one"), ("version", -1),
    ],
)  # fmt: skip
def test_a_rank_without_day_or_reason_stays(send: Send, nora: WaitingEntry, field: str, value: Any) -> None:
    body = {"ranked_on": "2025-01-01", "reason": "A fire", "version": 1, field: value}
    refused_at(send("post", f"waiting-list/{nora.public_id}/rank/", body), field)
    nora.refresh_from_db()
    assert (nora.ranked_on, nora.version) == (days(-9), 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [("unit", "00000000-0000-4000-8000-000000000000"), ("unit", "R-1"), ("unit", None), ("days", 0), ("days", 61), ("days", "x")],
)
def test_an_offer_of_nothing_is_none(send: Send, nora: WaitingEntry, flat: Unit, field: str, value: Any) -> None:
    body = {"unit": str(flat.public_id), "version": 1, field: value}
    refused_at(send("post", f"waiting-list/{nora.public_id}/offers/", body), field)
    assert not UnitOffer.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no address"), ("email", LONG), ("email", NUL), ("way", "pigeon"), ("role", "king"), ("days", 0), ("days", 91),
        ("most_uses", 0), ("most_uses", 201), ("most_uses", 2), ("membership", "00000000-0000-4000-8000-000000000000"),
        ("cooperative", 10**6), ("cooperative", "alder"), ("colour", "red"),
    ],
)  # fmt: skip
def test_an_invitation_that_cannot_be_is_named(send: Send, alder: Cooperative, inside: None, field: str, value: Any) -> None:
    refused_at(send("post", "invitations/", {"cooperative": alder.pk, "email": "new@example.org", field: value}), field)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "questions",
    [None, "Why?", [{"text": ""}], [{"text": LONG}], [{"text": NUL}], [{}], [{"text": "Why?", "is_required": "perhaps"}]],
)
def test_questions_that_cannot_be_asked_leave_the_others(send: Send, alder: Cooperative, inside: None, questions: Any) -> None:
    asked = [{"text": "Why us?", "is_required": False}]
    assert send("put", f"join-questions/{alder.pk}/", {"questions": asked, "version": 1}).status_code == 200
    refused_at(send("put", f"join-questions/{alder.pk}/", {"questions": questions, "version": 2}), "questions")
    assert list(JoinQuestion.objects.values_list("text", flat=True)) == ["Why us?"]


@pytest.mark.parametrize(
    "query", ["state=gone", "cooperative=alder", "cooperative=0", f"cooperative={10**30}", f"search={LONG}", "search=%00"]
)
def test_a_filter_that_is_none_is_named(send: Send, nora: WaitingEntry, query: str) -> None:
    refused_at(send("get", f"waiting-list/?{query}"), query.partition("=")[0])
    assert send("get", "waiting-list/?search=nora&state=waiting").json()["count"] == 1


@pytest.mark.parametrize("answer", ["", "maybe", "open", "expired", None])
def test_an_answer_that_is_none_is_no_answer(send: Send, nora: WaitingEntry, flat: Unit, ada: User, answer: Any) -> None:
    offer = offer_unit(SYSTEM, nora, version=1, unit=flat)
    refused_at(send("patch", f"unit-offers/{offer.pk}/", {"answer": answer, "version": 1}), "answer")
    page = Client()
    page.force_login(ada)
    door = f"/c/alder-yard/members/offers/{offer.pk}/"
    assert page.post(door, {"answer": answer or "", "version": "1"}).status_code == 302
    offer.refresh_from_db()
    assert (offer.answer, offer.version) == ("open", 1)


# --- On pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", LONG), ("name", NUL), ("name", HIDDEN), ("email", "nora"), ("people", "0"), ("people", "many"),
        ("fewest_rooms", "-1"), ("wishes", LONG), ("wishes", NUL), ("ranked_on", "31.02."), ("ranked_on", "9999-12-31"),
        ("person", "999999"), ("person", "Ada"),
    ],
)  # fmt: skip
def test_the_form_says_at_its_field_what_is_wrong(
    ada: User, alder: Cooperative, signed_in: Any, inside: None, field: str, value: str
) -> None:
    browser, body = signed_in(ada), {"name": "Nora Lund", "people": "1", field: value}
    answer = browser.post(f"{LIST}new/", body)
    assert answer.status_code in (400, 422)
    assert list(answer.context["form"].errors) == [field], answer.context["form"].errors
    assert (said(answer).count('aria-invalid="true"'), WaitingEntry.objects.count()) == (1, 0)


def test_the_form_keeps_what_was_typed(ada: User, alder: Cooperative, signed_in: Any, inside: None) -> None:
    page = said(signed_in(ada).post(f"{LIST}new/", {"name": EMOJI, "people": "0", "wishes": "<b>A balcony"}))
    assert f'value="{EMOJI}"' in page and "&lt;b&gt;A balcony" in page


def test_the_list_is_paged_with_ranks_that_go_on(ada: User, alder: Cooperative, signed_in: Any, inside: None) -> None:
    rows = [WaitingEntry(cooperative=alder, name=f"Waits {number:03}", ranked_on=days(-9)) for number in range(51)]
    WaitingEntry.objects.bulk_create(rows)
    browser = signed_in(ada)
    pages = [browser.get(LIST, {"page": page}) for page in ("1", "2", "3", "none", "-1", "9" * 30)]
    assert {page.status_code for page in pages} <= {200, 404}
    first, second = ([(row["rank"], row["entry"].name) for row in page.context["rows"]] for page in pages[:2])
    assert [rank for rank, _name in [*first, *second]] == list(range(1, 52))
    assert [name for _rank, name in [*first, *second]] == [row.name for row in rows]
    withdraw_waiting(SYSTEM, WaitingEntry.objects.get(name="Waits 000"), version=1)
    past = browser.get(LIST, {"past": "1"}).context["rows"]
    assert [(row["rank"], row["entry"].name) for row in past] == [("", "Waits 000")]
    assert browser.get(LIST).context["rows"][0] == {"entry": WaitingEntry.objects.get(name="Waits 001"), "rank": 1}


def test_an_invitation_of_a_second_press_is_the_first_one(send: Send, ada: User, alder: Cooperative, inside: None) -> None:
    with acting(ada) as actor:
        made = invite(actor, alder, email="new@example.org").invitation
    answer = send("post", "invitations/", {"cooperative": alder.pk, "email": "NEW@example.org"})
    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (409, "already_invited", ["email"])
    with enter([alder.pk]):
        assert list(Invitation.objects.values_list("pk", flat=True)) == [made.pk]
        Invitation.objects.update(expires_at=timezone.now())
    assert send("post", "invitations/", {"cooperative": alder.pk, "email": "new@example.org"}).status_code == 201
