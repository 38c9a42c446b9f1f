"""Which isolation a run gets: what was asked for, or the best that this machine has."""

import sys

from grader.sandbox.offers import Offers, missing_layers
from grader.sandbox.sandbox import Isolation, unavailable


def best_isolation() -> Isolation:
    """Return `strict` or `landlock` where the kernel can confine so, else `process`.

    For one's own work and the course's: that may run unconfined.

    Raises:
        InfrastructureError: If a worker can't even be started.
    """
    if not sys.platform.startswith("linux"):
        return "process"
    layers = Offers.found().layers
    if missing_layers(layers, strict=False):
        return "process"
    return "landlock" if missing_layers(layers, strict=True) else "strict"


def best_confinement() -> Isolation:
    """Return the best isolation that this machine has, if that confines.

    For other people's work: whether to run that unconfined is for a person to say.

    Raises:
        InfrastructureError: If nothing here confines, in words for the teacher.
    """
    best = best_isolation()
    if best != "process":
        return best
    if not sys.platform.startswith("linux"):
        raise unavailable("landlock", [f"Linux (this is {sys.platform})"])
    raise unavailable("landlock", missing_layers(Offers.found().layers, strict=False))
