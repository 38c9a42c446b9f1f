"""Text that came from a student, made safe to hold: bounded, no controls, encodable."""

import re
import unicodedata

# C0, C1, DEL, bidirectional controls, zero-width and line separators, noncharacters,
# tags, lone surrogates, which no file can hold
_HARMFUL = (
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f]"
    r"|[\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
    r"|[\ud800-\udfff]"
)
# joiners too: two names that look alike must be alike
UNSAFE = re.compile(_HARMFUL + r"|[\u200c\u200d]")
_UNREADABLE = re.compile(_HARMFUL)


def clean(text: str, limit: int = 2000) -> str:
    """Return text without control characters and escapes, cut to `limit` characters.

    Newlines and tabs become spaces. What is cut off is marked by an ellipsis.
    """
    # normalising a huge string costs time that nobody will read the result of
    short = unicodedata.normalize("NFC", text[: 4 * limit])
    # soft hyphens, private characters: what nobody sees makes two names out of one
    seen = (c for c in UNSAFE.sub("", short) if c.isprintable() or c.isspace())
    plain = " ".join("".join(seen).split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def readable(text: str, limit: int = 10_000) -> str:
    """Return text of several lines without what could harm a reader, cut to `limit`.

    Joiners stay: emoji and several scripts need them.
    """
    plain = _UNREADABLE.sub("", text[: 4 * limit])
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"
