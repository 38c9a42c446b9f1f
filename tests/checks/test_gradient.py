# ruff: noqa: ARG005 - wrong answers take arguments and ignore them
import re

import numpy as np
import pytest

from grader.checks import (
    Draws,
    InProcessStudent,
    Opaque,
    Outcome,
    Verdict,
    gradient,
    mistake,
)
from grader.errors import LabError


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cross_entropy(X, y, w, b):
    h = sigmoid(X @ w + b)
    return -np.sum(y * np.log(h) + (1 - y) * np.log(1 - h))


def neuron_grad(X, y, w, b):
    residual = sigmoid(X @ w + b) - y  # (N,)
    return X.T @ residual, float(residual.sum())


def draw(rng):
    n, d = rng.integers(4, 9), rng.integers(2, 5)
    y = rng.permutation(np.arange(n) % 2).astype(float)
    return rng.normal(size=(n, d)), y, rng.normal(size=d), float(rng.normal())


@mistake(replaces="f", fails="the_check", concept="mean")
def averaged(X, y, w, b):
    """This is what you get when the mean is taken instead of the sum."""
    dw, db = neuron_grad(X, y, w, b)
    return dw / len(y), db / len(y)


@mistake(replaces="f", fails="the_check")
def without_db(X, y, w, b):
    """This is what you get when the bias has no gradient."""
    return neuron_grad(X, y, w, b)[0], 0.0


MISTAKES = (averaged, without_db)
SETTINGS = {"of": cross_entropy, "wrt": {"dw": 2, "db": 3}, "at": draw}


@pytest.fixture
def judge(the_function, rng):
    def judge(function, **options):
        student = the_function(function, mistakes=options.pop("mistakes", MISTAKES))
        return gradient(student, **{**SETTINGS, "rng": rng, **options})

    return judge


def looped(X, y, w, b):
    dw, db = [0.0] * len(w), 0
    for row, target in zip(X.tolist(), y.tolist(), strict=True):
        z = b + sum(x * v for x, v in zip(row, w.tolist(), strict=True))
        residual = 1 / (1 + np.exp(-z)) - target
        dw = [total + residual * x for total, x in zip(dw, row, strict=True)]
        db += residual
    return dw, db


def single(X, y, w, b):
    dw, db = neuron_grad(*(np.float32(part) for part in (X, y, w, b)))
    return dw, np.array(db, np.float32)


@pytest.mark.parametrize(
    "style",
    [
        pytest.param(neuron_grad, id="as the solution"),
        pytest.param(looped, id="loops and lists"),
        pytest.param(single, id="single precision"),
        pytest.param(
            lambda *args: dict(
                zip(("db", "dw"), neuron_grad(*args)[::-1], strict=True)
            ),
            id="dict by name",
        ),
        pytest.param(
            lambda X, y, w, b: (
                np.einsum("nd,n->d", X, sigmoid(X @ w + b) - y),
                np.sum(sigmoid(X @ w + b) - y),
            ),
            id="einsum",
        ),
    ],
)
def test_the_right_gradient_passes_in_every_style(judge, style):
    assert judge(style) == Verdict.passed()


@pytest.mark.parametrize("known", MISTAKES, ids=lambda known: known.name)
def test_a_known_mistake_is_named(judge, known):
    verdict = judge(known.function)

    assert verdict.outcome is Outcome.FAILED
    assert verdict.diagnosis.mistake == known.name


def test_the_first_wrong_array_is_named_after_those_that_are_right(judge):
    verdict = judge(without_db.function)

    assert verdict.feedback == "dw is right; db is not right (relative error 1)."


def test_arrays_are_judged_in_the_order_of_wrt(judge):
    reverse = {"db": 3, "dw": 2}

    verdict = judge(lambda *a: [0.0, neuron_grad(*a)[0] * 2], wrt=reverse, mistakes=())

    assert verdict.feedback.startswith("db is not right")


