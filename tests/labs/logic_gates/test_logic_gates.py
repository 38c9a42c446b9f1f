import doctest
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, xlogy

from grader.domain.verdict import Outcome
from grader.numerics import complex_step_gradient

SOLUTION = Path(__file__).parents[3] / "reference" / "logic_gates" / "logic_gates.py"
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
OR, XOR = np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0])
AND = np.array([0, 0, 0, 1])


@pytest.fixture(scope="module")
def lab():
    spec = importlib.util.spec_from_file_location("logic_gates", SOLUTION)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_examples_in_the_docstrings_are_true(lab):
    failed, tried = doctest.testmod(lab)

    assert (failed, tried >= 15) == (0, True)


def test_sigmoid_is_scipys_expit(lab):
    z = np.concatenate([np.linspace(-800, 800, 2001), [-1e6, -1000.0, 1000.0, 1e6]])

    np.testing.assert_allclose(lab.sigmoid(z), expit(z), rtol=1e-14, atol=1e-300)


def test_bce_sum_is_the_negative_log_likelihood_of_bernoulli(lab):
    rng = np.random.default_rng(0)
    y, h = rng.integers(0, 2, 50), rng.uniform(0.01, 0.99, 50)

    expected = -np.sum(xlogy(y, h) + xlogy(1 - y, 1 - h))

    assert lab.bce_sum(y, h) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(("n", "d"), [(1, 2), (7, 3), (4, 4), (20, 2)])
def test_neuron_grad_is_the_complex_step_derivative(lab, n, d):
    rng = np.random.default_rng(n)
    inputs, y = rng.normal(size=(n, d)), rng.integers(0, 2, n)
    w, b = rng.normal(size=d), rng.normal()

    def loss(w, b):
        h = 1 / (1 + np.exp(-(inputs @ w + b)))
        return -np.sum(y * np.log(h) + (1 - y) * np.log(1 - h))

    dw, db = lab.neuron_grad(inputs, y, w, b)

    np.testing.assert_allclose(dw, complex_step_gradient(lambda v: loss(v, b), w))
    np.testing.assert_allclose(db, complex_step_gradient(lambda v: loss(w, v), b))


def test_doubling_the_data_doubles_the_gradient(lab):
    w, b = np.array([0.3, -0.7]), 0.2
    once = lab.neuron_grad(X, AND, w, b)
    twice = lab.neuron_grad(np.vstack([X, X]), np.tile(AND, 2), w, b)

    np.testing.assert_allclose(twice[0], 2 * once[0], rtol=1e-15)
    assert twice[1] == pytest.approx(2 * once[1], rel=1e-15)


def test_final_losses_of_fifty_seeds_are_within_the_calibrated_range(lab):
    # 5000 seeds: AND 0.1582 to 0.1798, OR 0.0854 to 0.1002
    losses = {"AND": [], "OR": []}
    for gate, found in losses.items():
        for seed in range(50):
            w, b, _ = lab.train_neuron(X, lab.TARGETS[gate], seed=seed)
            found.append(lab.bce_sum(lab.TARGETS[gate], lab.sigmoid(X @ w + b)))

    assert min(losses["AND"]) >= 0.158
    assert max(losses["AND"]) <= 0.180
    assert min(losses["OR"]) >= 0.085
    assert max(losses["OR"]) <= 0.1003


def test_xor_ends_at_four_ln_2_from_every_start(lab):
    for seed in range(20):
        w, b, losses = lab.train_neuron(X, XOR, seed=seed)

        assert losses[-1] == pytest.approx(4 * np.log(2), abs=1e-6)
        np.testing.assert_allclose(lab.sigmoid(X @ w + b), 0.5, atol=1e-6)


def test_losses_printed_in_the_notebook_are_of_our_distribution(lab):
    # Neural Network notebook, outputs for AND and OR after 1000 steps
    printed = {
        "AND": [0.00018774, 0.04835388, 0.04834665, 0.93218804],
        "OR": [0.05096343, 0.97954051, 0.97986888, 0.99997696],
    }

    loss = {g: lab.bce_sum(lab.TARGETS[g], np.array(h)) for g, h in printed.items()}

    assert 0.158 <= loss["AND"] <= 0.180
    assert 0.085 <= loss["OR"] <= 0.1003


