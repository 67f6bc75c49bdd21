"""`manage.py count`: any BLT file, every stage, no database."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from voting.tally import METHODS

from .test_sheets import sheet

Run = Callable[..., str]
WARD = "4 2\n5 1 2 0\n3 2 0\n2 3 0\n1 4 3 0\n0\nAnn\nBo\nCy\nDee\nThe board\n"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Write a file, count it, give what was printed. No test here may touch a database: none asks for one."""

    def count(content: str | bytes, method: str, *more: str) -> str:
        path = tmp_path / "votes.blt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        call_command("count", str(path), "--method", method, *more)
        return capsys.readouterr().out

    return count


def refused(run: Run, *args: Any) -> str:
    with pytest.raises(CommandError) as refusal:
        run(*args)
    return str(refusal.value)


def test_every_stage_is_an_aligned_table(run: Run) -> None:
    assert run(WARD, "scottish-stv").splitlines() == [
        "The board",
        "Method: scottish-stv",
        "Seats: 2",
        "Valid ballots: 11",
        "Quota: 4",
        "",
        "Stage 1",
        "  candidate    votes",
        "  Ann        5.00000    elected now",
        "  Bo         3.00000",
        "  Cy         2.00000",
        "  Dee        1.00000",
        "",
        "Stage 2: the surplus of Ann is transferred",
        "  candidate           votes  transfer",
        "  Ann               4.00000  -1.00000  elected in stage 1",
        "  Bo                4.00000  +1.00000  elected now",
        "  Cy                2.00000",
        "  Dee               1.00000",
        "  non-transferable  0.00000",
        "",
        "Elected, in this order:",
        "  1. Ann",
        "  2. Bo",
    ]


def test_the_same_as_json(run: Run) -> None:
    data = json.loads(run(WARD, "scottish-stv", "--json"))
    assert {key: data[key] for key in ("method", "seats", "valid", "quota", "winners", "title")} == {
        "method": "scottish-stv", "seats": 2, "valid": 11, "quota": 4, "winners": [1, 2], "title": "The board",
    }  # fmt: skip
    assert data["stages"][0]["votes"] == {"1": "5.00000", "2": "3.00000", "3": "2.00000", "4": "1.00000"}
    assert [(stage["number"], stage["elected"], stage["excluded"]) for stage in data["stages"]] == [(1, [1], []), (2, [2], [])]
    assert data["stages"][1]["transfer"] == {
        "from": 1, "reason": "surplus", "gains": {"2": "1.00000"}, "lost": "0.00000",
    }  # fmt: skip


def test_seats_may_be_others_than_the_file_says(run: Run) -> None:
    data = json.loads(run(WARD, "scottish-stv", "--seats", "1", "--json"))
    assert (data["seats"], data["quota"], len(data["winners"])) == (1, 6, 1)
    assert json.loads(run(WARD, "plurality", "--seats", "3", "--json"))["winners"] == [1, 2, 3]


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_counts_and_prints(run: Run, method: str) -> None:
    words = run(WARD, method).splitlines()
    assert words[1] == f"Method: {method}"
    data = json.loads(run(WARD, method, "--json"))
    assert f"  1. {data['candidates'][str(data['winners'][0])]}" in words
    assert data["method"] == method


def test_a_runoff_says_what_was_needed(run: Run) -> None:
    words = run("3 1\n5 1 0\n4 2 0\n2 3 2 0\n1 3 0\n0\nAnn\nBo\nCy\n", "irv").splitlines()
    assert words[words.index("Stage 2: Cy is excluded") :] == [
        "Stage 2: Cy is excluded",
        "More than half: 6",
        "  candidate         votes  transfer",
        "  Ann                   5",
        "  Bo                    6        +2  elected now",
        "  Cy                    0        -3  excluded now",
        "  non-transferable      1        +1",
        "",
        "Elected, in this order:",
        "  1. Bo",
    ]


def test_pairs_stand_in_a_matrix(run: Run) -> None:
    words = run("2 1\n4 1 0\n3 2 0\n1 0\n0\nAnn\nBo\n", "schulze").splitlines()
    assert words == [
        "Method: schulze",
        "Seats: 1",
        "Valid ballots: 7",
        "Not counted: 1 blank, 0 spoilt",
        "",
        "Stage 1",
        "  candidate  beats",
        "  Ann            1    elected now",
        "  Bo             0",
        "",
        "How many rank the one in the line above the one in the column:",
        "         1  2",
        "  1 Ann  -  4",
        "  2 Bo   3  -",
        "",
        "Elected, in this order:",
        "  1. Ann",
    ]