@pytest.mark.parametrize(
    ("wrong", "sentence", "name"),
    [
        (
            lambda dw, db: (dw[:, None], db),
            "dw has shape (2, 1), expected (2,)",
            "extra_axis",
        ),
        (
            lambda dw, db: (dw, [db]),
            "db has shape (1,), expected a single number",
            "extra_axis",
        ),
        (lambda dw, db: (dw + 0j, db), "dw holds complex numbers", None),
        (lambda dw, db: (dw * np.nan, db), "dw contains NaN or infinite values", None),
        (lambda dw, db: (dw.astype(int), db), "dw is not right", None),
        (lambda dw, db: (-dw, -db), "dw is not right", "factor_minus_1"),
        (lambda dw, db: (2 * dw, 2 * db), "dw is not right", "factor_2"),
        (lambda dw, db: (dw, -db), "dw is right; db is not right", "factor_minus_1"),
        (lambda dw, db: (0 * dw, db), "dw is not right", "zero"),
        (lambda dw, db: (dw[::-1], db), "dw is not right", None),
        (lambda dw, db: (dw, None), "db is None, expected a number", None),
        (lambda dw, db: dw, "f returned 2 values, expected 2 values", None),
        (lambda dw, db: (db, dw), "dw is a single number, expected (2,)", None),
        (lambda dw, db: [dw], "f returned 1 value, expected 2 values (dw, db)", None),
        (lambda dw, db: {"dw": dw}, "f returned a dict, expected 2 values", None),
        (lambda dw, db: (dw, "0"), "db is a string, expected a number", None),
        (lambda dw, db: None, "f returned nothing: is a `return` missing?", None),
        (lambda dw, db: Opaque("A", ""), "f returned a A, expected 2 values", None),
        (lambda dw, db: (dw * 1e308 * 1e10, db), "NaN or infinite", None),
        (lambda dw, db: (dw * 0 + 1e308, db), "dw is not right", None),
        (lambda dw, db: (dw > 0, db), "dw is not right", None),
    ],
)
def test_each_way_to_be_wrong_has_its_sentence(judge, wrong, sentence, name):
    def two_columns(rng):
        return rng.normal(size=(3, 2)), np.array([0, 1, 1.0]), rng.normal(size=2), 0.5

    verdict = judge(
        lambda *args: wrong(*neuron_grad(*args)), at=two_columns, mistakes=()
    )

    assert verdict.outcome is Outcome.FAILED
    if "2 values, expected 2" not in sentence:
        assert sentence in verdict.feedback
    if name is not None:
        assert verdict.diagnosis.mistake == name


def test_n_is_told_from_a_constant_by_draws_of_different_n(judge):
    def times_n(X, y, w, b):
        dw, db = neuron_grad(X, y, w, b)
        return dw * len(y), db * len(y)

    verdict = judge(times_n, mistakes=())

    assert verdict.diagnosis.mistake == "factor_N"
    assert verdict.diagnosis.says == (
        "the result is exactly N times the right value: this is what you get when the "
        "division by N, the number of rows, is missing."
    )


def test_a_lab_mistake_gives_its_name_to_a_factor(judge):
    assert judge(averaged.function).diagnosis.mistake == "averaged"
    unnamed = judge(averaged.function, mistakes=())
    assert unnamed.diagnosis.mistake == "factor_1_over_N"


def test_a_mistake_and_its_neighbour_are_two_mistakes(judge):
    verdict = judge(lambda *a: (neuron_grad(*a)[0] / len(a[1]), 0.0))

    assert verdict.diagnosis.mistake == "averaged+without_db"


def test_hidden_numbers_are_not_in_the_feedback(judge):
    verdict = judge(lambda *args: (neuron_grad(*args)[0] + 0.1, 1.0), mistakes=())

    numbers = re.findall(r"\d+\.\d+", str(verdict.example))
    assert len(numbers) > 6
    assert not any(number in verdict.feedback for number in numbers)


