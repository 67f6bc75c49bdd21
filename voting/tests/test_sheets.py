"""Tally sheets of Debian's form."""

import pytest
from hypothesis import given, settings, strategies as st

from cooperatives.reading import Unreadable
from voting.reading import is_sheet, read_sheet
from voting.tally import DefaultOption

LADDER = """     Option 1---------->: Ann
   /  Option 2--------->: Bo
   |/  Option 3-------->: None Of The Above
   ||/
"""
VOTE = "is no vote. Write a sign for each of the 3 options: its rank, or “-”."


def sheet(*votes: str, ladder: str = LADDER) -> bytes:
    lines = [f"V: {vote}" for vote in votes]
    return ("Tally sheet\n" + ladder + "\n".join(lines) + "\n").encode()


def rankings(*votes: str) -> list[tuple[object, int]]:
    return list(read_sheet(sheet(*votes))[0].ballots)


def test_a_sign_for_each_option() -> None:
    election, default = read_sheet(sheet("213\ta1", "1-2 a2", "--- a3", "--1 a4", "111 a5"))
    assert election.names == ("Ann", "Bo", "None Of The Above")
    assert default == DefaultOption(3)
    assert [ranking for ranking, _number in election.ballots] == [((2,), (1,), (3,)), ((1,), (3,)), (), ((3,),), ((1, 2, 3),)]


def test_ranks_may_be_equal_or_left_out_and_only_their_order_counts() -> None:
    assert rankings("119 a") == rankings("225 b") == [(((1, 2), (3,)), 1)]


def test_ranks_beyond_nine_are_letters() -> None:
    assert rankings("9AB a") == rankings("9ab a") == rankings("123 a")


def test_the_last_vote_of_a_voter_counts() -> None:
    assert rankings("123 ann", "321 bo", "213 ann") == [(((3,), (2,), (1,)), 1), (((2,), (1,), (3,)), 1)]


def test_voters_without_a_name_are_voters_of_their_own() -> None:
    assert rankings("123", "123", "123 ") == [(((1,), (2,), (3,)), 3)]


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        (sheet("12 a"), "no_vote", f"Line 6: “12” {VOTE}"),
        (sheet("123 a", "1234 b"), "no_vote", f"Line 7: “1234” {VOTE}"),
        (sheet("1?3 a"), "no_vote", f"Line 6: “1?3” {VOTE}"),
        (sheet("103 a"), "no_vote", f"Line 6: “103” {VOTE}"),
        (sheet(""), "no_vote", f"Line 6: “” {VOTE}"),
        (
            sheet("12 a", ladder=" Option 1-->: Ann\n Option 3->: Bo\n"),
            "options_out_of_order",
            "Line 3: option 3 comes out of order. Number the options from 1 on, without a gap.",
        ),
        (b"Nothing\n", "no_options", "The sheet names no options. Write each as “Option 1---->: Name”, before the votes."),
    ],
)  # fmt: skip
def test_what_is_said_of_a_sheet_that_cannot_be_read(content: bytes, code: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_sheet(content)
    assert (refusal.value.code, refusal.value.sentence) == (code, sentence)


def test_as_many_options_as_can_be_counted() -> None:
    ladder = [f"Option {number}-->: Name {number}\n" for number in range(1, 502)]
    assert len(read_sheet("".join(ladder[:500]).encode())[0].names) == 500
    with pytest.raises(Unreadable) as refusal:
        read_sheet("".join(ladder).encode())
    assert refusal.value.sentence == "Line 501: at most 500 candidates can be counted. Check the number."


def test_a_long_vote_is_cut_in_what_is_said() -> None:
    with pytest.raises(Unreadable) as refusal:
        read_sheet(sheet("1" * 900))
    assert refusal.value.sentence == f"Line 6: “{'1' * 20}” {VOTE}"


def test_what_is_a_sheet_and_what_is_not() -> None:
    assert is_sheet(sheet("123 a"))
    assert is_sheet(b"V: 123 a\n")
    assert not is_sheet(b"2 1\n1 1 0\n0\nA\nB\n")
    assert not is_sheet(b"\x00")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("V: 12-AzOption>\n\t"), max_size=200))
def test_whatever_comes_is_an_election_or_a_sentence(text: str) -> None:
    try:
        election, default = read_sheet(LADDER.encode() + text.encode())
    except Unreadable as refusal:
        assert refusal.sentence
        return
    assert default.option == len(election.names) >= 3
