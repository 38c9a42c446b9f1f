"""What a hostile submission tries, one small function for each attempt.

The files are sent as text to a worker, one submission made of all of them. A probe does
one thing, lets the refusal through as the exception that it is, and otherwise returns
what it gained as plain data. None stays dangerous where no layer holds: a few processes,
less than 1 GB, the loopback interface, a few seconds, nothing lasting outside the bait.
"""

from pathlib import Path

HERE = Path(__file__).parent


def source() -> str:
    """Return the text of all probes."""
    files = sorted(HERE.glob("try_*.py"))
    return "\n\n".join(file.read_text(encoding="utf-8") for file in files)
