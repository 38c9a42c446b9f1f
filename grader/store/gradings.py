"""Gradings: reports as they were made, their verdicts and pictures."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Join, RowMapping, insert, select, update

from grader.domain.gradebook import GradingKey
from grader.domain.mark import Attempt, CheckScore, Shown
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


def reports(db: Connection, shown: Mapping[Pair, Shown]) -> Iterator[LabReport]:
    """Yield the reports of chosen hand-ins, one for each student and lab, small.

    Without pictures, examples and notes, so that a class of thousands fits.

    Args:
        db: Where.
        shown: By (student, lab), the hand-in: that of a team is several students'.
    """
    readers: dict[tuple[Shown, str], list[str]] = defaultdict(list)
    for (student, lab), hand_in in shown.items():
        readers[hand_in, lab].append(student)
    order = (t.submission.c.lab, t.submission.c.student)
    columns = (*order, t.submission.c.sha256, t.grading.c.report)
    query = select(*columns).select_from(current()).order_by(*order)
    for row in db.execute(query.execution_options(yield_per=20)):
        if students := readers.get((Shown(row.student, row.sha256), row.lab)):
            whole = LabReport.model_validate_json(row.report)
            small = _trimmed(whole, pictures=(), example=None, note="")
            for student in students:
                yield small.model_copy(update={"student": student})


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

    The checks are listed only in labs where an override asks for one of them: a student's
    may be about what the team handed in.
    """
    asked = select(t.override.c.lab).where(t.override.c.check_id.is_not(None))
    scores = _scores(db, {row.lab for row in db.execute(asked)})
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
            {**row, "checks": scores.get(row["id"], ())}, extra="ignore"
        )
        for row in db.execute(query).mappings().all()
    )


def _scores(db: Connection, labs: Collection[str]) -> dict[int, list[CheckScore]]:
    """Return what the checks gave in the gradings of some labs that hold."""
    if not labs:
        return {}
    columns = t.verdict.c["grading_id", "check_id", "points", "earned"]
    query = (
        select(*columns)
        .join(t.submission, t.submission.c.current == t.verdict.c.grading_id)
        .where(t.submission.c.lab.in_(labs))
        .order_by(t.verdict.c.grading_id, t.verdict.c.position)
    )
    found: dict[int, list[CheckScore]] = defaultdict(list)
    for row in db.execute(query):
        one = CheckScore(id=row.check_id, points=row.points, earned=row.earned)
        found[row.grading_id].append(one)
    return found
