import importlib.util
import sys

import numpy as np
import pytest

from grader.checks import Draws, InProcessStudent, Outcome
from grader.checks.models import ModelData


@pytest.fixture(scope="module")
def parts():
    """The modules beside the hidden checks, by name."""
    loaded = {}
    for name, module in sys.modules.items():
        before, _, last = name.rpartition(".")
        if before and f"{before}.remedy_checks" in sys.modules:
            loaded[last] = module
    return loaded


def test_points_of_the_checks_are_those_of_the_handout(loaded):
    handout = {"T1": 8, "T2": 18, "T3": 12, "T4": 12}
    handout |= {"T5": 12, "T6": 20, "T7": 10, "T8": 8}

    assert {task.id: task.points for task in loaded.lab.tasks} == handout
    for task, points in handout.items():
        assert sum(c.points for c in loaded.hidden if c.task == task) == points


@pytest.mark.parametrize("seed", range(20))
def test_solution_gets_full_marks_whatever_is_drawn(desk, seed):
    verdicts = desk.hidden(desk.solution, seed=seed)

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


def test_solution_passes_the_public_checks(desk):
    verdicts = desk.public(desk.solution)

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


def test_empty_stub_gets_nothing(desk):
    verdicts = desk.hidden(desk.stub) | desk.public(desk.stub)

    assert {verdict.outcome for verdict in verdicts.values()} == {
        Outcome.NOT_ATTEMPTED,
        Outcome.SKIPPED,
    }


def test_mistake_loses_points_where_it_says_and_is_named(desk, loaded, mutant):
    mistake, names = mutant
    parts = (mistake, *mistake.together_with)
    tasks = {loaded.lab.task_of(part.replaces).id for part in parts}

    verdicts = desk.hidden(names, tasks=tasks)

    missing = {name: 1 - verdict.credit for name, verdict in verdicts.items()}
    told = {v.diagnosis.mistake for v in verdicts.values() if v.diagnosis}
    assert all(missing[name] > 0 for name in mistake.fails)
    assert not mistake.named or mistake.name in told
    if mistake.score is not None:
        points = {check.id: check.points for check in loaded.hidden}
        lost = sum(points[name] * share for name, share in missing.items())
        assert 100 - lost == pytest.approx(mistake.score, abs=3)


def test_mistake_before_is_not_charged_again_in_the_study(desk):
    names = desk.with_code("""
def gap(history):
    return 0.5


def small_sample(x, y, n, seed=0):
    return x[:n], y[-n:]
""")

    verdicts = desk.hidden(names, tasks={"T1", "T3", "T5"})

    assert verdicts["labels_stay_with_their_images"].credit == 0
    assert verdicts["gap_is_training_minus_validation"].credit == 0
    assert verdicts["gap_by_size_measures_each_size"].credit == 1


def test_study_with_its_own_trainings_is_judged_by_its_gaps(desk):
    names = desk.with_code("""
def gap_by_size(x, y, x_val, y_val, sizes, width=256, epochs=30, seed=0):
    gaps = []
    for n in sizes:
        # a classifier that knows its images by heart: the nearest one decides
        few, labels = small_sample(x, y, n, seed)
        near = ((x_val[:, None] - few[None]) ** 2).sum(axis=2).argmin(axis=1)
        gaps.append(1 - (labels[near] == y_val).mean())
    return gaps
""")

    verdict = desk.hidden(names, tasks={"T5"})["gap_by_size_measures_each_size"]

    assert verdict.credit == 1


def test_study_that_ignores_width_and_epochs_loses_a_tenth(desk):
    names = desk.with_code("""
def gap_by_size(x, y, x_val, y_val, sizes, width=256, epochs=30, seed=0):
    gaps = []
    for n in sizes:
        few, labels = small_sample(x, y, n, seed)
        gaps.append(gap(train_overfit(few, labels, x_val, y_val, seed=seed)[1]))
    return gaps
""")

    verdict = desk.hidden(names, tasks={"T5"})["gap_by_size_measures_each_size"]

    assert verdict.credit == pytest.approx(0.9)
    assert "width and epochs" in verdict.feedback


def test_sums_in_one_array_are_a_pair_of_arrays(desk):
    names = desk.with_code("""
def in_one_array(*args):
    return np.array(_pair(*args))


_pair, poly_rss = poly_rss, in_one_array
""")

    verdicts = desk.hidden(names, tasks={"T8"})

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


