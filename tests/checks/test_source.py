import pytest

from grader.checks import InProcessStudent, Outcome, Verdict, source
from grader.errors import LabError


def student_of(code):
    return InProcessStudent({}, source=code)


def only_nand(code):
    return source.only_calls(student_of(code), function="f", allowed={"nand"})


@pytest.mark.parametrize(
    "code",
    [
        "def f(a, b):\n    '''Doc.'''\n    c = nand(a, b)\n    return nand(c, c), c",
        (
            "def f(a: int, b: list[int] = 0) -> tuple[int, int]:\n"
            "    x: int = nand(a, b)\n    pass\n    return [x, *(x, 1)]"
        ),
        "f = lambda a, b: nand(nand(a, a), nand(b, b))",
        "def g(a, b): return nand(a, b)\nf = g",
        "def f(a, b): return a + b\ndef f(a, b): return nand(a, b)",
        "def f(a, b): return (c := nand(a, b))",
        "def inv(a): return nand(a, a)\ndef f(a, b): return inv(nand(a, b))",
        "def inv(a): return f(a, a)\ndef f(a, b): return nand(inv(a), b=b)",
        (
            "if True:\n    def f(a, b): return nand(a, b)\nelse:\n    f = nand_all\n"
            "def f(a, b): return nand(a, b)"
        ),
        "import f_helpers\nf: object = lambda a: nand(a, a)",
    ],
)
def test_circuits_of_nand_alone_pass(code):
    assert only_nand(code) == Verdict.passed()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("def f(a, b):\n  return a ^ b", "line 2 uses an arithmetic or bit operator"),
        ("def f(a, b): return a and b", "uses `and` or `or`"),
        ("def f(a, b): return not a", "uses `not`, `-` or `~`"),
        ("def f(a, b): return a != b", "uses a comparison"),
        ("def f(a, b): return nand(a, b) if a else b", "uses a condition"),
        ("def f(a, b):\n  if a: return b", "line 2 uses a condition"),
        ("def f(a, b):\n  match a:\n    case 0: return b", "line 2 uses a condition"),
        ("def f(a, b):\n  a += 1\n  return a", "line 2 uses an arithmetic"),
        ("def f(a, b): return {0: 1}[a]", "uses indexing"),
        ("def f(a, b): return [1, 0][a]", "uses indexing"),
        ("def f(a, b): return a.__xor__(b)", "calls a.__xor__"),
        ("def f(a, b): return (lambda: 1)()", "calls something else"),
        ("def f(a, b):\n  for i in a: nand(a, b)", "uses a loop"),
        ("def f(a, b):\n  while a: nand(a, b)", "uses a loop"),
        ("def f(a, b): return [a for _ in b]", "uses ListComp"),
        ("def f(a, b): return xor(a, b)", "calls xor"),
        (
            "def f(a, b):\n  nand = max\n  return nand(a, b)",
            "gives nand another meaning",
        ),
        ("def f(a, nand): return nand(a, a)", "gives nand another meaning"),
        ("def f(a, b=max(1, 2)): return nand(a, b)", "computes a default value"),
        ("def f(a, *, b=-1): return nand(a, b)", "computes a default value"),
        ("@cache\ndef f(a, b): return nand(a, b)", "line 2 decorates it"),
        ("def f(a, b): return nand(a, b)\nf = make()", "something else than `def`"),
        ("def f(a, b): return nand(a, b)\nfrom x import f", "else than `def`"),
        ("def f(a, b): return nand(a, b)\nf, g = 1, 2", "else than `def`"),
        ("def f(a, b): return nand(a, b)\nf = unknown", "else than `def`"),
        ("def f(a, b): return nand(a, b)\nclass f: pass", "else than `def`"),
        ("async def f(a, b): return nand(a, b)", "else than `def`"),
        ("def f(a, b): return nand(a, b)\nf += 1", "else than `def`"),
        (
            "def f(a, b): return nand(a, b)\nif x:\n  def f(a, b): return a ^ b",
            "line 3 uses",
        ),
        (
            (
                "try:\n  pass\nexcept Exception:\n  def f(a, b): return a ^ b\n"
                "match 1:\n  case 1:\n    def f(a, b): return nand(a, b)"
            ),
            "line 4 uses",
        ),
        ("def inv(a): return 1 - a\ndef f(a): return inv(nand(a, a))", "line 1 uses"),
        ("def g(a, b): return a ^ b\nf = g", "line 1 uses"),
    ],
)
def test_anything_else_is_told_with_its_line(code, sentence):
    verdict = only_nand(code)

    assert verdict.outcome is Outcome.FAILED
    assert verdict.feedback.startswith("f may only call nand, but line ")
    assert sentence in verdict.feedback


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("x = 1", "there is no function f in your file"),
        (
            "def f(a, b):\n  'Doc.'\n  raise NotImplementedError('T2')",
            "not written yet",
        ),
        ("def f(a, b): raise NotImplementedError", "not written yet"),
    ],
)
def test_a_stub_is_not_attempted(code, message):
    verdict = only_nand(code)

    assert verdict.outcome is Outcome.NOT_ATTEMPTED
    assert message in verdict.feedback


