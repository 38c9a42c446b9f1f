"""Every lab proves itself: solution, stub and all known mistakes, in real workers."""

import dataclasses
import functools
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from grader.app.verify import verify
from grader.domain.report import CheckResult
from grader.domain.verdict import Outcome
from grader.executors.bench import Job, now
from grader.grading.run import grade
from grader.intake import Found, read
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.labs.regions import stub_of

ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT)
LABS = [lab.name for lab in COURSE.labs()]


def needs_tensorflow(lab):
    """Return the marks of a test that runs a lab's code: one group, so one zygote."""
    contract = COURSE.lab(lab)
    keras = "tensorflow" in contract.preload
    missing = keras and importlib.util.find_spec("tensorflow") is None
    # without images to share, its zygote is that of `keras_sandbox`
    group = "tensorflow" if keras and not contract.data else lab
    return [
        pytest.mark.xdist_group(group),
        pytest.mark.skipif(missing, reason="TensorFlow is not installed"),
    ]


class Kept:
    """A bench that keeps what it was asked and what it answered."""

    def __init__(self, bench):
        self.bench = bench
        self.graded = {}

    def grade(self, job, **options):
        outcome = self.bench.grade(job, **options)
        self.graded[job.student] = job, outcome
        return outcome


@pytest.fixture(scope="session")
def verified(bench):
    """Verify a lab, once for all tests: its rows, and what was graded by name."""

    @functools.cache
    def of(lab):
        kept = Kept(bench)
        # one job: the labs are verified side by side already
        rows = verify(COURSE, [lab], isolation="landlock", jobs=1, warm=kept)
        return rows, kept.graded

    return of


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "lab", [pytest.param(lab, marks=needs_tensorflow(lab)) for lab in LABS]
)
def test_a_lab_grades_right(lab, verified):
    rows, _ = verified(lab)

    assert {row.name: row.problems for row in rows if row.problems} == {}


@pytest.mark.parametrize("lab", LABS)
def test_stub_and_solution_differ_in_the_regions_only(lab):
    loaded = load_lab(COURSE, lab)
    stub = (COURSE.assignment(lab) / f"{lab}.py").read_text(encoding="utf-8")

    assert stub == stub_of(loaded.solution)
    holes = re.findall(r"^ +raise NotImplementedError\(.*\)$", stub, flags=re.MULTILINE)
    rest = re.sub(
        r"^ +# solution .*?^ +# end solution$",
        "",
        loaded.solution,
        flags=re.MULTILINE | re.DOTALL,
    )
    assert len(holes) == loaded.solution.count("# end solution")
    assert [line for line in stub.splitlines() if line not in holes and line] == [
        line for line in rest.splitlines() if line
    ]


@pytest.mark.parametrize("lab", LABS)
def test_every_function_of_the_contract_is_in_stub_and_handout(lab):
    loaded = load_lab(COURSE, lab)
    stub = stub_of(loaded.solution)
    handout = (COURSE.assignment(lab) / "README.md").read_text(encoding="utf-8")
    names = [name for task in loaded.lab.tasks for name in task.functions]

    assert [name for name in names if f"def {name}(" not in stub] == []
    assert [name for name in names if name not in handout] == []


