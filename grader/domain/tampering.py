"""What looks like tampering, for the teacher's eyes: no student reads it, no mark moves.

Two witnesses. What the grading process saw itself is certain: an answer that nobody
asked for, a line that was closed. What a worker reports is a trace that the student's
own code could forge or leave out, so it is a reason for a look and no proof.
"""

from collections.abc import Iterable

from pydantic import Field

from grader.domain.frozen import Frozen
from grader.domain.text import clean

# what a kind means, as the end of "the code ..."
SEEN_HERE = {
    "forged_answer": "sent something that is no answer to the question asked",
    "calls_what_was_not_lent": "called back a function that it was not given",
    "left_the_line": "closed the line that its answers go through, and went on",
}
SEEN_BY_WORKER = {
    "reads_foreign_files": "tried to reach files that no lab needs",
    "imports_the_grader": "tried to import the grader or the solutions",
    "walks_frames": "climbed from its own stack frame to the worker's",
    "searches_memory": "searched the process's memory for objects",
    "traces_execution": "asked to trace what the process executes",
    "patches_libraries": "replaced functions that others rely on",
    "loads_machine_code": "reached for machine code",
    "signals_processes": "tried to steer processes other than its own",
    "starts_processes": "tried to start programs or processes",
    "opens_sockets": "opened network connections by hand",
}
MOST_TIMES = 1_000_000
DETAIL_LENGTH = 200


class Tampering(Frozen):
    """One kind of thing that a submission tried.

    Attributes:
        kind: A stable word, a key of `SEEN_HERE` or `SEEN_BY_WORKER`.
        says: A sentence for the teacher; what it quotes of the student's is clean.
        times: How often.
        certain: Whether the grading process saw it itself.
    """

    kind: str
    says: str
    times: int = Field(ge=1)
    certain: bool


def seen(kind: str, *, times: int = 1, detail: str = "") -> Tampering:
    """Return what was seen as one sentence.

    Args:
        kind: A key of one of the tables.
        times: How often; more than a million count as a million.
        detail: What exactly, in words that may be the student's.
    """
    certain = kind in SEEN_HERE
    what = SEEN_HERE[kind] if certain else SEEN_BY_WORKER[kind]
    shown = clean(detail, DETAIL_LENGTH)
    return Tampering(
        kind=kind,
        says=f"the code {what}: {shown}" if shown else f"the code {what}",
        times=min(max(times, 1), MOST_TIMES),
        certain=certain,
    )


def reported(audit: object) -> tuple[Tampering, ...]:
    """Return what a worker reports, without trust: what is not of our form is dropped.

    Args:
        audit: {kind: [times, detail]} with kinds of `SEEN_BY_WORKER`.
    """
    if type(audit) is not dict:
        return ()
    known = ((kind, audit[kind]) for kind in SEEN_BY_WORKER if kind in audit)
    found = []
    for kind, entry in known:
        match entry:
            case [int(times), str(detail)] if type(times) is int and times > 0:
                found.append(seen(kind, times=times, detail=detail))
    return tuple(found)


def summed(found: Iterable[Tampering]) -> tuple[Tampering, ...]:
    """Return each kind once, certain ones first, in the words of its first sighting."""
    kinds: dict[str, Tampering] = {}
    for item in found:
        before = kinds.get(item.kind)
        times = item.times + (before.times if before else 0)
        kinds[item.kind] = (before or item).model_copy(
            update={"times": min(times, MOST_TIMES)}
        )
    order = [*SEEN_HERE, *SEEN_BY_WORKER]
    return tuple(kinds[kind] for kind in order if kind in kinds)
