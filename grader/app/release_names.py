"""Names of files that every system can have."""

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from grader.errors import LabError

# Source: Microsoft, "Naming Files, Paths, and Namespaces"
FORBIDDEN = frozenset('<>:"\\|?*')
DEVICES = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
)
# a path of Windows has 260 characters, and the folder's own stands before ours
LONGEST = 160


def portable(names: Iterable[str]) -> None:
    """Refuse names that some system can't have, or can't tell apart.

    Raises:
        LabError: At the first one; says why.
    """
    seen: dict[str, str] = {}
    for name in names:
        if why := _why_not(name):
            raise LabError(f"{name!r} can't be a file's name on Windows: {why}")
        other = seen.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if other != name:
            raise LabError(f"{name!r} and {other!r} are one name on Windows and macOS")


def _why_not(name: str) -> str:
    if len(name) > LONGEST:
        return f"it has {len(name)} characters, more than {LONGEST}"
    for part in PurePosixPath(name).parts:
        bad = [one for one in part if one in FORBIDDEN or ord(one) < 32]
        if bad:
            return f"it has a {bad[0]!r}"
        if part[-1] in ". ":
            return "it ends with a dot or a space"
        if part.split(".")[0].casefold() in DEVICES:
            return "it is a device's name"
    return ""
