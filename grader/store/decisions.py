"""What moves a mark without grading: overrides, and what was last told as the mark."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from grader.domain.gradebook import MarkChange
from grader.domain.mark import Mark, Override
from grader.store import schema as t
from grader.store.trail import note


def overrides(db: Connection) -> tuple[Override, ...]:
    """Return every override, the oldest first."""
    rows = db.execute(select(t.override).order_by(t.override.c.id))
    return tuple(
        Override(
            student=row.student,
            lab=row.lab,
            check=row.check_id,
            points=row.points,
            author=row.author,
            reason=row.reason,
            at=row.made_at,
        )
        for row in rows
    )


def add_override(db: Connection, one: Override) -> None:
    """Keep what a teacher decided; it stays whatever is graded again."""
    fields = one.model_dump(exclude={"check", "at"})
    db.execute(insert(t.override).values(**fields, check_id=one.check, made_at=one.at))
    what = f"check {one.check}" if one.check else "the mark"
    to = "as graded again" if one.points is None else f"set to {one.points:g}"
    told = f"{what} {to}: {one.reason}"
    note(db, one.at, (one.student, one.lab), "overridden", told, actor=one.author)


def record_marks(
    db: Connection, marks: Iterable[Mark], at: datetime
) -> tuple[MarkChange, ...]:
    """Keep what the marks are now; note and return those that changed or vanished."""
    known = {(row.student, row.lab): row for row in db.execute(select(t.mark))}
    changes = []
    for mark in marks:
        row = known.pop((mark.student, mark.lab), None)
        if row is not None and row.mark == mark.mark:
            continue
        _keep(db, mark, is_new=row is None)
        change = MarkChange(
            before=None if row is None else row.mark,
            after=mark.mark,
            **mark.model_dump(include={"student", "lab", "max_score"}),
        )
        changes.append(change)
        note(db, at, (mark.student, mark.lab), "mark", _told(change, mark.why))
    for row in known.values():
        mine = [t.mark.c.student == row.student, t.mark.c.lab == row.lab]
        db.execute(delete(t.mark).where(*mine))
        change = MarkChange(
            student=row.student,
            lab=row.lab,
            before=row.mark,
            after=None,
            max_score=row.max_score,
        )
        changes.append(change)
        note(db, at, (row.student, row.lab), "mark", _told(change, ()))
    return tuple(changes)


def _keep(db: Connection, mark: Mark, *, is_new: bool) -> None:
    if is_new:
        columns = {"student", "lab", "mark", "max_score"}
        db.execute(insert(t.mark).values(**mark.model_dump(include=columns)))
        return
    db.execute(
        update(t.mark)
        .where(t.mark.c.student == mark.student, t.mark.c.lab == mark.lab)
        .values(mark=mark.mark, max_score=mark.max_score)
    )


def _told(change: MarkChange, why: Sequence[str]) -> str:
    was = "" if change.before is None else f"{change.before:g} → "
    if change.after is None:
        return f"{was}no mark"
    because = f": {'; '.join(why)}" if why else ""
    return f"{was}{change.after:g} of {change.max_score:g}{because}"
