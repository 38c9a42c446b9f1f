import json
import zipfile
from pathlib import Path

import pytest

from grader.intake import Found


def notebook_bytes(*sources, **changes):
    """Return a notebook of code cells in format 4.5, as Jupyter writes it."""
    cells = [
        {
            "cell_type": "code",
            "id": f"id-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(sources)
    ]
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document | changes).encode()


@pytest.fixture
def notebook():
    return notebook_bytes


@pytest.fixture
def handed_in(tmp_path):
    """Return a function that writes bytes to a file and returns what `collect` would."""

    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return Found(student="alice", lab="logic_gates", path=path)

    return write


@pytest.fixture
def make_zip(tmp_path):
    """Return a function that writes a zip of names and contents."""

    def write(name, members, *, method=zipfile.ZIP_DEFLATED):
        path = Path(tmp_path, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", method) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return path

    return write
