"""IPython's syntax to plain Python, the way that IPython parses it.

`%magic`, `!command` and `name?` become calls of `get_ipython()`, which do nothing in the
worker. What a magic merely measures or captures is the student's code, and stays: the
body of `%%time`, the statement after `%time`. Every line keeps its number.
"""

import re
from textwrap import dedent
from typing import NamedTuple

from grader.domain.text import clean

# cell magics that run their body in the notebook's own namespace
RUN_BODY = frozenset({"time", "timeit", "capture", "prun"})
# of these, the rest of the first line is Python too unless it is an option
RUN_LINE = RUN_BODY - {"capture"}
# of these, the body is a file; that of a module is run where it stands
WRITE_FILE = frozenset({"writefile", "file"})
TIMED_LINE = re.compile(r"([ \t]*)%(?:time|prun)[ \t]+(?![-\s])(.*)", re.DOTALL)
DEFINES_NAMES = re.compile(r"run_line_magic\('(run|pylab|load|store)'")

# where IPython might see more than Python does; a false alarm only costs time
SPECIAL = re.compile(
    r"^[ \t]*(?:[%!?,;/]|>>>|\.{3,}:|(?:\[\w+\] )?In \[\d+\]:)"
    r"|=[\s\\]*[%!]"
    r"|^[^#\n]*\?[ \t]*$",
    re.MULTILINE,
)
# IPython tokenises the cell anew for each piece of its syntax, about 0.5 MB a second
BUDGET = 1_000_000
# bugs of IPython's parser among them: `x = %\` is an IndexError
PARSER_ERRORS = (SyntaxError, ValueError, IndexError, AssertionError, RuntimeError)


class Plain(NamedTuple):
    """A cell in plain Python.

    Attributes:
        code: Python; empty if nothing of the cell is to be run.
        notes: What the student should know, one line each.
        cost: What it took of the budget.
        writes: The module that it writes besides being run, if any.
    """

    code: str
    notes: tuple[str, ...] = ()
    cost: int = 0
    writes: str = ""


def plain_python(code: str, *, budget: int = BUDGET) -> Plain:
    """Return a notebook cell's code without IPython's syntax.

    A cell that IPython itself can't parse, or that is too costly to, stays as it is: the
    worker reports its SyntaxError.

    Args:
        code: The cell's code, lines ended by newlines.
        budget: Characters that may be tokenised for it.
    """
    lines = _dedented(code).split("\n")
    written = _module_written(lines)
    dropped = _without_cell_magics(lines)
    if dropped is not None:
        return Plain("", (f"the body of `%%{dropped}` is not run",))
    if written:
        told = f"the body of `%%writefile {written}` is run here, as code of this cell"
        return Plain("\n".join(lines), (told,), writes=written)
    body = "\n".join(lines)
    pieces = sum(1 for _ in SPECIAL.finditer(body))
    cost = _cost(body, pieces)
    if cost > budget:
        return Plain(body, ("too much IPython syntax: left as it is",))
    if pieces == 0:
        return Plain(body)
    try:
        plain = _transformed(body, pieces)
    except PARSER_ERRORS:
        return Plain(body, cost=cost)
    names = sorted(set(DEFINES_NAMES.findall(plain)))
    notes = tuple(f"`%{name}` does nothing here: put its code here" for name in names)
    return Plain(plain, notes, cost)


def _dedented(code: str) -> str:
    """Return a cell without the indent of all its lines: IPython runs it like that."""
    first = next((line for line in code.split("\n") if line.strip()), "")
    return dedent(code) if first[:1] in {" ", "\t"} else code


def _module_written(lines: list[str]) -> str | None:
    """Return the name of the module that a cell writes, its first line made a comment."""
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    words = lines[first].removeprefix("%%").split()
    if (
        not lines[first].startswith("%%")
        or len(words) < 2
        or words[0] not in WRITE_FILE
    ):
        return None
    name = words[-1].strip("'\"")
    if not name.endswith(".py"):
        return None
    lines[first] = f"# %%{words[0]} {clean(name, 60)}"
    return clean(name, 60)


def _without_cell_magics(lines: list[str]) -> str | None:
    """Replace the `%%` lines in front of code by comments; name the one that ends it."""
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        if not line.startswith("%%") or re.match(r"%%\w+\?", line):
            return None
        name, _, rest = line[2:].strip().partition(" ")
        if name not in RUN_BODY:
            return clean(name, 40)
        statement = name in RUN_LINE and rest and not rest.startswith("-")
        lines[number] = rest if statement else f"# %%{name}"
    return None


def _cost(code: str, pieces: int) -> int:
    """Return about how many characters IPython will look at, 0 for plain Python."""
    if pieces == 0:
        return 0
    # its expression for `name?` takes the square of the longest word
    help_cost = max(map(len, code.split("\n"))) ** 2 if "?" in code else 0
    return len(code) * (pieces + 1) + help_cost


def _transformed(code: str, pieces: int) -> str:
    # slow to import: only for a notebook that has such lines
    from IPython.core.inputtransformer2 import (
        TransformerManager,
        classic_prompt,
        ipython_prompt,
    )

    text = code.lstrip("\n")
    lead = "\n" * (len(code) - len(text))
    # IPython's tokeniser wants a newline at the end; it is taken away below
    lines = f"{text}\n".splitlines(keepends=True)
    for without_prompts in (classic_prompt, ipython_prompt):
        lines = without_prompts(lines)
    lines = re.findall(r".*\n", "".join(lines))
    manager = TransformerManager()
    # `%time %time x` hides more pieces than were paid for: the rest stays
    for _ in range(pieces + 1):
        changed, after = manager.do_one_token_transform(lines)
        if not changed:
            break
        lines = _in_place(lines, after)
    return lead + "".join(lines).removesuffix("\n")


def _in_place(before: list[str], after: list[str]) -> list[str]:
    """Return one step's result with as many lines as before it."""
    pairs = enumerate(zip(before, after, strict=False))
    here = next((n for n, (old, new) in pairs if old != new), len(after) - 1)
    if timed := TIMED_LINE.fullmatch(before[here]):
        return [*before[:here], timed[1] + timed[2], *before[here + 1 :]]
    missing = ["\n"] * (len(before) - len(after))
    return after[: here + 1] + missing + after[here + 1 :]
