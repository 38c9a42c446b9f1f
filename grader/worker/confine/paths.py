"""Find the directories that Python, its packages and the system's libraries are in."""

import functools
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

SCHEME_NAMES = ("stdlib", "platstdlib", "purelib", "platlib")
SYSTEM_PATHS = (
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/usr/share/zoneinfo",
    "/usr/share/fonts",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
)


@functools.cache
def runtime_paths() -> tuple[str, ...]:
    """Return what the interpreter and the installed packages need to read.

    Resolved, existing, and none below another. Of `sys.path` only what lies below the
    interpreter's prefixes, and never the directory of this project: where it is installed
    editable it stands on `sys.path`, and the hidden solutions are in it.

    Looked up once in a process, which takes longer than all of `confine`: call it before
    forking.
    """
    checkout = _checkout()
    prefixes = {Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()}
    installed = {
        path
        for path in _existing(_candidates())
        if any(_belongs(path, prefix, checkout) for prefix in prefixes)
    }
    system = {path for path in _existing(SYSTEM_PATHS) if not _shows(path, checkout)}
    found = installed | system
    return tuple(sorted(str(path) for path in found if not found & set(path.parents)))


def runtime_names() -> tuple[str, ...]:
    """Return the names by which the interpreter calls what `runtime_paths` returns.

    Whoever builds a root of those paths must make the symbolic links in these names too.
    """
    paths = tuple(Path(path) for path in runtime_paths())
    named = {
        text
        for text in (*_candidates(), *SYSTEM_PATHS)
        for path in _existing((text,))
        if any(path.is_relative_to(shown) for shown in paths)
    }
    return tuple(sorted(named.union(map(str, paths))))


def _candidates() -> Iterator[str]:
    yield from (sysconfig.get_path(name) for name in SCHEME_NAMES)
    yield f"{sys.base_prefix}/lib"
    yield from sys.path


def _existing(paths: Iterator[str] | tuple[str, ...]) -> Iterator[Path]:
    for text in paths:
        path = Path(text)
        if path.is_absolute() and path.exists():
            yield path.resolve()


def _checkout() -> Path | None:
    """Return the directory that `grader` lies in, unless it is one of packages."""
    directory = Path(__file__).resolve().parents[3]
    packages = {Path(sysconfig.get_path(name)).resolve() for name in SCHEME_NAMES}
    return None if directory in packages else directory


def _belongs(path: Path, prefix: Path, checkout: Path | None) -> bool:
    """Return whether a path is the interpreter's and not a part of a checkout.

    A virtual environment inside the checkout is the interpreter's; a checkout inside the
    prefix (/usr/src/app, with the system's Python) is not.
    """
    if not path.is_relative_to(prefix):
        return False
    if checkout is None or not checkout.is_relative_to(prefix):
        return True
    return not (_shows(path, checkout) or path.is_relative_to(checkout))


def _shows(path: Path, checkout: Path | None) -> bool:
    return checkout is not None and checkout.is_relative_to(path)
