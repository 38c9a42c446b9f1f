"""The page that shows pairs side by side: one file, no script, for the teacher alone.

It shows what is the same and leaves the judgement to a person. Nothing on it says copied.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.reports.templating import render_html
from grader.similarity.blocks import Block
from grader.similarity.compare import BINS, Comparison, Hand, Left, Pair, Same
from grader.similarity.fingerprints import Place
from grader.similarity.functions import Function
from grader.similarity.twins import Twin

# shown side by side; the table and the JSON have all
MOST_PAIRS = 60
# of these for their functions, or for the solution
MOST_OTHERS = 20
MOST_ROWS = 500
# functions that two share
MOST_TWINS = 100
# of code on a side
MOST_LINES = 1000
# columns of a group's table
MOST_MEMBERS = 12
# lines around a marked one that are shown as well
CONTEXT = 2
# of the marks; a block's number tells those of one colour apart
COLOURS = 6
# of a line, in characters
LONGEST_LINE = 400
KINDS = (
    ("names", "names of their own"),
    ("comments", "comments"),
    ("texts", "strings"),
    ("mistakes", "named mistakes"),
)


@dataclass(frozen=True)
class Piece:
    """Characters of a line that belong to one block, or to none.

    Attributes:
        block: Its number, from 1; 0 for none.
        is_first: Whether the block begins here.
    """

    text: str
    block: int
    is_first: bool


@dataclass(frozen=True)
class Line:
    """A line of code, or lines that are left out.

    Attributes:
        number: As a person finds it, with its cell in a notebook.
        folded: How many lines are left out here; 0 for a line of code.
    """

    number: str
    pieces: tuple[Piece, ...] = ()
    folded: int = 0


@dataclass(frozen=True)
class Side:
    """One of the two."""

    name: str
    file: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Shown:
    """A pair as the page has it.

    Attributes:
        number: Of the pair on the page; 0 if it is not shown side by side.
        solution: How much each of the two is like the solution; empty without one.
        n_stretches: How many stretches of code are the same.
        also: Other things that are the same, and what they are.
    """

    number: int
    pair: Pair
    names: tuple[str, str]
    solution: tuple[float, ...]
    sides: tuple[Side, ...]
    n_stretches: int
    also: tuple[tuple[str, Same], ...]


def similar_html(
    comparison: Comparison, *, title: str, left: Sequence[Left] = ()
) -> str:
    """Return the page.

    Args:
        comparison: What was found.
        title: The lab's.
        left: What was not compared, and why.
    """
    cards = {
        pair: number for number, pair in enumerate(_side_by_side(comparison), start=1)
    }
    listed = _listed(comparison, comparison.alike[:MOST_ROWS], cards)
    return render_html(
        "similar.html.j2",
        title=title,
        comparison=comparison,
        shown=[_shown(comparison, pair, cards, sides=True) for pair in cards],
        listed=listed,
        unlisted=comparison.n_alike - len(listed),
        twins=_twins(_listed(comparison, comparison.by_function, cards)),
        solved=_listed(comparison, comparison.solved[:MOST_ROWS], cards),
        groups=[_group(comparison, members) for members in comparison.groups],
        bars=_bars(comparison),
        left=left,
        colours=COLOURS,
    )


def _side_by_side(comparison: Comparison) -> Iterable[Pair]:
    """Return the pairs that are shown side by side, each once."""
    return dict.fromkeys(
        (
            *comparison.alike[:MOST_PAIRS],
            *comparison.by_function[:MOST_OTHERS],
            *comparison.solved[:MOST_OTHERS],
        )
    )


def _listed(
    comparison: Comparison, pairs: Iterable[Pair], cards: Mapping[Pair, int]
) -> list[Shown]:
    return [_shown(comparison, pair, cards, sides=False) for pair in pairs]


def _twins(pairs: Iterable[Shown]) -> list[tuple[Shown, Twin]]:
    """Return the functions that few have, with their pairs, the most telling first."""
    found = [(one, twin) for one in pairs for twin in one.pair.twins]
    # stable: pairs stay in their order where functions tell the same
    found.sort(key=lambda item: -item[1].weight)
    return found[:MOST_TWINS]


def _shown(
    comparison: Comparison, pair: Pair, cards: Mapping[Pair, int], *, sides: bool
) -> Shown:
    hands = (comparison.hands[pair.one], comparison.hands[pair.other])
    stretches = comparison.stretches(pair) if sides else ()
    also = [(words, getattr(pair, kind)) for kind, words in KINDS]
    like = comparison.like_solution
    return Shown(
        number=cards.get(pair, 0),
        pair=pair,
        names=(hands[0].shown, hands[1].shown),
        solution=(like[pair.one], like[pair.other]) if like else (),
        sides=tuple(_sides(hands, stretches, pair.twins)) if sides else (),
        n_stretches=len(stretches),
        also=tuple((words, same) for words, same in also if same.count),
    )


def _sides(
    hands: tuple[Hand, Hand], stretches: Sequence[Block], twins: Sequence[Twin]
) -> Iterator[Side]:
    for name, hand in zip(("one", "other"), hands, strict=True):
        places = [getattr(block, name) for block in stretches]
        functions = [getattr(twin, name) for twin in twins]
        lines = _not_endless(_lines(hand, places, functions))
        yield Side(hand.shown, hand.file, lines)


def _not_endless(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the first lines, those beyond what a person reads as one."""
    every = list(lines)
    more = sum(line.folded or 1 for line in every[MOST_LINES:])
    rest = (Line("", folded=more),) if more else ()
    return (*every[:MOST_LINES], *rest)


