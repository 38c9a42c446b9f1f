"""Frames: one message with its arrays, encoded and decoded without trust."""

import json
import math
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.wire.values import FunctionRef, Opaque, WireError

MAGIC = b"GRD1"
PREFIX = struct.Struct(">4sIQ")
# looked up, never built: np.dtype() of hostile text is a parser we need not expose
DTYPES = {
    name: np.dtype(name).newbyteorder("<")
    for name in (
        *("bool", "int8", "int16", "int32", "int64"),
        *("uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64", "complex64", "complex128"),
    )
}
INT64 = 2**63
MAX_INT_BITS = 4096


@dataclass(frozen=True)
class FrameLimits:
    """What a frame may cost.

    Attributes:
        header_bytes: Length of the JSON header.
        payload_bytes: Bytes of all arrays together.
        depth: Nesting of lists and dicts.
        nodes: Values in the message.
        arrays: Arrays in the frame.
        dimensions: Axes of one array.
    """

    header_bytes: int = 16 * 2**20
    payload_bytes: int = 256 * 2**20
    depth: int = 32
    nodes: int = 1_000_000
    arrays: int = 65_536
    dimensions: int = 16


DEFAULT_LIMITS = FrameLimits()


class _Encoder:
    """Turns values into JSON, collecting arrays on the way."""

    def __init__(self, limits: FrameLimits) -> None:
        self.limits = limits
        self.specs: list[tuple[str, tuple[int, ...]]] = []
        self.buffers: list[bytes] = []

    def node(self, value: Any, depth: int = 0) -> Any:
        if depth > self.limits.depth:
            raise WireError(f"nested deeper than {self.limits.depth}")
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            return value if -INT64 <= value < INT64 else self._big(value)
        if kind is float:
            return value if math.isfinite(value) else {"$f": repr(value)}
        if kind is list or kind is tuple:
            return [self.node(item, depth + 1) for item in value]
        if kind is dict:
            return self._mapping(value, depth)
        if kind is np.ndarray:
            return self._array(value)
        return self._tagged(value)

    def _tagged(self, value: Any) -> dict[str, Any]:
        if type(value) is complex:
            return {"$c": [self.node(value.real), self.node(value.imag)]}
        if type(value) is FunctionRef:
            return {"$n": value.id}
        if type(value) is Opaque:
            return {"$o": [value.type_name, value.text]}
        raise WireError(f"a {type(value).__name__} can't be sent")

    @staticmethod
    def _big(value: int) -> dict[str, str]:
        if value.bit_length() > MAX_INT_BITS:
            raise WireError(f"an integer of {value.bit_length()} bits can't be sent")
        return {"$i": hex(value)}

    def _mapping(self, value: dict[Any, Any], depth: int) -> dict[str, Any]:
        if any(type(key) is not str for key in value):
            raise WireError("a dict with keys other than strings can't be sent")
        content = {key: self.node(item, depth + 1) for key, item in value.items()}
        return {"$d": content} if any(k.startswith("$") for k in content) else content

    def _array(self, value: np.ndarray[Any, Any]) -> dict[str, int]:
        name = value.dtype.name
        if name not in DTYPES:
            raise WireError(f"an array of dtype {name} can't be sent")
        self.specs.append((name, value.shape))
        self.buffers.append(value.astype(DTYPES[name], copy=False).tobytes("C"))
        return {"$a": len(self.specs) - 1}


def encode_frame(message: Any, *, limits: FrameLimits = DEFAULT_LIMITS) -> bytes:
    """Return a message as one frame.

    Args:
        message: None, bool, int, float, complex, str, list, tuple, dict with string
            keys, `numpy.ndarray` of a numeric dtype, `FunctionRef` or `Opaque`, nested.
        limits: What the frame may cost.

    Raises:
        WireError: If a value is none of these or a limit is passed.
    """
    encoder = _Encoder(limits)
    tree = {"m": encoder.node(message), "a": encoder.specs}
    header = json.dumps(tree, allow_nan=False, separators=(",", ":")).encode()
    payload = sum(map(len, encoder.buffers))
    if len(header) > limits.header_bytes or payload > limits.payload_bytes:
        raise WireError(f"a message of {len(header) + payload} bytes is too large")
    prefix = PREFIX.pack(MAGIC, len(header), payload)
    return b"".join((prefix, header, *encoder.buffers))


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
    # counted before a parser makes objects of them: each value but the last of a list or
    # dict has a comma behind it, and each list or dict a bracket
    if sum(map(header.count, (b",", b"[", b"{"))) > 2 * limits.nodes:
        raise WireError("the message has too many values")
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
        case [str(name), list(shape)] if (
            name in DTYPES and len(shape) <= limits.dimensions
        ):
            # a zero-sized axis beside a huge one takes no memory but breaks reshape
            if all(type(n) is int and 0 <= n <= limits.payload_bytes for n in shape):
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
