"""Choosing one file for each lab among all that one student handed in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from grader.domain.report import Ungraded
from grader.domain.submission import Fault
from grader.domain.text import clean
from grader.errors import InfrastructureError, SubmissionError
from grader.intake.files import read_regular
from grader.intake.found import Collected, Found
from grader.intake.limits import IntakeLimits
from grader.intake.manifest import LIMIT_BYTES, MANIFEST_NAME, Manifest, read_manifest
from grader.intake.names import is_own_test, match_stem
from grader.intake.tree import ARCHIVE, CODE, Item

LONG_AGO = datetime.min.replace(tzinfo=UTC)
MOST_NAMES = 5
# nobody has as many drafts; the rest is told, not compared
MOST_COMPARED = 20


@dataclass(frozen=True)
class Candidate:
    """A file that may be a student's answer to a lab.

    Attributes:
        path: Where its bytes are.
        lab: None if nothing says which.
        exact: Whether its name is the lab's and nothing more.
        manifest: The one that names it.
        is_overruled: Whether the manifest beside it names another file.
    """

    item: Item
    path: Path
    lab: str | None
    exact: bool
    manifest: Manifest | None
    is_overruled: bool

    @property
    def received_at(self) -> datetime | None:
        """Return the platform's time, else the manifest's, else the file's."""
        if self.item.handed_at:
            return self.item.handed_at
        if self.manifest:
            return self.manifest.submitted_at
        return self.item.modified if self.item.dated else None

    @property
    def rank(self) -> tuple[bool, bool, int, datetime, bool]:
        """Return what the best of several has most of."""
        is_notebook = self.item.suffix == ".ipynb"
        saved = self.manifest.submitted_at if self.manifest else self.item.modified
        age = saved or LONG_AGO
        return (not self.is_overruled, self.exact, self.item.order, age, is_notebook)


def choose(
    owner: str,
    items: Sequence[Item],
    *,
    labs: Collection[str],
    lab: str | None,
    limits: IntakeLimits,
    notes: Iterable[Fault] = (),
) -> Collected:
    """Return one file for each lab, and what is left over, of one student's files.

    Of several files for a lab the one counts that the manifest beside it names; then the
    one that is called exactly like the lab; then the newest; then the notebook.

    Args:
        owner: The student, as the folder or the manifest says.
        items: All that is theirs.
        labs: Names of all labs.
        lab: If given, only this one; a single file counts for it whatever its name.
        limits: How much of a file is read to compare it with another.
        notes: Faults that concern all of the student's files.
    """
    manifests, faults = _manifests(items)
    candidates = _for_one_lab(_candidates(items, manifests, labs), lab)
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if candidate.lab is not None and lab in {None, candidate.lab}:
            groups[candidate.lab].append(candidate)
    is_answered = any(candidate.lab for candidate in candidates)
    unsafe = _unsafe(items, is_answered=is_answered)
    refused = [
        _refusal(owner, lab, item.where, f"{clean(item.parts[-1], 100)} {item.problem}")
        for item in unsafe
    ]
    if not unsafe and not is_answered:
        refused.append(_nothing_found(owner, lab, items))
    told = {one.item for group in groups.values() for one in group} | {*unsafe}
    return Collected(
        found=tuple(
            _found(owner, name, group, limits, (*notes, *faults))
            for name, group in groups.items()
        ),
        refused=tuple(refused),
        ignored=tuple(
            item.where
            for item in items
            if item not in told and item.parts[-1] != MANIFEST_NAME
        ),
    )


def _unsafe(items: Iterable[Item], *, is_answered: bool) -> list[Item]:
    """Return what must not be opened and is, or may be, what somebody handed in."""
    closed = [item for item in items if item.problem]
    named = [item for item in closed if item.suffix in CODE | {ARCHIVE}]
    return named if named or is_answered else closed


def _manifests(items: Iterable[Item]) -> tuple[dict[str, Manifest], list[Fault]]:
    """Return the manifests by their folder, and what is wrong with them."""
    manifests, faults = {}, []
    names = {item.where for item in items}
    for item in items:
        if item.parts[-1] != MANIFEST_NAME or item.path is None:
            continue
        try:
            manifest = read_manifest(read_regular(item.path, limit_bytes=LIMIT_BYTES))
        except (SubmissionError, InfrastructureError) as error:
            faults.append(Fault(where=item.where, message=str(error)))
            continue
        manifests[item.folder] = manifest
        if f"{item.folder}/{manifest.file}" not in names:
            message = f"names {manifest.file}, which is not beside it"
            faults.append(Fault(where=item.where, message=message))
    return manifests, faults


