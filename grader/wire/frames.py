"""The form of a frame, its limits, and how a message is put into one.

The limits hold on both sides: what is encoded can be decoded (`decoding`). Who decodes a
student's answer takes one over the limits for a forged one, so it must not be sent.
"""

import json
import math
import struct
from collections.abc import Sequence
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
TOO_MANY_VALUES = "the message has too many values"


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

    def check_header(self, header: bytes) -> None:
        """Raise WireError for JSON with more values than `nodes` allows.

        Counted before a parser makes objects of them: each value but the last of a list
        or dict has a comma behind it, and each list or dict a bracket. Those in texts
        count too.
        """
        if sum(map(header.count, (b",", b"[", b"{"))) > 2 * self.nodes:
            raise WireError(TOO_MANY_VALUES)

    def allow_shape(self, shape: Sequence[Any]) -> bool:
        """Return whether an array may have these axes.

        A zero-sized axis beside a huge one takes no memory but breaks `reshape`.
        """
        return len(shape) <= self.dimensions and all(
            type(n) is int and 0 <= n <= self.payload_bytes for n in shape
        )


DEFAULT_LIMITS = FrameLimits()


class _Encoder:
    """Turns values into JSON, collecting arrays on the way."""

    def __init__(self, limits: FrameLimits) -> None:
        self.limits = limits
        self.specs: list[tuple[str, tuple[int, ...]]] = []
        self.buffers: list[bytes] = []
        # the message itself
        self.nodes = 1

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
            self._count(len(value))
            return [self.node(item, depth + 1) for item in value]
        if kind is dict:
            return self._mapping(value, depth)
        if kind is np.ndarray:
            return self._array(value)
        return self._tagged(value, depth)

    def _count(self, values: int) -> None:
        self.nodes += values
        if self.nodes > self.limits.nodes:
            raise WireError(TOO_MANY_VALUES)

    def _tagged(self, value: Any, depth: int) -> dict[str, Any]:
        if type(value) is complex:
            self._count(2)
            return {"$c": [self.node(p, depth + 1) for p in (value.real, value.imag)]}
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
        self._count(len(value))
        content = {key: self.node(item, depth + 1) for key, item in value.items()}
        return {"$d": content} if any(k.startswith("$") for k in content) else content

    def _array(self, value: np.ndarray[Any, Any]) -> dict[str, int]:
        name = value.dtype.name
        if name not in DTYPES:
            raise WireError(f"an array of dtype {name} can't be sent")
        if not self.limits.allow_shape(value.shape):
            raise WireError(f"an array of shape {value.shape} can't be sent")
        if len(self.specs) >= self.limits.arrays:
            raise WireError(f"more than {self.limits.arrays} arrays can't be sent")
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
    limits.check_header(header)
    payload = sum(map(len, encoder.buffers))
    if len(header) > limits.header_bytes or payload > limits.payload_bytes:
        raise WireError(f"a message of {len(header) + payload} bytes is too large")
    prefix = PREFIX.pack(MAGIC, len(header), payload)
    return b"".join((prefix, header, *encoder.buffers))
