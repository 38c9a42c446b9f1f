import doctest
import importlib.util
import itertools
import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.checks import Draws, InProcessStudent, Outcome
from grader.domain.calibration import LARGEST_FALSE_FAIL
from grader.numerics import complex_step_gradient, relative_error

REFERENCE = Path(__file__).parents[3] / "reference" / "regression"


def line_of_notebook(rng):
    """Draw points as the Neural Network notebook does."""
    x = 10 * rng.random(100)
    return x, 0.5 * x + 0.5 + rng.normal(0, 0.25, 100)


def mean_square(theta, x, y):
    return np.mean((theta[0] * x + theta[1] - y) ** 2)


def module_of(loaded, name):
    """Return a module of the hidden checks."""
    package = loaded.hidden[0].run.__module__.rpartition(".")[0]
    return sys.modules[f"{package}.{name}"]


def network_error(parameters, X, Y):
    """The mean square of the sine net, for complex numbers too: one list of parameters."""
    hidden = (len(parameters) - 1) // 3
    w1, b1, w2 = parameters[:-1].reshape(3, hidden)
    h = 1 / (1 + np.exp(-(X * w1 + b1)))
    return np.mean((h @ w2 + parameters[-1] - Y[:, 0]) ** 2)


def test_examples_in_the_docstrings_are_true():
    spec = importlib.util.spec_from_file_location(
        "regression", REFERENCE / "regression.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    failed, tried = doctest.testmod(module)

    assert (failed, tried >= 25) == (0, True)


def test_normal_equation_is_where_the_gradient_vanishes(lab):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 3)), rng.normal(size=(20, 1))
    A = np.column_stack([np.ones(20), X])

    w = lab["normal_equation"](X, y)

    np.testing.assert_allclose(A.T @ (A @ w - y[:, 0]), 0, atol=1e-12)


def test_one_step_with_all_rows_is_the_complex_step_gradient(lab):
    x, y = line_of_notebook(np.random.default_rng(1))

    snapshots, _ = lab["gd_line"](x, y, a0=0.2, b0=-0.3, lr=0.01, epochs=1, keep=(1,))

    gradient = complex_step_gradient(
        lambda theta: mean_square(theta, x, y), np.array([0.2, -0.3])
    )
    expected = np.array([0.2, -0.3]) - 0.01 * gradient
    np.testing.assert_allclose(snapshots[1], expected, rtol=1e-12)


def test_thousand_epochs_end_where_the_notebook_says(lab):
    ends = []
    for seed in range(60):
        x, y = line_of_notebook(np.random.default_rng(seed))
        snapshots, costs = lab["gd_line"](x, y)
        ends.append((*snapshots[1000], costs[0], costs[-1]))

    # medians of 2,000 seeds: a 0.492, b 0.555, cost from 28.6 to 0.062
    a, b, first, last = np.median(ends, axis=0)
    assert a == pytest.approx(0.492, abs=0.004)
    assert b == pytest.approx(0.555, abs=0.02)
    assert first == pytest.approx(28.6, abs=2)
    assert last == pytest.approx(0.062, abs=0.004)


@pytest.mark.parametrize(
    ("factor", "falls"), [(0.99, True), (1.01, False)], ids=["below", "above"]
)
def test_largest_stable_learning_rate_divides_falling_from_growing(lab, factor, falls):
    x, y = line_of_notebook(np.random.default_rng(2))
    limit = lab["max_stable_lr"](x[:, None])

    _, costs = lab["gd_line"](x, y, lr=factor * limit, epochs=2000)

    assert (costs[-1] < costs[0]) == falls
    assert lab["answers"]()["above_limit"] == "grows"


@pytest.mark.parametrize(
    ("lo", "hi", "steep", "flat"),
    [(1, 10, 75.6, 0.357), (0, 1, 2.54, 0.13)],
    ids=["listing", "text"],
)
def test_curvatures_of_the_handout_are_true(lo, hi, steep, flat):
    mean, square = (lo + hi) / 2, (hi**3 - lo**3) / (3 * (hi - lo))

    eigenvalues = np.linalg.eigvalsh(2 * np.array([[1, mean], [mean, square]]))

    assert eigenvalues == pytest.approx([flat, steep], rel=0.02)


