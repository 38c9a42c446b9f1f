"""The gradebook: what was handed in, how it was graded, and why a mark is what it is.

Every method is one transaction: it is kept as a whole or not at all, whichever process
dies when. A grading is kept once for its key, so two graders at work on one gradebook do
some work twice and record nothing twice.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Self

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from grader.domain.gradebook import (
    Event,
    GradingKey,
    MarkChange,
    Receipt,
    Standing,
)
from grader.domain.identity import Identity
from grader.domain.mark import Attempt, Mark, Override, Shown
from grader.domain.report import LabReport, Ungraded
from grader.domain.submission import HandIn
from grader.errors import InfrastructureError
from grader.store import decisions, gradings, handed_in, identities
from grader.store import schema as t
from grader.store.database import Database
from grader.store.trail import Pair, note, trail

KEY_BYTES = 32


class Gradebook:
    """A class's gradebook."""

    def __init__(self, url: str) -> None:
        """Open it; a new one is made on the way.

        Raises:
            InfrastructureError: If the database can't be used.
        """
        self._database = Database(url)
        self._key: bytes | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """Return its URL without a password."""
        return self._database.name

    def close(self) -> None:
        """Close it."""
        self._database.close()

    @property
    def title(self) -> str:
        """Return what the class is called; empty if nobody has called it anything."""
        query = select(t.setting.c.value).where(t.setting.c.name == "title")
        with self._database.reading() as db:
            return db.execute(query).scalar() or ""

    @title.setter
    def title(self, title: str) -> None:
        with self._database.writing() as db:
            db.execute(delete(t.setting).where(t.setting.c.name == "title"))
            db.execute(insert(t.setting).values(name="title", value=title))

    def _setting(self, name: str, *, otherwise: str) -> str:
        """Return a setting; the first to ask decides what it is for ever.

        Args:
            name: Which.
            otherwise: What it becomes if there is none yet.
        """
        with self._database.writing() as db:
            query = select(t.setting.c.value).where(t.setting.c.name == name)
            found = db.execute(query).scalar()
            if found is None:
                db.execute(insert(t.setting).values(name=name, value=otherwise))
            return otherwise if found is None else str(found)

    def seed(self, *, lab: str, student: str) -> int:
        """Return a student's secret number for a lab, 0 <= seed < 2**128.

        It depends on the gradebook's key, the lab and the student, so that nobody without
        the key can foresee what `Job` makes of it: the seed of one hand-in's inputs.

        Args:
            lab: Which lab.
            student: Who.

        Raises:
            InfrastructureError: If the key is damaged.
        """
        if self._key is None:
            self._key = self._read_key()
        message = f"{lab}\0{student}".encode()
        return int.from_bytes(hmac.digest(self._key, message, hashlib.sha256)[:16])

    def _read_key(self) -> bytes:
        text = self._setting("seed_key", otherwise=secrets.token_hex(KEY_BYTES))
        try:
            key = bytes.fromhex(text)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise InfrastructureError(
                f"the key of the random inputs in {self.name} is no key of {KEY_BYTES} "
                "bytes: restore the gradebook from a copy"
            )
        return key

    def receive(self, hand_ins: Sequence[HandIn], *, at: datetime) -> tuple[int, ...]:
        """Keep hand-ins, their bytes too, and return their ids.

        One that is the newest of its student and lab already is no new one, so copying a
        class's files to another disk makes nobody late. Who the students are to the
        platform, and the codes of their receipts, are kept all the same.
        """
        with self._database.writing() as db:
            return tuple(handed_in.receive(db, one, at) for one in hand_ins)

    def identify(self, known: Mapping[str, Iterable[Identity]]) -> None:
        """Keep what a platform calls students, of whom nothing may have come.

        Args:
            known: By student.
        """
        with self._database.writing() as db:
            for student, own in known.items():
                for identity in own:
                    identities.identify(db, student, identity)

    def identities(self) -> Mapping[str, tuple[Identity, ...]]:
        """Return all that platforms call each student, by student.

        Of one platform there may be several: Moodle gives a student another number in
        each assignment.
        """
        with self._database.reading() as db:
            return identities.identities(db)

    def receipts(self, code: str) -> tuple[Receipt, ...]:
        """Return the hand-ins that carried the code of a receipt, the oldest first.

        More than one if the same zip was taken in under several names.
        """
        with self._database.reading() as db:
            return handed_in.receipts(db, code)

    def standings(self, pairs: Collection[Pair]) -> tuple[Standing, ...]:
        """Return every hand-in of some (student, lab), the oldest first."""
        with self._database.reading() as db:
            return handed_in.standings(db, pairs)

    def hand_in(self, submission_id: int) -> HandIn:
        """Return a hand-in with its bytes.

        Raises:
            InfrastructureError: If the gradebook has none of that id.
        """
        with self._database.reading() as db:
            found = handed_in.hand_in(db, submission_id)
        if found is None:
            raise InfrastructureError(f"{self.name} has no hand-in {submission_id}")
        return found

    def ask_again(self, ids: Iterable[int], *, at: datetime, actor: str) -> None:
        """Note that hand-ins are to be graded once more, whatever they have.

        A run that is cut leaves the wish, so that the next one goes on with it.
        """
        with self._database.writing() as db:
            handed_in.ask_again(db, ids, at, actor)

    def record(self, submission_id: int, key: GradingKey, report: LabReport) -> bool:
        """Keep a grading, whole; return False if its key had been graded already."""
        try:
            with self._database.writing() as db:
                gradings.record(db, submission_id, key, report)
        except IntegrityError:
            return False
        return True

    def restore(self, submission_id: int, key: GradingKey, *, at: datetime) -> None:
        """Let an earlier grading of a hand-in hold again: the lab is as it was then.

        Raises:
            InfrastructureError: If there is none of that key.
        """
        with self._database.writing() as db:
            gradings.restore(db, submission_id, key, at)

    def record_ungraded(
        self, one: Ungraded, *, at: datetime, unreadable: int | None = None
    ) -> None:
        """Keep what could not be graded, until it is.

        Args:
            one: What, and why.
            at: When.
            unreadable: The hand-in, if it can't ever be read.
        """
        with self._database.writing() as db:
            # two runs at once may both fail at it
            columns = t.ungraded.c
            same = [columns.student == one.student, columns.lab == one.lab]
            db.execute(delete(t.ungraded).where(*same, columns.place == one.where))
            fields = one.model_dump(exclude={"where"})
            db.execute(insert(t.ungraded).values(**fields, place=one.where))
            told = f"{one.where}: {one.message}"
            note(db, at, (one.student, one.lab), "ungraded", told)
            if unreadable is not None:
                handed_in.set_unreadable(db, unreadable, one.message)

    def forget_ungraded(
        self, students: Collection[str], *, folders: Collection[str] = ()
    ) -> None:
        """Drop what could not be graded, before another try.

        Args:
            students: Whose.
            folders: Names of folders that are looked through again, so that what was
                taken out of them is forgotten.
        """
        with self._database.writing() as db:
            for row in db.execute(select(t.ungraded)).all():
                top = row.place.partition("/")[0]
                if row.student in students or top in folders:
                    db.execute(delete(t.ungraded).where(t.ungraded.c.id == row.id))

    def ungraded(self) -> tuple[Ungraded, ...]:
        """Return what could not be graded and still can't."""
        columns = t.ungraded.c["student", "lab", "whose", "message"]
        where = t.ungraded.c.place.label("where")
        query = select(*columns, where).order_by(t.ungraded.c.id)
        with self._database.reading() as db:
            rows = db.execute(query).mappings().all()
        return tuple(Ungraded.model_validate(dict(row)) for row in rows)

    def attempts(self) -> tuple[Attempt, ...]:
        """Return every graded hand-in by the grading that holds, once for each receipt.

        The checks are listed only where an override asks for one of them.
        """
        with self._database.reading() as db:
            return gradings.attempts(db)

    def reports(self, shown: Mapping[Pair, Shown]) -> Iterator[LabReport]:
        """Yield the reports of chosen hand-ins, one for each student and lab, small.

        Without pictures, examples and notes, so that a class of thousands fits.

        Args:
            shown: By (student, lab), the hand-in; a report says whose it was asked for.
        """
        with self._database.reading() as db:
            yield from gradings.reports(db, shown)

    def report(
        self, student: str, lab: str, sha256: str, *, by: str | None = None
    ) -> LabReport:
        """Return the report of a hand-in, whole.

        Args:
            student: Whose report it is to be.
            lab: On which lab.
            sha256: Of the hand-in.
            by: Under whose name it was handed in, if that was a team.

        Raises:
            InfrastructureError: If it was never graded.
        """
        with self._database.reading() as db:
            found = gradings.report(db, (by or student, lab), sha256)
        if found is None:
            raise InfrastructureError(f"{self.name} has no report of {student}, {lab}")
        return found.model_copy(update={"student": student})

    def overrides(self) -> tuple[Override, ...]:
        """Return every override, the oldest first."""
        with self._database.reading() as db:
            return decisions.overrides(db)

    def add_override(self, override: Override) -> None:
        """Keep what a teacher decided; it stays whatever is graded again."""
        with self._database.writing() as db:
            decisions.add_override(db, override)

    def record_marks(
        self, marks: Iterable[Mark], *, at: datetime
    ) -> tuple[MarkChange, ...]:
        """Keep what the marks are now; note and return those that changed."""
        with self._database.writing() as db:
            return decisions.record_marks(db, marks, at)

    def trail(
        self, student: str, lab: str, *, teams: Collection[str] = ()
    ) -> tuple[Event, ...]:
        """Return everything that ever happened to a student's lab, the oldest first.

        Args:
            student: Whose.
            lab: Which.
            teams: Names under which others handed in for the student.
        """
        with self._database.reading() as db:
            return trail(db, {student, *teams}, lab)
