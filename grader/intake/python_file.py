"""Bytes of a `.py` file to text, as Python itself would decode them.

PEP 263's cookie is honoured for encodings of text only: Python would also take
`punycode`, which decodes in quadratic time, or `unicode_escape`.
"""

import codecs
import re
import tokenize
from io import BytesIO

from grader.domain.text import clean
from grader.errors import SubmissionError

BYTE_ORDER_MARKS_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
TEXT_ENCODINGS = re.compile(
    r"ascii|utf-8(-sig)?|iso8859-\d+|cp\d+|koi8-[rtu]|mac-[a-z]+|tis-620"
    r"|gb\w+|big5\w*|shift_jis\w*|euc_\w+|johab|hz"
)
# a cookie stands in a comment; nobody needs a longer one
COOKIE_LINE_BYTES = 500


def decoded(raw: bytes, *, name: str) -> str:
    """Return the text of a Python file, lines ended by newlines, without its mark.

    Whether it is valid Python is for the worker to find out.

    Args:
        raw: The file's bytes.
        name: The file's name, for messages.

    Raises:
        SubmissionError: If the bytes are no text in the encoding that they claim.
    """
    if raw.startswith(BYTE_ORDER_MARKS_16):
        msg = f"{name} is saved as UTF-16, expected UTF-8: save it as UTF-8"
        raise SubmissionError(msg)
    if b"\0" in raw:
        line = raw[: raw.index(b"\0")].count(b"\n") + 1
        msg = f"{name} has a null byte in line {line}, expected text: save it as UTF-8"
        raise SubmissionError(msg)
    text = _text(raw, _encoding(raw, name), name)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding(raw: bytes, name: str) -> str:
    lines = BytesIO(raw)

    def readline() -> bytes:
        line = lines.readline()
        # cut, so that a five-megabyte line is no five-megabyte encoding's name
        return line if len(line) <= COOKIE_LINE_BYTES else b"code\n"

    try:
        encoding, _ = tokenize.detect_encoding(readline)
        canonical = codecs.lookup(encoding).name
    except SyntaxError as error:
        # no cookie, and the first lines are not UTF-8: decoding tells which
        if str(error).startswith("invalid or missing"):
            return "utf-8"
        msg = f"{name} has an unusable encoding ({clean(str(error), 60)}): save it as UTF-8"
        raise SubmissionError(msg) from error
    if not TEXT_ENCODINGS.fullmatch(canonical):
        msg = f"{name} is in {canonical}, expected a text encoding: save it as UTF-8"
        raise SubmissionError(msg)
    return encoding


def _text(raw: bytes, encoding: str, name: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        msg = (
            f"{name} is not {encoding} in line {line}, as Python expects:"
            " save it as UTF-8"
        )
        raise SubmissionError(msg) from error
