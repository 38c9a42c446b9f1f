"""In which order checks run: tasks in the handout's order, prerequisites first."""

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from grader.domain.check import Check
from grader.domain.lab import Lab
from grader.errors import LabError


def in_order(lab: Lab, checks: Sequence[Check]) -> tuple[Check, ...]:
    """Return the checks so that each comes after what it waits for.

    Among those that are free to run, the task's place in the handout decides, then the
    place in the file.

    Raises:
        LabError: If checks wait for each other.
    """
    tasks = [task.id for task in lab.tasks]
    rank = {
        check.id: (tasks.index(check.task), place) for place, check in enumerate(checks)
    }
    by_id = {check.id: check for check in checks}
    sorter = TopologicalSorter({check.id: check.after for check in checks})
    try:
        sorter.prepare()
    except CycleError as error:
        raise LabError(
            f"{lab.name}: checks wait for each other: {error.args[1]}"
        ) from error
    ordered: list[Check] = []
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=rank.__getitem__)
        first = ready.pop(0)
        ordered.append(by_id[first])
        sorter.done(first)
    return tuple(ordered)
