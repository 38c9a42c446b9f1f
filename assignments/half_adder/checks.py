"""Public checks of the lab `half_adder`: small examples that you can follow by hand.

They are worth no points. The hidden checks, which are, ask for more than these.
"""

import numpy as np

from grader.checks import (
    Draws,
    Item,
    StudentCode,
    Verdict,
    check,
    figures,
    rubric,
    truth_table,
    values,
)

BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([0.0, 1.0, 1.0, 0.0])

# one sample, all hidden activations 0.5, output 0.5: every number below is a fraction
X = np.array([[1.0, 0.0]])
P = {"w1": np.zeros((3, 2)), "w2": np.array([1.0, -1.0, 0.0])}


@check(task="T1")
def nand_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """The four rows of nand are 1, 1, 1, 0."""
    return truth_table(student.nand, expect=[1, 1, 1, 0])


@check(task="T2", uses="nand")
def half_adder_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """The half-adder gives 0 + 0 = 00, 0 + 1 = 1 + 0 = 01, 1 + 1 = 10 in binary."""
    # (sum, carry): the sum is the lower digit
    return truth_table(student.half_adder_nand, expect=[(0, 0), (1, 0), (1, 0), (0, 1)])


@check(task="T2", after="half_adder_by_hand", uses="nand")
def calls_are_counted(student: StudentCode, _rng: Draws) -> Verdict:
    """count_nands says how often half_adder_nand calls nand."""
    calls = []

    def spy(a: int, b: int) -> int:
        calls.append((a, b))
        return int(not (a and b))

    student.replaced({"nand": spy}).half_adder_nand(1, 0)
    return values(student.count_nands, expect=[len(calls)], inputs=[()])


@check(task="T3")
def xor_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """The four rows of xor_formula are 0, 1, 1, 0."""
    return truth_table(student.xor_formula, expect=[0, 1, 1, 0])


@check(task="T3")
def network_has_its_shapes(student: StudentCode, _rng: Draws) -> Verdict:
    """xor_network returns W1 (2, 2), b1 (2,), w2 (2,) and a number b2."""
    found = student.xor_network()
    parts = [_numbers(part) for part in found] if isinstance(found, list) else []
    shapes = [None if part is None else part.shape for part in parts]
    return rubric(
        Item(
            1,
            shapes == [(2, 2), (2,), (2,), ()],
            f"the shapes are {shapes}, expected [(2, 2), (2,), (2,), ()].",
        )
    )


@check(task="T4")
def forward_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """With h = (0.5, 0.5) and w2 = (ln 3, ln 3, 0), forward gives 3/4."""
    # the output's sum is ln 3, and exp(-ln 3) is 1/3
    p = {"w1": np.zeros((3, 2)), "w2": np.array([np.log(3), np.log(3), 0.0])}
    return values(student.forward, expect=[np.array([0.75])], inputs=[(X, p)])


@check(task="T5", uses="forward")
def grads_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """For the one sample of the handout, grads gives the numbers worked out there."""
    expected = {
        "w1": np.array([[-0.125, 0.125], [0.0, 0.0], [-0.125, 0.125]]),
        "w2": np.array([-0.25, -0.25, -0.5]),
    }
    return values(student.grads, expect=[expected], inputs=[(X, np.array([1.0]), P)])


@check(task="T5", after="grads_by_hand", uses="forward")
def two_equal_samples_count_twice(student: StudentCode, _rng: Draws) -> Verdict:
    """The same sample twice has twice the gradient: the loss is a sum."""
    expected = {
        "w1": np.array([[-0.25, 0.25], [0.0, 0.0], [-0.25, 0.25]]),
        "w2": np.array([-0.5, -0.5, -1.0]),
    }
    twice = np.repeat(X, 2, axis=0)
    return values(student.grads, expect=[expected], inputs=[(twice, np.ones(2), P)])


@check(task="T6", uses=("forward", "grads"))
def loss_falls_from_its_start(student: StudentCode, _rng: Draws) -> Verdict:
    """train_xor returns p and one loss a step, and the loss falls."""
    found = student.train_xor(lr=0.1, steps=50, seed=0)
    losses = _numbers(found[1]) if isinstance(found, list) and len(found) == 2 else None
    right = losses is not None and losses.shape == (50,)
    return rubric(
        Item(0.5, right, "for 50 steps, losses must have shape (50,).", "the shape"),
        Item(
            0.5,
            right and bool(losses[-1] < losses[0]),
            "the last loss is not below the first.",
        ),
    )


