"""The checked-in tables: drawn for people who review them, read back by the tests."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from ..surface import Door

HERE = Path(__file__).resolve().parent
Row = dict[str, str]


def line_of(door: Door) -> str:
    """A door as one line names it: kind, method, address."""
    return f"{door.kind} {door.method} /{door.template.replace('%(', '{').replace(')s', '}')}"


class Table:
    """One line for each door, one column for each actor, a short word in each cell."""

    def __init__(self, name: str, columns: Iterable[str], preface: str) -> None:
        self.path, self.columns, self.preface = HERE / name, list(columns), preface

    def draw(self, rows: Mapping[str, Row]) -> str:
        """The whole file, aligned."""
        lines = [[*name.split(), *(row[column] for column in self.columns)] for name, row in rows.items()]
        head = [*[""] * (len(lines[0]) - len(self.columns)), *self.columns]
        widths = [max(map(len, words)) for words in zip(head, *lines, strict=True)]
        preface = [f"# {line}".rstrip() for line in self.preface.strip().splitlines()]
        drawn = ["  ".join(f"{word:<{width}}" for word, width in zip(words, widths, strict=True)) for words in [head, *lines]]
        return "\n".join(line.rstrip() for line in [*preface, *drawn]) + "\n"

    def read(self) -> dict[str, Row]:
        """Line -> column -> word, as the file says."""
        head, *lines = [line.split() for line in self.path.read_text().splitlines() if not line.startswith("#")]
        return {" ".join(words[: -len(head)]): dict(zip(head, words[-len(head) :], strict=True)) for words in lines}

    def write(self, rows: Mapping[str, Row]) -> None:
        """Replace the file."""
        self.path.write_text(self.draw(rows))


class Listing:
    """For each door, who gets what: actors with the same words stand in one line."""

    def __init__(self, name: str, preface: str) -> None:
        self.path, self.preface = HERE / name, preface

    def draw(self, rows: Mapping[str, Mapping[str, Iterable[str]]]) -> str:
        """The whole file."""
        parts = ["\n".join(f"# {line}".rstrip() for line in self.preface.strip().splitlines())]
        for name, actors in rows.items():
            groups: dict[tuple[str, ...], list[str]] = {}
            for actor, words in actors.items():
                groups.setdefault(tuple(sorted(words)), []).append(actor)
            lines = [f"    {' '.join(who)}: {' '.join(words)}" for words, who in groups.items() if words]
            if lines:
                parts.append("\n".join([name, *lines]))
        return "\n\n".join(parts) + "\n"

    def read(self) -> dict[str, dict[str, set[str]]]:
        """Door -> actor -> words, as the file says."""
        rows: dict[str, dict[str, set[str]]] = {}
        name = ""
        for line in self.path.read_text().splitlines():
            if line.startswith("    "):
                who, _colon, words = line.strip().partition(": ")
                for actor in who.split():
                    rows[name][actor] = set(words.split())
            elif line and not line.startswith("#"):
                name = line
                rows[name] = {}
        return rows

    def write(self, rows: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        """Replace the file."""
        self.path.write_text(self.draw(rows))