def test_scale_of_the_cost_divides_the_limit(lab):
    X = np.random.default_rng(3).uniform(1, 10, size=(100, 1))
    A = np.column_stack([np.ones(100), X])
    limit = lab["max_stable_lr"](X)

    summed = 2 / np.linalg.eigvalsh(2 * A.T @ A)[-1]
    halved = 2 / np.linalg.eigvalsh(A.T @ A / 100)[-1]

    answers = lab["answers"]()
    assert summed / limit == pytest.approx(answers["sum_of_100"])
    assert halved / limit == pytest.approx(answers["half_cost"])


@pytest.mark.parametrize("hidden", [1, 3, 5])
def test_sine_step_is_the_complex_step_gradient(lab, hidden):
    X, Y = lab["make_sine"](N=9, seed=hidden)
    before, after = (lab["train_sine"](X, Y, hidden, 0.2, k, seed=4) for k in (0, 1))
    start, end = (
        np.concatenate([p[name].ravel() for name in ("w1", "b1", "w2", "b2")])
        for p in (before, after)
    )

    gradient = complex_step_gradient(lambda p: network_error(p, X, Y), start)

    assert relative_error((start - end) / 0.2, gradient) <= 1e-12


def test_points_of_the_checks_are_those_of_the_handout(loaded):
    handout = {"T1": 6, "T2": 10, "T3": 16, "T4": 14, "T5": 8}
    handout |= {"T6": 6, "T7": 16, "T8": 6, "T9": 8, "T10": 10}

    assert {task.id: task.points for task in loaded.lab.tasks} == handout
    for task, points in handout.items():
        assert sum(c.points for c in loaded.hidden if c.task == task) == points


@pytest.mark.parametrize("seed", range(1, 6))
def test_solution_passes_whatever_is_drawn(judge, checks, lab, seed):
    verdicts = judge(lab, checks(), seed=seed)

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


def test_solution_passes_the_public_checks(judge, loaded, lab):
    public = [check for check in loaded.public if check.task != "T9"]

    verdicts = judge(lab, public)

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


def test_empty_stub_gets_nothing(judge, loaded, stub):
    verdicts = judge(stub, loaded.hidden, source="def sgd_line_tf(): pass")

    passed = {n for n, v in verdicts.items() if v.credit > 0}
    assert passed == set()


def test_mistake_is_seen_and_named_without_any_training(judge, loaded, checks, mutant):
    mistake, names = mutant
    parts = (mistake, *mistake.together_with)
    tasks = {loaded.lab.task_of(part.replaces).id for part in parts}

    verdicts = judge(names, checks(*tasks))

    told = {v.diagnosis.mistake for v in verdicts.values() if v.diagnosis}
    assert all(verdicts[name].credit < 1 for name in mistake.fails if name in verdicts)
    assert any(verdict.credit < 1 for verdict in verdicts.values())
    assert not mistake.named or told & {part.name for part in parts}


SAMPLERS = {
    "with-replacement": "rng.integers(len(X), size=batch)",
    "without-replacement": "rng.choice(len(X), batch, replace=False)",
    "a-permutation-cut-short": "rng.permutation(len(X))[:batch]",
}


@pytest.mark.parametrize("sampler", SAMPLERS.values(), ids=SAMPLERS)
def test_any_way_to_draw_a_batch_is_right(judge, checks, with_code, sampler):
    names = with_code(f"""
def sgd_line(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    rng = np.random.default_rng(seed)
    k, b, history = float(k0), float(b0), []
    for step in range(1, steps + 1):
        rows = {sampler}
        residual = k * X[rows] + b - y[rows]
        dk, db = 2 * np.mean(residual * X[rows]), 2 * np.mean(residual)
        k, b = k - lr * dk, b - lr * db
        if step % 50 == 0:
            history.append((k, b))
    return k, b, history
""")

    verdicts = judge(names, checks("T3"))

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


