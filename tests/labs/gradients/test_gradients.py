import doctest
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from grader.checks import Outcome
from grader.executors.bench import Bench, Job, Setup
from grader.intake import Found, read
from grader.numerics import complex_step_gradient, relative_error

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SIZES = [(7, 4, 3), (6, 2, 5), (4, 4, 4), (1, 3, 2)]
LN3 = np.log(3)


def exact(f, point):
    return complex_step_gradient(f, np.asarray(point, dtype=float))


def agree(mine, truth):
    return relative_error(np.asarray(mine, dtype=float), truth) <= 1e-12


@pytest.fixture(scope="module", params=SIZES, ids=str)
def drawn(request):
    """Draw X (N, D), labels of K classes (N,), and a generator for the rest."""
    n, d, k = request.param
    rng = np.random.default_rng(n * d * k)
    return rng.normal(size=(n, d)), rng.integers(0, k, size=n), k, rng


def test_examples_in_the_docstrings_are_true():
    path = ROOT / "reference" / "gradients" / "gradients.py"
    spec = importlib.util.spec_from_file_location("gradients", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    failed, tried = doctest.testmod(module)

    assert (failed, tried >= 15) == (0, True)


def test_numeric_grad_is_ten_digits_right_in_three_dimensions(lab):
    x = np.random.default_rng(0).normal(size=(2, 3, 2))

    mine = lab["numeric_grad"](lambda x: np.sum(np.sin(x)) + np.prod(x), x)

    assert relative_error(mine, np.cos(x) + np.prod(x) / x) <= 1e-9


def test_graph1_is_the_complex_step_derivative(lab):
    def f(p):
        return p[0] ** 2 + p[0] * p[1] + (p[0] + p[1]) ** 2

    for x, y in np.random.default_rng(1).normal(size=(5, 2)):
        value, dx, dy = lab["graph1"](x, y)

        assert value == pytest.approx(f((x, y)), rel=1e-15)
        assert agree([dx, dy], exact(f, [x, y]))


def test_exp_graph_is_the_complex_step_derivative(lab):
    def f(p):
        return 1 + np.exp(p[0] * p[1] + p[2])

    for point in np.random.default_rng(2).normal(size=(5, 3)):
        got = lab["exp_graph"](*point)

        assert agree([got["dx"], got["dw1"], got["dw0"]], exact(f, point))
        # b = a + w0 and c = exp(b), f = c + 1
        assert got["da"] == got["db"] == got["dw0"] == pytest.approx(got["f"] - 1)
        assert got["dc"] == 1


def test_numbers_printed_in_the_lecture_are_those_of_exp_graph_rounded(lab):
    got = lab["exp_graph"](1.0, 2.0, 1.0)

    assert got["db"] == pytest.approx(20.0855, abs=5e-5)
    assert got["dx"] == pytest.approx(40.1711, abs=5e-5)


def test_half_norm_sq_is_the_complex_step_derivative(lab, drawn):
    X, _, k, rng = drawn
    W = rng.normal(size=(X.shape[1], k))

    f, dX, dW = lab["half_norm_sq"](X, W)

    assert f == pytest.approx(np.sum((X @ W) ** 2) / 2, rel=1e-14)
    assert agree(dX, exact(lambda X: np.sum((X @ W) ** 2) / 2, X))
    assert agree(dW, exact(lambda W: np.sum((X @ W) ** 2) / 2, W))


def test_quadratic_cost_grad_is_the_complex_step_derivative(lab, drawn):
    a, labels, _, rng = drawn
    y = rng.normal(size=a.shape)

    mine = lab["quadratic_cost_grad"](a, y)

    truth = exact(lambda a: np.sum((y - a) ** 2) / (2 * len(labels)), a)
    assert agree(mine, truth)


def test_cost_without_half_and_mean_has_ten_times_the_gradient_for_five_samples(lab):
    rng = np.random.default_rng(3)
    a, y = rng.normal(size=(2, 5, 3))

    whole = exact(lambda a: np.sum((a - y) ** 2), a)

    factor = lab["answers"]()["q5_factor"]
    assert agree(factor * lab["quadratic_cost_grad"](a, y), whole)


def test_linreg_grad_is_the_complex_step_derivative(lab, drawn):
    X, _, _, rng = drawn
    y, w = rng.normal(size=len(X)), rng.normal(size=X.shape[1])

    mine = lab["linreg_grad"](X, y, w)

    assert agree(mine, exact(lambda w: np.mean((X @ w - y) ** 2) / 2, w))


def test_logreg_grad_is_the_complex_step_derivative(lab, drawn):
    X, labels, _, rng = drawn
    y, w = labels % 2, rng.normal(size=X.shape[1])

    def loss(w):
        h = 1 / (1 + np.exp(-(X @ w)))
        return -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))

    assert agree(lab["logreg_grad"](X, y, w), exact(loss, w))


