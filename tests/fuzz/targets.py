"""What is fuzzed: each reader of hostile bytes, with what must hold whatever they are.

A target takes bytes and raises if a reader breaks its promise. Bytes that begin with an
even byte go to the reader as they are; with an odd one they are the choices by which a
nearly honest input is built, so that blind changes get past the first check.
"""

import copy
import io
import json
import math
import struct
import tempfile
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grader.checks.event_files import entries
from grader.checks.source import forbids, only_calls
from grader.domain.figure_claim import figure_from
from grader.domain.model_claim import KERAS_MODEL, with_models
from grader.domain.model_config import rebuildable
from grader.domain.student import CannotRebuild
from grader.domain.text import clean
from grader.errors import SubmissionError
from grader.intake import IntakeLimits, collect, read, read_manifest, receipt
from grader.intake.names import match_stem, path_component, tell_apart
from grader.intake.reading import code_of
from grader.wire import FrameDecoder, WireError, encode_frame
from grader.wire.frames import MAGIC, PREFIX, FrameLimits

LABS = ("logic_gates", "mlp")
LIMITS = IntakeLimits(archive_bytes=5_000_000, unpacked_bytes=10_000_000)
FRAMES = FrameLimits(header_bytes=2**20, payload_bytes=2**20, nodes=20_000)
FIGURE = {
    "suptitle": "",
    "axes": [
        {
            **dict.fromkeys(("title", "xlabel", "ylabel", "zlabel"), "loss"),
            "xscale": "linear",
            "yscale": "log",
            "colorbar": False,
            "xlim": [0.0, 1.0],
            "ylim": [0.0, 1.0],
            "legend": ["a"],
            "texts": [],
            "series": [
                {
                    "kind": "line",
                    "label": "a",
                    "marker": "",
                    "linestyle": "-",
                    "x": [0.0, 1.0],
                    "y": [1.0, 0.5],
                    "z": [],
                    "colors": [[0, 0, 1, 1]],
                    "reference": False,
                    "visible": True,
                }
            ],
            "surfaces": [
                {
                    "kind": "image",
                    "shape": [1, 2],
                    "levels": [],
                    "extent": [0, 1, 0, 1],
                    "values": [0.5, 1.5],
                }
            ],
        }
    ],
    "width": 2,
    "height": 1,
    "rgba": None,
}
DENSE = {
    "module": "keras.layers",
    "class_name": "Dense",
    "registered_name": None,
    "config": {"name": "d", "units": 2, "activation": "relu", "dtype": "float32"},
}
INPUT = {
    "module": "keras.layers",
    "class_name": "InputLayer",
    "registered_name": None,
    "config": {"batch_shape": [None, 3], "dtype": "float32", "name": "i"},
}
MODEL = {
    "module": "keras",
    "class_name": "Sequential",
    "registered_name": None,
    "config": {"name": "s", "layers": [INPUT, DENSE]},
}
COMPILED = {"loss": "mse", "optimizer": {"class_name": "SGD", "config": {"lr": 0.1}}}
CELL = {
    "cell_type": "code",
    "id": "a",
    "metadata": {},
    "outputs": [],
    "execution_count": None,
    "source": ["%time x = 1\n", "y = 2"],
}
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "cells": [CELL, CELL],
    "metadata": {"kernelspec": {"name": "python3", "language": "python"}},
}
MANIFEST = {
    "schema_version": 1,
    "student": "ada",
    "lab": "mlp",
    "file": "mlp.py",
    "sha256": "0" * 64,
    "size": 3,
    "submitted_at": "2026-05-01T12:00:00Z",
    "grader_version": "1",
    "lab_version": "1",
    "python": "3.11",
}
VALUES: Sequence[object] = (
    *(None, True, 0, -1, 1, 2**63, 10**30, 1.5, -0.0, math.inf, math.nan, 1e308),
    *("", "x", "\0", "\ud800", "\u202e", "é" * 400, "../a", "__lambda__", "{", "!ls"),
    *([], [[]], [1, "a"], {}, {"config": {}}, {"class_name": "Dense"}, "Functional"),
    *("%%time\nx", "x = %\\", "x?", "julia", "code", "raw", "9" * 5000),
)
NAMES = (
    *("mlp.py", "alice/mlp.py", "../mlp.py", "/mlp.py", "C:mlp.py", "\\\\a\\mlp.py"),
    *("bob/mlp.ipynb", "bob/MLP.IPYNB", "a/manifest.json", "manifest.json", "a.zip"),
    *("", ".", "a/", "a//mlp.py", "CON.py", "mlp.py.", "é_mlp.py", "e\u0301_mlp.py"),
    *("a\nb_mlp.py", "\x1b[31m_mlp.py", "\u202emlp.py", "x" * 300 + "_mlp.py"),
    # of platforms' downloads
    *("doe_LATE_1_234567_mlp-1.py", "doe_1_text.html", "anon_x7_23456_mlp.py"),
    *("Jo_5_assignsubmission_file_/mlp.py", "a_assignsubmission_onlinetext_/x.html"),
    *(
        "submission_metadata.yml",
        "submission_1/mlp.py",
        "a/b/mlp.py",
        "a/b/timestamp.txt",
    ),
)


