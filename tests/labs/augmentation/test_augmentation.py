import numpy as np
import pytest

from grader.checks import numbers
from grader.domain.verdict import Outcome


@pytest.fixture(scope="module")
def lab(desk):
    return desk.solution


def slow_shift(X, dx, dy):
    """The definition: pixel by pixel."""
    shifted = np.zeros_like(X)
    n, h, w = X.shape
    for i in range(n):
        for r in range(h):
            for c in range(w):
                if 0 <= r - dy < h and 0 <= c - dx < w:
                    shifted[i, r, c] = X[i, r - dy, c - dx]
    return shifted


@pytest.mark.parametrize(
    ("dx", "dy"), [(0, 0), (2, 0), (-3, 1), (4, 4), (0, -5), (5, 0), (-9, 2), (1, 30)]
)
def test_shift_is_its_definition(lab, dx, dy):
    X = np.random.default_rng(0).uniform(0.1, 1, (2, 4, 5))

    np.testing.assert_array_equal(lab["shift_images"](X, dx, dy), slow_shift(X, dx, dy))


@pytest.mark.parametrize(("deg", "turns"), [(0, 0), (90, 1), (180, 2), (-90, 3)])
@pytest.mark.parametrize("size", [27, 28])
def test_right_angles_are_those_of_rot90(lab, deg, turns, size):
    image = np.random.default_rng(0).uniform(size=(size, size))

    rotated = lab["rotate_image"](image, deg)

    np.testing.assert_array_equal(rotated, np.rot90(image, turns))


def test_rotation_agrees_with_scipy(lab):
    ndimage = pytest.importorskip("scipy.ndimage")
    image = np.random.default_rng(0).uniform(size=(28, 28))

    expected = ndimage.rotate(image, 33, reshape=False, order=0)

    # pixels whose source is nearly between two others may be either
    assert np.mean(lab["rotate_image"](image, 33) == expected) > 0.95


def test_every_epoch_starts_from_the_originals(lab):
    X = np.zeros((3, 28, 28))
    X[:, 13:15, 13:15] = 1

    batches = lab["augmented_batches"](X, np.arange(3), batch=2, epochs=30, seed=0)

    rows, columns = np.nonzero(sum(X_batch.sum(axis=0) for X_batch, _ in batches))[:2]
    assert [len(y) for _, y in batches] == [2, 1] * 30
    assert min(rows.min(), columns.min()) >= 10
    assert max(rows.max(), columns.max()) <= 17


def test_one_seed_is_never_significant(lab):
    found = lab["compare"]([0.8], [0.99])

    assert found["standard_error"] == np.inf
    assert (found["t"], found["p_sign"], found["significant"]) == (0, 0.5, False)


def test_t_is_that_of_scipy(lab):
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    plain, augmented = rng.normal(0.85, 0.01, 6), rng.normal(0.88, 0.01, 6)

    found = lab["compare"](plain, augmented)

    assert found["t"] == pytest.approx(stats.ttest_rel(augmented, plain).statistic)
    wins = int((augmented > plain).sum())
    expected = stats.binomtest(wins, 6, alternative="greater").pvalue
    assert found["p_sign"] == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(20))
def test_solution_gets_full_marks(desk, seed):
    verdicts = desk.hidden(
        desk.solution, seed=seed, tasks={"T1", "T2", "T3", "T4", "T8"}
    )

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


def test_solution_passes_what_needs_no_training(desk):
    verdicts = desk.hidden(desk.solution) | desk.public(desk.solution)

    assert {n: v.feedback for n, v in verdicts.items() if v.credit < 1} == {}


def test_empty_stub_gets_nothing(desk):
    verdicts = desk.hidden(desk.stub) | desk.public(desk.stub)

    assert {v.outcome for v in verdicts.values()} == {
        Outcome.NOT_ATTEMPTED,
        Outcome.SKIPPED,
    }


def test_mistake_loses_points_where_it_says_and_is_named(desk, loaded, known):
    tasks = {one.task for one in loaded.hidden if one.id in known.fails} - {"T5"}

    verdicts = desk.hidden(desk.mutant(known), tasks=tasks)

    quick = [name for name in known.fails if name in verdicts]
    told = {v.diagnosis.mistake for v in verdicts.values() if v.diagnosis}
    assert quick
    assert all(verdicts[name].credit < 1 for name in quick)
    assert not known.named or known.name in told


def test_wrong_shift_is_charged_once(desk):
    names = desk.with_code("""
def shift_images(X, dx, dy):
    return None
""")

    verdicts = desk.hidden(names)

    lost = {name for name, verdict in verdicts.items() if verdict.credit < 1}
    assert lost == {
        "shift_goes_right_and_down",
        "nothing_comes_back_on_the_other_side",
        "shift_beyond_the_frame",
    }


def test_shift_that_writes_into_its_images_earns_half(desk):
    names = desk.with_code("""
def shift_images(X, dx, dy, right=shift_images):
    X[:] = right(X, dx, dy)
    return X
""")

    verdict = desk.hidden(names, tasks={"T1"})["shift_goes_right_and_down"]

    assert verdict.credit == 0.5


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("np.clip(rng.normal(0, 1, n), -limit, limit)", id="normal"),
        pytest.param("rng.choice([-limit, limit], n)", id="ends-only"),
        pytest.param("rng.integers(0, limit + 1, n)", id="one-side"),
        pytest.param("rng.integers(-1, 2, n)", id="limit-ignored"),
    ],
)
def test_shifts_that_are_not_uniform_are_noticed(desk, code):
    names = desk.with_code(f"""
def random_augment(X, max_shift=2, max_deg=15, seed=0):
    rng, n, limit = np.random.default_rng(seed), len(X), max_shift
    dx, dy = ({code} for _ in range(2))
    moves = zip(X, np.rint(dx).astype(int), np.rint(dy).astype(int))
    return np.array([shift_images(x[None], int(a), int(b))[0] for x, a, b in moves])
""")

    verdict = desk.hidden(names, tasks={"T3"})["random_shifts_are_even"]

    assert verdict.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(None, id="nothing"),
        pytest.param("text", id="text"),
        pytest.param([], id="empty"),
        pytest.param([{}, []], id="empty-parts"),
        pytest.param([{"accuracy": "x", "steps": None}, ["a"]], id="nested-nonsense"),
        pytest.param([[np.zeros((2, 28, 28)), [0]], 5], id="batches-of-other-kinds"),
        pytest.param(float("nan"), id="nan"),
        pytest.param(np.full((2, 28, 28), np.nan), id="images-of-nan"),
        pytest.param(np.zeros((0, 28, 28)), id="no-images"),
        pytest.param(True, id="true"),
    ],
)
def test_nonsense_fails_and_never_breaks_a_check(desk, loaded, answer):
    functions = [name for task in loaded.lab.tasks for name in task.functions]
    names = {name: lambda *_args, **_kwargs: answer for name in functions}
    tasks = {task.id for task in loaded.lab.tasks}

    verdicts = desk.hidden(names, tasks=tasks) | desk.public(names, tasks=tasks)

    assert {n for n, v in verdicts.items() if v.outcome is Outcome.PASSED} == set()


def test_hidden_feedback_shows_no_inputs_and_no_expected_values(desk):
    names = desk.with_code("""
def shift_images(X, dx, dy):
    return np.zeros_like(X)
""")

    verdict = desk.hidden(names, tasks={"T1"})["shift_goes_right_and_down"]

    assert verdict.example is not None
    assert numbers(verdict.feedback, ()) is None
    assert verdict.example.expected not in verdict.feedback
