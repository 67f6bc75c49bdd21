"""A count as text for a terminal or for minutes: quota, every stage as an aligned table, who is elected."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from voting.tally import Count, Number, Stage, Tie, exact

Row = Sequence[str]


def drawn(count: Count) -> str:
    """The whole count, lines of it joined by line feeds."""
    lines = [*_head(count)]
    for stage in count.stages:
        lines += ["", *_stage(count, stage)]
    if count.pairs:
        lines += ["", _("How many rank the one in the line above the one in the column:"), *_pairs(count)]
    return "\n".join([*lines, "", *_winners(count)])


def _head(count: Count) -> Iterator[str]:
    if count.title:
        yield count.title
    yield _("Method: %(method)s") % {"method": count.method}
    yield _("Seats: %(seats)d") % {"seats": count.seats}
    yield _("Valid ballots: %(valid)s") % {"valid": exact(count.valid)}
    if count.blank or count.spoilt:
        figures = {"blank": exact(count.blank), "spoilt": exact(count.spoilt)}
        yield _("Not counted: %(blank)s blank, %(spoilt)s spoilt") % figures
    if count.quota is not None:
        yield _("Quota: %(quota)s") % {"quota": exact(count.quota)}
    if count.withdrawn:
        yield _("Withdrawn: %(names)s") % {"names": _names(count, count.withdrawn)}


def _stage(count: Count, stage: Stage) -> Iterator[str]:
    yield _title(count, stage)
    for tie in stage.ties:
        yield from _tie(count, tie)
    gains = stage.transfer.gains if stage.transfer else {}
    rows = [[_("candidate"), _("beats") if count.pairs else _("votes"), _("transfer") if stage.transfer else "", ""]]
    for one, votes in stage.votes.items():
        moved = gains.get(one, 0)
        if stage.transfer and one == stage.transfer.source:
            moved = -sum(gains.values()) - stage.transfer.lost
        rows.append([count.name(one), exact(votes, count.places), _signed(moved, count.places), _fate(count, stage, one)])
    if stage.transfer:
        lost = _signed(stage.transfer.lost, count.places)
        rows.append([_("non-transferable"), exact(stage.exhausted, count.places), lost, ""])
    if stage.needed is not None and stage.needed != count.quota:
        yield _("More than half: %(needed)s") % {"needed": exact(stage.needed)}
    yield from _aligned(rows)


def _title(count: Count, stage: Stage) -> str:
    facts = {"number": stage.number, "name": count.name(stage.transfer.source) if stage.transfer else ""}
    if not stage.transfer:
        return _("Stage %(number)d") % facts
    if stage.transfer.reason == "surplus":
        return _("Stage %(number)d: the surplus of %(name)s is transferred") % facts
    return _("Stage %(number)d: %(name)s is excluded") % facts


def _tie(count: Count, tie: Tie) -> Iterator[str]:
    facts = {"among": _names(count, tie.among), "chosen": _names(count, tie.chosen), "stage": tie.stage, "seed": count.seed}
    if not tie.drawn:
        yield _("Equal: %(among)s. Stage %(stage)d decides: %(chosen)s.") % facts
        return
    yield _("Equal: %(among)s. A lot decides: %(chosen)s.") % facts
    yield _("The order of SHA-256 over the seed “%(seed)s”, a line feed and the name:") % facts
    yield from (f"  {digest}  {count.name(one)}" for one, digest in tie.drawn)


def _fate(count: Count, stage: Stage, one: int) -> str:
    """What has become of a candidate by the end of a stage, and "now" or when."""
    if one in count.dropped:
        return {"quorum": _("dropped: no quorum"), "majority": _("dropped: no majority")}[count.dropped[one]]
    for past in count.stages[: stage.number]:
        now = past.number == stage.number
        if one in past.elected:
            return _("elected now") if now else _("elected in stage %(number)d") % {"number": past.number}
        if one in past.excluded:
            return _("excluded now") if now else _("excluded in stage %(number)d") % {"number": past.number}
    return ""


def _pairs(count: Count) -> Iterator[str]:
    options = list(count.pairs)
    rows = [["", *(str(one) for one in options)]]
    for one in options:
        cells = ["-" if one == other else exact(count.pairs[one][other]) for other in options]
        rows.append([f"{one} {count.name(one)}", *cells])
    yield from _aligned(rows, last_left=False)


def _winners(count: Count) -> Iterator[str]:
    if not count.winners:
        yield _("Nobody is elected.")
        return
    yield _("Elected, in this order:")
    yield from (f"  {place}. {count.name(one)}" for place, one in enumerate(count.winners, 1))
    if len(count.winners) < count.seats:
        yield _("Seats left empty: %(number)d") % {"number": count.seats - len(count.winners)}


def _aligned(rows: Sequence[Row], *, last_left: bool = True) -> Iterator[str]:
    """The first column to the left, figures to the right, words at the end to the left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        if last_left:
            cells[-1] = row[-1]
        yield ("  " + "  ".join(cells)).rstrip()


def _names(count: Count, numbers: Sequence[int]) -> str:
    return ", ".join(count.name(one) for one in numbers)


def _signed(number: Number, places: int) -> str:
    return "" if not number else ("+" if number > 0 else "") + exact(number, places)