def test_exactly_xor_and_xnor_are_not_separable(lab):
    tables = [np.array([a, b, c, d]) for a, b, c, d in np.ndindex(2, 2, 2, 2)]

    refused = [table.tolist() for table in tables if not lab.is_separable(table)]

    assert refused == [[0, 1, 1, 0], [1, 0, 0, 1]]


def test_only_the_time_counts_from_four_to_below_six(lab):
    only_time = [0, 0, 0, 0, 1, 1, 1, 1]

    assert lab.cinema_range() == (4, 6)
    assert [lab.cinema(t).tolist() == only_time for t in (3.9, 4, 5.9, 6)] == [
        False,
        True,
        True,
        False,
    ]


def test_points_of_the_checks_are_those_of_the_handout(loaded):
    handout = {"T1": 8, "T2": 12, "T3": 10, "T4": 12, "T5": 8}
    handout |= {"T6": 15, "T7": 20, "T8": 7, "T9": 8}

    assert {task.id: task.points for task in loaded.lab.tasks} == handout
    for task, points in handout.items():
        assert sum(c.points for c in loaded.hidden if c.task == task) == points


def test_solution_gets_full_marks(desk, reference):
    graded = desk.grade(reference)

    assert graded.lost == set()
    assert graded.score == 100


@pytest.mark.parametrize("seed", range(2, 12))
def test_full_marks_do_not_depend_on_the_draws(desk, reference, seed):
    assert desk.grade(reference, seed=seed).lost == set()


def test_empty_stub_gets_nothing(desk, stub):
    graded = desk.grade(stub)

    outcomes = {verdict.outcome for verdict in graded.verdicts.values()}
    assert outcomes == {Outcome.NOT_ATTEMPTED}
    assert graded.score == 0


def test_solution_passes_the_public_checks(desk, reference):
    verdicts = desk.public(reference)

    assert {
        name for name, v in verdicts.items() if v.outcome is not Outcome.PASSED
    } == set()


def test_stub_passes_no_public_check(desk, stub):
    verdicts = desk.public(stub)

    assert {v.outcome for v in verdicts.values()} == {Outcome.NOT_ATTEMPTED}


JUNK = {
    "nothing": None,
    "text": "0",
    "empty": [],
    "ragged": [[1, 2], [3]],
    "nan": np.nan,
    "complex": np.array([1j, 2.0]),
    "texts in a tuple": ("w", "b", "losses"),
    "nones in a tuple": (None, None, None),
    "nan weights": (np.full(2, np.nan), 0.0, np.zeros(1000)),
    "huge weights": (np.full(2, 1e300), 1e300, np.zeros(6)),
    "three weights": (np.ones(3), 0.0, np.zeros(6)),
    "dict": {"AND": 1, "dw": "x", "xor_loss_limit": None, "more_steps_help": "no"},
    "nested dict": {"AND": ([1, 1], {}), "OR": ((1,), 2), "NAND": [[1, 2], [3]]},
    "an object": object(),
}


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
def test_junk_earns_nothing_and_breaks_no_check(desk, reference, junk):
    names = {name for task in desk.loaded.lab.tasks for name in task.functions}
    namespace = reference | dict.fromkeys(names, lambda *_, **__: junk)

    graded = desk.grade(namespace)

    assert graded.score == 0


def test_honest_variant_gets_full_marks(desk, variant):
    graded = desk.grade(variant)

    assert {name: graded.verdicts[name].feedback for name in graded.lost} == {}


def test_honest_variant_passes_the_public_checks(desk, variant):
    verdicts = desk.public(variant)

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


def test_mistake_loses_points_where_it_says_and_nowhere_else(desk, mutant):
    mistake, namespace = mutant
    broken = {mistake.replaces, *(part.replaces for part in mistake.together_with)}
    tasks = {desk.loaded.lab.task_of(name).id for name in broken}

    graded = desk.grade(namespace)

    task_of = {check.id: check.task for check in desk.loaded.hidden}
    assert set(mistake.fails) <= graded.lost
    assert {task_of[name] for name in graded.lost} <= tasks
    if mistake.score is not None:
        assert graded.score == pytest.approx(mistake.score, abs=3)
    if mistake.named:
        assert mistake.name in graded.named
