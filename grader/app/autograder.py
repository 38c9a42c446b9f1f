"""Gradescope's autograder: packing the zip, and what it does there.

There a submission is graded as `grader grade` grades it. What is the student's to mend is
a result of 0 that says so; what is ours is no result, so that Gradescope shows a failure.
"""

import functools
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.app.isolation import best_confinement, best_isolation
from grader.app.wheel import wheel
from grader.domain.lab import Lab
from grader.domain.report import Ungraded
from grader.errors import GraderError, InfrastructureError, LabError, SubmissionError
from grader.executors.bench import Bench, Job, Outcome, Setup
from grader.exports.autograder import (
    CONSTRAINTS,
    COURSE,
    KEY_BYTES,
    SETTINGS,
    Metadata,
    Settings,
    autograder_zip,
    read_metadata,
    read_settings,
    seed_of,
    settings_in,
)
from grader.exports.gradescope import refused_json, results_json
from grader.intake import Found, collect, submission_of, take_in
from grader.labs.course import Course
from grader.labs.translations import course_language
from grader.sandbox.sandbox import Isolation
from grader.store.folder import ResultsFolder

METADATA = "submission_metadata.json"
RESULTS = "results.json"
# the folder that the grader takes for a class, and the one student in it
CLASS = "class"
OWNER = "student"


@dataclass(frozen=True)
class Graded:
    """What was done: for the log that teachers see.

    Attributes:
        outcome: What came out.
        seed: Of the random inputs; with `grader grade --seed` the same comes out at home.
        isolation: How the code was confined.
    """

    outcome: Outcome
    seed: int
    isolation: Isolation


def build_autograder(
    course: Course,
    name: str,
    *,
    allow_process: bool = False,
    language: str = "en",
    earlier: bytes | None = None,
    new_key: Callable[[int], str] = secrets.token_hex,
) -> bytes:
    """Return the zip for one lab.

    Args:
        course: A teacher's copy.
        name: The lab.
        allow_process: Whether it may grade where nothing confines student code.
        language: Code of the language that students read.
        earlier: The zip for the same lab that this one replaces: its key is kept, so
            that submissions keep their inputs.
        new_key: Makes a secret of so many bytes, hexadecimal.

    Raises:
        LabError: If there is no such lab, no reference to grade it by, or what is to be
            replaced is something else.
        InfrastructureError: If the grader's wheel can't be made.
    """
    lab = course.lab(name)
    if not course.reference(name).is_dir():
        raise LabError(
            f"{course.reference(name)} is not there: an autograder needs the hidden "
            "checks; go to the teacher's copy of the course"
        )
    settings = Settings(
        lab=name,
        isolation="process" if allow_process else "confined",
        key=new_key(KEY_BYTES) if earlier is None else _key_in(earlier, name),
        language=language,
    )
    constraints = course.root / CONSTRAINTS
    return autograder_zip(
        settings,
        _files(course, name),
        wheel=wheel(),
        constraints=constraints.read_bytes() if constraints.is_file() else None,
        extras=_extras(lab),
    )


def _key_in(earlier: bytes, name: str) -> str:
    settings = settings_in(earlier)
    if settings is None or settings.lab != name:
        what = f"the autograder of {settings.lab}" if settings else "something else"
        raise LabError(
            f"the file to write is there and is {what}, expected an earlier autograder "
            f"of {name} or no file: say another --to"
        )
    return settings.key


def _extras(lab: Lab) -> tuple[str, ...]:
    needs = "tensorflow" in lab.preload or bool(lab.data)
    return ("tf",) if needs else ()


def _files(course: Course, name: str) -> dict[str, bytes]:
    folders = (course.assignment(name), course.reference(name))
    return {
        path.relative_to(course.root).as_posix(): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not any(
            part.startswith((".", "__pycache__"))
            for part in path.relative_to(folder).parts
        )
    }


