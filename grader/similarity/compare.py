"""Which submissions share what few others have.

Right answers to short tasks are alike: `z = X @ w + b` is everybody's. So a fingerprint
counts by how few have it, as words do in search (inverse document frequency), and one that
more than a third of the class has counts nothing. What remains is compared with the smaller
of the two, so that half of a hand-in that was taken whole is seen; a constant is added, so
that little is never much. One function copied among many does not show there: functions
are compared one by one as well. See docs/design/similarity.md.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.similarity.blocks import Block, blocks
from grader.similarity.fingerprints import Prints, every_print
from grader.similarity.functions import Function
from grader.similarity.own_code import OwnCode
from grader.similarity.rarity import is_common, rarities
from grader.similarity.twins import Twin, Twins

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# fingerprints that nobody else has, some eight lines: on less than a few times this, no
# two are alike
GROUND = 20
# columns of fingerprints at once: a class of 1,000 takes 32 MB
CHUNK = 4096
# more are no list that a person reads
MOST_PAIRS = 2000
# of what is told of a pair
MOST_SHOWN = 8
BINS = 20


@dataclass(frozen=True)
class Hand:
    """A submission as it is compared.

    Attributes:
        student: Whose.
        file: Its name.
        code: The student's own.
        prints: Of it, what is given taken out.
        functions: The student's own, one by one.
        mistakes: That a grading has named in it.
        is_solution: Whether it is the course's own.
    """

    student: str
    file: str
    code: OwnCode
    prints: Prints
    functions: tuple[Function, ...] = ()
    mistakes: frozenset[str] = frozenset()
    is_solution: bool = False

    @property
    def shown(self) -> str:
        """Return whose it is, for people."""
        return "(the course's solution)" if self.is_solution else self.student


@dataclass(frozen=True)
class Left:
    """What could not be compared."""

    student: str
    reason: str


@dataclass(frozen=True)
class Same:
    """Things that two have and few others.

    Attributes:
        count: How many.
        of: How many the one has that has fewer.
        some: The first of them.
    """

    count: int
    of: int
    some: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """Two submissions that are alike.

    Attributes:
        one: Index of the submission.
        other: Of the other.
        alike: From 0 to 1, by what few others have.
        plain: From 0 to 1, by all that is not the stub's.
        names: Identifiers.
        comments: Comments.
        texts: Strings.
        mistakes: Named mistakes.
        twins: Functions that few others have, the most telling first.
    """

    one: int
    other: int
    alike: float
    plain: float
    names: Same
    comments: Same
    texts: Same
    mistakes: Same
    twins: tuple[Twin, ...] = ()

    @property
    def weight(self) -> float:
        """Return how much its most telling function tells, in nodes; 0 without any."""
        return self.twins[0].weight if self.twins else 0.0


@dataclass(frozen=True)
class Comparison:
    """A class compared.

    Attributes:
        hands: What was compared.
        pairs: Students that are alike or share functions that few have, the most alike
            first, at most `MOST_PAIRS` of each kind.
        solved: The same for a student and the course's solution.
        like_solution: How much each of `hands` is like the solution; empty without one.
        n_alike: How many pairs of students are alike.
        groups: Indices of more than two that hang together, the largest first.
        least: From where on a pair is shown.
        histogram: How many pairs there are in each of `BINS` steps from 0 to 1.
        rarity: How much each fingerprint tells, 0 if too many have it.
    """

    hands: tuple[Hand, ...]
    pairs: tuple[Pair, ...]
    n_alike: int
    groups: tuple[tuple[int, ...], ...]
    least: float
    histogram: tuple[int, ...]
    rarity: Mapping[int, float] = field(repr=False)
    solved: tuple[Pair, ...] = ()
    like_solution: tuple[float, ...] = ()

    @property
    def n_hand_ins(self) -> int:
        """Return how many students' were compared."""
        return sum(not hand.is_solution for hand in self.hands)

    @property
    def n_pairs(self) -> int:
        """Return how many pairs of students were compared."""
        return sum(self.histogram)

    @property
    def alike(self) -> tuple[Pair, ...]:
        """Return the pairs that are alike as a whole, the most alike first."""
        return tuple(pair for pair in self.pairs if pair.alike >= self.least)

    @property
    def by_function(self) -> tuple[Pair, ...]:
        """Return the pairs that share functions and are not alike as a whole.

        The most telling first. Who has copied all of it has copied its functions, too:
        such pairs would hide those that this list is for.
        """
        those = (one for one in self.pairs if one.twins and one.alike < self.least)
        return tuple(sorted(those, key=lambda one: (-one.weight, one.one, one.other)))

    def stretches(self, pair: Pair) -> tuple[Block, ...]:
        """Return the code that is the same in a pair, in the order of the first.

        Whole stretches: those in which nothing is rare are left out.
        """
        one, other = self.hands[pair.one], self.hands[pair.other]
        telling = [
            place
            for value in one.prints.keys() & other.prints.keys()
            if self.rarity[value]
            for place in one.prints[value]
        ]
        every_one, every_other = (every_print(hand.code.cells) for hand in (one, other))
        return blocks(every_one, every_other, telling)


