"""A half-adder taken apart: which NAND gates a student's function is made of."""

from typing import Any

from grader.checks import Draws

from . import half_adder as solution


class Circuit:
    """Follows two wires through a student's half-adder: which gate feeds which.

    The wires carry numbers that mean nothing, so whoever computes with them, compares
    them or looks them up ends at a number that is no wire.
    """

    def __init__(self, rng: Draws) -> None:
        """Draw the wires' numbers; all are exact as floats."""
        self._next = int(rng.integers(2**40, 2**48))
        self._gates: dict[int, tuple[Any, Any]] = {}
        self.a, self.b = self._new_wire(), self._new_wire()

    def nand(self, a: Any, b: Any) -> int:
        """Stand for the student's nand: remember the gate, return its output wire."""
        out = self._new_wire()
        self._gates[out] = (a, b)
        return out

    @property
    def gates(self) -> int:
        """Return how many gates there are."""
        return len(self._gates)

    def bit(self, wire: Any, a: int, b: int) -> int:
        """Return what a wire carries when the inputs carry a and b.

        Raises:
            LookupError: If it is no wire: something else than a gate made it.
        """
        # a wire that always carries 0 or 1 is a fair input of a gate
        bits = {0: 0, 1: 1, self.a: a, self.b: b}
        if isinstance(wire, int | float) and wire in bits:
            return bits[wire]
        return self.output(wire, a, b)

    def output(self, wire: Any, a: int, b: int) -> int:
        """Return what the output of a gate carries, as `bit` does."""
        if not isinstance(wire, int | float) or wire not in self._gates:
            raise LookupError(wire)
        first, second = self._gates[wire]
        return solution.nand(self.bit(first, a, b), self.bit(second, a, b))

    def _new_wire(self) -> int:
        # steps of a prime keep sums and differences of wires from being wires
        self._next += 1_000_003
        return self._next
