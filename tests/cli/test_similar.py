import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.main import main

COURSE = Path(__file__).parents[1] / "course"
OWN = "def f{n}(a):\n    total_{n} = [{n} * k + {n} for k in range({n}, a)]\n    return sum(total_{n})\n"


@pytest.fixture
def grader(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        arguments = ["--course", str(COURSE), *map(str, arguments)]
        return CliRunner().invoke(main, arguments, catch_exceptions=False)

    return run


@pytest.fixture
def class_(tmp_path):
    for student, first in (("ada", 0), ("zoë", 0), ("max", 100), ("=cmd()", 200)):
        folder = tmp_path / "class" / student
        folder.mkdir(parents=True)
        code = "\n".join(OWN.format(n=n) for n in range(first, first + 15))
        (folder / "tiny.py").write_text(code)
    return tmp_path / "class"


def test_the_pairs_are_told_and_written_side_by_side(grader, class_, tmp_path):
    done = grader("similar", class_, "--lab", "tiny", "--html", "out/alike.html")

    assert done.exit_code == 0
    assert "ada and zoë" in done.output
    assert "max" not in done.output
    assert "<bdi>ada</bdi> and <bdi>zoë</bdi>" in (
        tmp_path / "out/alike.html"
    ).read_text(encoding="utf-8")


def test_programs_get_the_pairs(grader, class_):
    told = json.loads(grader("similar", class_, "--lab", "tiny", "--json").stdout)

    (pair,) = told["pairs"]
    assert pair["students"] == ["ada", "zoë"]
    assert pair["all_code"] == 1
    assert set(told["compared"]) == {
        "ada",
        "zoë",
        "max",
        "=cmd()",
        "(the course's solution)",
    }


ODD = """
def odd(a, b):
    kept = [7 * one - b for one in a if one % 7 > 4]
    total = sum(kept) + len(kept) ** 7
    return (total - 7) / (b + 7.5), kept[-1:]
"""


def test_a_function_that_two_share_is_told_where_nothing_else_is_alike(grader, class_):
    for student in ("max", "=cmd()"):
        path = class_ / student / "tiny.py"
        path.write_text(path.read_text() + ODD.replace("kept", f"kept_{len(student)}"))

    shown = grader("similar", class_, "--lab", "tiny").output
    told = json.loads(grader("similar", class_, "--lab", "tiny", "--json").stdout)

    (row,) = (line for line in shown.splitlines() if " odd " in line)
    assert row.split()[1:] == ["100%", "2", "odd", "=cmd()", "and", "max"]
    assert told["by_function"] == [["=cmd()", "max"]]
    (pair,) = (one for one in told["pairs"] if one["functions"])
    assert pair["alike"] < told["least"]
    (function,) = pair["functions"]
    assert (function["names"], function["had_by"]) == (["odd", "odd"], 2)
    assert told["solution"] == []


def test_what_to_compare_has_to_be_said(grader, class_):
    nothing = grader("similar", "--lab", "tiny")
    both = grader("similar", class_, "--lab", "tiny", "--out", "results")

    assert (nothing.exit_code, both.exit_code) == (2, 2)
    assert "say what to compare" in nothing.stderr


def test_without_copydetect_one_line_says_what_to_install(grader, class_, monkeypatch):
    monkeypatch.setitem(sys.modules, "copydetect", None)

    done = grader("similar", class_, "--lab", "tiny")

    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "pip install 'grader[similar]'" in done.stderr
