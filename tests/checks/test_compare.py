import numpy as np
import pytest

from grader.checks import Opaque, numbers
from grader.checks.compare import differences, same
from grader.domain.figure import FigureData
from grader.errors import LabError

A = np.array([[1.0, 2.0], [3.0, 4.0]])


def sentences(got, expected, **options):
    return [d.sentence for d in differences(got, expected, function="f", **options)]


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        pytest.param(A.tolist(), A, id="lists for an array"),
        pytest.param(A.astype(np.float32), A, id="single precision"),
        pytest.param([True, False], np.array([1, 0]), id="bools for bits"),
        pytest.param([1.0, 0.0], np.array([1, 0]), id="floats for bits"),
        pytest.param(np.array(2.0), 2, id="array without axes for a number"),
        pytest.param(1, True, id="1 for True"),
        pytest.param([A, 1], (A, 1.0), id="list for a tuple"),
        pytest.param(np.array([1.0, 2.0]), (1.0, 2.0), id="array for a tuple"),
        pytest.param({"w": A, "more": 1}, {"w": A}, id="dict with more keys"),
        pytest.param({"0": 1.5}, {0: 1.5}, id="numbers as keys"),
        pytest.param("both", "both", id="text"),
        pytest.param(["red", "blue"], np.array(["red", "blue"]), id="array of text"),
        pytest.param(None, None, id="None where None is right"),
        pytest.param([[], 1], ([], 1), id="empty list"),
        pytest.param(np.array([1 + 2j]), np.array([1 + 2j]), id="complex truth"),
        pytest.param([float("inf"), 1.0], np.array([np.inf, 1]), id="infinite truth"),
        pytest.param([float("nan"), 1.0], np.array([np.nan, 1]), id="undefined truth"),
        pytest.param(np.array([1e9 + 1e-1]), np.array([1e9]), id="scaled by the truth"),
    ],
)
def test_the_same_in_another_style_is_no_difference(got, expected):
    assert sentences(got, expected) == []


@pytest.mark.parametrize(
    ("got", "expected", "sentence"),
    [
        (None, A, "f returned nothing: is a `return` missing?"),
        ([None, 1], (A, 1.0), "value[0] is None, expected an array of shape (2, 2)"),
        (A[:, :1], A[:, 0], "the result of f has shape (2, 1), expected (2,)"),
        (A[0], 1.0, "the result of f has shape (2,), expected a single number"),
        (1.0, A[0], "the result of f is a single number, expected (2,)"),
        (A + 0j, A, "the result of f holds complex numbers, expected real ones"),
        ([1, float("nan")], A[0], "the result of f contains NaN or infinite values"),
        ([1, float("inf")], A[0], "the result of f contains NaN or infinite values"),
        ("1.0", 1.0, "f returned a string, expected a number"),
        (Opaque("Tensor", "x"), A, "f returned a Tensor, expected an array of shape"),
        (FigureData(), A, "f returned a figure, expected an array of shape (2, 2)"),
        ({"a": 1}, 1.0, "f returned a dict, expected a number"),
        ([1, "x"], A[0], "f returned 2 values, expected an array of shape (2,)"),
        ([[1], [1, 2]], A, "f returned 2 values, expected an array of shape (2, 2)"),
        ([10**400], A[0], "f returned 1 value, expected an array of shape (2,)"),
        (1.0, (A, 1.0), "f returned a number, expected 2 values"),
        ("ab", (1.0, 2.0), "f returned a string, expected 2 values"),
        ([A], (A, 1.0), "f returned 1 value, expected 2 values"),
        ([[1.0], 2.0], ((1.0, 2.0), 2.0), "value[0] has 1 value, expected 2 values"),
        (A, {"w": A}, "f returned an array of shape (2, 2), expected a dict with 'w'"),
        ({"w": 1}, {"b": 1, "w": 1}, "f has no 'b'"),
        ({"p": {}}, {"p": {"w": 1}}, "p has no 'w'"),
        ({"p": {"w": 2}}, {"p": {"w": 1}}, "p['w'] is not right"),
        ("one", "both", "the result of f is not right"),
        (True, "yes", "f returned True or False, expected a string"),
        (1j, 1.0, "the result of f holds complex numbers, expected real ones"),
        (1j, "x", "f returned a complex number, expected a string"),
        (0.0, None, "f returned a number, expected None"),
        ([1, 2.5], A[0], "not right: 1 of its 2 values are wrong"),
        (np.array([1, 2]), A[0] + 0.5, "holds whole numbers: the fractions were cut"),
        (np.array([1, 3]), A[0] + 0.5, "not right: 2 of its 2 values are wrong"),
        ([-np.inf, 1.0], np.array([np.inf, 1]), "1 of its 2 values are wrong"),
        ([1.0, 1.0], np.array([np.nan, 1]), "1 of its 2 values are wrong"),
        ([1e308, -1e308], np.array([-1e308, 1e308]), "2 of its 2 values are wrong"),
    ],
)
def test_each_difference_has_its_sentence(got, expected, sentence):
    (told,) = sentences(got, expected)

    assert sentence in told


def test_parts_go_by_their_names():
    told = sentences([A, 3.0], (A.T, 2.0), names=("dw", "db"))

    assert told == [
        "dw is not right: 2 of its 4 values are wrong",
        "db is not right",
    ]


def test_a_dict_by_name_is_accepted_for_a_sequence():
    assert sentences({"db": 2.0, "dw": A}, (A, 2.0), names=("dw", "db")) == []


def test_a_named_list_is_a_sequence_not_an_array():
    told = sentences([1.0, 3.0], [1.0, 2.0], names=("lo", "hi"))

    assert told == ["hi is not right"]


def test_error_beyond_the_tolerance_of_its_precision_is_found():
    single = (A * (1 + 1e-4)).astype(np.float32)

    assert sentences(A * (1 + 1e-8), A) != []
    assert sentences(A * (1 + 1e-8), A, tolerance=1e-7) == []
    assert sentences(single, A) != []


@pytest.mark.parametrize("truth", [object(), Opaque("x", "y"), FigureData(), 10**400])
def test_an_expected_value_that_can_not_be_compared_is_the_teachers_error(truth):
    with pytest.raises(LabError, match="can't be compared"):
        differences(1.0, truth)


def test_same_takes_nan_for_nan_and_checks_everything_else():
    nan = float("nan")

    assert same([nan, "x"], (nan, "x"), tolerance=1e-8)
    assert not same([nan, "x"], (1.0, "x"), tolerance=1e-8)
    assert not same([1.0, "y"], (1.0, "x"), tolerance=1e-8)
    assert not same([1.0], (1.0, "x"), tolerance=1e-8)
    assert not same(A[0], A, tolerance=1e-8)
    assert not same(A, "x", tolerance=1e-8)


def test_same_can_meet_values_that_are_no_numbers():
    assert not same(Opaque("a", "b"), 1.0, tolerance=1e-8)
    assert not same(1.0, object(), tolerance=1e-8)


@pytest.mark.parametrize(
    ("value", "shape"),
    [(A.tolist(), (2, 2)), (3, ()), (True, ()), (np.ones((1, 2), np.float32), (1, 2))],
)
def test_numbers_gives_floats_of_the_shape(value, shape):
    array = numbers(value, shape)

    assert array.dtype == float
    assert array.shape == shape


@pytest.mark.parametrize(
    "value",
    [None, "3", [1.0], np.ones((3, 1)), 1j, float("nan"), [1, [2]], Opaque("a", "b")],
)
def test_numbers_gives_none_for_anything_else(value):
    assert numbers(value, ()) is None
