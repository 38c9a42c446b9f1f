"""Read and write the "gates" of `reference/<lab>/calibration.json`; keep its other keys."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from grader.domain.calibration import Calibration
from grader.errors import LabError

# gate -> source of the data -> its runs
Calibrations = dict[str, dict[str, Calibration]]

FILE = "calibration.json"
_MODEL: TypeAdapter[Calibrations] = TypeAdapter(Calibrations)
LONGEST_LINE = 88


def read_calibrations(path: Path) -> Calibrations:
    """Return the calibrations of a lab's gates; none if there is no such file.

    Raises:
        LabError: If it is broken; names the key.
    """
    gates = _content(path).get("gates", {})
    try:
        return _MODEL.validate_python(gates, strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, ("gates", *first["loc"])))
        raise LabError(f"{path}: {key}: {first['msg']}") from error


def with_calibrations(
    path: Path, gates: Mapping[str, Mapping[str, Calibration]]
) -> str:
    """Return the file's new text: other keys are as they were.

    Raises:
        LabError: If the file is there and broken.
    """
    content = _content(path)
    content["gates"] = {
        name: {source: runs.model_dump(mode="json") for source, runs in sources.items()}
        for name, sources in sorted(gates.items())
    }
    return _text(content) + "\n"


def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise LabError(f"{path} can't be read: {error.strerror}") from error
    except ValueError as error:
        raise LabError(f"{path}: not JSON: {error}") from error
    if not isinstance(content, dict):
        raise LabError(f"{path}: expected an object, not {type(content).__name__}")
    return content


def _text(value: Any, indent: int = 0) -> str:
    """Return JSON in which only objects that don't fit in a line take several.

    A list of three hundred numbers is one line: a diff shows that it changed.
    """
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict) or not value or indent + len(line) <= LONGEST_LINE:
        return line
    inner = indent + 1
    items = [
        f"{' ' * inner}{json.dumps(key)}: {_text(item, inner)}"
        for key, item in value.items()
    ]
    return "{\n" + ",\n".join(items) + "\n" + " " * indent + "}"
