import hashlib
import json
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.app.similar import alike
from grader.domain.gradebook import GradingKey
from grader.domain.report import CheckResult, Environment, LabReport, SubmissionRecord
from grader.domain.submission import HandIn
from grader.domain.verdict import Diagnosis, Outcome
from grader.errors import LabError, SubmissionError
from grader.labs.course import Course
from grader.store.gradebook import Gradebook

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)

OWN = "def f{n}(a):\n    total_{n} = [{n} * k + {n} for k in range({n}, a)]\n    return sum(total_{n})\n"
DOUBLE = "def double(x):\n    return x + x\n"


def written(*numbers):
    return DOUBLE + "\n".join(OWN.format(n=number) for number in numbers)


@pytest.fixture
def class_(tmp_path):
    """Return a folder of five who worked alone, and two who did not."""
    root = tmp_path / "class"
    codes = {f"s{n}": written(*range(100 * n, 100 * n + 12)) for n in range(1, 6)}
    codes |= dict.fromkeys(("ada", "zoë"), written(*range(12)))
    for student, code in codes.items():
        (root / student).mkdir(parents=True)
        (root / student / "tiny.py").write_text(code)
    return root


def students(likeness):
    found = likeness.comparison
    return [
        {found.hands[pair.one].shown, found.hands[pair.other].shown}
        for pair in found.pairs
    ]


def solved(likeness):
    """Return who is like the solution."""
    found = likeness.comparison
    return {found.hands[one.one].shown for one in found.solved}


def test_the_two_who_share_are_found(tiny_course, class_):
    found = alike(tiny_course, "tiny", paths=[class_], least=0.4)

    assert students(found) == [{"ada", "zoë"}]
    assert found.title == "A tiny lab"


def notebook(*sources):
    cells = [{"cell_type": "code", "metadata": {}, "source": code} for code in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4})


def test_a_notebook_in_a_zip_is_compared_with_scripts(tiny_course, class_):
    shutil.rmtree(class_ / "zoë")
    with zipfile.ZipFile(class_ / "zoë_tiny.zip", "w") as archive:
        archive.writestr("tiny.ipynb", notebook(*written(*range(12)).split("\n\n")))

    assert students(alike(tiny_course, "tiny", paths=[class_], least=0.4)) == [
        {"ada", "zoë"}
    ]


def test_who_has_the_courses_solution_is_found(tmp_path, class_):
    course = tmp_path / "course"
    shutil.copytree(Path(__file__).parents[1] / "course", course)
    (course / "reference/tiny/tiny.py").write_text(written(*range(500, 512)))
    (class_ / "s1" / "tiny.py").write_text(written(*range(500, 512)))

    found = alike(Course(course), "tiny", paths=[class_], least=0.4)

    assert solved(found) == {"s1", "s5"}
    assert not any("(the course's solution)" in pair for pair in students(found))


ODD = """

def odd(a, b):
    kept = [7 * one - b for one in a if one % 7 > 4]
    total = sum(kept) + len(kept) ** 7
    return (total - 7) / (b + 7.5), kept[-1:]
"""


@pytest.mark.parametrize("is_given", [True, False])
def test_a_function_of_the_stub_is_nobodys_own(tmp_path, class_, is_given):
    course = tmp_path / "course"
    shutil.copytree(Path(__file__).parents[1] / "course", course)
    stub = course / "assignments/tiny/tiny.py"
    stub.write_text(stub.read_text() + ODD * is_given)
    for student in ("s1", "s2"):
        path = class_ / student / "tiny.py"
        path.write_text(path.read_text() + ODD.replace("odd", "mine"))

    found = alike(Course(course), "tiny", paths=[class_], least=0.4).comparison

    assert len(found.by_function) == (0 if is_given else 1)


def test_what_cant_be_compared_is_left_out_with_its_reason(tiny_course, class_):
    (class_ / "s1" / "tiny.py").write_text("def broken(:")
    (class_ / "s2" / "tiny.py").unlink()
    (class_ / "s2" / "tiny.ipynb").write_text("{no notebook")

    found = alike(tiny_course, "tiny", paths=[class_], least=0.4)

    assert {one.student: one.reason.split(":")[0] for one in found.left} == {
        "s1": "it is no Python that can be read",
        "s2": "tiny.ipynb is not a notebook",
    }
    assert students(found) == [{"ada", "zoë"}]


def test_one_alone_is_nothing_to_compare(tiny_course, tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada/tiny.py").write_text(written(1, 2, 3))

    with pytest.raises(SubmissionError, match="found 1 hand-in"):
        alike(tiny_course, "tiny", paths=[tmp_path / "ada"], least=0.4)


def test_a_lab_that_there_is_none_of_is_said(tiny_course, class_):
    with pytest.raises(LabError, match="there is no lab 'tinny'"):
        alike(tiny_course, "tinny", paths=[class_], least=0.4)


def put(book, student, code, mistake=None):
    """Keep a hand-in; with a mistake that a grading named in it."""
    content = code.encode()
    one = HandIn(
        student=student,
        lab="tiny",
        name="tiny.py",
        place=f"class/{student}/tiny.py",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        received_at=NOON,
    )
    (number,) = book.receive([one], at=NOON)
    check = CheckResult(
        id="doubles",
        task="T1",
        title="doubles",
        hidden=True,
        points=100,
        earned=0,
        outcome=Outcome.FAILED,
        diagnosis=mistake and Diagnosis(mistake=mistake, says="so"),
        seconds=0,
    )
    report = LabReport(
        lab="tiny",
        lab_title="Tiny",
        lab_version="1",
        student=student,
        score=0,
        max_score=100,
        seed="7",
        submission=SubmissionRecord(sha256=one.sha256, files=()),
        environment=Environment(python="3.11", numpy="2", isolation="strict"),
        tasks=(),
        checks=(check,),
        graded_at=NOON,
        seconds=0,
        cpu_seconds=0,
    )
    key = GradingKey(lab_sha256="a" * 64, grader_version="1", seed="7", round=0)
    assert book.record(number, key, report)


def test_the_newest_hand_ins_of_the_gradebook_are_compared(tiny_course, tmp_path):
    with Gradebook(f"sqlite:///{tmp_path / 'book.sqlite'}") as book:
        for n in range(1, 6):
            put(book, f"s{n}", written(*range(100 * n, 100 * n + 12)))
        put(book, "zoë", written(*range(12)))
        put(book, "ada", written(*range(12)) + "# as it was first\n")
        put(book, "ada", written(*range(12, 24)))
        none = alike(tiny_course, "tiny", book=book, least=0.4)
        put(book, "zoë", written(*range(12, 24)))
        pair = alike(tiny_course, "tiny", book=book, least=0.4)

    assert (students(none), students(pair)) == ([], [{"ada", "zoë"}])


def test_the_same_mistake_that_a_grading_named_is_told(tiny_course, tmp_path):
    with Gradebook(f"sqlite:///{tmp_path / 'book.sqlite'}") as book:
        for n in range(1, 6):
            put(book, f"s{n}", written(*range(100 * n, 100 * n + 12)))
        put(book, "ada", written(*range(12)), "adds_one")
        put(book, "zoë", written(*range(12)) + "# mine\n", "adds_one")

        (pair,) = alike(tiny_course, "tiny", book=book, least=0.4).comparison.pairs

    assert (pair.mistakes.count, pair.mistakes.some) == (1, ("T1 adds one",))
