"""Pure NumPy: derivatives by three methods, and how far two arrays are apart.

Nothing here knows of labs, students or verdicts.
"""

from grader.numerics.differences import (
    central_difference_gradient,
    crosses_kink,
    directional_difference,
    richardson_gradient,
    step_length,
)
from grader.numerics.distance import norm, relative_error, scaled_error
from grader.numerics.exact import complex_step_gradient

__all__ = [
    "central_difference_gradient",
    "complex_step_gradient",
    "crosses_kink",
    "directional_difference",
    "norm",
    "relative_error",
    "richardson_gradient",
    "scaled_error",
    "step_length",
]
