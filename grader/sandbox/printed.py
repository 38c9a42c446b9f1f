"""What a worker's process prints: nobody reads it all, and it must not cost us memory."""

# bytes kept, from the beginning
KEPT_OUTPUT = 64 * 1024
FLOOD = 64 * 2**20


class Flooded(Exception):  # noqa: N818 - an event
    """The process printed more than anybody will read."""


class Printed:
    """Counts what a process prints and keeps its start."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._start = bytearray()
        self._bytes = 0

    def add(self, chunk: bytes) -> None:
        """Take in some more."""
        self._bytes += len(chunk)
        self._start += chunk[: max(0, KEPT_OUTPUT - len(self._start))]

    @property
    def is_flood(self) -> bool:
        """Return whether it is more than an honest process prints."""
        return self._bytes > FLOOD

    @property
    def start(self) -> bytes:
        """Return the first 64 KiB."""
        return bytes(self._start)


def last_line(printed: bytes) -> str:
    """Return the last line of what a process printed, which says why it ended; or ""."""
    lines = printed.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
