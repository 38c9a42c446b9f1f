"""Functions of ours: a worker calls those that it was given, by their numbers."""

import pytest

from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome
from grader.errors import InfrastructureError
from grader.sandbox.answers import Breach
from grader.sandbox.callbacks import Callbacks
from grader.wire import FunctionRef


def asked(callback, *args):
    return {"callback": callback, "args": list(args), "kwargs": {}}


def test_a_function_among_the_arguments_travels_as_a_number():
    callbacks = Callbacks()

    sent = callbacks.sent([1, {"k": lambda x: x + 1}])

    assert sent == [1, {"k": FunctionRef(1)}]
    assert callbacks.answer(asked(1, 41)) == {"value": 42}


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(asked(2), id="another-number"),
        pytest.param(asked(True), id="truth"),
        pytest.param(asked([1]), id="list"),
        pytest.param({"callback": 1, "args": {}, "kwargs": {}}, id="no-list"),
        pytest.param({"callback": 1}, id="no-arguments"),
    ],
)
def test_what_was_not_lent_can_not_be_called(message):
    callbacks = Callbacks()
    callbacks.lent({"f": lambda: 7})

    with pytest.raises(Breach) as caught:
        callbacks.answer(message)

    assert caught.value.kind == "calls_what_was_not_lent"


def test_a_function_is_lent_for_one_question_only():
    callbacks = Callbacks()
    callbacks.lent({"f": lambda: 7})
    callbacks.clear()

    with pytest.raises(Breach):
        callbacks.answer(asked(1))


def test_what_a_function_of_ours_raises_is_told():
    def failing():
        raise CallFailed(Outcome.RAISED, "no value")

    callbacks = Callbacks()
    callbacks.lent({"f": failing, "g": lambda: 1 / 0})

    assert callbacks.answer(asked(1)) == {"raise": "no value"}
    assert callbacks.answer(asked(2)) == {
        "raise": "ZeroDivisionError: division by zero"
    }


def test_a_function_that_can_not_be_had_is_nobodys_answer():
    def lost():
        raise InfrastructureError("no lender")

    callbacks = Callbacks()
    callbacks.lent({"f": lost})

    with pytest.raises(InfrastructureError):
        callbacks.answer(asked(1))
