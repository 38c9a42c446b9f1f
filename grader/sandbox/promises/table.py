"""All promises, in the order in which they are tried."""

from grader.sandbox.promises import (
    afterwards,
    answers,
    files,
    kernel,
    network,
    processes,
    resources,
)
from grader.sandbox.promises.nouns import Promise

PROMISES: tuple[Promise, ...] = (
    *files.PROMISES,
    *processes.PROMISES,
    *network.PROMISES,
    *kernel.PROMISES,
    *resources.PROMISES,
    *answers.PROMISES,
    *afterwards.PROMISES,
)
GROUPS = tuple(dict.fromkeys(promise.group for promise in PROMISES))
