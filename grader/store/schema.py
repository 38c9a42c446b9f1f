"""The tables of the gradebook, as they are now.

    content       each file's bytes, once, whoever handed it in
    submission    one student's file for one lab: student x lab x content
    receipt       when it came; again only after another of the same student and lab
    receipt_code  what students were told as the receipt of their hand-ins
    identity      who a student is to the platforms that hand-ins came from
    grading       one run of one lab's checks over a submission, with all that decides it
    verdict       what each check said
    picture       what a check drew
    ungraded      what could not be graded and still can't
    override      what a teacher decided, and why; rows are added, never changed
    mark          what was last told as the mark, so that a change is noticed
    event         the audit trail
    setting       the secret of the random inputs, the title of the class

Rows of `content`, `receipt`, `receipt_code`, `grading`, `verdict`, `picture`, `override` and `event` are
never changed once written. The tables come into being by the migrations, not by this
module; a test compares the two.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

# of the newest migration; a test compares them
HEAD = "0002"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: with its zone where the database knows zones, in UTC where it does not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Return what is written.

        Raises:
            ValueError: If the moment has no zone: nobody could tell which one it is.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Return what was read, in UTC."""
        if value is None:
            return None
        return (
            value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        )


class StoredText(TypeDecorator[str]):
    """Text that every database takes: PostgreSQL refuses NUL, all refuse surrogates."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return what is written."""
        if value is None:
            return None
        return value.replace("\0", "").encode("utf-8", "replace").decode()


metadata = MetaData(
    # names, so that a later migration can say what it changes
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

setting = Table(
    "setting",
    metadata,
    Column("name", StoredText, primary_key=True),
    Column("value", StoredText, nullable=False),
)

content = Table(
    "content",
    metadata,
    Column("sha256", StoredText, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)

submission = Table(
    "submission",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", StoredText, nullable=False),
    Column("lab", StoredText, nullable=False),
    Column("sha256", StoredText, ForeignKey("content.sha256"), nullable=False),
    # the file's name, and where it lay, for people
    Column("name", StoredText, nullable=False),
    Column("place", StoredText, nullable=False),
    # what had to be decided to find it
    Column("faults", JSON, nullable=False),
    # how often a teacher asked for it to be graded again
    Column("round", Integer, nullable=False),
    # why it can't be read, if so: the same bytes never can
    Column("unreadable", StoredText, nullable=False),
    # id of the grading that holds; no foreign key: each would need the other's table first
    Column("current", Integer),
    UniqueConstraint("student", "lab", "sha256"),
)

receipt = Table(
    "receipt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", ForeignKey("submission.id"), nullable=False, index=True),
    # by the platform, the manifest or the file; None where none tells
    Column("received_at", UtcDateTime),
    # by this machine's clock
    Column("recorded_at", UtcDateTime, nullable=False),
    # the platform said so, whatever the times are
    Column("marked_late", Boolean, nullable=False, server_default=false()),
)

# no column of `receipt`: the same file packed again has another code and is no new receipt
receipt_code = Table(
    "receipt_code",
    metadata,
    # of 120 bits: nobody makes two hand-ins with one code
    Column("code", StoredText, primary_key=True),
    Column("submission_id", ForeignKey("submission.id"), primary_key=True),
    # by the student's clock
    Column("submitted_at", UtcDateTime),
    # by this machine's clock
    Column("recorded_at", UtcDateTime, nullable=False),
)

identity = Table(
    "identity",
    metadata,
    Column("student", StoredText, primary_key=True),
    Column("platform", StoredText, primary_key=True),
    # Moodle's differs from assignment to assignment: one student may have several
    Column("id", StoredText, primary_key=True),
    Column("name", StoredText, nullable=False),
    Column("email", StoredText, nullable=False),
)

grading = Table(
    "grading",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", ForeignKey("submission.id"), nullable=False),
    Column("lab_version", StoredText, nullable=False),
    # of the lab's files: a check may change where the version was forgotten
    Column("lab_sha256", StoredText, nullable=False),
    Column("grader_version", StoredText, nullable=False),
    # decimal digits: it has 128 bits
    Column("seed", StoredText, nullable=False),
    Column("round", Integer, nullable=False),
    Column("isolation", StoredText, nullable=False),
    Column("environment", JSON, nullable=False),
    Column("score", Float, nullable=False),
    Column("max_score", Float, nullable=False),
    Column("graded_at", UtcDateTime, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("cpu_seconds", Float, nullable=False),
    # the whole report as JSON but for the pictures
    Column("report", StoredText, nullable=False),
    # what makes a grading happen once
    UniqueConstraint(
        *("submission_id", "lab_sha256", "grader_version", "seed", "round"),
        # the name of the convention would be longer than PostgreSQL allows
        name="uq_grading_once",
    ),
)

verdict = Table(
    "verdict",
    metadata,
    Column("grading_id", ForeignKey("grading.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("check_id", StoredText, nullable=False),
    Column("task", StoredText, nullable=False),
    Column("points", Float, nullable=False),
    Column("earned", Float, nullable=False),
    Column("outcome", StoredText, nullable=False),
    Column("mistake", StoredText),
    Column("seconds", Float, nullable=False),
)

picture = Table(
    "picture",
    metadata,
    Column("grading_id", ForeignKey("grading.id"), primary_key=True),
    # of the check among the report's checks, and of the picture among the check's
    Column("check_position", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("title", StoredText, nullable=False),
    Column("alt", StoredText, nullable=False),
    Column("png", LargeBinary, nullable=False),
)

ungraded = Table(
    "ungraded",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", StoredText, nullable=False, index=True),
    # empty where nothing tells which
    Column("lab", StoredText, nullable=False),
    Column("place", StoredText, nullable=False),
    Column("whose", StoredText, nullable=False),
    Column("message", StoredText, nullable=False),
)

override = Table(
    "override",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", StoredText, nullable=False),
    Column("lab", StoredText, nullable=False),
    # None: the lab's mark as a whole
    Column("check_id", StoredText),
    # None: an earlier one is taken back
    Column("points", Float),
    Column("author", StoredText, nullable=False),
    Column("reason", StoredText, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)

mark = Table(
    "mark",
    metadata,
    Column("student", StoredText, primary_key=True),
    Column("lab", StoredText, primary_key=True),
    Column("mark", Float, nullable=False),
    Column("max_score", Float, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("student", StoredText, nullable=False),
    Column("lab", StoredText, nullable=False),
    # received, graded, ungraded, asked, overridden, mark
    Column("kind", StoredText, nullable=False),
    # one sentence
    Column("text", StoredText, nullable=False),
    # who did it: a login name, or the program
    Column("actor", StoredText, nullable=False),
    Index(None, "student", "lab"),
)
