"""The kernel: nothing of it that grading has no use for."""

from grader.sandbox.promises.nouns import CALLS_CURE, Promise
from grader.sandbox.promises.trial import Trial


def _denied(name: str, says: str, gain: str, probe: str) -> Promise:
    def judge(trial: Trial) -> None:
        trial.denied(gain, probe)

    return Promise(name, "kernel", says, judge, CALLS_CURE)


PROMISES = (
    _denied("io-uring", "can't open io_uring", "opened io_uring", "set_up_io_uring"),
    _denied("keys", "can't use the kernel's keyrings", "kept a key", "add_key"),
    _denied("bpf", "can't use bpf", "made a bpf map", "make_bpf_map"),
    _denied(
        "userfaultfd",
        "can't handle page faults of the kernel's",
        "opened userfaultfd",
        "handle_page_faults",
    ),
    _denied(
        "perf",
        "can't use performance counters",
        "opened a counter",
        "open_performance_counter",
    ),
    _denied(
        "namespaces",
        "can't become root in a namespace",
        "has a user namespace",
        "become_root_in_a_namespace",
    ),
    _denied("mount", "can't mount", "was let through to mounting", "mount"),
    _denied("memfd", "can't keep files in memory", "made one", "make_memory_file"),
    _denied(
        "shared-memory",
        "can't make memory that outlives it",
        "made a shared segment",
        "make_shared_segment",
    ),
)
