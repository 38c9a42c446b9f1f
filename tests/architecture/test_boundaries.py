"""What keeps student code and answers apart, tested on the living thing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKER = sorted((ROOT / "grader" / "worker").rglob("*.py"))

SPY = """
import json, sys
sys.argv = ['boot.py']
sys.path.insert(0, {root!r})
from grader.worker import plain, serve
names = sorted(name for name in sys.modules if name.split('.')[0] == 'grader')
print(json.dumps(names))
"""


def test_a_worker_holds_the_wire_and_itself_and_nothing_else_of_ours():
    code = SPY.format(root=str(ROOT))

    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )

    allowed = ("grader.wire", "grader.worker")
    names = ast.literal_eval(done.stdout)
    assert [n for n in names if n != "grader" and not n.startswith(allowed)] == []


@pytest.mark.parametrize("path", WORKER, ids=lambda path: path.stem)
def test_the_worker_needs_the_standard_library_and_numpy_only(path):
    allowed = set(sys.stdlib_module_names) | {"numpy", "grader"}
    tree = ast.parse(path.read_text())
    top = {
        name.split(".")[0]
        for node in tree.body
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert top - allowed == set()


def test_the_package_itself_is_empty():
    tree = ast.parse((ROOT / "grader" / "__init__.py").read_text())

    assert [type(node) for node in tree.body] == [ast.Expr]
