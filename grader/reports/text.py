"""Text from outside, made harmless: all that a report shows passes through here.

Student names, file names, exception messages and feedback may hold anything that a
student could type. `clean` takes out what steers a terminal or the direction of
writing; `csv_cell` and `markdown_text` escape what is left for their formats. For HTML
the templates escape (see `grader.reports.templating`).
"""

import re
from urllib.parse import quote

from markupsafe import Markup

# A string sequence's body stops at the next introducer, so that a megabyte of unclosed
# ones is read once and not once per introducer. Source: ECMA-48 (1991), 5.3 to 5.6.
_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
_LINE_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls, direction marks and overrides, invisible characters, surrogates (they can't
# be encoded), noncharacters, tags. Zero-width joiners stay: names and emoji need them.
# Source: Unicode 15, chapters 9.2, 23.2 and 23.7 to 23.9; Trojan Source, CVE-2021-42574.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    r"\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
# the surrogates that stand for no undecodable byte
_NO_BYTE = re.compile(r"[\ud800-\udc7f\udd00-\udfff]")

# Also after a semicolon: where the list separator is ";", a spreadsheet starts a new
# cell there. Full-width signs count as signs in East Asian locales.
# Source: OWASP, "CSV Injection".
_FORMULA = re.compile(r"(?:^|(?<=;))(?=[\s\"]*[=+\-@\uff1d\uff0b\uff0d\uff20])")

# An underscore between letters or digits is no emphasis, and names are full of them.
# Source: CommonMark 0.31, 6.2.
_MARKDOWN_INLINE = re.compile(r"[\\`*\[\]{}|~$#]|(?<![^\W_])_|_(?![^\W_])")
_MARKDOWN_START = re.compile(r"^(?:[+\-=:!]|\d+(?=[.)](?:\s|$)))")
_HTML_IN_MARKDOWN = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def clean(text: str, *, limit: int = 4000) -> str:
    """Return `text` without terminal escapes, controls, direction overrides, surrogates.

    Tabs and line breaks stay, every kind of line break as a line feed. What is longer than
    `limit` is cut and ends in an ellipsis.

    Args:
        text: Anything.
        limit: Greatest length of the result, in characters, at least 1.
    """
    # nothing that is taken out is printable, and most texts are
    if len(text) <= limit and text.isprintable():
        return text
    # Cut before the work, so that a megabyte costs no more than a page does.
    head = text[: 4 * limit]
    seen = _LINE_BREAK.sub("\n", _ESCAPE_SEQUENCE.sub("", head))
    seen = _UNSEEN.sub("", seen)
    if len(seen) > limit or len(text) > len(head):
        return seen[: limit - 1] + "…"
    return seen


def one_line(text: str, *, limit: int = 200) -> str:
    """Return `clean` text with every run of white space made one space."""
    return " ".join(clean(text, limit=limit).split())


def shown_name(text: str) -> str:
    """Return a name on one line, or words for one of which nothing can be seen."""
    return one_line(text, limit=80) or "(no name)"


def number(value: float) -> str:
    """Return a number of points with at most two decimals and no needless zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def relative_url(path: str) -> str:
    """Return the URL of a file that lies beside or below the page.

    A colon is encoded and "./" stands first, so that no path can name a scheme or a
    host. A path longer than any file system takes gives "", which is no link.

    Args:
        path: With "/" between its parts; undecodable bytes as `os.fsdecode` gives them.
    """
    if not 0 < len(path) <= 4096:
        return ""
    encodable = _NO_BYTE.sub("", path)
    return "./" + quote(encodable.encode("utf-8", "surrogateescape"))


def csv_cell(text: str, *, limit: int = 1000) -> str:
    """Return text for one CSV cell that no spreadsheet takes for a formula.

    A leading sign of a formula gets an apostrophe before it, as OWASP advises. The
    cell is on one line; quoting is the CSV writer's business.
    """
    return _FORMULA.sub("'", one_line(text, limit=limit))


def markdown_text(value: object) -> str:
    """Return text that Markdown shows as it is: no markup, link, HTML or mention.

    Bare addresses are broken too, since GitHub links them; `@` before a letter is cut
    off from it by an empty comment, which leaves `X @ w` and the copied text alone.
    `Markup` passes: it is what `markdown_code` and `markdown_block` return.
    """
    if isinstance(value, Markup):
        return value
    text = one_line(str(value), limit=4000)
    text = re.sub("[&<>]", lambda match: _HTML_IN_MARKDOWN[match[0]], text)
    text = _MARKDOWN_INLINE.sub(r"\\\g<0>", text)
    text = text.replace("://", "&#58;//")
    text = re.sub(r"(?i)(www)\.", r"\1&#46;", text)
    text = re.sub(r"@(?=\w)", "@<!-- -->", text)
    return _MARKDOWN_START.sub(_escape_start, text)


def _escape_start(match: re.Match[str]) -> str:
    # "1." starts a list: there it is the full stop that is escaped.
    return match[0] + "\\" if match[0].isdigit() else "\\" + match[0]


def markdown_block(text: str) -> Markup:
    """Return a fenced code block whose fence is longer than any run of backticks in it."""
    content = clean(text)
    longest = max((len(run) for run in re.findall("`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markup(f"{fence}text\n{content}\n{fence}")  # noqa: S704 - can't be left early
