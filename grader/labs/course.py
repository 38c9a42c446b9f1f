"""A course: the directory that holds `assignments/` and, at a teacher's, `reference/`."""

import difflib
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from grader.domain.lab import Lab
from grader.errors import LabError


@dataclass(frozen=True)
class Course:
    """Where the labs are.

    Attributes:
        root: The directory with `assignments/`.
    """

    root: Path

    @classmethod
    def find(cls, start: Path, *, is_named: bool = False) -> "Course":
        """Return the course of a directory: it or the nearest parent with labs.

        Args:
            start: The directory.
            is_named: Whether somebody has named it; else the environment variable
                GRADER_COURSE names another place.

        Raises:
            LabError: If there is none.
        """
        variable = None if is_named else os.environ.get("GRADER_COURSE")
        candidates = [Path(variable)] if variable else [start, *start.resolve().parents]
        for root in candidates:
            if any(root.glob("assignments/*/lab.toml")):
                return cls(root.resolve())
        if variable:
            raise LabError(
                f"no labs found: {variable}, which GRADER_COURSE names, has no "
                "assignments/*/lab.toml; change the variable or use --course DIR"
            )
        raise LabError(
            f"no labs found: {start} and its parents have no "
            "assignments/*/lab.toml; go to the course's directory or use --course DIR"
        )

    @property
    def has_reference(self) -> bool:
        """Return whether hidden checks and solutions are here: a teacher's copy."""
        return (self.root / "reference").is_dir()

    def assignment(self, name: str) -> Path:
        """Return what students get of a lab."""
        return self.root / "assignments" / name

    def reference(self, name: str) -> Path:
        """Return what only teachers have of a lab."""
        return self.root / "reference" / name

    def labs(self) -> tuple[Lab, ...]:
        """Return all labs in the order of the course."""
        paths = sorted(self.root.glob("assignments/*/lab.toml"))
        labs = [read_lab(path) for path in paths]
        return tuple(sorted(labs, key=lambda lab: (lab.order, lab.name)))

    def lab(self, name: str) -> Lab:
        """Return one lab.

        Raises:
            LabError: If there is none of that name; says which name is nearest.
        """
        path = self.assignment(name) / "lab.toml"
        # `logic_gates/`, as a shell completes it, leads to a file, and is no name
        if Path(name).name != name or not path.is_file():
            names = [lab.name for lab in self.labs()]
            near = difflib.get_close_matches(name, names, n=1)
            hint = (
                f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
            )
            raise LabError(f"there is no lab {name!r}; {hint}")
        return read_lab(path)


def read_lab(path: Path) -> Lab:
    """Return the lab that a `lab.toml` describes.

    Raises:
        LabError: If it is not TOML or breaks the contract; names the key.
    """
    try:
        # with a byte order mark, as some editors of Windows save it
        text = path.read_text(encoding="utf-8-sig")
        lab = Lab.model_validate(tomllib.loads(text))
    except UnicodeDecodeError as error:
        raise LabError(f"{path}: not UTF-8: save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise LabError(f"{path}: not TOML: {error}") from error
    except ValidationError as error:
        raise LabError(f"{path}: {_complaint(error)}") from error
    if lab.name != path.parent.name:
        folder = path.parent.name
        raise LabError(
            f"{path}: name: got {lab.name!r}, expected {folder!r}, as its folder is called"
        )
    return lab


def _complaint(error: ValidationError) -> str:
    """Return the first thing that is wrong; of a misspelt key, that nobody knows it."""
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    key = ".".join(map(str, first["loc"])) or "lab"
    said = {"missing": "is missing", "extra_forbidden": "nobody knows this key"}
    told = said.get(first["type"], first["msg"].removeprefix("Value error, "))
    return f"{key}: {told}"
