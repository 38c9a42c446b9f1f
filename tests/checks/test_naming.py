# ruff: noqa: ARG001, ARG005 - wrong answers take arguments and ignore them
import dataclasses

import numpy as np
import pytest

from grader.checks import Part, Verdict, mistake, recognised, values
from grader.checks.cases import Case
from grader.checks.factors import Factor, find_factor, ratio
from grader.checks.naming import name_mistake

RNG = np.random.default_rng(11)


def pairs_of(factor, sizes=(5, 7), tail=()):
    """Return calls f(X, y) of several N and (factor(X) * truth, truth) for each."""
    calls, pairs = [], []
    for n in sizes:
        X, truth = RNG.normal(size=(n, 3)), RNG.normal(size=4)
        calls.append((X, RNG.normal(size=n), *tail))
        pairs.append((factor(X) * truth, truth))
    return pairs, calls


@pytest.mark.parametrize(
    ("factor", "name", "text"),
    [
        (lambda X: -1, "factor_minus_1", "-1"),
        (lambda X: 2, "factor_2", "2"),
        (lambda X: 0.5, "factor_1_over_2", "1/2"),
        (lambda X: -2, "factor_minus_2", "-2"),
        (len, "factor_N", "N"),
        (lambda X: 1 / len(X), "factor_1_over_N", "1/N"),
        (lambda X: -len(X), "factor_minus_N", "-N"),
        (lambda X: 2 * len(X), "factor_2N", "2N"),
        (lambda X: 2 / len(X), "factor_2_over_N", "2/N"),
        (lambda X: len(X) / 2, "factor_N_over_2", "N/2"),
        (lambda X: 0.5 / len(X), "factor_1_over_2N", "1/2N"),
        (lambda X: X.shape[1], "factor_C", "C"),
        (lambda X: 1 / X.shape[1], "factor_1_over_C", "1/C"),
        (lambda X: X.size, "factor_NC", "NC"),
        (lambda X: 1 / X.size, "factor_1_over_NC", "1/NC"),
    ],
)
def test_known_factors_have_names(factor, name, text):
    found = find_factor(*pairs_of(factor), tolerance=1e-8)

    assert (found.name, found.text) == (name, text)
    assert f"exactly {text} times" in found.diagnosis("dw").says


def test_a_reversed_sign_and_a_missing_mean_are_both_explained():
    says = Factor(True, "1", "N").diagnosis("dw").says

    assert says == (
        "dw is exactly -N times the right value: this is what you get when the sign is "
        "reversed and the division by N, the number of rows, is missing."
    )


@pytest.mark.parametrize(
    "factor",
    [
        pytest.param(lambda X: 1, id="right"),
        pytest.param(lambda X: 3.3, id="unknown"),
        pytest.param(lambda X: np.arange(4.0), id="not a factor"),
        pytest.param(lambda X: np.nan, id="nan"),
        pytest.param(lambda X: 1e300, id="overflow"),
        pytest.param(lambda X: 0, id="zero"),
    ],
)
def test_anything_else_has_no_factor(factor):
    assert find_factor(*pairs_of(factor), tolerance=1e-8) is None


def test_a_constant_2_is_not_taken_for_n_where_n_varies():
    pairs, calls = pairs_of(lambda X: 2, sizes=(2, 5))

    assert find_factor(pairs, calls, tolerance=1e-8).name == "factor_2"


def test_few_numbers_are_no_evidence():
    calls = [(np.ones((2, 2)),)]

    assert (
        find_factor([(np.array([6.0]), np.array([3.0]))], calls, tolerance=1e-8) is None
    )


def test_cases_with_a_zero_truth_say_nothing():
    pairs, calls = pairs_of(lambda X: -1)
    pairs.append((np.ones(4), np.zeros(4)))
    calls.append(calls[0])

    assert find_factor(pairs, calls, tolerance=1e-8).name == "factor_minus_1"


def test_calls_of_different_kinds_have_no_sizes():
    pairs, calls = pairs_of(len)

    assert find_factor(pairs, [calls[0], calls[1][:1]], tolerance=1e-8) is None


def test_an_empty_dimension_is_no_divisor():
    pairs, calls = pairs_of(lambda X: 2, tail=(np.zeros((0, 2)),))

    assert find_factor(pairs, calls, tolerance=1e-8).name == "factor_2"


