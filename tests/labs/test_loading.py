"""Loading a lab: what holds, and every way in which it can be broken."""

import shutil

import pytest

from grader.errors import LabError
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.labs.mutants import mutant_of


@pytest.fixture
def copied(tiny_course, tmp_path):
    """A copy of the tiny course to break."""
    shutil.copytree(tiny_course.root, tmp_path / "course")
    return Course(tmp_path / "course")


def change(course, part, file, old, new):
    path = course.root / part / "tiny" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_teachers_copy_has_everything(tiny_course):
    loaded = load_lab(tiny_course, "tiny")

    assert [check.id for check in loaded.public] == ["doubles_two"]
    assert sum(check.points for check in loaded.hidden) == 100
    assert {mistake.name for mistake in loaded.mistakes} == {
        "squares",
        "forgets_the_last",
    }


def test_gates_come_with_their_calibration(tiny_course):
    (gate,) = load_lab(tiny_course, "tiny").gates

    assert gate.name == "share_above_one"
    assert gate.calibrations["any"].runs == 100


def test_a_gate_of_another_module_is_one_gate(copied):
    directory = copied.root / "reference" / "tiny"
    (directory / "plots.py").write_text("from .checks import share_above_one\n")
    change(copied, "reference", "mistakes.py", "from . import", "from . import plots,")

    assert len(load_lab(copied, "tiny").gates) == 1


def test_a_broken_calibration_is_refused_in_one_line(copied):
    (copied.root / "reference/tiny/calibration.json").write_text("{")

    with pytest.raises(LabError, match=r"calibration\.json: not JSON") as caught:
        load_lab(copied, "tiny")

    assert "\n" not in str(caught.value)


def test_a_students_copy_has_no_answers(copied):
    shutil.rmtree(copied.root / "reference")

    loaded = load_lab(copied, "tiny")

    assert (loaded.hidden, loaded.mistakes, loaded.solution) == ((), (), None)
    assert loaded.gates == ()


def test_the_version_changes_with_anything_that_decides_marks(copied):
    before = load_lab(copied, "tiny").version
    change(copied, "reference", "checks.py", "size=5", "size=6")

    assert load_lab(copied, "tiny").version != before


@pytest.mark.parametrize(
    ("part", "file", "old", "new", "message"),
    [
        pytest.param(
            "assignments",
            "lab.toml",
            "points = 40",
            "points = 41",
            "add up to 101",
            id="sum",
        ),
        pytest.param("assignments", "lab.toml", '"T2"', '"T1"', "not unique", id="ids"),
        pytest.param(
            "assignments",
            "lab.toml",
            '["double"]',
            '["files"]',
            "can't ask for a function called files",
            id="reserved",
        ),
        pytest.param(
            "assignments", "lab.toml", "order = 1", "order = ", "not TOML", id="toml"
        ),
        pytest.param(
            "assignments",
            "lab.toml",
            "order = 1",
            "ordr = 1",
            "ordr: nobody knows",
            id="unknown-key",
        ),
        pytest.param(
            "assignments",
            "lab.toml",
            "order = 1",
            "",
            "order: is missing",
            id="missing",
        ),
        pytest.param(
            "assignments",
            "lab.toml",
            'name = "tiny"',
            'name = "huge"',
            "got 'huge', expected 'tiny'",
            id="name",
        ),
        pytest.param(
            "reference", "checks.py", "points=20", "points=10", "worth 50", id="points"
        ),
        pytest.param(
            "reference", "checks.py", 'task="T1"', 'task="T9"', "T1", id="task"
        ),
        pytest.param(
            "reference",
            "checks.py",
            'after="total_adds_up"',
            'after="nothing"',
            "comes after nothing",
            id="after",
        ),
        pytest.param(
            "reference",
            "checks.py",
            'uses=("double",)',
            'uses=("triple",)',
            "uses triple",
            id="uses",
        ),
        pytest.param(
            "reference",
            "mistakes.py",
            'fails="double_doubles"',
            'fails="none"',
            "no hidden check",
            id="fails",
        ),
        pytest.param(
            "reference",
            "checks.py",
            "import Draws",
            "import Drawz, Draws",
            "ImportError",
            id="import",
        ),
    ],
)
def test_a_broken_lab_is_refused_in_one_line(copied, part, file, old, new, message):
    change(copied, part, file, old, new)

    with pytest.raises(LabError, match=message) as caught:
        load_lab(copied, "tiny")

    assert "\n" not in str(caught.value)


def test_an_unknown_lab_gets_the_nearest_name(tiny_course):
    with pytest.raises(LabError, match="did you mean tiny"):
        tiny_course.lab("tinny")


def test_a_directory_without_labs_says_where_it_looked(tmp_path):
    with pytest.raises(LabError, match="no labs found"):
        Course.find(tmp_path)


def test_a_course_is_found_from_below(tiny_course):
    assert Course.find(tiny_course.assignment("tiny")) == tiny_course


def test_a_mutant_replaces_one_function_for_the_whole_file(tiny_course):
    loaded = load_lab(tiny_course, "tiny")
    squares = next(m for m in loaded.mistakes if m.name == "squares")
    namespace = {}

    exec(mutant_of(loaded.solution, squares), namespace)  # noqa: S102

    assert namespace["double"](3) == 9
    assert namespace["total"]([3.0]) == 9.0
    assert namespace["solution"].double(3) == 6


def test_a_contract_with_a_byte_order_mark_is_read(copied):
    path = copied.assignment("tiny") / "lab.toml"
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")

    assert copied.lab("tiny").name == "tiny"