@pytest.mark.parametrize(
    "body", ["raise ValueError", "raise", "x = nand(a, b)\n  raise NotImplementedError"]
)
def test_other_raises_are_no_stub(body):
    assert only_nand(f"def f(a, b):\n  {body}").outcome is Outcome.FAILED


def no_tape(code, functions=None, names=("GradientTape", "compat.v1")):
    return source.forbids(student_of(code), names=names, functions=functions)


@pytest.mark.parametrize(
    "code",
    [
        "import numpy, tensorflow as tf\nx = tf.constant(1)",
        "# GradientTape\n'''GradientTape'''\nmy_GradientTape = 1",
        "text = 'GradientTape'",
        "tf.compat.v2.v1",
        "getattr(tf, name)",
    ],
)
def test_code_without_the_names_passes(code):
    assert no_tape(code) == Verdict.passed()


@pytest.mark.parametrize(
    "code",
    [
        "with tf.GradientTape() as tape: pass",
        "tf.compat.v1.Session()",
        "import tensorflow.compat.v1 as tf",
        "from tensorflow import GradientTape",
        "from tensorflow import GradientTape as T",
        "from tensorflow.compat import v1",
        "from . import GradientTape",
        "from tensorflow import *\nGradientTape()",
        "GradientTape = 3",
        "getattr(tf, 'GradientTape')",
        "importlib.import_module('tensorflow.compat.v1')",
        "f().GradientTape",
        "import tensorflow.compat as c\nc.v1.x",
    ],
)
def test_each_way_to_use_a_name_is_found(code):
    verdict = no_tape(code)

    assert verdict.outcome is Outcome.FAILED
    assert verdict.feedback.startswith("line ")
    assert verdict.feedback.endswith(", which this task does not allow.")


def test_only_the_named_functions_and_what_they_call_are_read():
    code = (
        "from tensorflow import GradientTape as T\n"
        "def free(): return T()\n"
        "def helper(): return T()\n"
        "table = [helper]\n"
        "def f(): return table[0]()\n"
        "def g(): return 1\n"
    )

    assert no_tape(code, ("g",)) == Verdict.passed()
    assert no_tape(code, ("f",)).feedback.startswith("line 3 uses GradientTape")
    assert no_tape(code, ("missing",)).outcome is Outcome.NOT_ATTEMPTED


def test_functions_that_call_each_other_are_read_once():
    code = "def f(): return g()\ndef g(): return f()"

    assert no_tape(code, ("f",)) == Verdict.passed()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("def f(:", "your code is not valid Python in line 1."),
        ("x = '\0'", "your code "),
        ("x" * 100_001, "your code is longer than 100000 characters."),
        ("-" * 50_000 + "1", "your code "),
        ("x = " + "(" * 5000, "your code "),
        ("x = 1" + " + 1" * 30_000, "your code "),
    ],
    ids=["syntax", "null byte", "long", "minuses", "brackets", "sum"],
)
def test_what_can_not_be_read_fails_closed(code, sentence):
    for verdict in (only_nand(code), no_tape(code)):
        assert verdict.credit == 0
        assert verdict.feedback.startswith((sentence, "there is no function"))


def test_deep_nesting_fails_closed():
    code = "if x: pass\n" + "elif x: pass\n" * 1500 + "def f(a): return nand(a, a)"

    for verdict in (only_nand(code), no_tape(code, ("f",))):
        assert verdict.outcome is Outcome.FAILED
        assert verdict.feedback == "your code is nested too deeply to be read."


def test_an_invalid_escape_is_no_reason_to_fail():
    assert no_tape("x = '\\d'") == Verdict.passed()


@pytest.mark.parametrize("names", [(), "GradientTape"])
def test_names_are_a_set(names):
    with pytest.raises(LabError, match="set of names"):
        no_tape("", names=names)


def test_something_must_be_allowed():
    with pytest.raises(LabError, match="no call is allowed"):
        source.only_calls(student_of(""), function="f", allowed=())


SCRATCH = """
import numpy as np
import tensorflow as tf
W = np.ones(2)
with tf.GradientTape() as tape:
    L = W.sum()
W = tape.gradient(L, W)
"""


@pytest.mark.parametrize(
    ("function", "outcome"),
    [
        pytest.param("def f(W): return W.T", Outcome.PASSED, id="parameter"),
        pytest.param("def f(x):\n    W = x\n    return W", Outcome.PASSED, id="local"),
        pytest.param("def f(x): return W", Outcome.FAILED, id="the-modules-own"),
        pytest.param("def f(x, d=W): return d", Outcome.FAILED, id="default"),
        pytest.param(
            "def f(x):\n    global W\n    W = x\n    return W",
            Outcome.FAILED,
            id="global",
        ),
    ],
)
def test_a_scratch_cells_name_is_not_a_functions_own(function, outcome):
    student = InProcessStudent({}, source=f"{SCRATCH}\n\n{function}\n")

    verdict = source.forbids(student, names={"GradientTape"}, functions=("f",))

    assert verdict.outcome is outcome
