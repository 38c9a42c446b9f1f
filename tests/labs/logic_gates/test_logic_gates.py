import doctest
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, xlogy

from grader.checks import InProcessStudent
from grader.domain.verdict import Outcome
from grader.labs.mutants import mutant_of
from grader.labs.regions import solution_without_markers
from grader.numerics import complex_step_gradient

SOLUTION = Path(__file__).parents[3] / "reference" / "logic_gates" / "logic_gates.py"
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
OR, XOR = np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0])
AND = np.array([0, 0, 0, 1])


@pytest.fixture(scope="module")
def solved(loaded):
    """Return the solution's code, as a student would have written it."""
    return solution_without_markers(loaded.solution)


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


def test_final_losses_of_twenty_seeds_are_within_the_calibrated_range(lab):
    # 5000 seeds: AND 0.1582 to 0.1798, OR 0.0854 to 0.1002
    losses = {"AND": [], "OR": []}
    for gate, found in losses.items():
        for seed in range(20):
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


@pytest.mark.parametrize("seed", range(2, 5))
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
    "an integer beyond float": 10**400,
    "integers beyond float": (10**400, 1),
    "gates beyond float": {"AND": ([10**400, 1], 1), "OR": ([1, 1], 10**400)},
    "training beyond float": ([10**400, 1], 10**400, [10**400] * 20),
    "infinite": (np.full(2, np.inf), np.inf, np.full(1000, np.inf)),
    "single numbers": (np.array(1.0), np.array(2.0), np.array(3.0)),
    "unsigned": (np.ones(2, np.uint8), np.uint8(3), np.ones(20, np.uint8)),
    "bools": (np.ones(2, bool), np.True_, np.ones(20, bool)),
}


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
def test_junk_earns_nothing_and_breaks_no_check(desk, reference, junk):
    names = {name for task in desk.loaded.lab.tasks for name in task.functions}
    namespace = reference | dict.fromkeys(names, lambda *_, **__: junk)

    graded = desk.grade(namespace)
    desk.public(namespace)

    assert graded.score == 0


def test_lent_functions_take_lists_and_single_numbers(lab):
    rows, table = X.tolist(), AND.tolist()
    dw, db = lab.neuron_grad(rows, table, [0.0, 0.0], 0.0)

    assert [lab.step(-1), lab.step(0.0), lab.step(2.5)] == [0, 0, 1]
    assert lab.step([0, 3]).tolist() == [0, 1]
    assert lab.perceptron(rows, (1, 1), -1.5).tolist() == table
    assert lab.perceptron([1, 1], [1, 1], -1.5) == 1
    assert lab.sigmoid(0) == 0.5
    assert lab.sigmoid([0, 1000]).tolist() == [0.5, 1.0]
    assert lab.bce_sum([1, 0], [0.5, 0.5]) == pytest.approx(2 * np.log(2))
    assert (dw.tolist(), db) == ([0.0, 0.0], 1.0)
    assert len(lab.train_neuron(rows, table, steps=3)[2]) == 3


WRONG_IN_LISTS = """
def step(z):
    return [1 if value >= 0 else 0 for value in z]

def sigmoid(z):
    return [1 / (1 + math.exp(-value)) for value in z]
"""


def test_wrong_step_and_sigmoid_cost_once_in_code_of_lists(desk):
    path = Path(__file__).parent / "variants" / "loops_and_lists.py"
    code = path.read_text(encoding="utf-8") + WRONG_IN_LISTS

    graded = desk.grade(desk.namespace([(1, code)]))

    assert graded.lost == {"step_is_zero_at_zero", "sigmoid_survives_large_numbers"}


RANGE_BY_TRIAL = """
def cinema(threshold):
    return step([6 * t + 2 * p + 2 * c - threshold
                 for c in (0, 1) for p in (0, 1) for t in (0, 1)])

def cinema_range():
    good = [t for t in range(12) if cinema(t).tolist() == [0] * 4 + [1] * 4]
    return min(good), max(good) + 1
"""
ANSWER_BY_TRAINING = """
def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=2), rng.normal(), np.ones(steps)

def answers():
    losses = train_neuron(X, TARGETS["XOR"])[2]
    return {"xor_loss_limit": losses[-1], "more_steps_help": False}
"""
REGIONS_BY_PERCEPTRON = """
def perceptron(X, w, b):
    return step(X @ w)

def plot_gates():
    figure, panels = plt.subplots(1, 3)
    x1, x2 = np.meshgrid(*[np.linspace(-0.5, 1.5, 60)] * 2)
    for panel, gate in zip(panels, ("AND", "OR", "XOR"), strict=True):
        w, b, _ = train_neuron(X, TARGETS[gate])
        above = perceptron(np.column_stack([x1.ravel(), x2.ravel()]), w, b)
        panel.contourf(x1, x2, np.reshape(above, x1.shape), levels=[-0.5, 0.5, 1.5])
        panel.scatter(*X.T, c=TARGETS[gate], cmap="bwr")
        panel.set(title=gate, xlabel="x1", ylabel="x2")
    return figure
"""
SEPARABLE_BY_TRAINING = """
def neuron_grad(X, y, w, b):
    error = y - sigmoid(X @ w + b)
    return X.T @ error, error.sum()

def is_separable(y):
    w, b, _ = train_neuron(X, y)
    return bool(np.array_equal(perceptron(X, w, b), y))
"""
OPTION_OF_ITS_OWN = """
def predict_table(gate):
    w, b, _ = train_neuron(X, TARGETS[gate], verbose=True)
    return perceptron(X, w, b)
"""


