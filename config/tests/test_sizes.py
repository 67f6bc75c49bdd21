"""Files, functions and templates stay small enough to read; there is more proof than product."""

import ast
from pathlib import Path
from statistics import median

import pytest

from config.env import BASE_DIR
from config.tests.source import files, is_test, is_tool, lines, product, relative, tree

pytestmark = pytest.mark.gate


def percentile90(numbers: list[int]) -> int:
    """The value that nine of ten do not exceed."""
    ordered = sorted(numbers)
    return ordered[max(0, -(-len(ordered) * 9 // 10) - 1)]


def largest(sizes: dict[str, int], limit: int) -> list[str]:
    return [f"{name}: {size}" for name, size in sorted(sizes.items(), key=lambda item: -item[1]) if size > limit]


def length(path: Path) -> int:
    return len(path.read_text().splitlines())


def function_sizes() -> dict[str, int]:
    """Lines of each function, without its docstring: explaining is free."""
    sizes = {}
    for path in product():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                document = node.body[0] if ast.get_docstring(node) else None
                explained = (document.end_lineno or 0) - document.lineno + 1 if document else 0
                sizes[f"{relative(path)}:{node.lineno} {node.name}"] = (node.end_lineno or 0) - node.lineno + 1 - explained
    return sizes


def test_files_are_small() -> None:
    sizes = {relative(path): length(path) for path in files(".py")}
    assert largest(sizes, 400) == []
    assert percentile90(list(sizes.values())) <= 250, largest(sizes, 250)


def test_functions_are_small() -> None:
    sizes = function_sizes()
    assert largest(sizes, 60) == []
    assert percentile90(list(sizes.values())) <= 25, largest(sizes, 25)
    assert median(sizes.values()) <= 8


def test_templates_are_small() -> None:
    sizes = {relative(path): length(path) for path in files(".html")}
    assert largest(sizes, 150) == []
    assert median(sizes.values()) <= 30


def test_scripts_are_small() -> None:
    assert largest({relative(path): length(path) for path in files(".js")}, 400) == []


def test_one_settings_file() -> None:
    assert length(BASE_DIR / "config" / "settings.py") <= 300


def test_there_is_more_proof_than_product() -> None:
    # Tools for developers are neither: they are what the proof is run with.
    product_lines = sum(len(lines(path)) for path in product() if not is_tool(path))
    test_lines = sum(len(lines(path)) for path in files(".py") if is_test(path))
    assert test_lines >= 1.3 * product_lines, f"{test_lines} lines of tests for {product_lines} lines of product"


@pytest.mark.parametrize(("numbers", "expected"), [([1], 1), (list(range(1, 11)), 9), ([5, 5, 5, 900], 900)])
def test_percentile(numbers: list[int], expected: int) -> None:
    assert percentile90(numbers) == expected
