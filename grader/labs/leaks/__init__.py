"""Whether what leaves for students holds what only teachers may know.

`secrets_of` reads what must stay: solutions between their markers, hidden checks, gates,
mistakes and expected values. `find_leaks` looks for them in every byte of a release, also
where they were reformatted, renamed or encoded.
"""

from grader.labs.leaks.exceptions import Shown, read_shown, without_shown
from grader.labs.leaks.leak import Leak
from grader.labs.leaks.scan import find_leaks
from grader.labs.leaks.secrets import Secrets, secrets_of

__all__ = [
    "Leak",
    "Secrets",
    "Shown",
    "find_leaks",
    "read_shown",
    "secrets_of",
    "without_shown",
]
