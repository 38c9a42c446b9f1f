"""Did it learn: right networks pass, each usual defect is found."""

import math

import numpy as np
import pytest

from grader.checks import Outcome, training
from grader.domain.student import Opaque

LABELS = np.arange(40) % 4
# class c has its own column high: an honest linear model reads it
X = np.eye(4)[LABELS] + 0.1 * np.random.default_rng(0).normal(size=(40, 4))


def softmax(Z, axis=1):
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)


def honest(X):
    return softmax(5 * X)


def dropping(rng):
    """Return a network whose dropout is on."""
    return lambda X: honest(X * rng.integers(2, size=4))


def test_accuracy_is_the_share_that_is_right():
    table = [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4]]

    assert training.accuracy(table, [0, 1, 0, 1]) == 0.75
    assert training.accuracy([0, 1, 0, 0], [0, 1, 0, 1]) == 0.75
    assert training.accuracy([[0], [1], [0], [0]], [0, 1, 0, 1]) == 0.75


@pytest.mark.parametrize(
    "predicted",
    [
        None,
        [0, 1],
        [0, 1, math.nan, 0],
        [0.5, 1, 0, 0],
        [[0.5], [1], [0], [0]],
        [1e300, 1, 0, 0],
        np.zeros((4, 2, 2)),
        Opaque("Sequential", ""),
        "0100",
    ],
    ids=[
        *("none", "short", "nan", "half", "half-column", "huge"),
        *("3d", "opaque", "text"),
    ],
)
def test_what_is_no_prediction_has_no_accuracy(predicted):
    assert math.isnan(training.accuracy(predicted, [0, 1, 0, 1]))


def test_cross_entropy_is_the_mean_of_minus_the_logarithms():
    table = [[0.5, 0.5], [0.25, 0.75]]

    # (ln 2 + ln 4) / 2
    assert training.cross_entropy(table, [1, 0]) == pytest.approx(1.5 * math.log(2))


@pytest.mark.parametrize(
    "table",
    [[[2.0, -1.0]], [[3.0, 1.0]], [0.5], None, [[math.nan, 1.0]], [[0.5, 0.5]] * 2],
    ids=["negative", "logits", "1d", "none", "nan", "rows"],
)
def test_what_are_no_probabilities_have_no_cross_entropy(table):
    assert math.isnan(training.cross_entropy(table, [0]))


def test_a_certain_error_costs_infinitely_much():
    assert training.cross_entropy([[1.0, 0.0]], [1]) == math.inf


@pytest.mark.parametrize("loss", [math.log(10), 2.1, 2.6], ids=["exact", "low", "high"])
def test_guessing_is_the_right_start(loss):
    assert training.initial_loss(loss, 10).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        (11.5, "too large"),
        (230.2, "summed"),
        (0.3, "trained already"),
        (math.nan, "not a finite number"),
        (None, "not a finite number"),
        ([2.3, 2.3], "not a finite number"),
    ],
)
def test_another_start_is_told_what_it_may_come_from(loss, says):
    verdict = training.initial_loss(loss, 10)

    assert verdict.credit == 0
    assert says in verdict.feedback


def test_knowing_the_sample_by_heart_passes():
    assert training.overfits_sample(0.99 * np.eye(4) + 0.0025, np.arange(4)).credit == 1


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(np.full((4, 4), 0.25), id="guesses"),
        pytest.param(0.6 * np.eye(4) + 0.1, id="right-but-unsure"),
        pytest.param(np.roll(np.eye(4), 1, axis=0), id="sure-but-wrong"),
        pytest.param(10 * np.eye(4), id="logits"),
        pytest.param(None, id="nothing"),
    ],
)
def test_a_network_that_does_not_learn_is_found(table):
    assert training.overfits_sample(table, np.arange(4)).credit == 0


def test_an_honest_network_needs_its_inputs():
    assert training.worse_without_inputs(honest, X, LABELS).credit == 1


def test_a_network_that_ignores_its_inputs_is_found():
    stored = iter([np.eye(4)[LABELS]] * 2)

    verdict = training.worse_without_inputs(lambda _X: next(stored), X, LABELS)

    assert "100% are right with the images and 100% with empty ones" in verdict.feedback


def test_no_predictions_are_no_evidence_of_need():
    verdict = training.worse_without_inputs(lambda _X: None, X, LABELS)

    assert verdict.credit == 0


def test_an_honest_network_looks_at_each_sample_alone():
    assert training.independent_of_batch_mates(honest, X).credit == 1


@pytest.mark.parametrize(
    ("predict", "mistake"),
    [
        pytest.param(
            lambda X: softmax(X, axis=0), "depends_on_batch", id="softmax-axis"
        ),
        pytest.param(
            lambda X: honest((X - X.mean(0)) / X.std(0)), "depends_on_batch", id="norm"
        ),
        pytest.param(
            dropping(np.random.default_rng(1)),
            "random_in_predict",
            id="dropout",
        ),
    ],
)
def test_what_a_batch_mate_can_change_is_found(predict, mistake):
    verdict = training.independent_of_batch_mates(predict, X)

    assert verdict.diagnosis.mistake == mistake


@pytest.mark.parametrize("value", [None, 0.5, np.zeros(3)], ids=["none", "0d", "short"])
def test_outputs_are_one_a_sample(value):
    verdict = training.independent_of_batch_mates(lambda _X: value, X)

    assert "40 finite outputs are expected" in verdict.feedback


HISTORY = {
    "loss": [1.0, 0.5, 0.1, 0.01],
    "accuracy": [0.7, 0.9, 0.99, 1.0],
    "val_loss": [0.9, 0.6, 0.6, 0.75],
    "val_accuracy": [0.7, 0.85, 0.86, 0.85],
}


def test_the_signs_of_overfitting_by_hand():
    assert training.overfitting_signs(HISTORY) == pytest.approx(
        # the first of two equal minima is epoch 2 of 4
        {
            "train_accuracy": 1.0,
            "gap": 0.15,
            "rise": 1.25,
            "best_epoch": 2,
            "best_share": 0.5,
        }
    )


@pytest.mark.parametrize(
    "history",
    [
        None,
        {},
        {**HISTORY, "val_loss": []},
        {**HISTORY, "accuracy": [1, math.nan]},
        [1],
    ],
    ids=["none", "empty", "no-epochs", "nan", "list"],
)
def test_without_a_history_there_are_no_signs(history):
    assert all(math.isnan(v) for v in training.overfitting_signs(history).values())


def test_other_names_of_the_curves():
    history = {"acc": [1.0], "val_acc": [0.5], "val_loss": [2.0]}

    assert training.overfitting_signs(history, accuracy="acc")["gap"] == 0.5