def _lines(
    hand: Hand, places: Sequence[Place], functions: Sequence[Function]
) -> Iterator[Line]:
    """Yield the lines with marks, those around them and functions; others folded."""
    several = len(hand.code.cells) > 1
    seen: set[int] = set()
    for number, cell in enumerate(hand.code.cells):
        owners = _owners(cell.code, number, places)
        rows = list(_rows(cell.code, owners, seen))
        marked = [at for at, row in enumerate(rows) if any(p.block for p in row)]
        near = {
            at
            for mark in marked
            for at in range(mark - CONTEXT, mark + CONTEXT + 1)
            if 0 <= at < len(rows)
        }
        for function in functions:
            if function.cell == number:
                near |= {*range(function.first - 1, function.last)}
        yield from _folded(rows, near, f"{cell.index}:" if several else "")


def _owners(code: str, cell: int, places: Iterable[Place]) -> list[int]:
    """Return for each character the block that it belongs to, 0 for none."""
    owners = [0] * len(code)
    for number, place in enumerate(places, start=1):
        if place.cell == cell:
            for at in range(*_whole_words(code, place)):
                owners[at] = owners[at] or number
    return owners


def _whole_words(code: str, place: Place) -> tuple[int, int]:
    """Return a place's start and end, moved outwards to those of words."""
    start, end = place.start, min(place.end, len(code))
    while start > 0 and _in_word(code[start - 1]) and _in_word(code[start]):
        start -= 1
    while end < len(code) and _in_word(code[end]) and _in_word(code[end - 1]):
        end += 1
    return start, end


def _in_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _rows(
    code: str, owners: Sequence[int], seen: set[int]
) -> Iterator[tuple[Piece, ...]]:
    start = 0
    for line in code.split("\n"):
        yield tuple(_pieces(line, owners[start : start + len(line)], seen))
        start += len(line) + 1


def _pieces(line: str, owners: Sequence[int], seen: set[int]) -> Iterator[Piece]:
    line, start = line[:LONGEST_LINE], 0
    while start < len(line):
        block, end = owners[start], start
        while end < len(line) and owners[end] == block:
            end += 1
        # spaces at the front of a line belong to nobody
        indent = len(line) - len(line.lstrip())
        if block and start < indent:
            block, end = 0, min(end, indent)
        text = line[start:end]
        yield Piece(text, block, bool(block) and block not in seen)
        seen.add(block)
        start = end


def _folded(
    rows: Sequence[tuple[Piece, ...]], near: set[int], cell: str
) -> Iterator[Line]:
    left_out = 0
    for at, pieces in enumerate(rows):
        if at not in near:
            left_out += 1
            continue
        if left_out:
            yield Line("", folded=left_out)
            left_out = 0
        yield Line(f"{cell}{at + 1}", pieces)
    if left_out and near:
        yield Line("", folded=left_out)


def _group(
    comparison: Comparison, members: Sequence[int]
) -> tuple[tuple[str, ...], list[list[float | None]], int]:
    """Return names and a square of likenesses of a group, and how many are left out."""
    few = members[:MOST_MEMBERS]
    alike = {(pair.one, pair.other): pair.alike for pair in comparison.alike}
    square = [[alike.get((min(a, b), max(a, b))) for b in few] for a in few]
    names = tuple(comparison.hands[member].shown for member in few)
    return names, square, len(members) - len(few)


def _bars(comparison: Comparison) -> list[tuple[float, int, bool]]:
    """Return height from 0 to 1, count and whether it is told, of each step."""
    most = math.log1p(max(comparison.histogram, default=0)) or 1
    return [
        (math.log1p(count) / most, count, (step + 1) / BINS > comparison.least)
        for step, count in enumerate(comparison.histogram)
    ]
