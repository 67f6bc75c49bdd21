"""How the rows of a plan are drawn: verdict, what happens, what is wrong, what can be typed or answered."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from cooperatives.reading import phrase

from ..importing import ANSWERS, FIELDS, Plan, Problem, RowPlan, Weight, answers, called, day, doing, sentence

_ORDER = {verdict: place for place, verdict in enumerate(("error", "ask", "create", "update", "skip"))}
_SIGNS = {
    "create": ("good", "plus"),
    "update": ("info", "edit"),
    "skip": ("", "check"),
    "ask": ("warn", "info"),
    "error": ("bad", "stop"),
}


def words(verdict: str) -> str:
    """A verdict as people read it."""
    said = {"create": _("Create"), "update": _("Update"), "skip": _("Skip"), "ask": _("Ask"), "error": _("Error")}
    return said[verdict]


def sorted_rows(plan: Plan) -> list[RowPlan]:
    """The rows, errors and questions first, else in the order of the file."""
    return sorted(plan.rows, key=lambda row: (_ORDER[row.verdict], row.number))


def drawn(plan: Plan, row: RowPlan, choices: dict[str, Any]) -> dict[str, Any]:
    """A row as its template needs it."""
    state, sign = _SIGNS[row.verdict]
    open_only = [one for one in row.problems if one.weight in (Weight.ERROR, Weight.ASK)]
    return {
        "number": row.number,
        "verdict": words(row.verdict),
        "state": state,
        "sign": sign,
        "names": ", ".join(dict.fromkeys(row.names)),
        "unit": row.unit,
        "does": [doing(kind, more) for kind, more in row.does],
        "changes": [(called(one.field), day(one.old), day(one.new)) for one in row.changes],
        "problems": [(one.column, sentence(one)) for one in row.problems],
        "cells": list(_cells(plan, row, open_only, choices)),
        "asks": list(_asks(row, choices)),
        "is_open": bool(open_only),
    }


def _cells(plan: Plan, row: RowPlan, problems: list[Problem], choices: dict[str, Any]) -> Iterator[tuple[int, str, str]]:
    """The cells of a row that are wrong: index, header, what stands there now."""
    indexes = list(dict.fromkeys(one.index for one in problems if one.index >= 0 and one.weight == Weight.ERROR))
    if not indexes:
        return
    line = next(one for one in plan.reading.table.lines if one.number == row.number)
    typed = choices.get("edits", {}).get(str(row.number), {})
    for index in indexes:
        yield index, plan.reading.table.headers[index], typed.get(str(index), phrase(line.cells[index]))


def _asks(row: RowPlan, choices: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The questions of one row with their answers, answered ones, too, so that they can be taken back."""
    typed = choices.get("edits", {}).get(str(row.number), {})
    asked: dict[str, Problem] = {one.kind: one for one in row.problems if one.weight == Weight.ASK}
    for code, problem in asked.items():
        if options := answers(problem):
            yield {"code": code, "sentence": sentence(problem), "options": options, "chosen": typed.get(f"?{code}", "")}
    for key, chosen in typed.items():
        if key.startswith("?") and key[1:] not in asked:
            options = [(code, str(said)) for code, said in ANSWERS.get(key[1:], ())] or [(chosen, _("As you answered"))]
            yield {"code": key[1:], "sentence": "", "options": options, "chosen": chosen}


def columns_of(plan: Plan) -> list[dict[str, Any]]:
    """The columns with what each may be read as."""
    fields = [(code, str(label)) for code, label in FIELDS.items()]
    return [
        {"index": one.index, "header": one.header or _("column %(n)d") % {"n": one.index + 1}, "first": one.first,
         "field": one.field, "why": one.why, "fields": fields}
        for one in plan.reading.columns
    ]  # fmt: skip


def asked(plan: Plan, choices: dict[str, Any]) -> list[dict[str, Any]]:
    """Questions that can be answered for every row at once, and those that were."""
    given = choices.get("answers", {})
    found = {
        code: problems
        for code, problems in plan.reading.questions().items()
        if code in ANSWERS and problems[0].weight == Weight.ASK
    }
    return [
        {"code": code, "rows": _numbers(found.get(code, [])), "example": sentence(found[code][0]) if code in found else "",
         "options": [(answer, str(said)) for answer, said in ANSWERS[code]], "chosen": given.get(code, "")}
        for code in ANSWERS if code in found or code in given
    ]  # fmt: skip


def _numbers(problems: list[Problem], most: int = 12) -> str:
    rows = list(dict.fromkeys(one.row for one in problems))
    return ", ".join(map(str, rows[:most])) + (", …" if len(rows) > most else "")


def noticed(plan: Plan) -> list[str]:
    """What is said about the file as a whole."""
    return [sentence(one) for one in plan.reading.problems if not one.row]


def left_out(plan: Plan) -> Iterator[list[Any]]:
    """Rows that are wrong or ask something: number, reasons, cells as they were read."""
    rows = {row.number: row for row in plan.rows if row.verdict in ("ask", "error")}
    for line in plan.reading.table.lines:
        if row := rows.get(line.number):
            reasons = [
                f"{one.column}: {sentence(one)}" if one.column else sentence(one)
                for one in row.problems
                if one.weight in ("ask", "error")
            ]
            yield [line.number, " ".join(reasons), *(phrase(cell) for cell in line.cells)]
