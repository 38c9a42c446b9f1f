"""Finding who handed in what: in a folder, a zip, zips in a folder, or one file.

A platform or the teacher names the folders, so a folder's name says best who the student
is; then a manifest; then the name of the file. Nothing is opened here but zips and
manifests, and one student's broken hand-in never stops the others'.
"""

import difflib
from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

from grader.domain.policy import Enrolled
from grader.domain.text import clean
from grader.errors import GraderError
from grader.intake.downloads import Downloads
from grader.intake.found import Collected
from grader.intake.limits import IntakeLimits
from grader.intake.piles import Piles
from grader.intake.platforms import Format
from grader.intake.shapes import Shapes
from grader.intake.sorting import Sorter


class UnknownLabError(GraderError):
    """The command line names a lab that there is none of."""


class NothingThereError(GraderError):
    """The command line names a path at which there is nothing."""


def collect(
    paths: Sequence[Path],
    *,
    labs: Collection[str],
    lab: str | None,
    into: Path,
    limits: IntakeLimits | None = None,
    results: Path | None = None,
    form: Format | None = None,
    roster: Sequence[Enrolled] = (),
) -> Collected:
    """Find the submissions in folders, zips and files.

    What a learning platform gave is recognised as a whole; then it says whose is what.
    Otherwise:

    In a folder or a zip of folders, the student is the first folder below it. Several
    folders that lie side by side (`class/*`) are taken as students' folders, unless two
    of the folders in one of them hold the same lab: then it is a class.

    Args:
        paths: What the teacher names: links are followed here, and nowhere else.
        labs: Names of all labs.
        lab: If given, only this lab; a student's single file counts for it whatever its
            name.
        into: An existing folder that zips are unpacked to; keep it until all is read.
        limits: What is refused as too big.
        results: Where this grading writes to: passed over.
        form: Which platform's download it is, or `folders`; None to find out.
        roster: Who is enrolled: people whom a platform names are called as there.

    Raises:
        UnknownLabError: If there is no lab of that name.
        NothingThereError: If a path does not exist.
        NotRecognisedError: If a path is not what `form` says.
    """
    if lab is not None and lab not in labs:
        raise UnknownLabError(_no_such_lab(lab, labs))
    but = results.resolve() if results else None
    downloads = Downloads(form, roster)
    limits = limits or IntakeLimits()
    piles = Piles(labs, lab, limits)
    sorter = Sorter(
        Shapes(labs, lab), piles, downloads, into=into, limits=limits, but=but
    )
    real = [_resolved(path) for path in paths]
    folders = [path for path in dict.fromkeys(real) if path.is_dir()]
    beside_each_other: dict[Path, list[Path]] = defaultdict(list)
    for path in dict.fromkeys(real):
        if path not in folders:
            beside_each_other[path.parent].append(path)
    for files in beside_each_other.values():
        sorter.add_files(files)
    for path in folders:
        beside = sum(other.parent == path.parent for other in folders)
        sorter.add_folder(path, is_one_of_many=beside > 1)
    return piles.collected(downloads)


def _no_such_lab(lab: str, labs: Collection[str]) -> str:
    near = difflib.get_close_matches(lab, labs, n=1, cutoff=0.5)
    hint = (
        f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(labs))}"
    )
    return f"there is no lab called {clean(lab, 60)}: {hint}"


def _resolved(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        msg = f"there is no {clean(str(path), 200)}: check the path"
        raise NothingThereError(msg) from error
