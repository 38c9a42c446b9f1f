"""Calibrating: the same runs every time, written whole or not at all."""

import json
import shutil

import pytest

from grader.app.calibrate import CalibrateOptions, calibrate
from grader.app.verify_gates import gate_proofs
from grader.errors import LabError, SubmissionError
from grader.labs.course import Course
from grader.labs.loading import load_lab

SECOND = '''

@gate(at_least=0.0)
def a_first(student: StudentCode, rng: Draws) -> float:
    """Half of what double makes of a random number."""
    return student.double(rng.random()) / 2
'''


@pytest.fixture
def course(tiny_course, tmp_path):
    """A copy of the tiny course to calibrate."""
    shutil.copytree(tiny_course.root, tmp_path / "course")
    return Course(tmp_path / "course")


@pytest.fixture
def file(course):
    return course.reference("tiny") / "calibration.json"


@pytest.fixture
def calibrated(course, confined):
    """Calibrate the tiny lab and return what came out."""
    assert confined is not None

    def run(**options):
        found = []
        calibrate(
            course,
            "tiny",
            options=CalibrateOptions(**{"isolation": "landlock", "jobs": 1, **options}),
            finished=found.append,
        )
        return found

    return run


def style(tmp_path, name, double):
    path = tmp_path / name
    path.write_text(f"import numpy as np\ndef double(x):\n    {double}\n")
    return path


def stored(file):
    return json.loads(file.read_text())["gates"]["share_above_one"]["any"]


def test_the_same_command_writes_the_same_values(calibrated, file):
    calibrated(runs=4)
    first = stored(file)["values"]
    calibrated(runs=4, jobs=2)

    assert stored(file)["values"] == first
    assert len(set(first["share"])) > 1


def test_styles_take_turns_and_are_counted(calibrated, file, tmp_path):
    other = style(tmp_path, "by_factor.py", "return 2 * x")

    calibrated(runs=5, styles=(other,))

    assert stored(file)["styles"] == {"solution": 3, "by_factor.py": 2}


def test_added_runs_have_other_seeds(calibrated, file):
    calibrated(runs=6)
    whole = stored(file)
    calibrated(runs=2)
    calibrated(runs=4, add=True)

    assert stored(file)["values"] == whole["values"]
    assert stored(file)["styles"] == {"solution": 6}


def test_a_right_style_that_raises_is_a_failure_and_is_told(calibrated, file, tmp_path):
    broken = style(tmp_path, "broken.py", "raise ValueError('no')")

    (result,) = calibrated(runs=4, styles=(broken,))

    assert stored(file)["failed"] == 2
    assert not result.is_fair
    assert len(result.problems) == 2
    assert result.problems[0].startswith("broken.py, seed 1: ")
    assert "ValueError: no" in result.problems[0]


def test_a_style_that_misses_makes_the_gate_unfair(calibrated, tmp_path):
    wrong = style(tmp_path, "wrong.py", "return x * x")

    (result,) = calibrated(runs=100, styles=(wrong,))

    assert result.calibration.failures(result.conditions) == 50
    assert result.bound > 0.1


def test_other_keys_and_other_gates_stay(calibrated, course, file):
    checks = course.reference("tiny") / "checks.py"
    checks.write_text(checks.read_text() + SECOND)
    content = json.loads(file.read_text())
    before = content["gates"]["share_above_one"]
    file.write_text(json.dumps({"note": "kept", **content}))

    calibrated(runs=2, gates=("a_first",))

    after = json.loads(file.read_text())
    assert after["note"] == "kept"
    assert after["gates"]["share_above_one"] == before
    assert after["gates"]["a_first"]["any"]["styles"] == {"solution": 2}


def test_an_interrupt_keeps_the_gates_that_are_finished(course, file, confined):
    assert confined is not None
    checks = course.reference("tiny") / "checks.py"
    checks.write_text(checks.read_text() + SECOND)
    before = stored(file)

    def stop(progress):
        if progress.done == 3:
            raise KeyboardInterrupt

    options = CalibrateOptions(isolation="landlock", jobs=1, runs=2)
    with pytest.raises(KeyboardInterrupt):
        calibrate(course, "tiny", options=options, progress=stop)

    assert stored(file) == before
    assert json.loads(file.read_text())["gates"]["a_first"]["any"]["styles"]
    assert list(file.parent.glob(".*")) == []


