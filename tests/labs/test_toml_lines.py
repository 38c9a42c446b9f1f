"""Where a key stands in a TOML file."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.labs.toml_lines import dotted, line_of

TEXT = '''\
# a comment with key = 1
title = "x"
long = """
due = 5
"""

[labs.one]
due = 2026-03-05   # [labs.two]
late = { per = "day", percent = 3 }

[labs.two]
weight.of = 1
list = [
  # first
  { a = 1 },
  { a = 2,  b = "]" }, { a = 3 },
]
[[extensions]]
student = "ada"

[[extensions]]
"student" = "bob"
after = [[1, 2],
  [3]]
last = 1'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("title",), 2),
        (("long",), 3),
        (("labs",), 7),
        (("labs", "one"), 7),
        (("labs", "one", "due"), 8),
        (("labs", "one", "late", "percent"), 9),
        (("labs", "two"), 11),
        (("labs", "two", "weight", "of"), 12),
        (("labs", "two", "list"), 13),
        (("labs", "two", "list", 0, "a"), 15),
        (("labs", "two", "list", 1, "b"), 16),
        (("labs", "two", "list", 2), 16),
        (("extensions", 0, "student"), 19),
        (("extensions", 1), 21),
        (("extensions", 1, "student"), 22),
        (("extensions", 1, "after", 0), 23),
        (("extensions", 1, "last"), 25),
        (("extensions", 1, "missing"), 21),
        (("extensions", 9, "student"), 18),
        (("missing",), 1),
    ],
)
def test_a_key_stands_where_its_statement_begins(key, line):
    assert line_of(TEXT, key) == line


def test_a_key_is_written_as_people_do():
    assert dotted(("extensions", 1, "student")) == "extensions[2].student"


NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.sampled_from(
    ["1", '"x"', "[1,\n 2]", '"""\n\n"""', "{ y = 2 }", "2026-03-05"]
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, min_size=1), min_size=1))
def test_the_line_found_holds_the_key(tables):
    text = "\n".join(
        f"\n[{table}]\n" + "\n".join(f"{key} = {value}" for key, value in keys.items())
        for table, keys in tables.items()
    )
    lines = text.split("\n")

    for table, keys in tomllib.loads(text).items():
        assert lines[line_of(text, (table,)) - 1] == f"[{table}]"
        for key in keys:
            assert lines[line_of(text, (table, key)) - 1].startswith(f"{key} = ")
