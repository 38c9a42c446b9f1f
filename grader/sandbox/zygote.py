"""The grading process's handle on a zygote: start it once, ask it for children."""

import array
import contextlib
import os
import socket
import subprocess
import tempfile
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from grader.data import hidden_from_workers
from grader.domain.lab import Limits
from grader.errors import InfrastructureError
from grader.sandbox import cgroup
from grader.sandbox.child import ConfinedChild, Gone
from grader.sandbox.clock import BIRTH, Overdue
from grader.sandbox.launch import (
    START_S,
    advised,
    command,
    environment,
    made_matplotlib_directory,
    readable_paths,
)
from grader.sandbox.offers import missing_layers
from grader.sandbox.printed import Flooded, last_line
from grader.sandbox.watch import Allowance, Excess
from grader.wire import FrameDecoder, WireError, encode_frame

PACKET = 1 << 16
# the grading process stops a submission first; the kernel's limit is the second fence
SPARE_CPU_S = 5


@dataclass(eq=False)
class Birth:
    """A child that was asked for, and may not be there yet.

    Attributes:
        work: Its private directory.
        allowance: What it may have.
        line: Our end of its line.
        output: Our end of the pipe for what it prints.
        child: The child, once the zygote has told of it.
        layer: The name of its cgroup's layer, if it has one.
        failure: Why there is none.
    """

    work: Path
    allowance: Allowance
    line: socket.socket
    output: int
    child: ConfinedChild | None = None
    layer: str | None = None
    failure: str = "the worker was lost"

    def close(self) -> None:
        """Close our ends: there is no child to own them."""
        self.line.close()
        os.close(self.output)


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
        strict: bool = False,
        data: Path | None = None,
        without: Sequence[str] = (),
    ) -> None:
        """Start the process; its imports run while the caller goes on.

        Args:
            preload: Packages that the children share.
            strict: Whether the children get namespaces and a private root.
            data: Directory that students' code reads its data from; where there is one,
                the installed copies of the data are hidden.
            without: Layers to leave out, for measuring the others; never for grading.

        Raises:
            InfrastructureError: If it can't be started.
        """
        made_matplotlib_directory()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(START_S)
        self._control = ours
        self._strict = strict
        self._data = [str(data)] if data else []
        self._without = tuple(without)
        self._births: deque[Birth] = deque()
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
        # a zygote that died already says so when it is asked for its hello
        with contextlib.suppress(OSError):
            ours.send(encode_frame(self._start()))

    def _start(self) -> dict[str, Any]:
        return {
            "strict": self._strict,
            "read": self._readable,
            "hidden": self._hidden,
            "work_root": tempfile.gettempdir(),
            "without": list(self._without),
        }

    @property
    def _readable(self) -> list[str]:
        return [*readable_paths(), *self._data]

    @property
    def _hidden(self) -> list[str]:
        return list(hidden_from_workers()) if self._data else []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def hello(self) -> dict[str, Any]:
        """Return what the zygote said of itself, waiting for its imports."""
        if self._hello is None:
            self._hello, _ = self._receive()
        return self._hello

    @property
    def confines(self) -> bool:
        """Return whether this machine has every layer that we require."""
        return not self.missing

    @property
    def missing(self) -> list[str]:
        """Return the required layers that this machine has not."""
        return self._missing_among(self.hello["offers"])

    def _missing_among(self, layers: Sequence[str]) -> list[str]:
        missing = missing_layers(layers, strict=self._strict)
        return [layer for layer in missing if layer not in self._without]

    def _receive(self) -> tuple[dict[str, Any], list[int]]:
        try:
            packet, descriptors, _, _ = socket.recv_fds(self._control, PACKET, 1)
        except ConnectionResetError as error:
            # it ended before it read what we had sent
            self._control.close()
            words = advised(self._last_words())
            raise InfrastructureError(f"the worker ended: {words}") from error
        except OSError as error:
            # an answer that came later would be taken for that to another question
            self._control.close()
            late = isinstance(error, TimeoutError)
            reason = "did not answer in time" if late else f"was lost: {error}"
            raise InfrastructureError(f"the worker {reason}") from error
        if not packet:
            words = advised(self._last_words())
            raise InfrastructureError(f"the worker ended: {words}")
        decoder = FrameDecoder()
        decoder.feed(packet)
        answer: dict[str, Any] = decoder.next_message()[1]
        return answer, descriptors

    def _last_words(self) -> str:
        """Return the last line of what a dead zygote wrote to stderr."""
        self._process.kill()
        assert self._process.stderr is not None
        if not self._process.stderr.closed:
            self._errors += self._process.stderr.read()
        return last_line(self._errors) or "it said nothing"

    def _send(self, request: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        # before it said hello, its hello would be taken for the answer
        _ = self.hello
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
        try:
            self._control.sendmsg(
                [encode_frame(request)], rights if descriptors else []
            )
        except OSError as error:
            raise InfrastructureError(f"the worker was lost: {error}") from error

    def fork(self, work: Path, limits: Limits) -> tuple[ConfinedChild, tuple[str, ...]]:
        """Return a confined child that waits for a submission, and its layers.

        Args:
            work: Its private directory: all that it may write.
            limits: What it may use.

        Raises:
            InfrastructureError: If the fork fails or a required layer is missing.
        """
        return self.confined(self.order(work, limits))

    def order(self, work: Path, limits: Limits) -> Birth:
        """Ask for a child and go on; `confined` or `refuse` must follow.

        Args:
            work: Its private directory: all that it may write.
            limits: What it may use.

        Raises:
            InfrastructureError: If the zygote is lost.
        """
        allowance = Allowance.of(limits)
        line, theirs = socket.socketpair()
        output, theirs_output = os.pipe()
        request = {
            "op": "fork",
            "work": str(work),
            "read": self._readable,
            "hidden": self._hidden,
            "memory_mb": limits.memory_mb,
            "cpu_s": int(limits.submission_cpu_s) + SPARE_CPU_S,
            "file_mb": limits.disk_mb,
            # `strict` gives it a directory of this size; else the guard looks
            "disk_mb": allowance.disk_mb,
            "files": allowance.entries,
            "without": list(self._without),
        }
        birth = Birth(work, allowance, line, output)
        try:
            self._send(request, [theirs.fileno(), theirs_output])
        except InfrastructureError:
            birth.close()
            raise
        finally:
            theirs.close()
            os.close(theirs_output)
        self._births.append(birth)
        return birth

    def _settle(self, last: Birth | None = None) -> None:
        """Receive the answers to orders, which come before that to what is asked now.

        Args:
            last: The one to stop at, if it has not been answered yet; None for all.
        """
        while self._births and (last is None or last in self._births):
            birth = self._births.popleft()
            try:
                answer, handles = self._receive()
            except InfrastructureError:
                birth.close()
                raise
            if "failed" in answer:
                birth.close()
                birth.failure = answer["failed"]
            else:
                self._welcome(birth, answer["pid"], handles[0])

    def _welcome(self, birth: Birth, pid: int, handle: int) -> None:
        birth.child = ConfinedChild(
            _pid_here(handle),
            birth.line,
            birth.output,
            lambda _pid: self._reap(pid),
            directory=birth.work,
            allowance=birth.allowance,
        )
        cgroups = None if "cgroup" in self._without else cgroup.found()
        # without controllers it could only kill, and what starts no processes can be
        # killed without: not worth 10 ms
        if cgroups and cgroups.controllers:
            birth.layer = birth.child.enter(cgroups)

    def confined(self, birth: Birth) -> tuple[ConfinedChild, tuple[str, ...]]:
        """Wait for a child that was asked for; return it and its layers.

        Raises:
            InfrastructureError: If the fork failed or a required layer is missing.
        """
        self._settle(birth)
        if birth.child is None:
            raise InfrastructureError(birth.failure)
        birth.child.count_from_now()
        layers = self._confined(birth.child)
        return birth.child, (*layers, *([birth.layer] if birth.layer else []))

    def refuse(self, birth: Birth) -> None:
        """End a child that was asked for and is not wanted any more.

        Raises:
            InfrastructureError: If the zygote is lost; the child ends with it.
        """
        try:
            self._settle()
        finally:
            if birth.child is not None:
                birth.child.end()

    def _confined(self, child: ConfinedChild) -> tuple[str, ...]:
        try:
            ready = child.receive(child.watch(BIRTH))
        # the guard looks from the first moment on
        except (Overdue, Gone, Flooded, Excess, WireError) as error:
            words = child.end().last_words or repr(error)
            raise InfrastructureError(
                f"a worker died before it was confined: {words}"
            ) from error
        layers = tuple(ready.get("layers", ()))
        missing = self._missing_among(layers)
        if "failed" in ready or missing:
            child.end()
            reason = ready.get("failed", f"missing: {', '.join(missing)}")
            raise InfrastructureError(f"a worker could not be confined: {reason}")
        return layers

    def _reap(self, pid: int) -> dict[str, Any]:
        self._settle()
        self._send({"op": "reap", "pid": pid})
        return self._receive()[0]

    def close(self) -> None:
        """End the process; its children end with their lines."""
        for birth in self._births:
            birth.close()
        self._births.clear()
        self._control.close()
        self._process.kill()
        self._process.wait()
        assert self._process.stderr is not None
        self._process.stderr.close()


def _pid_here(handle: int) -> int:
    """Return the id in our own PID namespace of a process held by a descriptor.

    Nobody has reaped it, so the number stays its own until we ask for that.
    """
    try:
        lines = Path(f"/proc/self/fdinfo/{handle}").read_text().splitlines()
    finally:
        os.close(handle)
    return next(int(line.split()[1]) for line in lines if line.startswith("Pid:"))
