import numpy as np
import pytest

from grader.checks import (
    Diagnosis,
    Item,
    Outcome,
    Verdict,
    credit_for,
    rubric,
    weighted,
)
from grader.domain.verdict import Example, Picture
from grader.errors import LabError

PICTURE = Picture(title="t", alt="a", png=b"")
PASS = Verdict.passed()
FAIL = Verdict.failed("wrong.", note="n", example=Example(call="", got="", expected=""))


def test_all_items_hold_is_a_pass():
    verdict = rubric(Item(0.1, True, ""), Item(0.2, np.True_, ""), Item(0.7, True, ""))

    assert verdict == PASS


def test_feedback_says_what_is_right_and_then_the_first_thing_that_is_not():
    verdict = rubric(
        Item(0.25, True, "no points", right="the points are there"),
        Item(0.25, False, "no labels."),
        Item(0.5, False, "no title."),
    )

    assert verdict.credit == 0.25
    assert verdict.outcome is Outcome.PARTIAL
    assert verdict.feedback == "Right: the points are there. no labels."


def test_nothing_holds_is_a_failure():
    verdict = rubric(Item(1, False, "no figure."))

    assert (verdict.outcome, verdict.credit) == (Outcome.FAILED, 0)


@pytest.mark.parametrize("evidence", [float("nan"), None, 1, "yes", np.array(True)])
def test_only_a_true_bool_is_evidence(evidence):
    assert rubric(Item(1, evidence, "not shown.")).credit == 0


def test_an_item_without_credit_is_a_hint():
    verdict = rubric(Item(1, True, ""), Item(0, False, "give the unit."))

    assert verdict.outcome is Outcome.PASSED
    assert verdict.feedback == "give the unit."


def test_a_hint_does_not_hide_what_costs_points():
    verdict = rubric(Item(0, False, "give the unit."), Item(1, False, "no curve."))

    assert verdict.feedback == "no curve."


def test_pictures_are_shown_with_a_pass_and_with_a_failure():
    for ok in (True, False):
        assert rubric(Item(1, ok, "x"), pictures=(PICTURE,)).pictures == (PICTURE,)


@pytest.mark.parametrize("credits_", [(0.5, 0.4), (1.5, -0.5), ()])
def test_credits_that_do_not_add_up_are_the_teachers_error(credits_):
    with pytest.raises(LabError, match="add up"):
        rubric(*(Item(credit, True, "") for credit in credits_))
    with pytest.raises(LabError, match="add up"):
        weighted(*((credit, PASS) for credit in credits_))


def test_weighted_passes_are_a_pass_with_the_first_hint():
    verdict = weighted((0.5, PASS), (0.5, Verdict.passed("a hint")))

    assert verdict == Verdict.passed("a hint")


def test_weighted_keeps_the_words_of_the_first_that_did_not_pass():
    named = Verdict.failed(
        "second.", credit=0.5, diagnosis=Diagnosis(mistake="m", says="s"), note="two"
    )

    verdict = weighted((0.5, PASS), (0.25, named), (0.25, FAIL))

    assert verdict.credit == 0.625
    assert verdict.outcome is Outcome.PARTIAL
    assert (verdict.feedback, verdict.diagnosis) == ("second.", named.diagnosis)
    assert verdict.note == "two; n"


def test_weighted_failures_stay_what_they_are():
    stub = Verdict(outcome=Outcome.NOT_ATTEMPTED, credit=0)

    assert weighted((0.5, stub), (0.5, FAIL)).outcome is Outcome.NOT_ATTEMPTED
    assert weighted((1, FAIL)).example == FAIL.example


def test_a_part_without_share_says_nothing():
    assert weighted((0, FAIL), (1, PASS)) == PASS


def test_shares_too_small_to_count_are_a_failure():
    partial = Verdict.failed("x", credit=1e-12)

    assert weighted((1, partial)).outcome is Outcome.FAILED


def test_pictures_of_all_parts_are_kept():
    parts = (0.5, Verdict.passed(pictures=(PICTURE,))), (0.5, PASS)

    assert weighted(*parts).pictures == (PICTURE,)


def test_a_named_mistake_keeps_the_credit_that_the_lab_gives_it():
    verdict = Verdict.failed("x", diagnosis=Diagnosis(mistake="mean", says="s"))

    kept = credit_for(verdict, {"mean": 0.5})

    assert (kept.credit, kept.outcome) == (0.5, Outcome.PARTIAL)
    assert kept.diagnosis == verdict.diagnosis


@pytest.mark.parametrize(
    "verdict",
    [
        pytest.param(PASS, id="passed"),
        pytest.param(FAIL, id="unnamed"),
        pytest.param(
            Verdict.failed("x", diagnosis=Diagnosis(mistake="other", says="s")),
            id="another mistake",
        ),
    ],
)
def test_other_verdicts_keep_theirs(verdict):
    assert credit_for(verdict, {"mean": 0.5}) is verdict


@pytest.mark.parametrize("credit", [1, -0.1])
def test_a_mistake_can_not_earn_all(credit):
    with pytest.raises(LabError, match=r"in \[0, 1\)"):
        credit_for(FAIL, {"mean": credit})
