# ruff: noqa: ARG005 - wrong answers take arguments and ignore them
import numpy as np
import pytest

from grader.checks import Outcome, Verdict, mistake, truth_table
from grader.errors import LabError


def nand(a, b):
    return 1 - a * b


def half_adder(a, b):
    return a ^ b, a & b


@mistake(replaces="f", fails="the_check")
def is_and(a, b):
    """This is what you get when the output is not inverted."""
    return a & b


@pytest.mark.parametrize(
    "style",
    [
        pytest.param(nand, id="int"),
        pytest.param(lambda a, b: not (a and b), id="bool"),
        pytest.param(lambda a, b: float(1 - a * b), id="float"),
        pytest.param(lambda a, b: np.array([1 - a * b]), id="array of one"),
        pytest.param(lambda a, b: [[np.float32(1 - a * b)]], id="nested list of one"),
    ],
)
def test_right_bits_pass_in_every_style(the_function, rng, style):
    assert truth_table(the_function(style), expect=nand, rng=rng) == Verdict.passed()


def test_several_bits_may_come_as_any_sequence(the_function):
    for style in (
        half_adder,
        lambda a, b: np.array(half_adder(a, b)),
        lambda a, b: [a != b, bool(a and b)],
    ):
        assert truth_table(the_function(style), expect=half_adder) == Verdict.passed()


def test_wrong_rows_are_counted_not_shown(the_function):
    verdict = truth_table(the_function(lambda a, b: int(not a)), expect=nand)

    assert verdict.outcome is Outcome.FAILED
    assert verdict.feedback == "f: 1 of the 4 rows of the truth table is wrong."
    assert verdict.example.call == "f(1, 0)"
    assert (verdict.example.got, verdict.example.expected) == ("0", "1")


def test_the_example_is_the_first_wrong_row_whatever_the_order(the_function, rng):
    verdict = truth_table(the_function(lambda a, b: 0), expect=nand, rng=rng)

    assert verdict.feedback == "f: 3 of the 4 rows of the truth table are wrong."
    assert verdict.example.call == "f(0, 0)"


def test_a_known_mistake_comes_before_the_pattern(the_function):
    student = the_function(lambda a, b: a * b, mistakes=(is_and,))

    assert truth_table(student, expect=nand).diagnosis.mistake == "is_and"
    assert (
        truth_table(the_function(is_and.function), expect=nand).diagnosis.mistake
        == "inverted"
    )


def test_an_output_that_never_changes_is_named(the_function):
    verdict = truth_table(the_function(lambda a, b: 1), expect=nand)

    assert verdict.diagnosis.mistake == "constant"


@pytest.mark.parametrize("output", [None, "1", [1, 0, 1], float("nan"), 1j, object()])
def test_what_is_no_bit_is_wrong(the_function, output):
    verdict = truth_table(the_function(lambda a, b: output), expect=nand)

    assert verdict.outcome is Outcome.FAILED
    assert "the 4 rows of the truth table are wrong" in verdict.feedback
    assert verdict.diagnosis is None


def test_a_forgotten_return_is_told(the_function):
    verdict = truth_table(the_function(lambda a, b: None), expect=nand)

    assert verdict.feedback.startswith("f returned nothing: is a `return` missing?")


def test_one_bit_for_two_is_wrong(the_function):
    verdict = truth_table(the_function(nand), expect=half_adder)

    assert verdict.feedback.startswith("f returned a number, expected 2 values; ")


def test_rows_and_outputs_may_be_listed(the_function):
    verdict = truth_table(
        the_function(lambda a: 1 - a), expect=[1, 0], inputs=[(0,), (1,)]
    )

    assert verdict == Verdict.passed()


def test_all_rows_of_three_bits_are_asked(the_function):
    asked = []

    def majority(*bits):
        asked.append(bits)
        return int(sum(bits) > 1)

    truth_table(the_function(majority), expect=lambda *bits: sum(bits) > 1, inputs=3)

    assert asked[0] == (0, 0, 0)
    assert asked[-1] == (1, 1, 1)
    assert len(set(asked)) == 8


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"inputs": 0}, "0 inputs, expected 1 to 12"),
        ({"inputs": 13}, "13 inputs, expected 1 to 12"),
        ({"expect": [1, 0]}, "4 inputs and 2 expected"),
    ],
)
def test_a_table_that_does_not_fit_is_the_teachers_error(
    the_function, options, message
):
    with pytest.raises(LabError, match=message):
        truth_table(the_function(nand), **{"expect": nand, **options})