def test_the_loss_itself_may_be_part_of_the_result(judge):
    def with_loss(*args):
        return cross_entropy(*args), *neuron_grad(*args)

    wrt = {"loss": None, "dw": 2, "db": 3}

    assert judge(with_loss, wrt=wrt, mistakes=()) == Verdict.passed()
    verdict = judge(lambda *a: (0.0, *neuron_grad(*a)), wrt=wrt, mistakes=())
    assert verdict.feedback.startswith("dw, db are right; loss is not right")


@pytest.mark.parametrize(
    "style",
    [
        pytest.param(lambda x: 2 * x, id="array"),
        pytest.param(lambda x: [2 * x], id="sequence of one"),
        pytest.param(lambda x: {"dx": 2 * x}, id="dict of one"),
        pytest.param(lambda x: (2 * x).tolist(), id="list of numbers"),
    ],
)
@pytest.mark.parametrize("size", [1, 3])
def test_a_single_gradient_may_come_alone(the_function, rng, style, size):
    verdict = gradient(
        the_function(style),
        of=lambda x: np.sum(x**2),
        wrt={"dx": 0},
        at=lambda rng: (rng.normal(size=size),),
        rng=rng,
    )

    assert verdict == Verdict.passed()


def test_derivatives_by_numbers_are_numbers(the_function, rng):
    def judge(function):
        return gradient(
            the_function(function),
            of=lambda x, y: x**2 + x * y + (x + y) ** 2,
            wrt={"dx": 0, "dy": 1},
            at=lambda rng: tuple(rng.normal(size=2).tolist()),
            rng=rng,
        )

    assert judge(lambda x, y: (4 * x + 3 * y, 3 * x + 2 * y)) == Verdict.passed()
    assert judge(lambda x, y: (3 * x + 2 * y, 4 * x + 3 * y)).credit == 0


def relu_loss(X, W):
    return np.sum(np.maximum(X @ W, 0) ** 2 + np.maximum(X @ W, 0))


def relu_grad(X, W):
    Z = X @ W
    return X.T @ (2 * np.maximum(Z, 0) + (Z > 0))


def relu_draw(rng):
    return rng.normal(size=(5, 3)), rng.normal(size=(3, 2))


def test_a_closed_form_stands_in_for_a_loss_with_kinks(judge):
    options = {"of": relu_loss, "wrt": {"dW": 1}, "at": relu_draw, "mistakes": ()}

    assert judge(relu_grad, truth=relu_grad, **options) == Verdict.passed()
    assert judge(lambda X, W: X.T @ (X @ W), truth=relu_grad, **options).credit == 0


@pytest.mark.parametrize(
    "truth",
    [
        pytest.param(lambda X, W: 2 * relu_grad(X, W), id="wrong factor"),
        pytest.param(lambda X, W: relu_grad(X, W).T, id="wrong shape"),
        pytest.param(lambda X, W: relu_grad(X, W) * np.nan, id="not finite"),
        pytest.param(lambda X, W: (relu_grad(X, W),) * 2, id="too many"),
    ],
)
def test_a_wrong_closed_form_is_the_teachers_error(judge, truth):
    with pytest.raises(LabError, match="true"):
        judge(
            relu_grad,
            of=relu_loss,
            wrt={"dW": 1},
            at=relu_draw,
            truth=truth,
            mistakes=(),
        )


