"""The arena: four small functions."""

# %%
import matplotlib.pyplot as plt
import numpy as np


# %%
def double(x):
    """Return twice x (n,)."""
    # solution T1: write double
    return x + x
    # end solution


# %%
def total(x):
    """Return the sum of x (n,)."""
    # solution T2: write total
    return np.sum(x)
    # end solution


# %%
def slope(w, x):
    """Return the derivative of sum(tanh(w * x)) with respect to the number w."""
    # solution T3: write slope
    return np.sum(x * (1 - np.tanh(w * x) ** 2))
    # end solution


# %%
def draw(x, y):
    """Return a figure of the points (x, y)."""
    # solution T4: write draw
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set_xlabel("x")
    axes.set_ylabel("y")
    return figure
    # end solution
