"""The counting is pure: no Django, nothing but a few modules of the standard library, and no number that is not exact."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.env import BASE_DIR
from config.tests.source import product, relative, tree

pytestmark = pytest.mark.gate
PURE = ("voting/tally/", "voting/rules/")
# voting.rules stands on voting.tally, and on nothing else of ours.
ALLOWED = {"collections", "dataclasses", "enum", "fractions", "hashlib", "re", "typing", "voting.tally"}
EXACT = {("math", "floor")}
INEXACT = {"float", "complex", "round", "divmod", "sum_of_squares", "fsum", "Decimal"}


def pure() -> list[Path]:
    return [path for path in product() if relative(path).startswith(PURE)]


def imports(module: ast.Module) -> Iterator[tuple[str, str]]:
    """(module, name) of everything that is imported; relative ones stay within the package and are left out."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node.module or "", alias.name) for alias in node.names)


def impure(module: ast.Module) -> list[str]:
    """What a pure file may not import."""
    found = []
    for name, what in imports(module):
        fine = any(name == one or name.startswith(f"{one}.") for one in ALLOWED) or (name, what) in EXACT
        found += [] if fine else [f"{name} {what}".strip()]
    return found


def inexact(module: ast.Module) -> list[str]:
    """Floats and what makes them: constants, true division, functions by name."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append(f"line {node.lineno}: {node.value}")
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            found.append(f"line {node.lineno}: /")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and not isinstance(node.left, ast.Constant):
            found.append(f"line {node.lineno}: **")
        elif isinstance(node, ast.Name | ast.Attribute) and getattr(node, "id", getattr(node, "attr", "")) in INEXACT:
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
    return found


def test_the_counting_imports_nothing_that_it_does_not_need() -> None:
    assert len(pure()) >= 12
    assert {relative(path): impure(tree(path)) for path in pure() if impure(tree(path))} == {}


def test_the_counting_knows_no_float() -> None:
    assert {relative(path): inexact(tree(path)) for path in pure() if inexact(tree(path))} == {}


def test_it_runs_where_there_is_no_django() -> None:
    script = (
        "import sys, json; sys.modules['django'] = None\n"
        "from voting.tally import METHODS, Election\n"
        "from voting.rules import Rule\n"
        "made = Election(('A', 'B'), ((((1,),), 2), (((2,),), 1)))\n"
        "print(json.dumps({name: count(made).winners for name, count in METHODS.items()}))\n"
        "print(sorted(name for name in sys.modules if name.startswith(('django', 'cooperatives', 'config'))))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=BASE_DIR, capture_output=True, text=True, check=True)
    winners, others = done.stdout.splitlines()
    assert set(map(tuple, json.loads(winners).values())) == {(1,)}
    assert others == "['django']"


def test_every_method_names_its_source() -> None:
    functions = {
        f"{relative(path)}:{node.name}": ast.get_docstring(node) or ""
        for path in pure()
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and ast.unparse(node.returns or ast.Constant(0)) == "Count"
        if not node.name.startswith("_")
    }
    assert len(functions) == 10
    assert [name for name, text in functions.items() if "Source:" not in text] == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("from django.db import models", 1),
        ("import random", 1),
        ("from math import floor", 0),
        ("from math import sqrt", 1),
        ("import decimal", 1),
        ("from voting.tally import Count", 0),
        ("from voting.reading import read_blt", 1),
        ("from .count import Count", 0),
        ("from collections.abc import Mapping", 0),
    ],
)
def test_the_rule_for_imports(text: str, faults: int) -> None:
    assert len(impure(ast.parse(text))) == faults


@pytest.mark.parametrize(
    ("text", "faults"),
    [("x = 0.5", 1), ("x = 5", 0), ("x = a / b", 1), ("a /= 2", 1), ("x = a // b", 0), ("x = a ** 0.5", 2), ("x = 10**n", 0),
     ("x = float(a)", 1), ("x = round(a)", 1), ("x = decimal.Decimal(1)", 1), ("x = 'a / b 0.5'", 0)],
)  # fmt: skip
def test_the_rule_for_numbers(text: str, faults: int) -> None:
    assert len(inexact(ast.parse(text))) == faults
