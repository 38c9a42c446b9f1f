"""What Python and NumPy say of wrong code may be shown; what code makes up may not."""

import numpy as np
import pytest

from grader.grading.sentences import is_usual

KNOWN = {"f", "a", "b", "shape", "sigmoid"}
MISTAKES = {
    "broadcast": "np.ones(3) + np.ones(4)",
    "dot": "np.dot(np.ones((2, 3)), np.ones(2))",
    "matmul": "np.ones((2, 3)) @ np.ones((2, 2))",
    "assignment": "np.ones(3).__setitem__(slice(None), np.ones(4))",
    "reshape": "np.ones(6).reshape(4, 2)",
    "concatenation": "np.concatenate([np.ones((2, 3)), np.ones((2, 2))])",
    "truth": "bool(np.ones(2))",
    "index": "np.ones(3)[5]",
    "axis": "np.ones(3).sum(axis=2)",
    "indices": "np.ones(3)[0, 0]",
    "list-index": "[1][2]",
    "unpack": "[0 for a, b in [[1]]]",
    "iterable": "list(3)",
    "subscript": "a[0]",
    "callable": "a()",
    "attribute": "[].shape",
    "module": "np.sigmoid",
    "operands": "1 + None",
    "sequence": "[1] * 2.0",
    "length": "len(3)",
    "arguments": "f(1, 2)",
    "missing": "f()",
    "keyword": "f(1, b=1)",
}


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("code", MISTAKES.values(), ids=MISTAKES)
def test_what_the_interpreter_says_of_a_usual_mistake_is_recognised(code):
    names = {"np": np, "a": None}
    exec("def f(a): return a", names)  # noqa: S102 - our own words
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever it makes
        eval(code, names)  # noqa: S307 - our own words

    assert is_usual(str(caught.value), knows=KNOWN.__contains__), str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "0.7391284",
        "operands could not be broadcast together with shapes (0.7391,) (4,)",
        "operands could not be broadcast together with shapes (73912,) (4,)",
        "shapes (2,3) and (2,) not aligned: 0.739 (dim 1) != 2 (dim 0)",
        "index 73912845 is out of bounds for axis 0 with size 4",
        "'x0_7391284' object is not iterable",
        "module 'numpy' has no attribute 'x0_7391284'",
        "f() got an unexpected keyword argument 'x0_7391284'",
        "list index out of range 0.7391284",
    ],
)
def test_what_holds_a_number_or_an_unknown_name_is_not(text):
    assert not is_usual(text, knows=KNOWN.__contains__)
