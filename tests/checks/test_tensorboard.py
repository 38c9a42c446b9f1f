"""Event files, written by hand here as the format's description says."""

import struct

import numpy as np
import pytest

from grader.checks import InProcessStudent, tensorboard
from grader.checks.event_files import MAX_EVENTS, MAX_VALUES, Entry, entries
from grader.checks.tensorboard import Curve, Run
from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome


def varint(number):
    number %= 2**64
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def part(number, content):
    """A field of bytes (wire type 2)."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def whole(number, value):
    return varint(number << 3) + varint(value)


def record(message):
    return struct.pack("<QI", len(message), 0) + message + bytes(4)


def event(step, *values):
    return record(whole(2, step) + part(5, b"".join(part(1, one) for one in values)))


def tensor(tag, content):
    return part(1, tag.encode()) + part(8, content)


def float_content(value):
    return whole(1, 1) + part(2, b"") + part(4, struct.pack("<f", value))


def loss(step, value, tag="epoch_loss"):
    return event(step, tensor(tag, float_content(value)))


VERSION = record(part(3, b"brain.Event:2"))


def student_with(files):
    arrays = {name: np.frombuffer(content, np.uint8) for name, content in files.items()}
    return InProcessStudent({}, read_files=lambda *_: arrays)


def curve(values, first=0):
    return Curve(tuple(range(first, first + len(values))), tuple(values))


@pytest.mark.parametrize(
    ("content", "value"),
    [
        pytest.param(float_content(0.25), 0.25, id="content"),
        pytest.param(whole(1, 2) + part(4, struct.pack("<d", 0.1)), 0.1, id="double"),
        pytest.param(
            whole(1, 1) + varint(5 << 3 | 5) + struct.pack("<f", 0.5),
            0.5,
            id="float_val",
        ),
        pytest.param(whole(1, 1) + part(5, struct.pack("<f", 2)), 2.0, id="packed"),
        pytest.param(whole(1, 9) + whole(10, -3), -3.0, id="negative-int64"),
        pytest.param(whole(1, 1) + part(4, bytes(8)), None, id="two-numbers"),
        pytest.param(
            float_content(1) + part(2, part(2, whole(1, 1))), None, id="one-axis"
        ),
        pytest.param(whole(1, 7) + part(8, b"text"), None, id="text"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_a_tensor_of_one_number_is_that_number(content, value):
    assert list(entries(event(3, tensor("t", content)))) == [Entry("t", 3, value)]


def test_a_simple_value_is_read_too():
    message = part(1, b"t") + varint(2 << 3 | 5) + struct.pack("<f", 1.5)

    assert list(entries(VERSION + event(-1, message))) == [Entry("t", -1, 1.5)]


def test_a_record_that_is_cut_off_ends_the_file():
    whole_file = loss(0, 1.0) + loss(1, 0.5)

    for length in range(len(loss(0, 1.0)), len(whole_file)):
        assert [one.step for one in entries(whole_file[:length])] == [0]


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"\xff" * 20, id="endless-number"),
        pytest.param(b"\x0b", id="unknown-wire-type"),
        pytest.param(b"\x2a\x7f", id="longer-than-the-message"),
        pytest.param(b"\x10", id="no-value"),
    ],
)
def test_what_is_no_message_is_refused(message):
    with pytest.raises(ValueError, match=r"field|number"):
        list(entries(record(message)))


def test_any_bytes_are_entries_or_a_value_error():
    rng = np.random.default_rng(3)
    for _ in range(300):
        content = bytearray(loss(0, 1.0) + loss(1, 0.5))
        for place in rng.integers(0, len(content), 3):
            content[place] = rng.integers(0, 256)
        try:
            found = list(entries(bytes(content)))
        except ValueError:
            continue
        assert len(found) <= 2


def test_too_many_events_are_refused():
    with pytest.raises(ValueError, match="events"):
        list(entries(record(b"") * (MAX_EVENTS + 1)))


def test_too_many_values_in_few_events_are_refused():
    nothing = [b""] * (MAX_VALUES // 2)

    assert len(list(entries(event(1, *nothing) * 2))) == MAX_VALUES
    with pytest.raises(ValueError, match="values"):
        list(entries(event(1, *nothing) * 2 + event(2, b"")))


def test_runs_are_directories_and_curves_are_sorted_by_step():
    student = student_with(
        {
            "logs/train/events.out.tfevents.1.v2": VERSION
            + loss(1, 0.5)
            + loss(0, 1.0),
            "logs/validation/events.out.tfevents.2.v2": loss(0, 2.0),
            "logs/train/notes.txt": b"not an event",
        }
    )

    runs = tensorboard.events(student)

    assert runs == {
        "logs/train": Run({"epoch_loss": curve([1.0, 0.5])}),
        "logs/validation": Run({"epoch_loss": curve([2.0])}),
    }


def test_a_training_that_was_started_again_counts_with_its_last_values():
    student = student_with(
        {
            "train/tfevents.1": loss(0, 9.0) + loss(1, 8.0),
            "train/tfevents.2": loss(0, 1.0) + loss(1, 0.5),
        }
    )

    assert tensorboard.events(student)["train"].curves["epoch_loss"] == curve([1, 0.5])


def test_a_histogram_is_a_tag_without_a_curve():
    student = student_with({"tfevents": event(0, tensor("kernel", b""))})

    assert tensorboard.events(student)["."].others == {"kernel"}


def test_a_broken_file_is_the_students_problem():
    with pytest.raises(CallFailed, match="can't be read"):
        tensorboard.events(student_with({"tfevents": record(b"\xff" * 20)}))


def test_files_too_large_to_read_are_refused():
    with pytest.raises(CallFailed, match="larger than"):
        tensorboard.events(student_with({"tfevents": bytes(8 * 2**20 + 1)}))


HISTORY = {"loss": [1.0, 0.5], "val_loss": [2.0, 1.5]}
RUNS = {
    "logs/train": Run({"epoch_loss": curve([1.0, 0.5])}),
    "logs/validation": Run({"epoch_loss": curve([2.0, 1.5])}),
}


def with_train(found):
    return {**RUNS, "logs/train": Run({"epoch_loss": found})}


def test_logs_of_the_same_training_pass():
    assert tensorboard.equal_to_history(RUNS, HISTORY).outcome is Outcome.PASSED
    one_based = with_train(curve([1.0, 0.5 * (1 + 5e-7)], first=1))
    assert tensorboard.equal_to_history(one_based, HISTORY).credit == 1


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        pytest.param({}, "no curve epoch_loss in a run called train", id="nothing"),
        pytest.param({"logs": RUNS["logs/train"]}, "no curve", id="other-directory"),
        pytest.param(
            {"logs/train": RUNS["logs/train"]}, "called validation", id="no-validation"
        ),
        pytest.param(with_train(curve([1.0, 0.6])), "other values", id="other-value"),
        pytest.param(with_train(curve([1.0, np.nan])), "other values", id="nan"),
        pytest.param(with_train(curve([1.0])), "1 points for 2 epochs", id="too-few"),
        pytest.param(
            with_train(Curve((0, 2), (1.0, 0.5))), "count its steps", id="gap"
        ),
        pytest.param(with_train(curve([1.0, 0.5], 5)), "count its steps", id="late"),
    ],
)
def test_other_logs_fail_and_say_why(runs, told):
    verdict = tensorboard.equal_to_history(runs, HISTORY)

    assert verdict.outcome is Outcome.FAILED
    assert told in verdict.feedback


def test_no_history_is_no_evidence():
    assert tensorboard.equal_to_history(RUNS, {}).outcome is Outcome.FAILED


def test_one_of_several_runs_may_be_the_right_one():
    runs = {"a/train": Run({"epoch_loss": curve([7.0, 7.0])}), **RUNS}

    assert tensorboard.equal_to_history(runs, HISTORY).outcome is Outcome.PASSED


def test_a_curve_is_found_whatever_it_is_called():
    assert tensorboard.find_curve(RUNS, [2.0, 1.5]) == ("logs/validation", "epoch_loss")
    assert tensorboard.find_curve(RUNS, [2.0]) is None
    assert tensorboard.find_curve({}, [2.0]) is None
