"""The command line and the environment of a worker process."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import platformdirs

import grader

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
# Windows can't start a process, nor macOS find its fonts, without these
NEEDED_FROM_OUTSIDE = ("SYSTEMROOT", "PATH", "TEMP", "TMP", "LD_LIBRARY_PATH")


def matplotlib_directory() -> Path:
    """Return where workers keep Matplotlib's font cache: built once, read by all."""
    return Path(platformdirs.user_cache_dir("grader")) / "matplotlib"


def command(*arguments: str) -> list[str]:
    """Return the command line of a worker: no user site, nothing of the work directory.

    Not `-I`: it would ignore PYTHONHASHSEED, and sets would iterate differently on each
    run. The environment is made from nothing instead.
    """
    return [sys.executable, "-s", "-P", "-B", str(BOOT), *arguments]


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