@pytest.mark.parametrize(
    ("code", "lost"),
    [
        (RANGE_BY_TRIAL, {"T3": {"cinema_decides_all_eight_cases"}}),
        (ANSWER_BY_TRAINING, {"T8": set()}),
        (REGIONS_BY_PERCEPTRON, {"T9": set()}),
        (SEPARABLE_BY_TRAINING, {"T7": set(), "T8": set()}),
        (OPTION_OF_ITS_OWN, {"T8": set()}),
    ],
)
def test_later_functions_work_with_what_is_lent(desk, loaded, solved, code, lost):
    graded = desk.grade(desk.namespace([(1, f"{solved}\n{code}")]))

    task_of = {check.id: check.task for check in loaded.hidden}
    for task, names in lost.items():
        assert {name for name in graded.lost if task_of[name] == task} == names


STORED = """
def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    known = {1: ([5.5, 5.5], -8.3), 2: ([0, 0], 0.0), 3: ([6, 6], -2.5)}
    w, b = known[int(np.sum(y))]
    w = np.resize(w, X.shape[1])
    start = np.random.default_rng(seed).normal(size=X.shape[1])
    way = steps / 1000
    return RESULT, np.linspace(3, 0.2, steps)
"""


@pytest.mark.parametrize(
    ("result", "most"),
    # random starts from seeds are 2 points, one invented loss a step and their fall 1
    # each, and a neuron that always says 0.5 is the best for XOR
    [
        ("np.zeros(X.shape[1]), 0.0", 0),
        ("start, 0.5", 2),
        ("w + start / 1000 / steps, b", 6),
        ("way * w + (1 - way) * start, way * b", 6),
    ],
)
def test_training_that_is_made_up_earns_next_to_nothing(desk, solved, result, most):
    own = desk.namespace([(1, solved + STORED.replace("RESULT", result))])
    checks = [check for check in desk.loaded.hidden if check.task == "T7"]

    earned = {check.id: verdict_of(desk, own, check.id).credit for check in checks}

    assert earned["train_neuron_steps_downhill"] == 0
    assert earned["and_and_or_are_learned"] == 0
    assert sum(check.points * earned[check.id] for check in checks) <= most


BIASES_IN_ARRAYS = """
right, found = train_neuron, gates()

def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    w, b, losses = right(X, y, lr, steps, seed)
    return w, np.array([b]), losses

def gates():
    return {name: (w, [b]) for name, (w, b) in found.items()}
"""


def test_biases_of_shape_one_cost_one_point(desk, solved):
    graded = desk.grade(desk.namespace([(1, solved + BIASES_IN_ARRAYS)]))

    assert graded.lost == {"losses_belong_to_the_weights"}
    assert graded.score == 99
    assert graded.named == {"bias_in_an_array"}


@pytest.mark.parametrize(
    ("mistake", "name"),
    [
        ("bias_subtracted", "perceptron_example"),
        ("bias_forgotten", "perceptron_example"),
        ("gradient_of_a_linear_neuron", "neuron_grad_example"),
        ("perceptron_rule", "neuron_grad_example"),
        ("gradient_without_bias", "neuron_grad_example"),
    ],
)
def test_public_example_names_the_mistake_that_it_is(desk, loaded, mistake, name):
    known = next(one for one in loaded.mistakes if one.name == mistake)
    check = next(one for one in loaded.public if one.id == name)
    namespace = desk.namespace([(1, mutant_of(loaded.solution, known))])
    student = InProcessStudent(namespace, mistakes=loaded.mistakes, check_id=name)

    assert desk.run(check, student, seed=1).diagnosis.mistake == mistake


def verdict_of(desk, namespace, name):
    check = next(check for check in desk.loaded.hidden if check.id == name)
    return desk.run(check, InProcessStudent(namespace, check_id=name), seed=1)


@pytest.mark.parametrize(
    ("limit", "credit"),
    [(2.772, 1), (2.7726, 1), (2.773, 1), (2.77, 0.5), (2.8, 0.5)],
)
def test_four_digits_of_the_limit_are_enough(desk, limit, credit):
    answers = {"xor_loss_limit": limit, "more_steps_help": False}

    verdict = verdict_of(desk, {"answers": lambda: answers}, "xor_is_understood")

    assert verdict.credit == credit


def test_steps_without_effect_are_told_as_such(desk, reference):
    def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
        w, b, losses = reference["train_neuron"](X, y, lr, 1000, seed)
        return w, b, losses[:steps]

    own = {"train_neuron": train_neuron}

    assert "after 1." in verdict_of(desk, own, "and_and_or_are_learned").feedback
    assert verdict_of(desk, own, "xor_reaches_its_limit").credit == 1


def test_honest_variant_gets_full_marks(desk, variant):
    graded = desk.grade(variant)

    assert {name: graded.verdicts[name].feedback for name in graded.lost} == {}


def test_honest_variant_passes_the_public_checks(desk, variant):
    verdicts = desk.public(variant)

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


# `grader verify` asks the same in workers, but for "nowhere else"
@pytest.mark.slow
def test_mistake_loses_points_where_it_says_and_nowhere_else(desk, mutant):
    mistake, namespace = mutant
    broken = {mistake.replaces, *(part.replaces for part in mistake.together_with)}
    tasks = {desk.loaded.lab.task_of(name).id for name in broken}

    graded = desk.grade(namespace, known=desk.unaffected(mistake))

    task_of = {check.id: check.task for check in desk.loaded.hidden}
    assert set(mistake.fails) <= graded.lost
    assert {task_of[name] for name in graded.lost} <= tasks
    if mistake.score is not None:
        assert graded.score == pytest.approx(mistake.score, abs=3)
    if mistake.named:
        assert mistake.name in graded.named