@pytest.mark.parametrize("wrong", [2, 4], ids=["a-row-less", "a-row-more"])
def test_batch_of_another_size_is_noticed(judge, checks, with_code, wrong):
    names = with_code(f"""
def sgd_line(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0, right=sgd_line):
    return right(X, y, lr, steps, {wrong} if batch == 3 else batch, seed, k0, b0)
""")

    verdicts = judge(names, checks("T3"))

    assert verdicts["batches_are_drawn_anew"].outcome is Outcome.FAILED


def test_gradient_step_is_explained_by_one_batch_only(loaded):
    batches = module_of(loaded, "batches")
    rng = np.random.default_rng(5)
    points = rng.uniform(0.5, 1.5, size=(9, 1)), rng.uniform(-4, 4, size=(9, 1))
    every = list(itertools.combinations_with_replacement(range(9), 3))

    found = []
    for rows in every:
        x, y = (part[list(rows)].T for part in points)
        after = [float(v[0]) for v in batches.mean_gradient((0.3, -0.2), x, y, 0.2)]
        found.append(
            batches.explain(
                (0.3, -0.2), after, points, lr=0.2, batch=3, rules=batches.SOUND
            )
        )

    assert found == [("right", rows) for rows in every]


def test_what_is_no_line_reaches_no_gate(loaded):
    gate = next(g for g in loaded.gates if g.name == "distance_to_least_squares")

    for value in (([1.0], [2.0], []), None, (math.nan, 1.0, []), (1.0,)):
        student = InProcessStudent({"sgd_line": lambda *_a, v=value, **_k: v})
        measured = gate.measure(student, Draws(1, "regression"))

        assert all(map(math.isnan, measured.values()))


def test_calibrated_gates_fail_a_right_solution_less_than_once_in_10000(loaded):
    bounds = {
        gate.name: gate.calibrations["any"].false_fail_bound(
            gate.conditions("any"), attempts=gate.attempts
        )
        for gate in loaded.gates
    }

    assert len(bounds) == 3
    assert max(bounds.values()) <= LARGEST_FALSE_FAIL


def test_calibration_is_of_several_styles():
    text = (REFERENCE / "calibration.json").read_text(encoding="utf-8")
    gates = json.loads(text)["gates"]

    assert {len(runs["any"]["styles"]) >= 5 for runs in gates.values()} == {True}


TF1 = """
import tensorflow.compat.v1 as tf

def sgd_line_tf(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    with tf.Session() as sess:
        return sess.run(train)
"""
HIDDEN_TF1 = """
import tensorflow as tf

def helper():
    return tf.compat.v1.Session()

def sgd_line_tf(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    return helper()
"""
NUMPY = """
import tensorflow as tf

def sgd_line_tf(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    # tensorflow is not needed for a line
    return sgd_line(X, y, lr, steps, batch, seed)[:2]
"""
IMPORTED_ONLY = """
def sgd_line_tf(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    import tensorflow as tf

    return sgd_line(X, y, lr, steps, batch, seed)[:2]
"""
TF2 = '''
"""Not tf.compat.v1: that had Session and placeholder."""
import tensorflow as tf

def sgd_line_tf(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    # tf.compat.v1.Session is not needed
    with tf.GradientTape() as tape:
        return 0.0, 0.0
'''
KERAS = """
from keras.layers import Dense

def model():
    return Dense(1)

def sgd_line_tf(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    return model().get_weights()
"""


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        pytest.param(TF1, Outcome.FAILED, id="compat-v1"),
        pytest.param(HIDDEN_TF1, Outcome.FAILED, id="compat-v1-in-a-helper"),
        pytest.param(NUMPY, Outcome.FAILED, id="numpy-only"),
        pytest.param(IMPORTED_ONLY, Outcome.FAILED, id="imported-but-unused"),
        pytest.param(TF2, Outcome.PASSED, id="named-in-comments-only"),
        pytest.param(KERAS, Outcome.PASSED, id="keras-in-a-helper"),
    ],
)
def test_text_tells_tensorflow_2_from_1_and_from_none(judge, loaded, source, outcome):
    check = [c for c in loaded.hidden if c.id == "tensorflow_2_is_used"]

    (verdict,) = judge({"sgd_line_tf": None}, check, source=source).values()

    assert verdict.outcome is outcome


