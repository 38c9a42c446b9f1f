# ruff: noqa: ARG001, ARG002, ARG005 - wrong answers take arguments and ignore them
import numpy as np
import pytest

from grader.checks import (
    CallFailed,
    Opaque,
    Outcome,
    Verdict,
    mistake,
    values,
)
from grader.domain.student import Reply
from grader.errors import InfrastructureError, LabError


def softplus(x, b):
    return np.logaddexp(0, x) + b, float(np.sum(x) * b)


def draw(rng):
    return rng.normal(size=rng.integers(3, 6)), float(rng.normal())


@mistake(replaces="f", fails="the_check", concept="bias")
def without_b(x, b):
    """This is what you get when b is forgotten."""
    return np.logaddexp(0, x), 0.0


@mistake(replaces="f", fails="the_check")
def halved(x, b):
    """This is what you get when the first result is halved."""
    first, second = softplus(x, b)
    return first / 2, second


MISTAKES = (without_b, halved)


@pytest.fixture
def judge(the_function, rng):
    def judge(function, **options):
        student = the_function(function, mistakes=options.pop("mistakes", MISTAKES))
        settings = {"expect": softplus, "inputs": draw, "rng": rng, **options}
        return values(student, names=("s", "t"), **settings)

    return judge


@pytest.mark.parametrize(
    "style",
    [
        pytest.param(softplus, id="as the solution"),
        pytest.param(
            lambda x, b: [[float(np.log1p(np.exp(v)) + b) for v in x], sum(x) * b],
            id="loops and lists",
        ),
        pytest.param(
            lambda x, b: dict(zip("ts", softplus(x, b)[::-1], strict=True)), id="dict"
        ),
        pytest.param(
            lambda x, b: (softplus(x, b)[0].astype(np.float32), softplus(x, b)[1]),
            id="single precision",
        ),
    ],
)
def test_right_values_pass_in_every_style(judge, style):
    assert judge(style) == Verdict.passed()


def test_a_known_mistake_is_named(judge):
    verdict = judge(without_b.function)

    assert verdict.outcome is Outcome.FAILED
    assert verdict.diagnosis.mistake == "without_b"
    assert verdict.diagnosis.says == "This is what you get when b is forgotten."
    assert verdict.diagnosis.concept == "bias"
    assert verdict.diagnosis.certain


def test_what_is_right_is_told_first(judge):
    verdict = judge(halved.function)

    assert verdict.feedback.startswith("t is right; s is not right: ")


def test_two_known_mistakes_at_once_are_named_with_doubt(judge):
    verdict = judge(lambda x, b: (np.logaddexp(0, x) / 2 + b / 2, 0.0))

    assert verdict.diagnosis.mistake == "without_b+halved"
    assert not verdict.diagnosis.certain


def test_an_unknown_mistake_has_no_name(judge):
    assert judge(lambda x, b: (np.tanh(x), b**3)).diagnosis is None


def test_feedback_tells_no_values_and_the_example_does(judge):
    verdict = judge(
        lambda x, b: (np.zeros(2), 0.0),
        expect=[(np.array([7.25, 8.5]), 31.0)],
        inputs=[(np.array([0.125]), 2)],
        mistakes=(),
    )

    assert verdict.feedback == "s is not right: 2 of its 2 values are wrong."
    assert verdict.example.call == "f([0.125], 2)"
    assert verdict.example.got == "([0, 0], 0)"
    assert verdict.example.expected == "([7.25, 8.5], 31)"


def test_the_example_is_the_smallest_wrong_case(the_function):
    verdict = values(
        the_function(lambda x: -1.0),
        expect=np.sum,
        inputs=[([1.0, 2.0, 3.0],), (4.0,), ([5.0, 6.0],)],
    )

    assert verdict.example.call == "f(4)"
    assert verdict.feedback == "The result of f is not right."


def test_how_many_cases_are_wrong_is_told(the_function):
    verdict = values(
        the_function(lambda z: int(z >= 0)),
        expect=lambda z: int(z > 0),
        inputs=[(-1,), (0,), (1,)],
    )

    assert verdict.feedback == "The result of f is not right (1 of 3 cases are wrong)."


