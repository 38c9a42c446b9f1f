"""What a mark depends on beside the course and the hand-in: the software, and the data."""

import hashlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Self

import grader
from grader.data import mnist
from grader.domain.lab import Lab
from grader.errors import InfrastructureError

# a package may be installed under several names
DISTRIBUTIONS = {"tensorflow": ("tensorflow", "tensorflow-cpu")}
NONE = "none"


@dataclass(frozen=True)
class Versions:
    """Versions by name; two machines with equal ones give equal marks.

    As far as software decides that: another processor may round a training differently.

    Attributes:
        packages: What the labs preload.
        data: The data sets that they use.
        found: Pairs of a name and a version.
    """

    packages: tuple[str, ...]
    data: tuple[str, ...]
    found: tuple[tuple[str, str], ...]

    @classmethod
    def here(cls, packages: Iterable[str], data: Iterable[str]) -> Self:
        """Return those of this machine."""
        packages = tuple(sorted({"numpy", *packages}))
        data = tuple(sorted(set(data)))
        found = [
            ("grader", f"{_version('grader')}+{_sources()[:8]}"),
            ("Python", ".".join(map(str, sys.version_info[:2]))),
            *((package, _version(package)) for package in packages),
            *((name, _described()) for name in data if name == "mnist"),
        ]
        return cls(packages, data, tuple(found))

    @classmethod
    def needed(cls, labs: Iterable[Lab]) -> Self:
        """Return those of this machine that some labs depend on."""
        labs = tuple(labs)
        return cls.here(
            (package for lab in labs for package in lab.preload),
            (name for lab in labs for name in lab.data),
        )

    def difference_here(self) -> str:
        """Return how this machine differs, in words; "" if it does not."""
        own = Versions.here(self.packages, self.data)
        for (name, expected), (_, found) in zip(self.found, own.found, strict=True):
            if found != expected:
                return f"it has {name} {found}, expected {expected} as on your machine"
        return ""


def _version(package: str) -> str:
    for name in DISTRIBUTIONS.get(package, (package,)):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return NONE


def _sources() -> str:
    """Return a hash of our own code: a checkout changes without a new version."""
    digest = hashlib.sha256()
    root = Path(grader.__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _described() -> str:
    try:
        return mnist().described
    except InfrastructureError:
        return NONE
