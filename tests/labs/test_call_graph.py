from grader.labs.call_graph import reaching

SOURCE = """
import numpy as np

RATE = 0.1


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(X, w):
    return sigmoid(X @ w)


class Net:
    def predict(self, X):
        return forward(X, self.w) > 0.5


def net():
    return Net()


def by_name(name):
    return globals()["sigmoid"](name)


def step(w):
    return w - RATE


table = {"step": step}


def recursive(n):
    return recursive(n - 1)
"""


def test_a_function_reaches_what_it_calls_through_others():
    assert reaching(SOURCE, ["sigmoid"]) == {
        *("sigmoid", "forward", "Net", "net"),
        "by_name",
    }


def test_a_function_does_not_reach_what_calls_it():
    assert reaching(SOURCE, ["net"]) == {"net"}


def test_functions_are_reached_through_tables_of_them():
    assert reaching(SOURCE + "\ndef run(): table['x']()", ["step"]) == {
        *("step", "table", "run"),
    }


def test_constants_are_names_as_well():
    assert reaching(SOURCE, ["RATE"]) == {"RATE", "step", "table"}


def test_recursion_ends():
    assert reaching(SOURCE, ["recursive"]) == {"recursive"}


def test_several_changes_reach_what_each_of_them_does():
    assert reaching(SOURCE, ["net", "step"]) == {"net", "step", "table"}


def test_a_text_that_looks_like_a_name_is_a_text():
    layer = 'def build(): return Dense(10, activation="sigmoid")'

    assert "build" not in reaching(SOURCE + layer, ["sigmoid"])