HOSTILE = [
    None,
    True,
    "0.5",
    1j,
    float("nan"),
    float("inf"),
    1e308,
    10**400,
    [],
    {},
    [[]],
    [None, None],
    [["x"], 1.0],
    {"s": None, "t": None},
    np.zeros((0,)),
    np.zeros((3, 1, 1)),
    np.array([1e308, -1e308, 1e308]),
    np.array([True, False]),
    np.array([1 + 1j]),
    np.array([object()]),
    object(),
    Opaque("A", "b"),
    [np.full(3, np.nan), np.inf],
    [[[[[[[[1]]]]]]], 2],
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda v: type(v).__name__)
@pytest.mark.parametrize("expected", [0.5, (np.ones(3), 0.5), np.ones(3), {"s": 0.5}])
def test_no_value_passes_or_breaks_the_check(the_function, value, expected):
    student = the_function(lambda: value, mistakes=())

    verdict = values(student, expect=[expected], inputs=[()], names=("s", "t"))

    assert verdict.outcome is Outcome.FAILED
    assert verdict.feedback.endswith((".", "?"))


def test_changing_an_argument_costs_half(judge):
    def impure(x, b):
        result = softplus(x, b)
        x -= b
        return result

    verdict = judge(impure)

    assert verdict.credit == 0.5
    assert verdict.feedback == "the values are right, but f changes its argument x."
    assert verdict.diagnosis.mistake == "changes_its_arguments"
    assert judge(impure, pure=False) == Verdict.passed()


def _sorts_in_place(function):
    def f(*args):
        result = function(*args)
        args[0].sort()
        return result

    return f


@pytest.mark.parametrize("argument", [[3, 1, 2], np.array([3.0, 1.0])], ids=type)
def test_a_known_mistake_with_right_values_is_named_by_its_conduct(
    the_function, argument
):
    @mistake(replaces="f", fails="the_check")
    def sorts(x):
        """This is what you get when x is sorted in place."""
        return _sorts_in_place(max)(x)

    student = the_function(_sorts_in_place(max), mistakes=(sorts,))

    verdict = values(student, expect=max, inputs=[(argument,)])

    assert verdict.diagnosis.mistake == "sorts"
    assert "argument 1" in verdict.feedback


def test_a_dict_argument_may_not_be_changed_either(the_function):
    def grows(p):
        total = p["w"] + 1
        p["w"] = total
        return total

    student = the_function(grows)

    verdict = values(
        student, expect=lambda p: p["w"] + 1, inputs=[({"w": np.ones(2)},)]
    )

    assert verdict.feedback.endswith("changes its argument p.")


def test_text_in_an_array_is_not_taken_for_a_change(the_function):
    colours = np.array(["red", "blue"])

    verdict = values(the_function(len), expect=len, inputs=[(colours,)])

    assert verdict == Verdict.passed()


@pytest.mark.parametrize("after", ["x", 3, [], [1.0, 2.0]])
def test_arguments_that_come_back_forged_count_as_changed(after):
    class Forger:
        name, mistakes, guarded = "f", (), ()

        def reply(self, x):
            return Reply(value=x, args_after=after)

    assert values(Forger(), expect=[1.0], inputs=[(1.0,)]).credit == 0.5


def test_functions_among_the_arguments_are_not_compared(the_function):
    student = the_function(lambda f, x: f(x))

    verdict = values(student, expect=lambda f, x: f(x), inputs=[(abs, -2.0)])

    assert verdict == Verdict.passed()


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


@mistake(replaces="f", fails="the_check")
def overflows(z):
    """This is what you get when exp(-z) is computed for z = -1000."""
    return 1 / (1 + np.exp(-z))


def test_right_values_with_a_warning_fail_where_silence_is_asked_for(the_function):
    options = {"expect": sigmoid, "inputs": [(np.array([-1000.0, 3.0]),)]}
    student = the_function(overflows.function)

    verdict = values(student, **options, no_warnings=True)

    assert verdict.outcome is Outcome.FAILED
    assert verdict.feedback.endswith("overflow encountered in exp")
    assert verdict.diagnosis.mistake == "warns"
    assert values(student, **options) == Verdict.passed()


def test_a_warning_is_named_by_the_known_mistake_that_warns(the_function):
    verdict = values(
        the_function(overflows.function, mistakes=(overflows,)),
        expect=sigmoid,
        inputs=[(np.array([-1000.0, 3.0]),)],
        no_warnings=True,
    )

    assert verdict.diagnosis.mistake == "overflows"


