"""Functions that two share and few others have.

What is the same in two functions counts by its smallest pieces: a function that is put
together of statements which many wrote is the usual way to put them together, and a
statement that nobody else wrote is a sign. See docs/design/similarity.md.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from grader.similarity.functions import Function
from grader.similarity.rarity import COMMON_LEAST, rarity

# of nodes that only two have; see docs/design/similarity.md for what it lets through
LEAST_WEIGHT = 40.0
# of the larger of the two
LEAST_SHARE = 0.4
# of a class; a function that more have than one in so many is looked for no further
ONE_IN = 25


@dataclass(frozen=True)
class Twin:
    """A function that two have.

    Attributes:
        one: As the first has it.
        other: As the other has it.
        weight: How many nodes are the same, those that others have counted for less.
        share: How much is the same, of the larger of the two.
        holders: How many have the largest piece of it, the two among them.
    """

    one: Function
    other: Function
    weight: float
    share: float
    holders: int


class Twins:
    """All functions of a class, ready to be compared."""

    def __init__(self, hands: Sequence[Sequence[Function]]) -> None:
        self._hands = hands
        self._n = len(hands)
        self._counts = Counter(
            piece
            for functions in hands
            for piece in {piece for one in functions for piece in one.pieces}
        )

    def pairs(self) -> Mapping[tuple[int, int], tuple[Twin, ...]]:
        """Return the twins of each pair that has some, the most telling first."""
        found: dict[tuple[int, int], list[Twin]] = defaultdict(list)
        for (one, mine), (other, its) in self._candidates():
            twin = self._twin(self._hands[one][mine], self._hands[other][its])
            if twin.weight >= LEAST_WEIGHT and twin.share >= LEAST_SHARE:
                found[one, other].append(twin)
        return {pair: tuple(_each_once(twins)) for pair, twins in sorted(found.items())}

    def _candidates(self) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Return functions, as hand-in and number, that share what few have."""
        few = max(COMMON_LEAST, self._n // ONE_IN)
        owners: dict[int, list[tuple[int, int]]] = defaultdict(list)
        sizes: dict[int, int] = {}
        for hand, functions in enumerate(self._hands):
            for number, function in enumerate(functions):
                for piece, (_, size) in function.pieces.items():
                    if 1 < self._counts[piece] <= few:
                        owners[piece].append((hand, number))
                        sizes[piece] = size
        common: Counter[tuple[tuple[int, int], tuple[int, int]]] = Counter()
        for piece, those in owners.items():
            for one, other in combinations(those, 2):
                if one[0] != other[0]:
                    common[one, other] += sizes[piece]
        # nested pieces count twice here, so that none is missed
        return (pair for pair, size in common.items() if size >= LEAST_WEIGHT)

    def _twin(self, one: Function, other: Function) -> Twin:
        shared = one.pieces.keys() & other.pieces.keys()
        weights = [self._weight(function, shared) for function in (one, other)]
        largest = max(shared, key=lambda piece: (one.pieces[piece][1], piece))
        return Twin(
            one=one,
            other=other,
            weight=min(weight for weight, _ in weights),
            share=min(count for _, count in weights) / max(one.size, other.size),
            holders=self._counts[largest],
        )

    def _weight(self, function: Function, shared: Iterable[int]) -> tuple[float, int]:
        """Return the weight and the number of the nodes that pieces cover."""
        nodes: dict[int, float] = {}
        for piece in sorted(shared, key=lambda piece: function.pieces[piece][1]):
            start, size = function.pieces[piece]
            weight = rarity(self._counts[piece], self._n) / rarity(2, self._n)
            for node in range(start, start + size):
                nodes.setdefault(node, weight)
        return sum(nodes.values()), len(nodes)


def _each_once(twins: Iterable[Twin]) -> Iterator[Twin]:
    """Return the best twin of each function."""
    taken: set[tuple[str, int, int]] = set()
    for twin in sorted(twins, key=_order):
        ends = {_place("one", twin.one), _place("other", twin.other)}
        if not ends & taken:
            taken |= ends
            yield twin


def _order(twin: Twin) -> tuple[float, str, int, int]:
    return (-twin.weight, twin.one.name, twin.one.first, twin.other.first)


def _place(side: str, function: Function) -> tuple[str, int, int]:
    return (side, function.cell, function.first)
