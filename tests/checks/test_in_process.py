# ruff: noqa: ARG005 - wrong answers take arguments and ignore them
import copy
import types
import warnings

import matplotlib as mpl
import numpy as np
import pytest

from grader.checks import CallFailed, InProcessStudent, Opaque, Outcome, mistake
from grader.domain.figure import FigureData

mpl.use("Agg")


def student_of(code, **options):
    namespace = {"np": np}
    exec(code, namespace)  # noqa: S102 - it is what a notebook does
    return InProcessStudent(namespace, **options)


class Celsius(float):
    def __float__(self):
        return 451.0


class Matrix(np.ndarray):
    pass


class Tensor:
    def __array__(self, dtype=None, copy=None):
        return np.array([1, 2], dtype=dtype)


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        pytest.param(None, None, id="nothing"),
        pytest.param((1, (2.5, "x")), [1, [2.5, "x"]], id="tuples become lists"),
        pytest.param(np.float32(0.5), 0.5, id="NumPy scalar"),
        pytest.param(np.bool_(True), True, id="NumPy bool"),
        pytest.param({1: (2,)}, {"1": [2]}, id="keys become strings"),
        pytest.param(Celsius(21.5), 21.5, id="subclass of float can't lie"),
    ],
)
def test_values_arrive_as_plain_ones(value, arrives):
    student = InProcessStudent({"f": lambda: value})

    got = student.f()

    assert got == arrives
    assert type(got) is type(arrives)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(np.array([1, 2]).view(Matrix), id="subclass"),
        pytest.param(np.ma.array([1, 2], mask=[0, 1]), id="masked"),
        pytest.param(Tensor(), id="object with __array__"),
        pytest.param(np.array([1, 2], dtype=">i8"), id="other byte order"),
    ],
)
def test_arrays_arrive_as_plain_ones(value):
    got = InProcessStudent({"f": lambda: value}).f()

    assert type(got) is np.ndarray
    assert got.dtype.isnative
    np.testing.assert_array_equal(got, [1, 2])


@pytest.mark.parametrize("value", [object(), lambda: 0, np.array([object()])])
def test_what_is_no_value_arrives_as_opaque(value):
    assert isinstance(InProcessStudent({"f": lambda: value}).f(), Opaque)


def test_arguments_are_copies():
    student = student_of("def f(x, k):\n    x[0] = 9\n    k.append(1)\n    return x")
    x, k = np.zeros(2), []

    reply = student.f.reply(x, k)

    np.testing.assert_array_equal(x, [0, 0])
    assert k == []
    np.testing.assert_array_equal(reply.args_after[0], [9, 0])
    assert reply.args_after[1] == [1]


def test_warnings_come_back_and_are_not_shown():
    student = student_of("def f(x):\n    return np.exp(x)")

    reply = student.f.reply(np.array([1000.0]))

    assert reply.warnings == ("RuntimeWarning: overflow encountered in exp",)


def test_a_missing_function_is_not_attempted():
    with pytest.raises(CallFailed, match="no function sigmoid in your file") as failure:
        InProcessStudent({}).sigmoid(0.0)

    assert failure.value.outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize(
    ("statement", "outcome", "message"),
    [
        ("raise NotImplementedError('T1: f')", Outcome.NOT_ATTEMPTED, "T1: f"),
        ("raise MemoryError", Outcome.OUT_OF_MEMORY, "MemoryError"),
        ("raise ValueError('a\\n b')", Outcome.RAISED, "ValueError: a b (line 3)"),
        ("raise SystemExit", Outcome.RAISED, "the code called exit() (line 3)"),
        ("raise Silent", Outcome.RAISED, "Silent (line 3)"),
        ("return missing", Outcome.RAISED, "name 'missing' is not defined (line 3)"),
        ("return np.ones(2) @ np.ones(3)", Outcome.RAISED, "(line 3)"),
    ],
)
def test_what_goes_wrong_is_an_outcome_with_its_line(statement, outcome, message):
    student = student_of(
        "class Silent(BaseException):\n"
        "    def __str__(self): raise ValueError\n"
        f"def f(): {statement}"
    )

    with pytest.raises(CallFailed) as failure:
        student.f()

    assert failure.value.outcome is outcome
    assert message in failure.value.message


def test_a_name_that_is_no_function_raises():
    with pytest.raises(CallFailed, match="TypeError") as failure:
        InProcessStudent({"f": 3.5}).f()

    assert failure.value.outcome is Outcome.RAISED
    assert "line" not in failure.value.message