def _candidates(
    items: Iterable[Item], manifests: Mapping[str, Manifest], labs: Collection[str]
) -> list[Candidate]:
    items = [item for item in items if item.suffix in CODE]
    present = {(item.folder, item.parts[-1]) for item in items}
    candidates = []
    for item in items:
        if item.path is None or is_own_test(item.stem):
            continue
        match = match_stem(item.stem, labs)
        beside = manifests.get(item.folder)
        named = beside if beside and beside.file == item.parts[-1] else None
        meant = named.lab if named and named.lab in labs else None
        candidates.append(
            Candidate(
                item=item,
                path=item.path,
                lab=match.lab or meant,
                exact=match.exact,
                manifest=named,
                is_overruled=named is None
                and beside is not None
                and (item.folder, beside.file) in present,
            )
        )
    return candidates


def _for_one_lab(candidates: list[Candidate], lab: str | None) -> list[Candidate]:
    """Return the candidates, a single one without a lab's name taken for the lab's."""
    nameless = [candidate for candidate in candidates if candidate.lab is None]
    is_answered = any(candidate.lab == lab for candidate in candidates)
    # alice.py and alice.ipynb are two forms of one answer
    is_single = len({candidate.item.stem for candidate in nameless}) == 1
    if lab is None or is_answered or not is_single:
        return candidates
    return [
        replace(candidate, lab=lab) if candidate.lab is None else candidate
        for candidate in candidates
    ]


def _found(
    owner: str,
    lab: str,
    group: Iterable[Candidate],
    limits: IntakeLimits,
    faults: tuple[Fault, ...],
) -> Found:
    """Return the best of a group, with a note on those that differ from it."""
    best, *others = sorted(group, key=lambda one: one.rank, reverse=True)
    compared = others[:MOST_COMPARED]
    rivals = [other for other in compared if not _is_same(best, other, limits)]
    rivals += others[MOST_COMPARED:]
    if rivals:
        names = _listed(rival.item.where for rival in rivals)
        message = f"graded as {lab}; also handed in and not graded: {names}"
        faults = (*faults, Fault(where=best.item.where, message=message))
    return Found(
        student=owner,
        lab=lab,
        path=best.path,
        where=best.item.where,
        received_at=best.received_at,
        manifest=best.manifest,
        faults=faults,
        identity=best.item.identity,
        marked_late=best.item.marked_late,
    )


def _is_same(one: Candidate, other: Candidate, limits: IntakeLimits) -> bool:
    try:
        if one.path.lstat().st_size != other.path.lstat().st_size:
            return False
        first, second = (
            read_regular(each.path, limit_bytes=limits.notebook_bytes)
            for each in (one, other)
        )
    except (OSError, SubmissionError, InfrastructureError):
        # whoever reads the chosen one will hear of it
        return False
    return first == second


def _nothing_found(owner: str, lab: str | None, items: Sequence[Item]) -> Ungraded:
    names = _listed(item.parts[-1] for item in items)
    message = f"no file is named after a lab (found {names}): {expected_names(lab)}"
    return _refusal(owner, lab, items[0].folder, message)


def expected_names(lab: str | None) -> str:
    """Return what the student or the teacher should do about a file's name."""
    if lab:
        return f"name it {lab}.py or {lab}.ipynb"
    return "name it <lab>.py or <lab>.ipynb, or give --lab"


def _refusal(owner: str, lab: str | None, where: str, message: str) -> Ungraded:
    return Ungraded(
        student=owner, lab=lab or "", whose="submission", where=where, message=message
    )


def _listed(names: Iterable[str]) -> str:
    """Return "a.py, b.py and 7 more"."""
    cleaned = [clean(name, 100) for name in names]
    more = len(cleaned) - MOST_NAMES
    listed = ", ".join(cleaned[:MOST_NAMES])
    return f"{listed} and {more} more" if more > 0 else listed
