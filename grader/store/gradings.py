"""Gradings: reports as they were made, their verdicts and pictures."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Join, RowMapping, insert, select, update

from grader.domain.gradebook import GradingKey
from grader.domain.mark import Attempt, CheckScore
from grader.domain.report import CheckResult, LabReport
from grader.domain.verdict import Picture
from grader.store import schema as t
from grader.store.rows import new_id
from grader.store.trail import Pair, note


def record(
    db: Connection, submission_id: int, key: GradingKey, report: LabReport
) -> None:
    """Keep a grading, whole.

    Raises:
        IntegrityError: If its key has been graded already.
    """
    before = _score(db, submission_id)
    result = db.execute(
        insert(t.grading).values(
            submission_id=submission_id,
            **key.model_dump(),
            **report.model_dump(
                include={
                    *("lab_version", "score", "max_score"),
                    *("graded_at", "seconds", "cpu_seconds"),
                }
            ),
            isolation=report.environment.isolation,
            environment=report.environment.model_dump(mode="json"),
            report=_trimmed(report, pictures=()).model_dump_json(),
        )
    )
    grading_id = new_id(result)
    _let_hold(db, submission_id, grading_id)
    if report.checks:
        db.execute(insert(t.verdict), _verdicts(grading_id, report))
    if pictures := _pictures(grading_id, report):
        db.execute(insert(t.picture), pictures)
    told = _graded(key, report, before)
    note(db, report.graded_at, (report.student, report.lab), "graded", told)


def _score(db: Connection, submission_id: int) -> float | None:
    mine = t.submission.c.id == submission_id
    query = select(t.grading.c.score).select_from(current()).where(mine)
    return db.execute(query).scalar()


def _graded(key: GradingKey, report: LabReport, before: float | None) -> str:
    was = "" if before is None else f"{before:g} → "
    return (
        f"{was}{report.score:g} of {report.max_score:g}: hand-in "
        f"{report.submission.sha256[:12]}, lab {report.lab_version} "
        f"({key.lab_sha256[:12]}), grader {key.grader_version}, seed {key.seed}, "
        f"isolation {report.environment.isolation}"
    )


def _verdicts(grading_id: int, report: LabReport) -> list[dict[str, object]]:
    return [
        {
            "grading_id": grading_id,
            "position": position,
            "check_id": check.id,
            "task": check.task,
            "points": check.points,
            "earned": check.earned,
            "outcome": check.outcome.value,
            "mistake": check.diagnosis.mistake if check.diagnosis else None,
            "seconds": check.seconds,
        }
        for position, check in enumerate(report.checks)
    ]


def _pictures(grading_id: int, report: LabReport) -> list[dict[str, object]]:
    return [
        {
            "grading_id": grading_id,
            "check_position": check_position,
            "position": position,
            **picture.model_dump(),
        }
        for check_position, check in enumerate(report.checks)
        for position, picture in enumerate(check.pictures)
    ]


def _trimmed(report: LabReport, **fields: object) -> LabReport:
    """Return a report with some fields of its checks replaced."""
    checks = tuple(check.model_copy(update=fields) for check in report.checks)
    return report.model_copy(update={"checks": checks})


def restore(db: Connection, submission_id: int, key: GradingKey, at: datetime) -> None:
    """Let an earlier grading hold again: the lab is as it was then.

    Raises:
        NoResultFound: If there is none of that key.
    """
    same = [t.grading.c[name] == value for name, value in key.model_dump().items()]
    query = select(
        *t.submission.c["student", "lab"],
        *t.grading.c["id", "score", "max_score", "lab_version"],
    ).join(t.submission, t.submission.c.id == t.grading.c.submission_id)
    row = db.execute(query.where(t.submission.c.id == submission_id, *same)).one()
    _let_hold(db, submission_id, row.id)
    told = (
        f"{row.score:g} of {row.max_score:g} holds again: lab {row.lab_version} "
        f"({key.lab_sha256[:12]}) is as it was"
    )
    note(db, at, (row.student, row.lab), "graded", told)


def _let_hold(db: Connection, submission_id: int, grading_id: int) -> None:
    mine = t.submission.c.id == submission_id
    db.execute(update(t.submission).where(mine).values(current=grading_id))


def current() -> Join:
    """Return hand-ins, each with the grading that holds."""
    return t.submission.join(t.grading, t.grading.c.id == t.submission.c.current)


def reports(db: Connection, counting: Mapping[Pair, str]) -> Iterator[LabReport]:
    """Yield the report of chosen hand-ins, by lab and student, small.

    Without pictures, examples and notes, so that a class of thousands fits.

    Args:
        db: Where.
        counting: By (student, lab), the SHA-256 of the hand-in that counts.
    """
    order = (t.submission.c.lab, t.submission.c.student)
    columns = (*order, t.submission.c.sha256, t.grading.c.report)
    query = select(*columns).select_from(current()).order_by(*order)
    for row in db.execute(query.execution_options(yield_per=20)):
        if counting.get((row.student, row.lab)) == row.sha256:
            whole = LabReport.model_validate_json(row.report)
            yield _trimmed(whole, pictures=(), example=None, note="")


def report(db: Connection, pair: Pair, sha256: str) -> LabReport | None:
    """Return the report of a hand-in, whole; None if it was never graded."""
    student, lab = pair
    query = (
        select(t.grading.c.id, t.grading.c.report)
        .select_from(current())
        .where(t.submission.c.student == student, t.submission.c.lab == lab)
        .where(t.submission.c.sha256 == sha256)
    )
    row = db.execute(query).one_or_none()
    if row is None:
        return None
    drawn = select(t.picture).where(t.picture.c.grading_id == row.id)
    order = (t.picture.c.check_position, t.picture.c.position)
    rows = db.execute(drawn.order_by(*order)).mappings().all()
    return _with_pictures(LabReport.model_validate_json(row.report), rows)


def _with_pictures(report: LabReport, rows: Sequence[RowMapping]) -> LabReport:
    drawn: dict[int, list[Picture]] = defaultdict(list)
    for row in rows:
        picture = Picture.model_validate(dict(row), extra="ignore")
        drawn[row["check_position"]].append(picture)

    def whole(position: int, check: CheckResult) -> CheckResult:
        return check.model_copy(update={"pictures": tuple(drawn[position])})

    checks = tuple(whole(i, check) for i, check in enumerate(report.checks))
    return report.model_copy(update={"checks": checks})


def attempts(db: Connection) -> tuple[Attempt, ...]:
    """Return every graded hand-in by the grading that holds, once for each receipt.

    The checks are listed only where an override asks for one of them.
    """
    asked = select(t.override.c.student, t.override.c.lab).where(
        t.override.c.check_id.is_not(None)
    )
    detailed = {(row.student, row.lab) for row in db.execute(asked)}
    query = (
        select(
            *t.submission.c["student", "lab", "sha256"],
            *t.receipt.c["received_at", "marked_late"],
            *t.grading.c["id", "graded_at", "score", "max_score"],
        )
        .select_from(
            current().join(t.receipt, t.receipt.c.submission_id == t.submission.c.id)
        )
        .order_by(t.receipt.c.id)
    )
    return tuple(
        Attempt.model_validate(
            {
                **row,
                "checks": _scores(db, row["id"])
                if (row["student"], row["lab"]) in detailed
                else (),
            },
            extra="ignore",
        )
        for row in db.execute(query).mappings().all()
    )


def _scores(db: Connection, grading_id: int) -> tuple[CheckScore, ...]:
    columns = t.verdict.c["check_id", "points", "earned"]
    query = select(*columns).where(t.verdict.c.grading_id == grading_id)
    rows = db.execute(query.order_by(t.verdict.c.position))
    return tuple(
        CheckScore(id=row.check_id, points=row.points, earned=row.earned)
        for row in rows
    )
