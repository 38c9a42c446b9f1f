"""The same calls without a grader: the student's own compute, and a cold process.

Run as a program it is the cold process: `bare.py FILE CALLS` imports NumPy, runs the file
and makes the calls, which lie pickled beside it.
"""

import pickle  # noqa: TID251 - our own calls, read by our own process
import subprocess
import sys
import time
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Call = tuple[str, tuple[Any, ...], dict[str, Any]]


@contextmanager
def recorded(calls: list[Call], student: str) -> Iterator[None]:
    """Keep every call that is made of one student's code, in order."""
    from grader.sandbox.session import Session

    original = Session.call

    def call(session: Session, functions: Any, **options: Any) -> Any:
        if session._submission.student == student:  # noqa: SLF001 - has no public name
            calls.extend((name, tuple(args), dict(kw)) for name, args, kw in functions)
        return original(session, functions, **options)

    Session.call = call  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Session.call = original  # type: ignore[method-assign]


def sendable(calls: Sequence[Call]) -> list[Call]:
    """Return the calls without those that hand over a function of a check."""
    kept = []
    for call in calls:
        try:
            pickle.dumps(call)
        except (pickle.PicklingError, AttributeError, TypeError):
            print(f"  left out of the bare side: {call[0]} with a function of ours")
        else:
            kept.append(call)
    return kept


def run(code: str, calls: Sequence[Call], *, place: str = "bare") -> None:
    """Run a file and make the calls, in this process; draw the figures that they make.

    To draw is most of a figure's work, and a notebook does it as a worker does.

    Args:
        code: The file's text.
        calls: Functions and their arguments.
        place: The file's path: TensorFlow reads the source of what it compiles.
    """
    module = types.ModuleType(place)
    exec(compile(code, place, "exec"), module.__dict__)  # noqa: S102
    for name, args, kwargs in calls:
        getattr(module, name)(*args, **kwargs)
        _draw_figures()


def _draw_figures() -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    for number in pyplot.get_fignums():
        pyplot.figure(number).canvas.draw()
    pyplot.close("all")


def cold_ms(file: Path, calls: Path) -> float:
    """Return how long a new process takes to import NumPy, run a file and its calls."""
    command = [sys.executable, "-s", "-P", "-B", __file__, str(file), str(calls)]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return 1e3 * (time.perf_counter() - started)


def main() -> None:
    """Be the cold process."""
    file, calls = map(Path, sys.argv[1:])
    run(file.read_text(encoding="utf-8"), pickle.loads(calls.read_bytes()))  # noqa: S301


if __name__ == "__main__":
    main()
