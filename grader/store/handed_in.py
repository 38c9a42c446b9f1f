"""Hand-ins: files as they came, whose they are, and when they came."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Label, RowMapping, insert, select, update

from grader.domain.gradebook import GradingKey, Receipt, Standing
from grader.domain.submission import HandIn
from grader.store import schema as t
from grader.store.identities import identify
from grader.store.rows import new_id
from grader.store.trail import Pair, note


def receive(db: Connection, one: HandIn, at: datetime) -> int:
    """Keep a hand-in and return its id.

    One that is the newest of its student and lab already is no new one, so copying a
    class's files to another disk makes nobody late.
    """
    known = db.execute(
        select(t.submission.c.id).where(
            t.submission.c.student == one.student,
            t.submission.c.lab == one.lab,
            t.submission.c.sha256 == one.sha256,
        )
    ).scalar()
    submission_id = _add(db, one) if known is None else int(known)
    if _newest(db, (one.student, one.lab)) != submission_id:
        db.execute(
            insert(t.receipt).values(
                submission_id=submission_id,
                received_at=one.received_at,
                recorded_at=at,
                marked_late=one.marked_late,
            )
        )
        note(db, at, (one.student, one.lab), "received", _received(one))
    elif one.identity is not None:
        _learn(db, submission_id, one, at)
    if one.code is not None:
        _keep_code(db, submission_id, one.code, one.submitted_at, at)
    if one.identity is not None:
        identify(db, one.student, one.identity)
    return submission_id


def _learn(db: Connection, submission_id: int, one: HandIn, at: datetime) -> None:
    """Add to the newest receipt what a platform tells and nobody knew before."""
    columns = t.receipt.c
    newest = (
        select(columns.id, columns.received_at, columns.marked_late)
        .where(columns.submission_id == submission_id)
        .order_by(columns.id.desc())
        .limit(1)
    )
    row = db.execute(newest).one()
    told = {
        "received_at": row.received_at or one.received_at,
        "marked_late": row.marked_late or one.marked_late,
    }
    if told != {"received_at": row.received_at, "marked_late": row.marked_late}:
        db.execute(update(t.receipt).where(columns.id == row.id).values(**told))
        note(db, at, (one.student, one.lab), "received", _received(one))


def _keep_code(
    db: Connection,
    submission_id: int,
    code: str,
    submitted_at: datetime | None,
    at: datetime,
) -> None:
    columns = t.receipt_code.c
    same = [columns.code == code, columns.submission_id == submission_id]
    if db.execute(select(columns.code).where(*same)).scalar() is None:
        db.execute(
            insert(t.receipt_code).values(
                code=code,
                submission_id=submission_id,
                submitted_at=submitted_at,
                recorded_at=at,
            )
        )


def receipts(db: Connection, code: str) -> tuple[Receipt, ...]:
    """Return the hand-ins that carried a code, the oldest first."""
    query = (
        select(
            *t.submission.c["student", "lab", "sha256", "place"],
            *t.receipt_code.c["submitted_at", "recorded_at"],
            _first_receipt("received_at", t.submission.c.id),
        )
        .join(t.submission, t.submission.c.id == t.receipt_code.c.submission_id)
        .where(t.receipt_code.c.code == code)
        .order_by(t.receipt_code.c.recorded_at, t.submission.c.id)
    )
    return tuple(
        Receipt.model_validate(dict(row)) for row in db.execute(query).mappings()
    )


def _newest(db: Connection, pair: Pair) -> int | None:
    student, lab = pair
    return db.execute(
        select(t.receipt.c.submission_id)
        .join(t.submission)
        .where(t.submission.c.student == student, t.submission.c.lab == lab)
        .order_by(t.receipt.c.id.desc())
        .limit(1)
    ).scalar()


def _received(one: HandIn) -> str:
    told = one.received_at
    when = f"of {told:%Y-%m-%d %H:%M:%S} UTC" if told else "of an unknown time"
    late = ", marked late by the platform" if one.marked_late else ""
    return f"{one.place} {when}{late}, SHA-256 {one.sha256[:12]}"


def _add(db: Connection, one: HandIn) -> int:
    known = select(t.content.c.sha256).where(t.content.c.sha256 == one.sha256)
    if db.execute(known).scalar() is None:
        db.execute(insert(t.content).values(sha256=one.sha256, bytes=one.content))
    result = db.execute(
        insert(t.submission).values(
            student=one.student,
            lab=one.lab,
            sha256=one.sha256,
            name=one.name,
            place=one.place,
            faults=[fault.model_dump() for fault in one.faults],
            round=0,
            unreadable="",
        )
    )
    return new_id(result)


def hand_in(db: Connection, submission_id: int) -> HandIn | None:
    """Return a hand-in with its bytes, None if there is none of that id.

    Codes and identities are kept for themselves: it comes without.
    """
    query = (
        select(
            t.submission,
            t.content.c.bytes.label("content"),
            _first_receipt("received_at", submission_id),
            _first_receipt("marked_late", submission_id),
        )
        .join(t.content, t.content.c.sha256 == t.submission.c.sha256)
        .where(t.submission.c.id == submission_id)
    )
    row = db.execute(query).mappings().one_or_none()
    return None if row is None else HandIn.model_validate(dict(row), extra="ignore")


def _first_receipt(column: str, submission_id: object) -> Label[Any]:
    """Return what the first receipt of a hand-in says, as a column of a query."""
    return (
        select(t.receipt.c[column])
        .where(t.receipt.c.submission_id == submission_id)
        .order_by(t.receipt.c.id)
        .limit(1)
        .scalar_subquery()
        .label(column)
    )


def standings(db: Connection, pairs: Collection[Pair]) -> tuple[Standing, ...]:
    """Return every hand-in of some (student, lab), the oldest first."""
    labs = {lab for _, lab in pairs}
    gradings = _gradings(db, labs)
    query = select(t.submission).where(t.submission.c.lab.in_(labs))
    return tuple(
        _standing(row, gradings.get(row["id"], {}))
        for row in db.execute(query.order_by(t.submission.c.id)).mappings()
        if (row["student"], row["lab"]) in pairs
    )


def _gradings(
    db: Connection, labs: Collection[str]
) -> dict[int, dict[int, RowMapping]]:
    """Return all gradings of some labs, by hand-in and their own number."""
    columns = ("id", "submission_id", "score", "max_score", *GradingKey.model_fields)
    query = select(*t.grading.c[columns]).join(t.submission)
    found: dict[int, dict[int, RowMapping]] = defaultdict(dict)
    for row in db.execute(query.where(t.submission.c.lab.in_(labs))).mappings():
        found[row["submission_id"]][row["id"]] = row
    return found


def _standing(row: RowMapping, gradings: Mapping[int, RowMapping]) -> Standing:
    keys = {number: _key(one) for number, one in gradings.items()}
    holds = gradings.get(row["current"])
    return Standing.model_validate(
        {
            **row,
            "gradings": frozenset(keys.values()),
            "current": keys.get(row["current"]),
            "score": holds["score"] if holds else None,
            "max_score": holds["max_score"] if holds else None,
        },
        extra="ignore",
    )


def _key(row: RowMapping) -> GradingKey:
    return GradingKey.model_validate(dict(row), extra="ignore")


def ask_again(db: Connection, ids: Iterable[int], at: datetime, actor: str) -> None:
    """Note that hand-ins are to be graded once more, whatever they have."""
    for submission_id in ids:
        mine = t.submission.c.id == submission_id
        db.execute(
            update(t.submission)
            .where(mine)
            .values(round=t.submission.c.round + 1, unreadable="")
        )
        columns = (t.submission.c.student, t.submission.c.lab)
        row = db.execute(select(*columns).where(mine)).one()
        note(db, at, (row.student, row.lab), "asked", "to be graded again", actor=actor)


def set_unreadable(db: Connection, submission_id: int, message: str) -> None:
    """Note that a hand-in can't be read: the same bytes never can."""
    db.execute(
        update(t.submission)
        .where(t.submission.c.id == submission_id)
        .values(unreadable=message)
    )
