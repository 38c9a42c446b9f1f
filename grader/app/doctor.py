"""Look at this machine: what works, what does not, and what would cure it."""

import importlib.util
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

from grader.errors import InfrastructureError
from grader.sandbox.zygote import Zygote

CURES = {
    "landlock": (
        "boot a kernel of at least 5.13 with `landlock` in its lsm= list "
        "(see /sys/kernel/security/lsm); gVisor and some containers have none"
    ),
    "seccomp": "use a kernel built with CONFIG_SECCOMP_FILTER",
    "no_new_privs": "use a kernel of at least 3.5",
    "rlimits": "none known: every Unix has them",
}


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report.

    Attributes:
        name: What was looked at.
        holds: Whether it is as it should be; None for "not needed, only good to know".
        says: What was found.
        cure: What to do if it does not hold.
    """

    name: str
    holds: bool | None
    says: str
    cure: str = ""


def examine() -> Iterator[Finding]:
    """Yield what was found, one line at a time."""
    yield Finding("python", sys.version_info >= (3, 11), platform.python_version())
    for package in ("numpy", "matplotlib", "jupytext", "ipython"):
        yield _package(package, needed=True)
    yield _package("tensorflow", needed=False)
    yield from _isolation()


def _package(name: str, *, needed: bool) -> Finding:
    if importlib.util.find_spec("IPython" if name == "ipython" else name) is None:
        cure = f"pip install {name}" if needed else "pip install 'grader[tf]'"
        says = "not installed" + (
            "" if needed else "; labs without Keras don't need it"
        )
        return Finding(name, False if needed else None, says, cure)
    for distribution in (name, f"{name}-cpu", f"{name}-intel"):
        try:
            return Finding(name, True, metadata.version(distribution))
        except metadata.PackageNotFoundError:
            continue
    return Finding(name, True, "installed")


def _isolation() -> Iterator[Finding]:
    if not sys.platform.startswith("linux"):
        yield Finding(
            "isolation",
            None,
            f"process: {platform.system()} can't confine a process by itself",
            "fine for your own work; grade other people's on Linux",
        )
        return
    try:
        with Zygote(preload=("numpy",)) as zygote:
            offers, confines = zygote.hello["offers"], zygote.confines
    except InfrastructureError as error:
        yield Finding("worker", False, str(error), "see the message")
        return
    for layer, cure in CURES.items():
        found = next((name for name in offers if name.split("-")[0] == layer), None)
        yield Finding(layer, found is not None, found or "missing", cure)
    says = "landlock: student code is confined" if confines else "process only"
    yield Finding("isolation", confines, says, "cure the layers above")
