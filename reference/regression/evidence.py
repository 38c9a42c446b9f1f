"""Name a mistake by what a check itself has seen, and test what was drawn at random.

`values` and `trace` name a mistake by running it on the same inputs. That is no help where
a student's random numbers can't be repeated: there, what the numbers show gives the name.
"""

import math

import numpy as np

from grader.checks import Diagnosis, StudentFunction

Array = np.ndarray


def known(function: StudentFunction, name: str) -> Diagnosis | None:
    """Return the diagnosis of the function's known mistake of that name."""
    for one in function.mistakes:
        if one.name == name:
            return Diagnosis(mistake=one.name, says=one.says, concept=one.concept)
    return None


def pair(value: object) -> list:
    """Return two results as a list of two; anything else as two of nothing."""
    return value if isinstance(value, list) and len(value) == 2 else [None, None]


def is_uniform(sample: Array, lo: float, hi: float) -> bool:
    """Return whether a sample is uniform on [lo, hi], by its distribution function.

    A right sample is refused with probability 2 exp(-18) = 3e-8.

    Args:
        sample: (n,), n at least 1,000.
        lo: Lower end.
        hi: Upper end.

    Source: Kolmogorov's distribution, P(sqrt(n) D > t) ~ 2 exp(-2 t^2), here t = 3.
    """
    return bool(_largest_gap((np.sort(sample) - lo) / (hi - lo)) <= _allowed(sample))


def is_normal(sample: Array) -> bool:
    """Return whether a sample is standard normal, as strictly as `is_uniform`."""
    cdf = [(1 + math.erf(value / math.sqrt(2))) / 2 for value in np.sort(sample)]
    return bool(_largest_gap(np.array(cdf)) <= _allowed(sample))


def _allowed(sample: Array) -> float:
    return 3 / math.sqrt(len(sample))


def _largest_gap(cdf: Array) -> float:
    """Return Kolmogorov's D of true distribution function values at the sorted sample."""
    n = len(cdf)
    steps = np.arange(n + 1) / n
    return max(np.abs(cdf - steps[1:]).max(), np.abs(cdf - steps[:-1]).max())
