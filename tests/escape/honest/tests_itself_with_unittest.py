# Honest: unittest and NumPy's assertions on the own work, one mocked, one skipped.
import unittest
from unittest import mock

import matplotlib.pyplot as plt
import numpy as np


def double(x):
    return 2 * x


def total(x):
    return np.sum(x)


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure


class TestArena(unittest.TestCase):
    def test_double(self):
        np.testing.assert_allclose(double(np.arange(3.0)), [0, 2, 4])

    @unittest.skip("slope is checked by hand")
    def test_slope(self):
        self.fail()

    def test_draw(self):
        with mock.patch("matplotlib.pyplot.show") as show:
            draw([1, 2], [3, 4])
        show.assert_not_called()


suite = unittest.defaultTestLoader.loadTestsFromTestCase(TestArena)
result = unittest.TextTestRunner().run(suite)
assert result.wasSuccessful()

if __name__ == "__main__":
    unittest.main()
