"""Name the mistake: compare a wrong answer with what known mistakes answer.

In this order: a mistake of the lab that answers the same in every case; a known factor
between the answer and the truth (-1, 2, N, 1/N ...); two mistakes of the lab at once;
the symptom of the first wrong part (zero, transposed, broadcast). Where none fits, there
is no diagnosis: a wrong name teaches worse than none.
"""

from collections.abc import Callable, Sequence

from grader.checks.cases import Align, Case, Observed, as_it_is, observe
from grader.checks.compare import same
from grader.checks.pairs import two_at_once
from grader.checks.parts import SAME, result_parts
from grader.checks.symptoms import common_factor, first_symptom
from grader.domain.mistake import Mistake
from grader.domain.student import StudentFunction
from grader.domain.verdict import Diagnosis

# stands for the answer of a call that raised
CRASHED = object()


def name_mistake(
    function: StudentFunction,
    cases: Sequence[Case],
    answers: Sequence[object],
    *,
    names: Sequence[str] = (),
    align: Align = as_it_is,
) -> Diagnosis | None:
    """Return why wrong answers are wrong, if that can be told.

    Args:
        function: Whose answers they are; its `mistakes` are the candidates.
        cases: All cases of the check, right and wrong ones.
        answers: The student's answers, one per case.
        names: Names of the parts of a sequence, "dw", "db".
        align: Brings what a mistake answers into the form of the answers.
    """
    known = observed_mistakes(function, cases, align=align)
    if (whole := _explaining(known, cases, answers, names)) is not None:
        return whole
    parts = result_parts(cases, answers, names)
    return (
        common_factor(parts, cases)
        or two_at_once(known, cases, answers, names=names)
        or first_symptom(parts, cases, answers, names)
    )


def known_mistake(
    function: StudentFunction, cases: Sequence[Case], answers: Sequence[object]
) -> Diagnosis | None:
    """Return the lab's mistake that answers the same in every case, without guessing."""
    known = observed_mistakes(function, cases)
    return _explaining(known, cases, answers, ())


def recognised(
    function: StudentFunction, args: Sequence[object], got: object
) -> Diagnosis | None:
    """Return the known mistake that gives just this answer to one call.

    For checks that look at values themselves: it says nothing about the value being
    wrong, so ask only when it is.
    """
    for known in sorted(function.mistakes, key=lambda one: not one.named):
        seen = observe(known, args)
        if not seen.raised and same(got, seen.value, tolerance=SAME):
            return diagnosis_of(known)
    return None


def name_crash(
    function: StudentFunction,
    cases: Sequence[Case],
    answers: Sequence[object | None],
    *,
    names: Sequence[str] = (),
    align: Align = as_it_is,
) -> Diagnosis | None:
    """Return the known mistake that crashes where the student's function does.

    A wrong transpose raises on rectangles and gives wrong numbers on squares: the squares
    name it.

    Args:
        function: Its `mistakes` are the candidates.
        cases: All cases of the check.
        answers: The student's answers, `CRASHED` where the function raised.
        names: Names of the parts of a sequence.
        align: Brings what a mistake answers into the form of the answers.
    """
    survived = [index for index, mine in enumerate(answers) if mine is not CRASHED]
    calm = [cases[index] for index in survived]
    mine = [answers[index] for index in survived]
    for mistake, seen in observed_mistakes(function, cases, align=align):
        if [not one.raised for one in seen] == [a is not CRASHED for a in answers]:
            theirs = [seen[index] for index in survived]
            if calm and _explains(theirs, calm, mine, names):
                return diagnosis_of(mistake)
    return None


def name_conduct(
    function: StudentFunction,
    cases: Sequence[Case],
    shows: Callable[[Observed], bool],
    *,
    names: Sequence[str] = (),
    align: Align = as_it_is,
) -> Diagnosis | None:
    """Return the known mistake with right values that shows the same conduct.

    Args:
        function: Its `mistakes` are the candidates.
        cases: All cases of the check.
        shows: Says whether a call shows what the student's did: a warning, a change.
        names: Names of the parts of a sequence.
        align: Brings what a mistake answers into the form of the truth.
    """
    truths = [case.expected for case in cases]
    for mistake, seen in observed_mistakes(function, cases, align=align):
        if any(map(shows, seen)) and _all_same(truths, seen, names):
            return diagnosis_of(mistake)
    return None


def observed_mistakes(
    function: StudentFunction, cases: Sequence[Case], *, align: Align = as_it_is
) -> list[tuple[Mistake, list[Observed]]]:
    """Return the known mistakes with what they do, the tellable ones first."""
    ordered = sorted(function.mistakes, key=lambda known: not known.named)
    return [
        (known, [observe(known, case.args, align=align) for case in cases])
        for known in ordered
    ]


def diagnosis_of(known: Mistake) -> Diagnosis:
    """Return the diagnosis that a known mistake stands for."""
    return Diagnosis(mistake=known.name, says=known.says, concept=known.concept)


def _explaining(
    known: Sequence[tuple[Mistake, Sequence[Observed]]],
    cases: Sequence[Case],
    answers: Sequence[object],
    names: Sequence[str],
) -> Diagnosis | None:
    for mistake, seen in known:
        if _explains(seen, cases, answers, names):
            return diagnosis_of(mistake)
    return None


def _explains(
    seen: Sequence[Observed],
    cases: Sequence[Case],
    answers: Sequence[object],
    names: Sequence[str],
) -> bool:
    """Return whether the answers are a mistake's, and that mistake is wrong here."""
    truths = [case.expected for case in cases]
    return _all_same(answers, seen, names) and not _all_same(truths, seen, names)


def _all_same(
    answers: Sequence[object], seen: Sequence[Observed], names: Sequence[str]
) -> bool:
    return all(
        not one.raised and same(mine, one.value, tolerance=SAME, names=names)
        for mine, one in zip(answers, seen, strict=True)
    )
