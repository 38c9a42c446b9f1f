"""What this machine can do to a worker, and what each level of isolation requires."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from grader.errors import InfrastructureError
from grader.sandbox.launch import START_S, command, environment
from grader.sandbox.printed import last_line

REQUIRED = ("no_new_privs", "rlimits", "landlock", "seccomp")
# what `strict` has on top of that
NAMESPACES = ("user_ns", "pid_ns", "mount_ns", "net_ns", "ipc_ns", "tmpfs")


@dataclass(frozen=True)
class Offers:
    """What this machine can do to a worker.

    Attributes:
        layers: The layers of confinement that a worker gets at the level `strict`.
        refused: Why those that `strict` has on top are not among them; else "".
    """

    layers: tuple[str, ...]
    refused: str

    @classmethod
    def found(cls) -> Self:
        """Return what a process found that tried them all; nothing is imported for it.

        Raises:
            InfrastructureError: If it can't be started or says nothing.
        """
        try:
            done = subprocess.run(
                command("offers"),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=environment(),
                timeout=START_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InfrastructureError(f"can't start a worker: {error}") from error
        try:
            told = json.loads(done.stdout)
        except ValueError as error:
            last = last_line(done.stderr) or "it said nothing"
            raise InfrastructureError(f"the worker ended: {last}") from error
        return cls(tuple(told["layers"]), told["refused"])


def missing_layers(layers: Sequence[str], *, strict: bool) -> list[str]:
    """Return what is required, of `strict` or of `landlock`, and not among the layers."""
    required = (*(NAMESPACES if strict else ()), *REQUIRED)
    return [layer for layer in required if not has_layer(layer, layers)]


def has_layer(layer: str, layers: Sequence[str]) -> bool:
    """Return whether a layer is among those that a worker reported."""
    return any(name.split("-")[0] == layer for name in layers)
