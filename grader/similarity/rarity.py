"""How much it tells that two have the same: little if many have it, nothing if a third does."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

# of the class; what more have is the usual way
COMMON_SHARE = 1 / 3
# in a small class, a group that worked together is no majority
COMMON_LEAST = 5


def is_common(count: int, n: int) -> bool:
    """Return whether what `count` of `n` have is the usual way."""
    return count > max(COMMON_LEAST, COMMON_SHARE * n)


def rarities(everyone: Iterable[Collection[int]]) -> Mapping[int, float]:
    """Return for each thing how much it tells, 0 if too many have it.

    Args:
        everyone: What each has, each thing once.
    """
    those = list(everyone)
    n = len(those)
    counts = Counter(value for one in those for value in one)
    return {value: rarity(count, n) for value, count in counts.items()}


def rarity(count: int, n: int) -> float:
    """Return the inverse document frequency of what `count` of `n` have."""
    return 0.0 if is_common(count, n) else math.log((n + 1) / count)