def test_ratio_needs_the_same_shape():
    assert ratio(np.ones(3), np.ones((3, 1)), tolerance=1e-8) is None


def name(answer, truth, *, mistakes=(), the_function=None, names=()):
    cases = [Case(args, truth(*args)) for args in ((3.3, 1.7), (-0.4, 2.2))]
    answers = [answer(*case.args) for case in cases]
    function = the_function(answer, mistakes=mistakes)
    return name_mistake(function, cases, answers, names=names)


def wide(a, b):
    return np.array([a, b, a * b, a + b, a - b, np.sin(a)])


@mistake(replaces="f", fails="x")
def no_b(a, b):
    """This is what you get without b."""
    return wide(a, 0)


@mistake(replaces="f", fails="x")
def equivalent(a, b):
    """This is what you get when b + a is written for a + b."""
    return wide(a, b)


@mistake(replaces="f", fails="x", named=False)
def like_no_b(a, b):
    """This is what you get when b is zero."""
    return wide(a, 0)


@mistake(replaces="f", fails="x")
def crashing(a, b):
    """This is what you get when it crashes."""
    raise ValueError


@mistake(replaces="f", fails="x")
def undefined(a, b):
    """This is what you get when 0 / 0 is computed."""
    return wide(a, b) * np.nan


@mistake(replaces="f", fails="x")
def tenfold(a, b):
    """This is what you get when everything is ten times as large."""
    return 10 * wide(a, b)


ALL = (crashing, equivalent, like_no_b, no_b, undefined, tenfold)


def test_a_mistake_that_the_evidence_can_tell_goes_first(the_function):
    found = name(no_b.function, wide, mistakes=ALL, the_function=the_function)

    assert found.mistake == "no_b"


def test_undefined_numbers_can_be_a_mistakes_answer(the_function):
    found = name(undefined.function, wide, mistakes=ALL, the_function=the_function)

    assert found.mistake == "undefined"


def test_a_mistake_that_is_right_here_explains_nothing(the_function):
    # 3e-9 from the truth and from the equivalent mistake alike
    found = name(
        lambda a, b: wide(a, b) + 3e-9, wide, mistakes=ALL, the_function=the_function
    )

    assert found is None


def test_effects_multiply(the_function):
    found = name(
        lambda a, b: 10 * no_b(a, b), wide, mistakes=ALL, the_function=the_function
    )

    assert set(found.mistake.split("+")) == {"tenfold", "like_no_b"} or set(
        found.mistake.split("+")
    ) == {"tenfold", "no_b"}


def test_effects_in_different_parts_are_two_mistakes(the_function):
    def pair(a, b):
        return wide(a, b), wide(b, a)

    @mistake(replaces="f", fails="x")
    def first_halved(a, b):
        """The first is halved."""
        return wide(a, b) / 2, wide(b, a)

    @mistake(replaces="f", fails="x")
    def both_odd(a, b):
        """Both are odd."""
        return wide(a, b) ** 2, wide(b, a) ** 2

    for known in ((first_halved, both_odd), (both_odd, first_halved)):
        found = name(
            lambda a, b: (wide(a, b) / 2, wide(b, a) ** 2),
            pair,
            mistakes=known,
            the_function=the_function,
            names=("s", "t"),
        )
        assert set(found.mistake.split("+")) == {"first_halved", "both_odd"}


@pytest.mark.parametrize(
    "truth",
    [
        pytest.param(lambda a, b: np.array([1.0, 2.0]) * b, id="few numbers"),
        pytest.param(lambda a, b: np.arange(1.0, 9.0), id="round numbers"),
        pytest.param(lambda a, b: np.full(8, np.inf), id="not finite"),
    ],
)
def test_two_mistakes_are_not_seen_in_numbers_that_fit_anything(the_function, truth):
    @mistake(replaces="f", fails="x")
    def plus_one(a, b):
        """One more."""
        return truth(a, b) + 1

    @mistake(replaces="f", fails="x")
    def plus_two(a, b):
        """Two more."""
        return truth(a, b) + 2

    found = name(
        lambda a, b: np.nan_to_num(truth(a, b)) + 3,
        truth,
        mistakes=(plus_one, plus_two),
        the_function=the_function,
    )

    assert found is None