def change(course, old, new):
    checks = course.reference("tiny") / "checks.py"
    text = checks.read_text()
    assert old in text
    checks.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gates": ("share_above_on",)}, "did you mean share_above_one"),
        ({"gates": ("xyz",)}, "no gate 'xyz'; it has share_above_one"),
    ],
    ids=["near", "far"],
)
def test_an_unknown_gate_is_refused(calibrated, options, message):
    with pytest.raises(LabError, match=message):
        calibrated(**options)


def test_a_lab_without_gates_has_nothing_to_calibrate(calibrated, course):
    change(course, "@gate(", "@(lambda **_: lambda function: function)(")

    with pytest.raises(LabError, match="tiny has no gates"):
        calibrated()


def test_a_students_copy_has_nothing_to_calibrate(calibrated, course):
    shutil.rmtree(course.reference("tiny"))

    with pytest.raises(LabError, match="no reference/ here"):
        calibrated()


def test_a_gate_that_fails_itself_is_the_labs_problem(calibrated, course):
    change(course, "rng.random(100)", "rng.nothing(100)")

    with pytest.raises(LabError, match="gate share_above_one failed itself: Attribute"):
        calibrated(runs=1)


def test_two_styles_of_one_name_are_refused(calibrated, tmp_path):
    one = style(tmp_path, "one.py", "return x + x")

    with pytest.raises(LabError, match="two styles are called one"):
        calibrated(styles=(one, one))


def test_a_style_that_is_no_python_is_refused(calibrated, tmp_path):
    (tmp_path / "a.txt").write_text("x")

    with pytest.raises(SubmissionError, match="hand in tiny"):
        calibrated(styles=(tmp_path / "a.txt",))


def test_runs_of_another_function_are_not_added_to(calibrated, course):
    change(course, "rng.random(100)", "rng.random(200)")

    with pytest.raises(LabError, match="changed since it was calibrated"):
        calibrated(runs=1, add=True)


def proofs(course):
    return {proof.name: proof for proof in gate_proofs(load_lab(course, "tiny"))}


def test_the_stored_calibration_of_the_tiny_lab_proves_its_gate(course):
    proof = proofs(course)["share_above_one"]

    assert proof.problems == ()
    assert proof.evidence.startswith("0 of 100 right runs fail, false-fail bound 3e-05")


def test_a_gate_without_a_calibration_is_a_problem(course, file):
    file.unlink()

    assert proofs(course)["share_above_one"].problems == (
        "not calibrated; run `grader calibrate tiny`",
    )


def test_every_source_that_thresholds_name_needs_a_calibration(course, file):
    change(course, '{"share": 0.3}', '{"share": {"embedded": 0.3, "full": 0.3}}')
    content = json.loads(file.read_text())
    runs = content["gates"]["share_above_one"]
    runs["embedded"] = runs.pop("any")
    file.write_text(json.dumps(content))

    found = proofs(course)

    assert found["share_above_one [embedded]"].problems == ()
    assert "not calibrated for full data" in found["share_above_one [full]"].problems[0]


def test_the_failures_are_counted_again_at_todays_threshold(course):
    change(course, '{"share": 0.3}', '{"share": 0.5}')

    (problem,) = proofs(course)["share_above_one"].problems

    assert "widen the threshold, or train longer" in problem


def test_too_few_runs_prove_too_little(calibrated, course):
    calibrated(runs=20)

    (problem,) = proofs(course)["share_above_one"].problems

    assert "64 runs without a failure are enough" in problem


def test_a_condition_that_was_not_calibrated_is_a_problem(course):
    change(course, '{"share": 0.7}', '{"share": 0.7, "spread": 1}')

    assert "without spread" in proofs(course)["share_above_one"].problems[0]


def test_a_function_that_changed_is_a_problem(course):
    change(course, "rng.random(100)", "rng.random(90)")

    assert "function changed" in proofs(course)["share_above_one"].problems[0]
