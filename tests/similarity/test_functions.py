"""What of a function stays the same under other names, and what does not."""

import pytest

from grader.similarity.functions import functions_of
from grader.similarity.own_code import Given, OwnCell, OwnCode, given_by, own_code

SLOPE = """
def slope(x, y):
    dx = x - x.mean()
    dy = y - y.mean()
    return (dx * dy).sum() / (dx * dx).sum()
"""
RENAMED = '''
def tilt(first, second):
    """Say it in other words."""
    a = first - first.mean()   # from the middle
    b = (second
         - second.mean())
    return ((a*b).sum()
            / (a * a).sum())
'''


@pytest.fixture
def pieces(submission):
    """Return a function that returns what the only function of a code is made of."""

    def found(code, given=None):
        given = given or Given()
        (one,) = functions_of(own_code(submission(code), given), given)
        return one.pieces.keys()

    return found


def test_new_names_layout_and_docstrings_change_nothing(pieces):
    assert pieces(SLOPE) == pieces(RENAMED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("dx * dx", "dy * dy", id="another-variable"),
        pytest.param(".mean", ".max", id="another-attribute"),
        pytest.param("x.mean()", "x.mean(axis=0)", id="another-argument"),
        pytest.param(" / ", " // ", id="another-sign"),
        pytest.param("(dx * dx).sum()", "sum(dx * dx)", id="a-function-of-python"),
    ],
)
def test_another_formula_is_another_whole(pieces, old, new):
    one, other = pieces(SLOPE), pieces(SLOPE.replace(old, new))

    assert one != other


def test_what_was_not_changed_is_still_the_same(pieces):
    code = SLOPE.replace("return ", "return 2 * dx.size + ")

    # two statements and the quotient
    assert len(pieces(SLOPE) & pieces(code)) >= 2


def test_the_words_of_a_label_do_not_matter_but_a_key_does(pieces):
    code = "def f(ax, p):\n    ax.set_title('{}')\n    ax.plot(p['{}'], p['{}'] + 1)\n"

    english = pieces(code.format("The loss falls", "loss", "w"))

    assert english == pieces(code.format("Der Fehler sinkt", "loss", "w"))
    assert english != pieces(code.format("The loss falls", "loss", "v"))


def test_statements_of_the_stub_are_taken_out(pieces):
    stub = (
        "def f(x):\n    raise NotImplementedError\n\nCASES = [1, 2, 3, 4, 5, 6, 7, 8]\n"
    )
    code = "def f(x):\n    CASES = [1, 2, 3, 4, 5, 6, 7, 8]\n    return x @ x + x.mean() - x.max()\n"
    without = "def f(x):\n    return x @ x + x.mean() - x.max()\n"

    assert pieces(code, given_by(stub)) == pieces(without)


def test_pieces_of_the_stub_are_taken_out(submission):
    own = own_code(submission(SLOPE), Given())
    (stubs,) = functions_of(own, Given())

    assert functions_of(own, Given(), public=stubs.pieces) == ()


def test_a_method_is_named_with_its_class_and_found_by_its_lines(submission):
    code = (
        "class Line:\n    def tilt(self, x):\n        return x.mean() - x.max() * 2\n"
    )

    (one,) = functions_of(own_code(submission(code), Given()), Given())

    assert (one.name, one.cell, one.first, one.last) == ("Line.tilt", 0, 2, 3)


def test_a_function_too_deep_to_be_read_is_left_out():
    deep = f"def f(x):\n    return {'+'.join(['x'] * 990)}\n"
    cell = OwnCell(index=1, code=SLOPE + deep, parts=())
    none = frozenset()

    found = functions_of(OwnCode((cell,), none, none, none), Given())

    assert [one.name for one in found] == ["slope"]
