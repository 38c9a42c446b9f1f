"""The grading process's handle on a zygote: start it once, ask it for children."""

import array
import os
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from grader.data import hidden_from_workers
from grader.domain.lab import Limits
from grader.errors import InfrastructureError
from grader.sandbox.child import BIRTH, ConfinedChild, Gone, Overdue
from grader.sandbox.launch import (
    command,
    environment,
    matplotlib_directory,
    readable_paths,
)
from grader.wire import FrameDecoder, WireError, encode_frame

PACKET = 1 << 16
# importing TensorFlow on a busy machine took 14 s; five times that is not normal
START_S = 75.0
REQUIRED = ("no_new_privs", "rlimits", "landlock", "seccomp")


class Zygote:
    """One exec'd process that forks confined children.

    Attributes:
        offers: The layers of confinement that this machine has.
        versions: Of python, numpy and (if it was imported) tensorflow.
    """

    def __init__(
        self,
        preload: Sequence[str] = ("numpy",),
        *,
        data: Path | None = None,
        without: Sequence[str] = (),
    ) -> None:
        """Start the process; its imports run while the caller goes on.

        Args:
            preload: Packages that the children share.
            data: Directory that students' code reads its data from; where there is one,
                the installed copies of the data are hidden.
            without: Layers to leave out, for measuring the others; never for grading.

        Raises:
            InfrastructureError: If it can't be started.
        """
        matplotlib_directory().mkdir(parents=True, exist_ok=True)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(START_S)
        self._control = ours
        self._data = [str(data)] if data else []
        self._without = tuple(without)
        self._hello: dict[str, Any] | None = None
        self._errors = b""
        try:
            self._process = subprocess.Popen(
                command("zygote", str(theirs.fileno()), *preload),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=environment(data),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            raise InfrastructureError(f"can't start a worker: {error}") from error
        finally:
            theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def hello(self) -> dict[str, Any]:
        """Return what the zygote said of itself, waiting for its imports."""
        if self._hello is None:
            self._hello = self._receive()
        return self._hello

    @property
    def confines(self) -> bool:
        """Return whether this machine has every layer that we require."""
        return all(_offered(layer, self.hello["offers"]) for layer in self._required)

    @property
    def _required(self) -> tuple[str, ...]:
        return tuple(layer for layer in REQUIRED if layer not in self._without)

    def _receive(self) -> dict[str, Any]:
        try:
            packet = self._control.recv(PACKET)
        except OSError as error:
            # an answer that came later would be taken for that to another question
            self._control.close()
            late = isinstance(error, TimeoutError)
            reason = "did not answer in time" if late else f"was lost: {error}"
            raise InfrastructureError(f"the worker {reason}") from error
        if not packet:
            raise InfrastructureError(f"the worker ended: {self._last_words()}")
        decoder = FrameDecoder()
        decoder.feed(packet)
        answer: dict[str, Any] = decoder.next_message()[1]
        return answer

    def _last_words(self) -> str:
        """Return the last line of what a dead zygote wrote to stderr."""
        self._process.kill()
        assert self._process.stderr is not None
        if not self._process.stderr.closed:
            self._errors += self._process.stderr.read()
        lines = self._errors.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def _ask(
        self, request: dict[str, Any], descriptors: Sequence[int] = ()
    ) -> dict[str, Any]:
        # before it said hello, its hello would be taken for the answer
        _ = self.hello
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
        try:
            self._control.sendmsg(
                [encode_frame(request)], rights if descriptors else []
            )
        except OSError as error:
            raise InfrastructureError(f"the worker was lost: {error}") from error
        answer = self._receive()
        if "failed" in answer:
            raise InfrastructureError(answer["failed"])
        return answer

    def fork(self, work: Path, limits: Limits) -> tuple[ConfinedChild, tuple[str, ...]]:
        """Return a confined child that waits for a submission, and its layers.

        Args:
            work: Its private directory: all that it may write.
            limits: What it may use.

        Raises:
            InfrastructureError: If the fork fails or a required layer is missing.
        """
        line, theirs = socket.socketpair()
        output, theirs_output = os.pipe()
        request = {
            "op": "fork",
            "work": str(work),
            "read": [*readable_paths(), *self._data],
            "hidden": list(hidden_from_workers()) if self._data else [],
            "memory_mb": limits.memory_mb,
            # the grading process stops it first; the kernel's limit is the second fence
            "cpu_s": int(limits.submission_cpu_s) + 5,
            "file_mb": limits.disk_mb,
            "without": list(self._without),
        }
        try:
            pid = self._ask(request, [theirs.fileno(), theirs_output])["pid"]
        except InfrastructureError:
            line.close()
            os.close(output)
            raise
        finally:
            theirs.close()
            os.close(theirs_output)
        child = ConfinedChild(pid, line, output, self._reap, memory_mb=limits.memory_mb)
        return child, self._confined(child)

    def _confined(self, child: ConfinedChild) -> tuple[str, ...]:
        try:
            ready = child.receive(child.watch(BIRTH))
        except (Overdue, Gone, WireError) as error:
            ending = child.end()
            last = ending.output.decode(errors="replace").strip().splitlines()
            raise InfrastructureError(
                f"a worker died before it was confined: {last[-1] if last else error!r}"
            ) from error
        layers = tuple(ready.get("layers", ()))
        missing = [layer for layer in self._required if not _offered(layer, layers)]
        if "failed" in ready or missing:
            child.end()
            reason = ready.get("failed", f"missing: {', '.join(missing)}")
            raise InfrastructureError(f"a worker could not be confined: {reason}")
        return layers

    def _reap(self, pid: int) -> dict[str, Any]:
        return self._ask({"op": "reap", "pid": pid})

    def close(self) -> None:
        """End the process; its children end with their lines."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        assert self._process.stderr is not None
        self._process.stderr.close()


def _offered(layer: str, layers: Sequence[str]) -> bool:
    return any(name.split("-")[0] == layer for name in layers)