def test_a_deprecation_is_no_warning_of_the_formula(the_function):
    def old(z):
        import warnings

        warnings.warn("use something else", DeprecationWarning, stacklevel=1)
        return sigmoid(z)

    verdict = values(
        the_function(old), expect=sigmoid, inputs=[(0.5,)], no_warnings=True
    )

    assert verdict == Verdict.passed()


def test_a_name_alone_is_no_list_of_names(the_function):
    with pytest.raises(LabError, match=r"write names=\('dw',\)"):
        values(the_function(abs), expect=abs, inputs=[(1,)], names="dw")


def test_many_cases_are_all_looked_at(the_function):
    inputs = [(i,) for i in range(50)]
    student = the_function(lambda i: i if i < 49 else 0)

    verdict = values(student, expect=lambda i: i, inputs=inputs)

    assert "1 of 50 cases" in verdict.feedback


def matmul_transposed(W, x):
    return W.T @ x


@mistake(replaces="f", fails="the_check", concept="matrix shapes")
def transposed(W, x):
    """This is what you get when W is transposed."""
    return matmul_transposed(W, x)


SQUARE = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([1.0, -1.0])
OBLONG = np.arange(6.0).reshape(2, 3), np.array([1.0, -1.0, 2.0])


def product(W, x):
    return W @ x


def test_a_crash_on_oblongs_is_named_by_what_squares_give(the_function):
    student = the_function(matmul_transposed, mistakes=(halved, transposed))

    verdict = values(student, expect=product, inputs=[OBLONG, SQUARE])

    assert verdict.outcome is Outcome.RAISED
    assert "ValueError" in verdict.feedback
    assert verdict.diagnosis.mistake == "transposed"


@pytest.mark.parametrize("inputs", [[OBLONG], [OBLONG, (np.zeros((2, 2)), SQUARE[1])]])
def test_a_crash_without_a_telling_square_stays_a_crash(the_function, inputs):
    student = the_function(matmul_transposed, mistakes=(transposed,))

    with pytest.raises(CallFailed, match="ValueError"):
        values(student, expect=product, inputs=inputs)


class Flaky:
    """A StudentFunction that fails in a given way from its nth call on."""

    name, mistakes, guarded = "f", (), ()

    def __init__(self, outcomes):
        self.outcomes = iter(outcomes)

    def reply(self, *args):
        raise CallFailed(next(self.outcomes), "no value")

    __call__ = reply


@pytest.mark.parametrize(
    "outcomes",
    [[Outcome.TIMED_OUT], [Outcome.RAISED, Outcome.OUT_OF_MEMORY]],
)
def test_only_what_was_raised_is_looked_into(outcomes):
    with pytest.raises(CallFailed) as failure:
        values(Flaky(outcomes), expect=product, inputs=[OBLONG])

    assert failure.value.outcome is outcomes[-1]


def test_a_session_that_keeps_the_arguments_is_our_failure():
    class Forgetful:
        name, mistakes, guarded = "f", (), ()

        def reply(self, *args):
            return Reply(value=1.0)

    with pytest.raises(InfrastructureError, match="arguments"):
        values(Forgetful(), expect=[1.0], inputs=[()])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rng": None}, "need `rng`"),
        ({"expect": [1.0]}, "need `rng` and a reference"),
        ({"inputs": []}, "0 inputs and 0 expected"),
        ({"inputs": [(1.0, 2.0)], "expect": []}, "1 inputs and 0 expected"),
        ({"inputs": [1.0]}, "write \\(x,\\)"),
        ({"inputs": lambda rng: rng.normal(size=2)}, "write \\(x,\\)"),
        ({"draws": 0}, "0 draws can't judge"),
        ({"blind_to": "halved"}, "blind_to=\\('halved',\\)"),
    ],
)
def test_a_check_that_is_written_wrong_is_the_teachers_error(judge, options, message):
    with pytest.raises(LabError, match=message):
        judge(softplus, **options)


def test_given_inputs_that_hide_a_guarded_mistake_are_the_teachers_error(judge):
    hiding = {"inputs": [(np.array([1.0]), 0.0)]}

    with pytest.raises(LabError, match="don't tell without_b from the truth"):
        judge(softplus, **hiding)

    assert judge(softplus, **hiding, blind_to=("without_b",)) == Verdict.passed()
