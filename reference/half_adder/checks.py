"""Hidden checks of the lab `half_adder`: they carry the points.

What is judged by luck is judged from starts of known luck, see calibration.json: a right
network with two hidden neurons gets stuck in three runs of ten.
"""

import contextlib
import functools
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grader.checks import (
    CallFailed,
    Diagnosis,
    Draws,
    Item,
    Outcome,
    StudentCode,
    StudentFunction,
    Verdict,
    check,
    figures,
    rubric,
    trace,
    truth_table,
    values,
)

from . import half_adder as solution
from .circuit import Circuit
from .reading import (
    Array,
    Part,
    equal,
    named,
    numbers,
    part_of,
    recognised,
    updated,
)

ROWS = [(0, 0), (0, 1), (1, 0), (1, 1)]


@functools.cache
def calibration() -> dict[str, Any]:
    """Return the measured numbers that the thresholds come from."""
    path = Path(__file__).with_name("calibration.json")
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


# T1


@check(task="T1", points=4)
def nand_has_the_truth_table(student: StudentCode, rng: Draws) -> Verdict:
    """The truth table of nand is that of NAND."""
    return truth_table(student.nand, expect=solution.nand, rng=rng)


@check(task="T1", points=2)
def nand_is_the_perceptron(student: StudentCode, rng: Draws) -> Verdict:
    """For any two numbers, nand is the perceptron with weights (-2, -2) and bias 3."""
    # a + b on both sides of the threshold 1.5, and not near it
    sums = np.concatenate([rng.uniform(0.3, 1.4, 6), rng.uniform(1.6, 1.9, 6)])
    first = sums * rng.uniform(0.4, 0.6, 12)
    pairs = zip(first.tolist(), (sums - first).tolist(), strict=True)
    return values(student.nand, expect=solution.nand, inputs=list(pairs))


# T2


def wired(student: StudentCode, rng: Draws) -> tuple[Circuit, Any]:
    """Return the circuit of the student's half-adder and what it returned."""
    circuit = Circuit(rng)
    with_spy = student.replaced({"nand": circuit.nand})
    return circuit, with_spy.half_adder_nand(circuit.a, circuit.b)


@check(task="T2", points=2, uses="nand")
def half_adder_is_made_of_nand(student: StudentCode, rng: Draws) -> Verdict:
    """half_adder_nand is a circuit: nothing but nand touches its wires."""
    try:
        circuit, wires = wired(student, rng)
    except CallFailed as failure:
        if failure.outcome is not Outcome.RAISED:
            raise
        return Verdict.failed(
            "half_adder_nand does more with a and b than to pass them to nand: given "
            f"two wires in place of bits, it raised {failure.message}."
        )
    # what a circuit gives on bits follows from its gates
    on_bits = student.half_adder_nand.map(ROWS)
    with contextlib.suppress(LookupError, TypeError):
        follows = [[circuit.output(wire, *row) for wire in wires] for row in ROWS]
        if len(wires) == 2 and all(map(equal, on_bits, map(tuple, follows))):
            return Verdict.passed()
    return Verdict.failed(
        "half_adder_nand must return (sum, carry), each the output of a nand whose "
        "inputs are a, b or outputs of other nands: here, something else decides.",
        diagnosis=recognised(student.half_adder_nand, (circuit.a, circuit.b), wires),
    )


@check(task="T2", points=10, after="half_adder_is_made_of_nand", uses="nand")
def half_adder_adds(student: StudentCode, rng: Draws) -> Verdict:
    """half_adder_nand gives the sum and the carry of two bits."""
    verdict = truth_table(
        student.half_adder_nand, expect=solution.half_adder_nand, rng=rng
    )
    outputs = student.half_adder_nand.map(ROWS)
    right = [
        all(
            isinstance(output, list)
            and len(output) == 2
            and output[which] == solution.half_adder_nand(*row)[which]
            for row, output in zip(ROWS, outputs, strict=True)
        )
        for which in (0, 1)
    ]
    return updated(verdict, credit=0.5 * sum(right))


