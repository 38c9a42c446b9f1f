# ruff: noqa: ARG001 - a mistake keeps the signature of what it replaces
import numpy as np
import pytest

from grader.checks import CallFailed, Diagnosis, Outcome, Verdict, mistake, trace
from grader.errors import LabError

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([0.0, 0.0, 0.0, 1.0])
LR = 0.2


def residual(w, b):
    return 1 / (1 + np.exp(-(X @ w + b))) - Y


def trained(
    steps, seed, *, factor=-LR, bias=1.0, power=0.0, start=np.random.default_rng
):
    """Return (w, b, losses) after some steps of w += factor * gradient."""
    rng = start(seed)
    w, b = rng.normal(size=2), float(rng.normal())
    for _ in range(steps):
        r = residual(w, b)
        r = r * np.abs(r) ** power
        w, b = w + factor * (X.T @ r), b + bias * factor * r.sum()
    return w, b, np.zeros(steps)


def variant(**options):
    def train(X, y, lr, steps, seed):
        return trained(steps, seed, **options)

    return train


def step(state):
    r = residual(state["w"], state["b"])
    return {"w": state["w"] - LR * (X.T @ r), "b": state["b"] - LR * r.sum()}


@mistake(replaces="f", fails="the_check", concept="mean")
def averaged(X, y, lr, steps, seed):
    """This is what you get when the mean is taken."""
    return trained(steps, seed, factor=-LR / 4)


@mistake(replaces="f", fails="the_check")
def focal(X, y, lr, steps, seed):
    """This is what you get when residuals are squared."""
    return trained(steps, seed, power=1.0)


@mistake(replaces="f", fails="the_check")
def crashing(X, y, lr, steps, seed):
    """This is what you get when shapes don't fit."""
    raise ValueError


@mistake(replaces="f", fails="the_check")
def unreadable(X, y, lr, steps, seed):
    """This is what you get without a return."""


@pytest.fixture
def judge(the_function):
    def judge(function, *, mistakes=(), **options):
        settings = {
            "kwargs": {"X": X, "y": Y, "lr": LR, "seed": 3},
            "counts": (1, 2, 3, 4),
            "state": lambda value: {"w": value[0], "b": value[1]},
            "step": step,
            **options,
        }
        return trace(the_function(function, mistakes=mistakes), **settings)

    return judge


@pytest.mark.parametrize(
    "style",
    [
        pytest.param(variant(), id="as the solution"),
        pytest.param(variant(start=lambda s: np.random.default_rng(s + 9)), id="start"),
        pytest.param(
            lambda steps, seed, **_: [
                part.tolist() for part in map(np.array, trained(steps, seed))
            ],
            id="lists",
        ),
        pytest.param(
            lambda steps, seed, **_: [
                np.float32(part) for part in trained(steps, seed)
            ],
            id="single precision",
        ),
    ],
)
def test_right_updates_pass_whatever_the_start_and_style(judge, style):
    assert judge(style) == Verdict.passed()


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"factor": LR}, "factor_minus_1"),
        ({"factor": -2 * LR}, "factor_2"),
        ({"factor": -LR / 2}, "factor_1_over_2"),
        ({"factor": -4 * LR}, "factor_N"),
        ({"factor": -LR / 4}, "factor_1_over_N"),
        ({"factor": -LR * 0.3}, "step_length"),
        ({"factor": 0.0}, "no_update"),
        ({"bias": 0.0}, "no_update"),
        ({"bias": -1.0}, "factor_minus_1"),
        ({"power": 1.0}, None),
        ({"power": 1.0, "bias": 0.0}, None),
    ],
)
def test_the_factor_of_a_wrong_update_is_its_name(judge, options, name):
    verdict = judge(variant(**options))

    assert verdict.outcome is Outcome.FAILED
    assert (verdict.diagnosis and verdict.diagnosis.mistake) == name


def test_what_is_right_is_told_first(judge):
    verdict = judge(variant(bias=0.0))

    assert verdict.feedback == (
        "the update of w is right; f does not update b as it should."
    )
    assert verdict.diagnosis.says == "b never changes."


def test_several_right_arrays_are_told_together(judge):
    def state(value):
        return {"u": value[0][:1], "v": value[0][1:], "b": value[1]}

    def split(state):
        after = step({"w": np.concatenate([state["u"], state["v"]]), "b": state["b"]})
        return {"u": after["w"][:1], "v": after["w"][1:], "b": after["b"]}

    verdict = judge(variant(bias=0.0), state=state, step=split)

    assert verdict.feedback.startswith("the updates of u and v are right; ")


def test_the_example_shows_the_update(judge):
    verdict = judge(variant(factor=0.0))

    assert verdict.example.call.startswith("the last update of w in f(X=[[0, 0]")
    assert verdict.example.call.endswith("seed=3, steps=2)")
    assert verdict.example.got == "[0, 0]"


def test_a_mistake_of_the_lab_is_named_by_its_factor_from_another_start(judge):
    other = variant(factor=-LR / 4, start=lambda s: np.random.default_rng(s + 9))

    verdict = judge(other, mistakes=(crashing, unreadable, focal, averaged))

    assert verdict.diagnosis == Diagnosis(
        mistake="averaged", says=averaged.says, concept="mean"
    )


