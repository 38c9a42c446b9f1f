import json

import pytest

from grader.errors import SubmissionError
from grader.intake import IntakeLimits
from grader.intake.mending import text_of
from grader.intake.notebook import notebook_code

LINES = ("x = 1\n", 'say = "[{ \\" }]"\n', "def f():\n    return {1: [2]}\n", "y = 2\n")


def code_of(raw):
    return notebook_code(raw, name="lab.ipynb", limits=IntakeLimits())


def whole(*, source_last):
    """Return a notebook with its fields in Jupyter's order, or in Colab's."""
    cells = []
    for number, line in enumerate(LINES):
        cell = {"cell_type": "code", "metadata": {"tags": [f"t{number}"]}}
        outputs = {"outputs": [{"data": {"text/plain": ["{", "]"]}}]}
        source = {"source": [line]}
        cells.append(cell | (outputs | source if source_last else source | outputs))
    rest = {"metadata": {"k": [{"a": [1]}]}, "nbformat": 4, "nbformat_minor": 4}
    document = {"cells": cells} | rest if source_last else rest | {"cells": cells}
    return json.dumps(document, indent=1).encode()


@pytest.mark.parametrize("source_last", [True, False], ids=["jupyter", "colab"])
def test_wherever_a_file_is_cut_off_its_whole_cells_are_read_and_no_part_of_one(
    source_last,
):
    raw = whole(source_last=source_last)
    most = 0
    for end in range(1, len(raw) - 1):
        try:
            found = code_of(raw[:end])
        except SubmissionError:
            assert most == 0, "a longer piece has no fewer cells"
            continue
        codes = [cell.code for cell in found.cells]
        assert codes == list(LINES[: len(codes)])
        assert len(codes) >= most
        assert len(codes) == len(LINES) or "cut off after" in found.faults[0].message
        most = len(codes)

    assert most == len(LINES)


def test_of_a_file_with_one_sign_lost_no_cell_is_read_as_another():
    raw = whole(source_last=True)
    for position in range(0, len(raw), 3):
        try:
            found = code_of(raw[:position] + raw[position + 1 :])
        except SubmissionError:
            continue
        lines = {cell.code for cell in found.cells}
        # a sign lost within a source is a student's typing error
        assert len(lines - set(LINES)) <= 1


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        pytest.param("# потери по шагам", "cp1251", "Windows-1251", id="russian"),
        pytest.param("# über die Nähe: größer", "cp1252", "Windows-1252", id="german"),
        pytest.param("# déjà vu: “a”", "cp1252", "Windows-1252", id="french"),
    ],
)
def test_text_in_an_encoding_of_windows_is_read_as_what_it_looks_like(
    text, encoding, told
):
    found, notes = text_of(text.encode(encoding))

    assert found == text
    assert told in notes[0]


def test_utf_8_with_a_broken_byte_stays_utf_8():
    found, notes = text_of("потери".encode() + b"\xff" + "шаги".encode())

    assert found == "потери\ufffdшаги"
    assert notes == ("repaired: 1 of its bytes is no UTF-8",)


def test_both_sides_of_a_conflict_are_tried():
    lower = b'"y = 2"]}], "nbformat": 4, "metadata": {}}\n'
    raw = (
        b'{"cells": [{"cell_type": "code", "metadata": {}, "source": [\n<<<<<<< HEAD\n"'
    )
    raw += b"\n||||||| base\n=======\n" + lower + b">>>>>>> theirs\n"

    found = code_of(raw)

    assert [cell.code for cell in found.cells] == ["y = 2"]
    assert "the lower one was read" in found.faults[0].message


def test_metadata_before_the_cut_still_tell_the_language():
    raw = b'{"nbformat": 4, "metadata": {"kernelspec": {"language": "R"}}, "cells": ['
    raw += b'{"cell_type": "code", "source": "x <- 1", "metadata": {}}, {"cell'

    with pytest.raises(SubmissionError, match="notebook in R"):
        code_of(raw)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b'{"cells": [' + b'"",' * 1_500_000, id="strings"),
        pytest.param(b'{"cells": [' + b'"' + b"\\" * 10_000_001, id="escapes"),
        pytest.param(
            b'{"cells": [\n' + b"<<<<<<< \n=======\n" * 300_000, id="conflicts"
        ),
        pytest.param(b'{"cells": [{"source": "' + b"a" * 20_000_000, id="one-string"),
    ],
)
def test_megabytes_of_a_broken_file_are_refused_without_waiting(raw):
    with pytest.raises(SubmissionError, match="is not a notebook"):
        code_of(raw)


def test_python_in_a_notebooks_clothes_is_read_as_python():
    found = code_of(b"\xef\xbb\xbfimport numpy\r\n\r\ndef f():\r\n    return 1\r\n")

    assert (found.kind, len(found.cells)) == ("py", 1)
    assert found.cells[0].code == "import numpy\n\ndef f():\n    return 1\n"
    assert "name it .py" in found.faults[0].message
