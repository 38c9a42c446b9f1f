"""Look at this machine: what works, what does not, and what would cure it.

First what is installed and what the kernel offers, then the promises of confinement, each
tried for real in a worker as `grader grade` starts it.
"""

import importlib.util
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata

from grader.app.cures import (
    cgroup_cure,
    landlock_cure,
    namespaces_cure,
    seccomp_cure,
)
from grader.errors import InfrastructureError
from grader.sandbox import cgroup
from grader.sandbox.offers import NAMESPACES, Offers, has_layer, missing_layers
from grader.sandbox.promises.nouns import Promise, Tried
from grader.sandbox.promises.run import layers_in_force, try_promises
from grader.sandbox.promises.table import PROMISES
from grader.sandbox.sandbox import Isolation

LEVELS = {
    "strict": "student code is confined, in namespaces of its own",
    "landlock": "student code is confined",
    "process": "student code is NOT confined",
}
CONFINING_CURES: dict[str, Callable[[], str]] = {
    "landlock": landlock_cure,
    "seccomp": seccomp_cure,
    "no_new_privs": lambda: "Linux 3.5 or newer",
    "rlimits": lambda: "none known: every Unix has them",
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


@dataclass(frozen=True)
class Examination:
    """What a look at the machine gave.

    Attributes:
        findings: One line each.
        isolation: The best level that this machine has; None if no worker starts.
        layers: The layers that can be left out, without their versions.
    """

    findings: tuple[Finding, ...]
    isolation: Isolation | None
    layers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Without:
    """What became of the promises with one layer left out.

    Attributes:
        layer: The layer, or "all": the supervisor and the clock alone.
        fallen: What happened, by the promise's name, where one fell.
        refused: Why no worker could be had at all; then nothing was tried.
    """

    layer: str
    fallen: dict[str, str]
    refused: str = ""


def examine() -> Examination:
    """Return what is installed and which confinement this machine offers."""
    findings = [
        Finding("python", sys.version_info >= (3, 11), platform.python_version()),
        *(
            _package(name, needed=True)
            for name in ("numpy", "matplotlib", "jupytext", "ipython")
        ),
        _package("tensorflow", needed=False),
    ]
    if not sys.platform.startswith("linux"):
        return Examination((*findings, _elsewhere()), "process")
    try:
        offers = Offers.found()
    except InfrastructureError as error:
        broken = Finding("worker", False, str(error), "see the message")
        return Examination((*findings, broken), None)
    level = _level(offers.layers)
    names = tuple(layer.split("-")[0] for layer in (*offers.layers, "cgroup"))
    return Examination((*findings, *_confinement(offers, level)), level, names)


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


def _elsewhere() -> Finding:
    return Finding(
        "isolation",
        None,
        f"process: {platform.system()} can't confine a process by itself",
        "fine for your own work; grade other people's on Linux, in a virtual machine "
        "if need be",
    )


def _level(layers: Sequence[str]) -> Isolation:
    if missing_layers(layers, strict=False):
        return "process"
    return "landlock" if missing_layers(layers, strict=True) else "strict"


def _confinement(offers: Offers, level: Isolation) -> Iterator[Finding]:
    for layer, cure in CONFINING_CURES.items():
        full = next(
            (name for name in offers.layers if name.split("-")[0] == layer), None
        )
        yield Finding(layer, full is not None, full or "missing", cure())
    missing = [name for name in NAMESPACES if not has_layer(name, offers.layers)]
    lacks = f"missing: {', '.join(missing)}"
    if offers.refused:
        lacks += f" ({offers.refused})"
    yield Finding(
        "namespaces",
        None if missing else True,
        lacks if missing else "all that strict asks for",
        namespaces_cure(),
    )
    if level != "process":
        yield _cgroup()
    yield Finding(
        "isolation",
        level != "process",
        f"{level}: {LEVELS[level]}",
        "cure the layers above; --isolation process is for code that you trust",
    )


def _cgroup() -> Finding:
    found = cgroup.found()
    there = found is not None and bool(found.controllers)
    says = "one for each worker" if there else "none; the supervisor counts instead"
    return Finding("cgroup", True if there else None, says, cgroup_cure())


def promised(isolation: Isolation) -> tuple[Promise, ...]:
    """Return what a level promises."""
    return tuple(each for each in PROMISES if isolation in each.levels)


def not_promised(isolation: Isolation) -> tuple[Promise, ...]:
    """Return what only a higher level promises."""
    return tuple(each for each in PROMISES if isolation not in each.levels)


def conform(isolation: Isolation, *, without: Sequence[str] = ()) -> Iterator[Tried]:
    """Yield what became of each promise of a level.

    Raises:
        InfrastructureError: If this machine has no worker of that level.
    """
    return try_promises(promised(isolation), isolation=isolation, without=without)


def layers_left_out(isolation: Isolation) -> Iterator[Without]:
    """Yield which promises of a level fall without each of its layers, and without all.

    Raises:
        InfrastructureError: If this machine has no worker of that level.
    """
    for layer in layers_in_force(isolation=isolation):
        left = conform(isolation, without=(layer,))
        yield _outcome(layer, left)
    if isolation != "process":
        # without namespaces there is nothing of `strict` left to leave out
        bare = layers_in_force(isolation="landlock")
        left = try_promises(promised(isolation), isolation="landlock", without=bare)
        yield _outcome("all", left)


def _outcome(name: str, results: Iterator[Tried]) -> Without:
    try:
        tried = list(results)
    except InfrastructureError as error:
        # one layer can be the condition of another: then nothing runs at all
        return Without(name, {}, str(error))
    fallen = {each.promise.name: each.happened for each in tried if not each.holds}
    return Without(name, fallen)
