"""What workers may read of the data: a directory with the students' part alone."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np

from grader.data.mnist import EMBEDDED_FILE, embedded_file, mnist
from grader.errors import InfrastructureError, LabError

MNIST_FILE = "mnist.npz"


class SharedData:
    """A temporary directory from which the workers of one run read their data.

    Attributes:
        described: What a report says about the data, one text each.
    """

    def __init__(self, names: Sequence[str]) -> None:
        """Write the students' part of the named data sets.

        Args:
            names: From `lab.toml`: `mnist` is the only one so far.

        Raises:
            LabError: If there is no data set of a name.
            InfrastructureError: If this machine has not got one.
        """
        unknown = [name for name in names if name != "mnist"]
        if unknown:
            raise LabError(f"there is no data set {unknown[0]!r}, only 'mnist'")
        self.described: tuple[str, ...] = ()
        self._directory = tempfile.TemporaryDirectory(prefix="grader-data-")
        self.path = Path(self._directory.name).resolve()
        if "mnist" in names:
            self._share_mnist()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _share_mnist(self) -> None:
        digits = mnist()
        shared = self.path / MNIST_FILE
        np.savez(
            shared,
            x_train=digits.x_train,
            y_train=digits.y_train,
            x_test=digits.x_test,
            y_test=digits.y_test,
        )
        # students have it anyway, and a worker may run as a user of its own
        shared.chmod(0o644)
        self.path.chmod(0o755)
        self.described = (digits.described,)

    def close(self) -> None:
        """Remove the directory."""
        self._directory.cleanup()


def hidden_from_workers() -> tuple[str, ...]:
    """Return the package that also holds the hidden images, where it is installed."""
    try:
        installed = embedded_file()
    except InfrastructureError:
        return ()
    return (str(installed.parents[len(EMBEDDED_FILE.parts) - 1].resolve()),)