def test_a_kink_in_the_way_does_not_accuse_the_closed_form(judge):
    # the stencil of any direction crosses 0
    verdict = judge(
        lambda x: np.ones(2),
        of=lambda x: np.sum(np.maximum(x, 0)),
        wrt={"dx": 0},
        at=lambda rng: (np.array([1e-9, 2e-9]),),
        truth=lambda x: np.ones(2),
        mistakes=(),
    )

    assert verdict == Verdict.passed()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"wrt": {}}, "names no part"),
        ({"wrt": {"dw": 2, "db": 4}}, "db is by argument 4, but there are 4"),
        ({"wrt": {"dw": -2}}, "by argument -2"),
        ({"wrt": {"dw": True}}, "by argument True"),
        (
            {"at": lambda rng: ("X", 1.0, 2.0, 3.0), "wrt": {"dX": 0}},
            "which is no array",
        ),
        ({"at": lambda rng: np.ones(3)}, "a tuple of arguments"),
        ({"draws": 0}, "0 draws"),
        ({"of": lambda X, y, w, b: np.sum(np.abs(X @ w + b))}, "complex-safe"),
        ({"of": lambda X, y, w, b: np.sum(np.abs(X @ w + b) ** 3)}, "complex-safe"),
        ({"of": lambda X, y, w, b: float(np.sum(w)) + b}, "complex"),
        ({"of": lambda X, y, w, b: np.logaddexp(0, w).sum()}, "can't take complex"),
        ({"of": lambda X, y, w, b: np.sum(w) / 0.0}, "not finite"),
    ],
)
def test_a_check_that_is_written_wrong_is_the_teachers_error(judge, options, message):
    with pytest.raises(LabError, match=message):
        judge(neuron_grad, **{"mistakes": (), **options})


def test_draws_that_hide_a_guarded_mistake_are_the_teachers_error(judge):
    def one_row(rng):
        return rng.normal(size=(1, 2)), np.ones(1), rng.normal(size=2), 0.5

    with pytest.raises(LabError, match="don't tell averaged"):
        judge(neuron_grad, at=one_row)
    assert judge(neuron_grad, at=one_row, blind_to={"averaged"}) == Verdict.passed()


def test_a_gradient_that_changes_its_arguments_earns_half(judge):
    def in_place(X, y, w, b):
        result = neuron_grad(X, y, w, b)
        w -= 0.1 * result[0]
        return result

    verdict = judge(in_place)

    assert verdict.credit == 0.5
    assert "changes its argument w" in verdict.feedback
    assert judge(in_place, pure=False) == Verdict.passed()


def _with_memory():
    total = {}

    def accumulating(X, y, w, b):
        dw, db = neuron_grad(X, y, w, b)
        key = X.tobytes()
        total[key] = total.get(key, 0) + dw
        return total[key], db

    return accumulating


def test_a_gradient_that_adds_up_earns_half(judge):
    verdict = judge(_with_memory())

    assert verdict.credit == 0.5
    assert verdict.diagnosis.mistake == "remembers_earlier_calls"


def test_a_gradient_that_fails_the_second_time_earns_half(judge):
    calls = []

    def tired(*args):
        calls.append(args)
        if len(calls) > 3:
            raise ValueError
        return neuron_grad(*args)

    assert judge(tired).credit == 0.5


@pytest.mark.parametrize("form", [list, dict, np.array])
def test_the_second_call_is_compared_whatever_the_form(the_function, rng, form):
    def shaped(x):
        dx, dy = 2 * x[0], 3 * x[1] ** 2
        return {"dx": np.array([dx, dy])} if form is dict else form([dx, dy])

    verdict = gradient(
        the_function(shaped),
        of=lambda x: x[0] ** 2 + x[1] ** 3,
        wrt={"dx": 0},
        at=lambda rng: (rng.normal(size=2),),
        rng=rng,
    )

    assert verdict == Verdict.passed()


