"""Trained, on the right data, and told truly: honest work passes, foul play is found."""

import math

import numpy as np
import pytest

from grader.checks import Draws, Opaque, training
from grader.domain.figure import FigureData
from grader.domain.model import ModelData
from grader.errors import LabError

LABELS = np.arange(1000) % 10


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("classes", [2, 3, 10])
def test_a_relabelling_moves_every_class(seed, classes):
    names = training.relabelling(Draws(seed, "t"), classes)

    assert sorted(names) == list(range(classes))
    assert not np.any(names == np.arange(classes))


def test_one_class_can_not_be_relabelled(rng):
    with pytest.raises(LabError, match="1 classes"):
        training.relabelling(rng, 1)


def test_wrong_labels_are_wrong_and_use_all_others(rng):
    wrong = training.wrong_labels(rng, LABELS)

    assert not np.any(wrong == LABELS)
    assert {(a, b) for a, b in zip(LABELS, wrong, strict=True)} == {
        (a, b) for a in range(10) for b in range(10) if a != b
    }


NESTED = {"W": np.ones((2, 3)), "losses": [1.0, math.nan], "name": "a", "n": None}


def test_equal_to_the_last_bit_is_the_same():
    other = {"W": np.ones((2, 3)), "losses": (1.0, math.nan), "name": "a", "n": None}

    assert training.same(NESTED, other)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({**NESTED, "W": np.ones((2, 3), np.float32)}, id="dtype"),
        pytest.param({**NESTED, "W": np.ones((3, 2))}, id="shape"),
        pytest.param({**NESTED, "W": np.nextafter(np.ones((2, 3)), 2)}, id="last-bit"),
        pytest.param({**NESTED, "losses": [1.0]}, id="length"),
        pytest.param({**NESTED, "losses": [1, math.nan]}, id="int"),
        pytest.param({**NESTED, "name": "b"}, id="text"),
        pytest.param({**NESTED, "n": 0}, id="none"),
        pytest.param({"W": np.ones((2, 3))}, id="keys"),
        pytest.param(None, id="nothing"),
    ],
)
def test_anything_else_is_not_the_same(other):
    assert not training.same(NESTED, other)
    assert not training.same(other, NESTED)


def test_minus_zero_is_another_number():
    assert not training.same(0.0, -0.0)


def test_models_are_the_same_by_layers_and_weights_not_by_names():
    def model(name, weight):
        layers = [{"class_name": "Dense", "config": {"name": name, "units": 2}}]
        config = {"layers": layers}
        architecture = {"class_name": "Sequential", "config": config}
        return ModelData(architecture, weights=(np.array([weight]),))

    assert training.same([model("dense", 1.0)], [model("dense_7", 1.0)])
    assert not training.same([model("dense", 1.0)], [model("dense", 1.5)])


def test_what_did_not_arrive_as_data_is_no_evidence():
    assert not training.same([Opaque("Net", "<Net>")], [Opaque("Net", "<Net>")])


def test_figures_are_compared_part_by_part():
    def figure(title):
        return FigureData(suptitle=title, axes=(), width=1, height=1)

    assert training.same(figure("a"), figure("a"))
    assert not training.same(figure("a"), figure("b"))


def trained_on_noise(rng):
    """Predict as a network does that saw shuffled labels: alike within a class."""
    favourite = rng.integers(10, size=10)
    noise = rng.integers(10, size=len(LABELS))
    return np.where(rng.random(len(LABELS)) < 0.8, favourite[LABELS], noise)


@pytest.mark.parametrize("seed", range(50))
def test_who_knows_nothing_passes_however_alike_the_guesses(seed):
    predicted = trained_on_noise(np.random.default_rng(seed))

    assert training.shuffled_label_control(predicted, LABELS).credit == 1


def test_chance_would_fail_such_a_network_by_the_binomial_law():
    # why the control counts renamings: 200 honest networks, no binomial spread
    limit = training.chance_interval(len(LABELS), 0.1, probability=1e-6)
    shares = [
        training.accuracy(trained_on_noise(np.random.default_rng(seed)), LABELS)
        for seed in range(200)
    ]

    assert sum(not limit.holds(share) for share in shares) > 50


