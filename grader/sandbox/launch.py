"""The command line and the environment of a worker process."""

import functools
import os
import stat
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import platformdirs

import grader
from grader.errors import InfrastructureError

BOOT = Path(grader.__file__).parent / "worker" / "boot.py"
# one thread each: results repeat to the last digit, and `--jobs` decides the parallelism
THREADS = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
    ),
    "1",
)
# importing TensorFlow on a busy machine took 14 s; five times that is not normal
START_S = 75.0
# not `pip install --user`, nor PYTHONPATH: a worker could read what else lies there
ONE_PLACE = (
    "workers see what is installed beside their Python: use a virtual environment"
)
OTHER_CACHE = "say in XDG_CACHE_HOME which folder you may write to"
# Windows can't start a process, nor macOS find its fonts, without these
NEEDED_FROM_OUTSIDE = ("SYSTEMROOT", "PATH", "TEMP", "TMP", "LD_LIBRARY_PATH")


def matplotlib_directory() -> Path:
    """Return where workers keep Matplotlib's font cache: built once, read by all.

    Below the temporary directory where the user has no home, or none to write to: in a
    container, or as a system's user.
    """
    return _cache() / "matplotlib"


def made_matplotlib_directory() -> Path:
    """Return the same, made if need be.

    Raises:
        InfrastructureError: If it can't be, or somebody else has made it.
    """
    directory, cache = matplotlib_directory(), _cache()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        # anybody may make what is ours in the temporary directory
        is_ours = cache != _fallback() or _belongs_to_us(cache)
    except OSError as error:
        why = f"{cache} can't be written to: {error.strerror}"
        raise InfrastructureError(f"{why}; {OTHER_CACHE}") from error
    if not is_ours:
        raise InfrastructureError(f"{cache} is somebody else's; {OTHER_CACHE}")
    return directory


def _cache() -> Path:
    try:
        usual = Path(platformdirs.user_cache_dir("grader"))
    except RuntimeError:
        # a user whom the system does not know, without HOME
        return _fallback()
    nearest = (path for path in (usual, *usual.parents) if os.access(path, os.F_OK))
    may_write = os.access(next(nearest, usual), os.W_OK | os.X_OK)
    return usual if may_write else _fallback()


@functools.cache
def _fallback() -> Path:
    """Return a directory of this user's; the same even if temporary files move."""
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return Path(tempfile.gettempdir()) / f"grader-cache-{user}"


def _belongs_to_us(directory: Path) -> bool:
    found = directory.lstat()
    mine = found.st_uid == os.getuid() if hasattr(os, "getuid") else True
    return stat.S_ISDIR(found.st_mode) and mine


def command(*arguments: str) -> list[str]:
    """Return the command line of a worker: no user site, nothing of the work directory.

    Not `-I`: it would ignore PYTHONHASHSEED, and sets would iterate differently on each
    run. The environment is made from nothing instead.
    """
    return [sys.executable, "-s", "-P", "-B", str(BOOT), *arguments]


def advised(last_words: str) -> str:
    """Return what a worker said when it could not begin, with what to do about it."""
    if not last_words.startswith(ModuleNotFoundError.__name__):
        return last_words
    return f"{last_words}; {ONE_PLACE}"


def environment(data: Path | None = None) -> dict[str, str]:
    """Return a worker's whole environment; nothing of the caller's that it can do without.

    Args:
        data: Directory that `load_mnist` reads from.
    """
    kept = {key: os.environ[key] for key in NEEDED_FROM_OUTSIDE if key in os.environ}
    return {
        **kept,
        **THREADS,
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(matplotlib_directory()),
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "LANG": "C.UTF-8",
        **({"GRADER_DATA": str(data)} if data else {}),
    }


def readable_paths() -> Sequence[str]:
    """Return what a confined worker may read beside the interpreter and its packages."""
    return [str(matplotlib_directory())]
