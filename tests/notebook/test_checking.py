"""The self-check on a student's functions, without a kernel."""

import random
import sys
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest

from grader.domain.check import Check
from grader.domain.verdict import Outcome, Verdict
from grader.errors import LabError
from grader.labs.course import Course
from grader.labs.loading import LoadedLab
from grader.languages import ENGLISH
from grader.languages.catalogue import language
from grader.notebook import check
from grader.notebook.kernel import KernelStudent
from grader.notebook.notices import NotChecked
from grader.notebook.running import results

COURSE = Path(__file__).parents[1] / "course"


@pytest.fixture(autouse=True)
def in_the_course(monkeypatch):
    monkeypatch.chdir(COURSE)


@pytest.fixture
def run(check_of):
    """Run checks of the tiny lab on some names."""
    lab = Course(COURSE).lab("tiny")

    def run(names, *functions, language=ENGLISH, **after):
        checks = tuple(
            check_of(one, after=after.get(one.__name__, ())) for one in functions
        )
        loaded = LoadedLab(lab, "1", checks, (), (), None)
        found = results(loaded, KernelStudent(names), language=language)
        return {one.id: one for one in found}

    return run


@pytest.fixture
def check_of():
    def check_of(function, *, after):
        return Check(
            id=function.__name__,
            task="T1",
            points=0,
            title=function.__doc__,
            run=function,
            after=after,
        )

    return check_of


def test_functions_of_the_kernel_are_checked_as_they_are_now():
    table = check("tiny", namespace={"double": lambda x: 2 * x})

    assert table.passed == 1
    assert "1 of 1 public checks pass" in repr(table)


def test_hidden_checks_are_never_loaded_in_a_students_kernel():
    table = check("tiny", namespace={"double": lambda x: 2 * x})

    assert [one.id for one in table.checks] == ["doubles_two"]


def test_an_unknown_lab_gets_the_nearest_name():
    with pytest.raises(LabError, match="did you mean tiny"):
        check("tinny")


def test_a_folder_that_is_gone_is_one_line(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    with pytest.raises(NotChecked, match="No such file"):
        check("tiny", namespace={})


def test_what_is_no_labs_name_is_one_line():
    with pytest.raises(NotChecked, match="got a module, expected a lab's name"):
        check(pytest, namespace={})


def test_an_unknown_language_gets_those_that_there_are():
    with pytest.raises(NotChecked, match="no language 'xx'; there are en"):
        check("tiny", lang="xx", namespace={})


def test_what_waits_for_a_check_that_fails_is_not_run(run):
    def first(_student, _rng):
        """One is two."""
        return Verdict.failed("no")

    def second(_student, _rng):
        """Never asked."""
        raise AssertionError

    found = run({}, first, second, second=("first",))

    assert found["second"].outcome is Outcome.SKIPPED
    assert found["second"].feedback == "waits for: One is two."


def test_a_check_that_is_broken_is_not_the_students_fault_and_stops_no_other(run):
    def broken(_student, _rng):
        """A check with a bug."""
        raise KeyError("w")

    def silent(_student, _rng):
        """A check that says nothing."""

    def fine(_student, _rng):
        """A check without."""
        return Verdict.passed()

    found = run({}, broken, silent, fine)

    assert "not your fault" in found["broken"].feedback
    assert "KeyError" in found["broken"].feedback
    assert "returned NoneType" in found["silent"].feedback
    assert found["fine"].outcome is Outcome.PASSED


def test_an_interrupt_says_which_check_it_was_and_stays_an_interrupt(run):
    def endless():
        raise KeyboardInterrupt

    def asked(student, _rng):
        """It ends."""
        return Verdict.failed(str(student.endless()))

    with pytest.raises(KeyboardInterrupt, match=r"you stopped T1, asked, after 0 s"):
        run({"endless": endless}, asked)


def test_an_interrupt_is_told_in_the_students_language(run):
    def asked(_student, _rng):
        """It ends."""
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"вы остановили T1, asked, через 0 с;"):
        run({}, asked, language=language("ru"))


def test_an_ipython_that_does_not_number_its_cells_tells_the_line(monkeypatch):
    shell = SimpleNamespace(compile=object())
    old = SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", old)

    assert KernelStudent({})._place("<ipython-input-5-0123>", 3) == "line 3"


def test_a_spy_is_called_by_the_functions_of_the_notebook(run):
    names = {"__name__": "__main__"}
    exec("def nand(a, b): return 1\ndef gate(a): return nand(a, a)", names)  # noqa: S102
    calls = []

    def spied(student, _rng):
        """A gate is made of nand."""

        def nand(a, b):
            calls.append((a, b))
            return 0

        student.replaced({"nand": nand}).gate(3)
        return Verdict.passed()

    run(names, spied)

    assert calls == [(3, 3)]
    assert names["nand"](0, 0) == 1


def test_a_check_draws_the_same_whatever_the_notebook_has_drawn(run):
    def seen(student, rng):
        """Draws."""
        return Verdict.failed(f"{rng.random()} {student.noise()}")

    def noise():
        return np.random.rand() + random.random()  # noqa: NPY002, S311

    names = {"noise": noise}
    first, second = run(names, seen), run(names, seen)

    assert first["seen"].feedback == second["seen"].feedback


def test_what_a_check_writes_is_seen_by_it_alone(run):
    def writes():
        Path("log.txt").write_text("loss 1")

    def wrote(student, _rng):
        """A log is written."""
        student.writes()
        return Verdict.failed(",".join(student.files()))

    found = run({"writes": writes}, wrote)

    assert found["wrote"].feedback == "log.txt"
    assert not Path("log.txt").exists()


@pytest.mark.parametrize("returns", [True, False], ids=["returned", "left-to-pyplot"])
def test_a_plot_is_checked_in_the_kernel_too(run, returns):
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    mine = plt.figure()
    seen = []

    def draw():
        axes = plt.gca()
        axes.plot([1, 2], [3, 4], label="loss")
        return axes.figure if returns else None

    def drawn(student, _rng):
        """A loss is drawn."""
        seen.append(student.draw().axes[0].series[0].y)
        return Verdict.passed()

    before = plt.get_fignums()
    run({"draw": draw}, drawn)

    assert seen == [(3.0, 4.0)]
    assert (plt.get_fignums(), mine.axes) == (before, [])
    plt.close(mine)