class Choices:
    """Reads decisions off bytes; zeros when they are used up."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return max(0, len(self._data) - self._at)

    def number(self, below: int) -> int:
        taken = self.take(1 if below <= 256 else 2)
        return int.from_bytes(taken, "big") % below

    def take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        self._at += count
        return taken

    def pick(self, options: Sequence[object]) -> object:
        return options[self.number(len(options))]


def mutated(tree: object, choices: Choices) -> object:
    """Return a tree of lists and dicts with some of its places changed."""
    tree = json.loads(json.dumps(tree))
    # copies of copies would grow without end
    copies = 40
    for _ in range(100):
        if not choices.left:
            break
        place, key = None, None
        node = tree
        while isinstance(node, list | dict) and node and choices.number(8):
            keys = list(node) if isinstance(node, dict) else range(len(node))
            place, key = node, choices.pick(keys)
            node = node[key]
        if place is None:
            continue
        match choices.number(4):
            case 0:
                del place[key]
            case 1 if isinstance(place, list) and copies:
                place[key:key] = [node] * copies
                copies = 0
            case 2 if isinstance(node, str):
                place[key] = node + choices.take(6).decode("latin-1")
            case _:
                place[key] = copy.deepcopy(choices.pick(VALUES))
    return tree


def must_be_one_line(error: Exception) -> None:
    if not str(error).isprintable():
        raise AssertionError(repr(error))


def as_json(tree: object) -> bytes:
    return json.dumps(tree).encode()


def check_archive(data: bytes) -> None:
    """Collect a zip and read what it holds: refused or read, in its place."""
    raw = built_zip(Choices(data[1:])) if data[:1] and data[0] % 2 else data[1:]
    with tempfile.TemporaryDirectory() as folder:
        archive, into = Path(folder, "in.zip"), Path(folder, "into")
        archive.write_bytes(raw)
        into.mkdir()
        collected = collect([archive], labs=LABS, lab=None, into=into, limits=LIMITS)
        assert all(one.message.isprintable() for one in collected.refused)
        assert all(one.whose == "submission" for one in collected.refused)
        assert set(Path(folder).iterdir()) == {archive, into}
        assert sum(one.stat().st_size for one in into.rglob("*")) < 2 * 10_000_000
        for found in collected.found:
            assert found.path.resolve().is_relative_to(into)
            assert found.student == path_component(found.student)
            try:
                submission = read(found, limits=LIMITS)
            except SubmissionError as error:
                must_be_one_line(error)
            else:
                submission.model_dump_json()


def built_zip(choices: Choices, depth: int = 0) -> bytes:
    """Return a zip of strange members, with some of its bytes changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for _ in range(choices.number(6)):
            name = str(choices.pick(NAMES))
            content = choices.take(choices.number(40)) * (1 + choices.number(1000))
            if choices.number(4) == 0:
                content = as_json(choices.pick((MANIFEST, NOTEBOOK)))
            if name.endswith(".zip") and depth < 3:
                content = built_zip(choices, depth + 1)
            info = zipfile.ZipInfo("x", (1980 + choices.number(100), 1, 1, 0, 0, 0))
            info.filename = info.orig_filename = name
            info.compress_type = choices.pick((0, 8, 8, 8))
            info.external_attr = int(choices.pick((0, 0o100644, 0o120777, 0o10644)))
            info.external_attr <<= 16
            with warnings.catch_warnings(action="ignore", category=UserWarning):
                archive.writestr(info, content)
    raw = bytearray(buffer.getvalue())
    for _ in range(choices.number(5)):
        # most of what matters stands at the end, in the table of contents
        place = len(raw) - 1 - choices.number(min(len(raw), 600))
        raw[place] = choices.number(256)
    return bytes(raw)


