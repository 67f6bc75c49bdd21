"""Every problem has a sentence, every question its answers, every row its words."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from members.importing import ANSWERS, Problem, Weight, answers, called, doing, sentence
from members.importing.words import SENTENCES

PACKAGE = Path(__file__).resolve().parents[2] / "importing"
KINDS = re.compile(
    r"(?:say|wrong|_ask)\(\s*[^()\"]*(?:\([^()]*\)[^()\"]*)*,\s*\"([a-z_0-9]+)\"|Problem\([^\"]*\"([a-z_0-9]+)\"", re.DOTALL
)


def said() -> set[str]:
    """The kinds of problems that the code names."""
    found = {one for path in PACKAGE.glob("*.py") for match in KINDS.findall(path.read_text()) for one in match if one}
    return found & {one for one in found if "_" in one or one == "overlap"}


def test_every_kind_of_problem_has_its_sentence() -> None:
    assert len(said()) > 25
    assert said() - set(SENTENCES) <= {"external_id", "left_on"}  # fields that stand first in a call


@pytest.mark.parametrize("kind", list(SENTENCES))
def test_a_sentence_is_filled_and_ends(kind: str) -> None:
    names = re.findall(r"%\((\w+)\)s", str(SENTENCES[kind]))
    more = {name: "Ann" for name in names if name != "row"}
    filled = sentence(Problem(2, "Name", kind, Weight.SAID, 7, more))
    assert "%(" not in filled
    assert filled[-1] in ".?"
    assert ("row" in names) == (" 7" in filled)


def test_a_question_has_answers_and_a_person_candidates() -> None:
    for kind, options in ANSWERS.items():
        assert [code for code, _words in answers(Problem(2, "", kind, Weight.ASK))] == [code for code, _words in options]
    asked = Problem(2, "", "same_person", Weight.ASK, more={"name": "Ann", "candidates": [[5, "Ann Abel", 17], [6, "Ann A.", 0]]})
    assert answers(asked) == [("same:5", "The same: Ann Abel, no. 17"), ("same:6", "The same: Ann A."), ("new", "Someone new")]
    assert answers(Problem(2, "", "bad_date", Weight.ERROR)) == []


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        ("new_member", {"name": "Ann", "since": "2020-02-01", "until": ""}, "new member Ann since 1 Feb 2020"),
        ("new_member", {"name": "Ann", "since": "", "until": ""}, "new member Ann"),
        ("new_former", {"name": "Ann", "since": "", "until": "2020-02-01"}, "former member Ann, left on 1 Feb 2020"),
        ("new_person", {"name": "Ann", "since": "", "until": ""}, "new person Ann"),
        ("new_unit", {"unit": "N-1"}, "new unit N-1"),
        ("moves_in", {"unit": "N-1", "on": "2020-02-01"}, "moves into N-1 on 1 Feb 2020"),
    ],
)
def test_what_a_row_does_is_said(kind: str, more: dict[str, str], words: str) -> None:
    with translation.override("en"):
        assert doing(kind, more) == words


def test_fields_are_called_as_on_the_pages() -> None:
    assert (str(called("monthly_charge")), str(called("unit_type")), called("nonsense")) == (
        "Monthly charge", "Type of unit", "nonsense",
    )  # fmt: skip
