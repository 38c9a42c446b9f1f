"""What Python and NumPy say of wrong code: sentences that hold no input.

A beginner's usual errors are of shapes, names and types, and their messages are the best
advice there is. They are told by their form: sizes of up to four digits and names that
the student knows already. Whoever raises such a sentence himself can put a few digits into
it; values of arrays have no place there.

Source: CPython 3.11 to 3.14 and NumPy 1.26 to 2.4, as they print them.
"""

import builtins
import re
from collections.abc import Callable

_NUMBER = r"-?\d{1,4}"
_SHAPE = r"\((?:\d{1,4}(?:,\d{1,4}){0,4})?,?\)"
_NAME = r"([A-Za-z_][\w.]{0,60})"
_CALL = rf"{_NAME}\(\)"
_FORMS = (
    rf"operands could not be broadcast together with (?:remapped )?shapes(?: {_SHAPE}){{2,4}}",
    rf"shapes {_SHAPE} and {_SHAPE} not aligned: {_NUMBER} \(dim \d\) != {_NUMBER} \(dim \d\)",
    (
        r"matmul: Input operand \d has a mismatch in its core dimension \d, with gufunc "
        r"signature \(n\?,k\),\(k,m\?\)->\(n\?,m\?\) "
        rf"\(size {_NUMBER} is different from {_NUMBER}\)"
    ),
    rf"could not broadcast input array from shape {_SHAPE} into shape {_SHAPE}",
    rf"cannot reshape array of size \d{{1,6}} into shape {_SHAPE}",
    (
        r"all the input array dimensions except for the concatenation axis must match "
        r"exactly, but along dimension \d, the array at index \d has size "
        rf"{_NUMBER} and the array at index \d has size {_NUMBER}"
    ),
    r"setting an array element with a sequence\.?",
    r"only (?:length-1|0-dimensional) arrays can be converted to Python scalars",
    (
        r"The truth value of an array with more than one element is ambiguous\. "
        r"Use a\.any\(\) or a\.all\(\)"
    ),
    rf"index {_NUMBER} is out of bounds for axis \d with size {_NUMBER}",
    rf"axis {_NUMBER} is out of bounds for array of dimension \d",
    r"too many indices for array: array is \d-dimensional, but \d were indexed",
    r"(?:list|tuple|string) index out of range",
    r"(?:not enough|too many) values to unpack \(expected \d(?:, got \d)?\)",
    rf"'{_NAME}' object is not (?:iterable|subscriptable|callable)",
    rf"'{_NAME}' object does not support item assignment",
    rf"'{_NAME}' object has no attribute '{_NAME}'",
    rf"module '{_NAME}' has no attribute '{_NAME}'",
    rf"unsupported operand type\(s\) for [^ ]{{1,8}}: '{_NAME}' and '{_NAME}'",
    rf"can't multiply sequence by non-int of type '{_NAME}'",
    rf"object of type '{_NAME}' has no len\(\)",
    rf"{_CALL} takes \d positional arguments? but \d (?:was|were) given",
    rf"{_CALL} missing \d required positional arguments?: '{_NAME}'(?: and '{_NAME}')?",
    rf"{_CALL} got an unexpected keyword argument '{_NAME}'",
    rf"local variable '{_NAME}' referenced before assignment",
    rf"cannot access local variable '{_NAME}' where it is not associated with a value",
)
_PATTERNS = tuple(map(re.compile, _FORMS))
_LIBRARY_NAMES = frozenset(("numpy", "numpy.ndarray", "numpy.float64", "NoneType"))


def is_usual(text: str, *, knows: Callable[[str], bool]) -> bool:
    """Return whether a message is one of Python's or NumPy's own, without an input.

    Args:
        text: The message without the exception's type.
        knows: Whether a name stands in the student's code or the handout.
    """
    text = text.rstrip()
    for pattern in _PATTERNS:
        if match := pattern.fullmatch(text):
            names = [name for name in match.groups() if name]
            return all(_is_public(name) or knows(name) for name in names)
    return False


def _is_public(name: str) -> bool:
    return name in _LIBRARY_NAMES or hasattr(builtins, name)