@pytest.mark.parametrize(
    ("code", "credit"),
    [
        pytest.param("round(x[0], 3)", 0, id="nonsense"),
        pytest.param("0.5", 0, id="constant"),
    ],
)
def test_a_typed_in_gap_is_no_gap(desk, code, credit):
    names = desk.with_code(f"""
def gap(history):
    x = history["accuracy"]
    return {code}
""")

    verdict = desk.hidden(names, tasks={"T3"})["gap_is_training_minus_validation"]

    assert verdict.credit == credit


STYLES = {
    "dot-on-the-loss": """
def plot_history(history):
    fig, (a, b) = plt.subplots(2)
    a.plot(history["loss"], label="train")
    a.plot(history["val_loss"], label="val")
    best = best_epoch(history) - 1
    a.plot([best], [history["val_loss"][best]], "r*")
    b.plot(history["accuracy"], label="train")
    b.plot(history["val_accuracy"], label="val")
    for ax in (a, b):
        ax.set(xlabel="epoch", ylabel="y")
        ax.legend()
    return fig
""",
    "lowest-in-words": """
def plot_history(history):
    fig, (a, b) = plt.subplots(2)
    a.plot(history["loss"], label="train")
    a.plot(history["val_loss"], label="val")
    a.set_title(f"lowest validation loss at {best_epoch(history)}")
    b.plot(history["accuracy"], label="train")
    b.plot(history["val_accuracy"], label="val")
    for ax in (a, b):
        ax.set(xlabel="epoch", ylabel="y")
        ax.legend()
    return fig
""",
    "one-panel-with-two-scales": """
def plot_history(history):
    fig, ax = plt.subplots()
    other = ax.twinx()
    ax.plot(history["loss"], label="train loss")
    ax.plot(history["val_loss"], label="validation loss")
    other.plot(history["accuracy"], "--", label="train accuracy")
    other.plot(history["val_accuracy"], "--", label="validation accuracy")
    ax.set(xlabel="epoch", ylabel="loss", title=f"best epoch: {best_epoch(history)}")
    other.set_ylabel("accuracy")
    fig.legend()
    return fig
""",
}


@pytest.mark.parametrize("code", STYLES.values(), ids=STYLES)
def test_any_honest_style_of_plot_is_right(desk, code):
    verdicts = desk.hidden(desk.with_code(code), tasks={"T4"})

    verdict = verdicts["both_curves_of_both_panels_are_drawn"]
    assert (verdict.credit, verdict.feedback) == (1, "")


def test_mark_one_epoch_off_costs_a_little(desk):
    code = STYLES["dot-on-the-loss"].replace(
        "best_epoch(history) - 1", "best_epoch(history)"
    )

    verdicts = desk.hidden(desk.with_code(code), tasks={"T4"})

    assert verdicts["both_curves_of_both_panels_are_drawn"].credit == 0.85


@pytest.mark.parametrize(
    ("losses", "patience", "most", "stop"),
    [
        pytest.param([3, 2, 2.5, 2.1, 1], 2, 9, 4, id="two-in-a-row"),
        pytest.param([3, 2, 2.5, 1, 2, 2], 2, 9, 6, id="a-new-minimum-starts-again"),
        pytest.param([3, 2, 2], 1, 9, 3, id="an-equal-loss-is-no-better"),
        pytest.param([3, 2, 1], 2, 3, 3, id="never-worse"),
    ],
)
def test_training_stops_after_patience_epochs_without_a_new_minimum(
    parts, losses, patience, most, stop
):
    stopping_epoch = parts["remedy_checks"].stopping_epoch

    assert stopping_epoch(np.array(losses), patience, most) == stop


def good_history():
    return {
        name: [0.5, 0.25] for name in ("loss", "accuracy", "val_loss", "val_accuracy")
    }


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="nothing"),
        pytest.param([1, 2, 3], id="three-things"),
        pytest.param(["model", good_history()], id="no-model"),
        pytest.param([ModelData({}), None], id="no-history"),
        pytest.param([ModelData({}), {"loss": [1.0]}], id="curves-missing"),
        pytest.param([ModelData({}), {**good_history(), "loss": [1]}], id="uneven"),
        pytest.param(
            [ModelData({}), {name: [] for name in good_history()}], id="empty"
        ),
        pytest.param(
            [ModelData({}), {**good_history(), "loss": [0.5, np.nan]}], id="nan"
        ),
        pytest.param([ModelData({}), {**good_history(), "loss": "ab"}], id="text"),
        pytest.param(
            [ModelData({}, built=False), good_history()], id="model-without-weights"
        ),
    ],
)
def test_what_is_no_training_is_told_so(parts, value):
    assert isinstance(parts["reading"].run_of(value), str)