def test_hard_coded_line_is_no_fit(judge, checks, with_code):
    names = with_code("""
def sgd_line(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    return 2.0, 1.0, np.ones((steps // 50, 2)) * [2.0, 1.0]
""")

    verdicts = judge(names, checks("T3"))

    assert sum(verdict.credit for verdict in verdicts.values()) == 0


def test_weights_brought_along_are_not_trained(judge, loaded, with_code):
    names = with_code("""
def train_sine(X, Y, hidden=3, lr=0.25, steps=10000, seed=0, right=train_sine):
    return right(*make_sine(), hidden)
""")
    check = [c for c in loaded.hidden if c.id == "sine_is_learned"]

    (verdict,) = judge(names, check).values()

    assert verdict.credit == 0
    assert "other targets" in verdict.feedback


@pytest.mark.parametrize("make", ["make_line", "make_sine"])
def test_evenly_spaced_points_are_not_drawn(judge, checks, lab, make):
    task, check = {
        "make_line": ("T1", "x_is_uniform"),
        "make_sine": ("T7", "sine_points_are_about_the_sine"),
    }[make]

    def spaced(n=9, lo=-1, hi=1, *, N=None, k=2, b=1, sigma=1, seed=0):
        rng = np.random.default_rng(seed)
        X = np.linspace(lo, hi, N or n).reshape(-1, 1)
        truth = np.sin(np.pi * X) if N else k * X + b
        return X, truth + rng.normal(0, sigma, X.shape)

    verdicts = judge({**lab, make: spaced}, checks(task))

    assert verdicts[check].credit < 1


def test_two_lines_that_look_alike_have_titles_of_their_own(judge, checks, lab):
    # with this seed two of the five lines are closer than a reader can see
    verdicts = judge(lab, checks("T10"), seed=13)

    assert verdicts["snapshots_and_cost_are_drawn"].outcome is Outcome.PASSED


def test_hidden_feedback_shows_no_inputs_and_no_expected_values(
    judge, checks, with_code
):
    names = with_code("""
def normal_equation(X, y):
    return np.zeros(X.shape[1] + 1)
""")

    verdict = judge(names, checks("T2"))["weights_are_of_least_squares"]

    assert verdict.example is not None
    assert "." not in verdict.feedback.rstrip(".")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(None, id="nothing"),
        pytest.param("text", id="text"),
        pytest.param([], id="empty"),
        pytest.param({}, id="empty-dict"),
        pytest.param({"w1": 1, "b1": None}, id="parts-of-another-kind"),
        pytest.param([{"0": [], "x": "y"}, ["a"]], id="nested-nonsense"),
        pytest.param([{"0": [1, 2]}, [math.nan]], id="nan"),
        pytest.param([math.nan, math.inf, []], id="infinite-line"),
        pytest.param(float("nan"), id="nan-alone"),
        pytest.param(np.zeros((0, 2)), id="no-rows"),
        pytest.param(True, id="true"),
    ],
)
def test_nonsense_fails_and_never_breaks_a_check(judge, loaded, answer):
    functions = [name for task in loaded.lab.tasks for name in task.functions]
    names = {name: lambda *_args, **_kwargs: answer for name in functions}

    verdicts = judge(names, loaded.hidden) | judge(names, loaded.public)

    passed = {name for name, v in verdicts.items() if v.outcome is Outcome.PASSED}
    assert passed == set()
