"""A plain process for one submission: no confinement, for systems without Landlock.

The line is this process's standard input and output; both are moved away before any
student code runs, so that `print` and `input` can't disturb it.
"""

import os
import platform
import sys
from importlib import metadata
from pathlib import Path

from grader.worker.link import Link
from grader.worker.serve import serve


def main(directory: str) -> None:
    """Serve until standard input closes."""
    read_fd, write_fd = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.chdir(directory)
    link = Link(read_fd, write_fd)
    link.send(
        {
            "ready": True,
            "layers": [],
            "python": platform.python_version(),
            "numpy": metadata.version("numpy"),
        }
    )
    serve(link, Path(directory))
    # threads that the student left behind must not keep the process alive
    sys.stdout.flush()
    os._exit(0)
