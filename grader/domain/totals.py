"""A student's total: the weighted mean of the labs that count so far."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from grader.domain.exact import exact, points, rounded
from grader.domain.mark import Mark, Pair, Total
from grader.domain.policy import LabPolicy, Policy


def totals_of(
    policy: Policy,
    rules: Mapping[str, LabPolicy],
    students: Iterable[str],
    marks: Mapping[Pair, Mark],
    ungraded: Collection[Pair],
) -> dict[str, Total]:
    """Return each student's total.

    A lab counts if it has a weight and the student has a mark in it, which is 0 once it
    is due. One without a date counts, as 0, as soon as anybody has a mark in it.

    Args:
        policy: For the roster, what is dropped, and the rounding.
        rules: By lab, in the order of the course.
        students: Whose.
        marks: By (student, lab).
        ungraded: (student, lab) of what came and could not be graded: no reason for a 0.
    """
    marked = {lab for _, lab in marks}
    open_ended = {lab for lab, one in rules.items() if one.due is None} & marked
    excused = {(one.student, one.lab) for one in policy.excused}
    enrolled = {one.student for one in policy.roster or ()}

    def counts(pair: Pair) -> bool:
        if rules[pair[1]].weight <= 0 or pair in excused:
            return False
        return pair in marks or (pair[1] in open_ended and pair not in ungraded)

    return {
        student: _total(
            policy,
            rules,
            {lab: marks.get((student, lab)) for lab in rules if counts((student, lab))},
        ).model_copy(
            update={
                "student": student,
                "excused": tuple(lab for lab in rules if (student, lab) in excused),
                "enrolled": policy.roster is None or student in enrolled,
            }
        )
        for student in students
    }


def _total(
    policy: Policy, rules: Mapping[str, LabPolicy], own: Mapping[str, Mark | None]
) -> Total:
    shares = {lab: _share(mark) for lab, mark in own.items()}
    dropped = _lowest(shares, rules, policy.drop_lowest)
    counted = tuple(lab for lab in own if lab not in dropped)
    weights = {lab: exact(rules[lab].weight) for lab in counted}
    whole = sum(weights.values(), Decimal(0))
    total = None
    if whole > 0:
        weighted = sum((weights[lab] * shares[lab] for lab in counted), Decimal(0))
        total = float(rounded(100 * weighted / whole, policy.decimals))
    return Total(
        student="",
        total=total,
        counted=counted,
        missing=tuple(lab for lab in own if _is_missing(own[lab])),
        dropped=dropped,
        why=tuple(
            _line(lab, own[lab], rules[lab], dropped=lab in dropped) for lab in own
        ),
    )


def _share(mark: Mark | None) -> Decimal:
    if mark is None or mark.max_score <= 0:
        return Decimal(0)
    return exact(mark.mark) / exact(mark.max_score)


def _is_missing(mark: Mark | None) -> bool:
    return mark is None or mark.missing


def _lowest(
    shares: Mapping[str, Decimal], rules: Mapping[str, LabPolicy], many: int
) -> tuple[str, ...]:
    """Return the labs with the smallest shares, in the order of the course.

    At least one lab is left. Of equally low ones the heavier goes.
    """
    many = min(many, len(shares) - 1)
    if many <= 0:
        return ()
    lowest = sorted(shares, key=lambda lab: (shares[lab], -rules[lab].weight))[:many]
    return tuple(lab for lab in shares if lab in lowest)


def _line(lab: str, mark: Mark | None, rules: LabPolicy, *, dropped: bool) -> str:
    got = (
        "nothing that counts, 0"
        if mark is None or mark.missing
        else f"{points(mark.mark)} of {points(mark.max_score)}"
    )
    counts = "dropped as the lowest" if dropped else f"weight {points(rules.weight)}"
    return f"{lab}: {got}, {counts}"
