"""Confinement that a worker's child puts on itself after the fork, with no root needed.

    close_descriptors(4)              what the parent had open is gone
    layers = confine(Policy(...))     files, network, processes, memory and time are bounded
    ...                               only now is the student's code read

What each layer is for and what is lost without it: `docs/design/confinement.md`. The
kernel's interfaces are called through `ctypes`: a binding would be one more package that
the untrusted side has to trust. Only the standard library is imported here.

`confine` reports the layers in force and leaves out those that this kernel lacks; whether
that is enough is the caller's decision, to be taken before any student code runs.
"""

from grader.worker.confine.descriptors import close_descriptors
from grader.worker.confine.kernel import end_with_parent
from grader.worker.confine.layers import confine, prepare, probe
from grader.worker.confine.namespaces import Jail
from grader.worker.confine.offers import try_all
from grader.worker.confine.paths import runtime_names, runtime_paths
from grader.worker.confine.policy import Policy

__all__ = [
    "Jail",
    "Policy",
    "close_descriptors",
    "confine",
    "end_with_parent",
    "prepare",
    "probe",
    "runtime_names",
    "runtime_paths",
    "try_all",
]
