import asyncio
import inspect
import linecache
import math
import signal

import pytest

from grader.worker.cells import Hourglass, NotebookCell, Overtime

FOREVER = Hourglass(cpu_s=math.inf, wall_s=math.inf)


@pytest.fixture
def run():
    """Return a function that runs cells in one namespace, and returns them and it."""

    def run_all(*codes, late=False, **options):
        namespace = {"__name__": "__main__"}
        flags, cells = 0, []
        for number, code in enumerate(codes, start=1):
            path = f"cell{number}.py"
            cell = NotebookCell(code, path=path, namespace=namespace)
            flags = cell.run(FOREVER, flags=flags, **options)
            cells.append(cell)
        if late:
            cells[0].made = cells[0].run_late(FOREVER)
        return cells, namespace

    return run_all


def test_below_a_failing_line_what_defines_names_is_run_and_nothing_else(run):
    code = """\
before = 1
1 / 0
def f(): return before
class C: pass
import math as m
after = 2
try:
    import nothing_like_this
except ImportError:
    fallback = True
shown = []
shown.append(1)
for i in range(3): pass
if before:
    print("no definition")
"""

    [cell], names = run(code)

    assert [type(error) for error in cell.errors] == [ZeroDivisionError]
    assert cell.failed_line(cell.errors[0]) == 2
    assert cell.went_on
    assert names["f"]() == 1
    assert {"C", "m", "fallback"} <= set(names)
    assert (names["after"], names["shown"]) == (2, [])
    assert "i" not in names


def test_what_stood_before_the_failing_line_stays_and_is_not_run_again(run):
    [cell], names = run("runs = []\nruns.append(1)\nboom\nruns2 = runs")

    assert names["runs2"] == [1]
    assert cell.errors[0].name == "boom"


def test_a_failing_decorator_costs_its_function_alone(run):
    code = "import nothing_like_this\n\n@nothing_like_this.show\ndef a(): pass\n\ndef b(): pass"

    [cell], names = run(code)

    assert [type(error) for error in cell.errors] == [ModuleNotFoundError, NameError]
    assert "a" not in names
    assert "b" in names


def test_error_in_a_function_is_the_statement_that_called_it(run):
    [cell], names = run("def f():\n    return 1 / 0\n\nf()\ndef g(): return 3")

    assert cell.failed_line(cell.errors[0]) == 4
    assert names["g"]() == 3


def test_errors_of_a_cell_are_bounded(run):
    [cell], _ = run("\n".join(f"x{n} = 1 / 0" for n in range(50)))

    assert len(cell.errors) == 5


def test_cell_that_is_no_python_defines_nothing(run):
    [cell], names = run("x = 1\ndef f(:")

    assert isinstance(cell.errors[0], SyntaxError)
    assert "x" not in names


def test_what_waits_for_a_later_cells_name_is_made_at_the_end(run):
    cells, names = run(
        "def f(x: np.ndarray): return np.inf\nZ = np.zeros",
        "import math as np",
        late=True,
    )

    # math has no ndarray: that one fails again; math.zeros is not there either
    assert cells[0].made == []
    cells, names = run(
        "def f(x=np.pi): return x\nTAU = 2 * np.pi", "import math as np", late=True
    )
    assert cells[0].made == [(1, "np", ["f"]), (2, "np", ["TAU"])]
    assert names["f"]() == math.pi


def test_a_later_cells_definition_is_not_replaced_at_the_end(run):
    cells, names = run(
        "def f(x=late): return 'first'", "late = 1\ndef f(): return 'second'", late=True
    )

    assert cells[0].made == []
    assert names["f"]() == "second"


def test_await_at_the_top_is_run_to_its_end(run):
    [cell], names = run(
        "import asyncio\nasync def soon(): return 7\n"
        "await asyncio.sleep(0)\nx = await soon()"
    )

    assert cell.errors == []
    assert names["x"] == 7
    assert inspect.iscoroutinefunction(names["soon"])
    asyncio.set_event_loop_policy(None)


def test_future_annotations_hold_in_later_cells(run):
    cells, names = run(
        "from __future__ import annotations", "def f(x: nowhere): return x"
    )

    assert cells[1].errors == []
    assert names["f"](1) == 1


def test_skipped_line_is_not_run_again(run):
    cells, names = run("a = 1\na = 1 / 0\nb = a\nprint('not run')", skip=2)

    assert (names["a"], names["b"], cells[0].errors) == (1, 1, [])


@pytest.fixture
def timers():
    """Give the test runner its own alarm back; Windows has none."""
    kept = {
        number: signal.getsignal(number) for number in (signal.SIGALRM, signal.SIGPROF)
    }
    left = signal.setitimer(signal.ITIMER_REAL, 0)
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)
    signal.setitimer(signal.ITIMER_REAL, *left)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no timers")
@pytest.mark.usefixtures("timers")
def test_loops_that_catch_everything_are_stopped():
    glass = Hourglass(cpu_s=0.1, wall_s=60)
    # ends by itself, should nobody stop it
    code = "import time\nEND = time.process_time() + 5\ndef spin():\n"
    code += "    while time.process_time() < END: pass\n"
    code += "try: spin()\nexcept BaseException: pass\n" * 3
    names = {}
    cell = NotebookCell(f"{code}spin()\nx = 1", path="cell.py", namespace=names)

    cell.run(glass)

    assert isinstance(cell.errors[0], Overtime)
    assert cell.failed_line(cell.errors[0]) == 11
    assert names["x"] == 1
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0


def test_sources_of_cells_beside_files_are_found():
    # as the worker does for cells beyond the files that it may write
    linecache.cache["cell_without_file.py"] = (9, None, ["def f(): return 1\n"], "c")
    names = {"__name__": "__main__"}
    cell = NotebookCell(
        "def f(): return 1\n", path="cell_without_file.py", namespace=names
    )

    cell.run(FOREVER)

    linecache.checkcache()
    assert inspect.getsource(names["f"].__code__) == "def f(): return 1\n"


def test_an_error_with_attributes_of_its_own_does_no_harm(run):
    code = (
        "class E(NameError):\n    name = property(lambda self: 1 / 0)\nraise E\nx = 1"
    )

    [cell], names = run(code, late=True)

    assert type(cell.errors[0]).__name__ == "E"
    assert names["x"] == 1
