"""Self-check inside a notebook: `from grader.notebook import check; check("logic_gates")`.

The public checks run on the functions as they are in the kernel now, saved or not. It is
the student's own process, so nothing is confined, and nothing secret is here. That is
also why it may use the worker's reading of figures: here, this process is the worker.

The kernel is the student's: whatever happens in a check, their variables, random state,
figures and settings are afterwards what they were before.
"""

from grader.notebook.checking import check
from grader.notebook.table import CheckTable

__all__ = ["CheckTable", "check"]
