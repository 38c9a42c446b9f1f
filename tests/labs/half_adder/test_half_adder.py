import doctest
import importlib.util
import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest

from grader.domain.verdict import Outcome
from grader.numerics import complex_step_gradient

REFERENCE = Path(__file__).parents[3] / "reference" / "half_adder"
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([0.0, 1.0, 1.0, 0.0])
SUM_CARRY = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
BITS = list(itertools.product((0, 1), repeat=2))


@pytest.fixture(scope="module")
def lab():
    path = REFERENCE / "half_adder.py"
    spec = importlib.util.spec_from_file_location("half_adder", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def calibration():
    return json.loads((REFERENCE / "calibration.json").read_text(encoding="utf-8"))


def network(X, w1, w2):
    """The network for complex numbers and for many runs at once, biases last."""
    ones = np.ones((*X.shape[:-1], 1))
    h = 1 / (1 + np.exp(-(np.concatenate([X, ones], axis=-1) @ w1)))
    h1 = np.concatenate([h, np.ones((*h.shape[:-1], 1))], axis=-1)
    return h1, 1 / (1 + np.exp(-(h1 @ w2)))


def summed(y, o):
    return -np.sum(y * np.log(o) + (1 - y) * np.log(1 - o))


def many_runs(lab, seeds, y, *, lr, steps, hidden):
    """Gradient descent of many runs at once; returns outputs (runs, 4, M)."""
    starts = [lab.start(seed, hidden, y.shape[1]) for seed in seeds]
    w1 = np.array([p["w1"] for p in starts])
    w2 = np.array([p["w2"].reshape(hidden + 1, -1) for p in starts])
    X1 = np.column_stack([X, np.ones(4)])
    for _ in range(steps):
        h1, o = network(X, w1, w2)
        h = h1[..., :-1]
        dh = (o - y) @ np.swapaxes(w2[:, :-1], 1, 2)
        w1, w2 = (
            w1 - lr * X1.T @ (dh * h * (1 - h)),
            w2 - lr * np.swapaxes(h1, 1, 2) @ (o - y),
        )
    return network(X, w1, w2)[1]


def work(outputs, y):
    return np.abs(outputs - y).max(axis=(1, 2)) < 0.1


def test_examples_in_the_docstrings_are_true(lab):
    failed, tried = doctest.testmod(lab)

    assert (failed, tried >= 15) == (0, True)


def test_half_adder_adds_two_bits(lab):
    for a, b in BITS:
        total, carry = lab.half_adder_nand(a, b)

        assert 2 * carry + total == a + b


def test_five_gates_are_called(lab, monkeypatch):
    calls = []
    real = lab.nand
    monkeypatch.setattr(lab, "nand", lambda a, b: calls.append(0) or real(a, b))

    lab.half_adder_nand(1, 1)

    assert len(calls) == lab.count_nands() == 5


def test_network_by_hand_computes_xor_with_room_on_both_sides(lab):
    W1, b1, w2, b2 = lab.xor_network()
    z1 = X @ W1 + b1
    z2 = (z1 > 0) @ w2 + b2

    assert ((z2 > 0) == XOR).all()
    assert min(np.abs(z1).min(), np.abs(z2).min()) == 0.5


@pytest.mark.parametrize("outputs", [1, 2, 3])
@pytest.mark.parametrize(("n", "hidden"), [(1, 2), (5, 3), (7, 5)])
def test_grads_is_the_complex_step_derivative(lab, n, hidden, outputs):
    rng = np.random.default_rng(n)
    p = lab.start(n, hidden, outputs)
    inputs = rng.normal(size=(n, 2))
    y = rng.integers(0, 2, size=n if outputs == 1 else (n, outputs)).astype(float)

    g = lab.grads(inputs, y, p)

    for name, other in (("w1", "w2"), ("w2", "w1")):

        def loss(w, name=name, other=other):
            weights = {name: w, other: p[other]}
            return summed(y, network(inputs, weights["w1"], weights["w2"])[1])

        expected = complex_step_gradient(loss, p[name])
        assert g[name].shape == p[name].shape
        np.testing.assert_allclose(g[name], expected, rtol=1e-12, atol=1e-14)


def test_one_run_is_the_same_as_in_many_at_once(lab):
    p, _ = lab.train_xor(lr=0.7, steps=300, seed=4)
    outputs = many_runs(lab, [4], XOR[:, None], lr=0.7, steps=300, hidden=2)

    np.testing.assert_allclose(lab.forward(X, p), outputs[0, :, 0], atol=1e-10)


def test_seven_of_ten_runs_work(lab, calibration):
    setting = calibration["success_rate"]
    outputs = many_runs(
        lab,
        range(400),
        XOR[:, None],
        lr=setting["lr"],
        steps=setting["steps"],
        hidden=2,
    )

    # three standard deviations of 400 runs about the rate of 20,000
    rate = work(outputs, XOR[:, None]).mean()
    assert rate == pytest.approx(setting["measured_rate"], abs=0.07)


def test_most_stuck_runs_stay_at_two_ln_two(lab):
    outputs = many_runs(lab, range(200), XOR[:, None], lr=1.0, steps=3000, hidden=2)
    stuck = outputs[~work(outputs, XOR[:, None])]
    losses = np.array([summed(XOR[:, None], o) for o in stuck])

    at_two_ln_two = np.abs(losses - lab.answers()["stuck_loss"]) < 0.02
    assert 40 <= len(stuck) <= 80
    assert at_two_ln_two.mean() > 0.8


def test_a_quarter_of_the_step_is_the_mean(lab):
    lr = lab.answers()["mean_lr"]
    p = lab.start(0)
    g = lab.grads(X, XOR, p)

    for name in p:
        np.testing.assert_allclose(lr * g[name] / 4, 0.1 * g[name])


def test_six_restarts_are_the_fewest(lab):
    restarts = lab.answers()["restarts"]

    assert 0.3**restarts < 0.001 <= 0.3 ** (restarts - 1)


def test_eight_hidden_neurons_always_work(lab):
    outputs = many_runs(lab, range(200), XOR[:, None], lr=0.5, steps=1000, hidden=8)

    assert work(outputs, XOR[:, None]).all()


def test_loss_falls_from_every_start(lab):
    for seed in range(100):
        _, losses = lab.train_xor(lr=0.1, steps=200, seed=seed)

        assert losses[-1] < losses[0]


def test_success_window_fails_a_right_function_once_in_25000(calibration):
    setting = calibration["success_rate"]
    n, low, high = setting["n_runs"], setting["least"], setting["most"]

    def outside(rate):
        inside = sum(
            math.comb(n, k) * rate**k * (1 - rate) ** (n - k)
            for k in range(low, high + 1)
        )
        return 1 - inside

    # both ends of the rate's confidence interval
    assert max(map(outside, setting["rate_interval_95"])) <= setting["false_fail_bound"]


def test_single_runs_get_stuck_from_all_unlucky_seeds(lab, calibration):
    seeds = calibration["reliable"]["stuck_seeds"]
    outputs = many_runs(lab, seeds, XOR[:, None], lr=1.0, steps=1000, hidden=2)

    assert len(set(seeds)) == 120
    assert not work(outputs, XOR[:, None]).any()


@pytest.mark.parametrize(("fate", "works"), [("work", True), ("stick", False)])
def test_starts_of_the_half_adder_are_what_they_are_said_to_be(
    lab, calibration, fate, works
):
    setting = calibration["half_adder"]
    seeds = setting[f"seeds_where_two_hidden_{fate}"]
    four, two = (
        many_runs(
            lab, seeds, SUM_CARRY, lr=setting["lr"], steps=setting["steps"], hidden=h
        )
        for h in (setting["hidden"], 2)
    )

    assert work(four, SUM_CARRY).all()
    assert (work(two, SUM_CARRY) == works).all()


def test_points_of_the_checks_are_those_of_the_handout(loaded):
    handout = {"T1": 6, "T2": 14, "T3": 12, "T4": 10, "T5": 18}
    handout |= {"T6": 10, "T7": 8, "T8": 8, "T9": 8, "T10": 6}

    assert {task.id: task.points for task in loaded.lab.tasks} == handout
    for task, points in handout.items():
        assert sum(c.points for c in loaded.hidden if c.task == task) == points


@pytest.mark.parametrize("seed", range(1, 4))
def test_solution_gets_full_marks_whatever_is_drawn(desk, seed):
    verdicts = desk.hidden(desk.solution, seed=seed)

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


def test_solution_passes_the_public_checks(desk):
    verdicts = desk.public(desk.solution)

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


def test_empty_stub_gets_nothing(desk, stub):
    verdicts = desk.hidden(stub) | desk.public(stub)

    assert {v.outcome for v in verdicts.values()} == {
        Outcome.NOT_ATTEMPTED,
        Outcome.SKIPPED,
    }


def test_honest_variant_gets_full_marks(desk, variant):
    verdicts = desk.hidden(variant)

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


def test_honest_variant_passes_the_public_checks(desk, variant):
    verdicts = desk.public(variant)

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


def test_mistake_loses_points_where_it_says_and_is_named(desk, loaded, mutant):
    mistake, names = mutant
    parts = (mistake, *mistake.together_with)
    tasks = {loaded.lab.task_of(part.replaces).id for part in parts}

    verdicts = desk.hidden(names, tasks=tasks)

    missing = {name: 1 - verdict.credit for name, verdict in verdicts.items()}
    told = {v.diagnosis.mistake for v in verdicts.values() if v.diagnosis}
    assert all(missing[name] > 0 for name in mistake.fails)
    assert not mistake.named or told & {part.name for part in parts}
    if mistake.score is not None:
        points = {check.id: check.points for check in loaded.hidden}
        lost = sum(points[name] * share for name, share in missing.items())
        assert 100 - lost == pytest.approx(mistake.score, abs=3)


LOOKUP = """
def half_adder_nand(a, b):
    return {(0, 0): (0, 0), (0, 1): (1, 0), (1, 0): (1, 0), (1, 1): (0, 1)}[a, b]
"""
ARITHMETIC = """
def half_adder_nand(a, b):
    return (a + b) % 2, (a + b) // 2
"""
CONSTANTS = """
def half_adder_nand(a, b):
    return 0, 1
"""
BEHIND_A_GATE = """
def half_adder_nand(a, b):
    return nand(int(a == b), 1), nand(nand(a, b), 1)
"""
BRANCHES = """
def half_adder_nand(a, b):
    if a:
        return nand(b, 1), nand(nand(a, b), 1)
    return nand(nand(b, 1), 1), nand(1, 1)
"""


@pytest.mark.parametrize(
    "adder",
    [
        pytest.param(LOOKUP, id="lookup"),
        pytest.param(ARITHMETIC, id="arithmetic"),
        pytest.param(CONSTANTS, id="constants"),
        pytest.param(BEHIND_A_GATE, id="comparison-behind-a-gate"),
        pytest.param(BRANCHES, id="branches"),
    ],
)
def test_half_adder_that_is_no_circuit_earns_nothing(desk, adder):
    verdicts = desk.hidden(desk.with_code(adder), tasks={"T2"})

    assert [verdict.credit for verdict in verdicts.values()] == [0, 0, 0]


def test_gradient_that_writes_into_its_input_earns_half(desk):
    names = desk.with_code("""
def grads(X, y, p, right=grads):
    g = right(X, y, p)
    p["w1"] -= g["w1"]
    return g
""")

    verdicts = desk.hidden(names, tasks={"T5"})

    assert {verdict.credit for verdict in verdicts.values()} == {0.5}


def test_wrong_gradient_is_charged_once(desk):
    names = desk.with_code("""
def grads(X, y, p):
    return None
""")

    verdicts = desk.hidden(names)

    lost = {name for name, verdict in verdicts.items() if verdict.credit < 1}
    assert lost == {name for name in verdicts if name.startswith("grads_")}


def test_hard_coded_rate_is_noticed(desk):
    names = desk.with_code("""
def success_rate(n_runs, lr=0.1, steps=10000, seed=0):
    return round(0.7 * n_runs) / n_runs
""")

    verdict = desk.hidden(names, tasks={"T7"})["success_rate_counts_the_stuck_runs"]

    assert verdict.outcome is Outcome.FAILED


def test_same_network_for_every_seed_is_not_trained(desk):
    names = desk.with_code("""
P = train_reliable(0)


def train_reliable(seed):
    return P
""")

    verdict = desk.hidden(names, tasks={"T8"})["train_reliable_always_works"]

    assert verdict.credit == 7 / 8


def test_lent_training_has_an_end(desk, loaded, monkeypatch):
    (check,) = (c for c in loaded.hidden if c.id == "train_reliable_always_works")
    assert check.run.__globals__["MOST_STEPS_LENT"] == 300_000
    monkeypatch.setitem(check.run.__globals__, "MOST_STEPS_LENT", 300)
    names = desk.with_code("""
def grads(X, y, p):
    return None


def train_reliable(seed):
    while True:
        train_xor(steps=100)
""")

    verdict = desk.hidden(names, tasks={"T5", "T8"})["train_reliable_always_works"]

    assert verdict.outcome is Outcome.RAISED
    assert "too many" in verdict.feedback


def test_hidden_feedback_shows_no_inputs_and_no_expected_values(desk):
    names = desk.with_code("""
def forward(X, p):
    return np.zeros(len(X))
""")

    verdict = desk.hidden(names, tasks={"T4"})["forward_is_two_sigmoid_layers"]

    assert verdict.example is not None
    assert "." not in verdict.feedback.rstrip(".")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(None, id="nothing"),
        pytest.param("text", id="text"),
        pytest.param([], id="empty"),
        pytest.param({}, id="empty-dict"),
        pytest.param({"w1": 1, "w2": None}, id="parts-of-another-kind"),
        pytest.param([{"w1": [], "w2": "x"}, ["a"]], id="nested-nonsense"),
        pytest.param(
            [{"w1": np.full((3, 2), np.nan), "w2": [np.inf] * 3}, 0], id="nan"
        ),
        pytest.param(float("nan"), id="nan-alone"),
        pytest.param(np.zeros((0, 2)), id="no-rows"),
        pytest.param(True, id="true"),
    ],
)
def test_nonsense_fails_and_never_breaks_a_check(desk, loaded, answer):
    functions = [name for task in loaded.lab.tasks for name in task.functions]
    names = {name: lambda *_args, **_kwargs: answer for name in functions}

    verdicts = desk.hidden(names) | desk.public(names)

    assert {
        name for name, v in verdicts.items() if v.outcome is Outcome.PASSED
    } == set()
