"""Random inputs of a check, from the submission's secret seed."""

import hashlib

import numpy as np


class Draws(np.random.Generator):
    """A seeded generator that depends on the submission and on the check.

    Two checks never share a stream, so adding one leaves the draws of the others alone,
    and grading the same submission again draws the same inputs.
    """

    def __init__(self, seed: int, *labels: str) -> None:
        """Start the stream that belongs to `labels`.

        Args:
            seed: The submission's secret seed, 0 <= seed < 2**128.
            labels: What the stream is for, usually the check's id.
        """
        digest = hashlib.sha256("\0".join(labels).encode()).digest()
        words = np.frombuffer(digest, dtype=np.uint32).tolist()
        super().__init__(np.random.PCG64(np.random.SeedSequence([seed, *words])))

    def student_seed(self) -> int:
        """Return a seed to hand to a student's function, 0 <= seed < 2**31."""
        return int(self.integers(2**31))