def test_softmax_grad_is_the_complex_step_derivative(lab, drawn):
    X, y, k, rng = drawn
    W = rng.normal(size=(X.shape[1], k))

    def loss(W):
        P = np.exp(X @ W) / np.sum(np.exp(X @ W), axis=1, keepdims=True)
        return -np.mean(np.log(P[np.arange(len(y)), y]))

    assert agree(lab["softmax_grad"](X, y, W), exact(loss, W))


def test_softmax_gradient_of_two_classes_is_the_logistic_one(lab):
    rng = np.random.default_rng(4)
    X, y, W = rng.normal(size=(6, 3)), rng.integers(0, 2, 6), rng.normal(size=(3, 2))

    both = lab["softmax_grad"](X, y, W)

    assert agree(both[:, 1], lab["logreg_grad"](X, y, W[:, 1] - W[:, 0]))
    assert agree(both[:, 0], -both[:, 1])


def test_sigmoid_and_cross_entropy_are_the_complex_step_derivatives(lab):
    z = np.linspace(-6, 6, 13).reshape(1, 13)
    y = np.arange(13).reshape(1, 13) % 2

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def loss(z):
        return -np.sum(y * np.log(sigmoid(z)) + (1 - y) * np.log(1 - sigmoid(z)))

    assert agree(lab["sigmoid_prime"](z), exact(lambda z: np.sum(sigmoid(z)), z))
    assert agree(lab["ce_logit_grad"](z, y), exact(loss, z))


def test_large_logits_give_finite_gradients_without_a_warning(lab):
    z = np.array([-1000.0, -500.0, 500.0, 1000.0])
    X, y = z[:, None], np.array([0, 1, 0, 1])

    np.testing.assert_allclose(lab["ce_logit_grad"](z, y), [0, -1, 1, 0], atol=1e-200)
    np.testing.assert_allclose(lab["sigmoid_prime"](z), 0, atol=1e-200)
    assert lab["logreg_grad"](X, y, np.ones(1)) == pytest.approx([(500 + 500) / 4])
    assert np.isfinite(lab["softmax_grad"](X, y, np.eye(1, 2))).all()


@pytest.mark.parametrize(("d", "m", "k"), [(2, 2, 2), (3, 4, 2), (1, 5, 3), (4, 4, 4)])
def test_backprop_222_is_the_complex_step_derivative(lab, d, m, k):
    rng = np.random.default_rng(d * m * k)
    x, t = rng.normal(size=d), rng.uniform(size=k)
    W1, W2 = rng.normal(size=(d + 1, m)), rng.normal(size=(m + 1, k))

    def loss(W1, W2):
        h = 1 / (1 + np.exp(-(np.append(x, 1) @ W1)))
        o = 1 / (1 + np.exp(-(np.append(h, 1) @ W2)))
        return np.sum((t - o) ** 2) / 2

    L, dW1, dW2 = lab["backprop_222"](x, t, W1, W2)

    assert pytest.approx(loss(W1, W2), rel=1e-14) == L
    assert agree(dW1, exact(lambda W1: loss(W1, W2), W1))
    assert agree(dW2, exact(lambda W2: loss(W1, W2), W2))


@pytest.mark.parametrize(
    ("h", "hprime"),
    [
        pytest.param(np.tanh, lambda v: 1 - np.tanh(v) ** 2, id="tanh"),
        pytest.param(np.sin, np.cos, id="sine"),
        pytest.param(np.exp, np.exp, id="exponential"),
    ],
)
@pytest.mark.parametrize(("d", "m"), [(3, 4), (4, 2), (3, 3)])
def test_backprop_event_is_the_complex_step_derivative(lab, h, hprime, d, m):
    rng = np.random.default_rng(d * m)
    x, w1, w2 = rng.normal(size=d), rng.normal(size=(m, d + 1)), rng.normal(size=m + 1)

    def error(w1, w2):
        phi = h(w1 @ np.append(1, x))
        return (h(w2 @ np.append(1, phi)) - 1) ** 2 / 2

    E, dw1, dw2 = lab["backprop_event"](x, 1.0, w1, w2, h, hprime)

    assert pytest.approx(error(w1, w2), rel=1e-14) == E
    assert agree(dw1, exact(lambda w1: error(w1, w2), w1))
    assert agree(dw2, exact(lambda w2: error(w1, w2), w2))


def test_gap_shrinks_with_the_square_of_the_learning_rate(lab):
    # C = v^2 at 3: the gap is eta^2 (2 * 3)^2
    actual, promised = lab["gd_step_check"](
        lambda v: v[0] ** 2, lambda v: 2 * v, np.array([3.0])
    )

    np.testing.assert_allclose(actual - promised, 36 * lab["ETAS"] ** 2, atol=1e-14)


def test_answers_follow_from_calculation(lab):
    got = lab["answers"]()
    X, y = np.array([[1.0, 2.0], [1.0, -1.0]]), np.array([1, 0])

    def slope(z):
        return lab["sigmoid_prime"](np.array([z]))[0]

    second = (slope(LN3 + 1e-6) - slope(LN3 - 1e-6)) / 2e-6
    step = -0.4 * lab["logreg_grad"](X, y, np.zeros(2))

    assert got["q1_second"] == pytest.approx(second, rel=1e-6)
    assert got["q2_dL_dh"] * got["q2_dh_dz"] == pytest.approx(got["q2_dL_dz"])
    assert got["q2_dL_dz"] == pytest.approx(
        lab["ce_logit_grad"](np.log(4), 0), rel=1e-12
    )
    assert got["q4_w1"] == pytest.approx(step[1])


def test_points_of_the_checks_are_those_of_the_handout(loaded):
    points = [8, 8, 10, 8, 6, 18, 6, 14, 10, 6, 6]
    handout = {f"T{i}": number for i, number in enumerate(points, start=1)}

    assert {task.id: task.points for task in loaded.lab.tasks} == handout
    for task, number in handout.items():
        assert sum(c.points for c in loaded.hidden if c.task == task) == number


@pytest.mark.parametrize("seed", range(8))
def test_solution_gets_full_marks_whatever_the_draws(judge, loaded, lab, code, seed):
    graded = judge(lab, loaded.hidden, source=code, seed=seed)

    assert graded.lost == set()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def broken_cell(:\n", id="syntax-error"),
        pytest.param("(" * 5000, id="too-deep"),
        pytest.param("x = 1\n" * 200_000, id="too-long"),
    ],
)
def test_code_that_cant_be_read_is_judged_by_what_it_does(judge, loaded, lab, text):
    graded = judge(lab, loaded.hidden, source=text)

    assert graded.lost == set()


def test_solution_passes_the_public_checks(judge, loaded, lab, code):
    graded = judge(lab, loaded.public, source=code, mistakes=())

    assert {n: v.feedback for n, v in graded.verdicts.items() if v.credit < 1} == {}


