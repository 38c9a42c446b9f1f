# Class 55: return an object that is something else each time it is converted.
# hopes: one conversion is checked for shape and finiteness, a later one is compared
# stopped by: the wire: one conversion, in the student's process; from there on it is bytes
# deserves: 60
# tells: The result of double is not right: 5 of its 5 values are wrong
# tampering: none
import matplotlib.pyplot as plt
import numpy as np


class TwoFaces:
    """Zeros when it is looked at first, the right numbers from the second look on."""

    def __init__(self, x):
        self.x = x
        self.looks = 0

    def __array__(self, dtype=None, copy=None):
        self.looks += 1
        face = np.zeros(np.shape(self.x)) if self.looks == 1 else self.x + self.x
        return face if dtype is None else face.astype(dtype)

    def __iter__(self):
        return iter(self.__array__())

    @property
    def shape(self):
        return self.__array__().shape

    def __len__(self):
        return len(self.__array__())

    def __getitem__(self, index):
        return self.__array__()[index]


def double(x):
    return TwoFaces(x)


def total(x):
    return np.sum(x)


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure
