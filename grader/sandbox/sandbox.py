"""Where submissions run: one zygote for a grading run, or a plain process for each."""

import contextlib
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Self

import numpy as np

from grader.data import SharedData
from grader.domain.lab import Limits
from grader.domain.report import Environment
from grader.domain.submission import Submission
from grader.errors import InfrastructureError
from grader.sandbox.child import Child
from grader.sandbox.offers import REQUIRED
from grader.sandbox.plain import PlainChild
from grader.sandbox.session import Opener, Session
from grader.sandbox.spares import Spares
from grader.sandbox.workdir import private_directory
from grader.sandbox.zygote import Zygote

Isolation = Literal["strict", "landlock", "process"]


class Sandbox:
    """Opens sessions at one level of isolation, which it never lowers by itself."""

    def __init__(
        self,
        *,
        isolation: Isolation,
        preload: Sequence[str] = ("numpy",),
        data: Sequence[str] = (),
        without: Sequence[str] = (),
        ahead: bool = False,
    ) -> None:
        """Start what the level needs; imports go on in the background.

        Args:
            isolation: `strict` (Linux: confined by the kernel, in namespaces of its own),
                `landlock` (Linux: confined by the kernel) or `process`.
            preload: Packages that the workers share.
            data: Data sets whose students' part the workers may read.
            without: Layers to leave out, for measuring the others; never for grading.
            ahead: Whether to keep a confined worker ready for the next session.

        Raises:
            LabError: If there is no data set of a name.
            InfrastructureError: If this machine lacks a package or a data set.
        """
        _require_installed(preload)
        self.isolation: Isolation = isolation
        self._preload = tuple(preload)
        self._data = SharedData(data) if data else None
        self._without = tuple(without)
        self._layers: tuple[str, ...] = ()
        self._ahead = ahead
        self._zygote = None if isolation == "process" else self._started()
        self._spares = Spares(self._zygote) if self._zygote and ahead else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _started(self) -> Zygote:
        if not sys.platform.startswith("linux"):
            raise InfrastructureError(
                f"{sys.platform} has no Landlock; use --isolation process if you "
                "trust the code, or grade on Linux"
            )
        return Zygote(
            self._preload,
            strict=self.isolation == "strict",
            data=self._data_path,
            without=self._without,
        )

    @property
    def _data_path(self) -> Path | None:
        return self._data.path if self._data else None

    def require(self) -> None:
        """Wait for the start and check that the level can be had.

        Raises:
            InfrastructureError: If this machine lacks a layer that the level needs.
        """
        if self._zygote is not None and (missing := self._zygote.missing):
            raise unavailable(
                self.isolation, missing, refused=self._zygote.hello["refused"]
            )

    def session(
        self,
        submission: Submission,
        *,
        limits: Limits,
        seed: int,
        believes_kills: bool = True,
    ) -> Session:
        """Return a session for one submission; close it when done."""
        return Session(
            submission,
            limits=limits,
            open_child=self._opener(limits),
            seed=seed,
            believes_kills=believes_kills,
        )

    def _opener(self, limits: Limits) -> Opener:
        def open_child(resources: contextlib.ExitStack) -> Child:
            if self._spares is not None:
                child, self._layers = self._spares.take(limits, resources)
                return child
            directory = resources.enter_context(private_directory())
            if self._zygote is not None:
                child, self._layers = self._zygote.fork(directory, limits)
                return child
            return PlainChild.started(directory, data=self._data_path, limits=limits)

        return open_child

    def restart(self) -> None:
        """Replace a zygote that was lost."""
        if self._zygote is not None:
            self._end_zygote(self._zygote)
            self._zygote = self._started()
            self._spares = Spares(self._zygote) if self._ahead else None

    def _end_zygote(self, zygote: Zygote) -> None:
        if self._spares is not None:
            self._spares.close()
        zygote.close()

    def environment(self) -> Environment:
        """Return where submissions ran, for their reports."""
        hello = self._zygote.hello if self._zygote else {}
        version = sys.version_info
        return Environment(
            python=hello.get("python", ".".join(map(str, version[:3]))),
            numpy=hello.get("numpy", np.__version__),
            tensorflow=hello.get("tensorflow"),
            isolation=self.isolation,
            layers=self._layers,
            data=self._data.described if self._data else (),
        )

    def close(self) -> None:
        """End all processes and remove the data."""
        if self._zygote is not None:
            self._end_zygote(self._zygote)
        if self._data is not None:
            self._data.close()


def unavailable(
    isolation: Isolation, missing: Sequence[str], *, refused: str = ""
) -> InfrastructureError:
    """Return the error that says in one line what a level lacks here and what to do.

    Args:
        isolation: The level that was asked for.
        missing: The layers that it lacks.
        refused: What the kernel said to the namespaces.
    """
    lacks = ", ".join(missing) + (f" ({refused})" if refused else "")
    lower = (
        "--isolation process runs it unconfined if you trust it"
        if isolation == "landlock" or set(missing) & set(REQUIRED)
        else "--isolation landlock does without namespaces"
    )
    return InfrastructureError(
        f"this machine can't confine student code at the level {isolation}: it lacks "
        f"{lacks}; `grader doctor` says how to get that; {lower}"
    )


def _require_installed(packages: Sequence[str]) -> None:
    for package in packages:
        if importlib.util.find_spec(package) is None:
            raise InfrastructureError(
                f"{package} is not installed here, and the lab's workers need it: "
                "pip install 'grader[tf]'"
            )
