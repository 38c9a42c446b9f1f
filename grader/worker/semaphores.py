"""Give `multiprocessing` locks that need no shared memory.

A confined worker may start threads but no processes, and /dev/shm, where semaphores of
the system live, is closed to it. `multiprocessing.pool.ThreadPool` has such a lock all
the same, and so have Keras' `PyDataset` and joblib's threads. Between threads a semaphore
of Python's own does the same.
"""

import _multiprocessing  # type: ignore[import-not-found]
import os
import threading
from types import TracebackType
from typing import Any, Self

RECURSIVE_MUTEX = 0


class ThreadSemaphore:
    """Stands for `_multiprocessing.SemLock`: a semaphore, or a lock with an owner.

    Attributes:
        kind: 0 for a lock that its owner may take again, 1 for a semaphore.
        maxvalue: What its value may not exceed.
        handle: Nothing: there is no object of the system's.
        name: None, which keeps `multiprocessing` from starting a process to clean up.
    """

    SEM_VALUE_MAX = 2**31 - 1

    def __init__(
        self,
        kind: int,
        value: int,
        maxvalue: int,
        name: str,  # noqa: ARG002 - the place that we do without
        unlink: bool,  # noqa: ARG002 - the same
    ) -> None:
        """Begin with a value."""
        self.kind = kind
        self.maxvalue = maxvalue
        self.handle = 0
        self.name: str | None = None
        self._value = value
        self._owner: int | None = None
        self._taken = 0
        self._changed = threading.Condition()

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take one, waiting for it if need be; return whether it was got."""
        with self._changed:
            again = self.kind == RECURSIVE_MUTEX and self._is_mine()
            if not again:
                patience = max(timeout, 0) if timeout is not None else None
                if not self._changed.wait_for(
                    lambda: self._value > 0, patience if block else 0
                ):
                    return False
                self._value -= 1
            self._owner = threading.get_ident()
            self._taken += 1
            return True

    def release(self) -> None:
        """Give one back.

        Raises:
            AssertionError: If the lock is another thread's.
            ValueError: If there are as many as there may be.
        """
        with self._changed:
            if self.kind == RECURSIVE_MUTEX:
                if not self._is_mine():
                    raise AssertionError("a lock that another thread holds")
                self._taken -= 1
                if self._taken:
                    return
            elif self._value >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            else:
                self._taken -= 1
            self._value += 1
            self._changed.notify()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        place: TracebackType | None,
    ) -> None:
        self.release()

    def _count(self) -> int:
        return self._taken

    def _is_mine(self) -> bool:
        return self._taken > 0 and self._owner == threading.get_ident()

    def _get_value(self) -> int:
        return self._value

    def _is_zero(self) -> bool:
        return self._value == 0

    def _after_fork(self) -> None:
        self._taken = 0

    @classmethod
    def _rebuild(cls, *_state: Any) -> Self:
        raise RuntimeError("a lock can't be given to another process here")


def use_threads_semaphores() -> None:
    """Let `multiprocessing` use them, in this process for good."""
    # takes semaphores for a sign that processes can be had; without, it does all itself
    os.environ["JOBLIB_MULTIPROCESSING"] = "0"
    _multiprocessing.SemLock = ThreadSemaphore
