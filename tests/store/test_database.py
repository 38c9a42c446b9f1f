"""Opening a database, and bringing its tables up to date."""

import stat
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, insert, inspect, text

from grader.errors import InfrastructureError
from grader.store import schema
from grader.store.database import Database, migrations
from grader.store.gradebook import Gradebook
from grader.store.schema import HEAD, metadata

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def test_the_migrations_make_the_tables_that_the_code_uses(url):
    with Database(url) as database, database.reading() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_one_that_the_code_knows():
    assert ScriptDirectory.from_config(migrations()).get_heads() == [HEAD]


def test_every_migration_can_be_taken_back(url):
    config = migrations()
    with Database(url) as database, database.writing() as db:
        config.attributes["connection"] = db
        command.downgrade(config, "base")

        assert inspect(db).get_table_names() == ["alembic_version"]


def fill_first_tables(db):
    """Write one graded hand-in and one that could not be, as the first grader did."""
    who = {"student": "ada", "lab": "tiny"}
    hand_in = {
        "sha256": "00",
        "name": "tiny.py",
        "place": "c/ada/tiny.py",
        "faults": [],
    }
    one = {**who, **hand_in, "id": 1, "round": 0, "unreadable": "", "current": 1}
    key = {"lab_version": "1", "lab_sha256": "00", "grader_version": "1", "seed": "7"}
    took = {"graded_at": NOON, "seconds": 1, "cpu_seconds": 1, "report": "{}"}
    where = {"round": 0, "isolation": "strict", "environment": {}}
    grading = {**key, **where, **took, "score": 70, "max_score": 100}
    problem = {"student": "bob", "lab": "", "place": "c/bob", "whose": "submission"}
    for table, row in (
        (schema.content, {"sha256": "00", "bytes": b"x = 1"}),
        (schema.submission, one),
        (
            schema.receipt,
            {"submission_id": 1, "received_at": NOON, "recorded_at": NOON},
        ),
        (schema.grading, {"submission_id": 1, **grading}),
        (schema.ungraded, {**problem, "message": "empty"}),
    ):
        db.execute(insert(table).values(row))


def test_a_gradebook_of_the_first_tables_keeps_all_that_is_in_it(url):
    config = migrations()
    with Database(url) as database, database.writing() as db:
        config.attributes["connection"] = db
        command.downgrade(config, "0001")
        fill_first_tables(db)

    with Gradebook(url) as book:
        (attempt,) = book.attempts()
        (problem,) = book.ungraded()
        known = (book.identities(), book.receipts("7QX4M"))
        one = book.hand_in(1)

    assert (attempt.student, attempt.score, attempt.marked_late) == ("ada", 70, False)
    assert (one.content, one.received_at) == (b"x = 1", NOON)
    assert problem.student == "bob"
    assert known == ({}, ())


def test_tables_of_a_newer_grader_are_left_alone(url):
    with Database(url) as database, database.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(InfrastructureError, match=r"newer grader.*update grader"):
        Database(url)


def test_two_that_open_a_new_gradebook_at_once_make_one(url):
    program = (
        f"from grader.store.gradebook import Gradebook; Gradebook({url!r}).close()"
    )
    both = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]

    assert [one.wait(timeout=60) for one in both] == [0, 0]
    with Gradebook(url) as book:
        assert book.ungraded() == ()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        pytest.param(
            "results/gradebook.sqlite", "expected sqlite:///FILE", id="no-url"
        ),
        pytest.param("oracle9://x", "expected sqlite:///FILE", id="no-such-database"),
        pytest.param("mysql://t:secret@h/x", "can't be in mysql", id="other-database"),
        pytest.param("sqlite://", "would be lost with the process", id="in-memory"),
        pytest.param("sqlite:///:memory:", "would be lost", id="in-memory-by-name"),
        pytest.param(
            "sqlite:////proc/nowhere/g.sqlite", "No such file", id="no-folder"
        ),
        pytest.param("postgresql://t:secret@127.0.0.1:1/x", "refused", id="no-server"),
    ],
)
def test_a_gradebook_that_can_not_be_opened_is_one_line(url, says):
    with pytest.raises(InfrastructureError, match=says) as caught:
        Database(url)

    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    path = tmp_path / "gradebook.sqlite"
    path.write_text("dear diary, " * 1000)

    with pytest.raises(InfrastructureError, match=r"not a database; put a copy of it"):
        Database(f"sqlite:///{path}")
    assert path.read_text() == "dear diary, " * 1000


def test_only_its_owner_can_read_the_file(tmp_path):
    path = tmp_path / "gradebook.sqlite"

    with Database(f"sqlite:///{path}"):
        modes = {stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}

    assert modes == {0o600}


def test_a_full_disk_keeps_what_was_written(tmp_path):
    with Gradebook(f"sqlite:///{tmp_path}/g.sqlite") as book:
        book.seed(lab="tiny", student="ada")
        with book._database.reading() as db:
            # SQLite's own limit on its size: the disk is full from here
            pages = db.execute(text("PRAGMA page_count")).scalar()
        book._database._engine.dispose()

        def limited(connection, _record):
            connection.execute(f"PRAGMA max_page_count={pages}")

        event.listen(book._database._engine, "connect", limited)
        with pytest.raises(InfrastructureError, match="full"):
            book._setting("much", otherwise="x" * 10**6)

        assert book._setting("seed_key", otherwise="") != ""
