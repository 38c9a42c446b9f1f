"""The three kinds of exception, by whose problem it is.

    GraderError
    ├── LabError             the teacher's: a lab, check or mistake is broken
    ├── SubmissionError      the student's: the hand-in can't be read or loaded
    └── InfrastructureError  ours: a process, disk or kernel let us down
        └── WorkerKilledError    somebody killed a worker, its own code or another's

A wrong answer is none of them: it is a `Verdict`. Each message says what was found, what
was expected and what to do, in one line: the command line prints it as it is.
"""


class GraderError(Exception):
    """Base of everything that grader raises on purpose."""


class LabError(GraderError):
    """A lab is broken: its `lab.toml`, checks, mistakes or solution."""


class SubmissionError(GraderError):
    """A hand-in can't be graded at all: not a notebook, no such lab, an unsafe archive."""


class InfrastructureError(GraderError):
    """Our side failed: the submission stays ungraded and may be tried again."""


class WorkerKilledError(InfrastructureError):
    """A worker was killed, not by us and not by the kernel: only a second try tells why.

    If it is killed again, the submission does it to itself.
    """
