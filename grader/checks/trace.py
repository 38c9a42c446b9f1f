"""Check the updates of a training function that chooses its own start.

The same seed and one more step give the state one update later. So each observed update
can be compared with the one that the reference makes from the state before it, whatever
the start was and whichever generator drew it.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.cases import MISTAKEN, answer
from grader.checks.compare import allowed, as_array, closeness, same
from grader.checks.factors import find_factor, ratio
from grader.checks.naming import diagnosis_of
from grader.checks.wording import call_text, shown
from grader.domain.student import StudentFunction
from grader.domain.verdict import Diagnosis, Example, Verdict
from grader.errors import LabError

Array = NDArray[Any]
State = dict[str, Array]
# an update is the small difference of two large numbers: its factor is known less well
FACTOR_TOLERANCE = 1e-6


class _Unreadable(Exception):  # noqa: N818 - what the student returned, not our error
    """The returned value has no state that the check can read."""


@dataclass(frozen=True)
class Update:
    """One observed update of one array beside the right one."""

    where: str
    steps: int
    before: Array
    observed: Array
    expected: Array

    def is_right(self, tolerance: float) -> bool:
        """Return whether the state after it is the expected one."""
        after = self.before + self.observed
        error = closeness(after, self.before + self.expected)
        return error <= allowed(after, tolerance)


@dataclass(frozen=True)
class Training:
    """How a training function is called and read."""

    name: str
    kwargs: Mapping[str, Any]
    counts: Sequence[int]
    state: Callable[[Any], Mapping[str, Any]]
    step: Callable[[State], Mapping[str, Any]]
    steps_name: str

    def states(self, train: Callable[..., Any]) -> list[State]:
        """Return the state after each count of steps.

        Raises:
            _Unreadable: If a returned value holds no such state.
        """
        return [self.state_after(train, count) for count in self.counts]

    def state_after(self, train: Callable[..., Any], count: int) -> State:
        """Return the state after some steps.

        Raises:
            _Unreadable: If the returned value holds no such state.
        """
        value = train(**{**self.kwargs, self.steps_name: count})
        try:
            parts = dict(self.state(value))
        except MISTAKEN as error:
            got = shown(value)
            raise _Unreadable(f"{self.name} returned something else: {got}.") from error
        return {name: self._array(name, part, count) for name, part in parts.items()}

    def _array(self, name: str, part: Any, count: int) -> Array:
        array = as_array(part)
        if array is None or array.dtype.kind == "c":
            raise _Unreadable(f"{self.name}: {name} is not an array of real numbers.")
        if array.size == 0:
            raise _Unreadable(f"{self.name}: {name} is empty.")
        if not np.all(np.isfinite(array)):
            steps = "1 step" if count == 1 else f"{count} steps"
            raise _Unreadable(
                f"{self.name}: {name} contains NaN or infinite values after {steps}."
            )
        return array if array.dtype.kind == "f" else array.astype(float)

    def updates(self, states: Sequence[State]) -> list[Update]:
        """Return the observed and the right updates between the counts.

        Raises:
            _Unreadable: If the shapes are not those of one training.
            LabError: If there is no state at all.
        """
        found = []
        observed = zip(self.counts, states, strict=True)
        for (start, before), (stop, after) in itertools.pairwise(observed):
            for name, right in self._stepped(before, stop - start).items():
                old = before[name]
                if not _fits({name: right}, after):
                    raise _Unreadable(f"{self.name}: {name} changes its shape.")
                found.append(Update(name, stop, old, after[name] - old, right - old))
        if not found:
            raise LabError(
                f"{self.name}: the state is empty, there is nothing to judge"
            )
        return found

    def _stepped(self, before: State, times: int) -> State:
        current = before
        for _ in range(times):
            try:
                parts = dict(answer(self.step, (current,)))
            except MISTAKEN as error:
                raise self._strange_shapes(before) from error
            current = {name: np.asarray(part) for name, part in parts.items()}
            if not _fits(current, before):
                raise self._strange_shapes(before)
        return current

    def _strange_shapes(self, state: State) -> _Unreadable:
        listed = ", ".join(f"{name} {array.shape}" for name, array in state.items())
        return _Unreadable(f"{self.name}: parameters of unexpected shape: {listed}.")


def _fits(state: State, other: State) -> bool:
    """Return whether all arrays of a state are in the other, with the same shapes."""
    return all(
        name in other and array.shape == other[name].shape
        for name, array in state.items()
    )


def trace(
    function: StudentFunction,
    *,
    kwargs: Mapping[str, Any],
    counts: Sequence[int],
    state: Callable[[Any], Mapping[str, Any]],
    step: Callable[[State], Mapping[str, Any]],
    tolerance: float = 1e-8,
    steps_name: str = "steps",
    rest: bool = False,
) -> Verdict:
    """Return whether every update of a training function is the right one.

    The function is called as f(**kwargs, steps=k) for each k of `counts`; `kwargs` holds
    the seed. A wrong update is named by a mistake of the lab that gives the same states
    or changes the updates by the same factors, else by its factor.

    Args:
        function: The student's training function.
        kwargs: Its arguments but for the number of steps.
        counts: Numbers of steps, rising, at least two.
        state: Returns the parameters in the returned value as a dict of arrays.
        step: Returns the parameters one update later, by the reference.
        tolerance: Largest |got - expected| / max(1, max |expected|) of an array after an
            update; states in single precision are allowed 1e-5.
        steps_name: Name of the argument that says how many steps.
        rest: Whether a start passes from which the reference does not move at all (zero
            weights, say, if another check asks for random ones). Otherwise there is no
            evidence, and stored weights that fit perfectly would pass.

    Raises:
        CallFailed: If a call gave no value.
        LabError: If `counts` doesn't rise or the state is empty.
    """
    if len(counts) < 2 or any(b <= a for a, b in itertools.pairwise(counts)):
        raise LabError(f"{function.name}: counts {tuple(counts)} don't rise")
    training = Training(function.name, kwargs, counts, state, step, steps_name)
    try:
        states = training.states(function)
        updates = training.updates(states)
        wrong = [update for update in updates if not update.is_right(tolerance)]
        if not wrong and not _moves(updates, tolerance, rest=rest):
            return Verdict.failed(
                f"{function.name} starts where nothing moves, so its updates show "
                "nothing: do the parameters start as the task says?"
            )
        if not wrong:
            return Verdict.passed()
        diagnosis = _name(function, training, states, updates, wrong)
    except _Unreadable as problem:
        return Verdict.failed(str(problem))
    return Verdict.failed(
        _sentence(function, updates, wrong),
        diagnosis=diagnosis,
        example=_example(training, wrong[0]),
    )


def _moves(updates: Sequence[Update], tolerance: float, *, rest: bool) -> bool:
    """Return whether the right updates are large enough for a wrong one to show."""
    largest = max(np.max(np.abs(update.expected)) for update in updates)
    return bool(largest >= 100 * tolerance or (rest and largest == 0))


def _sentence(
    function: StudentFunction, updates: Sequence[Update], wrong: Sequence[Update]
) -> str:
    bad = {update.where for update in wrong}
    right = [
        name for name in dict.fromkeys(u.where for u in updates) if name not in bad
    ]
    start = ""
    if right:
        verb = "update of {} is" if len(right) == 1 else "updates of {} are"
        start = f"the {verb.format(' and '.join(right))} right; "
    return f"{start}{function.name} does not update {wrong[0].where} as it should."


def _example(training: Training, wrong: Update) -> Example:
    kwargs = {**training.kwargs, training.steps_name: wrong.steps}
    last = "the last update" if wrong.steps > 1 else "the update"
    return Example(
        call=f"{last} of {wrong.where} in {call_text(training.name, (), kwargs)}",
        got=shown(wrong.observed),
        expected=shown(wrong.expected),
    )


def _name(
    function: StudentFunction,
    training: Training,
    states: Sequence[State],
    updates: Sequence[Update],
    wrong: Sequence[Update],
) -> Diagnosis | None:
    again = training.state_after(function, training.counts[0])
    if not same(again, states[0], tolerance=1e-12):
        return Diagnosis(
            mistake="seed_not_used",
            says="Two calls with the same seed start from different parameters: draw "
            "them from a generator made of `seed`.",
            concept="reproducibility",
        )
    factors = _factors(updates)
    for known in sorted(function.mistakes, key=lambda one: not one.named):
        try:
            theirs = training.states(lambda k=known, **kw: _quiet(k, kw))
            their_updates = training.updates(theirs)
        except (_Unreadable, *MISTAKEN):
            continue
        if same(list(states), theirs, tolerance=1e-8) or _alike(
            factors, _factors(their_updates)
        ):
            return diagnosis_of(known)
    return _general(training, wrong)


def _quiet(function: Callable[..., Any], kwargs: Mapping[str, Any]) -> Any:
    return answer(lambda: function(**kwargs), ())


def _factors(updates: Sequence[Update]) -> dict[str, float | None]:
    """Return per array the factor of all its updates, None where there is none."""
    found: dict[str, float | None] = {}
    for name in dict.fromkeys(update.where for update in updates):
        mine = [u for u in updates if u.where == name and np.any(u.expected != 0)]
        ratios = [ratio(u.observed, u.expected, tolerance=1e-6) for u in mine]
        known = [r for r in ratios if r is not None]
        constant = len(known) == len(ratios) > 0 and np.allclose(
            known, known[0], rtol=FACTOR_TOLERANCE, atol=FACTOR_TOLERANCE
        )
        found[name] = known[0] if constant else None
    return found


def _alike(
    mine: Mapping[str, float | None], theirs: Mapping[str, float | None]
) -> bool:
    """Return whether the updates differ from the right ones by the same factors."""
    if mine.keys() != theirs.keys():
        return False
    pairs = [(mine[name], theirs[name]) for name in mine]
    return all(
        a is not None
        and b is not None
        and bool(np.isclose(a, b, rtol=FACTOR_TOLERANCE))
        for a, b in pairs
    )


def _general(training: Training, wrong: Sequence[Update]) -> Diagnosis | None:
    """Return what the wrong updates have in common: none, a factor, another length."""
    names = list(dict.fromkeys(update.where for update in wrong))
    subject = f"the update of {' and '.join(names)}"
    if not any(np.any(update.observed) for update in wrong):
        return Diagnosis(
            mistake="no_update",
            says=f"{' and '.join(names)} never changes.",
            certain=False,
        )
    observed = _factors(wrong)
    first = observed[names[0]]
    if first is None or any(
        r is None or not np.isclose(r, first, rtol=FACTOR_TOLERANCE)
        for r in observed.values()
    ):
        return None
    factor = find_factor(
        [(update.observed, update.expected) for update in wrong],
        [tuple(training.kwargs.values())] * len(wrong),
        tolerance=FACTOR_TOLERANCE,
    )
    if factor is not None:
        return factor.diagnosis(subject)
    return Diagnosis(
        mistake="step_length",
        says=f"{subject} has the right direction but {first:.3g} times the length: is "
        "it multiplied by the learning rate, once?",
        concept="learning rate",
        certain=False,
    )
