"""BLT files: the exchange format of Hill, Wichmann and Woodall (1987), with what OpenSTV and OpaVote added."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _

from voting.tally import Election, Number, Ranking, grouped

from .names import names_and_title
from .text import expect_countable, lines_of, refuse

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_EQUAL = re.compile(r"\s*=\s*")
_LABEL = re.compile(r"^\s*\([^)]*\)")  # OpenSTV's name of a ballot
_WHOLE = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12}|/0*[1-9][0-9]{0,11})?")


class Word(NamedTuple):
    """A piece of the file between blanks, and the line it stands on."""

    text: str
    line: int


def read_blt(content: bytes) -> Election:
    """The election that a file describes.

    Candidates and seats; numbers of those withdrawn, each with a minus; ballots of a number or weight, then candidates from
    the best on, "=" between equals, "-" for a rank left out, and 0; a 0 for the end; names, then a title. What stands behind
    "#" is a comment. Raises Unreadable with the line and the cure. Source: Hill, Wichmann and Woodall, Algorithm 123,
    Computer Journal 30 (1987), 3.1; https://www.opavote.com/help/overview#blt-file-format.
    """
    lines = lines_of(content)
    words = _words(lines)
    candidates, seats = _header(words)
    withdrawn: set[int] = set()
    ballots: list[tuple[Ranking, Number]] = []
    first = next(words, None)
    while first and re.fullmatch(r"-[0-9]{1,9}", first.text):
        withdrawn.add(_candidate(Word(first.text[1:], first.line), candidates))
        first = next(words, None)
    while first and first.text != "0":
        ballots.append(_ballot(first, words, candidates))
        first = next(words, None)
    if first is None:
        raise refuse("no_end", _("The ballots do not end. Write a line with 0 after the last one, before the names."))
    if len(withdrawn) == candidates:
        raise refuse("no_candidates", _("Every candidate has withdrawn. Take the minus from the numbers of those who stand."))
    names, title = names_and_title(lines, first.line, candidates)
    return Election(names, grouped(ballots), seats, frozenset(withdrawn), title)


def _words(lines: list[str]) -> Iterator[Word]:
    for number, line in enumerate(lines, 1):
        for text in _EQUAL.sub("=", _LABEL.sub("", _COMMENT.sub("", line))).split():
            yield Word(text, number)


def _header(words: Iterator[Word]) -> tuple[int, int]:
    first, second = next(words, None), next(words, None)
    if not first or not second or not all(_WHOLE.fullmatch(word.text) and int(word.text) for word in (first, second)):
        line = first.line if first else 1
        raise refuse(
            "no_header", _("Line %(line)d: begin with two numbers, of candidates and of seats, such as “4 2”."), line=line
        )
    expect_countable(int(first.text), first.line)
    return int(first.text), int(second.text)


def _ballot(first: Word, words: Iterator[Word], candidates: int) -> tuple[Ranking, Number]:
    number = _number(first.text)
    if not number:
        raise refuse(
            "no_number",
            _("Line %(line)d: “%(word)s” is no number of ballots. Begin each ballot with how many are like it."),
            line=first.line,
            word=first.text[:20],
        )
    ranking: list[tuple[int, ...]] = []
    for word in words:
        if word.line != first.line:
            break
        if word.text == "0":
            _expect_once(ranking, first.line)
            return tuple(ranking), number
        ranking.append(_rank(word, candidates))
    raise refuse("no_zero", _("Line %(line)d: the ballot does not end. Write 0 after its last candidate."), line=first.line)


def _number(text: str) -> Number:
    """How many ballots, or what they weigh; 0 for what is no number."""
    if _WHOLE.fullmatch(text):
        return int(text)
    number = Fraction(text) if _NUMBER.fullmatch(text) else Fraction(0)
    return int(number) if number.denominator == 1 else number


def _rank(word: Word, candidates: int) -> tuple[int, ...]:
    if word.text == "-":
        return ()
    return tuple(sorted(_candidate(Word(text, word.line), candidates) for text in word.text.split("=")))


def _candidate(word: Word, candidates: int) -> int:
    number = int(word.text) if _WHOLE.fullmatch(word.text) else 0
    if not 1 <= number <= candidates:
        raise refuse(
            "no_candidate",
            _("Line %(line)d: “%(word)s” is no candidate. Write a number from 1 to %(most)d."),
            line=word.line,
            word=word.text[:20],
            most=candidates,
        )
    return number


def _expect_once(ranking: list[tuple[int, ...]], line: int) -> None:
    marked = [one for rank in ranking for one in rank]
    if len(set(marked)) < len(marked):
        raise refuse(
            "marked_twice",
            _("Line %(line)d: candidate %(number)d stands there twice. Leave only the better rank."),
            line=line,
            number=next(one for one in marked if marked.count(one) > 1),
        )
