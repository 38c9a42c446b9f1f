"""Frames: what goes in comes out, and no bytes whatsoever do harm."""

import json
import struct
import tracemalloc

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.wire import (
    FrameDecoder,
    FrameLimits,
    FunctionRef,
    Opaque,
    WireError,
    encode_frame,
)
from grader.wire.frames import DTYPES, MAGIC, PREFIX

numbers = st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers()
leaves = (
    numbers
    | st.text(max_size=20)
    | st.builds(FunctionRef, st.integers(0, 99))
    | st.builds(Opaque, st.text(max_size=5), st.text(max_size=5))
    | st.sampled_from(sorted(DTYPES)).flatmap(
        lambda name: hnp.arrays(name, hnp.array_shapes(min_dims=0, min_side=0))
    )
)
messages = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def decode(frame, **limits):
    decoder = FrameDecoder(limits=FrameLimits(**limits))
    decoder.feed(frame)
    complete, message = decoder.next_message()
    assert complete
    return message


def same(left, right):
    if isinstance(left, np.ndarray):
        return (
            type(right) is np.ndarray
            and left.dtype == right.dtype
            and left.shape == right.shape
            and left.tobytes() == right.tobytes()
        )
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(
            same(left[k], right[k]) for k in left
        )
    return type(left) is type(right) and repr(left) == repr(right)


def frame_of(header, payload=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return PREFIX.pack(MAGIC, len(text), len(payload)) + text + payload


@given(messages)
def test_what_is_sent_is_what_arrives(message):
    assert same(message, decode(encode_frame(message)))


@given(st.lists(messages, min_size=1, max_size=4), st.integers(1, 64))
def test_frames_may_arrive_in_any_pieces(sent, size):
    stream = b"".join(map(encode_frame, sent))
    decoder = FrameDecoder()
    received = []

    for start in range(0, len(stream), size):
        decoder.feed(stream[start : start + size])
        while (found := decoder.next_message())[0]:
            received.append(found[1])

    assert same(sent, received)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_message_or_a_wire_error(noise):
    decoder = FrameDecoder()
    decoder.feed(noise)
    try:
        decoder.next_message()
    except WireError:
        return


@given(messages, st.data())
def test_a_damaged_frame_gives_a_message_or_a_wire_error(message, data):
    frame = bytearray(encode_frame(message))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(
            st.integers(0, 255)
        )
    decoder = FrameDecoder()
    decoder.feed(bytes(frame))
    try:
        decoder.next_message()
    except WireError:
        return


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["$a", "$f", "$c", "$i", "$o", "$n", "$d", "m", "a"]), inner
        )
    ),
    max_leaves=15,
)


@given(json_values, json_values)
def test_any_header_gives_a_message_or_a_wire_error(message, arrays):
    decoder = FrameDecoder()
    decoder.feed(frame_of({"m": message, "a": arrays}))
    try:
        decoder.next_message()
    except WireError:
        return


@pytest.mark.parametrize(
    ("header", "payload"),
    [
        pytest.param(b"[" * 100_000, b"", id="nested-json"),
        pytest.param(
            {"m": 1, "a": [["float64", [1] * 100]]}, b"12345678", id="rank-100"
        ),
        pytest.param(
            {"m": 1, "a": [["float64", [2]]]}, b"12345678", id="short-payload"
        ),
        pytest.param({"m": 1, "a": []}, b"x", id="payload-left-over"),
        pytest.param({"m": 1, "a": [["object", [1]]]}, b"12345678", id="object-dtype"),
        pytest.param({"m": 1, "a": [["float64", [-1]]]}, b"", id="negative-axis"),
        pytest.param({"m": 1, "a": [["float64", [2**40]]]}, b"", id="huge-axis"),
        pytest.param({"m": 1, "a": [["bool", [0, *[2**27] * 9]]]}, b"", id="overflow"),
        pytest.param({"m": {"$a": 0}, "a": []}, b"", id="no-such-array"),
        pytest.param(
            {"m": {"$a": True}, "a": [["int8", [1]]] * 2}, b"ab", id="bool-index"
        ),
        pytest.param({"m": {"$i": "0x" + "f" * 9999}, "a": []}, b"", id="huge-integer"),
        pytest.param({"m": {"$i": "no"}, "a": []}, b"", id="no-integer"),
        pytest.param({"m": {"$f": "1e9"}, "a": []}, b"", id="finite-tagged"),
        pytest.param({"m": {"$zz": 1}, "a": []}, b"", id="unknown-tag"),
        pytest.param(b'{"m":1,"m":2,"a":[]}', b"", id="key-twice"),
        pytest.param(b'{"m":NaN,"a":[]}', b"", id="nan-constant"),
        pytest.param(b'{"m":1e999,"a":[]}', b"", id="overflowing-number"),
        pytest.param(b'{"m":' + b"9" * 5000 + b',"a":[]}', b"", id="long-integer"),
        pytest.param({"m": 1, "a": [], "x": 2}, b"", id="third-part"),
        pytest.param(b"\xff\xfe", b"", id="not-utf-8"),
    ],
)
def test_a_hostile_frame_is_refused(header, payload):
    with pytest.raises(WireError):
        decode(frame_of(header, payload))


