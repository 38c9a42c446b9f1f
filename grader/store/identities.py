"""Who students are to the platforms that their hand-ins came from."""

from collections import defaultdict

from sqlalchemy import Connection, insert, select, update

from grader.domain.identity import Identity
from grader.store import schema as t


def identify(db: Connection, student: str, one: Identity) -> None:
    """Keep what a platform calls a student; what it does not tell now stays known."""
    columns = t.identity.c
    mine = [
        columns.student == student,
        columns.platform == one.platform,
        columns.id == one.id,
    ]
    known = db.execute(select(columns.name, columns.email).where(*mine)).one_or_none()
    if known is None:
        db.execute(insert(t.identity).values(student=student, **one.model_dump()))
        return
    told = {"name": one.name or known.name, "email": one.email or known.email}
    if told != {"name": known.name, "email": known.email}:
        db.execute(update(t.identity).where(*mine).values(**told))


def identities(db: Connection) -> dict[str, tuple[Identity, ...]]:
    """Return all that platforms call each student, in a fixed order."""
    columns = t.identity.c
    query = select(t.identity).order_by(columns.student, columns.platform, columns.id)
    found: dict[str, list[Identity]] = defaultdict(list)
    for row in db.execute(query).mappings():
        identity = Identity.model_validate(dict(row), extra="ignore")
        found[row["student"]].append(identity)
    return {student: tuple(own) for student, own in found.items()}