def test_training_in_good_form_is_read(parts):
    run = parts["reading"].run_of([ModelData({}), good_history()])

    assert (run.epochs, run.best) == (2, 2)


class Told:
    """A student whose rebuilt network gives what it is told to."""

    def __init__(self, outputs, penalties=()):
        self._outputs, self._penalties = outputs, penalties

    def rebuilt(self, _model):
        return self

    def predict(self, X, *, batch=256):
        assert batch
        return self._outputs[: len(X)]

    def penalties(self):
        return list(self._penalties)


@pytest.mark.parametrize("logits", [False, True])
@pytest.mark.parametrize("penalty", [0.0, 0.3])
def test_history_may_count_the_penalty_in_or_not(parts, logits, penalty):
    P = np.full((4, 10), 0.05)
    P[:, 3] = 0.55
    x_val, y_val = np.zeros((4, 784)), np.array([3, 3, 3, 1])
    loss = -(3 * np.log(0.55) + np.log(0.05)) / 4
    student = Told(np.log(P) + 7 if logits else P, penalties=(0.3,))
    history = good_history() | {
        "val_loss": [1, loss + penalty],
        "val_accuracy": [0, 0.75],
    }
    run = parts["reading"].run_of([ModelData({}), history])

    untrue = parts["reading"].untrue

    assert untrue(student, run, x_val, y_val, epoch=2) == ""
    assert "val_accuracy" in untrue(student, run, x_val, y_val, epoch=1)


def test_wrong_labels_are_as_many_as_asked_for(parts):
    images = parts["drawn"].draw_images(Draws(1, "images"), 200, wrong=0.3, m=50)
    right = parts["drawn"].draw_images(Draws(1, "images"), 200, wrong=0.0, m=50)

    np.testing.assert_array_equal(images.x, right.x)
    assert (images.y != right.y).sum() == 60
    assert images.x.dtype == np.float32
    assert images.x.max() == 1


def test_labels_drawn_by_lot_have_nothing_to_do_with_the_images(parts):
    drawn = parts["drawn"]
    lots = drawn.draw_lottery(Draws(2, "lots"), 1000)
    named = drawn.draw_images(Draws(2, "lots"), 1000, m=500)

    # one in ten by chance; 5 standard deviations
    assert abs((lots.y == named.y).mean() - 0.1) < 0.05


@pytest.mark.slow
def test_full_mnist_is_drawn_from_where_it_is_named(parts, full_mnist):
    assert full_mnist is None
    rows = parts["drawn"]._rows
    rows.cache_clear()
    try:
        x, y = rows("train")
    finally:
        rows.cache_clear()

    assert x.shape == (55_000, 784)
    assert y.shape == (55_000,)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(None, id="nothing"),
        pytest.param("text", id="text"),
        pytest.param([], id="empty"),
        pytest.param({}, id="empty-dict"),
        pytest.param([[], []], id="nested-empty"),
        pytest.param([np.full((50, 784), np.nan), np.zeros(50)], id="nan"),
        pytest.param(float("nan"), id="nan-alone"),
        pytest.param(np.zeros((0, 2)), id="no-rows"),
        pytest.param([[1, 2], [3]], id="ragged"),
        pytest.param([[[1, 2], [3]], [[1], 2]], id="ragged-pair"),
        pytest.param(True, id="true"),
    ],
)
def test_nonsense_fails_and_never_breaks_a_check(desk, loaded, answer):
    functions = [name for task in loaded.lab.tasks for name in task.functions]
    names = {name: lambda *_args, **_kwargs: answer for name in functions}

    verdicts = desk.hidden(names) | desk.public(names)
    for check in (*loaded.hidden, *loaded.public):
        verdicts[check.id] = desk.run(check, names, 1, {})

    passed = {name for name, v in verdicts.items() if v.outcome is Outcome.PASSED}
    assert passed == set()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("overfitting")
@pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is None, reason="TensorFlow is not installed"
)
def test_numbers_that_are_all_typed_in_earn_no_more_than_what_is_right(graded):
    report = graded("invented_numbers")

    earned = {check.id for check in report.checks if check.hidden and check.earned}
    # what the file leaves as the solution has it, and two of four answers
    assert earned <= {
        "labels_stay_with_their_images",
        "no_image_is_drawn_twice",
        "big_net_has_its_width",
        "wrong_labels_are_drawn_by_lot",
    }
    assert report.score <= 20


def test_student_sees_no_hidden_label(parts):
    drawn = parts["drawn"].draw_images(Draws(3, "hidden"), 20, m=30)

    assert len(drawn.given) == 4
    assert not any(given is drawn.y_hidden for given in drawn.given)
    assert InProcessStudent is not None
