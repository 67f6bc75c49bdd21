"""Every POST sent sixteen times at once, and again after its process was killed: one effect, and the same answer."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from members.models import User

from .again import Press, counted, killed, presses, same, state, together
from .shares import ON_POSTGRES, WHOLE
from .world import World

PARALLEL = 16
# In the suite one POST in four is tried, and by each engine another; `make crawl`, which sets CRAWL_WHOLE, tries them all.
FIRST, EVERY = (0, 1) if WHOLE else (2 * ON_POSTGRES, 4)


def tried(world: World) -> Iterator[Press]:
    """The POSTs that are tried, in an order in which each still finds what it is about."""
    return islice(presses(world, aliases=False), FIRST, None, EVERY)


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_sixteen_at_once_and_after_kills(real_world: World) -> None:
    for number, press in enumerate(tried(real_world)):
        before = state()
        killed(press, f"k{number}", committed=False)
        assert state() == before, f"{press.door}: killed before the commit"
        with counted() as done:
            answers = together(lambda _index, key=f"k{number}", press=press: press(key), PARALLEL)
        assert len(done) == 1, (press.door, len(done), answers)
        _alike(press, answers)
        after = state()
        assert same(press, answers[0], press(f"k{number}")) or press.door.kind == "api"
        assert state() == after, press.door


def _alike(press: Press, answers: list[Any]) -> None:
    assert not [answer for answer in answers if isinstance(answer, Exception) or not answer.is_open], (press.door, answers)
    assert len({(answer.status, answer.body, answer.headers.get("Location")) for answer in answers}) == 1, press.door
    if press.door.kind == "api":
        assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1, press.door


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_killed_between_commit_and_answer(real_world: World) -> None:
    for number, press in enumerate(tried(real_world)):
        before = state()
        killed(press, f"k{number}", committed=True)
        done = state()
        assert done != before, press.door
        with counted() as effects:
            answer = press(f"k{number}")
        assert answer.is_open, (press.door, answer.status, answer.body[:300])
        assert (effects, state() == done) == ([], True), press.door


# --- Signing up ------------------------------------------------------------------------------------------------------------

WORDS = "kettle-lantern-47"


@pytest.fixture
def address() -> str:
    """An address of this test's own: how often one signs up is counted."""
    return f"{uuid4().hex}@example.org"


def _by_page(address: str) -> tuple[int, str]:
    sent = {"name": "New Comer", "email": address, "password1": WORDS, "password2": WORDS}
    answer = Client(raise_request_exception=False).post("/accounts/signup/", sent)
    return answer.status_code, answer.get("Location", "")


def _by_api(address: str) -> tuple[int, str]:
    sent = {"name": "New Comer", "email": address, "password": WORDS}
    answer = Client(raise_request_exception=False).post("/api/v1/auth/register/", sent, content_type="application/json")
    return answer.status_code, answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("sign_up", [_by_page, _by_api])
def test_who_signs_up_twice_has_one_login_and_the_same_answer(sign_up: Any, address: str) -> None:
    first = sign_up(address)
    assert first[0] in (201, 302)
    assert sign_up(address) == first
    assert User.objects.filter(email=address).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sign_up", [_by_page, _by_api])
def test_who_signs_up_four_times_at_once_has_one_login_and_the_same_answer(sign_up: Any, address: str) -> None:
    answers = together(lambda _index: sign_up(address), 4)
    assert len(set(answers)) == 1, answers
    assert answers[0][0] in (201, 302)
    assert User.objects.filter(email=address).count() == 1
    assert mail.outbox
