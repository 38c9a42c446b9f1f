# ruff: noqa: ARG001 - wrong answers take arguments and ignore them
import numpy as np
import pytest

from grader.checks import Draws, Opaque, Verdict, mistake, truth_table, values
from grader.checks.cases import Case, Demands, copied, observe, unchanged
from grader.checks.power_gate import MAX_DRAWS, Gate
from grader.errors import LabError


def mean(x):
    return np.sum(x) / x.size


@mistake(replaces="f", fails="the_check")
def missing_n(x):
    """1/N is missing."""
    return np.sum(x)


@mistake(replaces="f", fails="the_check")
def last_ignored(x):
    """The last one is ignored."""
    return np.sum(x[:-1]) / x.size


def gate_of(*guarded, **options):
    return Gate("f", tuple(guarded), **options)


def drawing(*draws):
    """Return a draw that gives these in turn, then the last one for ever."""
    waiting = list(draws)

    def draw(_):
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return draw


ONE, NEAR, GOOD = (
    (np.array([2.0]),),
    (np.array([2.0, 1.0, 1e-4]),),
    (np.array([2.0, 1.0]),),
)


def test_a_draw_that_hides_a_mistake_is_drawn_again(rng):
    cases = gate_of(missing_n, last_ignored).draw_cases(
        mean, drawing(ONE, NEAR, GOOD), rng, count=1
    )

    assert cases == [Case(GOOD, 1.5)]


def test_without_guarded_mistakes_the_first_draw_is_taken(rng):
    (case,) = gate_of().draw_cases(mean, drawing(ONE, GOOD), rng, count=1)

    assert case == Case(ONE, 2.0)


def test_at_most_two_hundred_draws_a_case(rng):
    drawn = []

    def draw(rng):
        drawn.append(rng.normal(size=1))
        return (drawn[-1],)

    with pytest.raises(LabError, match="don't tell missing_n from the truth"):
        gate_of(missing_n).draw_cases(mean, draw, rng, count=1)

    assert len(drawn) == MAX_DRAWS == 200


def test_a_mistake_need_not_show_in_every_case(rng):
    # for one number 1/N hides; for a last number of zero, its being ignored
    alone, ending_in_zero = (np.array([2.0]),), (np.array([2.0, 0.0]),)
    coin = iter([alone] + [ending_in_zero] * 1000)

    cases = gate_of(missing_n, last_ignored).draw_cases(
        mean, lambda _: next(coin), rng, count=2
    )

    assert [case.args for case in cases] == [alone, ending_in_zero]


def test_the_same_seed_draws_the_same_inputs():
    def draw(rng):
        return (rng.normal(size=3),)

    first, second = (
        gate_of(missing_n).draw_cases(mean, draw, Draws(7, "c"), count=2)
        for _ in range(2)
    )

    np.testing.assert_array_equal(first[1].args[0], second[1].args[0])


@pytest.mark.parametrize(
    ("answer", "shows"),
    [
        pytest.param(1.0, False, id="equal"),
        pytest.param(1.0005, False, id="closer than a thousandth"),
        pytest.param(1.01, True, id="farther"),
        pytest.param(np.array([1.0]), True, id="another shape"),
        pytest.param("1.0", True, id="text"),
        pytest.param(None, True, id="nothing"),
        pytest.param((1.0, 1.0), True, id="another structure"),
        pytest.param(float("nan"), True, id="nan"),
        pytest.param(float("inf"), True, id="inf"),
        pytest.param(Opaque("a", "b"), True, id="opaque"),
        pytest.param(1 + 1j, True, id="complex"),
    ],
)
def test_a_mistake_shows_a_thousandth_from_the_truth(answer, shows):
    @mistake(replaces="f", fails="the_check")
    def known():
        """Known."""
        return answer

    assert gate_of(known).shows(known, Case((), 1.0)) is shows


def test_small_truths_are_compared_by_their_own_size():
    @mistake(replaces="f", fails="the_check")
    def doubled(x):
        """Doubled."""
        return 2 * x

    assert gate_of(doubled).shows(doubled, Case((1e-7,), 1e-7))


def test_one_wrong_value_of_many_shows():
    @mistake(replaces="f", fails="the_check")
    def one_off(x):
        """One is off."""
        x[0] += 0.1
        return x

    truth = np.full(1_000_000, 5.0)

    assert gate_of(one_off, demands=Demands(pure=False)).shows(
        one_off, Case((truth,), truth)
    )


