"""A tiny lab: doubling and adding up."""

# %%
import numpy as np


# %% [markdown]
# The start is given.
# %%
def start(n):
    """Return the first numbers."""
    return np.arange(float(n))


# %%
def double(x):
    """Return twice x.

    >>> double(2)
    4
    """
    raise NotImplementedError("T1: write double")


# %%
def total(x):
    """Return the sum of the doubled entries of x (n,), counted from `start(1)`.

    >>> float(total(np.ones(2)))
    4.0
    """
    raise NotImplementedError("T2: write total")