def test_stub_is_not_attempted_anywhere(judge, loaded, stub):
    graded = judge(stub, (*loaded.public, *loaded.hidden))

    outcomes = {verdict.outcome for verdict in graded.verdicts.values()}
    assert outcomes == {Outcome.NOT_ATTEMPTED}


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="nothing"),
        pytest.param(0.0, id="zero"),
        pytest.param("B", id="text"),
        pytest.param([], id="empty-list"),
        pytest.param({}, id="empty-dict"),
        pytest.param({"f": None, "dc": "1", "q1_line": 3}, id="odd-dict"),
        pytest.param([1.0, 2.0, 3.0], id="three-numbers"),
        pytest.param([[1.0], [2.0, 3.0], None], id="ragged"),
        pytest.param(np.full((2, 3), np.nan), id="nan"),
        pytest.param(np.full(4, np.inf), id="infinite"),
        pytest.param(np.ones((3, 3), dtype=complex), id="complex"),
        pytest.param(lambda *_: 1, id="function"),
    ],
)
def test_nonsense_earns_nothing_and_breaks_no_check(judge, loaded, lab, value):
    functions = [name for task in loaded.lab.tasks for name in task.functions]
    nonsense = dict.fromkeys(functions, lambda *_, **__: value)

    graded = judge({**lab, **nonsense}, (*loaded.public, *loaded.hidden))

    assert graded.lost_points == 100


TAPE_BESIDE = """
import tensorflow as tf
with tf.GradientTape() as tape:
    W = tf.Variable([[0.1, 0.2], [0.3, 0.4]])
    X = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    L = tf.reduce_sum((X @ W) ** 2) / 2
def loss(w):
    with tf.GradientTape() as h:
        return h.gradient(w, w)
"""
ODD_TEXT = """
page = '\f \u2028 \\\\d'
def linreg_grad(X, y, w):
    return X.T @ (X @ w - y) / len(y)
"""
OWN_ENGINE = """
class autograd:
    def __init__(self, value):
        self.value = value
def linreg_grad(X, y, w):
    return X.T @ autograd(X @ w - y).value / len(y)
"""
TAPE_INSIDE = """
import tensorflow as tf
def slope(f, w):
    with tf.GradientTape() as tape:
        return tape.gradient(f(w), w)
def linreg_grad(X, y, w):
    return slope(lambda w: 0, w)
"""
TAPE_AS_DEFAULT = """
import tensorflow as tf
tape = tf.GradientTape
def linreg_grad(X, y, w, tape=tape):
    return tape
"""
OWN_NAME_FOR_A_LIBRARY = """
from jax import grad as slope
import autograd
def jax():
    return 0
def linreg_grad(X, y, w):
    return slope(autograd)(w)
"""
SCIPY = """
from scipy.differentiate import derivative
def linreg_grad(X, y, w):
    return derivative(None, w).df
"""


@pytest.mark.parametrize(
    "text", [TAPE_BESIDE, OWN_ENGINE, ODD_TEXT], ids=["tape", "engine", "odd-text"]
)
def test_library_beside_a_function_costs_nothing(judge, loaded, lab, code, text):
    graded = judge(lab, loaded.hidden, source=code + text)

    assert graded.lost == set()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TAPE_INSIDE, id="tape-in-a-helper"),
        pytest.param(TAPE_AS_DEFAULT, id="tape-as-a-default"),
        pytest.param(OWN_NAME_FOR_A_LIBRARY, id="imported-under-another-name"),
        pytest.param(SCIPY, id="scipy"),
    ],
)
def test_library_inside_a_function_costs_half(judge, loaded, lab, code, text):
    graded = judge(lab, loaded.hidden, source=code + text)

    assert graded.lost == {"linreg_grad_points_uphill", "linreg_grad_is_the_derivative"}
    assert graded.lost_points == 3
    assert graded.named == {"not_derived"}


def test_other_units_leave_a_formula_alone_and_break_differences(lab):
    rng = np.random.default_rng(5)
    X, y, w = rng.normal(size=(5, 3)), np.array([0, 1, 1, 0, 1]), rng.normal(size=3)

    def loss(w, X):
        return np.mean(np.logaddexp(0, X @ w) - y * (X @ w))

    # only loss and outputs stay: the gradient by w in units of 1e-9
    formula = lab["logreg_grad"](1e9 * X, y, w / 1e9) / 1e9
    steps = lab["numeric_grad"](lambda w: loss(w, 1e9 * X), w / 1e9) / 1e9

    truth = exact(lambda w: np.mean(np.log(1 + np.exp(X @ w)) - y * (X @ w)), w)
    assert relative_error(formula, truth) <= 1e-12
    assert not relative_error(steps, truth) <= 1e-2


