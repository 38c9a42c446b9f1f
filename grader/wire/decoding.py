"""Take messages out of bytes that anybody may have sent, without trust."""

import json
import math
from typing import Any

import numpy as np

from grader.wire.frames import (
    DEFAULT_LIMITS,
    DTYPES,
    MAGIC,
    MAX_INT_BITS,
    PREFIX,
    FrameLimits,
)
from grader.wire.values import FunctionRef, Opaque, WireError


class _Decoder:
    """Turns checked JSON back into values."""

    def __init__(self, arrays: list[Any], limits: FrameLimits) -> None:
        self.arrays = arrays
        self.limits = limits
        self.nodes = 0

    def node(self, tree: Any, depth: int = 0) -> Any:
        self.nodes += 1
        if depth > self.limits.depth or self.nodes > self.limits.nodes:
            raise WireError("the message is nested too deeply or has too many values")
        if type(tree) is list:
            return [self.node(item, depth + 1) for item in tree]
        if type(tree) is dict:
            if len(tree) == 1:
                ((key, content),) = tree.items()
                if key.startswith("$"):
                    return self._tagged(key, content, depth)
            return {key: self.node(item, depth + 1) for key, item in tree.items()}
        if type(tree) is float and not math.isfinite(tree):
            raise WireError("a number overflows")
        return tree

    def _array(self, index: int) -> Any:
        """Return an array, once: a list of a million names of it would be huge."""
        found, self.arrays[index] = self.arrays[index], None
        if found is None:
            raise WireError("an array is named twice")
        return found

    def _tagged(self, tag: str, content: Any, depth: int) -> Any:
        match tag, content:
            case "$a", int(index) if type(index) is int and 0 <= index < len(
                self.arrays
            ):
                return self._array(index)
            case "$f", "nan" | "inf" | "-inf":
                return float(content)
            case "$c", [real, imaginary]:
                parts = self.node(real, depth + 1), self.node(imaginary, depth + 1)
                if all(type(part) is float for part in parts):
                    return complex(*parts)
            case "$i", str(digits) if len(digits) <= MAX_INT_BITS // 4 + 3:
                return _hexadecimal(digits)
            case "$o", [str(name), str(text)]:
                return Opaque(name, text)
            case "$n", int(reference) if type(reference) is int:
                return FunctionRef(reference)
            case "$d", dict(items):
                return {key: self.node(item, depth + 1) for key, item in items.items()}
        raise WireError(f"the tag {tag[:8]!r} has no such content")


def _hexadecimal(digits: str) -> int:
    try:
        return int(digits, 16)
    except ValueError as error:
        raise WireError("an integer is not hexadecimal") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise WireError("a key stands twice")
    return content


def _refuse(constant: str) -> Any:
    raise WireError(f"{constant} is not JSON")


def _parse(header: bytes, limits: FrameLimits) -> tuple[Any, list[Any]]:
    limits.check_header(header)
    try:
        tree = json.loads(header, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise WireError("the header is not JSON") from error
    match tree:
        case {"m": message, "a": list(specs)} if len(tree) == 2:
            return message, specs
    raise WireError("the header has not the two parts of a frame")


def _arrays(
    specs: list[Any], payload: bytes | bytearray, limits: FrameLimits
) -> list[np.ndarray[Any, Any]]:
    if len(specs) > limits.arrays:
        raise WireError(f"{len(specs)} arrays are too many")
    arrays, offset = [], 0
    for spec in specs:
        dtype, shape = _checked_spec(spec, limits)
        count = math.prod(shape)
        end = offset + count * dtype.itemsize
        if end > len(payload):
            raise WireError("an array is larger than its payload")
        arrays.append(_array_at(payload, offset, dtype, shape))
        offset = end
    if offset != len(payload):
        raise WireError("the payload is larger than its arrays")
    return arrays


def _array_at(
    payload: bytes | bytearray,
    offset: int,
    dtype: np.dtype[Any],
    shape: tuple[int, ...],
) -> np.ndarray[Any, Any]:
    native = dtype.newbyteorder("=")
    try:
        if math.prod(shape) == 0:
            return np.zeros(shape, native)
        flat = np.frombuffer(payload, dtype, math.prod(shape), offset)
        return flat.reshape(shape).astype(native)
    except ValueError as error:
        # NumPy limits the product of the axes even where one of them is zero
        raise WireError("an array has an impossible shape") from error


def _checked_spec(
    spec: Any, limits: FrameLimits
) -> tuple[np.dtype[Any], tuple[int, ...]]:
    match spec:
        case [str(name), list(shape)] if name in DTYPES and limits.allow_shape(shape):
            return DTYPES[name], tuple(shape)
    raise WireError("an array has no dtype and shape of ours")


class FrameDecoder:
    """Reads frames from bytes as they arrive.

    Memory grows with the bytes that came, never with a length that was claimed.
    """

    def __init__(self, *, limits: FrameLimits = DEFAULT_LIMITS) -> None:
        """Start with nothing received."""
        self._limits = limits
        self._buffer = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Add received bytes."""
        self._buffer += chunk

    def next_message(self) -> tuple[bool, Any]:
        """Return (True, message) if a whole frame is there, else (False, None).

        Raises:
            WireError: If the bytes are no frame of ours; the stream is then useless.
        """
        if len(self._buffer) < PREFIX.size:
            return False, None
        magic, header_length, payload_length = PREFIX.unpack_from(self._buffer)
        if magic != MAGIC:
            raise WireError("the bytes are no frame")
        if (
            header_length > self._limits.header_bytes
            or payload_length > self._limits.payload_bytes
        ):
            raise WireError(
                f"a frame of {header_length + payload_length} bytes is too large"
            )
        body = PREFIX.size + header_length
        end = body + payload_length
        if len(self._buffer) < end:
            return False, None
        message, specs = _parse(bytes(self._buffer[PREFIX.size : body]), self._limits)
        payload = self._buffer[body:end]
        # before the arrays are copied out: a payload is there twice, not three times
        del self._buffer[:end]
        arrays = _arrays(specs, payload, self._limits)
        try:
            return True, _Decoder(arrays, self._limits).node(message)
        except RecursionError as error:
            raise WireError("the message is nested too deeply") from error
