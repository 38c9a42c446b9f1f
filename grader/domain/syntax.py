"""A student's text as a syntax tree, in the grading process: never run, cut in size.

Parsing is the one thing that the trusted side does with the text of a program, so it is
bounded: measured on CPython 3.11, a hostile text of `MAX_SOURCE` characters takes at most
1 s (an f-string of fields, in the square of its length) and 90 MB (a name on each line,
nearly 1 kB for each of its nodes); a million take more than a minute or 0.9 GB.
"""

import ast
import warnings

# solutions are tens of kilobytes
MAX_SOURCE = 100_000


class UnparsableError(ValueError):
    """The text is no Python that can be read; the message is for the student."""


def parsed(source: str) -> ast.Module:
    """Return the syntax tree of a student's code.

    What walks it by recursion has to expect RecursionError: a sum of a thousand terms is
    nested as deep as that.

    Raises:
        UnparsableError: If it is too long, is not valid or too deep.
    """
    if len(source) > MAX_SOURCE:
        msg = f"your code is longer than {MAX_SOURCE} characters."
        raise UnparsableError(msg)
    try:
        with warnings.catch_warnings():
            # an invalid escape such as "\d" warns while it is parsed
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError as error:
        place = f" in line {error.lineno}" if error.lineno else ""
        msg = f"your code is not valid Python{place}."
        raise UnparsableError(msg) from error
    except (ValueError, RecursionError, MemoryError) as error:
        msg = "your code can't be read as Python."
        raise UnparsableError(msg) from error
