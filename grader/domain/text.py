"""Text that came from a student, made safe to hold: one line, bounded, no controls."""

import re
import unicodedata

# C0, C1, DEL, bidirectional controls, zero-width and line separators, lone surrogates
UNSAFE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
    r"|[\ud800-\udfff]"
)


def clean(text: str, limit: int = 2000) -> str:
    """Return text without control characters and escapes, cut to `limit` characters.

    Newlines and tabs become spaces. What is cut off is marked by an ellipsis.
    """
    # normalising a huge string costs time that nobody will read the result of
    short = unicodedata.normalize("NFC", text[: 4 * limit])
    plain = " ".join(UNSAFE.sub("", short).split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"
