"""The stub from the solution: what lies between the markers becomes a hole.

    def double(x):
        \"\"\"...\"\"\"
        # solution T1: write double
        return 2 * x
        # end solution

becomes `raise NotImplementedError("T1: write double")`. The solution is the stub's only
source, so the two can't drift apart.
"""

import re

from grader.errors import LabError

BEGIN = re.compile(r"^(?P<indent>\s*)# solution (?P<task>T\d+): (?P<what>.+?)\s*$")
END = re.compile(r"^\s*# end solution\s*$")


def stub_of(solution: str) -> str:
    """Return the stub of a solution.

    Raises:
        LabError: If a marker is missing or stands twice, or if there is no region.
    """
    lines: list[str] = []
    begin: int | None = None
    regions = 0
    for number, line in enumerate(solution.splitlines(), start=1):
        if match := BEGIN.match(line):
            if begin is not None:
                raise LabError(
                    f"line {number}: a region inside the one of line {begin}"
                )
            begin, regions = number, regions + 1
            hole = f"{match['task']}: {match['what']}"
            lines.append(f'{match["indent"]}raise NotImplementedError("{hole}")')
        elif END.match(line):
            if begin is None:
                raise LabError(f"line {number}: the end of a region that never began")
            begin = None
        elif begin is None:
            lines.append(line)
    if begin is not None:
        raise LabError(f"line {begin}: a region that never ends")
    if not regions:
        raise LabError("there is no region: mark one with `# solution T1: ...`")
    return "\n".join(lines) + "\n"


def solution_without_markers(solution: str) -> str:
    """Return a solution as a student would have written it."""
    kept = [
        line
        for line in solution.splitlines()
        if not BEGIN.match(line) and not END.match(line)
    ]
    return "\n".join(kept) + "\n"