@check(task="T2", points=2, after="half_adder_is_made_of_nand", uses="nand")
def count_is_true(student: StudentCode, rng: Draws) -> Verdict:
    """count_nands returns how often half_adder_nand calls nand."""
    circuit, _ = wired(student, rng)
    counted = student.count_nands()
    if not isinstance(counted, bool) and counted == circuit.gates:
        return Verdict.passed()
    return Verdict.failed(
        "count_nands does not return the number of calls that half_adder_nand makes.",
        note=f"it makes {circuit.gates}",
        diagnosis=recognised(student.count_nands, (), counted),
    )


# T3


@check(task="T3", points=4)
def xor_formula_is_xor(student: StudentCode, rng: Draws) -> Verdict:
    """xor_formula gives the truth table of XOR."""
    return truth_table(student.xor_formula, expect=solution.xor_formula, rng=rng)


@check(task="T3", points=1)
def xor_formula_stands_noise(student: StudentCode, rng: Draws) -> Verdict:
    """xor_formula is right for inputs up to 0.1 away from a bit, as perceptrons are."""
    bits = np.repeat(ROWS, 3, axis=0)
    noisy = bits + np.where(bits, -1, 1) * rng.uniform(0.02, 0.1, bits.shape)
    return values(
        student.xor_formula,
        expect=[solution.xor_formula(*row) for row in bits.tolist()],
        inputs=[tuple(row) for row in noisy.tolist()],
    )


@check(task="T3", points=7)
def xor_network_computes_xor(student: StudentCode, rng: Draws) -> Verdict:
    """xor_network's weights compute XOR, with no weighted sum at 0."""
    got = student.xor_network()
    parts = [numbers(part) for part in got] if isinstance(got, list) else []
    shapes = [None if part is None else part.shape for part in parts]
    if shapes != [(2, 2), (2,), (2,), ()]:
        return Verdict.failed(
            "xor_network must return W1 (2, 2), b1 (2,), w2 (2,) and a number b2."
        )
    W1, b1, w2, b2 = (np.asarray(part, float) for part in parts)
    z1 = solution.BITS @ W1 + b1  # (4, 2) x (2, 2) + (2,) -> (4, 2)
    z2 = (z1 > 0) @ w2 + b2  # (4, 2) x (2,) -> (4,)
    rows = int(np.count_nonzero((z2 > 0) != solution.XOR))
    margin = min(np.abs(z1).min(), np.abs(z2).min())
    verdict = rubric(
        Item(6 / 7, rows == 0, f"{rows} of the 4 rows of the truth table are wrong."),
        Item(
            1 / 7,
            rows == 0 and bool(margin >= 1e-6),
            "a weighted sum is exactly 0, where books disagree what a step is: move it.",
            "the truth table",
        ),
    )
    return named(verdict, student.xor_network, (), got)


# T4 and T5


def parameters(rng: Draws, hidden: int, outputs: int = 1) -> dict[str, Array]:
    """Draw parameters large enough for every unit to bend, too small to saturate."""
    shape = hidden + 1 if outputs == 1 else (hidden + 1, outputs)
    return {
        "w1": rng.normal(scale=1.5, size=(3, hidden)),
        "w2": rng.normal(scale=1.5, size=shape),
    }


