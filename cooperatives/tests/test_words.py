"""A name is something that a reader can see, at every door."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from cooperatives.actions import Invalid, change_cooperative, found, is_invisible, refuse_invisible, turns, unturned
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.actions import admit, change_user
from members.models import User
from tasks.actions import change_task, create_lane, create_project, create_task

Pair = tuple[Cooperative, Actor]
UNSEEN = [
    "\u200b", "\u200d\u2060", "\ufeff", "\u00ad", "\u2800", "\u3164\u115f", "\u202e", "\u0301", "\ufe0f", "\u00a0 \u2003",
    "\U000e0041",
]  # fmt: skip
TURNING = [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]
SEEN = ["a", "\u200bx", "木", "م", "é", "e\u0301", "👩\u200d🔧", "1", "-", "०"]


@pytest.mark.parametrize("text", UNSEEN)
def test_what_nobody_sees_is_no_name(text: str) -> None:
    assert is_invisible(text)
    with pytest.raises(Invalid) as refusal:
        refuse_invisible(text, "title")
    assert (refusal.value.status, refusal.value.code, refusal.value.field) == (400, "invisible", "title")
    assert "Write letters" in refusal.value.sentence


@pytest.mark.parametrize("sign", TURNING)
def test_what_turns_the_direction_of_other_words_is_no_name(sign: str) -> None:
    for text in (f"Ann{sign} Abel", f"{sign}Ann", f"שלום{sign}"):
        assert turns(text)
        assert unturned(text) == text.replace(sign, "")
        with pytest.raises(Invalid) as refusal:
            refuse_invisible(text, "title")
        assert (refusal.value.status, refusal.value.code, refusal.value.field) == (400, "turning", "title")
        assert "Type it anew" in refusal.value.sentence


@pytest.mark.parametrize("text", ["דנה לוי", "مكتب", "שלום\u200f!", "C++\u200e", "\u061cمكتب", "e\u0301", ""])
def test_words_from_right_to_left_and_their_marks_stay(text: str) -> None:
    assert (turns(text), unturned(text)) == (False, text)
    refuse_invisible(text)


@pytest.mark.parametrize("text", SEEN)
def test_what_somebody_sees_is_a_name(text: str) -> None:
    assert not is_invisible(text)
    refuse_invisible(text)


def test_an_empty_text_is_somebody_elses_question() -> None:
    refuse_invisible("")


@pytest.fixture
def doors(linden: Pair, in_linden: Cooperative) -> dict[str, Callable[[str], Any]]:
    """Every action that takes a name or a title."""
    actor = linden[1]
    project = create_project(actor, in_linden, name="House")
    task = create_task(actor, project, title="Roof")
    return {
        "found": lambda name: found(actor, name=name, kind="chama"),
        "change_cooperative": lambda name: change_cooperative(actor, in_linden, version=in_linden.version, name=name),
        "create_project": lambda name: create_project(actor, in_linden, name=name),
        "create_lane": lambda name: create_lane(actor, project, name=name),
        "create_task": lambda name: create_task(actor, project, title=name),
        "change_task": lambda name: change_task(actor, task, version=1, title=name),
        "admit": lambda name: admit(actor, in_linden, name=name),
        "change_user": lambda name: change_user(actor, actor.user, version=actor.user.version, name=name),
    }


def test_every_door_asks_the_same(doors: dict[str, Callable[[str], Any]]) -> None:
    for name, write in doors.items():
        with pytest.raises(Invalid) as refusal:
            write("\u200b\u2060")
        assert (refusal.value.code, refusal.value.field) == ("invisible", "title" if "task" in name else "name"), name
        with pytest.raises(Invalid) as refusal:
            write(f"{name}\u202e")
        assert (refusal.value.code, refusal.value.field) == ("turning", "title" if "task" in name else "name"), name
        write(f"\u200b{name}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "said"), [("\u200b", "Nothing of this can be seen"), ("Ann\u202e", "turns the direction of writing")]
)
def test_whoever_signs_up_has_a_name(name: str, said: str) -> None:
    words = "kettle-lantern-47"
    sent = {"name": name, "email": "unseen@example.org", "password1": words, "password2": words}
    page = Client().post("/accounts/signup/", sent)
    assert said in page.content.decode()
    body = {"name": name, "email": "unseen@example.org", "password": words}
    answer = Client().post("/api/v1/auth/register/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["field"]) == (400, "name")
    assert not User.objects.exists()
