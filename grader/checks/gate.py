"""Draw inputs on which every known mistake can be told from the truth.

A draw that hides a mistake (one class, tiny weights, N = 1) would let it pass by luck.
So inputs are drawn again while a guarded mistake is closer than 1e-3 to the truth, and a
lab whose inputs can't tell them at all is broken: better a loud teacher's error than a
check that finds nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.cases import Case, Raises, answer, mistaken_answer
from grader.checks.compare import Difference, as_array, paired
from grader.domain.draws import Draws
from grader.domain.mistake import Mistake
from grader.domain.student import StudentFunction
from grader.errors import LabError
from grader.numerics import relative_error, scaled_error

Array = NDArray[Any]
Draw = Callable[[Draws], Sequence[Any]]

# the smallest real gradient bug of 27 cost 5e-3, honest variants cost up to 5e-6
POWER = 1e-3
MAX_DRAWS = 200


def draw_cases(
    function: StudentFunction,
    reference: Callable[..., Any],
    draw: Draw,
    rng: Draws,
    *,
    count: int,
    names: Sequence[str] = (),
) -> list[Case]:
    """Draw inputs and compute the truth, until every guarded mistake shows.

    Each case is drawn up to 200 times until all guarded mistakes show in it. Where that
    can't be had (a transposition is invisible in a square, a missing 1/N for N = 1), the
    draw that shows most mistakes which no earlier case showed is kept.

    Args:
        function: The student's function, for the mistakes that must be told.
        reference: The truth, called with copies of the arguments.
        draw: Returns the arguments of one call.
        rng: Where draws come from.
        count: Number of cases.
        names: Names of the parts of a sequence.

    Raises:
        LabError: If a guarded mistake shows in no case.
    """
    if count < 1:
        raise LabError(f"{function.name}: {count} draws can't judge anything")
    unseen = {known.name: known for known in function.guarded}
    cases = []
    for _ in range(count):
        case, hidden = _best_draw(function, reference, draw, rng, unseen, names)
        cases.append(case)
        unseen = {name: unseen[name] for name in unseen if name in hidden}
    demand_power(function, unseen.values())
    return cases


def demand_power(function: StudentFunction, unseen: Iterable[Mistake]) -> None:
    """Raise if there are mistakes that the inputs of a check don't show.

    Raises:
        LabError: Naming them.
    """
    if names := ", ".join(known.name for known in unseen):
        raise LabError(
            f"{function.name}: the inputs don't tell {names} from the truth; draw more "
            "varied ones, or take this check out of the mistake's `fails`"
        )


def hidden_mistakes(
    function: StudentFunction, cases: Iterable[Case], *, names: Sequence[str] = ()
) -> list[Mistake]:
    """Return the guarded mistakes that show in none of the cases."""
    listed = list(cases)
    return [
        known
        for known in function.guarded
        if not any(shows(known, case, names=names) for case in listed)
    ]


def shows(known: Mistake, case: Case, *, names: Sequence[str] = ()) -> bool:
    """Return whether a mistake's answer is at least 1e-3 from the truth.

    A mistake that raises or answers with another structure or shape shows.
    """
    mistaken = mistaken_answer(known, case.args)
    if isinstance(mistaken, Raises):
        return True
    for part in paired(mistaken, case.expected, names=names):
        if isinstance(part, Difference):
            return True
        if _far(part.got, part.expected):
            return True
    return False


def _best_draw(
    function: StudentFunction,
    reference: Callable[..., Any],
    draw: Draw,
    rng: Draws,
    unseen: dict[str, Mistake],
    names: Sequence[str],
) -> tuple[Case, set[str]]:
    """Return a case and the names of the guarded mistakes that it hides."""
    best: tuple[Case, set[str]] | None = None
    for _ in range(MAX_DRAWS):
        args = tuple(draw(rng))
        case = Case(args, answer(reference, args))
        hidden = {
            known.name
            for known in function.guarded
            if not shows(known, case, names=names)
        }
        if best is None or _rank(hidden, unseen) < _rank(best[1], unseen):
            best = case, hidden
        if not hidden:
            break
    assert best is not None  # noqa: S101 - MAX_DRAWS is above 0
    return best


def _rank(hidden: set[str], unseen: dict[str, Mistake]) -> tuple[int, int]:
    return len(hidden & unseen.keys()), len(hidden)


def _far(mistaken: Any, truth: Any) -> bool:
    mine, right = as_array(mistaken), as_array(truth)
    if mine is None or right is None:
        return type(mistaken) is not type(truth) or bool(mistaken != truth)
    if mine.shape != right.shape:
        return True
    wide = [np.asarray(array, dtype=complex) for array in (mine, right)]
    if np.array_equal(*wide, equal_nan=True):
        return False
    # either measure will do: one wrong value of many is far in the largest gap only
    block, largest = relative_error(*wide), scaled_error(*wide, floor=1e-12)
    return not (block <= POWER and largest <= POWER)
