import pytest

from grader.domain.student import CallFailed, Reply
from grader.domain.submission import Fault
from grader.domain.verdict import Outcome
from grader.grading.curtain import WITHHELD, Curtain
from grader.wire import Opaque

SOURCE = """import numpy as np

def xor(a, b):
    raise ValueError("shapes differ")
class Net: ...
"""
FAULTS = (Fault(where="line 3", message="NameError: name 'nq' is not defined"),)


def shown(message, *, quoted=True):
    curtain = Curtain(source=SOURCE, solution="def nand(a, b): ...", faults=FAULTS)
    failure = curtain.before(CallFailed(Outcome.RAISED, message, quoted=quoted))
    assert failure.outcome is Outcome.RAISED
    assert curtain.withheld == ([] if failure.message == message else [message])
    return failure.message


@pytest.mark.parametrize(
    "message",
    [
        "ZeroDivisionError: division by zero (line 4)",
        "ZeroDivisionError: division by zero (cell 12, line 4)",
        "ValueError: shapes differ (line 4)",
        "AssertionError (line 2)",
        "EOFError: your code asks for input, which nobody answers here (line 2)",
        "NameError: name 'np' is not defined (line 4)",
        "there is no nand in your file",
        "not written yet",
        f"xor was not reached: the file stopped at line 3, {FAULTS[0].message}",
    ],
)
def test_words_that_were_there_before_the_inputs_are_shown(message):
    assert shown(message) == message


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("ValueError: 0.123456 (line 4)", f"ValueError (line 4); {WITHHELD}"),
        ("ValueError: 0.123456 (line 123456)", f"ValueError; {WITHHELD}"),
        ("ValueError (line 123456)", "ValueError"),
        ("E123456: boom (line 4)", f"it raised an error (line 4); {WITHHELD}"),
        ("0.123456", f"it raised an error; {WITHHELD}"),
        ("there is no x123456 in your file", f"it raised an error; {WITHHELD}"),
        ("NameError: name 'x1' is not defined", f"NameError; {WITHHELD}"),
        (
            "NameError: name 'np' is not defined. Did you mean: '0.1'?",
            f"NameError; {WITHHELD}",
        ),
        (
            "xor was not reached: the file stopped at line 3, ValueError: 0.1",
            f"it raised an error; {WITHHELD}",
        ),
        ("ValueError: shapes", f"ValueError; {WITHHELD}"),
        ("ValueError: ", "ValueError: "),
    ],
)
def test_words_that_could_hold_an_input_are_withheld(message, left):
    assert shown(message) == left


def test_what_the_grading_process_says_itself_is_shown():
    message = "your code crashed Python (SIGSEGV)"

    assert shown(message, quoted=False) == message


def test_types_and_warnings_of_the_students_have_no_words():
    curtain = Curtain(source=SOURCE)
    reply = Reply(
        value=[{"a": Opaque("T123456", "")}, Opaque("Net", "<Net>"), 1.5],
        warnings=(
            "RuntimeWarning: overflow encountered in exp",
            "RuntimeWarning: overflow encountered in x123456",
            "UserWarning: 0.123456",
            "W123456: 0.1",
        ),
    )

    plain = curtain.of_reply(reply)

    assert plain.value == [{"a": Opaque("object", "")}, Opaque("Net", "<Net>"), 1.5]
    assert plain.warnings == (
        "RuntimeWarning: overflow encountered in exp",
        "RuntimeWarning: …",
        "UserWarning: …",
        "Warning: …",
    )