def compare(hands: Sequence[Hand], *, least: float) -> Comparison:
    """Return which of some submissions are alike.

    The same submissions give the same result, in whatever order.

    Args:
        hands: At least two.
        least: Of what likeness pairs are told, from 0 to 1.
    """
    hands = tuple(sorted(hands, key=lambda hand: (hand.is_solution, hand.student)))
    n = sum(not hand.is_solution for hand in hands)
    rarity = rarities(hand.prints for hand in hands)
    alike = _likeness(hands, rarity)
    twins = Twins([hand.functions for hand in hands]).pairs()
    found = _found(alike, least)
    told = _told(found, twins)
    seen = _Seen(hands)
    pairs = [
        _pair(hands, seen, pair, float(alike[pair]), twins.get(pair, ()))
        for pair in told
    ]
    among = [pair for pair in found if pair[1] < n]
    return Comparison(
        hands=hands,
        pairs=tuple(pair for pair in pairs if pair.other < n),
        n_alike=len(among),
        groups=_groups(among),
        least=least,
        histogram=_histogram(alike[:n, :n]),
        rarity=rarity,
        solved=tuple(pair for pair in pairs if pair.other >= n),
        like_solution=tuple(alike[:, n].tolist()) if n < len(hands) else (),
    )


def _found(alike: "NDArray[np.float64]", least: float) -> list[tuple[int, int]]:
    """Return the pairs that are alike, the most alike first."""
    rows, columns = (alike >= least).nonzero()
    found = [
        (one, other)
        for one, other in zip(rows.tolist(), columns.tolist(), strict=True)
        if one < other
    ]
    return sorted(found, key=lambda pair: (-alike[pair], pair))


def _told(
    found: Sequence[tuple[int, int]],
    twins: Mapping[tuple[int, int], Sequence[Twin]],
) -> list[tuple[int, int]]:
    """Return the pairs that are told: what is alike, then what else has twins."""
    by_weight = sorted(twins, key=lambda pair: (-twins[pair][0].weight, pair))
    return [*dict.fromkeys((*found[:MOST_PAIRS], *by_weight[:MOST_PAIRS]))]


def _histogram(alike: "NDArray[np.float64]") -> tuple[int, ...]:
    import numpy as np

    upper = np.triu_indices(len(alike), k=1)
    counts, _ = np.histogram(alike[upper].clip(0, 1), bins=BINS, range=(0, 1))
    return tuple(int(count) for count in counts)


def _likeness(
    hands: Sequence[Hand], rarity: Mapping[int, float]
) -> "NDArray[np.float64]":
    """Return (n, n): the weight that two share, of what the smaller has."""
    import numpy as np

    n = len(hands)
    owners: dict[int, list[int]] = {}
    totals = np.zeros(n)
    for number, hand in enumerate(hands):
        for value in sorted(hand.prints):
            totals[number] += rarity[value]
            if rarity[value]:
                owners.setdefault(value, []).append(number)
    shared = np.zeros((n, n))
    columns = [(value, those) for value, those in owners.items() if len(those) > 1]
    for start in range(0, len(columns), CHUNK):
        chunk = columns[start : start + CHUNK]
        held = np.zeros((n, len(chunk)))
        for column, (value, those) in enumerate(chunk):
            held[those, column] = math.sqrt(rarity[value])
        shared += held @ held.T
    ground = GROUND * math.log(n + 1)
    likeness: NDArray[np.float64] = shared / (np.minimum.outer(totals, totals) + ground)
    np.fill_diagonal(likeness, 0)
    return likeness


class _Seen:
    """How many have each name, comment, text and mistake."""

    def __init__(self, hands: Sequence[Hand]) -> None:
        self._n = len(hands)
        self._counts: Counter[tuple[str, str]] = Counter()
        for hand in hands:
            for kind, words in _kinds(hand).items():
                self._counts.update((kind, word) for word in words)

    def same(self, kind: str, one: Hand, other: Hand) -> Same:
        mine, theirs = (self._rare(kind, _kinds(hand)[kind]) for hand in (one, other))
        # the rarest first, of these the longest: nobody comes upon a long one by chance
        both = sorted(
            mine & theirs, key=lambda word: (self._counts[kind, word], -len(word), word)
        )
        return Same(
            count=len(both),
            of=min(len(mine), len(theirs)),
            some=tuple(both[:MOST_SHOWN]),
        )

    def _rare(self, kind: str, words: frozenset[str]) -> frozenset[str]:
        return frozenset(
            word for word in words if not is_common(self._counts[kind, word], self._n)
        )


def _kinds(hand: Hand) -> Mapping[str, frozenset[str]]:
    return {
        "names": hand.code.names,
        "comments": hand.code.comments,
        "texts": hand.code.texts,
        "mistakes": hand.mistakes,
    }


def _pair(
    hands: Sequence[Hand],
    seen: _Seen,
    pair: tuple[int, int],
    alike: float,
    twins: tuple[Twin, ...],
) -> Pair:
    one, other = (hands[number] for number in pair)
    both = one.prints.keys() & other.prints.keys()
    same = {kind: seen.same(kind, one, other) for kind in _kinds(one)}
    return Pair(
        one=pair[0],
        other=pair[1],
        alike=alike,
        plain=len(both) / min(len(one.prints), len(other.prints)),
        twins=twins,
        **same,
    )


def _groups(pairs: Iterable[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """Return those of more than two that pairs tie together, directly or not."""
    group: dict[int, set[int]] = {}
    for one, other in pairs:
        joined = group.get(one, {one}) | group.get(other, {other})
        group |= dict.fromkeys(joined, joined)
    distinct = {tuple(sorted(members)) for members in group.values()}
    large = [members for members in distinct if len(members) > 2]
    return tuple(sorted(large, key=lambda members: (-len(members), members)))