def samples(rng: Draws, n: int, outputs: int = 1) -> tuple[Array, Array]:
    """Draw n inputs and their targets, both classes present in each output."""
    X = rng.normal(size=(n, 2))
    y = rng.permuted(np.arange(n * outputs).reshape(n, outputs) // outputs % 2, axis=0)
    return X, (y[:, 0] if outputs == 1 else y).astype(float)


def batches(rng: Draws, outputs: int = 1) -> Iterator[tuple[Array, Array, Any]]:
    """Draw (X, y, p) of three sizes; in the second, w1 is square."""
    for n, hidden in ((5, 2), (4, 3), (7, 5)):
        yield *samples(rng, n, outputs), parameters(rng, hidden, outputs)


@check(task="T4", points=8)
def forward_is_two_sigmoid_layers(student: StudentCode, rng: Draws) -> Verdict:
    """The outputs of forward are those of a sigmoid layer on a sigmoid layer."""
    inputs = [(X, p) for X, _, p in batches(rng)]
    return values(
        student.forward, expect=solution.forward, inputs=inputs, tolerance=1e-6
    )


@check(task="T4", points=2)
def forward_with_two_outputs(student: StudentCode, rng: Draws) -> Verdict:
    """With M columns in w2, forward gives (n, M) outputs."""
    inputs = [(X, p) for X, _, p in batches(rng, outputs=2)]
    return values(
        student.forward, expect=solution.forward, inputs=inputs, tolerance=1e-6
    )


def direction(gradient: Any) -> Any:
    """Return the gradient scaled to length 1, both arrays together."""
    arrays = {}
    for name in ("w2", "w1"):
        part = numbers(gradient.get(name)) if isinstance(gradient, dict) else None
        if part is None:
            return gradient
        arrays[name] = part
    with np.errstate(all="ignore"):
        length = np.sqrt(sum(np.sum(np.abs(part) ** 2) for part in arrays.values()))
        # type of the student's array, so that single precision stays single
        return {
            name: part / np.asarray(length, part.dtype) if length > 0 else part
            for name, part in arrays.items()
        }


def output_layer(gradient: Any) -> Any:
    """Return the part that belongs to w2."""
    return gradient.get("w2", gradient) if isinstance(gradient, dict) else gradient


@check(task="T5", points=11, uses="forward")
def grads_point_along_the_derivative(student: StudentCode, rng: Draws) -> Verdict:
    """The direction of grads is that of the cross-entropy's derivative."""
    return values(
        Part(student.grads, direction),
        expect=part_of(solution.grads, direction),
        inputs=list(batches(rng)),
        tolerance=1e-6,
    )


@check(task="T5", points=3, uses="forward")
def grads_with_two_outputs(student: StudentCode, rng: Draws) -> Verdict:
    """With M columns in w2, too, the direction of grads is right."""
    return values(
        Part(student.grads, direction),
        expect=part_of(solution.grads, direction),
        inputs=list(batches(rng, outputs=2)),
        tolerance=1e-6,
    )


@check(task="T5", points=4, uses="forward")
def grads_are_summed_over_the_samples(student: StudentCode, rng: Draws) -> Verdict:
    """The gradient of w2 is summed over the samples, not averaged."""
    return values(
        Part(student.grads, output_layer),
        expect=part_of(solution.grads, output_layer),
        inputs=list(batches(rng)),
        tolerance=1e-6,
    )


# T6


def trained_parameters(value: Any) -> Any:
    """Return the parameters in (p, losses); anything else is no state for `trace`."""
    p, _ = value
    return {"w1": p["w1"], "w2": p["w2"]}


@check(task="T6", points=5, uses=("forward", "grads"))
def training_takes_gradient_steps(student: StudentCode, rng: Draws) -> Verdict:
    """train_xor moves all parameters by -lr times the gradient in every step."""
    lr = float(rng.uniform(0.2, 0.6))

    def step(p: dict[str, Array]) -> dict[str, Array]:
        g = solution.grads(solution.BITS, solution.XOR, p)
        return {name: p[name] - lr * g[name] for name in p}

    return trace(
        student.train_xor,
        kwargs={"lr": lr, "seed": rng.student_seed()},
        counts=(1, 2, 3, 4),
        state=trained_parameters,
        step=step,
        # single precision that came back as double; the least mistake shows at 1e-3
        tolerance=1e-5,
        # a zero start is charged where the books ask for a random one
        rest=True,
    )


def fits_xor(p: Any, hidden: int | None = None) -> str:
    """Return what is wrong about the form of a network's parameters, "" if nothing."""
    if not isinstance(p, dict) or not {"w1", "w2"} <= p.keys():
        return "the parameters must be a dict with w1 and w2"
    w1, w2 = numbers(p["w1"]), numbers(p["w2"])
    if w1 is None or w2 is None or w1.ndim != 2:
        return "w1 must be an array of shape (3, H)"
    H = w1.shape[1] if hidden is None else hidden
    if w1.shape != (3, H) or w2.shape != (H + 1,):
        return f"w1 and w2 have shapes {w1.shape} and {w2.shape}, expected (3, {H}) and ({H + 1},)"
    if not (np.isfinite(w1).all() and np.isfinite(w2).all()):
        return "the parameters contain NaN or infinite values"
    return ""


def run_problem(run: Any, steps: int) -> str:
    """Return what is wrong about the form of (p, losses), "" if nothing."""
    if not isinstance(run, list) or len(run) != 2:
        return "train_xor must return two things, p and losses"
    losses = numbers(run[1])
    if losses is None or losses.shape != (steps,):
        shape = "no array" if losses is None else f"shape {losses.shape}"
        return f"losses has {shape}, expected ({steps},) for {steps} steps"
    if not np.isfinite(losses).all():
        return "losses contains NaN or infinite values"
    return fits_xor(run[0], hidden=2)


@check(task="T6", points=3, uses=("forward", "grads"))
def losses_are_summed_cross_entropies(student: StudentCode, rng: Draws) -> Verdict:
    """The losses are summed cross-entropies of the parameters, step by step."""
    lr, seed = float(rng.uniform(0.2, 0.6)), rng.student_seed()
    runs = [student.train_xor(lr=lr, steps=k, seed=seed) for k in range(1, 6)]
    problems = [run_problem(run, steps) for steps, run in enumerate(runs, start=1)]
    wrong = next(filter(None, problems), "") or losses_problem(runs)
    verdict = Verdict.failed(wrong + ".") if wrong else Verdict.passed()
    return named(verdict, student.train_xor, (lr, 5, seed), runs[-1])


def losses_problem(runs: Sequence[Any]) -> str:
    """Return what is wrong about the losses of the longest of runs of 1, 2, 3 ... steps."""
    # after 1, 2, 3 ... updates, of the student's own parameters
    truth = np.array([summed_loss(run[0]) for run in runs])
    losses = np.asarray(runs[-1][1], float)
    after, before = losses - truth, losses[1:] - truth[:-1]
    if min(np.abs(after).max(), np.abs(before).max()) <= 1e-5:
        return ""
    return "losses[k] is neither the summed cross-entropy before update k nor after it"


def summed_loss(p: dict[str, Any]) -> float:
    """Return the summed cross-entropy of a student's parameters on XOR."""
    # a saturated output is as bad as it can be, but a number
    o = outputs_of(p)
    return solution.bce_sum(solution.XOR, np.clip(o, 1e-16, 1 - 1e-16))


@check(task="T6", points=2, uses=("forward", "grads"))
def training_keeps_its_books(student: StudentCode, rng: Draws) -> Verdict:
    """train_xor gives one loss a step, falling from its start, and uses its seed."""
    args = 0.1, 200, rng.student_seed()
    run = student.train_xor(lr=args[0], steps=args[1], seed=args[2])
    if problem := run_problem(run, args[1]):
        verdict = Verdict.failed(problem + ".")
        return named(verdict, student.train_xor, args, run)
    first, other = (
        student.train_xor(lr=0.1, steps=2, seed=seed)
        for seed in (args[2], rng.student_seed())
    )
    verdict = rubric(
        Item(0.5, ok=True, feedback="", right="one loss a step"),
        Item(
            0.25,
            float(run[1][-1]) < float(run[1][0]),
            "the loss does not fall in 200 steps with learning rate 0.1.",
        ),
        Item(
            0.25,
            not run_problem(other, 2) and not equal(first[0], other[0]),
            "two seeds give the same parameters: start from start(seed).",
        ),
    )
    return named(verdict, student.train_xor, args, run)


# T7


# of train_xor, lent to one check: thirty runs of 10,000 steps, 6 s of our own time
MOST_STEPS_LENT = 300_000


def with_sound_training(student: StudentCode, rng: Draws) -> StudentCode:
    """Return the student's code, with our grads and train_xor where its own are wrong.

    A wrong gradient was charged in T5, and T6 was checked with a right one, so train_xor
    alone may look sound and go astray here. Whole trainings are lent rather than their
    gradients: one message instead of thousands.
    """
    X, y, p = next(batches(rng))
    start = 0.5, 3, rng.student_seed()
    lent: dict[str, Callable[..., Any]] = {}
    if not answers_like(student.grads, solution.grads, (X, y, p)):
        lent["grads"] = solution.grads
    if not answers_like(Part(student.train_xor, first), trained, start):
        lent["train_xor"] = bounded_training()
    return student.replaced(lent)


def first(value: Any) -> Any:
    """Return the first of several results."""
    return value[0] if isinstance(value, list) and value else value


def trained(*args: Any) -> dict[str, Array]:
    """Return the parameters that the reference's train_xor ends with."""
    parameters_at_the_end: dict[str, Array] = solution.train_xor(*args)[0]
    return parameters_at_the_end


def answers_like(
    function: StudentFunction | Part, ours: Callable[..., Any], args: Sequence[Any]
) -> bool:
    """Return whether a student's function gives what ours gives, to single precision."""
    try:
        return equal(function(*args), ours(*args), tolerance=1e-4)
    except CallFailed:
        return False


def bounded_training() -> Callable[..., Any]:
    """Return our train_xor for a student to call, with an end to all patience."""
    left = MOST_STEPS_LENT

    def train_xor(lr: float = 0.1, steps: int = 10000, seed: int = 0) -> Any:
        nonlocal left
        left -= abs(int(steps))
        if left < 0:
            raise ValueError("the steps of all trainings together are too many")
        return solution.train_xor(float(lr), int(steps), seed)

    return train_xor


@check(task="T7", points=6, uses=("forward", "train_xor"))
def success_rate_counts_the_stuck_runs(student: StudentCode, rng: Draws) -> Verdict:
    """success_rate is the share of all runs, stuck ones included."""
    setting = calibration()["success_rate"]
    n, lr, steps = setting["n_runs"], setting["lr"], setting["steps"]
    student = with_sound_training(student, rng)
    share = student.success_rate(n, lr=lr, steps=steps, seed=rng.student_seed())
    if isinstance(share, bool) or not isinstance(share, int | float):
        return Verdict.failed("success_rate must return one number.")
    works = share * n
    if not (0 <= share <= 1 and abs(works - round(works)) <= 1e-4):
        return Verdict.failed(
            "success_rate is not a number of runs divided by n_runs, 0 to 1."
        )
    if works < setting["least"] or works > setting["most"]:
        return rate_out_of_reach(round(works), n)
    early = student.success_rate(3, lr=lr, steps=1, seed=rng.student_seed())
    if early != 0:
        return Verdict.failed(
            "success_rate is not 0 after one step, where no run works."
        )
    return Verdict.passed()


def rate_out_of_reach(works: int, n: int) -> Verdict:
    """Return the verdict on a rate that independent runs don't have."""
    if works not in (0, n):
        return Verdict.failed(
            "success_rate is far from the share of runs that work when each has its own "
            "random start: what counts as a run, and when does one work?",
            note=f"{works} of {n} runs",
        )
    return Verdict.failed(
        f"success_rate says that {'no' if works == 0 else 'every'} run works. With two "
        "hidden neurons, some get stuck and most do not.",
        diagnosis=Diagnosis(
            mistake="all_runs_alike",
            says="This is what you get when all runs start from the same parameters, "
            "when a run that got stuck is started again until it works, or when one "
            "good output of the four is enough.",
            concept="stuck runs",
            certain=False,
        ),
    )


@check(task="T7", points=2)
def answers_about_stuck_runs(student: StudentCode, rng: Draws) -> Verdict:
    """The answers say where runs get stuck and what to do about it."""
    got = student.answers()
    if not isinstance(got, dict):
        return Verdict.failed("answers must return a dict.")
    truth = solution.answers()
    verdict = rubric(
        *(
            Item(
                0.25,
                answered(got.get(key), expected),
                f"the answer to {key} is not right.",
                key,
            )
            for key, expected in truth.items()
        )
    )
    return named(verdict, student.answers, (), got)


def answered(got: Any, expected: Any) -> bool:
    """Return whether an answer is right: a word in any case, a number to 1 %."""
    if isinstance(expected, str):
        return isinstance(got, str) and got.strip().lower() == expected
    number = numbers(got)
    if number is None or number.size != 1 or number.dtype.kind == "b":
        return False
    return bool(abs(float(number.item()) - expected) <= 0.01 * expected)


# T8 and T9


@check(task="T8", points=8, uses=("forward", "train_xor"))
def train_reliable_always_works(student: StudentCode, rng: Draws) -> Verdict:
    """train_reliable gives a network that computes XOR, whatever the seed."""
    student = with_sound_training(student, rng)
    # two seeds from which a single run gets stuck: luck decides nothing here
    unlucky = rng.choice(
        calibration()["reliable"]["stuck_seeds"], size=2, replace=False
    )
    seeds = [*map(int, unlucky), rng.student_seed()]
    found = []
    for seed in seeds:
        p = student.train_reliable(seed)
        if problem := fits_xor(p) or misses(p, solution.XOR):
            return Verdict.failed(
                problem + ".",
                note=f"seed {seed}",
                diagnosis=recognised(student.train_reliable, (seed,), p),
            )
        found.append(p)
    differ = not equal(found[0], found[-1])
    advice = "two seeds give the same weights: are they drawn and trained?"
    return rubric(Item(7 / 8, ok=True, feedback=""), Item(1 / 8, differ, advice))


def outputs_of(p: dict[str, Any]) -> Array:
    """Return the outputs of a student's network for the four rows, by the reference."""
    weights = {name: np.asarray(p[name], float) for name in ("w1", "w2")}
    # weights of any size: exp may overflow to the right limit
    with np.errstate(all="ignore"):
        outputs: Array = solution.forward(solution.BITS, weights)
    return outputs


def misses(p: dict[str, Any], y: Array) -> str:
    """Return a sentence if some output is not within 0.1 of its target, else ""."""
    o = outputs_of(p)
    if o.shape == y.shape and np.abs(o - y).max() < 0.1:
        return ""
    return "the network is not within 0.1 of every target: from this seed it got stuck"


@check(task="T9", points=8, uses=("forward", "train_xor"))
def half_adder_learns(student: StudentCode, rng: Draws) -> Verdict:
    """train_half_adder learns sum and carry with as many hidden neurons as asked for."""
    student = with_sound_training(student, rng)
    measured = calibration()["half_adder"]
    setting = {name: measured[name] for name in ("hidden", "lr", "steps")}
    # from all of them four hidden neurons learn, from half of them two get stuck
    seeds = [
        int(seed)
        for fate in ("work", "stick")
        for seed in rng.choice(
            measured[f"seeds_where_two_hidden_{fate}"], size=2, replace=False
        )
    ]
    networks = [student.train_half_adder(**setting, seed=seed) for seed in seeds]
    problems = [half_adder_problem(p) for p in networks]
    learned = problems.count("") / len(problems)
    if all(map(has_four_hidden, networks)):
        credit, feedback = learned, next(filter(None, problems), "")
    else:
        credit = 7 / 8 * learned
        feedback = "the number of hidden neurons is not what `hidden` asks for"
    if credit == 1:
        return Verdict.passed()
    first = next((k for k, problem in enumerate(problems) if problem), 0)
    return named(
        Verdict.failed(feedback + ".", credit=credit),
        student.train_half_adder,
        (*setting.values(), seeds[first]),
        networks[first],
    )


def half_adder_problem(p: Any) -> str:
    """Return what is wrong about a network for sum and carry, "" if nothing."""
    w1 = numbers(p.get("w1")) if isinstance(p, dict) else None
    w2 = numbers(p.get("w2")) if isinstance(p, dict) else None
    if w1 is None or w2 is None or w1.ndim != 2 or w1.shape[0] != 3:
        return "train_half_adder must return p with w1 (3, H) and w2 (H + 1, 2)"
    if w2.shape != (w1.shape[1] + 1, 2):
        return f"w2 has shape {w2.shape}, expected {(w1.shape[1] + 1, 2)}"
    return misses(p, solution.SUM_CARRY)


def has_four_hidden(p: Any) -> bool:
    """Return False for a network whose hidden layer has another size than four."""
    shape = np.shape(p.get("w1", ())) if isinstance(p, dict) else ()
    return len(shape) != 2 or shape[1] == 4


# T10


@check(task="T10", points=3, uses=("forward", "train_xor"))
def loss_curves_are_drawn(student: StudentCode, rng: Draws) -> Verdict:
    """plot_losses draws the loss curve of every seed on a logarithmic axis."""
    lr, steps = 0.5, 150
    student = with_sound_training(student, rng)
    seeds = [rng.student_seed() for _ in range(5)]
    figure = figures.draw(student.plot_losses, seeds=seeds, lr=lr, steps=steps)
    matches = [curve_of(figure, seed, lr, steps) for seed in seeds]
    missing = sum(match is None for match in matches)
    axes = next((match.axes for match in matches if match), None)
    return rubric(
        Item(
            0.5,
            missing == 0,
            f"{missing} of the {len(seeds)} curves are not there, or show other values.",
            "the curves",
        ),
        Item(
            0.2,
            axes is not None and axes.yscale == "log",
            "the loss axis is not logarithmic.",
            "the logarithmic axis",
        ),
        Item(
            0.2,
            axes is not None and figures.labelled(axes),
            "an axis has no label.",
            "the labels",
        ),
        Item(
            0.1,
            axes is not None and figures.legend_for(axes, len(seeds)),
            "a reader can't tell which curve is which seed: give each a label, and a legend.",
        ),
        pictures=(figures.picture(figure, "Loss curves"),),
    )


def curve_of(
    figure: figures.FigureData, seed: int, lr: float, steps: int
) -> figures.CurveMatch | None:
    """Return where a seed's losses are drawn, before the updates or after them."""
    _, losses = solution.train_xor(lr, steps + 1, seed)
    before = figures.find_curve(figure, losses[:-1])
    return before or figures.find_curve(figure, losses[1:])


@check(task="T10", points=3, uses="forward")
def hidden_plane_is_drawn(student: StudentCode, rng: Draws) -> Verdict:
    """plot_decision_map draws the four points in the hidden plane and where o is 0.5."""
    p, h = readable_network(rng)
    figure = figures.draw(student.plot_decision_map, p)
    panels = figures.panels(figure)
    axes = next((one for one in panels if figures.has_points(one, h)), None)
    return rubric(
        Item(
            0.4,
            axes is not None,
            "the hidden activations of the four rows are not drawn as points.",
            "the four points",
        ),
        Item(
            0.2,
            axes is not None and figures.colors_by_class(axes, h, solution.XOR),
            "the points' colours don't tell the classes 0 and 1 apart.",
            "the colours",
        ),
        Item(
            0.2,
            axes is not None and shows_the_output(axes, p["w2"]),
            "the output over the plane, or the line where it is 0.5, is not drawn.",
            "the output's map",
        ),
        Item(
            0.2,
            axes is not None and figures.labelled(axes),
            "an axis has no label.",
        ),
        pictures=(figures.picture(figure, "The hidden plane"),),
    )


def readable_network(rng: Draws) -> tuple[dict[str, Array], Array]:
    """Draw a network whose four hidden points lie apart, on two sides of its line."""
    while True:
        p = parameters(rng, hidden=2)
        h = solution.sigmoid(solution.BITS @ p["w1"][:-1] + p["w1"][-1])
        gaps = np.linalg.norm(h[:, None] - h[None], axis=2)[np.triu_indices(4, 1)]
        sides = np.sign(h @ p["w2"][:-1] + p["w2"][-1])
        # a line that only grazes a corner could be missed by an honest drawing
        if gaps.min() >= 0.15 and abs(sides.sum()) <= 2:
            return p, h


def shows_the_output(axes: figures.AxesData, w2: Array) -> bool:
    """Return whether the line o = 0.5 is drawn, or a map of o that it can be read from."""
    box = (0.0, 1.0, 0.0, 1.0)
    if figures.find_line(axes, w=w2[:2], b=float(w2[2]), box=box):
        return True
    return any(is_output_map(surface, w2) for surface in axes.surfaces)


def is_output_map(surface: Any, w2: Array) -> bool:
    """Return whether a coloured map holds the output at the middle of its cells."""
    if len(surface.shape) != 2 or not surface.values:
        return False
    rows, columns = surface.shape
    left, right, last, first = surface.extent
    h1 = left + (right - left) * (np.arange(columns) + 0.5) / columns
    h2 = first + (last - first) * (np.arange(rows) + 0.5) / rows
    h1, h2 = np.meshgrid(h1, h2)
    truth = solution.sigmoid(h1 * w2[0] + h2 * w2[1] + w2[2])
    drawn = np.array(surface.values).reshape(rows, columns)
    inside = (h1 >= 0) & (h1 <= 1) & (h2 >= 0) & (h2 <= 1)
    # corners or middles of the cells: half a cell, at the slope of the sigmoid
    cell = abs((right - left) / columns) + abs((last - first) / rows)
    slack = 0.02 + 0.25 * np.abs(w2[:2]).max() * cell
    return bool(inside.any() and np.abs(drawn - truth)[inside].max() <= slack)
