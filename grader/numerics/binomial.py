"""What counted failures, or counted hits, can prove: exact binomial bounds."""

import math
from typing import NamedTuple


class Interval(NamedTuple):
    """A closed interval of shares, 0 <= low <= high <= 1."""

    low: float
    high: float

    def holds(self, share: float) -> bool:
        """Return whether a share is inside; NaN is not."""
        return self.low <= share <= self.high


def upper_limit(failures: int, runs: int, *, confidence: float = 0.95) -> float:
    """Return the largest failure probability that the observed runs don't refute.

    It is the one-sided upper limit of Clopper and Pearson: were the true probability
    larger, so few failures would be seen with probability below 1 - confidence.

    Args:
        failures: How many of the runs failed, 0 <= failures <= runs.
        runs: Independent runs, at least 1.
        confidence: 0 < confidence < 1.

    Raises:
        ValueError: If the counts are impossible.

    Source: Clopper & Pearson, Biometrika 26 (1934), 404-413.
    """
    if runs < 1 or not 0 <= failures <= runs:
        raise ValueError(f"{failures} failures in {runs} runs")
    if failures == runs:
        return 1.0
    if failures == 0:
        # (1 - p)^n = 1 - confidence, solved for p
        return -math.expm1(math.log1p(-confidence) / runs)
    low, high = failures / runs, 1.0
    # 60 halvings: the interval is then as short as a float can tell
    for _ in range(60):
        middle = (low + high) / 2
        if at_most(failures, runs, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def at_most(count: int, runs: int, chance: float) -> float:
    """Return P(X <= count) of a binomial X of `runs` trials, 0 < chance < 1."""
    return min(1.0, math.fsum(_mass(k, runs, chance) for k in range(count + 1)))


def at_least(count: int, runs: int, chance: float) -> float:
    """Return P(X >= count) of a binomial X of `runs` trials, 0 < chance < 1.

    Summed by itself, not as 1 - P(X < count): tails of 1e-20 keep their digits.
    """
    return min(1.0, math.fsum(_mass(k, runs, chance) for k in range(count, runs + 1)))


def chance_interval(runs: int, chance: float, *, probability: float) -> Interval:
    """Return the shares that pure chance leaves, to each side, with a small probability.

    Args:
        runs: Independent trials, at least 1.
        chance: Probability of a hit, 0 < chance < 1.
        probability: A share below `low` has at most this probability, one above `high`
            too.

    Raises:
        ValueError: If an argument is out of range.
    """
    if runs < 1 or not 0 < chance < 1 or not 0 < probability < 1:
        raise ValueError(
            f"{runs} runs, chance {chance}, probability {probability}: out of range"
        )
    return Interval(
        low=_lowest(runs, chance, probability) / runs,
        high=(runs - _lowest(runs, 1 - chance, probability)) / runs,
    )


def _lowest(runs: int, chance: float, probability: float) -> int:
    """Return the smallest count k with P(X < k) <= probability < P(X <= k)."""
    below = 0.0
    for count in range(runs + 1):
        below += _mass(count, runs, chance)
        if below > probability:
            return count
    return runs


def _mass(count: int, runs: int, chance: float) -> float:
    # by logarithms: the coefficient alone overflows for a thousand runs
    ways = (
        math.lgamma(runs + 1) - math.lgamma(count + 1) - math.lgamma(runs - count + 1)
    )
    return math.exp(
        ways + count * math.log(chance) + (runs - count) * math.log1p(-chance)
    )
