import pytest

from grader.domain.syntax import MAX_SOURCE
from grader.errors import SubmissionError
from grader.similarity.own_code import Given, given_by, own_code

STUB = '''
import numpy as np

X = np.arange(4)


def start(n):
    """Return the first numbers."""
    return np.arange(n)


def total(x, weights):
    """Return the sum."""
    # add them up here
    raise NotImplementedError("T1: write total")
'''


def words(code, submission, given=None):
    """Return what is compared, without spaces at the ends."""
    own = own_code(submission(code), given or Given())
    return [part.text.strip() for cell in own.cells for part in cell.parts]


def test_signature_and_docstring_of_the_lab_are_left_out(submission):
    code = 'def total(x, weights):\n    """Mine."""\n    return x @ weights\n'

    assert words(code, submission, given_by(STUB)) == ["return x @ weights"]


def test_what_the_stub_gives_is_left_out(submission):
    code = STUB.replace('raise NotImplementedError("T1: write total")', "return 1")

    assert words(code, submission, given_by(STUB)) == ["return 1"]


def test_own_functions_come_whole_but_for_their_docstrings(submission):
    code = 'def mine(a):\n    """Say what it does."""\n    return a\n'

    (text,) = words(code, submission)

    assert "".join(text.split()) == "defmine(a):returna"


def test_methods_are_parts_like_functions(submission):
    code = "class Net:\n    rate = 1\n    def go(self):\n        return 2\n"

    assert words(code, submission) == ["rate = 1", "def go(self):\n        return 2"]


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "from math import pi",
        "'a remark'",
        "print(1)",
        'check("tiny")',
        "get_ipython().run_line_magic('pip', 'install x')",
    ],
)
def test_what_everybody_writes_between_functions_is_left_out(submission, line):
    assert words(f"{line}\nx = 1\n", submission) == ["x = 1"]


def test_places_are_those_of_the_original_whatever_its_letters(submission):
    code = 'name = "Zoë Ł 佐藤"\n\n\ndef mine():\n    """Ü."""\n    return "ё"\n'

    own = own_code(submission(code), Given())

    for part in own.cells[0].parts:
        there = code[part.start : part.start + len(part.text)]
        assert all(a in {b, " "} for a, b in zip(part.text, there, strict=True))


def test_names_comments_and_strings_of_the_stub_are_nobodys(submission):
    code = STUB + 'mine = "my own string"  # my own comment\n'

    own = own_code(submission(code), given_by(STUB))

    assert (own.names, own.comments, own.texts) == (
        {"mine"},
        {"my own comment"},
        {"my own string"},
    )


def test_a_cell_that_is_no_python_is_left_out(submission):
    own = own_code(submission(["x = 1", "def broken(:", "y = 2"]), Given())

    assert own.left_out == (2,)
    assert [cell.index for cell in own.cells] == [1, 3]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def broken(:", "no Python"),
        ("", "nothing but the stub"),
        ("import os\n", "nothing but the stub"),
        ("x = 1\n" * MAX_SOURCE, "more than 100,000 characters"),
        ("x = " + "(" * 5000 + ")" * 5000, "no Python"),
        ("x = " + "-" * 50_000 + "1", "no Python"),
        ("x = " + "+".join("1" * 20_000), "no Python"),
    ],
)
def test_what_cant_be_compared_is_said(submission, code, told):
    with pytest.raises(SubmissionError, match=told):
        own_code(submission(code), Given())