class TestOwnLoss:
    """The student's own loss tells a slip in the derivation from another loss."""

    @staticmethod
    def judge(own_gradient, own_loss, *, width=3, mistakes=()):
        student = InProcessStudent(
            {"grad": own_gradient, "loss": own_loss}, mistakes=mistakes
        )
        return gradient(
            student.grad,
            of=lambda X, w: np.sum((X @ w) ** 2),
            wrt={"dw": 1},
            at=lambda rng: (rng.normal(size=(4, width)), rng.normal(size=width)),
            rng=Draws(3, "own"),
            own_loss=(student.loss, lambda X, w: (w, X)),
        )

    @pytest.mark.parametrize("width", [3, 250])
    def test_the_derivative_of_another_loss_is_told(self, width):
        verdict = self.judge(
            lambda X, w: X.T @ X @ w,
            lambda w, X: np.sum((X @ w) ** 2) / 2,
            width=width,
        )

        assert verdict.feedback.endswith(
            "derivative of your own loss: look for the mistake there."
        )
        assert verdict.diagnosis.mistake == "factor_1_over_2"

    @pytest.mark.parametrize("width", [3, 250])
    def test_a_slip_in_the_derivation_is_told(self, width):
        verdict = self.judge(
            lambda X, w: X.T @ X @ w, lambda w, X: np.sum((X @ w) ** 2), width=width
        )

        assert verdict.feedback.endswith("mistake is in the derivation.")

    def test_a_right_gradient_needs_no_loss(self):
        verdict = self.judge(lambda X, w: 2 * X.T @ X @ w, lambda w, X: "no loss")

        assert verdict == Verdict.passed()

    @pytest.mark.parametrize(
        "loss",
        [
            pytest.param(lambda w, X: None, id="nothing"),
            pytest.param(lambda w, X: X, id="array"),
            pytest.param(lambda w, X: 1j, id="complex"),
            pytest.param(lambda w, X: 1 / 0, id="raises"),
        ],
    )
    def test_a_loss_without_a_number_explains_nothing(self, loss):
        verdict = self.judge(lambda X, w: X.T @ X @ w, loss)

        assert verdict.feedback == "dw is not right (relative error 0.3)."

    def test_a_wrong_shape_needs_no_explanation(self):
        verdict = self.judge(lambda X, w: X, lambda w, X: 1.0)

        assert "own loss" not in verdict.feedback

    def test_a_loss_that_jumps_everywhere_agrees_with_nothing(self):
        noise = np.random.default_rng(1)

        verdict = self.judge(lambda X, w: X.T @ X @ w, lambda w, X: noise.normal())

        assert verdict.feedback.endswith("mistake is in the derivation.")

    def test_only_parts_with_an_argument_have_a_derivative(self):
        student = InProcessStudent(
            {"grad": lambda x: (0.0, 2 * x), "loss": lambda x: np.sum(x**2)}
        )

        verdict = gradient(
            student.grad,
            of=lambda x: np.sum(x**2),
            wrt={"loss": None, "dx": 0},
            at=lambda rng: (rng.normal(size=2),),
            rng=Draws(3, "own"),
            own_loss=(student.loss, lambda x: (x,)),
        )

        assert "own loss" not in verdict.feedback


def test_a_crash_on_oblongs_is_named_by_what_squares_give(the_function, rng):
    @mistake(replaces="f", fails="the_check")
    def transposed(X, w):
        """This is what you get when X is transposed."""
        return 2 * X @ (X @ w)

    sizes = iter([(4, 2), (3, 3), (5, 2)])

    def draw(rng):
        shape = next(sizes)
        return rng.normal(size=shape), rng.normal(size=shape[1])

    verdict = gradient(
        the_function(transposed.function, mistakes=(transposed,)),
        of=lambda X, w: np.sum((X @ w) ** 2),
        wrt={"dw": 1},
        at=draw,
        rng=rng,
    )

    assert verdict.outcome is Outcome.RAISED
    assert verdict.diagnosis.mistake == "transposed"


def test_a_zero_gradient_must_be_answered_by_zero(the_function, rng):
    def judge(function):
        return gradient(
            the_function(function),
            of=lambda x: 0 * np.sum(x),
            wrt={"dx": 0},
            at=lambda rng: (rng.normal(size=2),),
            rng=rng,
        )

    assert judge(lambda x: 0 * x) == Verdict.passed()
    assert judge(lambda x: 1e-30 + 0 * x).credit == 0


def test_an_array_far_below_the_rest_is_rounding(the_function, rng):
    # d/dy is 1e-10 of d/dx: an error of 1e-16 in it is no mistake
    verdict = gradient(
        the_function(lambda x, y: (np.ones(2), 1e-10 + 1e-16)),
        of=lambda x, y: np.sum(x) + 1e-10 * y,
        wrt={"dx": 0, "dy": 1},
        at=lambda rng: (rng.normal(size=2), float(rng.normal())),
        rng=rng,
    )

    assert verdict == Verdict.passed()