def test_interrupting_the_kernel_is_not_an_answer():
    student = student_of("def f(): raise KeyboardInterrupt")

    with pytest.raises(KeyboardInterrupt):
        student.f()


def test_function_arguments_are_called_with_plain_values():
    student = student_of("def f(g): return g((1, np.float64(2)), k=(3,))")
    seen = []

    def ours(x, *, k):
        seen.append((x, k))
        return (4,)

    assert student.f(ours) == [4]
    assert seen == [([1, 2.0], [3])]


def test_replaced_names_last_for_the_call_only():
    student = student_of("def nand(a, b): return 0\ndef f(): return nand(1, 1)")
    lent = student.replaced({"nand": lambda *_: 7}).replaced({"other": lambda: 8})

    assert lent.f() == 7
    assert lent.other() == 8
    assert student.f() == 0
    with pytest.raises(CallFailed):
        student.other()


def test_names_come_back_after_an_error():
    student = student_of("def g(): return 1\ndef f(): g(); raise ValueError")
    with pytest.raises(CallFailed):
        student.replaced({"g": lambda: 2}).f()

    assert student.g() == 1


def test_map_calls_once_per_argument_list():
    student = student_of("def f(a, b): return a - b")

    assert student.f.map([(5, 3), [1, 2]]) == [2, -1]


def test_a_module_is_seen_as_it_is_now():
    module = types.ModuleType("lab")
    student = InProcessStudent(module, source="x = 1")
    module.f = lambda: 3

    assert student.f() == 3
    assert student.f.name == "f"
    assert student.source == "x = 1"


def test_python_may_probe_for_its_own_names():
    assert not hasattr(InProcessStudent({}), "__wrapped__")
    copy.copy(InProcessStudent({}))


def _mistakes():
    @mistake(replaces="g", fails="other")
    def part(x):
        """Part."""

    @mistake(replaces="f", fails=("the_check",), together_with=(part,))
    def whole(x):
        """Whole."""

    return (whole,)


def test_mistakes_are_those_of_the_function():
    student = InProcessStudent({}, mistakes=_mistakes(), check_id="the_check")

    assert [known.name for known in student.f.mistakes] == ["whole"]
    assert student.h.mistakes == ()


def test_a_part_goes_by_the_name_of_the_whole_error_and_is_guarded_with_it():
    student = InProcessStudent({}, mistakes=_mistakes(), check_id="the_check")

    (part,) = student.g.guarded

    assert (part.name, part.says, part.replaces) == ("whole", "Whole.", "g")


def test_other_checks_guard_nothing():
    student = InProcessStudent({}, mistakes=_mistakes(), check_id="another")

    assert student.f.guarded == ()


def draws():
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2)
    return fig, axes


@pytest.mark.parametrize(
    "returned",
    [
        pytest.param(lambda fig, axes: fig, id="figure"),
        pytest.param(lambda fig, axes: axes[0], id="axes"),
        pytest.param(lambda fig, axes: axes, id="array of axes"),
        pytest.param(lambda fig, axes: (fig, axes[1]), id="tuple"),
        pytest.param(lambda fig, axes: None, id="left to pyplot"),
    ],
)
def test_a_figure_is_handed_to_the_hook_and_closed(returned):
    import matplotlib.pyplot as plt

    # of a test before this one
    plt.close("all")
    mine = plt.figure()
    student = InProcessStudent(
        {"plot": lambda: returned(*draws())},
        on_figure=lambda figure: FigureData(width=len(figure.axes)),
    )

    assert student.plot() == FigureData(width=2)
    assert plt.get_fignums() == [mine.number]
    plt.close("all")


def test_without_a_hook_a_figure_is_opaque():
    from matplotlib.figure import Figure

    got = InProcessStudent({"plot": Figure}).plot()

    assert isinstance(got, Opaque)
    assert got.type_name == "Figure"


def test_no_figure_is_no_figure():
    student = InProcessStudent(
        {"f": lambda: None, "g": list}, on_figure=lambda _: FigureData()
    )

    assert student.f() is None
    assert student.g() == []


def test_without_matplotlib_there_is_no_figure(monkeypatch):
    monkeypatch.delitem(__import__("sys").modules, "matplotlib.figure")
    monkeypatch.delitem(__import__("sys").modules, "matplotlib._pylab_helpers")
    student = InProcessStudent({"f": lambda: 3}, on_figure=lambda _: FigureData())

    assert student.f() == 3


def test_calls_leave_the_callers_warning_filters_alone():
    before = list(warnings.filters)

    InProcessStudent({"f": lambda: 0}).f()

    assert warnings.filters == before
