"""Hidden checks of lab 1. NOTES.md says how the points came about.

A student's value may be anything; where a check looks at it itself it goes through
`numbers` or `neuron` first, which return None for what is not what the task asks for.
"""

import itertools
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from grader.checks import (
    Diagnosis,
    Draws,
    Item,
    Mistake,
    StudentCode,
    StudentFunction,
    Verdict,
    check,
    figures,
    gradient,
    rubric,
    trace,
    values,
)

from . import logic_gates as solution

X, TARGETS = solution.X, solution.TARGETS
XOR_LIMIT = 4 * np.log(2)
# a student's own train_neuron, unless it is lent, calls the student's own gradient
ALL_BEFORE_T8 = (
    "step",
    "perceptron",
    "sigmoid",
    "bce_sum",
    "neuron_grad",
    "train_neuron",
)
# 2.772 and 2.773 are four digits of 2.7726
LIMIT_TOLERANCE = 6e-4
WRONG_SHAPES = (
    "train_neuron must return (w, b, losses): numbers, w as long as a row of X."
)


def floats(value: Any) -> np.ndarray | None:
    """Return real numbers, or nested lists of them, as floats; None if it is not that."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array.astype(float) if array.dtype.kind in "biuf" else None


def numbers(value: Any, shape: tuple[int, ...]) -> np.ndarray | None:
    """Return a value as finite floats of a shape, or None if it is something else."""
    array = floats(value)
    if array is None or array.shape != shape or not np.isfinite(array).all():
        return None
    return array


def neuron(value: Any, d: int = 2) -> tuple[np.ndarray, float] | None:
    """Return (w, b) of a value that starts with them, or None.

    A bias of shape (1,) is read as a number: `X @ w + b` is the same with it.
    """
    if not isinstance(value, list) or len(value) < 2:
        return None
    w, b = numbers(value[0], (d,)), _bias(value[1])
    return None if w is None or b is None else (w, b)


def _bias(value: Any) -> float | None:
    found = [numbers(value, shape) for shape in ((), (1,))]
    return next((one.item() for one in found if one is not None), None)


def cross_entropy(X: Any, y: Any, w: Any, b: Any) -> Any:
    """Return the summed cross-entropy from the weights, also for complex ones.

    log(1 + exp(z)) - y z, finite where log(1 - sigmoid(z)) is log(0).
    """
    z = X @ w + b
    return (
        np.sum(np.logaddexp(0, z) if np.isrealobj(z) else np.log1p(np.exp(z))) - y @ z
    )


def recognised(
    function: StudentFunction, agrees: Callable[[Mistake], bool]
) -> Diagnosis | None:
    """Return the diagnosis of the first known mistake that agrees with what was seen."""
    known = next((one for one in function.mistakes if agrees(one)), None)
    if known is None:
        return None
    return Diagnosis(mistake=known.name, says=known.says, concept=known.concept)


def examples(rng: Draws, n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw inputs (n, d) and targets (n,) of both classes."""
    y = rng.permutation(np.arange(n) % 2)
    return rng.normal(size=(n, d)), y


@check(task="T1", points=4)
def step_follows_the_sign(student: StudentCode, rng: Draws) -> Verdict:
    """The step is 1 above 0 and 0 below."""

    def draw(rng: Draws) -> tuple[np.ndarray]:
        return (rng.uniform(0.01, 3, size=200) * rng.choice([-1, 1], size=200),)

    return values(student.step, expect=solution.step, inputs=draw, rng=rng)


@check(task="T1", points=4)
def step_is_zero_at_zero(student: StudentCode, rng: Draws) -> Verdict:
    """The step of exactly 0 is 0."""
    z = np.array([-1.0, 0.0, 2.0, -0.0, 0.0, 1.0])
    return values(student.step, expect=solution.step, inputs=[(z,)])


@check(task="T2", points=10, uses="step")
def perceptron_is_the_step_of_its_sum(student: StudentCode, rng: Draws) -> Verdict:
    """A perceptron returns the step of X @ w + b, one output a row."""

    def draw(rng: Draws) -> tuple[np.ndarray, np.ndarray, float]:
        n, d = rng.integers(60, 90), rng.integers(2, 6)
        return rng.normal(size=(n, d)), rng.normal(size=d), float(rng.normal())

    return values(student.perceptron, expect=solution.perceptron, inputs=draw, rng=rng)


