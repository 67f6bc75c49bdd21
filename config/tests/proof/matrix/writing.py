"""`make matrix`: the tables anew, from what the application answers now. Then read what has changed."""

import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest


class Writer:
    """A plugin of the suite: the tests of the tables hand over what they saw, and at the end it is written."""

    NAME = "matrix-writer"

    def __init__(self) -> None:
        self.tables: dict[Any, dict[str, dict[str, Any]]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Only the tests that hand something over."""
        items[:] = [item for item in items if "writer" in getattr(item, "fixturenames", ())]

    def take(self, table: Any, column: str, cells: dict[str, Any]) -> None:
        """One actor's cells of a table, by line."""
        rows = self.tables.setdefault(table.path, (table, defaultdict(dict)))[1]  # type: ignore[arg-type]
        for line, cell in cells.items():
            rows[line][column] = cell

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write, unless something broke on the way: a table with holes would be taken for one that was reviewed."""
        if exitstatus:
            return
        for path, (table, rows) in self.tables.items():
            table.write(rows)
            print(f"\nwrote {path.name}")


def main() -> int:
    """Run the tests of the tables, for everybody, with the writer among them."""
    os.environ["CRAWL_WHOLE"] = "1"
    options = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", str(Path(__file__).parent)]
    return int(pytest.main(options, plugins=[Named()]))


class Named:
    """Registers the writer under its name."""

    def pytest_configure(self, config: pytest.Config) -> None:
        """Before the first test."""
        config.pluginmanager.register(Writer(), Writer.NAME)


if __name__ == "__main__":
    sys.exit(main())