def test_a_lot_says_how_it_was_drawn(run: Run) -> None:
    text = "2 1\n2 1 0\n2 2 0\n0\nAnn\nBo\n"
    digests = {name: hashlib.sha256(f"dice 3 5\n{name}".encode()).hexdigest() for name in ("Ann", "Bo")}
    order = sorted(digests, key=lambda name: digests[name])
    words = run(text, "plurality", "--seed", "dice 3 5")
    assert f"Equal: Ann, Bo. A lot decides: {order[0]}." in words
    assert "The order of SHA-256 over the seed “dice 3 5”, a line feed and the name:" in words
    assert [line.split()[-1] for line in words.splitlines() if len(line) > 64 and line.startswith("  ")] == order
    assert json.loads(run(text, "plurality", "--seed", "dice 3 5", "--json"))["seed"] == "dice 3 5"


def test_without_a_seed_the_file_is_the_seed(run: Run) -> None:
    text = "2 1\n2 1 0\n2 2 0\n0\nAnn\nBo\n"
    data = json.loads(run(text, "plurality", "--json"))
    assert data["seed"] == hashlib.sha256(text.encode()).hexdigest()
    assert json.loads(run(text, "plurality", "--json")) == data
    assert json.loads(run(WARD, "plurality", "--json"))["seed"] is None


def test_a_tie_that_an_earlier_stage_decides_says_which(run: Run) -> None:
    text = "4 1\n6 1 0\n4 2 0\n3 3 0\n1 4 3 0\n0\nAnn\nBo\nCy\nDee\n"
    assert "Equal: Bo, Cy. Stage 1 decides: Cy." in run(text, "irv").splitlines()


def test_who_has_withdrawn_is_named_and_empty_seats_are_counted(run: Run) -> None:
    words = run("3 3\n-2\n4 1 0\n1 2 3 0\n0\nAnn\nBo\nCy\n", "scottish-stv").splitlines()
    assert words[4] == "Withdrawn: Bo"
    assert words[-1] == "Seats left empty: 1"
    assert run("1 1\n1 0\n0\nAnn\n", "plurality").splitlines()[-1] == "Nobody is elected."


def test_a_tally_sheet_has_a_default_option(run: Run) -> None:
    content = sheet("123 a", "132 b", "321 c", "132 c")
    words = run(content, "schulze").splitlines()
    assert "  Bo                     0    dropped: no majority" in words
    assert words[-1] == "  1. Ann"
    words = run(content, "schulze", "--electors", "100").splitlines()
    assert "  Ann                    0    dropped: no quorum" in words
    assert words[-1] == "  1. None Of The Above"


def test_the_sheet_of_debian_and_all_given_elections(run: Run, voting: Path) -> None:
    for path in sorted(voting.glob("*/*.blt")):
        assert "Elected, in this order:" in run(path.read_bytes(), "scottish-stv")
    words = run((voting / "debian" / "leader2007_tally.txt").read_bytes(), "schulze", "--electors", "1036").splitlines()
    assert words[-1] == "  1. Sam Hocevar"


@pytest.mark.parametrize(
    ("content", "method", "more", "sentence"),
    [
        ("2 1\n1 1\n", "irv", (), "Line 2: the ballot does not end. Write 0 after its last candidate."),
        ("", "irv", (), "Line 1: begin with two numbers, of candidates and of seats, such as “4 2”."),
        (WARD, "plurality", ("--seats", "0"), "--seats: write a whole number from 1 on."),
        (WARD, "schulze", ("--electors", "-1"), "--electors: write a whole number from 0 on."),
        (WARD, "irv", ("--seats", "2"), "Instant runoff fills one seat. For several take --method scottish-stv."),
        (sheet("123 a"), "irv", (), "A tally sheet is counted with --method schulze."),
        (
            "1 1\n1.5 1 0\n0\nA\n",
            "scottish-stv",
            (),
            "A vote that moves on cannot be weighted: write whole numbers of ballots, or choose another method.",
        ),
    ],
)
def test_one_clear_sentence(run: Run, content: Any, method: str, more: tuple[str, ...], sentence: str) -> None:
    assert refused(run, content, method, *more) == sentence


def test_weights_print_as_they_are(run: Run) -> None:
    assert "  A            1.5    elected now" in run("2 1\n1.5 1 0\n4/3 2 0\n0\nA\nB\n", "plurality").splitlines()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("count", str(tmp_path / "none.blt"), "--method", "irv")
    assert str(refusal.value) == "The file cannot be read: No such file or directory."


def test_an_unknown_method_names_those_that_there_are() -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("count", "x.blt", "--method", "magic")
    assert all(method in str(refusal.value) for method in METHODS)