def check_notebook(data: bytes) -> None:
    """Read a notebook: code that a worker and a report can hold, or refused."""
    raw = data[1:]
    if data[:1] and data[0] % 2:
        raw = as_json(mutated(NOTEBOOK, Choices(raw)))
    check_code(raw, ".ipynb")


def check_python(data: bytes) -> None:
    """Read a Python file and look at its syntax tree."""
    for code in check_code(data, ".py"):
        student = type("Student", (), {"source": code})()
        only_calls(student, function="xor", allowed={"nand"})
        forbids(student, names={"GradientTape"}, functions=("xor",))
        forbids(student, names={"compat.v1"})


def check_code(raw: bytes, suffix: str) -> list[str]:
    try:
        code = code_of(raw, suffix=suffix, name="lab", limits=LIMITS)
    except SubmissionError as error:
        must_be_one_line(error)
        return []
    for fault in code.faults:
        assert fault.message.isprintable()
    for cell in code.cells:
        assert "\r" not in cell.code
        assert cell.code.encode() is not None
        assert "\0" not in cell.code
    return [cell.code for cell in code.cells]


def check_frame(data: bytes) -> None:
    """Decode a frame: a WireError, or a message that survives the way back."""
    raw = data[1:]
    if data[:1] and data[0] % 2:
        header, _, payload = raw.partition(b"\xff")
        raw = PREFIX.pack(MAGIC, len(header), len(payload)) + header + payload
    try:
        whole, message = decoded(raw)
    except WireError:
        return
    if whole:
        again = encode_frame(message)
        assert encode_frame(decoded(again)[1]) == again


def decoded(raw: bytes) -> tuple[bool, object]:
    decoder = FrameDecoder(limits=FRAMES)
    decoder.feed(raw)
    return decoder.next_message()


def check_claims(data: bytes) -> None:
    """Read a figure or a model that a worker describes: data of ours or ValueError."""
    choices = Choices(data)
    try:
        if choices.number(2):
            payload = mutated(FIGURE, choices)
            if isinstance(payload, dict) and payload.get("rgba", 0) is None:
                payload["rgba"] = np.zeros((1, 2, 4), np.uint8)
            figure = figure_from(payload)
            assert len(figure.rgba) == 4 * figure.width * figure.height
            return
        model = {
            "architecture": json.dumps(mutated(MODEL, choices)),
            "compiled": json.dumps(COMPILED),
            "weights": [np.zeros(3)],
            "built": True,
            "number": 1,
        }
        (read_back,) = with_models([{KERAS_MODEL: model}])
        assert len(read_back.layers) <= 1000
        assert read_back.same_as(read_back) or "NaN" in model["architecture"]
        as_json(rebuildable(read_back))
    except (ValueError, CannotRebuild):
        return


def check_manifest(data: bytes) -> None:
    """Read a manifest: usable as it is, or refused."""
    raw = data[1:]
    if data[:1] and data[0] % 2:
        raw = as_json(mutated(MANIFEST, Choices(raw)))
    try:
        manifest = read_manifest(raw)
    except SubmissionError as error:
        must_be_one_line(error)
        return
    assert len(receipt(manifest)) == 29
    assert "/" not in manifest.file
    path_component(manifest.student).encode()


