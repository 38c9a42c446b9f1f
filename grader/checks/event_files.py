"""Read TensorBoard's event files from bytes that a student's code wrote.

An own reader, because the bytes are hostile and the grading process has no TensorFlow: a
file is a row of records (length, checksum, message, checksum), a message is a protocol
buffer of which four kinds matter. Everything is a slice of the bytes that are there, so
memory is bounded by the file; the number of messages is bounded too. Checksums are not
looked at: who could write a wrong value could write its checksum.

Source: tensorflow/core/lib/io/record_writer.h (records); event.proto, summary.proto,
tensor.proto and types.proto of TensorFlow (numbers of fields and types);
protobuf.dev/programming-guides/encoding (wire types).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_EVENTS = 100_000
# of all events: an empty value is two bytes in the file and a hundred here
MAX_VALUES = 100_000
MAX_TAG = 300
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
# DataType of types.proto -> how numbers of that type are laid out
CONTENT = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8", 19: "<f2"}
# where a TensorProto keeps them if not as content: float_val, double_val
NUMBERS = {5: ("<f4", FIXED32), 6: ("<f8", FIXED64)}
WHOLE_NUMBERS = (7, 10)

Field = tuple[int, int, Any]


@dataclass(frozen=True)
class Entry:
    """One value that was logged.

    Attributes:
        tag: Its name.
        step: When.
        value: The number; None for a histogram, an image, a text or a graph.
    """

    tag: str
    step: int
    value: float | None


def entries(content: bytes) -> Iterator[Entry]:
    """Yield what an event file says, in its order.

    A record that is cut off ends the file: its writer may have been stopped.

    Raises:
        ValueError: If the bytes are no event file.
    """
    values = 0
    for count, record in enumerate(_records(content)):
        if count >= MAX_EVENTS:
            msg = f"there are more than {MAX_EVENTS} events"
            raise ValueError(msg)
        for entry in _event(record):
            values += 1
            if values > MAX_VALUES:
                msg = f"there are more than {MAX_VALUES} values"
                raise ValueError(msg)
            yield entry


def _records(content: bytes) -> Iterator[bytes]:
    position = 0
    while position + 12 <= len(content):
        (length,) = struct.unpack_from("<Q", content, position)
        start = position + 12
        position = start + length + 4
        if position > len(content):
            return
        yield content[start : start + length]


def _event(message: bytes) -> Iterator[Entry]:
    step, summary = 0, b""
    for number, kind, value in _fields(message):
        if (number, kind) == (2, VARINT):
            # int64 as two's complement
            step = value - 2**64 if value >= 2**63 else value
        elif (number, kind) == (5, BYTES):
            summary = value
    for number, kind, value in _fields(summary):
        if (number, kind) == (1, BYTES):
            yield _entry(value, step)


def _entry(message: bytes, step: int) -> Entry:
    tag, found = "", None
    for number, kind, value in _fields(message):
        if (number, kind) == (1, BYTES):
            tag = value[:MAX_TAG].decode("utf-8", errors="replace")
        elif (number, kind) == (2, FIXED32):
            (found,) = struct.unpack("<f", value)
        elif (number, kind) == (8, BYTES):
            found = _scalar(value)
    return Entry(tag, step, found)


def _scalar(message: bytes) -> float | None:
    """Return a tensor's number if it is one number without axes, else None."""
    dtype, numbers, axes = 0, [], False
    content = b""
    for number, kind, value in _fields(message):
        if (number, kind) == (1, VARINT):
            dtype = value
        elif (number, kind) == (2, BYTES):
            axes = any(field == 2 for field, _, _ in _fields(value))
        elif (number, kind) == (4, BYTES):
            content = value
        elif number in NUMBERS and kind in (BYTES, NUMBERS[number][1]):
            numbers += _unpacked(value, NUMBERS[number][0])
        elif number in WHOLE_NUMBERS and kind == VARINT:
            numbers.append(float(value - 2**64 if value >= 2**63 else value))
    if content and dtype in CONTENT:
        numbers = _unpacked(content, CONTENT[dtype])
    return numbers[0] if len(numbers) == 1 and not axes else None


def _unpacked(content: bytes, layout: str) -> list[float]:
    """Return the numbers of a packed field; none if there is more than one."""
    if len(content) != np.dtype(layout).itemsize:
        return []
    return [float(np.frombuffer(content, layout)[0])]


def _fields(message: bytes) -> Iterator[Field]:
    """Yield (number, wire type, value) of a message's fields."""
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, position = _varint(message, position)
            yield number, kind, value
            continue
        if kind == BYTES:
            length, position = _varint(message, position)
        elif kind in (FIXED32, FIXED64):
            length = 4 if kind == FIXED32 else 8
        else:
            msg = f"a field has the wire type {kind}"
            raise ValueError(msg)
        if position + length > len(message):
            msg = "a field is longer than its message"
            raise ValueError(msg)
        yield number, kind, message[position : position + length]
        position += length


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if position >= len(message):
            break
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (2**64 - 1), position
    msg = "a number does not end"
    raise ValueError(msg)
