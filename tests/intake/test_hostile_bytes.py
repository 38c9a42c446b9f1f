"""Whatever the bytes: a value or a SubmissionError of one line, never anything else."""

import io
import json
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.domain.submission import Submission
from grader.errors import SubmissionError
from grader.intake import IntakeLimits, collect, read, read_manifest
from grader.intake.magics import plain_python
from grader.intake.reading import code_of

LABS = ("logic_gates", "mlp")
LIMITS = IntakeLimits()

# what breaks parsers, more often than chance would try it
PIECES = st.sampled_from(
    [
        *"%!?,;/=()[]{}\"'\\\n\t #:",
        *("\f", "\r", "\x1c", "\u2028", "\0", "\ufeff", "\u202e", "\ud800"),
        *("%%time", "%%bash", "%time ", "x = ", "!ls", "foo?", ">>> ", "In [1]: "),
        *("...: ", "if x:", "    ", '"""', "f'{", "def f(", "# coding: ", "\\\n"),
    ]
)
CODE = st.lists(PIECES | st.text(max_size=3), max_size=20).map("".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | CODE,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)
CELLS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "cell_type": st.sampled_from(["code", "markdown", "raw"]) | JSON,
            "source": CODE | st.lists(CODE, max_size=3) | JSON,
            "input": CODE | JSON,
            "id": st.sampled_from(["a", "b"]) | JSON,
            "metadata": st.just({}) | JSON,
            "outputs": JSON,
        },
    )
    | JSON,
    max_size=5,
)
NOTEBOOKS = st.fixed_dictionaries(
    {},
    optional={
        "nbformat": st.integers(-1, 6) | JSON,
        "nbformat_minor": st.integers(0, 6) | JSON,
        "metadata": st.fixed_dictionaries(
            {}, optional={"kernelspec": JSON, "language_info": JSON}
        )
        | JSON,
        "cells": CELLS | JSON,
        "worksheets": st.lists(
            st.fixed_dictionaries({"cells": CELLS | JSON}), max_size=2
        )
        | JSON,
    },
)

# the machine may be busy, and each run tries the same
FUZZ = settings(deadline=None, derandomize=True, max_examples=400)


def outcome(action):
    """Return what an action gives, or its SubmissionError; let anything else through."""
    try:
        return action()
    except SubmissionError as error:
        return error


def is_one_line(error):
    return isinstance(error, SubmissionError) and str(error).isprintable()


def is_code(result):
    """Whether code and faults are such as the worker and the report can hold."""
    texts = [cell.code for cell in result.cells]
    texts += [fault.message + fault.where for fault in result.faults]
    return all(text.encode() is not None for text in texts)


@given(st.binary() | CODE.map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"# coding: utf-8-sig\n\xff")
@example(b"\xef\xbb\xbf")
@example(b"\xff\xfe")
@example(b'{"nbformat"')
@FUZZ
@pytest.mark.parametrize("suffix", [".py", ".ipynb"])
def test_any_bytes_are_code_or_refused(suffix, raw):
    result = outcome(lambda: code_of(raw, suffix=suffix, name="lab", limits=LIMITS))

    assert is_one_line(result) or is_code(result)


@given(NOTEBOOKS)
@FUZZ
def test_any_json_is_a_notebook_or_refused(document):
    raw = json.dumps(document).encode()

    result = outcome(lambda: code_of(raw, suffix=".ipynb", name="lab", limits=LIMITS))

    assert is_one_line(result) or is_code(result)


@given(CODE.filter(lambda code: "\0" not in code))
@FUZZ
def test_any_cell_keeps_its_number_of_lines_or_is_left_out(code):
    code = code.replace("\r", "\n")

    plain = plain_python(code)

    assert plain.code == "" or plain.code.count("\n") == code.count("\n")


@given(st.binary(max_size=200))
@FUZZ
def test_any_bytes_are_a_manifest_or_refused(raw):
    result = outcome(lambda: read_manifest(raw))

    assert is_one_line(result) or result.schema_version == 1


def zipped():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("alice/logic_gates.py", "x = 1\n" * 20)
        archive.writestr("bob/mlp.ipynb", '{"cells": []}')
    return content.getvalue()


def changed(raw, changes, keep):
    """Return bytes with some of them replaced, and the end cut off."""
    content = bytearray(raw)
    for position, value in changes:
        content[position % len(content)] = value
    return bytes(content[: len(content) - keep])


HONEST = zipped()
CHANGED = st.builds(
    changed,
    st.just(HONEST),
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 255)), max_size=6),
    st.sampled_from([0, 0, 0, 1, 22, 100]),
)


@given(CHANGED | st.binary())
@FUZZ
@example(HONEST)
def test_any_bytes_named_zip_are_collected_or_refused(raw):
    with tempfile.TemporaryDirectory() as folder:
        given_path, into = Path(folder, "in.zip"), Path(folder, "into")
        given_path.write_bytes(raw)
        into.mkdir()

        collected = collect([given_path], labs=LABS, lab=None, into=into)
        read_back = [outcome(lambda one=one: read(one)) for one in collected.found]

        assert collected.found or collected.refused or collected.ignored or raw
        assert all(one.message.isprintable() for one in collected.refused)
        assert all(one.whose == "submission" for one in collected.refused)
        assert all(is_one_line(one) or isinstance(one, Submission) for one in read_back)
        assert set(Path(folder).iterdir()) == {given_path, into}


def test_no_single_changed_byte_of_a_zip_breaks_the_batch(tmp_path):
    path = tmp_path / "in.zip"
    for position in range(len(HONEST)):
        for value in (0, 1, 0x80, 0xFF):
            path.write_bytes(changed(HONEST, [(position, value)], 0))

            collected = collect([path], labs=LABS, lab=None, into=tmp_path)

            assert all(one.whose == "submission" for one in collected.refused)
