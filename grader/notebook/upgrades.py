"""A grader that was upgraded while the kernel runs is used without a restart.

`%pip install --upgrade` changes files whose old content is imported already, and mixing
the two is what a restart is usually asked for. Here all of ours is imported anew.
"""

import importlib
import sys
from collections.abc import Callable
from importlib import metadata
from typing import Any

from grader.notebook.notices import NotChecked

PACKAGE = "grader"


def installed() -> str:
    """Return the version on the disk; "" if it was never installed."""
    try:
        return metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        return ""


LOADED = installed()


def newest() -> Callable[..., Any]:
    """Return the `check` of the version that is installed now.

    Raises:
        NotChecked: If it can't be imported beside what the kernel has.
    """
    now = installed()
    if sys.modules.get(__name__) is _this and now != LOADED:
        _forget()
    try:
        found: Callable[..., Any] = importlib.import_module("grader.notebook").check
    except ImportError as error:
        raise NotChecked(
            f"grader {now} was installed while this kernel has {LOADED}, and they don't "
            f"go together ({error}): restart the kernel"
        ) from error
    return found


def _forget() -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]
    importlib.invalidate_caches()


_this = sys.modules[__name__]
