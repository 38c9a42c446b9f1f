"""A kernel as students have it, and the folder in which its notebook lies."""

import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TINY = Path(__file__).parents[1] / "course/assignments/tiny"
KERNEL = {
    "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "display_name": "Python 3",
    "language": "python",
}


@dataclass
class Cell:
    """What came of running a cell.

    Attributes:
        status: `ok` or `error`.
        shown: MIME type to content, of what the cell showed.
        printed: What it wrote.
        traceback: The lines of its error.
    """

    status: str = ""
    shown: dict[str, str] = field(default_factory=dict)
    printed: str = ""
    traceback: list[str] = field(default_factory=list)


class Kernel:
    """A running kernel."""

    def __init__(self, manager, client):
        self._manager, self._client = manager, client

    def run(self, code, *, interrupt_at=None):
        """Run a cell; `interrupt_at` is what it prints when the student has enough."""
        cell = Cell()

        def listen(message):
            content = message["content"]
            match message["msg_type"]:
                case "execute_result" | "display_data":
                    cell.shown |= content["data"]
                case "error":
                    cell.traceback = content["traceback"]
                case "stream":
                    cell.printed += content["text"]
                    if interrupt_at and interrupt_at in content["text"]:
                        self._manager.interrupt_kernel()

        reply = self._client.execute_interactive(code, output_hook=listen, timeout=60)
        cell.status = reply["content"]["status"]
        return cell


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A student's folder, which has the lab and nothing else."""
    root = tmp_path_factory.mktemp("released")
    shutil.copytree(
        TINY,
        root / "assignments/tiny",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    return root / "assignments/tiny"


@pytest.fixture(scope="session")
def kernel(folder):
    """A kernel that works where the notebook lies; it takes two seconds, so one for all."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import KernelManager

    manager = KernelManager()
    # this very Python, whatever kernels the machine has
    manager._kernel_spec = KernelSpec(**KERNEL)
    manager.start_kernel(cwd=str(folder))
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