def test_a_mistake_without_a_factor_is_named_by_its_values(judge):
    verdict = judge(variant(power=1.0), mistakes=(averaged, focal))

    assert verdict.diagnosis.mistake == "focal"


def test_a_mistake_with_other_arrays_is_not_it(judge):
    @mistake(replaces="f", fails="the_check")
    def more(X, y, lr, steps, seed):
        """More arrays."""
        return trained(steps, seed, factor=LR)

    sizes = iter([2] * 5 + [3] * 4)

    def state(value):
        arrays = {"w": value[0], "b": value[1], "c": 1.0}
        return dict(list(arrays.items())[: next(sizes)])

    def step_of_all(state):
        return {**state, **step(state)}

    verdict = judge(variant(factor=LR), mistakes=(more,), state=state, step=step_of_all)

    assert verdict.diagnosis.mistake == "factor_minus_1"


def test_a_seed_that_is_not_used_is_told(judge):
    entropy = iter(range(100))

    verdict = judge(variant(start=lambda _: np.random.default_rng(next(entropy))))

    assert verdict.diagnosis.mistake == "seed_not_used"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "f returned something else: None."),
        (3.5, "f returned something else: 3.5."),
        ([1.0], "f returned something else: [1]."),
        (["w", 1.0], "f: w is not an array of real numbers."),
        ([1j, 1.0], "f: w is not an array of real numbers."),
        ([None, 1.0], "f: w is not an array of real numbers."),
        ([[], 1.0], "f: w is empty."),
        (
            [np.array([np.nan, 1.0]), 1.0],
            "f: w contains NaN or infinite values after 1 step.",
        ),
        ([np.ones(3), 1.0], "f: parameters of unexpected shape: w (3,), b ()."),
        ([np.ones((2, 1)), 1.0], "f: parameters of unexpected shape: w (2, 1), b ()."),
    ],
)
def test_what_is_no_state_is_told(judge, value, sentence):
    verdict = judge(lambda **_: value)

    assert verdict.outcome is Outcome.FAILED
    assert verdict.feedback == sentence


def test_divergence_is_told_with_its_step(judge):
    def explode(steps, **_):
        return [np.full(2, 1.0 if steps < 3 else np.inf), 1.0]

    assert judge(explode).feedback.endswith("infinite values after 3 steps.")


def test_a_shape_that_changes_is_told(judge):
    def grow(steps, seed, **_):
        w, b, _ = trained(steps, seed)
        return (w, b) if steps < 3 else (w[:, None], b)

    assert judge(grow).feedback == "f: w changes its shape."


def test_a_state_that_can_not_be_read_again_is_told(judge):
    calls = []

    def tired(steps, seed, **_):
        calls.append(steps)
        return trained(steps, seed, factor=LR) if len(calls) < 5 else None

    assert judge(tired).feedback == "f returned something else: None."


def test_whole_numbers_are_numbers(judge):
    verdict = judge(
        lambda steps, **_: (steps, steps),
        step=lambda s: {k: v + 1 for k, v in s.items()},
    )

    assert verdict == Verdict.passed()


def test_gaps_in_the_counts_are_bridged_by_the_reference(judge):
    assert judge(variant(), counts=(1, 3, 6)) == Verdict.passed()


def test_the_number_of_steps_may_have_another_name(judge):
    def train(X, y, lr, epochs, seed):
        return trained(epochs, seed)

    assert judge(train, steps_name="epochs") == Verdict.passed()


def test_a_start_at_rest_is_no_evidence_unless_the_teacher_says_so(judge):
    options = {"step": lambda s: s}

    verdict = judge(lambda **_: (1.0, 2.0), **options)

    assert verdict.feedback.startswith("f starts where nothing moves")
    assert judge(lambda **_: (1.0, 2.0), rest=True, **options) == Verdict.passed()


@pytest.mark.parametrize("rest", [True, False])
def test_stored_weights_that_fit_perfectly_do_not_pass(judge, rest):
    # the right update from here is 1e-9, and the stored weights make none
    verdict = judge(lambda **_: (np.array([40.0, 40.0]), -60.0), rest=rest)

    assert verdict.outcome is Outcome.FAILED


def test_no_answer_is_the_engines_business(judge):
    with pytest.raises(CallFailed, match="ZeroDivisionError"):
        judge(lambda **_: 1 / 0)


@pytest.mark.parametrize("counts", [(), (3,), (1, 1), (2, 1)])
def test_counts_that_do_not_rise_are_the_teachers_error(judge, counts):
    with pytest.raises(LabError, match="don't rise"):
        judge(variant(), counts=counts)


def test_an_empty_state_is_the_teachers_error(judge):
    with pytest.raises(LabError, match="nothing to judge"):
        judge(variant(), state=lambda _: {}, step=lambda s: s)


def test_a_step_that_invents_an_array_is_seen(judge):
    verdict = judge(variant(), step=lambda s: {**step(s), "v": np.zeros(2)})

    assert "unexpected shape" in verdict.feedback
