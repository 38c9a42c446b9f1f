import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.intake import Found, IntakeLimits, Manifest, collect

LABS = ("logic_gates", "regression", "logistic_regression", "mlp")
MORNING = datetime(2026, 5, 1, 8, tzinfo=UTC)


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


@pytest.fixture
def write(tmp_path):
    """Return a function that writes files below `class`, and returns that folder."""

    def run(*names, content="x = 1", hour=None):
        for name in names:
            path = tmp_path / "class" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
            if hour is not None:
                moment = MORNING.replace(hour=hour).timestamp()
                os.utime(path, (moment, moment))
        return tmp_path / "class"

    return run


@pytest.fixture
def gather(tmp_path):
    """Return a function that collects from paths."""
    into = tmp_path / "into"
    into.mkdir()

    def run(*paths, lab=None, **limits):
        limits = IntakeLimits(**limits)
        return collect(paths, labs=LABS, lab=lab, into=into, limits=limits)

    return run


@pytest.fixture
def manifest():
    """Return a function that writes what `grader submit` says of a hand-in."""

    def text(student, lab="logic_gates", suffix=".py", **changes):
        fields = {
            "student": student,
            "lab": lab,
            "file": f"{lab}{suffix}",
            "sha256": "0" * 64,
            "size": 1,
            "submitted_at": MORNING,
            "grader_version": "1",
            "lab_version": "1",
            "python": "3.11",
        }
        return Manifest(**fields | changes).model_dump_json()

    return text
