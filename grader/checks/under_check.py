"""A function on the cases of one check: call it, and judge what it does besides the values.

What `values` and `gradient` have in common: they differ in where the truth comes from and
in what counts as near to it.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from grader.checks.cases import Align, Case, Observed, as_it_is, unchanged
from grader.checks.compare import Difference, as_array
from grader.checks.naming import CRASHED, name_conduct, name_crash, name_mistake
from grader.checks.wording import call_text, contrasted
from grader.domain.student import CallFailed, Reply, StudentFunction
from grader.domain.verdict import Diagnosis, Example, Outcome, Verdict
from grader.errors import InfrastructureError
from grader.wire import portable

# right values by a function that changes its arguments, or remembers: half of the points
IMPURE_CREDIT = 0.5
# replies carry the arguments back; beyond this many calls one message has to do
MAX_REPLIES = 8


@dataclass(frozen=True)
class UnderCheck:
    """A student's function, and what it is called on.

    Attributes:
        function: The student's function.
        cases: Arguments and true answers.
        names: Names of the parts of a result that is a sequence.
        align: Brings an answer into the form of the truth.
    """

    function: StudentFunction
    cases: Sequence[Case]
    names: Sequence[str] = ()
    align: Align = as_it_is

    def replies(self, *, every: bool = False) -> list[Reply] | Verdict:
        """Call once per case; the first eight (or every) reply with arguments and warnings.

        Returns:
            The replies; or, if the function raised and the calls that did not raise tell
            which known mistake it is, the verdict that says so.

        Raises:
            CallFailed: If a call gave no value, and why can't be told.
        """
        count = len(self.cases) if every else MAX_REPLIES
        try:
            replies = [self.function.reply(*case.args) for case in self.cases[:count]]
            if rest := [case.args for case in self.cases[count:]]:
                replies += [Reply(value) for value in self.function.map(rest)]
        except CallFailed as failure:
            named = self._crash(failure)
            if named is None:
                raise
            return Verdict(
                outcome=Outcome.RAISED,
                credit=0,
                feedback=failure.message,
                diagnosis=named,
            )
        return replies

    def _crash(self, failure: CallFailed) -> Diagnosis | None:
        """Return the known mistake that raises in the same of the first cases."""
        if failure.outcome is not Outcome.RAISED:
            return None
        some = self.cases[:MAX_REPLIES]
        answers = [self._answer_or_crash(case) for case in some]
        return name_crash(
            self.function, some, answers, names=self.names, align=self.align
        )

    def _answer_or_crash(self, case: Case) -> Any:
        try:
            return self.align(self.function(*case.args))
        except CallFailed as failure:
            if failure.outcome is not Outcome.RAISED:
                raise
            return CRASHED

    def wrong_values(
        self, answers: Sequence[Any], found: Sequence[Sequence[Difference]]
    ) -> Verdict:
        """Return the verdict on wrong answers: where, why, and the smallest wrong case.

        Args:
            answers: The aligned answers, one per case.
            found: What is wrong with each; not all are right.
        """
        wrong = [index for index, parts in enumerate(found) if parts]
        first = found[wrong[0]][0]
        told = _what_is_right(found, self.names) + _ended(
            first.sentence, len(wrong), self.cases
        )
        shortest = min(wrong, key=lambda index: _size(self.cases[index].args))
        return Verdict.failed(
            # a function's or a part's name keeps its spelling, an English word begins big
            f"T{told[1:]}" if told.startswith("the ") else told,
            diagnosis=name_mistake(
                self.function, self.cases, answers, names=self.names, align=self.align
            ),
            example=self._example(self.cases[shortest], answers[shortest]),
        )

    def _example(self, case: Case, answer: Any) -> Example:
        got, expected = contrasted(answer, case.expected)
        call = call_text(self.function.name, case.args, {})
        return Example(call=call, got=got, expected=expected)

    def warning(self, replies: Sequence[Reply]) -> Verdict | None:
        """Return the verdict on right values by a function that warns, None without one."""
        text = _runtime_warning(replies)
        if not text:
            return None
        return Verdict.failed(
            f"the values are right, but {self.function.name} warns: {text}",
            diagnosis=self._conduct(lambda seen: seen.warned)
            or Diagnosis(
                mistake="warns",
                says="NumPy warns where a number overflows or is undefined: rewrite the "
                "formula so that it never computes it.",
                concept="numerical stability",
            ),
        )

    def impurity(self, replies: Sequence[Reply], reference: Any) -> Verdict | None:
        """Return the verdict on right values by a function that changes an argument.

        Args:
            replies: Of which at least one has the arguments as they were afterwards.
            reference: The teacher's function of the same arguments, for their names.

        Returns:
            None if all arguments are what they were.

        Raises:
            InfrastructureError: If no reply says how the arguments were afterwards.
        """
        changed = _changed_argument(self.cases, replies)
        if changed is None:
            return None
        name, label = self.function.name, _parameter_name(reference, changed)
        return Verdict.failed(
            f"the values are right, but {name} changes its argument {label}.",
            credit=IMPURE_CREDIT,
            diagnosis=self._conduct(lambda seen: seen.changed)
            or Diagnosis(
                mistake="changes_its_arguments",
                says=f"{name} writes into an array that it was given, which the "
                "caller still needs: work on a copy, or write `x = x - ...` for "
                "`x -= ...`.",
                concept="side effects",
            ),
        )

    def _conduct(self, shows: Callable[[Observed], bool]) -> Diagnosis | None:
        return name_conduct(
            self.function, self.cases, shows, names=self.names, align=self.align
        )


def _what_is_right(found: Sequence[Sequence[Difference]], names: Sequence[str]) -> str:
    """Return "db is right; " for the named parts that no case found wrong."""
    wrong = {part.where for parts in found for part in parts}
    if "" in wrong or any(
        part.kind == "structure" for parts in found for part in parts
    ):
        return ""
    right = [name for name in names if name not in wrong]
    if not right:
        return ""
    return ", ".join(right) + (" is right; " if len(right) == 1 else " are right; ")


def _ended(sentence: str, wrong: int, cases: Sequence[Case]) -> str:
    """Return a sentence with how often it is so, if that is not always."""
    if wrong < len(cases):
        sentence += f" ({wrong} of {len(cases)} cases are wrong)"
    return sentence if sentence.endswith("?") else sentence + "."


def _size(value: Any) -> int:
    array = as_array(value)
    if array is not None:
        return array.size
    return sum(map(_size, value)) if isinstance(value, list | tuple) else 1


def _runtime_warning(replies: Sequence[Reply]) -> str:
    texts = (text for reply in replies for text in reply.warnings)
    # a DeprecationWarning is the library's business, not the formula's
    return next((text for text in texts if text.startswith("RuntimeWarning")), "")


def _changed_argument(cases: Sequence[Case], replies: Sequence[Reply]) -> int | None:
    """Return the index of an argument that a call changed, or None."""
    observed = [
        (case.args, reply.args_after)
        for case, reply in zip(cases, replies, strict=True)
        if reply.args_after is not None
    ]
    if not observed:
        raise InfrastructureError("no reply says how the arguments were after the call")
    for before, after in observed:
        # as they arrived there: an array of text, say, travels as a list
        sent = [portable(argument) for argument in before]
        if not isinstance(after, list) or len(after) != len(sent):
            return 0
        for index, (mine, theirs) in enumerate(zip(sent, after, strict=True)):
            if not unchanged(mine, theirs):
                return index
    return None


def _parameter_name(reference: Any, index: int) -> str:
    """Return the name of a positional argument, or its number from 1."""
    try:
        parameters = list(inspect.signature(reference).parameters)
    except (TypeError, ValueError):
        parameters = []
    return parameters[index] if index < len(parameters) else str(index + 1)
