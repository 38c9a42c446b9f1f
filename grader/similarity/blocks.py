"""From k-grams in common to stretches of code that two submissions share."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from grader.similarity.fingerprints import Place, Prints

# characters between two k-grams of one stretch: a comment, a line's indentation
GAP = 48


@dataclass(frozen=True)
class Block:
    """A stretch of code that is the same in both but for names and spaces.

    Attributes:
        one: Where it is in the first.
        other: Where it is in the other.
    """

    one: Place
    other: Place


def blocks(one: Prints, other: Prints, telling: Collection[Place]) -> tuple[Block, ...]:
    """Return the stretches that are in both, in the order of the first.

    Args:
        one: Every k-gram of the first, with its places.
        other: Of the other.
        telling: Places in the first that few have; a stretch without any is left out.
    """
    found: list[Block] = []
    shared = one.keys() & other.keys()
    starts = sorted(
        (
            (place, sorted(other[value], key=_order))
            for value in shared
            for place in one[value]
        ),
        key=lambda item: (_order(item[0]), _order(item[1][0])),
    )
    for place, choices in starts:
        last = found[-1] if found else None
        next_one = next((p for p in choices if last and _goes_on(last.other, p)), None)
        if last and next_one and _goes_on(last.one, place):
            found[-1] = Block(_joined(last.one, place), _joined(last.other, next_one))
        else:
            found.append(Block(place, choices[0]))
    return tuple(
        block
        for block in _without_doubles(found)
        if any(_lies_in(place, block.one) for place in telling)
    )


def _order(place: Place) -> tuple[int, int, int]:
    return (place.cell, place.start, place.end)


def _goes_on(place: Place, following: Place) -> bool:
    return (
        place.cell == following.cell
        and place.start <= following.start <= place.end + GAP
    )


def _lies_in(place: Place, whole: Place) -> bool:
    return (
        place.cell == whole.cell
        and whole.start <= place.start
        and place.end <= whole.end
    )


def _joined(place: Place, following: Place) -> Place:
    return replace(place, end=max(place.end, following.end))


def _without_doubles(found: list[Block]) -> list[Block]:
    """Return the blocks that do not lie within another on the first side."""
    kept: list[Block] = []
    for block in found:
        last = kept[-1].one if kept else None
        if last and last.cell == block.one.cell and block.one.end <= last.end:
            continue
        kept.append(block)
    return kept
