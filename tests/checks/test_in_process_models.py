"""Models and files of code in this very process, as in a student's notebook."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest

from grader.checks import InProcessStudent
from grader.domain.model import ModelData
from grader.domain.student import CallFailed, CannotRebuild
from grader.worker import written

NOTEBOOK = """
import keras
import numpy as np
from grader.checks import CallFailed, InProcessStudent, ModelData
from grader.worker.models import to_plain

def train():
    net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    net.set_weights([np.array([[2.0], [3.0]]), np.array([1.0])])
    return net, keras.callbacks.History()

student = InProcessStudent({"train": train}, to_plain=to_plain)
model, history = student.train()
assert type(model) is ModelData and model.parameters == 3, model
rebuilt = student.rebuilt(model)
assert rebuilt.predict(np.ones((2, 2))).tolist() == [[6.0], [6.0]]
assert rebuilt.penalties() == []
try:
    rebuilt.predict(np.ones((2, 5)))
except CallFailed:
    print("done")
"""


def test_without_keras_there_is_nothing_to_rebuild_with():
    with pytest.raises(CannotRebuild, match="not imported"):
        InProcessStudent({}).rebuilt(ModelData({}))


@pytest.mark.xdist_group("tensorflow")
@pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is None, reason="TensorFlow is not installed"
)
def test_a_notebooks_own_keras_rebuilds():
    done = subprocess.run(
        [sys.executable, "-c", NOTEBOOK],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.stdout.strip() == "done", done.stderr


def test_files_are_read_where_the_student_says(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    student = InProcessStudent(
        {},
        read_files=lambda pattern, most: written.files(tmp_path, pattern, at_most=most),
    )

    assert student.files()["a.txt"].tobytes() == b"a"
    assert student.replaced({"f": len}).files("b*") == {}
    with pytest.raises(CallFailed, match="more than 0 files"):
        student.files(at_most=0)


def test_without_a_reader_there_are_no_files():
    assert InProcessStudent({}).files() == {}


def test_a_claim_that_is_no_model_fails_the_call():
    student = InProcessStudent({"f": lambda: {"keras model": 3}})

    with pytest.raises(CallFailed):
        student.f()


def test_arrays_and_numbers_pass_as_before():
    student = InProcessStudent({"f": lambda: (np.ones(2), {"n": 1})})

    assert student.f()[1] == {"n": 1}