@check(task="T7", uses=("forward", "train_xor"))
def success_rate_is_a_share(student: StudentCode, _rng: Draws) -> Verdict:
    """success_rate of four short runs is 0, 1/4, 1/2, 3/4 or 1."""
    share = student.success_rate(4, lr=1.0, steps=300, seed=0)
    quarters = type(share) in (int, float) and 4 * share in range(5)
    return rubric(Item(1, quarters, "the answer is no share of four runs."))


@check(task="T7")
def answers_are_complete(student: StudentCode, _rng: Draws) -> Verdict:
    """The answers have four keys: three numbers, and "yes" or "no"."""
    found = student.answers()
    keys = {"stuck_loss", "restarts", "mean_lr", "more_steps_help"}
    complete = isinstance(found, dict) and keys <= found.keys()
    return rubric(
        Item(0.5, complete, f"there must be answers to {', '.join(sorted(keys))}."),
        Item(
            0.5,
            complete and str(found["more_steps_help"]).lower() in ("yes", "no"),
            'more_steps_help must be "yes" or "no".',
        ),
    )


@check(task="T8", after="forward_by_hand", uses=("forward", "train_xor"))
def reliable_from_an_unlucky_seed(student: StudentCode, _rng: Draws) -> Verdict:
    """train_reliable works from seed 6, where a single run of train_xor gets stuck."""
    p = student.train_reliable(6)
    wrong = "with two layers of weights, some output is 0.1 or more from its target."
    return rubric(Item(1, _largest_error(student, p, XOR) < 0.1, wrong))


@check(task="T9", after="forward_by_hand", uses=("forward", "train_xor"))
def half_adder_from_one_seed(student: StudentCode, _rng: Draws) -> Verdict:
    """train_half_adder learns all eight entries from seed 0."""
    p = student.train_half_adder(hidden=4, lr=0.5, steps=2000, seed=0)
    target = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    wrong = "some of the eight entries is 0.1 or more from its target."
    return rubric(Item(1, _largest_error(student, p, target) < 0.1, wrong))


@check(task="T10", uses=("forward", "train_xor"))
def curves_can_be_read(student: StudentCode, _rng: Draws) -> Verdict:
    """plot_losses draws at least five curves over labelled axes, the loss axis log."""
    figure = figures.draw(student.plot_losses, seeds=[0, 1, 2, 3, 4], lr=0.5, steps=50)
    axes = next(iter(figures.panels(figure)), None)
    curves = axes.series if axes else ()
    return rubric(
        Item(0.4, len(curves) >= 5, f"there are {len(curves)} curves, expected 5."),
        Item(0.3, bool(axes) and axes.yscale == "log", "the loss axis is not log."),
        Item(0.3, bool(axes) and figures.labelled(axes), "an axis has no label."),
        pictures=(figures.picture(figure, "Loss curves"),),
    )


@check(task="T10", uses="forward")
def hidden_points_are_drawn(student: StudentCode, _rng: Draws) -> Verdict:
    """plot_decision_map draws the four rows at their hidden activations."""
    w1 = np.array([[2.0, -2.0], [2.0, -2.0], [-1.0, 3.0]])
    p = {"w1": w1, "w2": np.array([4.0, 4.0, -6.0])}
    # the rows' two sums are (-1, 3), (1, 1), (1, 1) and (3, -1)
    low, middle, high = 1 / (1 + np.exp([1.0, -1.0, -3.0]))
    h = np.array([[low, high], [middle, middle], [middle, middle], [high, low]])
    figure = figures.draw(student.plot_decision_map, p)
    axes = next((a for a in figures.panels(figure) if figures.has_points(a, h)), None)
    return rubric(
        Item(0.6, axes is not None, "the points (h_1, h_2) are not where they belong."),
        Item(0.4, bool(axes) and figures.labelled(axes), "an axis has no label."),
        pictures=(figures.picture(figure, "The hidden plane"),),
    )


def _numbers(value: object) -> np.ndarray | None:
    """Return a number, list or array as an array of floats; None for anything else."""
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return None


def _largest_error(student: StudentCode, p: object, target: np.ndarray) -> float:
    """Return the largest error of a network, by the student's own forward."""
    o = _numbers(student.forward(BITS, p))
    right = o is not None and o.shape == target.shape
    return float(np.abs(o - target).max()) if right else float("inf")