def test_zeros_everywhere_earn_nothing_by_following_from_one_another(
    judge, loaded, lab
):
    keys = ("f", "dc", "db", "dw0", "da", "dw1", "dx")
    zeros = {**lab, "exp_graph": lambda *_: dict.fromkeys(keys, 0.0)}

    graded = judge(zeros, [c for c in loaded.hidden if c.task == "T3"])

    assert graded.lost_points == 10


def test_gap_that_is_the_same_on_every_hill_is_no_gap(judge, loaded, lab, names_of):
    drawn = names_of(
        "import numpy as np\n"
        "import matplotlib.pyplot as plt\n"
        "ETAS = 10.0 ** -np.arange(1, 7)\n"
        "def gd_step_check(cost, grad, v):\n"
        "    return ETAS**2, 0 * ETAS\n"
        "def plot_gd_step(cost, grad, v):\n"
        "    plt.loglog(ETAS, ETAS**2)\n"
        "    plt.xlabel('eta')\n"
        "    plt.ylabel('gap')\n"
        "    return plt.gcf()\n"
    )

    graded = judge({**lab, **drawn}, [c for c in loaded.hidden if c.task == "T10"])

    assert graded.lost_points == 6


def test_mistake_loses_its_points_and_is_named(judge, loaded, mutant):
    mistake, code, names = mutant
    broken = {mistake.replaces, *(part.replaces for part in mistake.together_with)}
    tasks = {loaded.lab.task_of(name).id for name in broken}
    tasks |= {check.task for check in loaded.hidden if check.id in mistake.fails}

    checks = [check for check in loaded.hidden if check.task in tasks]
    graded = judge(names, checks, source=code)

    assert set(mistake.fails) <= graded.lost
    if mistake.score is not None:
        assert 100 - graded.lost_points == pytest.approx(mistake.score, abs=3)
    if mistake.named:
        assert mistake.name in graded.named


def job_of(path):
    found = Found(student=path.stem, lab="gradients", path=path)
    return Job(path.stem, "gradients", path.name, lambda: read(found), seed=5)


def test_a_worker_that_nothing_confines_gives_an_honest_notebook_full_marks():
    path = HERE / "variants" / "notebook_with_scratch_cells.ipynb"

    with Bench(Setup(course=ROOT, isolation="process")) as bench:
        report = bench.grade(job_of(path))

    lost = {c.id: c.feedback for c in report.checks if c.outcome is not Outcome.PASSED}
    assert lost == {}
    assert report.score == 100


@pytest.mark.parametrize(
    "name", ["numeric_grad", "steps"], ids=["numeric_grad", "under-another-name"]
)
def test_gradients_by_differences_earn_half_of_t2_to_t9(bench, tmp_path, name):
    text = (HERE / "short_cuts" / "numeric_everywhere.py").read_text("utf-8")
    path = tmp_path / "gradients.py"
    alias = f"numeric_grad = {name}\n"
    path.write_text(text.replace("numeric_grad", name) + alias, encoding="utf-8")

    report = bench.grade(job_of(path))

    # under another name T7 looks derived: sigmoid' has no units
    tasks = {f"T{i}" for i in range(2, 10)} - ({"T7"} if name == "steps" else set())
    halved = [c for c in report.checks if c.task in tasks]
    halved = [c for c in halved if c.hidden and c.id != "answers_know_the_factor"]
    assert all(check.earned <= check.points / 2 for check in halved)
    assert {"not_derived"} == {c.diagnosis.mistake for c in halved if c.earned}
    # half of 79, and the answer to Q5 is right
    assert report.score == pytest.approx(60.5, abs=3)
