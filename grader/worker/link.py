"""The worker's end of the line: frames in, frames out, calls back to the grader."""

import os
import threading
from collections.abc import Callable
from typing import Any

from grader.wire import FrameDecoder, FunctionRef, encode_frame

CHUNK = 1 << 18


class Hangup(Exception):  # noqa: N818 - an event, not an error
    """The grading process closed the line."""


class Link:
    """Messages over a pair of descriptors."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        """Take over the descriptors; both may be the same socket."""
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._decoder = FrameDecoder()
        # student threads may call lent functions at the same time
        self._exchange = threading.Lock()
        self._sending = threading.Lock()

    def send(self, message: Any) -> None:
        """Send one message.

        Raises:
            WireError: If it can't be encoded; nothing was sent then.
        """
        frame = encode_frame(message)
        with self._sending:
            self._write(frame)

    def mention(self, message: Any) -> None:
        """Send a small message that nobody waits for; not if another is being sent."""
        frame = encode_frame(message)
        if self._sending.acquire(blocking=False):
            try:
                self._write(frame)
            finally:
                self._sending.release()

    def _write(self, frame: bytes) -> None:
        view = memoryview(frame)
        while view:
            view = view[os.write(self._write_fd, view) :]

    def receive(self) -> Any:
        """Return the next message.

        Raises:
            Hangup: If the line is closed.
        """
        while True:
            complete, message = self._decoder.next_message()
            if complete:
                return message
            chunk = os.read(self._read_fd, CHUNK)
            if not chunk:
                raise Hangup
            self._decoder.feed(chunk)

    def caller(
        self, reference: FunctionRef, to_portable: Callable[[Any], Any]
    ) -> Callable[..., Any]:
        """Return a function that asks the grading process for its value."""

        def lent(*args: Any, **kwargs: Any) -> Any:
            with self._exchange:
                self.send(
                    {
                        "callback": reference.id,
                        "args": to_portable(args),
                        "kwargs": to_portable(kwargs),
                    }
                )
                answer = self.receive()
            if "raise" in answer:
                raise RuntimeError(answer["raise"])
            return answer["value"]

        return lent
