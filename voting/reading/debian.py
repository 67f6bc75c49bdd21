"""Tally sheets as the secretary of the Debian project publishes them."""

import re

from django.utils.translation import gettext as _

from cooperatives.reading import Unreadable
from voting.tally import DefaultOption, Election, Ranking, grouped

from .text import expect_countable, lines_of, refuse

_OPTION = re.compile(r"^[\s/|\\]*Option\s+([0-9]{1,4})\s*-*>\s*:\s*(\S.*?)\s*$", re.IGNORECASE)
_VOTE = re.compile(r"^V:\s*(\S*)\s*(.*?)\s*$")
_RANK = re.compile(r"[1-9A-Za-z-]")


def is_sheet(content: bytes) -> bool:
    """Whether it looks like one: options drawn as a ladder, or votes that begin with V."""
    try:
        lines = lines_of(content)
    except Unreadable:
        return False
    return any(_OPTION.match(line) or _VOTE.match(line) for line in lines)


def read_sheet(content: bytes) -> tuple[Election, DefaultOption]:
    """The election of a sheet and its default option, which is the last one.

    A vote is a sign for each option: its rank from 1 to 9, then from A on, or "-" for none; what follows names the voter, of
    whom the last vote counts. Raises Unreadable with the line and the cure. Source: the sheets of vote.debian.org since 2003.
    """
    names: list[str] = []
    votes: dict[str, Ranking] = {}
    for number, line in enumerate(lines_of(content), 1):
        if option := _OPTION.match(line):
            expect_countable(int(option[1]), number)
            if int(option[1]) != len(names) + 1:
                raise refuse(
                    "options_out_of_order",
                    _("Line %(line)d: option %(number)s comes out of order. Number the options from 1 on, without a gap."),
                    line=number,
                    number=option[1],
                )
            names.append(option[2])
        elif vote := _VOTE.match(line):
            # Somebody whom the sheet does not name is a voter of their own.
            voter = vote[2] or f"line {number}"
            votes.pop(voter, None)
            votes[voter] = _ranking(vote[1], len(names), number)
    if not names:
        raise refuse("no_options", _("The sheet names no options. Write each as “Option 1---->: Name”, before the votes."))
    return Election(tuple(names), grouped((ranking, 1) for ranking in votes.values())), DefaultOption(len(names))


def _ranking(signs: str, options: int, line: int) -> Ranking:
    if len(signs) != options or not all(_RANK.fullmatch(sign) for sign in signs):
        raise refuse(
            "no_vote",
            _("Line %(line)d: “%(word)s” is no vote. Write a sign for each of the %(all)d options: its rank, or “-”."),
            line=line,
            word=signs[:20],
            all=options,
        )
    ranks: dict[int, list[int]] = {}
    for option, sign in enumerate(signs, 1):
        if sign != "-":
            ranks.setdefault(int(sign, 36), []).append(option)
    return tuple(tuple(ranks[rank]) for rank in sorted(ranks))
