"""One line becomes a task: what is read as what, and that everything else stays as it was written."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from tasks.models import MINUTES_LIMIT, Priority
from tasks.quick import DUE, ESTIMATE, LABEL, LINE_LIMIT, PERSON, PRIORITY, Line, day_meant, minutes_meant, read_line

TODAY = date(2026, 11, 27)  # a Friday
PEOPLE = {1: "Marta Lindqvist", 2: "Yusuf Demir", 3: "Marta Olsen", 4: "José María de la Cruz"}
LABELS = {10: "garden", 11: "Good first issue", 12: "größe"}


def read(text: str, **more: Any) -> Line:
    return read_line(text, **{"people": PEOPLE, "labels": LABELS, "today": TODAY, **more})


def test_a_whole_line() -> None:
    line = read("Mend the gate @Yusuf #garden !high due:friday 2h")
    assert line.title == "Mend the gate"
    assert [(mark.kind, mark.written, mark.value) for mark in line.marks] == [
        (PERSON, "@Yusuf", 2),
        (LABEL, "#garden", 10),
        (PRIORITY, "!high", Priority.HIGH),
        (DUE, "due:friday", date(2026, 12, 4)),
        (ESTIMATE, "2h", 120),
    ]


@pytest.mark.parametrize(
    "text",
    ["Mend the gate", "C# and F#", "a@b.org", "wow!", "Meet at 10", "12 chairs", "note: due soon", "2 h", "!", "@", "#", "due:"],
)
def test_plain_words_stay_title(text: str) -> None:
    assert read(text) == Line(text, [])


@pytest.mark.parametrize("text", ["@Nobody", "#nothing", "!whatever", "due:someday", "due:2026-02-30", "due:12", "0h", "9999h"])
def test_what_is_not_understood_stays_title(text: str) -> None:
    assert read(f"Mend {text} it") == Line(f"Mend {text} it", [])


def test_marks_may_stand_anywhere() -> None:
    assert read("@Yusuf 30m Mend !low the #garden gate").title == "Mend the gate"
    assert read("#garden").title == "" and read("   ").title == ""


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("@Marta Lindqvist", [1]),
        ("@marta olsen", [3]),
        ("@Marta", []),  # two bear it
        ("@Yusuf, come", [2]),
        ("@Yusuf @yusuf demir", [2]),
        ("@José María de la Cruz", [4]),
        ("@Yusuf @Marta Olsen", [2, 3]),
        ("@Yus", []),
    ],
)
def test_people_by_whole_name_or_by_a_first_name_of_their_own(text: str, people: list[int]) -> None:
    assert read(f"Door {text}").all(PERSON) == people


def test_a_longer_name_wins_over_a_shorter_one() -> None:
    people = {1: "Ann", 2: "Ann Lee"}
    assert read("@Ann Lee calls", people=people) == Line("calls", read("@Ann Lee", people=people).marks)
    assert read("@Ann Lee", people=people).all(PERSON) == [2]
    assert read("@Ann calls", people=people).all(PERSON) == [1]


def test_two_of_the_same_name_are_neither() -> None:
    assert read("@Kim Lee", people={1: "Kim Lee", 2: "kim  lee"}) == Line("@Kim Lee", [])


def test_me_is_whoever_writes() -> None:
    assert read("Door @me", me=2).all(PERSON) == [2]
    assert read("Door @me").title == "Door @me"


def test_labels_may_have_blanks_and_any_letters() -> None:
    line = read("Door #good first issue #GRÖSSE")
    assert (line.title, line.all(LABEL)) == ("Door", [11, 12])


def test_the_first_of_a_kind_counts_and_the_second_stays() -> None:
    line = read("Door !high !low due:today due:tomorrow 1h 2h")
    assert line.title == "Door !low due:tomorrow 2h"
    assert (line.one(PRIORITY), line.one(DUE), line.one(ESTIMATE)) == (Priority.HIGH, TODAY, 60)
    assert read("Door").one(DUE) is None


@pytest.mark.parametrize("mark", ["@Yusuf", "#garden", "!high", "due:friday", "2h"])
def test_a_backslash_keeps_a_mark_as_a_word(mark: str) -> None:
    assert read(f"Door \\{mark}") == Line(f"Door {mark}", [])


def test_other_backslashes_are_kept() -> None:
    assert read(r"C:\temp \n \\server").title == r"C:\temp \n \\server"


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("today", TODAY),
        ("Tomorrow", date(2026, 11, 28)),
        ("saturday", date(2026, 11, 28)),
        ("fri", date(2026, 12, 4)),  # today is a Friday: the next one is meant
        ("thu", date(2026, 12, 3)),
        ("3d", date(2026, 11, 30)),
        ("+3", date(2026, 11, 30)),
        ("2w", date(2026, 12, 11)),
        ("2027-01-31", date(2027, 1, 31)),
        ("20270131", None),
        ("2027-13-01", None),
        ("", None),
        ("3", None),
        ("3x", None),
    ],
)
def test_days(word: str, day: date | None) -> None:
    assert day_meant(word, TODAY) == day


@pytest.mark.parametrize(
    ("word", "minutes"),
    [
        ("2h", 120),
        ("1.5h", 90),
        ("1,5H", 90),
        ("1h30", 90),
        ("1h30m", 90),
        ("45m", 45),
        ("90min", 90),
        ("999h", 59_940),
        (f"{MINUTES_LIMIT}m", MINUTES_LIMIT),
        (f"{MINUTES_LIMIT + 1}m", None),
        ("0m", None),
        ("45", None),
        ("h", None),
        ("m", None),
        ("2hh", None),
        ("", None),
        ("٣h", 180),  # digits of any script
    ],
)
def test_spans(word: str, minutes: int | None) -> None:
    assert minutes_meant(word) == minutes


def test_words_of_the_reader_count_beside_the_english_ones() -> None:
    with translation.override("de"):
        assert day_meant("montag", TODAY) == day_meant("monday", TODAY) == date(2026, 11, 30)
        assert read("Tür due:mo").one(DUE) == date(2026, 11, 30)
        assert read("Tür !high").one(PRIORITY) == Priority.HIGH


@pytest.mark.parametrize("sign", ["'", '"', "<b>", "%", "\u202e", "💧", "שלום", "\x00"])
def test_any_sign_goes_through(sign: str) -> None:
    assert read(f"a {sign} b @Yusuf").title == f"a {sign} b"


def test_a_line_is_read_up_to_its_limit() -> None:
    line = read("x" * (LINE_LIMIT - 1) + " @Yusuf")
    assert (len(line.title), line.marks) == (LINE_LIMIT - 1, [])
    assert read("@ " * 350 + "#garden").title.count("@") == 350