@pytest.mark.parametrize("piece", [b"[],", b"1,", b'{"a":0},'])
def test_millions_of_values_are_refused_before_they_are_made(piece):
    header = b'{"m":[' + piece * 2_000_001 + b'0],"a":[]}'

    tracemalloc.start()
    with pytest.raises(WireError, match="too many values"):
        decode(frame_of(header, b""))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # the bytes themselves, a few times over
    assert peak < 5 * len(header)


def test_a_claimed_length_takes_no_memory():
    decoder = FrameDecoder()
    decoder.feed(struct.pack(">4sIQ", MAGIC, 100, 2**28))

    assert decoder.next_message() == (False, None)


@pytest.mark.parametrize(
    "lengths", [(2**31, 0), (10, 2**40)], ids=["header", "payload"]
)
def test_a_claimed_length_over_the_limit_is_refused_at_once(lengths):
    decoder = FrameDecoder()
    decoder.feed(PREFIX.pack(MAGIC, *lengths))

    with pytest.raises(WireError, match="too large"):
        decoder.next_message()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(object(), id="object"),
        pytest.param({1: 2}, id="int-key"),
        pytest.param(np.array([None]), id="object-array"),
        pytest.param(np.float64(1), id="numpy-scalar"),
        pytest.param(1 << 5000, id="huge-int"),
        pytest.param(b"bytes", id="bytes"),
    ],
)
def test_a_value_that_has_no_place_in_a_frame_can_not_be_sent(value):
    with pytest.raises(WireError):
        encode_frame(value)


# who reads an answer takes one over the limits for a forged one
@given(
    messages,
    st.builds(
        FrameLimits,
        header_bytes=st.integers(10, 200),
        payload_bytes=st.integers(1, 200),
        depth=st.integers(0, 3),
        nodes=st.integers(1, 12),
        arrays=st.integers(0, 2),
        dimensions=st.integers(0, 3),
    ),
)
def test_what_can_be_sent_can_be_read_within_the_same_limits(message, limits):
    try:
        frame = encode_frame(message, limits=limits)
    except WireError:
        return

    assert same(message, decode(frame, **vars(limits)))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([[0] * 500_000, [0] * 500_000], id="a-million-values"),
        pytest.param(["," * 2_000_001], id="two-million-commas"),
        pytest.param([np.zeros(1)] * 65_537, id="many-arrays"),
        pytest.param(np.zeros((1,) * 17), id="many-axes"),
        pytest.param(np.zeros((0, 2**28 + 1)), id="long-axis"),
    ],
)
def test_a_value_that_nobody_would_read_can_not_be_sent(value):
    with pytest.raises(WireError):
        encode_frame(value)


def test_too_deep_a_value_can_not_be_sent():
    value = []
    for _ in range(100):
        value = [value]

    with pytest.raises(WireError, match="nested"):
        encode_frame(value)


def test_a_decoded_array_is_ours_alone():
    array = decode(encode_frame(np.arange(3.0)))

    array[0] = 5

    assert array.flags.writeable
    assert array.base is None or array.base.flags.owndata


def test_an_array_may_be_named_once_only():
    # a list of a million names of a large array would be larger than any limit
    header = {"m": [{"$a": 0}, {"$a": 0}], "a": [["int8", [1]]]}

    with pytest.raises(WireError, match="named twice"):
        decode(frame_of(header, b"x"))
