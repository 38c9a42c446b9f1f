"""Draw inputs on which every known mistake can be told from the truth.

A draw that hides a mistake (one class, tiny weights, N = 1) would let it pass by luck.
So inputs are drawn again while a guarded mistake is closer than 1e-3 to the truth, and a
check whose inputs can't tell them at all is broken: better a loud teacher's error than a
check that finds nothing.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from grader.checks.cases import Align, Case, Demands, answer, as_it_is, observe
from grader.checks.compare import Difference, as_array, closeness, paired
from grader.domain.draws import Draws
from grader.domain.mistake import Mistake
from grader.domain.student import StudentFunction
from grader.errors import LabError
from grader.numerics import relative_error, scaled_error

Draw = Callable[[Draws], Sequence[Any]]

# the smallest real gradient bug of 27 cost 5e-3, honest variants cost up to 5e-6
POWER = 1e-3
MAX_DRAWS = 200
VALUES_AND_PURITY = Demands()


@dataclass(frozen=True)
class Gate:
    """What inputs have to show.

    Attributes:
        function: Name of the function under check, for messages.
        guarded: The mistakes that must be told from the truth.
        names: Names of the parts of a result that is a sequence.
        demands: What is asked for besides the values: a mistake that fails it shows.
        align: Brings what a mistake answers into the form of the truth.
    """

    function: str
    guarded: tuple[Mistake, ...]
    names: tuple[str, ...] = ()
    demands: Demands = VALUES_AND_PURITY
    align: Align = as_it_is

    def draw_cases(
        self,
        reference: Callable[..., Any],
        draw: Draw,
        rng: Draws,
        *,
        count: int,
    ) -> list[Case]:
        """Draw inputs and compute the truth, until every guarded mistake shows.

        Each case is drawn up to 200 times until all guarded mistakes show in it. Where
        that can't be had (a missing 1/N is invisible for N = 1), the draw is kept that
        hides fewest of those which no earlier case showed.

        Args:
            reference: The truth, called with copies of the arguments.
            draw: Returns the arguments of one call.
            rng: Where draws come from.
            count: Number of cases.

        Raises:
            LabError: If a guarded mistake shows in no case.
        """
        if count < 1:
            raise LabError(f"{self.function}: {count} draws can't judge anything")
        cases: list[Case] = []
        unseen = self.guarded
        for _ in range(count):
            case = self._best(lambda: self._case(reference, draw, rng), unseen)
            cases.append(case)
            unseen = tuple(known for known in unseen if not self.shows(known, case))
        self._demand_none(unseen)
        return cases

    def demand_power(self, cases: Sequence[Case]) -> None:
        """Raise unless every guarded mistake shows in one of the cases.

        Raises:
            LabError: Naming those that don't.
        """
        self._demand_none(
            [
                known
                for known in self.guarded
                if not any(self.shows(known, case) for case in cases)
            ]
        )

    def shows(self, known: Mistake, case: Case) -> bool:
        """Return whether a mistake is at least 1e-3 from the truth in a case.

        A mistake that raises, or answers with another structure or shape, shows.
        """
        seen = observe(known, case.args, align=self.align)
        if not seen.meets(self.demands):
            return True
        parts = paired(seen.value, case.expected, names=self.names)
        return any(
            isinstance(part, Difference) or _far(part.got, part.expected)
            for part in parts
        )

    def _case(self, reference: Callable[..., Any], draw: Draw, rng: Draws) -> Case:
        args = draw(rng)
        if not isinstance(args, tuple | list):
            raise LabError(
                f"{self.function}: a draw is a tuple of arguments, write (x,) for x"
            )
        return Case(tuple(args), answer(reference, args))

    def _best(self, draw: Callable[[], Case], unseen: Collection[Mistake]) -> Case:
        """Return the case, of at most 200, that hides fewest mistakes."""

        def hides(case: Case) -> tuple[int, int]:
            hidden = [known for known in self.guarded if not self.shows(known, case)]
            return sum(known in unseen for known in hidden), len(hidden)

        best = draw()
        fewest = hides(best)
        for _ in range(MAX_DRAWS - 1):
            if fewest == (0, 0):
                break
            other = draw()
            if (count := hides(other)) < fewest:
                best, fewest = other, count
        return best

    def _demand_none(self, unseen: Sequence[Mistake]) -> None:
        if names := ", ".join(known.name for known in unseen):
            raise LabError(
                f"{self.function}: these inputs don't tell {names} from the truth; draw "
                "more varied ones, or list it in `blind_to` if another part of the check "
                "finds it"
            )


def gate_for(
    function: StudentFunction,
    *,
    names: Sequence[str] = (),
    demands: Demands,
    align: Align = as_it_is,
    blind_to: Collection[str] = (),
) -> Gate:
    """Return the gate of one check on one function.

    Args:
        function: Whose guarded mistakes must show.
        names: Names of the parts of a result that is a sequence.
        demands: What is asked for besides the values.
        align: Brings what a mistake answers into the form of the truth.
        blind_to: Mistakes that these inputs are not meant to show.

    Raises:
        LabError: If `names` or `blind_to` is a string: its letters would be the names.
    """
    for option, value in (("names", names), ("blind_to", blind_to)):
        if isinstance(value, str):
            raise LabError(f"{function.name}: write {option}=({value!r},)")
    guarded = tuple(known for known in function.guarded if known.name not in blind_to)
    return Gate(function.name, guarded, tuple(names), demands, align)


def _far(mistaken: Any, truth: Any) -> bool:
    mine, right = as_array(mistaken), as_array(truth)
    if mine is None or right is None:
        return type(mistaken) is not type(truth) or bool(mistaken != truth)
    if mine.shape != right.shape:
        return True
    if closeness(mine, right) == 0:
        return False
    mine, right = mine.astype(complex), right.astype(complex)
    # either measure will do: one wrong value of many is far in the largest gap only
    block = relative_error(mine, right)
    largest = scaled_error(mine, right, floor=1e-12)
    return not (block <= POWER and largest <= POWER)
