"""The files that students start from, as `.py` and as notebook."""

import json
from typing import Any

import jupytext

from grader.labs.regions import stub_of

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def stub_files(name: str, solution: str) -> dict[str, str]:
    """Return file name to content of a lab's stubs; the same bytes on each call.

    Raises:
        LabError: If the solution's regions are broken.
    """
    stub = stub_of(solution)
    return {f"{name}.py": stub, f"{name}.ipynb": notebook_of(name, stub)}


def notebook_of(name: str, code: str) -> str:
    """Return a percent-format script as a notebook that ends with a self-check.

    Args:
        name: The lab, for the last cell.
        code: Python with `# %%` cell marks.
    """
    notebook = jupytext.reads(code, fmt="py:percent")
    cells = [_cell(number, cell) for number, cell in enumerate(notebook.cells, start=1)]
    check = f'from grader.notebook import check\n\ncheck("{name}")'
    cells.append(_code(len(cells) + 1, check))
    content = {
        "cells": cells,
        "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _cell(number: int, cell: Any) -> dict[str, Any]:
    if cell.cell_type == "code":
        return _code(number, cell.source)
    return {
        "cell_type": cell.cell_type,
        # jupytext draws random ids; ours make the notebook repeatable
        "id": f"cell-{number}",
        "metadata": {},
        "source": cell.source.splitlines(keepends=True),
    }


def _code(number: int, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"cell-{number}",
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }
