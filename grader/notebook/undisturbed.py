"""A check leaves the student's kernel as it found it.

The student's functions run here with all their side effects: they seed generators, open
figures, set options. What a check asked for must not show in the cells after it.
"""

import contextlib
import os
import random
import sys
import tempfile
import warnings
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

# NumPy's own defaults: what a worker has
FLOATS = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Run a check with fresh settings, in an empty directory; put everything back.

    These are random states of Python and NumPy, NumPy's errors and print options, filters
    of warnings, the working directory, Matplotlib's settings and open figures.
    """
    with (
        _random_states(),
        np.errstate(**FLOATS),  # type: ignore[arg-type]
        np.printoptions(),
        warnings.catch_warnings(),
        _empty_directory(),
        _no_figures(),
    ):
        # of the checks themselves; a call of the student's records its own
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _random_states() -> Iterator[None]:
    pythons = random.getstate()
    # the global generator is the student's, seeded or not
    numpys = np.random.get_state(legacy=False)  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(pythons)
        np.random.set_state(numpys)  # noqa: NPY002


@contextlib.contextmanager
def _empty_directory() -> Iterator[None]:
    """Work where no file is, as a worker does: what is written is the check's alone."""
    before = Path.cwd()
    # a log that is still open can't be deleted on Windows
    with tempfile.TemporaryDirectory(
        prefix="grader-", ignore_cleanup_errors=True
    ) as name:
        os.chdir(name)
        try:
            yield
        finally:
            os.chdir(before)


@contextlib.contextmanager
def _no_figures() -> Iterator[None]:
    """Hide the student's open figures, so that nothing is drawn into them."""
    matplotlib: Any = sys.modules.get("matplotlib")
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if matplotlib is None or pyplot is None:
        yield
        return
    managers = sys.modules["matplotlib._pylab_helpers"].Gcf
    figures, show, backend = managers.figs, pyplot.show, _backend(matplotlib)
    with matplotlib.rc_context():
        # else some backends show each figure as soon as it is made
        matplotlib.rcParams["interactive"] = False
        managers.figs = OrderedDict()
        # a worker has no screen either; in a notebook it would show and close them
        pyplot.show = _show_nothing
        try:
            yield
        finally:
            pyplot.close("all")
            if backend is not None and _backend(matplotlib) != backend:
                pyplot.switch_backend(backend)
            managers.figs, pyplot.show = figures, show


def _backend(matplotlib: Any) -> str | None:
    """Return the backend; None if none is chosen yet, which asking would do."""
    found = dict.__getitem__(matplotlib.rcParams, "backend")
    return found if isinstance(found, str) else None


def _show_nothing(*args: Any, **kwargs: Any) -> None:
    del args, kwargs
