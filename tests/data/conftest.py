"""A small file in the layout of Keras's mnist.npz."""

import numpy as np
import pytest


@pytest.fixture
def keras_file(tmp_path):
    """Sixty thousand and some empty images; the first pixel is the image's number."""
    path = tmp_path / "mnist.npz"
    count = 60_000
    x = np.zeros((count, 28, 28), np.uint8)
    x[:, 0, 0], x[:, 0, 1] = np.arange(count) % 256, np.arange(count) // 256
    y = (np.arange(count) % 10).astype(np.uint8)
    np.savez_compressed(path, x_train=x, y_train=y, x_test=x[:20] + 1, y_test=y[:20])
    return path