@check(task="T2", points=2, uses="step")
def perceptron_is_silent_at_zero(student: StudentCode, rng: Draws) -> Verdict:
    """A perceptron is silent where its weighted sum is exactly 0."""
    rows = np.array([[1.0, 1.0], [0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [-1.0, 0.0]])
    # sums 0, -1, -1, 1, -3 and 2, 3, 0, 1, 2: whole numbers, so nothing is rounded
    return values(
        student.perceptron,
        expect=solution.perceptron,
        inputs=[
            (rows, np.array([1.0, 1.0]), -2.0),
            (rows, np.array([-1.0, 2.0]), 1.0),
        ],
    )


@check(task="T3", points=6, uses=("step", "perceptron"))
def cinema_decides_all_eight_cases(student: StudentCode, rng: Draws) -> Verdict:
    """All eight cases are decided for any threshold, in binary order."""
    thresholds = [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, *rng.uniform(0, 10, size=6)]
    return values(
        student.cinema,
        expect=solution.cinema,
        inputs=[(float(threshold),) for threshold in thresholds],
    )


@check(task="T3", points=4, uses=("step", "perceptron", "cinema"))
def cinema_range_is_exact(student: StudentCode, rng: Draws) -> Verdict:
    """The range is the whole one, from lo inclusive to hi exclusive."""
    verdict = values(student.cinema_range, expect=solution.cinema_range, inputs=[()])
    ends = numbers(student.cinema_range(), (2,))
    right = [False, False] if ends is None else ends == solution.cinema_range()
    if verdict.credit == 1 or not any(right):
        return verdict
    return Verdict.failed(
        "One end of the range is right, the other one is not.",
        credit=0.5,
        diagnosis=verdict.diagnosis,
        example=verdict.example,
    )


@check(task="T4", points=12)
def gates_compute_their_truth_tables(student: StudentCode, rng: Draws) -> Verdict:
    """Each gate has its truth table, and no weighted sum is 0."""
    value = student.gates()
    found = _gates_found(value)
    items = []
    for gate in ("AND", "OR", "NAND", "NOR"):
        wrong = f"{gate}: there is no pair (w, b) of two weights and one number."
        if found[gate] is not None:
            wrong = f"{gate}: {4 - found[gate][0]} of the 4 outputs are wrong."
        right, clear = found[gate] or (0, False)
        items += [
            Item(2 / 12, right == 4, wrong, gate),
            # a table that is wrong has no line to speak of
            Item(1 / 12, right == 4 and clear, f"{gate}: a weighted sum is 0."),
        ]
    verdict = rubric(*items)
    if verdict.credit == 1:
        return verdict
    named = recognised(student.gates, lambda known: _gates_found(known()) == found)
    return verdict.model_copy(update={"diagnosis": named})


def _gates_found(value: Any) -> dict[str, tuple[int, bool] | None]:
    """Return for each gate how many rows are right and whether all sums are clear of 0."""
    found: dict[str, tuple[int, bool] | None] = {}
    for gate in ("AND", "OR", "NAND", "NOR"):
        pair = value.get(gate) if isinstance(value, dict) else None
        parameters = neuron(list(pair) if isinstance(pair, tuple) else pair)
        if parameters is None:
            found[gate] = None
            continue
        z = X @ parameters[0] + parameters[1]
        right = np.count_nonzero((z > 0) == TARGETS[gate])
        # 1e-6 tells 0 from a rounding error of weights such as 0.1 + 0.2 - 0.3
        found[gate] = int(right), bool(np.abs(z).min() >= 1e-6)
    return found


@check(task="T5", points=4)
def sigmoid_is_the_logistic_function(student: StudentCode, rng: Draws) -> Verdict:
    """The sigmoid is 1 / (1 + exp(-z))."""

    def draw(rng: Draws) -> tuple[np.ndarray]:
        return (rng.uniform(-8, 8, size=rng.integers(20, 40)),)

    return values(student.sigmoid, expect=solution.sigmoid, inputs=draw, rng=rng)


@check(task="T5", points=4)
def sigmoid_survives_large_numbers(student: StudentCode, rng: Draws) -> Verdict:
    """The sigmoid is right at 1000 and -1000, without a warning."""
    z = np.array([-1000.0, -750.0, 0.0, 750.0, 1000.0])
    reply = student.sigmoid.reply(z)
    value, truth = numbers(reply.value, z.shape), solution.sigmoid(z)
    warned = sorted({w for w in reply.warnings if w.startswith("RuntimeWarning")})
    right = value is not None and bool(np.abs(value - truth).max() <= 1e-6)
    if right and not warned:
        return Verdict.passed()
    seen = reply.value, warned
    return Verdict.failed(
        f"The values are right, but NumPy warns: {warned[0]}."
        if right
        else "The values for large numbers are not right.",
        diagnosis=recognised(
            student.sigmoid, lambda known: _alike(seen, _warnings_of(known, z))
        ),
    )


def _warnings_of(function: Any, z: np.ndarray) -> tuple[np.ndarray, list[str]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value = function(z)
    texts = {f"{one.category.__name__}: {one.message}" for one in caught}
    return value, sorted(text for text in texts if text.startswith("RuntimeWarning"))


def _alike(one: tuple[Any, list[str]], other: tuple[Any, list[str]]) -> bool:
    """Return whether two calls gave the same numbers, NaN included, and warnings."""
    mine, theirs = floats(one[0]), floats(other[0])
    if mine is None or theirs is None or mine.shape != theirs.shape:
        return False
    same = np.allclose(mine, theirs, rtol=0, atol=1e-8, equal_nan=True)
    return bool(same) and one[1] == other[1]


@check(task="T6", points=2)
def bce_sum_is_the_cross_entropy(student: StudentCode, rng: Draws) -> Verdict:
    """bce_sum is the cross-entropy, summed over the rows."""

    def draw(rng: Draws) -> tuple[np.ndarray, np.ndarray]:
        n = int(rng.integers(5, 12))
        _, y = examples(rng, n, 1)
        # log(h + 1e-8) is an honest guard; on these outputs it costs less than 1e-6
        return y, rng.uniform(0.05, 0.95, size=n)

    verdict = values(
        student.bce_sum, expect=solution.bce_sum, inputs=draw, rng=rng, tolerance=2e-6
    )
    named = verdict.diagnosis.mistake if verdict.diagnosis else ""
    if named not in {"mean_of_the_rows", "logarithm_to_base_two"}:
        return verdict
    return Verdict.failed(
        verdict.feedback,
        credit=0.5,
        diagnosis=verdict.diagnosis,
        example=verdict.example,
    )


def _gradient_cases() -> Iterator[tuple[int, int]]:
    """Yield numbers of rows and columns, again and again, with a square among them."""
    return itertools.cycle(((7, 3), (6, 2), (4, 4)))


@check(task="T6", points=6, uses="sigmoid")
def neuron_grad_points_uphill(student: StudentCode, rng: Draws) -> Verdict:
    """neuron_grad points in the direction in which the loss grows fastest."""
    weights, both, opposite = [], [], []
    for n, d in itertools.islice(_gradient_cases(), 3):
        X, y = examples(rng, n, d)
        w, b = rng.normal(size=d), float(rng.normal())
        truth = np.append(*solution.neuron_grad(X, y, w, b))
        mine = _joined(student.neuron_grad(X, y, w, b), d)
        if mine is None:
            return Verdict.failed(
                "neuron_grad must return (dw, db): as many numbers as w and one more."
            )
        weights.append(_parallel(mine[:d], truth[:d]))
        both.append(_parallel(mine, truth))
        opposite.append(_parallel(-mine, truth))
    wrong = "The direction of dw is not right."
    if all(opposite):
        wrong = "The gradient points exactly the other way, downhill."
    return rubric(
        Item(2 / 3, all(weights), wrong, "dw has the right direction"),
        Item(1 / 3, all(both), "db does not fit dw: is one of them scaled or missing?"),
    )


def _joined(value: Any, d: int) -> np.ndarray | None:
    """Return dw and db as one array, whatever their shapes; None if there are not d + 1."""
    if isinstance(value, dict):
        value = [value.get("dw"), value.get("db")]
    if not isinstance(value, list) or len(value) != 2:
        return None
    dw, db = floats(value[0]), floats(value[1])
    if dw is None or db is None:
        return None
    return numbers(np.append(dw, db), (d + 1,))


def _parallel(mine: np.ndarray, truth: np.ndarray) -> bool:
    """Return whether two vectors point the same way, whatever their lengths."""
    length = np.linalg.norm(mine)
    if not length > 0:
        return False
    gap = np.linalg.norm(mine / length - truth / np.linalg.norm(truth))
    # single precision costs 1e-6, the smallest mistake of mistakes.py 1e-2
    return bool(gap <= 1e-4)


@check(task="T6", points=7, uses="sigmoid")
def neuron_grad_is_the_derivative(student: StudentCode, rng: Draws) -> Verdict:
    """neuron_grad returns the gradient of the summed cross-entropy."""
    shapes = _gradient_cases()

    def draw(rng: Draws) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
        n, d = next(shapes)
        return *examples(rng, n, d), rng.normal(size=d), float(rng.normal())

    return gradient(
        student.neuron_grad,
        of=cross_entropy,
        wrt={"dw": 2, "db": 3},
        at=draw,
        rng=rng,
    )


@check(task="T7", points=6, uses=("sigmoid", "bce_sum", "neuron_grad"))
def train_neuron_steps_downhill(student: StudentCode, rng: Draws) -> Verdict:
    """Each training step moves w and b by lr against the summed gradient."""
    X, _ = examples(rng, 7, 3)
    # one line separates these targets: however long somebody trained, there is a
    # next step to look at
    scores = X @ rng.normal(size=3)
    y = (scores > np.median(scores)).astype(int)
    lr = 0.2

    def update(state: dict[str, Any]) -> dict[str, Any]:
        dw, db = solution.neuron_grad(X, y, state["w"], state["b"])
        return {"w": state["w"] - lr * dw, "b": state["b"] - lr * db}

    return trace(
        student.train_neuron,
        kwargs={"X": X, "y": y, "lr": lr, "seed": rng.student_seed()},
        counts=(1, 2, 3, 4),
        state=_state,
        step=update,
    )


def _state(value: Any) -> dict[str, Any]:
    """Return the parameters of a trained neuron, both in the precision of the weights.

    A float32 number arrives as a Python float and no longer says how precise it is.
    """
    w, b = value[0], value[1]
    single = isinstance(w, np.ndarray) and w.dtype == np.float32
    return {"w": w, "b": np.float32(b) if single and isinstance(b, float) else b}


@check(task="T7", points=4, uses=("sigmoid", "bce_sum", "neuron_grad"))
def losses_belong_to_the_weights(student: StudentCode, rng: Draws) -> Verdict:
    """There is one loss a step, that of the weights at that step, and it falls."""
    X, y = examples(rng, 7, 3)
    # 0.05 is below 2 / largest curvature for such inputs: every right step descends
    options = {"lr": 0.05, "seed": rng.student_seed()}
    runs = [student.train_neuron(X, y, steps=k, **options) for k in range(1, 7)]
    neurons = [neuron(value, 3) for value in runs]
    trained = [one for one in neurons if one is not None]
    if len(trained) == len(runs) == 6 and len(runs[-1]) == 3:
        after = np.array([cross_entropy(X, y, *one) for one in trained])
        single = all(numbers(value[1], ()) is not None for value in runs)
        verdict = _judged(numbers(runs[-1][2], (6,)), after, single=single)
    else:
        verdict = Verdict.failed(WRONG_SHAPES)
    if verdict.credit == 1:
        return verdict
    named = recognised(
        student.train_neuron,
        lambda known: _same_run(known(X, y, steps=6, **options), runs[-1]),
    )
    return _named(verdict, named)


def _judged(losses: np.ndarray | None, after: np.ndarray, *, single: bool) -> Verdict:
    """Return the verdict on recorded losses.

    Args:
        losses: As returned, (6,), or None if they are something else.
        after: The loss of the weights after 1 to 6 steps, (6,).
        single: Whether the bias is one number.
    """
    if after[0] == after[-1]:
        return Verdict.failed("The weights after 6 steps are those after 1.")
    recorded = np.full(6, np.nan) if losses is None else losses
    # recorded before each update, or after it: both are sound
    belongs = _close(recorded[1:], after[:-1]) or _close(recorded, after)
    falls = recorded[-1] < recorded[0] and after[-1] < after[0]
    return rubric(
        Item(
            0.25,
            losses is not None and single,
            "losses must be an array of shape (steps,): one number a step."
            if losses is None
            else "b must be one number, not an array of shape (1,).",
            "there is one loss a step",
        ),
        Item(
            0.5,
            belongs,
            "The losses are not the summed cross-entropy of the weights at their step.",
            "the losses belong to the weights",
        ),
        Item(0.25, falls, "The loss does not fall."),
    )


def _named(verdict: Verdict, diagnosis: Diagnosis | None) -> Verdict:
    return verdict.model_copy(update={"diagnosis": diagnosis})


def _same_run(theirs: Any, mine: Any) -> bool:
    """Return whether two trainings from one seed returned the same (w, b, losses)."""
    if not isinstance(mine, list) or len(mine) != 3:
        return False
    return all(
        a is not None
        and b is not None
        and a.shape == b.shape
        and np.allclose(a, b, rtol=0, atol=1e-8, equal_nan=True)
        for a, b in zip(map(floats, mine), map(floats, theirs), strict=True)
    )


def _close(mine: np.ndarray, truth: np.ndarray) -> bool:
    # an honest guard in the logarithm, or single precision, costs up to 1e-6
    return bool(np.abs(mine - truth).max() <= 1e-5 * np.abs(truth).max())


@check(task="T7", points=6, uses=("sigmoid", "bce_sum", "neuron_grad"))
def and_and_or_are_learned(student: StudentCode, rng: Draws) -> Verdict:
    """1000 steps of 0.1 bring the losses of AND and OR where they belong."""
    # 5000 seeds gave 0.158 to 0.180 and 0.085 to 0.100
    results = {
        "AND": _best_of_three(student, "AND", (0.10, 0.20), rng),
        "OR": _best_of_three(student, "OR", (0.0, 0.12), rng),
    }
    if any(neuron(result.value) is None for result in results.values()):
        return Verdict.failed(WRONG_SHAPES)
    if not all(result.moved for result in results.values()):
        return _named(
            Verdict.failed("After 3 steps the neuron is where it was after 1."),
            _same_mistake(student, results),
        )
    verdict = rubric(
        Item(
            1 / 3,
            all(result.learned for result in results.values()),
            "After training, not all outputs of AND and OR are right.",
            "the outputs of AND and OR are right",
        ),
        *(
            Item(1 / 3, result.reached, f"The final loss of {gate} is out of range.")
            for gate, result in results.items()
        ),
    )
    if verdict.credit == 1:
        return verdict
    return _named(verdict, _same_mistake(student, results))


class Training(NamedTuple):
    """What training on a gate came to, and its last run."""

    learned: bool
    reached: bool
    moved: bool
    inputs: np.ndarray
    seed: int
    value: Any


def _same_mistake(
    student: StudentCode, results: dict[str, Training]
) -> Diagnosis | None:
    """Return the known mistake that gives the first run that is not right."""
    gate, seen = next(
        (gate, one)
        for gate, one in results.items()
        if not (one.learned and one.reached and one.moved)
    )
    return recognised(
        student.train_neuron,
        lambda known: _same_run(
            known(seen.inputs, TARGETS[gate], seed=seen.seed), seen.value
        ),
    )


def _mirrored(rng: Draws) -> np.ndarray:
    """Return the inputs of the gates with -1 for 1 in one column, or in both.

    Training on them is the mirror image of training on X, N(0, 1) included, so every
    loss has the same distribution. Weights that are stored for X do not fit.
    """
    signs = [(-1, 1), (1, -1), (-1, -1)]
    return X * np.array(signs[int(rng.integers(3))])


def _best_of_three(
    student: StudentCode, gate: str, bounds: tuple[float, float], rng: Draws
) -> Training:
    """Train up to three times: one miss may be bad luck."""
    y = TARGETS[gate]
    learned = reached = moved = False
    for _ in range(3):
        inputs, seed = _mirrored(rng), rng.student_seed()
        value = student.train_neuron(inputs, y, seed=seed)
        end = neuron(value)
        if end is None:
            return Training(False, False, False, inputs, seed, value)
        moved = _moves(student, inputs, y, seed)
        learned |= np.array_equal(inputs @ end[0] + end[1] > 0, y == 1)
        reached |= bool(bounds[0] <= cross_entropy(inputs, y, *end) <= bounds[1])
        if not moved or (learned and reached):
            break
    return Training(learned, reached, moved, inputs, seed, value)


def _moves(student: StudentCode, inputs: np.ndarray, y: np.ndarray, seed: int) -> bool:
    """Return whether three steps lead elsewhere than one: stored weights don't move."""
    one, three = (
        _parameters(student.train_neuron(inputs, y, steps=steps, seed=seed))
        for steps in (1, 3)
    )
    if one is None or three is None:
        return False
    return bool(np.abs(three - one).max() > 1e-6)


@check(task="T7", points=2, uses=("sigmoid", "bce_sum", "neuron_grad"))
def xor_reaches_its_limit(student: StudentCode, rng: Draws) -> Verdict:
    """Training on XOR ends at the best that one neuron can do."""
    seed = rng.student_seed()
    end = neuron(student.train_neuron(X, TARGETS["XOR"], seed=seed))
    if end is None:
        return Verdict.failed(WRONG_SHAPES)
    # the best neuron for XOR has weights 0, which are no sign of training by themselves
    other = _parameters(student.train_neuron(X, TARGETS["AND"], steps=3, seed=seed))
    if other is None or np.abs(other - np.append(*end)).max() <= 1e-6:
        return Verdict.failed("AND and XOR give the same neuron: was it trained?")
    # The outputs are 0.5 to 8 digits, so their truth table says nothing. The slowest
    # direction shrinks by 1 - 0.1 * 0.157 a step, to 1e-7 in 1000: no start misses.
    if abs(cross_entropy(X, TARGETS["XOR"], *end) - XOR_LIMIT) < 0.01:
        return Verdict.passed()
    return Verdict.failed("The neuron trained on XOR is not the best possible one.")


@check(task="T7", points=2, uses=("sigmoid", "bce_sum", "neuron_grad"))
def the_seed_decides_the_start(student: StudentCode, rng: Draws) -> Verdict:
    """The same seed gives the same neuron, another seed another one."""
    one, two = rng.student_seed(), rng.student_seed()
    first, again, other = (
        _parameters(student.train_neuron(X, TARGETS["AND"], steps=3, seed=seed))
        for seed in (one, one, two)
    )
    if first is None or again is None or other is None:
        return Verdict.failed(WRONG_SHAPES)
    if not np.array_equal(first, again):
        return Verdict.failed(
            "Two calls with the same seed differ: draw w and b from default_rng(seed).",
            diagnosis=recognised(
                student.train_neuron, lambda known: known.name == "seed_ignored"
            ),
        )
    if np.abs(first - other).max() > 1e-6:
        return Verdict.passed()
    return Verdict.failed(
        "Two different seeds give the same neuron: the start is not random.",
        diagnosis=recognised(
            student.train_neuron,
            lambda known: _same_everywhere(known, first, (one, two)),
        ),
    )


def _parameters(value: Any) -> np.ndarray | None:
    found = neuron(value)
    return None if found is None else np.append(*found)


def _same_everywhere(known: Mistake, first: np.ndarray, seeds: tuple[int, int]) -> bool:
    """Return whether a mistake, too, gives this neuron from both seeds."""
    runs = [list(known(X, TARGETS["AND"], steps=3, seed=seed)) for seed in seeds]
    return all(
        theirs is not None and np.abs(theirs - first).max() <= 1e-8
        for theirs in map(_parameters, runs)
    )


@check(task="T8", points=3, uses=("step", "perceptron", "sigmoid", "train_neuron"))
def predict_table_reads_the_trained_neuron(student: StudentCode, rng: Draws) -> Verdict:
    """predict_table trains on the gate's targets and rounds what that neuron says."""
    # other gates than the one asked for, so that a stored table is found out
    lines = {gate: _random_line(rng) for gate in ("AND", "OR", "NAND", "XOR")}
    trained: dict[str, np.ndarray] = {}
    lent = {"train_neuron": _stand_in(lines, rng, trained)}
    tables = []
    for gate, (w, b) in lines.items():
        table = numbers(student.replaced(lent).predict_table(gate), (4,))
        tables.append(table is not None and np.array_equal(table, X @ w + b > 0))
    verdict = rubric(
        Item(
            1 / 3,
            trained.keys() == lines.keys(),
            "predict_table must call train_neuron with the targets of the gate.",
            "the right targets are trained",
        ),
        Item(
            2 / 3,
            all(tables),
            "The table is not that of the neuron that train_neuron returned: 0 or 1 "
            "for each of the rows 00, 01, 10, 11.",
        ),
    )
    if trained:
        return verdict
    return _named(
        verdict,
        recognised(
            student.predict_table,
            lambda known: known.name == "table_written_into_the_code",
        ),
    )


def _random_line(rng: Draws) -> tuple[np.ndarray, float]:
    """Return (w, b) of a line through the middle of the square, clear of its corners."""
    while True:
        w = rng.uniform(1, 3, size=2) * rng.choice([-1, 1], size=2)
        b = -float(w @ rng.uniform(0.2, 0.8, size=2))
        if np.abs(X @ w + b).min() > 0.2:
            return w, b


@check(task="T8", points=2, uses=ALL_BEFORE_T8)
def is_separable_knows_all_sixteen_tables(student: StudentCode, rng: Draws) -> Verdict:
    """is_separable is right about all sixteen truth tables."""
    tables = [(np.array(y),) for y in itertools.product((0, 1), repeat=4)]
    verdict = values(student.is_separable, expect=solution.is_separable, inputs=tables)
    named = verdict.diagnosis.mistake if verdict.diagnosis else ""
    if named != "xnor_overlooked":
        return verdict
    return Verdict.failed(
        verdict.feedback,
        credit=0.5,
        diagnosis=verdict.diagnosis,
        example=verdict.example,
    )


@check(task="T8", points=2, uses=ALL_BEFORE_T8)
def xor_is_understood(student: StudentCode, rng: Draws) -> Verdict:
    """Both questions about the neuron that was trained on XOR are answered right."""
    verdict = values(
        student.answers,
        expect=solution.answers,
        inputs=[()],
        tolerance=LIMIT_TOLERANCE / XOR_LIMIT,
    )
    value = student.answers()
    if verdict.credit == 1 or not isinstance(value, dict):
        return verdict
    limit = numbers(value.get("xor_loss_limit"), ())
    right = [
        limit is not None and bool(abs(limit - XOR_LIMIT) <= LIMIT_TOLERANCE),
        value.get("more_steps_help") is False,
    ]
    if not any(right):
        return verdict
    return Verdict.failed(
        "One of the two answers is right.",
        credit=0.5,
        diagnosis=verdict.diagnosis,
        example=verdict.example,
    )


@check(task="T9", points=4, uses=("step", "perceptron", "sigmoid", "train_neuron"))
def plot_gates_shows_points_and_lines(student: StudentCode, rng: Draws) -> Verdict:
    """plot_gates shows the points, coloured by class, and each trained line."""
    lines = {gate: _random_line(rng) for gate in ("AND", "OR", "XOR")}
    lent = {"train_neuron": _stand_in(lines, rng, {})}
    figure = figures.draw(student.replaced(lent).plot_gates)
    shown = figures.panels(figure)
    panels = list(zip(shown, lines, strict=False)) if len(shown) == 3 else []
    points = bool(panels) and all(figures.has_points(ax, X) for ax, _ in panels)
    colours = points and all(
        figures.colors_by_class(ax, X, TARGETS[gate]) for ax, gate in panels
    )
    box = (-0.5, 1.5, -0.5, 1.5)
    drawn = points and all(
        figures.find_line(ax, w=lines[gate][0], b=lines[gate][1], box=box)
        for ax, gate in panels
    )
    named = bool(panels) and all(
        figures.labelled(ax) and gate.lower() in ax.title.lower() for ax, gate in panels
    )
    return rubric(
        Item(
            0.25,
            points,
            "There must be three panels with the four points in each; without the "
            "points, a line separates nothing.",
            "the four points are in each panel",
        ),
        Item(
            0.5,
            drawn,
            "A line is not w·x + b = 0 with the w and b that train_neuron returned.",
            "the lines are the trained ones",
        ),
        Item(
            0.125,
            colours,
            "The colours must tell the two classes of each gate apart.",
        ),
        Item(
            0.125,
            points and named,
            "Each panel needs its gate's name as title and labels on both axes.",
        ),
        pictures=(figures.picture(figure, "The gates, with made-up weights"),),
    )


@check(task="T9", points=4, uses="train_neuron")
def plot_losses_shows_three_curves(student: StudentCode, rng: Draws) -> Verdict:
    """plot_losses shows the three loss curves, labelled."""
    lines = {gate: _random_line(rng) for gate in ("AND", "OR", "XOR")}
    curves: dict[str, np.ndarray] = {}
    lent = {"train_neuron": _stand_in(lines, rng, curves)}
    figure = figures.draw(student.replaced(lent).plot_losses)
    found = {gate: figures.find_curve(figure, curve) for gate, curve in curves.items()}
    matches = [match for match in found.values() if match is not None]
    complete = len(matches) == 3 and len({id(match.axes) for match in matches}) == 1
    labels = bool(matches) and figures.labelled(matches[0].axes)
    named = complete and all(
        match is not None and gate.lower() in match.series.label.lower()
        for gate, match in found.items()
    )
    return rubric(
        Item(0.5, complete, _instead(figure, curves), "the three curves are there"),
        Item(0.25, labels, "Both axes need a label."),
        Item(0.25, named, "The legend must give each curve its gate's name."),
        pictures=(figures.picture(figure, "The losses, with made-up curves"),),
    )


def _instead(figure: figures.FigureData, curves: dict[str, np.ndarray]) -> str:
    """Return what is wrong about the curves, as far as it can be told."""
    told = (figures.misdrawn(figure, curve) for curve in curves.values())
    return next(
        filter(None, told),
        "One pair of axes must show the losses that train_neuron returned for AND, OR "
        "and XOR.",
    )


def _stand_in(
    lines: dict[str, tuple[np.ndarray, float]],
    rng: Draws,
    trained: dict[str, np.ndarray],
) -> Any:
    """Return a train_neuron that knows the lines beforehand.

    Args:
        lines: (w, b) by gate.
        rng: For losses that nobody can guess.
        trained: Where the losses that it returned are kept, by gate.
    """
    speeds = {gate: rng.uniform(2, 8) for gate in lines}
    ends = dict(zip(lines, np.linspace(0.2, 1.8, len(lines)), strict=True))

    def train_neuron(
        X: Any,
        y: Any,
        lr: float = 0.1,
        steps: Any = 1000,
        seed: int = 0,
        # an argument more, verbose=False say, is the student's business
        **others: Any,
    ) -> tuple[np.ndarray, float, np.ndarray]:
        gate = next((g for g in lines if np.array_equal(y, TARGETS[g])), None)
        # the caller is the student's code: it does not decide how much memory we use
        count = steps if isinstance(steps, int) and 2 <= steps <= 10_000 else 1000
        time = np.linspace(0, 1, count)
        if gate is None:
            return np.ones(2), -0.3, time
        trained[gate] = ends[gate] + 3 * np.exp(-speeds[gate] * time)
        return *lines[gate], trained[gate]

    return train_neuron
