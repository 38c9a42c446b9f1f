import ast
import time

import pytest

from grader.domain.syntax import MAX_SOURCE, UnparsableError, parsed


def test_python_is_parsed():
    assert isinstance(parsed("x = '\\d'").body[0], ast.Assign)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("a" * (MAX_SOURCE + 1), "longer than 100000 characters"),
        ("x = 1\ny = (", "not valid Python in line 2"),
        ("x = '\0'", "your code "),
        ("-" * 50_000 + "1", "can't be read"),
        ("x = " + "[" * 5000, "your code "),
        ("x = 1" + " + 1" * 20_000, "can't be read"),
    ],
    ids=["long", "syntax", "null", "minuses", "brackets", "sum"],
)
def test_what_can_not_be_parsed_is_refused_in_a_sentence(source, told):
    with pytest.raises(UnparsableError, match=told):
        parsed(source)


@pytest.mark.parametrize(
    "piece", ["a\n", "1,", "{a}"], ids=["lines", "tuple", "fields"]
)
def test_longest_source_takes_moments(piece):
    pieces = piece * (MAX_SOURCE // len(piece) - 2)
    source = {"1,": f"({pieces})", "{a}": f"f'{pieces}'"}.get(piece, pieces)
    started = time.process_time()

    parsed(source)

    assert time.process_time() - started < 5
