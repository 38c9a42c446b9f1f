"""Student code in this very process: for tests of checks, and for a student's notebook.

It keeps the promises of the confined worker, so that a check can't tell the two apart:
arguments are copies, values come back as plain ones, what goes wrong becomes `CallFailed`.
It confines nothing. Never grade with it.
"""

import contextlib
import copy
import sys
import traceback
import types
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.domain.figure import FigureData
from grader.domain.mistake import Mistake
from grader.domain.model import number_of
from grader.domain.model_claim import with_models
from grader.domain.rebuilt import CleanModel, clean_submission
from grader.domain.student import CallFailed, CannotRebuild, RebuiltModel, Reply
from grader.domain.verdict import Outcome
from grader.wire import portable

Namespace = dict[str, Any]
OnFigure = Callable[[Any], FigureData]
ToPlain = Callable[[Any], Any]
ReadFiles = Callable[[str, int], Mapping[str, NDArray[np.uint8]]]
Ask = Callable[[int, Any], Any]
ABSENT = object()


class InProcessStudent:
    """A module or a dict of names as `StudentCode`."""

    def __init__(
        self,
        namespace: Namespace | types.ModuleType,
        *,
        source: str = "",
        mistakes: Sequence[Mistake] = (),
        check_id: str | None = None,
        on_figure: OnFigure | None = None,
        to_plain: ToPlain = portable,
        read_files: ReadFiles | None = None,
        ask: Ask | None = None,
    ) -> None:
        """Wrap a namespace; it is not copied, so later definitions are seen.

        Args:
            namespace: Where the student's names live.
            source: The code as text, for `source` checks.
            mistakes: The lab's known mistakes.
            check_id: The check that runs: mistakes that it must notice are guarded.
            on_figure: Extracts a Matplotlib figure as data; without it a figure that is
                returned stays an `Opaque`.
            to_plain: Turns values into ones that travel; the worker's own way knows
                Keras models too, which else stay `Opaque`.
            read_files: Returns what the code wrote, for a pattern and a largest number;
                without it there are no files.
            ask: Asks a model that `to_plain` kept, by its number.
        """
        module = isinstance(namespace, types.ModuleType)
        self._namespace: Namespace = vars(namespace) if module else namespace  # type: ignore[assignment]
        self._source = source
        self._mistakes = tuple(mistakes)
        self._check_id = check_id
        self._on_figure = on_figure
        self._to_plain = to_plain
        self._read_files = read_files
        self._ask = ask
        self._lent: dict[str, Callable[..., Any]] = {}

    @property
    def most_attempts(self) -> None:
        """Return None: a gate may train as often as it says."""

    @property
    def source(self) -> str:
        """Return the code as text."""
        return self._source

    def __getattr__(self, name: str) -> "InProcessFunction":
        """Return the function of that name, whether it exists or not.

        Raises:
            AttributeError: For Python's own names: `copy` and friends probe for them.
        """
        if name.startswith("__"):
            raise AttributeError(name)
        return InProcessFunction(self, name)

    def replaced(
        self, functions: Mapping[str, Callable[..., Any]]
    ) -> "InProcessStudent":
        """Return the same code with some names standing for functions of ours."""
        student = copy.copy(self)
        student._lent = {**self._lent, **functions}  # noqa: SLF001 - it is one of us
        return student

    def rebuilt(self, model: Any) -> RebuiltModel:
        """Return a model that a function gave, rebuilt by the Keras of this process.

        Raises:
            CannotRebuild: If the config names anything that is not Keras's own, or
                nobody has imported Keras.
        """
        if "keras" not in sys.modules:
            raise CannotRebuild("Keras is not imported here")
        (code,) = clean_submission().cells
        clean: Namespace = {"__name__": "rebuild"}
        exec(code.code, clean)  # noqa: S102 - it is our own file
        worker = InProcessStudent(clean)
        return CleanModel(
            model, call=lambda name, *args: worker.call(name, args, {}).value
        )

    def ask(self, model: Any, X: Any) -> Any:
        """Return what the student's own object predicts.

        Raises:
            CallFailed: If no value came back, or nobody kept the model.
        """
        if self._ask is None:
            raise CallFailed(Outcome.RAISED, "models are not kept here")
        try:
            return self._to_plain(self._ask(number_of(model), portable(X)))
        # a student's own class may raise anything
        except Exception as error:
            raise self._failure(Outcome.RAISED, error) from error

    def files(
        self, pattern: str = "**", *, at_most: int = 100
    ) -> Mapping[str, NDArray[np.uint8]]:
        """Return what the student's code wrote to its working directory."""
        if self._read_files is None:
            return {}
        try:
            return self._read_files(pattern, at_most)
        except (OSError, ValueError) as error:
            raise self._failure(Outcome.RAISED, error) from error

    def known_mistakes(self, name: str, *, guarded: bool) -> tuple[Mistake, ...]:
        """Return the mistakes that replace a function, alone or together with others.

        Args:
            name: The function.
            guarded: Only those that the running check must tell from the truth.
        """
        return tuple(
            part
            for mistake in self._mistakes
            if not guarded or self._check_id in mistake.fails
            for part in mistake.parts(name)
        )

    def call(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Reply:
        """Call one function with copies of the arguments.

        Raises:
            CallFailed: If no value came back.
        """
        given = [_arriving(value) for value in args]
        named = {key: _arriving(value) for key, value in kwargs.items()}
        lent = {key: _called_back(ours) for key, ours in self._lent.items()}
        with (
            _patched(self._namespace, lent),
            warnings.catch_warnings(record=True) as caught,
        ):
            warnings.simplefilter("always")
            value = self._value_of(name, given, named)
        return Reply(
            value=value,
            warnings=tuple(_warning_text(warning) for warning in caught),
            args_after=[portable(argument) for argument in given],
        )

    def _value_of(self, name: str, args: list[Any], kwargs: Namespace) -> Any:
        if self._namespace.get(name) is None:
            raise CallFailed(Outcome.NOT_ATTEMPTED, self._without(name))
        try:
            return self._portable(lambda: self._namespace[name](*args, **kwargs))
        except KeyboardInterrupt:
            # the student's own Ctrl-C in a notebook, not an error of the code
            raise
        except NotImplementedError as error:
            # the stub's own words: "T3: write half_adder_nand"
            told = _text_of(error)[:200] or "not written yet"
            raise CallFailed(Outcome.NOT_ATTEMPTED, told) from error
        except MemoryError as error:
            raise self._failure(Outcome.OUT_OF_MEMORY, error) from error
        # a student's function may raise anything, SystemExit too
        except BaseException as error:
            raise self._failure(Outcome.RAISED, error) from error

    def _failure(self, outcome: Outcome, error: BaseException) -> CallFailed:
        place = self._place_of(error) if outcome is Outcome.RAISED else ""
        return CallFailed(outcome, _described(error) + (place and f" ({place})"))

    def _place_of(self, error: BaseException) -> str:
        own = [
            self._place(frame.f_code.co_filename, line)
            for frame, line in traceback.walk_tb(error.__traceback__)
            if frame.f_globals is self._namespace
        ]
        return own[-1] if own else ""

    def _place(self, file: str, line: int) -> str:
        """Return where something happened, for the student."""
        del file
        return f"line {line}"

    def _without(self, name: str) -> str:
        """Return what the student reads where a function is missing."""
        return f"there is no function {name} in your file"

    def _portable(self, call: Callable[[], Any]) -> Any:
        """Return what a call returned, or drew, as a value that travels."""
        if self._on_figure is None:
            return with_models(self._to_plain(call()))
        before = _open_figures()
        try:
            value = call()
            new = [fig for key, fig in _open_figures().items() if key not in before]
            # a function may leave its figure to pyplot and return nothing
            drawn = new[-1] if value is None and new else matplotlib_figure(value)
            if drawn is not None:
                return self._on_figure(drawn)
            return with_models(self._to_plain(value))
        finally:
            # else the notebook would show every figure that a check asked for
            for number in _open_figures().keys() - before.keys():
                sys.modules["matplotlib.pyplot"].close(number)


class InProcessFunction:
    """One name of a namespace as `StudentFunction`."""

    def __init__(self, student: InProcessStudent, name: str) -> None:
        """Remember the name; it is looked up at each call."""
        self._student = student
        self.name = name

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Return the lab's known mistakes that replace this function."""
        return self._student.known_mistakes(self.name, guarded=False)

    @property
    def guarded(self) -> tuple[Mistake, ...]:
        """Return those that the running check must tell from the truth."""
        return self._student.known_mistakes(self.name, guarded=True)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call and return the value.

        Raises:
            CallFailed: If no value came back.
        """
        return self.reply(*args, **kwargs).value

    def reply(self, *args: Any, **kwargs: Any) -> Reply:
        """Call and return the value with warnings and the arguments afterwards.

        Raises:
            CallFailed: If no value came back.
        """
        return self._student.call(self.name, args, kwargs)

    def map(self, calls: Sequence[Sequence[Any]]) -> list[Any]:
        """Call once per argument list and return the values.

        Raises:
            CallFailed: If any of the calls gave no value.
        """
        return [self(*args) for args in calls]


def matplotlib_figure(value: Any) -> Any:
    """Return the one Matplotlib figure that a value stands for, else None.

    That is a Figure, an Axes or another artist, or a sequence or array of them that all
    belong to one figure. Matplotlib is asked only if the student's code imported it.
    """
    matplotlib = sys.modules.get("matplotlib.figure")
    if matplotlib is None:
        return None
    if isinstance(value, np.ndarray) and value.dtype == object:
        value = list(value.flat)
    items = value if isinstance(value, list | tuple) else [value]
    owners = [
        item if isinstance(item, matplotlib.Figure) else getattr(item, "figure", None)
        for item in items
    ]
    same = bool(owners) and all(owner is owners[0] for owner in owners)
    return owners[0] if same and isinstance(owners[0], matplotlib.Figure) else None


def _open_figures() -> dict[int, Any]:
    """Return pyplot's open figures by number; none if nobody imported it."""
    pylab = sys.modules.get("matplotlib._pylab_helpers")
    if pylab is None:
        return {}
    # pyplot.figure(number) would make it the current one
    return {key: each.canvas.figure for key, each in pylab.Gcf.figs.items()}


@contextlib.contextmanager
def _patched(namespace: Namespace, names: Mapping[str, Any]) -> Iterator[None]:
    kept = {name: namespace.get(name, ABSENT) for name in names}
    namespace.update(names)
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is ABSENT:
                namespace.pop(name, None)
            else:
                namespace[name] = value


def _arriving(value: Any) -> Any:
    """Return an argument as the worker would see it: copied, plain, ours called back."""
    is_ours = callable(value) and not hasattr(value, "__array__")
    return _called_back(value) if is_ours else portable(value)


def _called_back(ours: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        given = [portable(value) for value in args]
        named = {key: portable(value) for key, value in kwargs.items()}
        return portable(ours(*given, **named))

    return call


def _described(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, SystemExit):
        return "the code called exit()"
    text = _text_of(error)
    return f"{name}: {text}"[:500] if text else name


def _text_of(error: BaseException) -> str:
    try:
        return " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - a student's __str__ may raise anything
        return ""


def _warning_text(warning: warnings.WarningMessage) -> str:
    return f"{warning.category.__name__}: {warning.message}"[:200]