@pytest.mark.parametrize(
    "lab", [pytest.param(lab, marks=needs_tensorflow(lab)) for lab in LABS]
)
def test_the_doctests_of_a_solution_hold(lab):
    solution = COURSE.reference(lab) / f"{lab}.py"
    command = [sys.executable, "-m", "doctest", "-v", "-o", "NORMALIZE_WHITESPACE"]

    # a process of its own: some of the labs import TensorFlow
    run = subprocess.run(
        [*command, str(solution)],
        env={**os.environ, "MPLBACKEND": "Agg", "TF_CPP_MIN_LOG_LEVEL": "2"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout[-2000:]
    passed = re.search(r"^(\d+) passed", run.stdout, flags=re.MULTILINE)
    assert int(passed[1]) > 0


# Checks that train for seconds. Two variants of a lab try each, beside the solution: one
# variant trains hardly otherwise than the next, and CI has to end.
LONG = {
    "mnist": (
        "fifteen_read_unseen_digits",
        "deep_net_reads_unseen_digits",
        "conv_net_reads_unseen_digits",
        "test_curve_is_measured_on_test_images",
        "dropout_net_reads_unseen_digits",
    ),
    "overfitting": (
        "big_net_overfits",
        "small_net_narrows_the_gap",
        "l2_narrows_the_gap",
        "dropout_narrows_the_gap",
        "early_stopping_keeps_the_best",
        "history_tells_the_truth",
        "gap_by_size_measures_each_size",
    ),
    "augmentation": ("augmentation_helps", "arms_make_the_same_steps"),
}


def paths_of_variants(lab):
    """Return every honest variant of a lab's solution."""
    paths = (ROOT / "tests" / "labs" / lab / "variants").glob("*")
    return sorted(path for path in paths if path.suffix in {".py", ".ipynb"})


def left_to_others(path):
    """Return the long checks that other variants of the lab try."""
    lab = path.parts[-3]
    paths = paths_of_variants(lab)
    place = paths.index(path)
    return {
        name
        for number, name in enumerate(LONG.get(lab, ()))
        if (number + place) % len(paths) > 1
    }


def passed(check):
    """Return the result of a check that other variants try."""
    return CheckResult(
        **{name: getattr(check, name) for name in ("id", "task", "title", "points")},
        hidden=True,
        earned=check.points,
        outcome=Outcome.PASSED,
        seconds=0,
    )


def variants():
    """Yield every honest variant of every lab's solution."""
    for lab in LABS:
        for path in paths_of_variants(lab):
            yield pytest.param(
                path,
                id=f"{lab}-{path.stem}{path.suffix}",
                marks=needs_tensorflow(lab),
            )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("path", list(variants()))
def test_an_honest_variant_gets_full_marks(path, bench):
    lab = path.parts[-3]
    found = Found(student=path.stem, lab=lab, path=path)
    checks = {check.id: check for check in bench.lab(lab).hidden}
    others = {name: passed(checks[name]) for name in left_to_others(path)}
    job = Job(path.stem, lab, path.name, lambda: read(found), seed=len(path.stem))

    report = bench.grade(dataclasses.replace(job, known=others))

    lost = {c.id: c.feedback for c in report.checks if c.outcome is not Outcome.PASSED}
    assert (report.score, lost) == (100, {})


@pytest.mark.parametrize("lab", LONG)
def test_two_variants_at_least_try_each_long_check(lab):
    left = [left_to_others(path) for path in paths_of_variants(lab)]

    tried = Counter(name for names in left for name in set(LONG[lab]) - names)
    assert {name: tried[name] for name in LONG[lab] if tried[name] < 2} == {}


def without_times(report):
    """Return a report's content but for when and how long it was graded."""
    times = {"graded_at", "seconds", "cpu_seconds"}
    content = report.model_dump(mode="json", exclude=times)
    for check in content["checks"]:
        del check["seconds"]
    return content


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "lab",
    [
        pytest.param(lab, marks=needs_tensorflow(lab))
        # overfitting trains as mnist does, and much longer
        for lab in LABS
        if "tensorflow" in COURSE.lab(lab).preload and lab != "overfitting"
    ],
)
def test_grading_a_training_twice_gives_the_same_report(lab, verified, bench):
    # all its checks ran when the lab was verified, with all that came before them
    job, report = verified(lab)[1]["solution"]
    first = without_times(report)
    # one long training is as good as all
    known = {
        check.id: check for check in report.checks if check.id in LONG.get(lab, ())[1:]
    }

    second = without_times(bench.grade(dataclasses.replace(job, known=known)))

    assert first["score"] == 100
    assert first == second
    assert "tensorflow" not in sys.modules


def test_every_lab_has_at_least_five_variants():
    counts = Counter(parameter.values[0].parts[-3] for parameter in variants())

    assert {lab: counts[lab] for lab in LABS if counts[lab] < 5} == {}


needs_keras = pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is None, reason="TensorFlow is not installed"
)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("half_adder")
@needs_keras
def test_keras_is_too_slow_where_thousands_of_steps_are_asked_for(bench):
    """T8 is never affordable; then nor is T7, which asks for more in one call.

    What T9 and T10 get of the time that is left depends on the machine.
    """
    path = ROOT / "tests" / "labs" / "half_adder" / "slow" / "keras_fit.py"
    loaded = bench.lab("half_adder")
    tried = {"T1", "T2", "T3", "T4", "T5", "T8"}
    checks = tuple(check for check in loaded.hidden if check.task in tried)
    # a third of the time is as little: ten thousand steps of fit take minutes
    limits = loaded.lab.limits.model_copy(
        update={"call_cpu_s": 4, "submission_cpu_s": 20}
    )
    lab = loaded.lab.model_copy(update={"limits": limits})
    rate = json.loads((COURSE.reference("half_adder") / "calibration.json").read_text())

    report = grade(
        dataclasses.replace(loaded, lab=lab, hidden=checks),
        read(Found(student="keras_fit", lab="half_adder", path=path)),
        workplace=bench.sandbox(loaded.lab.preload, loaded.lab.data),
        seed=3,
        clock=now,
        hidden_only=True,
    )

    assert report.faults == ()
    lost = {check.id: check.outcome for check in report.checks if not check.earned}
    assert lost["train_reliable_always_works"] is Outcome.TIMED_OUT
    # as many steps in one call as one training of T8 has in this file, and more
    assert rate["success_rate"]["n_runs"] * rate["success_rate"]["steps"] > 10_000
    assert report.score >= 60


@pytest.mark.slow
@pytest.mark.xdist_group("half_adder")
@needs_keras
def test_a_tape_is_no_way_around_the_derivations(bench):
    path = ROOT / "tests" / "labs" / "gradients" / "slow" / "tape.py"
    found = Found(student="tape", lab="gradients", path=path)
    job = Job("tape", "gradients", path.name, lambda: read(found), seed=3)

    report = bench.grade(dataclasses.replace(job, hidden_only=True))

    assert report.faults == ()
    assert report.score <= 55


@pytest.mark.xdist_group("together")
def test_tests_of_a_group_share_a_process(request):
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("one process runs all")

    # lost silently by some versions of pytest: then every lab is set up by each process
    assert request.node.nodeid.endswith("@together")
