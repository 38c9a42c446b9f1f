"""The Russian of this course, and what collects its messages."""

import importlib.util
import sys
from pathlib import Path

import pytest

from grader.labs.course import Course
from grader.labs.translations import course_language

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def russian():
    """Russian with the catalogues of all labs."""
    return course_language(Course(ROOT), "ru")


@pytest.fixture(scope="session")
def extract():
    """The maintainers' script beside this file."""
    spec = importlib.util.spec_from_file_location(
        "messages_extract", Path(__file__).with_name("extract.py")
    )
    module = importlib.util.module_from_spec(spec)
    # dataclasses look their module up
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
