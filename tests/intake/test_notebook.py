import json
import time

import nbformat
import pytest

from grader.errors import SubmissionError
from grader.intake import IntakeLimits, read
from grader.intake.notebook import notebook_code


def code_of(raw, **limits):
    return notebook_code(raw, name="lab.ipynb", limits=IntakeLimits(**limits))


def document(cells, **changes):
    base = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(base | changes).encode()


def code_cell(source, **changes):
    return {"cell_type": "code", "metadata": {}, "source": source} | changes


def test_cells_are_numbered_among_all_cells_from_one():
    text = {"cell_type": "markdown", "metadata": {}, "source": "# Title"}
    raw = document([text, code_cell("x = 1"), code_cell(""), code_cell("y = 2")])

    cells = code_of(raw).cells

    assert [(cell.index, cell.code) for cell in cells] == [(2, "x = 1"), (4, "y = 2")]


def test_source_may_be_a_string_or_a_list_of_lines():
    raw = document([code_cell("x = 1\ny = 2"), code_cell(["x = 1\n", "y = 2"])])

    first, second = code_of(raw).cells

    assert first.code == second.code == "x = 1\ny = 2"


def test_windows_line_ends_become_newlines():
    assert code_of(document([code_cell("x = 1\r\ny = 2\rz")])).cells[0].code == (
        "x = 1\ny = 2\nz"
    )


def test_notebook_that_jupyter_finds_valid_has_no_faults(notebook):
    raw = notebook("x = 1", "y = 2")
    nbformat.validate(json.loads(raw))

    assert code_of(raw).faults == ()


def test_old_format_gives_the_cells_that_jupyters_own_upgrade_gives():
    old = nbformat.v3.new_notebook(
        worksheets=[
            nbformat.v3.new_worksheet(
                cells=[
                    nbformat.v3.new_heading_cell("Title"),
                    nbformat.v3.new_code_cell("x = 1"),
                    nbformat.v3.new_code_cell("y = x\nz = y"),
                ]
            )
        ]
    )
    upgraded = nbformat.convert(nbformat.from_dict(old), 4)
    expected = [
        (index, cell.source)
        for index, cell in enumerate(upgraded.cells, 1)
        if cell.cell_type == "code"
    ]

    code = code_of(json.dumps(old).encode())

    assert [(cell.index, cell.code) for cell in code.cells] == expected
    assert code.faults[0].message == "repaired: format 3 was read as format 4"


def test_bad_cells_are_left_out_and_named():
    raw = document(
        [
            7,
            {"cell_type": ["code"], "source": "x"},
            code_cell({"a": 1}),
            code_cell(["x", 1]),
            code_cell("x = '\0'"),
            code_cell("x = '\ud800'"),
            code_cell("good = 1"),
        ]
    )

    code = code_of(raw)

    assert [cell.index for cell in code.cells] == [7]
    left_out = [fault.where for fault in code.faults if "left out" in fault.message]
    assert left_out == [f"cell {index}" for index in range(1, 7)]


def test_missing_and_repeated_ids_and_metadata_are_told():
    cells = [
        code_cell("x", id="a"),
        code_cell("y", id="a"),
        code_cell("z"),
        {"cell_type": "code", "source": "w", "id": "b"},
    ]

    faults = code_of(document(cells, nbformat_minor=5)).faults

    assert {fault.message for fault in faults} == {
        "repaired: cell 4 without metadata",
        "repaired: cell 3 without an id",
        "repaired: cell 2 with an earlier cell's id",
    }


def test_faults_of_a_hostile_notebook_are_bounded():
    faults = code_of(document([0] * 10_000)).faults

    # and one that says that there is no code
    assert len(faults) == 51
    assert faults[-1].message == "9951 more faults"


def test_fault_of_a_magic_names_its_cell():
    code = code_of(document([code_cell("x = 1"), code_cell("%%bash\nls")]))

    assert [cell.index for cell in code.cells] == [1]
    assert code.faults[0].where == "cell 2"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"numpy", "line 1 is no JSON", id="a-word"),
        pytest.param(b"\0" * 4096, "is empty", id="nulls"),
        pytest.param(b"<!DOCTYPE html>", "web page", id="web-page"),
        pytest.param(b"PK\x03\x04", "is a zip", id="zip"),
        pytest.param(b"\x80\x81", "is no JSON", id="no-text"),
        pytest.param(b'{\n<<<<<<< HEAD\n"cells"', "merge conflict", id="conflict"),
        pytest.param(b'{"cells": [', "line 1 is no JSON", id="cut-off"),
        pytest.param(b"[" * 100_000, "nested too deeply", id="deep"),
        pytest.param(b'{"a":' * 100_000, "nested too deeply", id="deep-objects"),
        pytest.param(b"[1, 2]", "not a notebook", id="list"),
        pytest.param(b"1" * 10_000, "is no JSON", id="huge-number"),
        pytest.param(b'{"a": 1}', "has no cells", id="other-json"),
        pytest.param(b'{"cells": 3}', "has no cells", id="cells-a-number"),
    ],
)
def test_what_is_no_notebook_is_refused_in_one_line(raw, told):
    with pytest.raises(SubmissionError, match=told) as caught:
        code_of(raw)

    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("lab.ipynb ")


def test_notebook_in_another_language_is_refused(notebook):
    metadata = {"kernelspec": {"name": "ir", "language": "R"}}

    with pytest.raises(SubmissionError, match="notebook in R, expected Python"):
        code_of(notebook("x <- 1", metadata=metadata))


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "python3", "language": "python"}},
        {"language_info": {"name": "ipython"}},
        {"kernelspec": 3, "language_info": {"name": ["R"]}},
        7,
    ],
)
def test_notebook_in_python_or_of_unknown_language_is_read(notebook, metadata):
    assert len(code_of(notebook("x = 1", metadata=metadata)).cells) == 1


def test_code_beyond_its_limit_is_refused(notebook):
    assert code_of(notebook("é" * 50), code_bytes=100).cells

    with pytest.raises(SubmissionError, match="102 bytes of code"):
        code_of(notebook("é" * 51), code_bytes=100)


@pytest.mark.parametrize("value", [b"{},", b"[[", b"1,", b'"ab",'])
def test_millions_of_values_are_refused_before_they_are_made(value):
    with pytest.raises(SubmissionError, match="too many JSON objects"):
        code_of(b"[" + value * 2_000_001 + b"{}]")


def test_more_cells_than_anybody_writes_are_refused():
    with pytest.raises(SubmissionError, match="10,001 cells, expected at most 10,000"):
        code_of(b'{"cells": [' + b"{}," * 10_000 + b"{}]}")


def test_megabytes_of_outputs_are_dropped_in_moments():
    outputs = [{"output_type": "display_data", "data": {"image/png": "A" * 20_000_000}}]
    raw = document([code_cell("x = 1", outputs=outputs)])
    started = time.process_time()

    cells = code_of(raw).cells

    assert cells[0].code == "x = 1"
    assert time.process_time() - started < 5


def test_notebook_named_py_is_read_as_the_notebook_it_is(handed_in, notebook):
    submission = read(handed_in("logic_gates.py", notebook("x = 1")))

    assert submission.kind == "ipynb"
    assert submission.cells[0].code == "x = 1"
    assert "name it .ipynb" in submission.faults[0].message


def test_utf16_and_marked_utf8_notebooks_are_read(notebook):
    text = notebook("x = 1").decode()

    for raw in (b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        assert code_of(raw).cells[0].code == "x = 1"
