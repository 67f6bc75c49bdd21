"""Forms that create carry a hidden one-time key: pressed twice they make one thing, sent again otherwise they ask first."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cooperatives.actions import KeyReused
from cooperatives.forms import FoundingForm
from cooperatives.models import Cooperative, OnceKey
from cooperatives.policy import ANONYMOUS, SYSTEM, Actor
from cooperatives.queries import enter
from cooperatives.web import ActionForm
from members.models import User
from tasks.actions import create_project

Pair = tuple[Cooperative, Actor]
WHOLE = {
    "name": "Kilele", "kind": "chama", "currency": "KES", "time_zone": "Africa/Nairobi", "locale": "en",
    "fiscal_year_start": "7", "hue": "255", "description": "",
}  # fmt: skip


@pytest.fixture
def amina(person: Callable[[str], User]) -> Any:
    """Amina, entered."""
    user = person("Amina")
    with enter((), user.pk):
        yield Actor.of(user)


@pytest.fixture
def browser(amina: Actor) -> Client:
    """Amina has signed in."""
    client = Client()
    client.force_login(amina.user)
    return client


NEW = "/cooperatives/new/"


def hidden_key(page: Any) -> str:
    key = page.context["form"].once_key
    assert f'<input type="hidden" name="once_key" value="{key}">' in page.content.decode()
    return str(key)


def test_a_form_that_is_sent_twice_makes_one(browser: Client) -> None:
    key = hidden_key(browser.get(NEW))
    first = browser.post(NEW, {**WHOLE, "once_key": key})
    again = browser.post(NEW, {**WHOLE, "once_key": key}, follow=True)
    assert first.status_code == 302
    assert again.redirect_chain == [(first["Location"], 302)]
    assert Cooperative.objects.count() == 1
    assert [str(message) for message in again.context["messages"]] == ["Kilele is founded. You are its first admin."]


def test_every_drawing_of_a_form_has_a_key_of_its_own(browser: Client) -> None:
    assert hidden_key(browser.get(NEW)) != hidden_key(browser.get(NEW))


def test_a_form_that_was_refused_keeps_its_key(browser: Client) -> None:
    key = hidden_key(browser.get(NEW))
    refused = browser.post(NEW, {**WHOLE, "name": "", "once_key": key})
    assert (refused.status_code, hidden_key(refused)) == (400, key)
    assert browser.post(NEW, {**WHOLE, "once_key": key}).status_code == 302


def test_back_and_another_text_is_asked_about(browser: Client) -> None:
    key = hidden_key(browser.get(NEW))
    browser.post(NEW, {**WHOLE, "once_key": key})
    asked = browser.post(NEW, {**WHOLE, "name": "Mlima <b>", "once_key": key})
    page = asked.content.decode()
    assert asked.status_code == 422
    assert 'You already sent this form, and it made “<a href="/c/kilele/">Kilele</a>”. Press again to make another.' in page
    assert 'value="Mlima &lt;b&gt;"' in page
    assert hidden_key(asked) != key
    assert browser.post(NEW, {**WHOLE, "name": "Mlima", "once_key": hidden_key(asked)}).status_code == 302
    assert sorted(Cooperative.objects.values_list("name", flat=True)) == ["Kilele", "Mlima"]


def test_a_form_without_a_key_and_one_with_an_endless_key_work(browser: Client) -> None:
    assert browser.post(NEW, WHOLE).status_code == 302
    assert [browser.post(NEW, {**WHOLE, "once_key": "x" * 100_000}).status_code for _ in range(2)] == [302, 302]
    assert Cooperative.objects.count() == 2


class Making(ActionForm):
    """A form whose action gives what the test says."""


def sent(actor: Actor, function: Callable[..., Any], *more: Any) -> Making:
    form = Making({"once_key": "k"})
    assert form.act(function, actor, *more) in (True, False)
    return form


def test_of_what_is_no_row_nothing_is_kept(amina: Actor) -> None:
    first, again = (sent(amina, lambda actor: ("a key", "its secret text")) for _ in range(2))
    assert (first.result, first.is_replay) == (("a key", "its secret text"), False)
    assert (again.result, again.is_replay, again.errors) == (None, True, {})
    assert OnceKey.objects.get().answer == {}


def test_what_a_form_made_may_have_gone_since(amina: Actor) -> None:
    make = lambda actor: Cooperative.objects.create(name="Gone", slug="gone", kind="chama")  # noqa: E731
    sent(amina, make)
    Cooperative.objects.all().delete()
    again = sent(amina, make)
    assert again.non_field_errors() == ["You already sent this form. Press again to send it once more."]
    assert again.once_key != "k"


def test_the_row_that_is_acted_on_belongs_to_the_request(linden: Pair, kilele: Pair) -> None:
    act = lambda actor, row: row  # noqa: E731
    with enter([linden[0].pk], linden[1].user_id):
        assert sent(linden[1], act, linden[0]).is_replay is False
        assert sent(linden[1], act, linden[0]).is_replay is True
    with enter([kilele[0].pk], linden[1].user_id):
        assert sent(linden[1], act, kilele[0]).is_replay is False


def test_another_row_of_the_same_cooperative_is_another_request(linden: Pair) -> None:
    with enter([linden[0].pk], linden[1].user_id):
        garden, house = (create_project(linden[1], linden[0], name=name) for name in ("Garden", "House"))
        assert sent(linden[1], _named, garden).result == garden
        other = sent(linden[1], _named, house)
    assert (type(other.broken), other.is_replay, other.result) == (KeyReused, False, None)


def _named(actor: Actor, row: Any) -> Any:
    return row


def test_a_file_belongs_to_the_request_byte_by_byte(amina: Actor) -> None:
    def upload(content: bytes) -> Making:
        form = Making({"once_key": "k"}, {"board": SimpleUploadedFile("board.json", content)})
        form.act(lambda actor: "looked at", amina)
        return form

    assert [upload(b"one").is_replay, upload(b"one").is_replay] == [False, True]
    other = upload(b"two")
    assert (type(other.broken), other.is_replay) == (KeyReused, False)
    assert other.files["board"].read() == b"two", "it can still be read by whoever looks at it next"


def test_nobody_and_the_system_need_no_key(amina: Actor) -> None:
    for actor in (ANONYMOUS, SYSTEM):
        assert sent(actor, lambda actor: actor).result is actor
    assert not OnceKey.objects.exists()


def test_a_founding_form_knows_where_what_it_made_is(linden: Pair) -> None:
    assert FoundingForm().address(linden[0]) == "/c/linden-court/"
    assert ActionForm().address(linden[0]) == ""
