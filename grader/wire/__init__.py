"""What travels between the grading process and the worker. Standard library and NumPy.

A frame is

    4 bytes   b"GRD1"
    4 bytes   length of the header, big-endian unsigned
    8 bytes   length of the payload, big-endian unsigned
    header    JSON, UTF-8: {"m": message, "a": [[dtype, shape], ...]}
    payload   the arrays' bytes, C order, little-endian, one after another

In the message an array is `{"$a": index}`. What JSON can't say is tagged likewise:
`$c` complex, `$f` nan and infinities, `$i` integers of more than 64 bits, `$o` a value
that stays where it is, `$d` a dict whose keys could be taken for tags, `$n` a named
reference to a function of the other side.

Decoding trusts nothing: no pickle, dtypes from a table, every size checked before memory
is taken, depth and counts bounded, trailing or missing bytes refused. Any bytes give a
message or `WireError`. Encoding keeps the same bounds, so whatever it gives can be decoded.
"""

from grader.wire.decoding import FrameDecoder
from grader.wire.frames import FrameLimits, encode_frame
from grader.wire.values import FunctionRef, Opaque, WireError, portable

__all__ = [
    "FrameDecoder",
    "FrameLimits",
    "FunctionRef",
    "Opaque",
    "WireError",
    "encode_frame",
    "portable",
]