def run_autograder(root: Path) -> Graded:
    """Grade the submission that lies there and write `results/results.json`.

    Args:
        root: `/autograder`.

    Raises:
        GraderError: If something failed that is not the student's: then there is no
            result.
    """
    folder = ResultsFolder(root / "results")
    # whatever happens now, an old result is none
    (folder.root / RESULTS).unlink(missing_ok=True)
    source = root / "source"
    settings = read_settings(_text(source / SETTINGS).encode())
    metadata = _metadata(root / METADATA)
    course = Course(source / COURSE)
    language = course_language(course, settings.language)
    isolation = _isolation(settings)
    outcome, seed = _grade(root / "submission", course, settings, metadata, isolation)
    if not isinstance(outcome, Ungraded):
        folder.write(RESULTS, results_json(outcome, language=language))
    elif outcome.whose == "submission":
        folder.write(RESULTS, refused_json(outcome, language=language))
    else:
        raise InfrastructureError(f"{outcome.where}: {outcome.message}")
    return Graded(outcome, seed, isolation)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InfrastructureError(f"{path} can't be read: {error}") from error


def _metadata(path: Path) -> Metadata:
    return read_metadata(_text(path)) if path.exists() else Metadata()


def _isolation(settings: Settings) -> Isolation:
    if settings.isolation == "process":
        return best_isolation()
    try:
        return best_confinement()
    except InfrastructureError as error:
        raise InfrastructureError(
            f"this container does not confine student code ({error}); a submission could "
            "read the solution and write its own result: grade on your own machine, or "
            "export the zip with --allow-process if you accept that"
        ) from error


def _grade(
    submission: Path,
    course: Course,
    settings: Settings,
    metadata: Metadata,
    isolation: Isolation,
) -> tuple[Outcome, int]:
    with tempfile.TemporaryDirectory(prefix="grader-hand-in-") as scratch:
        found = _found(submission, settings.lab, metadata, Path(scratch))
        if isinstance(found, Ungraded):
            return found, 0
        try:
            hand_in = take_in(found)
        except SubmissionError as error:
            return _refusal(settings.lab, metadata, found.name, error), 0
        seed = seed_of(settings, metadata.owner, hand_in.sha256)
        job = Job(
            student=found.student,
            lab=settings.lab,
            where=hand_in.name,
            read=functools.partial(submission_of, hand_in),
            seed=seed,
        )
        with Bench(Setup(course=course.root, isolation=isolation)) as bench:
            return bench.grade(job), seed


def _found(
    submission: Path, lab: str, metadata: Metadata, scratch: Path
) -> Found | Ungraded:
    """Return the file to grade, or why there is none."""
    room = scratch / "unpacked"
    room.mkdir()
    # a folder of folders is a class: so whatever lies in it is one student's
    owned = scratch / CLASS / OWNER
    shutil.copytree(submission, owned, symlinks=True)
    collected = collect([owned.parent], labs=[lab], lab=lab, into=room)
    if len(collected.found) == 1:
        changes = {
            "student": metadata.student,
            "received_at": metadata.received_at or collected.found[0].received_at,
        }
        return collected.found[0].model_copy(update=changes)
    for refused in collected.refused:
        # the student knows nothing of our folders
        where = refused.where.removeprefix(f"{CLASS}/{OWNER}").lstrip("/") or lab
        return refused.model_copy(update={"student": metadata.student, "where": where})
    names = sorted(path.name for path in submission.iterdir())
    got = ", ".join(names[:5]) or "nothing"
    many = "several files for it" if collected.found else "no file for it"
    return _refusal(
        lab,
        metadata,
        lab,
        SubmissionError(f"got {got}: {many}, expected {lab}.py or {lab}.ipynb"),
    )


def _refusal(lab: str, metadata: Metadata, where: str, error: GraderError) -> Ungraded:
    return Ungraded(
        student=metadata.student,
        lab=lab,
        whose="submission",
        where=where,
        message=str(error),
    )
