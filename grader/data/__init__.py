"""Data sets of the labs: what students get, and what is kept from them.

Students write `from grader.data import load_mnist`; it works at home, and in a worker,
where only their part of the images can be read. Checks use `mnist`, which holds back a
third part.
"""

from grader.data.mnist import Mnist, Source, load_mnist, mnist
from grader.data.shared import SharedData, hidden_from_workers

__all__ = [
    "Mnist",
    "SharedData",
    "Source",
    "hidden_from_workers",
    "load_mnist",
    "mnist",
]
