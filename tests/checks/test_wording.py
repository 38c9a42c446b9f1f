import numpy as np
import pytest

from grader.checks import Opaque
from grader.checks.wording import call_text, contrasted, shown
from grader.domain.figure import FigureData


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.3333"),
        (np.float64(2), "2"),
        (1e-20, "1e-20"),
        (1 + 2j, "1+2j"),
        (True, "True"),
        (None, "None"),
        (7, "7"),
        (10**400, "a huge integer"),
        ("it's", '"it\'s"'),
        ("x" * 100, repr("x" * 60 + "…")),
        ((1, [2.5]), "(1, [2.5])"),
        ({"w": (1,), "b": 0.25}, "{'w': (1), 'b': 0.25}"),
        (np.eye(2), "[[1, 0], [0, 1]]"),
        (np.zeros((0, 3)), "an empty array of shape (0, 3)"),
        (np.arange(20.0), "array of shape (20,): 0, 1, 2, 3, 4, 5, …"),
        (list(range(20)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …]"),
        ([[[[[[1]]]]]], "[[[[…]]]]"),
        (Opaque("Tensor", "..."), "a Tensor"),
        (FigureData(), "a figure"),
        (np.sin, "sin"),
    ],
)
def test_values_are_shown_in_one_short_line(value, text):
    assert shown(value) == text


def test_anything_else_is_shown_by_the_start_of_its_repr():
    assert len(shown(range(10**50, 10**60))) <= 60


def test_calls_are_shown_as_they_are_written():
    assert call_text("f", (0.5, [1, 2]), {"seed": 3}) == "f(0.5, [1, 2], seed=3)"


def test_lines_have_an_end():
    endless = [["x" * 60] * 12] * 12

    assert len(call_text("f", (endless,), {})) == 600
    assert [len(text) for text in contrasted(endless, endless[:3])] == [600, 600]


def test_close_numbers_get_the_digits_that_tell_them_apart():
    assert contrasted(1.0, 1.00001) == ("1", "1.00001")
    assert contrasted(0.5, 0.25) == ("0.5", "0.25")


def test_a_difference_in_the_cut_part_is_shown_with_its_place():
    got = np.zeros((4, 5))
    got[3, 1] = 0.5

    texts = contrasted(got, np.zeros((4, 5)))

    assert [text.partition("…")[2] for text in texts] == [
        ", at [3, 1] 0.5",
        ", at [3, 1] 0",
    ]


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        pytest.param(float("nan"), float("nan"), id="nan"),
        pytest.param([1.0], np.array([1.0]), id="list against array"),
        pytest.param(np.ones(20), np.ones(20), id="nothing differs"),
    ],
)
def test_what_looks_the_same_is_shown_the_same(got, expected):
    assert contrasted(got, expected) == (shown(got), shown(expected))


def test_a_list_is_shown_as_the_tuple_that_it_was():
    assert contrasted([1, 2], (1, 3)) == ("(1, 2)", "(1, 3)")
