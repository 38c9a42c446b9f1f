"""The whole gradient check on a net with a hidden layer: 16 mistakes, each by its name.

tanh hidden layer, softmax, mean cross-entropy, weight decay lam / 2 on both matrices.
"""

import itertools

import numpy as np
import pytest

from grader.checks import Draws, InProcessStudent, Mistake, Outcome, Verdict, gradient

SIZES = ((7, 4, 5, 3), (6, 4, 4, 4), (5, 3, 6, 2))  # N, D, H, C; the second is square
WRT = {"dW2": 4, "db2": 5, "dW1": 2, "db1": 3}


def softmax(Z):
    E = np.exp(Z - Z.real.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def loss(X, y, W1, b1, W2, b2, lam):
    P = softmax(np.tanh(X @ W1 + b1) @ W2 + b2)
    data = -np.mean(np.log(P[np.arange(len(y)), y]))
    return data + lam / 2 * (np.sum(W1**2) + np.sum(W2**2))


def backprop(X, y, W1, b1, W2, b2, lam, *, wrong=""):  # noqa: C901 - a line a mistake
    """Return (dW2, db2, dW1, db1), with one named thing done wrong."""
    n = len(y)
    H = np.tanh(X @ W1 + b1)
    Y = np.eye(W2.shape[1])[y]
    P = softmax(H @ W2 + b2)
    dZ = (Y - P if wrong == "sign_reversed" else P - Y) / n
    if wrong == "labels_ignored":
        dZ = P / n
    if wrong == "softmax_derived_twice":
        dZ = dZ * P * (1 - P)
    if wrong == "missing_1_over_N":
        dZ = dZ * n
    if wrong == "divided_by_N_twice":
        dZ = dZ / n
    if wrong == "last_sample_dropped":
        dZ[-1] = 0
    dW2, db2 = H.T @ dZ, dZ.sum(axis=0)
    if wrong == "updated_in_place":
        W2 -= 0.5 * dW2
    dH = dZ @ (W2 if wrong == "W2_not_transposed" else W2.T)
    slope = {
        "activation_not_derived": 1.0,
        "sigmoid_slope_for_tanh": H * (1 - H),
        "slope_without_square": 1 - H,
    }.get(wrong, 1 - H**2)
    dA = dH * slope
    dW1, db1 = X.T @ dA, dA.sum(axis=0)
    if wrong != "regulariser_missing":
        dW1, dW2 = dW1 + lam * W1, dW2 + lam * W2
    if wrong == "regulariser_doubled":
        dW1, dW2 = dW1 + lam * W1, dW2 + lam * W2
    if wrong == "bias_regularised":
        db1, db2 = db1 + lam * b1, db2 + lam * b2
    if wrong == "bias_averaged":
        db1, db2 = db1 / n, db2 / n
    if wrong == "hidden_bias_forgotten":
        db1 = np.zeros_like(b1)
    return dW2, db2, dW1, db1


NAMES = (
    "sign_reversed",
    "labels_ignored",
    "softmax_derived_twice",
    "missing_1_over_N",
    "divided_by_N_twice",
    "last_sample_dropped",
    "updated_in_place",
    "W2_not_transposed",
    "activation_not_derived",
    "sigmoid_slope_for_tanh",
    "slope_without_square",
    "regulariser_missing",
    "regulariser_doubled",
    "bias_regularised",
    "bias_averaged",
    "hidden_bias_forgotten",
)


def wrong_version(name):
    return lambda *args: backprop(*args, wrong=name)


MISTAKES = tuple(
    Mistake(
        name=name,
        replaces="backprop",
        function=wrong_version(name),
        fails=("the_check",),
        score=None,
        says=f"This is what you get with {name}.",
    )
    for name in NAMES
)


def draw(rng, n, d, h, c):
    y = rng.permutation(np.arange(n) % c)
    X = rng.normal(size=(n, d))
    W1, W2 = (
        rng.normal(scale=1.3 / np.sqrt(shape[0]), size=shape)
        for shape in ((d, h), (h, c))
    )
    return X, y, W1, rng.normal(0, 0.4, h), W2, rng.normal(0, 0.4, c), 0.1


def judge(function, *, mistakes=MISTAKES, seed=1):
    student = InProcessStudent(
        {"backprop": function}, mistakes=mistakes, check_id="the_check"
    )
    sizes = itertools.cycle(SIZES)
    return gradient(
        student.backprop,
        of=loss,
        wrt=WRT,
        at=lambda rng: draw(rng, *next(sizes)),
        rng=Draws(seed, "net"),
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_mistake_goes_by_its_own_name(name):
    verdict = judge(wrong_version(name))

    assert verdict.outcome in {Outcome.FAILED, Outcome.RAISED}
    assert verdict.diagnosis.mistake == name
    assert verdict.diagnosis.certain


@pytest.mark.parametrize(
    ("wrong", "general"),
    [
        ("bias_averaged", "factor_1_over_N"),
        ("hidden_bias_forgotten", "zero"),
    ],
)
def test_some_have_a_name_where_the_lab_knows_none(wrong, general):
    verdict = judge(wrong_version(wrong), mistakes=())

    assert verdict.diagnosis.mistake == general


@pytest.mark.parametrize(
    "pair",
    [
        ("regulariser_missing", "bias_averaged"),
        ("bias_regularised", "activation_not_derived"),
        ("regulariser_doubled", "hidden_bias_forgotten"),
    ],
    ids="+".join,
)
def test_two_mistakes_at_once_are_both_named(pair):
    def both(*args):
        truth = backprop(*args)
        one, two = (backprop(*args, wrong=name) for name in pair)
        return [a + b - g for a, b, g in zip(one, two, truth, strict=True)]

    diagnosis = judge(both).diagnosis

    assert set(diagnosis.mistake.split("+")) == set(pair)
    assert not diagnosis.certain


def looped(X, y, W1, b1, W2, b2, lam):
    dW2, db2 = lam * W2, np.zeros_like(b2)
    dW1, db1 = lam * W1, np.zeros_like(b1)
    for row, target in zip(X, y, strict=True):
        h = np.tanh(row @ W1 + b1)
        p = softmax((h @ W2 + b2)[None])[0]
        p[target] -= 1
        p /= len(y)
        back = (W2 @ p) * (1 - h * h)
        dW2, db2 = dW2 + np.outer(h, p), db2 + p
        dW1, db1 = dW1 + np.outer(row, back), db1 + back
    return {"db1": db1, "dW1": dW1, "db2": db2, "dW2": dW2}


def in_single_precision(X, y, W1, b1, W2, b2, lam):
    floats = (np.float32(part) for part in (X, W1, b1, W2, b2))
    X, W1, b1, W2, b2 = floats
    return [np.float32(g) for g in backprop(X, y, W1, b1, W2, b2, np.float32(lam))]


def of_guarded_logarithm(X, y, W1, b1, W2, b2, lam):
    """Differentiate -log(p + 1e-9), as a student would who fears log(0)."""
    H = np.tanh(X @ W1 + b1)
    P = softmax(H @ W2 + b2)
    chosen = P[np.arange(len(y)), y][:, None]
    dZ = (P - np.eye(len(b2))[y]) * chosen / (chosen + 1e-9) / len(y)
    dA = dZ @ W2.T * (1 - H**2)
    return (
        (H.T @ dZ + lam * W2).tolist(),
        dZ.sum(0).tolist(),
        (X.T @ dA + lam * W1).tolist(),
        dA.sum(0).tolist(),
    )


@pytest.mark.parametrize(
    "style",
    [backprop, looped, in_single_precision, of_guarded_logarithm],
    ids=lambda style: style.__name__,
)
@pytest.mark.parametrize("seed", range(5))
def test_honest_variants_pass_on_every_seed(style, seed):
    assert judge(style, seed=seed) == Verdict.passed()
