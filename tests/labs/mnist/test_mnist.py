import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from grader.checks import Draws
from grader.domain.verdict import Outcome
from grader.numerics import complex_step_gradient

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "reference" / "mnist"
NUMPY_TASKS = ("T1", "T2", "T3", "T4", "T9", "T10")


@pytest.fixture(scope="module")
def lab():
    spec = importlib.util.spec_from_file_location("mnist", REFERENCE / "mnist.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def parts(loaded):
    """Return the modules beside the hidden checks by name."""
    package = loaded.hidden[0].run.__module__.rpartition(".")[0]
    return {
        name: importlib.import_module(f"{package}.{name}")
        for name in ("data_checks", "drawn", "networks", "deep_checks")
    }


def mean_cross_entropy(Y, Z):
    return np.mean(np.log(np.exp(Z).sum(axis=1)) - (Y * Z).sum(axis=1))


def batch(seed, n=5, d=6, k=4):
    rng = np.random.default_rng(seed)
    Y = np.eye(k)[rng.integers(0, k, size=n)]
    return rng.normal(size=(d, k)), rng.normal(size=k), rng.normal(size=(n, d)), Y


@pytest.mark.parametrize("seed", range(2))
def test_a_step_follows_the_complex_step_derivative(lab, seed):
    W, b, X, Y = batch(seed)

    new_W, new_b, loss = lab.softmax_step(W, b, X, Y, 0.3)

    dW = complex_step_gradient(lambda w: mean_cross_entropy(Y, X @ w + b), W)
    db = complex_step_gradient(lambda c: mean_cross_entropy(Y, X @ W + c), b)
    np.testing.assert_allclose(new_W, W - 0.3 * dW, atol=1e-13)
    np.testing.assert_allclose(new_b, b - 0.3 * db, atol=1e-13)
    assert loss == pytest.approx(mean_cross_entropy(Y, X @ W + b))


def test_softmax_twice_takes_a_tenth_of_the_step_and_costs_1_46_at_best(lab, loaded):
    by_name = {known.name: known for known in loaded.mistakes}
    _, _, X, Y = batch(0, n=8, d=784, k=10)
    W, b = np.zeros((784, 10)), np.zeros(10)

    right, _, _ = lab.softmax_step(W, b, X, Y, 1.0)
    twice, _, _ = by_name["step_with_softmax_twice"](W, b, X, Y, 1.0)

    np.testing.assert_allclose(twice, right / 10, atol=1e-14)
    assert by_name["softmax_twice"](Y, Y) == pytest.approx(np.log(np.e + 9) - 1)


@pytest.mark.parametrize(("n", "size", "steps"), [(60, 7, 20), (10, 10, 3), (9, 2, 1)])
def test_batches_are_permutations_cut_into_pieces(lab, n, size, steps):
    rows = lab.next_batch(n, size, steps, seed=4)

    dealt = rows.ravel()
    assert rows.shape == (steps, size)
    for start in range(0, len(dealt) - n + 1, n):
        assert sorted(dealt[start : start + n]) == list(range(n))


def test_learning_rate_is_that_of_the_slides(lab):
    found = [lab.lr_at(i) for i in (0, 2000, 10_000)]

    assert found == pytest.approx([0.003, 0.0011668, 0.0001195], abs=6e-8)


def test_numbers_of_parameters_are_those_of_the_lecture():
    assert 784 * 15 + 15 * 10 + 15 + 10 == 11_935
    assert 784 * 16 + 16 * 16 + 16 * 10 + 16 + 16 + 10 == 13_002


def two_layers(X, weights, hidden):
    W1, b1, W2, b2 = weights
    return hidden(X @ W1 + b1) @ W2 + b2


def split(flat, weights):
    ends = np.cumsum([one.size for one in weights])[:-1]
    pieces = np.split(flat, ends)
    return [
        piece.reshape(one.shape) for piece, one in zip(pieces, weights, strict=True)
    ]


def logistic(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.where(z.real > 0, z, 0)


def quadratic(Y, Z):
    return 0.5 * np.mean(((Y - logistic(Z)) ** 2).sum(axis=1))


@pytest.mark.parametrize(
    ("step", "hidden", "loss"),
    [
        pytest.param("quadratic_step", logistic, quadratic, id="quadratic"),
        pytest.param("relu_step", relu, mean_cross_entropy, id="cross-entropy"),
    ],
)
def test_expected_steps_of_the_keras_nets_are_derivatives(parts, step, hidden, loss):
    rng = np.random.default_rng(2)
    shapes = ((7, 5), (5,), (5, 10), (10,))
    weights = [rng.normal(size=shape) for shape in shapes]
    X, Y = rng.normal(size=(6, 7)), np.eye(10)[rng.integers(0, 10, size=6)]

    found = getattr(parts["networks"], step)(weights, X, Y, 0.7)

    flat = np.concatenate([one.ravel() for one in weights])
    gradient = complex_step_gradient(
        lambda w: loss(Y, two_layers(X, split(w, weights), hidden)), flat
    )
    observed = np.concatenate([one.ravel() for one in found])
    np.testing.assert_allclose(observed, -0.7 * gradient, atol=1e-12)


def test_digits_are_renamed_and_sorted_and_hidden_ones_are_others(parts):
    digits = parts["drawn"].draw_digits(Draws(5, "digits"))
    labels = digits.Y.argmax(axis=1)

    hidden = {row.tobytes() for row in digits.X_hidden}
    assert sorted(digits.names) == list(range(10))
    assert (np.diff(labels) >= 0).all()
    assert not any(row.tobytes() in hidden for row in digits.X)


def test_marks_are_put_where_no_digit_has_ink(parts):
    X = np.full((10, 784), 0.5, dtype=np.float32)

    found = parts["deep_checks"].marked(X, np.arange(10)).reshape(10, 28, 28)

    assert (found[:, :3].sum(axis=(1, 2)) == 6).all()
    assert len({image[:3].tobytes() for image in found}) == 10
    assert (found[:, 3:] == 0.5).all()


def test_points_of_the_checks_are_those_of_the_handout(loaded):
    handout = {"T1": 8, "T2": 12, "T3": 10, "T4": 12, "T5": 12}
    handout |= {"T6": 12, "T7": 10, "T8": 12, "T9": 6, "T10": 6}

    assert {task.id: task.points for task in loaded.lab.tasks} == handout
    for task, points in handout.items():
        assert sum(c.points for c in loaded.hidden if c.task == task) == points


@pytest.mark.parametrize("seed", range(2))
def test_solution_passes_the_numpy_checks_whatever_is_drawn(desk, loaded, seed):
    names = desk.names()
    checks = [c.id for c in loaded.hidden if c.task in NUMPY_TASKS]

    verdicts = {name: desk.verdict(name, names, seed=seed) for name in checks}

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


def test_accuracy_alone_would_let_the_double_softmax_pass(desk, loaded):
    by_name = {known.name: known for known in loaded.mistakes}
    names = desk.names() | {"train_softmax": by_name["trained_with_softmax_twice"]}

    reads = desk.verdict("softmax_reads_unseen_digits", names)
    steps = desk.verdict("training_is_steps_from_zero", names)

    assert reads.outcome is Outcome.PASSED
    assert steps.credit < 0.5


def test_batches_that_straddle_epochs_are_right(desk):
    names = desk.names("""
def next_batch(n, batch, steps, seed=0):
    rng = np.random.default_rng(seed)
    stack, rows = [], []
    for _ in range(steps):
        if len(stack) < batch:
            stack += rng.permutation(n).tolist()
        rows.append([stack.pop(0) for _ in range(batch)])
    return rows
""")

    assert desk.verdict("batches_are_epochs_dealt_out", names).credit == 1


def test_images_drawn_upside_down_are_other_images(desk):
    names = desk.names("""
def show_digits(x, y):
    fig, panels = plt.subplots(2, 2)
    for ax, image, digit in zip(panels.flat, x, y):
        ax.imshow(image, origin="lower")
        ax.set_title(digit)
    return fig
""")

    assert desk.verdict("four_digits_are_shown", names).credit < 1


def test_weights_of_other_columns_are_not_the_weights(desk):
    names = desk.names("""
def plot_weights(W, right=plot_weights):
    return right(W[:, ::-1])
""")

    assert desk.verdict("weights_are_drawn", names).credit == 0.6


@pytest.mark.parametrize("seed", range(20))
def test_a_permuted_answer_never_passes(desk, seed):
    names = {
        "predict": lambda _X, _Y, X: np.random.default_rng(seed).integers(
            10, size=len(X)
        )
    }

    assert desk.verdict("unseen_digits_are_read", names, seed=seed).credit == 0


def test_gates_have_runs_of_all_styles_on_both_kinds_of_data():
    stored = json.loads((REFERENCE / "calibration.json").read_text(encoding="utf-8"))

    for name, sources in stored["gates"].items():
        assert sources.keys() == {"embedded", "full"}, name


NONSENSE = [
    pytest.param(None, id="nothing"),
    pytest.param("text", id="text"),
    pytest.param([], id="empty"),
    pytest.param({}, id="empty-dict"),
    pytest.param([None, "x", {}], id="three-of-no-kind"),
    pytest.param([{"accuracy": "high"}, ["a"]], id="nested-nonsense"),
    pytest.param([np.full((784, 10), np.nan), [np.inf] * 10, 0], id="nan"),
    pytest.param(float("nan"), id="nan-alone"),
    pytest.param(np.zeros((0, 10)), id="no-rows"),
    pytest.param(True, id="true"),
    pytest.param(object(), id="opaque"),
]


@pytest.mark.parametrize("answer", NONSENSE)
def test_nonsense_fails_and_never_breaks_a_check(desk, loaded, answer):
    functions = [name for task in loaded.lab.tasks for name in task.functions]
    names = {name: lambda *_args, **_kwargs: answer for name in functions}

    verdicts = {
        check.id: desk.verdict(check.id, names)
        for check in (*loaded.hidden, *loaded.public)
    }

    assert {n for n, v in verdicts.items() if v.outcome is Outcome.PASSED} == set()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("mnist")
@pytest.mark.parametrize(
    ("name", "score"),
    [
        pytest.param("sorted_slice", 69, id="sorted-slice"),
        pytest.param("fit_without_shuffle", 84, id="fit-without-shuffle"),
        pytest.param("labels_not_one_hot", 61, id="labels-not-one-hot"),
        pytest.param("weights_brought_along", 63, id="weights-brought-along"),
    ],
)
def test_error_in_all_trainings_scores_what_the_notes_say(graded, name, score):
    # one of the four fails all attempts, the rest the first one
    most_attempts = None if name == "labels_not_one_hot" else 1

    report = graded(name, most_attempts=most_attempts)

    assert report.score == pytest.approx(score, abs=3)
