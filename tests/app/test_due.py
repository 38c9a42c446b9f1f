"""What of a class is taken in, and how."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from grader.app import due
from grader.domain.report import Ungraded
from grader.errors import SubmissionError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Book:
    """A gradebook that remembers how much came at once."""

    def __init__(self):
        self.batches = []

    def receive(self, batch, *, at):
        assert at == NOON
        first = sum(self.batches)
        self.batches.append(len(batch))
        return range(first, first + len(batch))


@pytest.fixture
def found(monkeypatch):
    """Return files of four bytes; one without a number can't be read."""

    def take_in(one):
        if one.student == "?":
            raise SubmissionError("not a file of ours")
        return SimpleNamespace(content=bytes(4))

    def of(*students):
        return [
            SimpleNamespace(student=student, lab="tiny", where=f"{student}/tiny.py")
            for student in students
        ]

    monkeypatch.setattr(due, "take_in", take_in)
    monkeypatch.setattr(due, "BATCH_BYTES", 10)
    return of


def test_a_class_is_never_held_all_at_once(found):
    book = Book()

    taken = due.take_all_in(book, found(*"1234567"), at=NOON)

    assert book.batches == [3, 3, 1]
    assert len(taken.ids) == 7


def test_what_can_not_be_read_keeps_nobody_out(found):
    book = Book()

    taken = due.take_all_in(book, found(*"12?3"), at=NOON)

    assert book.batches[0] == 3
    assert taken.refused == (
        Ungraded(
            student="?",
            lab="tiny",
            whose="submission",
            where="?/tiny.py",
            message="not a file of ours",
        ),
    )