def test_undefined_truths_hide_what_is_undefined_too():
    @mistake(replaces="f", fails="the_check")
    def also_undefined():
        """Also NaN."""
        return [float("nan"), 1.0]

    case = Case((), np.array([np.nan, 1.0]))

    assert not gate_of(also_undefined).shows(also_undefined, case)


def test_equal_text_hides_and_other_text_shows():
    @mistake(replaces="f", fails="the_check")
    def says_yes():
        """Yes."""
        return "yes"

    assert not gate_of(says_yes).shows(says_yes, Case((), "yes"))
    assert gate_of(says_yes).shows(says_yes, Case((), "no"))


@mistake(replaces="f", fails="the_check")
def crashes(x):
    """Crashes."""
    return x[10]


@mistake(replaces="f", fails="the_check")
def in_place(x):
    """Works in place."""
    x /= x.size
    return np.sum(x)


@mistake(replaces="f", fails="the_check")
def divides_by_zero(x):
    """Divides by zero."""
    np.ones(1) / 0
    return mean(x)


@pytest.mark.parametrize(
    ("known", "demands", "shows"),
    [
        (crashes, Demands(), True),
        (in_place, Demands(), True),
        (in_place, Demands(pure=False), False),
        (divides_by_zero, Demands(), False),
        (divides_by_zero, Demands(quiet=True), True),
    ],
)
def test_a_mistake_shows_by_its_conduct_where_that_is_judged(known, demands, shows):
    case = Case(GOOD, mean(*GOOD))

    assert gate_of(known, demands=demands).shows(known, case) is shows


def test_a_bug_of_the_lab_is_not_taken_for_a_mistakes_crash():
    @mistake(replaces="f", fails="the_check")
    def broken(x):
        """Broken."""
        raise AssertionError

    with pytest.raises(AssertionError):
        gate_of(broken).shows(broken, Case(GOOD, 1.5))


def test_public_checks_guard_nothing():
    from grader.checks import InProcessStudent

    student = InProcessStudent({"f": mean}, mistakes=(missing_n,))

    assert values(student.f, expect=mean, inputs=[ONE]) == Verdict.passed()


def test_blind_parts_are_named_one_by_one(the_function):
    student = the_function(mean, mistakes=(missing_n, last_ignored))

    with pytest.raises(LabError, match="don't tell missing_n from"):
        values(student, expect=mean, inputs=[ONE], blind_to={"last_ignored"})


def test_a_truth_table_that_hides_a_mistake_is_the_teachers_error(the_function):
    @mistake(replaces="f", fails="the_check")
    def same_table(a, b):
        """Another formula."""
        return min(a, b)

    student = the_function(lambda a, b: a * b, mistakes=(same_table,))

    with pytest.raises(LabError, match="same_table"):
        truth_table(student, expect=lambda a, b: a & b)
    assert (
        truth_table(student, expect=lambda a, b: a & b, blind_to=("same_table",))
        == Verdict.passed()
    )


def test_copies_can_be_changed_without_changing_the_original():
    generator = np.random.default_rng(3)
    original = {"a": [np.zeros(2)], "g": generator, "f": abs}
    state = generator.bit_generator.state

    copy = copied(original)
    copy["a"][0][:] = 1
    copy["g"].normal()

    np.testing.assert_array_equal(original["a"][0], 0)
    assert generator.bit_generator.state == state
    assert copy["f"] is abs


@pytest.mark.parametrize(
    ("before", "after", "is_unchanged"),
    [
        (np.zeros(2), np.zeros(2), True),
        (np.zeros(2), -np.zeros(2), False),
        (np.zeros(2), np.zeros(2, np.float32), False),
        (np.zeros(2), np.zeros((2, 1)), False),
        (np.zeros(2), [0.0, 0.0], False),
        (np.array([np.nan]), np.array([np.nan]), True),
        ((1, 2), [1, 2], True),
        ([1, 2], [2, 1], False),
        ([1], [1, 2], False),
        ([1], 1, False),
        ({1: 2.0}, {"1": 2.0}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, 1, False),
        (float("nan"), float("nan"), True),
        (1.0, float("nan"), False),
        (abs, Opaque("f", "f"), True),
    ],
)
def test_arguments_are_compared_to_the_last_bit(before, after, is_unchanged):
    assert unchanged(before, after) is is_unchanged


def test_observing_a_mistake_leaves_the_arguments_alone():
    x = np.ones(3)

    seen = observe(in_place, (x,))

    assert (seen.value, seen.changed, seen.warned, seen.raised) == (
        1,
        True,
        False,
        False,
    )
    np.testing.assert_array_equal(x, 1)
