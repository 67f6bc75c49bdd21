"""BLT files as people, OpenSTV and OpaVote write them; and what is said of the others."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from cooperatives.reading import Unreadable
from voting.reading import blt, read_blt
from voting.tally import Election

WHOLE = """4 2
-2
3 1 3 4 0
4 1 3 2 0
2 4 1=3 0
1 2 0
2 2=4=3 1 0
1 3 4 2 0
0
"Adam"
"Basil"
"Charlotte"
"Donald"
"Title"
"""


HEADER = "begin with two numbers, of candidates and of seats, such as “4 2”."
NUMBER = "is no number of ballots. Begin each ballot with how many are like it."
CANDIDATE = "is no candidate. Write a number from 1 to 2."
WITHDRAWN = "Every candidate has withdrawn. Take the minus from the numbers of those who stand."
FEW = "Line 4: the names end after 1, but there are 2 candidates. Write each on a line of its own."


def read(text: str) -> Election:
    return read_blt(text.encode())


def refused(text: str | bytes) -> tuple[str, str]:
    """The code and the sentence."""
    with pytest.raises(Unreadable) as refusal:
        read_blt(text if isinstance(text, bytes) else text.encode())
    return refusal.value.code, refusal.value.sentence


def test_a_whole_file() -> None:
    assert read(WHOLE) == Election(
        ("Adam", "Basil", "Charlotte", "Donald"),
        (
            (((1,), (3,), (4,)), 3),
            (((1,), (3,), (2,)), 4),
            (((4,), (1, 3)), 2),
            (((2,),), 1),
            (((2, 3, 4), (1,)), 2),
            (((3,), (4,), (2,)), 1),
        ),
        2,
        frozenset({2}),
        "Title",
    )


@pytest.mark.parametrize(
    "text",
    [
        WHOLE.replace("\n", "\r\n"),
        WHOLE.replace("\n", "\r"),
        WHOLE.replace("\n", "\n\n"),
        WHOLE.replace(" ", "\t  "),
        WHOLE.replace('"', ""),
        WHOLE.replace("4 2\n-2\n3 1 3", "4 2 -2 3 1 3"),
        WHOLE.replace("4 0\n4 1", "4 0 4 1"),
        WHOLE.replace('0\n"Adam"\n"Basil"\n', '0 "Adam" "Basil"\n'),
        WHOLE.replace('4 2 0\n0\n"Adam"\n', '4 2 0 0 "Adam"\n'),
        WHOLE.replace("1=3", "3 = 1"),
        WHOLE.replace("\n", "  # a comment, 0 and “so” on\n"),
        WHOLE.replace("4 2\n", "# An election\n\n4 2\n"),
        WHOLE.replace("3 1 3 4", "(ann) 3 1 3 4").replace("1 2 0", "(b 2) 1 2 0"),
        WHOLE.replace("3 1 3 4 0", "1 1 3 4 0\n2 1 3 4 0"),
        "\ufeff" + WHOLE,
        WHOLE.replace('"Title"', '"Title"\n"Source"\n"Remark"'),
        WHOLE.rstrip("\n"),
    ],
    ids=lambda text: None,
)
def test_other_ways_to_write_the_same(text: str) -> None:
    assert read(text) == read(WHOLE)


def test_ranks_left_out_stay() -> None:
    made = read("3 1\n1 1 - 2 0\n1 - 3 0\n1 0\n0\nA\nB\nC\n")
    assert [ranking for ranking, _number in made.ballots] == [((1,), (), (2,)), ((), (3,)), ()]


def test_weights_are_exact() -> None:
    made = read("2 1\n1.5 1 0\n0.1 1 0\n1/3 2 0\n2.0 2 0\n0\nA\nB\n")
    assert [number for _ranking, number in made.ballots] == [Fraction(8, 5), Fraction(7, 3)]


def test_a_title_may_be_missing() -> None:
    assert read("1 1\n1 1 0\n0\nA").title == ""


def test_names_may_have_quotes_inside_and_hashes_behind() -> None:
    assert read('2 1\n0\nWilliam "Bill" Rowe # Lab\n"Ann # 1" # Con\nThe end').names == ('William "Bill" Rowe', "Ann # 1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_whatever_the_encoding(encoding: str) -> None:
    assert read_blt("2 1\n1 1 0\n0\nZoë Brown\nJosé Núñez\nWahl".encode(encoding)).names == ("Zoë Brown", "José Núñez")


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("", "no_header", f"Line 1: {HEADER}"),
        ("\n# x\n4\n", "no_header", f"Line 3: {HEADER}"),
        ("4 0\n", "no_header", f"Line 1: {HEADER}"),
        ("0 2\n", "no_header", f"Line 1: {HEADER}"),
        ("four two\n", "no_header", f"Line 1: {HEADER}"),
        ("9999 2\n", "too_many_candidates", "Line 1: at most 500 candidates can be counted. Check the number."),
        ("501 2\n", "too_many_candidates", "Line 1: at most 500 candidates can be counted. Check the number."),
        ("500 2\n", "no_end", "The ballots do not end. Write a line with 0 after the last one, before the names."),
        ("2 1\n-3\n", "no_candidate", f"Line 2: “3” {CANDIDATE}"),
        ("2 1\n-1 -2\n0\nA\nB\n", "no_candidates", WITHDRAWN),
        ("2 1\n1 1 2\n1 2 0\n0\n", "no_zero", "Line 2: the ballot does not end. Write 0 after its last candidate."),
        ("2 1\n1 1 2", "no_zero", "Line 2: the ballot does not end. Write 0 after its last candidate."),
        ("2 1\n1 3 0\n", "no_candidate", f"Line 2: “3” {CANDIDATE}"),
        ("2 1\n1 -1 0\n", "no_candidate", f"Line 2: “-1” {CANDIDATE}"),
        ("2 1\n1 1==2 0\n", "no_candidate", f"Line 2: “” {CANDIDATE}"),
        ("2 1\n1 Ann 0\n", "no_candidate", f"Line 2: “Ann” {CANDIDATE}"),
        ("2 1\n1 1 2 1 0\n", "marked_twice", "Line 2: candidate 1 stands there twice. Leave only the better rank."),
        ("2 1\n1 2 1 1 0\n", "marked_twice", "Line 2: candidate 1 stands there twice. Leave only the better rank."),
        ("2 1\n1 1=1 0\n", "marked_twice", "Line 2: candidate 1 stands there twice. Leave only the better rank."),
        ("2 1\nx 1 0\n", "no_number", f"Line 2: “x” {NUMBER}"),
        ("2 1\n1 1 0\n0.0 1 0\n", "no_number", f"Line 3: “0.0” {NUMBER}"),
        ("2 1\n1e9 1 0\n", "no_number", f"Line 2: “1e9” {NUMBER}"),
        ("2 1\n1/0 1 0\n", "no_number", f"Line 2: “1/0” {NUMBER}"),
        ("2 1\n1 1 0\n", "no_end", "The ballots do not end. Write a line with 0 after the last one, before the names."),
        ("2 1\n0\nA\n", "too_few_names", FEW),
        (
            "1 1\n0\nA\nT\nS\nR\nB\n",
            "too_many_names",
            "Line 7: “B” comes after the names and the title. Check the number of candidates on the first line.",
        ),
        ('2 1\n0\n"A\n"B"\n', "open_quote", "Line 3: write each name between two quotes, with none inside."),
        ('2 1\n0\n"A "x" y"\n"B"\n', "open_quote", "Line 3: write each name between two quotes, with none inside."),
        ('2 1\n0\n"A"\n""\n"T"\n', "no_name", "Line 4: this candidate has no name. Write one between the quotes."),
    ],
)  # fmt: skip
def test_what_is_said_of_a_file_that_cannot_be_read(text: str, code: str, sentence: str) -> None:
    assert refused(text) == (code, sentence)


def test_what_is_no_text() -> None:
    assert refused(b"2 1\n\x00\x01")[0] == "no_text"
    assert refused(b"\xff\xfe2")[0] == "no_text"


def test_what_is_too_large(monkeypatch: Any) -> None:
    monkeypatch.setattr("voting.reading.text.MOST_BYTES", 100)
    code, sentence = refused(WHOLE + "# more")
    assert (code, sentence[:30]) == ("too_large", "The file is larger than 20 MB.")


def test_long_words_are_cut_in_what_is_said() -> None:
    assert refused(f"2 1\n{'9' * 5000} 1 0\n")[1].startswith(f"Line 2: “{'9' * 20}” is no number")
    assert refused(f"1 1\n0\nA\nT\nS\nR\n{'B' * 50}\n")[1].startswith(f"Line 7: “{'B' * 20}” comes after")
    assert refused(f"2 1\n1 {'9' * 5000} 0\n")[1].startswith(f"Line 2: “{'9' * 20}” is no candidate")


SIGNS = st.text(alphabet=st.sampled_from('0123 =-#"()A.\n\r\t/\ufeff'), max_size=120)


@settings(max_examples=300, deadline=None)
@given(SIGNS)
def test_whatever_comes_is_an_election_or_a_sentence(text: str) -> None:
    try:
        made = read("2 1\n1 1 0\n" + text)
    except Unreadable as refusal:
        assert refusal.sentence
        return
    assert len(made.names) == 2


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    try:
        assert blt.read_blt(content).names
    except Unreadable as refusal:
        assert refusal.sentence