def check_events(data: bytes) -> None:
    """Read an event file: entries or ValueError."""
    raw = data[1:]
    if data[:1] and data[0] % 2:
        raw = struct.pack("<QI", len(raw), 0) + raw + b"\0\0\0\0"
    try:
        found = list(entries(raw))
    except ValueError:
        return
    assert all(one.value is None or type(one.value) is float for one in found)


def check_text(data: bytes) -> None:
    """Clean texts and names: printable, bounded, safe as a file's name, and for good."""
    if data[:1] and data[0] % 2:
        # lone halves of pairs among them
        text = data[1 : len(data) // 2 * 2 - 1].decode("utf-16-le", "surrogatepass")
    else:
        text = data[1:].decode("utf-8", "replace")
    for limit in (5, 2000):
        cleaned = clean(text, limit)
        assert len(cleaned) <= limit
        assert not {"\n", "\x1b", "\u202e", "\u2028"} & set(cleaned)
        cleaned.encode()
    name = path_component(text)
    assert name == path_component(name)
    assert len(name.encode()) <= 200
    assert not set(name) & set('/\\:*?"<>|')
    assert name not in {"", ".", ".."}
    assert not any(unicodedata.category(char) == "Cc" for char in name)
    apart = tell_apart([text, text.upper(), text + " "])
    assert len({one.casefold() for one in apart.values()}) == len(apart)
    match_stem(text[:1000], LABS)


@dataclass(frozen=True)
class Target:
    """A reader under test.

    Attributes:
        check: Raises if a promise is broken.
        seeds: Inputs to start from.
    """

    check: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


def honest_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("alice/logic_gates.py", "x = 1\n" * 20)
        archive.writestr("bob/mlp.ipynb", as_json(NOTEBOOK))
        archive.writestr("bob/manifest.json", as_json(MANIFEST))
    return buffer.getvalue()


def honest_frame() -> bytes:
    message = {"id": 1, "replies": [{"value": [np.arange(6.0).reshape(2, 3), 2**70]}]}
    return encode_frame(message)


SCRIPT = b"""# -*- coding: latin-1 -*-
from a import b as c

def nand(a, b): return 1 - a * b

def xor(a, b):
    return nand(nand(a, c.x), (lambda: f'{b!r:>{4}}')())
"""
# an event of step 3 with a tensor and with a plain number
SUMMARY = (
    b"\x10\x03\x2a\x12\x0a\x07\x0a\x01a\x15\0\0\x80?\x0a\x07\x0a\x01b\x42\x02\x08\x01"
)
ODD = b"\x01"
TARGETS = {
    "archive": Target(
        check_archive,
        (b"\0" + honest_zip(), ODD + bytes(range(200)), ODD + bytes(range(255, 0, -1))),
    ),
    "notebook": Target(
        check_notebook, (b"\0" + as_json(NOTEBOOK), ODD, ODD + bytes(range(1, 90)))
    ),
    "python": Target(
        check_python,
        (SCRIPT, b"\xef\xbb\xbf#coding:utf-8\r\rx=1\x0c", b"# coding: rot13"),
    ),
    "frame": Target(
        check_frame,
        (
            b"\0" + honest_frame(),
            ODD + b'{"m":[{"$a":0},{"$f":"nan"},{"$i":"0xff"}],'
            b'"a":[["int16",[2]]]}\xff\x01\x00\x02\x00',
            ODD + b'{"m":{"$d":{"$x":{"$o":["a","b"]}},"n":{"$n":1}},"a":[]}',
            ODD + b'{"m":{"$c":[1.0,{"$f":"-inf"}]},"a":[]}',
        ),
    ),
    "claims": Target(
        check_claims, (b"\0", b"\1", b"\0" + bytes(range(60)), ODD + bytes(range(60)))
    ),
    "manifest": Target(
        check_manifest, (b"\0" + as_json(MANIFEST), ODD, ODD + bytes(range(20)))
    ),
    "events": Target(check_events, (ODD + SUMMARY, ODD + SUMMARY + SUMMARY)),
    "text": Target(
        check_text,
        (b"\0Ada L. \xc3\xa9e\xcc\x81", b"\0con.txt \x1b[31m", ODD + b"a\0\0\xd8.\0"),
    ),
}
