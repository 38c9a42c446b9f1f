"""Fingerprints of code that survive new names, other spacing and another order.

copydetect does what is hard: it cuts code into tokens that have no names, and chooses by
winnowing which of their k-grams stand for a text. Its hashes are those of a process, so a
second run would choose others: the hashes here are our own, and the same everywhere.
Source: Schleimer, Wilkerson, Aiken, "Winnowing: Local Algorithms for Document
Fingerprinting", SIGMOD 2003
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from grader.errors import LabError
from grader.similarity.own_code import OwnCell, OwnCode, Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# characters without names and spaces: about two short lines of NumPy
GRAM = 16
# what is 23 long and the same in both is found for certain
WINDOW = 8
MISSING = "similarity needs another package: pip install 'grader[similar]'"


@dataclass(frozen=True)
class Place:
    """Where a fingerprint was taken: characters of a cell.

    Attributes:
        cell: Index into the cells, from 0.
    """

    cell: int
    start: int
    end: int


# nobody looks at the hundredth copy of a line
MOST_PLACES = 30
Prints = dict[int, list[Place]]


def engine() -> Any:
    """Return copydetect's functions.

    Raises:
        LabError: If it is not installed.
    """
    try:
        from copydetect import utils
    except ImportError as error:
        raise LabError(MISSING) from error
    return utils


def fingerprints(own: OwnCode) -> Prints:
    """Return the fingerprints of a submission with their places, some of each."""
    return _prints(own.cells, is_chosen=True)


def every_print(cells: Iterable[OwnCell]) -> Prints:
    """Return the hashes of every k-gram, of which fingerprints are chosen."""
    return _prints(cells, is_chosen=False)


def _prints(cells: Iterable[OwnCell], *, is_chosen: bool) -> Prints:
    found: Prints = {}
    for number, cell in enumerate(cells):
        for part in cell.parts:
            for value, start, end in _of_part(part, is_chosen=is_chosen):
                places = found.setdefault(value, [])
                if len(places) < MOST_PLACES:
                    places.append(Place(number, start, end))
    return found


def _of_part(part: Part, *, is_chosen: bool) -> list[tuple[int, int, int]]:
    """Return hash, start and end of a part's k-grams, in characters of the cell."""
    import numpy as np

    utils = engine()
    # the lexer drops empty lines at the front without a word
    text = part.text.lstrip()
    shift = part.start + len(part.text) - len(text)
    bare, offsets = utils.filter_code(text, "own.py", "python")
    bare = bare.rstrip("\n")
    if not bare or not text:
        return []
    width = min(GRAM, len(bare))
    hashes = np.array(
        [_hash(bare[at : at + width]) for at in range(len(bare) - width + 1)]
    )
    chosen = range(len(hashes))
    if is_chosen and len(hashes) > WINDOW:
        chosen = utils.winnow(hashes, WINDOW, remove_duplicates=False)[1]
    where = _originals(bare, offsets) + shift
    return [
        (int(hashes[at]), int(where[at]), int(where[at + width - 1]) + 1)
        for at in chosen
    ]


def _hash(gram: str) -> int:
    # seven bytes: a signed integer of NumPy's holds it
    return int.from_bytes(blake2b(gram.encode(), digest_size=7).digest())


def _originals(bare: str, offsets: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """Return for each character without names where it stood in the text."""
    import numpy as np

    removed = offsets[:, 1].copy()
    for row, place in enumerate(offsets[:-1, 0]):
        if bare[place - 5 : place + 1] == "classO":
            # copydetect 0.5 writes the length of a class's name for its offset
            removed[row] = removed[row + 1] - removed[row]
    places = np.arange(len(bare))
    rows = np.searchsorted(offsets[:, 0], places).clip(max=len(offsets) - 1)
    originals: NDArray[np.int64] = places + removed[rows]
    return originals