@pytest.mark.parametrize(
    "predicted",
    [
        pytest.param(LABELS, id="knows-all"),
        pytest.param(np.where(np.arange(1000) % 3, LABELS, 0), id="knows-two-thirds"),
        pytest.param(np.eye(10)[LABELS], id="as-probabilities"),
    ],
)
def test_who_knows_in_spite_of_shuffled_labels_is_found(predicted):
    verdict = training.shuffled_label_control(predicted, LABELS)

    assert "somewhere else" in verdict.feedback


@pytest.mark.parametrize("predicted", [None, LABELS[:5], LABELS + 5])
def test_the_control_needs_a_class_for_each_sample(predicted):
    verdict = training.shuffled_label_control(predicted, LABELS)

    assert "1000 predicted classes" in verdict.feedback


def test_two_classes_can_not_tell():
    with pytest.raises(LabError, match="2 classes can't tell"):
        training.shuffled_label_control([0, 1], [0, 1], classes=2)


def test_an_honest_network_does_not_repeat_wrong_labels(rng):
    labels = LABELS[:20]
    wrong = training.wrong_labels(rng, labels)

    assert training.wrong_label_canary(labels, wrong).credit == 1


def test_a_network_that_learnt_the_canaries_is_found(rng):
    wrong = training.wrong_labels(rng, LABELS[:20])
    predicted = np.where(np.arange(20) < 15, wrong, LABELS[:20])

    verdict = training.wrong_label_canary(predicted, wrong)

    assert "15 of 20 test samples with a wrong label" in verdict.feedback


def test_no_predictions_clear_nobody(rng):
    wrong = training.wrong_labels(rng, LABELS[:20])

    assert training.wrong_label_canary(None, wrong).credit == 0


@pytest.mark.parametrize(
    ("count", "classes"), [(5, 10), (20, 2), (0, 10)], ids=["few", "two", "none"]
)
def test_canaries_that_could_never_sing_are_the_labs_error(count, classes):
    with pytest.raises(LabError, match="can't tell"):
        training.wrong_label_canary(None, np.zeros(count), classes=classes)


@pytest.mark.parametrize("seed", range(50))
def test_a_bad_honest_network_is_not_taken_for_a_cheat(seed):
    draws = Draws(seed, "t")
    wrong = training.wrong_labels(draws, LABELS[:20])

    guessed = draws.integers(10, size=20)

    assert training.wrong_label_canary(guessed, wrong).credit == 1


def test_training_that_leaves_the_test_data_alone_passes():
    assert training.non_interference(lambda _test: [np.ones(3)], 1, 2).credit == 1


def test_training_that_looks_at_the_test_data_is_found():
    verdict = training.non_interference(np.mean, [1, 2], [3, 4])

    assert "the test data took part" in verdict.feedback


def test_a_training_that_no_seed_repeats_is_told_so():
    rng = np.random.default_rng(1)

    verdict = training.non_interference(lambda _test: rng.random(), 1, 2)

    assert "everything random come from `seed`" in verdict.feedback


CLAIMED = {"val_loss": [0.9, 0.5, 0.4], "val_accuracy": [0.7, 0.8, 0.9]}


def test_a_true_history_passes():
    found = {2: {"val_loss": 0.5004}, 3: {"val_loss": 0.4, "val_accuracy": 0.9}}

    assert training.history_is_true(CLAIMED, found).credit == 1


@pytest.mark.parametrize(
    ("history", "says"),
    [
        pytest.param(
            {**CLAIMED, "val_loss": [0.9, 0.5, 0.3]},
            "val_loss of epoch 3",
            id="invented",
        ),
        pytest.param({**CLAIMED, "val_loss": [0.9, 0.4]}, "no val_loss", id="short"),
        pytest.param({"val_loss": [0.9, 0.5, math.nan]}, "no val_loss", id="nan"),
        pytest.param(None, "no val_loss for epoch 3", id="nothing"),
    ],
)
def test_another_history_is_found(history, says):
    verdict = training.history_is_true(history, {3: {"val_loss": 0.4}})

    assert says in verdict.feedback


def test_a_found_value_that_is_nan_clears_nobody():
    assert training.history_is_true(CLAIMED, {1: {"val_loss": math.nan}}).credit == 0


def test_a_history_is_compared_with_something():
    with pytest.raises(LabError, match="at least one value"):
        training.history_is_true(CLAIMED, {})
