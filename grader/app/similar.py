"""Which hand-ins of a lab are alike: from folders, or from a gradebook."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.domain.report import LabReport
from grader.domain.submission import Cell, Submission
from grader.errors import InfrastructureError, LabError, SubmissionError
from grader.intake import collect, read, submission_of
from grader.labs.course import Course
from grader.labs.policy import read_policy
from grader.similarity.compare import Comparison, Hand, Left, compare
from grader.similarity.fingerprints import engine, every_print, fingerprints
from grader.similarity.functions import functions_of
from grader.similarity.own_code import Given, given_by, own_code
from grader.store.gradebook import Gradebook

# whose it is said to be where the course's solution is meant
SOLUTION = "solution"


@dataclass(frozen=True)
class _Stub:
    """What everybody has from the course.

    Attributes:
        given: What is nobody's own.
        prints: All fingerprints of it.
        pieces: Hashes of what its functions are made of.
    """

    given: Given
    prints: frozenset[int] = frozenset()
    pieces: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Handed:
    """A submission to compare, or why there is none.

    Attributes:
        student: Whose.
        read: Reads it.
        mistakes: That a grading has named in it.
    """

    student: str
    read: Callable[[], Submission]
    mistakes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Likeness:
    """What was found.

    Attributes:
        title: The lab's.
        left: What was not compared, and why.
    """

    title: str
    comparison: Comparison
    left: tuple[Left, ...]


def alike(
    course: Course,
    lab: str,
    *,
    paths: Sequence[Path] = (),
    book: Gradebook | None = None,
    least: float,
) -> Likeness:
    """Compare the hand-ins of a lab; none is run.

    Args:
        course: Where the lab is; its stub is left out, its solution compared too.
        lab: Which one.
        paths: Folders, zips and files, as for `grader grade`.
        book: What was graded, the newest hand-in of each student.
        least: Of what likeness pairs are told, from 0 to 1.

    Raises:
        LabError: If there is no such lab, or copydetect is not installed.
        SubmissionError: If there are no two to compare.
        InfrastructureError: If the disk or the gradebook let us down.
    """
    engine()
    title = course.lab(lab).title
    stub = _stub(course, lab)
    hands: list[Hand] = []
    left: list[Left] = []
    with tempfile.TemporaryDirectory(prefix="grader-similar-") as unpacked:
        everyone = _graded(book, lab) if book else iter(())
        for one in (*_found(course, lab, paths, Path(unpacked), left), *everyone):
            try:
                hands.append(_hand(one, stub))
            except (SubmissionError, InfrastructureError) as error:
                left.append(Left(one.student, str(error)))
    if len(hands) < 2:
        raise SubmissionError(_too_few(lab, len(hands), left))
    hands += _solution(course, lab, stub)
    return Likeness(title, compare(hands, least=least), tuple(left))


def _too_few(lab: str, n: int, left: Sequence[Left]) -> str:
    why = f" ({left[0].student}: {left[0].reason})" if left else ""
    return f"found {n} hand-ins of {lab} to compare, expected two or more{why}"


def _stub(course: Course, lab: str) -> _Stub:
    """Return what the stub gives.

    Raises:
        LabError: If there is no stub, or it is no Python.
    """
    path = course.assignment(lab) / f"{lab}.py"
    try:
        text = path.read_text(encoding="utf-8")
        given = given_by(text)
    except (OSError, ValueError) as error:
        msg = f"{path} can't be read as the lab's stub: `grader stubs` makes it"
        raise LabError(msg) from error
    try:
        own = own_code(_as_submission(lab, text), Given())
    except SubmissionError:
        # it gives nothing but signatures
        return _Stub(given)
    names = Given(functions=given.functions)
    return _Stub(
        given,
        prints=frozenset(every_print(own.cells)),
        pieces=frozenset(
            piece for one in functions_of(own, names) for piece in one.pieces
        ),
    )


def _as_submission(lab: str, code: str) -> Submission:
    return Submission(
        student=SOLUTION,
        lab=lab,
        kind="py",
        cells=(Cell(index=1, code=code),),
        files=(),
        sha256="",
    )


def _hand(one: Handed, stub: _Stub) -> Hand:
    submission = one.read()
    own = own_code(submission, stub.given)
    prints = {
        value: places
        for value, places in fingerprints(own).items()
        if value not in stub.prints
    }
    if not prints:
        msg = "it has nothing but the stub"
        raise SubmissionError(msg)
    file = submission.files[0].name if submission.files else f"{submission.lab}.py"
    return Hand(
        student=one.student,
        file=file,
        code=own,
        prints=prints,
        functions=functions_of(own, stub.given, public=stub.pieces),
        mistakes=one.mistakes,
    )


def _solution(course: Course, lab: str, stub: _Stub) -> Iterable[Hand]:
    """Yield the course's own solution: it may have got out."""
    path = course.reference(lab) / f"{lab}.py"
    if path.is_file():
        code = path.read_text(encoding="utf-8")
        hand = _hand(Handed(SOLUTION, lambda: _as_submission(lab, code)), stub)
        yield replace(hand, file=path.name, is_solution=True)


def _found(
    course: Course, lab: str, paths: Sequence[Path], into: Path, left: list[Left]
) -> Iterator[Handed]:
    if not paths:
        return
    collected = collect(
        paths,
        labs=[known.name for known in course.labs()],
        lab=lab,
        into=into,
        roster=read_policy(course).roster or (),
    )
    left += [Left(one.student, one.message) for one in collected.refused]
    for found in collected.found:
        yield Handed(found.student, lambda found=found: read(found))  # type: ignore[misc]


def _graded(book: Gradebook, lab: str) -> Iterator[Handed]:
    """Yield the newest hand-in of each student, with the mistakes named in it."""
    pairs = {(one.student, lab) for one in book.attempts() if one.lab == lab}
    pairs |= {(one.student, lab) for one in book.ungraded() if one.lab == lab}
    newest = {one.student: one for one in book.standings(pairs)}
    for student, standing in sorted(newest.items()):
        mistakes: frozenset[str] = frozenset()
        if standing.current:
            mistakes = _mistakes(book.report(student, lab, standing.sha256))
        number = standing.id
        yield Handed(
            student,
            lambda number=number: submission_of(book.hand_in(number)),  # type: ignore[misc]
            mistakes,
        )


def _mistakes(report: LabReport) -> frozenset[str]:
    return frozenset(
        f"{check.task} {check.diagnosis.mistake.replace('_', ' ')}"
        for check in report.checks
        if check.diagnosis
    )
