"""Stubs as notebooks."""

import json

import nbformat

from grader.labs.stubs import notebook_of, stub_files

CODE = """# %% [markdown]
# # A lab
# Read this.

# %%
x = 1
"""


def test_a_stub_notebook_is_valid_and_ends_with_a_self_check():
    notebook = nbformat.reads(notebook_of("tiny", CODE), as_version=4)

    nbformat.validate(notebook)
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "code", "code"]
    assert notebook.cells[0].source == "# A lab\nRead this."
    assert 'check("tiny")' in notebook.cells[-1].source


def test_the_same_source_gives_the_same_bytes():
    solution = CODE + "# solution T1: go\n# end solution\n"

    assert stub_files("tiny", solution) == stub_files("tiny", solution)


def test_a_stub_notebook_carries_no_output_and_no_machine():
    content = json.loads(notebook_of("tiny", CODE))

    assert all(cell.get("outputs", []) == [] for cell in content["cells"])
    assert set(content["metadata"]) == {"kernelspec", "language_info"}