def test_very_many_mistakes_are_not_paired(the_function):
    many = tuple(
        dataclasses.replace(
            no_b, name=f"m{i}", function=lambda a, b, i=i: wide(a, b) + i
        )
        for i in range(31)
    )

    found = name(
        lambda a, b: wide(a, b) + 59, wide, mistakes=many, the_function=the_function
    )

    assert found is None


def test_single_precision_is_named_too(the_function):
    found = name(lambda a, b: np.float32(-wide(a, b)), wide, the_function=the_function)

    assert found.mistake == "factor_minus_1"


@pytest.mark.parametrize(
    ("answer", "mistake_name"),
    [
        (lambda A: A.T, "transposed"),
        (lambda A: A[None], "extra_axis"),
        (lambda A: 0 * A, "zero"),
        (lambda A: A.T + 1, None),
        (lambda A: A.ravel(), None),
        (lambda A: A + 1j, None),
        (lambda A: "A", None),
    ],
)
@pytest.mark.parametrize("shape", [(2, 3), (3, 3)], ids=["oblong", "square"])
def test_symptoms_of_a_matrix(the_function, answer, mistake_name, shape):
    A = RNG.normal(size=shape)

    verdict = values(the_function(answer), expect=lambda A: A, inputs=[(A,)])

    assert (verdict.diagnosis and verdict.diagnosis.mistake) == mistake_name


@pytest.mark.parametrize(
    ("answer", "mistake_name"),
    [
        (lambda x: x[:, None], "extra_axis"),
        (lambda x: x[:, None] - x, "broadcast"),
        (lambda x: x[:2], None),
    ],
)
def test_symptoms_of_a_vector(the_function, answer, mistake_name):
    verdict = values(
        the_function(answer), expect=lambda x: x * 1, inputs=[(np.arange(1.0, 5.0),)]
    )

    assert (verdict.diagnosis and verdict.diagnosis.mistake) == mistake_name


def test_the_factor_of_the_first_wrong_part_is_told(the_function):
    verdict = values(
        the_function(lambda x: (-x, x**2)),
        expect=lambda x: (x * 1.0, x**3),
        inputs=[(np.arange(2.0, 6.0),)],
        names=("dW", "db"),
    )

    assert verdict.diagnosis.mistake == "factor_minus_1"
    assert verdict.diagnosis.says.startswith("dW is exactly -1 times")


def test_results_whose_parts_differ_from_case_to_case_have_no_factor(the_function):
    verdict = values(
        the_function(lambda x: {"w": -x, "b": -x}),
        expect=lambda x: {"w": x} if x[0] > 0 else {"b": x},
        inputs=[(np.arange(1.0, 5.0),), (np.arange(-4.0, 0.0),)],
    )

    assert verdict.credit == 0
    assert verdict.diagnosis is None


def test_one_answer_can_be_recognised(the_function):
    function = the_function(None, mistakes=ALL)

    assert recognised(function, (3.3, 1.7), wide(3.3, 0)).mistake == "no_b"
    assert recognised(function, (3.3, 1.7), "else") is None


@pytest.fixture
def second(the_function):
    @mistake(replaces="f", fails="the_check")
    def swapped(x):
        """This is what you get when both are swapped."""
        return x**2, x

    def wrap(function):
        whole = the_function(function, mistakes=(swapped,))
        return Part(
            whole, lambda value: value[1] if isinstance(value, list | tuple) else value
        )

    return wrap


def test_a_part_is_judged_alone(second):
    verdict = values(
        second(lambda x: ("ignored", x**2)),
        expect=lambda x: x**2,
        inputs=[(i / 3,) for i in range(1, 12)],
    )

    assert verdict == Verdict.passed()


def test_mistakes_are_seen_through_the_same_window(second):
    verdict = values(
        second(lambda x: (x**2, x)), expect=lambda x: x**2, inputs=[(0.3,), (0.7,)]
    )

    assert verdict.diagnosis.mistake == "swapped"


def test_a_part_has_the_whole_functions_name_and_keywords(second):
    part = second(lambda x: (0, x))

    assert part.name == "f"
    assert part(x=3) == 3
    assert part.reply(x=4).value == 4
    assert part.map([(1,), (2,)]) == [1, 2]
    assert [known.name for known in part.guarded] == ["swapped"]
