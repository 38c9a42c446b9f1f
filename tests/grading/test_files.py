"""Files that a student's code wrote, through a confined worker."""

import contextlib
import importlib.util

import numpy as np
import pytest

from grader.checks import tensorboard
from grader.domain.lab import Limits
from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome
from grader.grading.view import CheckView

LIMITS = Limits(call_cpu_s=60, submission_cpu_s=120)
WRITES = """
import contextlib
import os
from pathlib import Path

def save(n=1):
    Path("out").mkdir(exist_ok=True)
    for i in range(n):
        Path(f"out/{i}.txt").write_text(f"file {i}")
    # the confined worker refuses that at once
    with contextlib.suppress(OSError):
        os.symlink("/etc/passwd", "out/link")
"""
HOSTILE = """
import os, sys
import numpy as np

def leave():
    frame = sys._getframe()
    while frame is not None and "written" not in frame.f_globals:
        frame = frame.f_back
    frame.f_globals["written"].files = answer

def answer(*_, **__):
    return {"../../etc/passwd": np.zeros(3, np.uint8)}
"""
LOGS = """
import keras
import numpy as np
import tensorflow as tf

def train(directory, epochs=3):
    X, y = np.random.rand(60, 4), np.random.randint(0, 3, 60)
    net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
    net.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    board = keras.callbacks.TensorBoard(directory, histogram_freq=1)
    history = net.fit(
        X, y, epochs=epochs, validation_split=0.5, callbacks=[board], verbose=2
    )
    return history

def by_hand(directory):
    with tf.summary.create_file_writer(directory).as_default():
        for step in range(3):
            tf.summary.scalar("my loss", 0.1 * step, step=step)
            tf.summary.text("words", "none", step=step)

def as_tensorboard_reads(directory):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    board = EventAccumulator(directory).Reload()
    return {
        tag: [[e.step, float(tf.make_ndarray(e.tensor_proto))] for e in board.Tensors(tag)]
        for tag in board.Tags()["tensors"]
        if tag.startswith("epoch")
    }
"""


@pytest.fixture(params=["confined", "plain"])
def written_by(request, submission_of):
    sandbox = request.getfixturevalue(request.param)
    with contextlib.ExitStack() as opened:

        def student(code):
            session = sandbox.session(submission_of(code), limits=LIMITS, seed=1)
            return CheckView(opened.enter_context(session), "any")

        yield student


def test_files_come_back_without_links_and_without_the_source(written_by):
    student = written_by(WRITES)
    student.save(2)

    found = student.files()

    assert {name: content.tobytes() for name, content in found.items()} == {
        "out/0.txt": b"file 0",
        "out/1.txt": b"file 1",
    }


def test_a_code_that_wrote_nothing_has_no_files(written_by):
    assert written_by(WRITES).files() == {}


def test_too_many_files_fail_the_call_and_not_the_worker(written_by):
    student = written_by(WRITES)
    student.save(5)

    with pytest.raises(CallFailed, match="more than 4 files"):
        student.files("out/*", at_most=4)
    assert len(student.files("out/*", at_most=5)) == 5


def test_names_that_lead_out_of_the_directory_are_not_believed(written_by):
    student = written_by(HOSTILE)
    student.leave()

    with pytest.raises(CallFailed, match="no answer"):
        student.files()


@pytest.fixture(scope="module")
def board(keras_sandbox, submission_of):
    if importlib.util.find_spec("tensorboard") is None:
        pytest.skip("tensorboard is not installed")
    submission = submission_of(LOGS)
    with keras_sandbox.session(submission, limits=LIMITS, seed=2) as session:
        assert session.load() == ()
        yield CheckView(session, "any")


@pytest.mark.xdist_group("tensorflow")
def test_kerass_callback_logs_what_the_history_says(board):
    history = board.train("logs/a")
    runs = tensorboard.events(board, "logs/a/**")

    assert tensorboard.equal_to_history(runs, history).outcome is Outcome.PASSED
    other = {**history, "loss": [2 * value for value in history["loss"]]}
    assert tensorboard.equal_to_history(runs, other).outcome is Outcome.FAILED
    assert any("kernel" in tag for tag in runs["logs/a/train"].others)


@pytest.mark.xdist_group("tensorflow")
def test_our_reader_and_tensorboards_find_the_same(board):
    board.train("logs/b")
    ours = tensorboard.events(board, "logs/b/**")["logs/b/train"]
    theirs = board.as_tensorboard_reads("logs/b/train")

    assert len(theirs) >= 2
    for tag, points in theirs.items():
        steps, values = np.array(points).T
        assert ours.curves[tag].steps == tuple(steps)
        np.testing.assert_array_equal(ours.curves[tag].values, values)


@pytest.mark.xdist_group("tensorflow")
def test_a_writer_of_ones_own_is_read_too(board):
    board.by_hand("logs/c")
    (run,) = tensorboard.events(board, "logs/c/**").values()

    assert run.curves["my loss"].steps == (0, 1, 2)
    assert tensorboard.find_curve({"c": run}, [0.0, 0.1, 0.2]) == ("c", "my loss")
    assert run.others == {"words"}
