"""The audit trail: one sentence for everything that happens, never changed."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, insert, select

from grader.domain.gradebook import Event
from grader.store import schema as t

# ourselves, as an actor
PROGRAM = "grader"

Pair = tuple[str, str]


def note(
    db: Connection,
    at: datetime,
    pair: Pair,
    kind: str,
    text: str,
    *,
    actor: str = PROGRAM,
) -> None:
    """Add a line.

    Args:
        db: Where.
        at: When it happened.
        pair: (student, lab).
        kind: As in `Event`.
        text: One sentence.
        actor: Who did it.
    """
    student, lab = pair
    db.execute(
        insert(t.event).values(
            at=at, student=student, lab=lab, kind=kind, text=text, actor=actor
        )
    )


def trail(db: Connection, students: Collection[str], lab: str) -> tuple[Event, ...]:
    """Return everything that ever happened to some students' lab, the oldest first."""
    query = select(t.event).where(t.event.c.student.in_(students), t.event.c.lab == lab)
    return tuple(
        Event.model_validate(dict(row), extra="ignore")
        for row in db.execute(query.order_by(t.event.c.id)).mappings()
    )
