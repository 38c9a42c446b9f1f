"""Where workers keep what they build once, whoever runs us and whatever may be written."""

import os
import sys
from pathlib import Path

import pytest

from grader.errors import InfrastructureError
from grader.sandbox import launch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="users have numbers")


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Stand in for the temporary directory."""
    fallback = tmp_path / "temporary/grader-cache"
    fallback.parent.mkdir()
    monkeypatch.setattr(launch, "_fallback", lambda: fallback)
    return fallback


@pytest.fixture
def no_home(monkeypatch):
    def unknown(_name):
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr("platformdirs.user_cache_dir", unknown)


def test_a_home_that_may_be_written_to_is_used(temporary, tmp_path, monkeypatch):
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda _name: tmp_path / "home")

    made = launch.made_matplotlib_directory()

    assert made == tmp_path / "home/matplotlib"
    assert made.is_dir()
    assert not temporary.exists()


@pytest.mark.usefixtures("no_home")
def test_who_has_no_home_gets_a_temporary_one(temporary):
    assert launch.made_matplotlib_directory() == temporary / "matplotlib"


def test_who_may_not_write_to_the_home_gets_a_temporary_one(temporary, monkeypatch):
    # nobody, not even root, makes a directory below a file
    home = str(Path(__file__) / "home")
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda _name: home)

    assert launch.made_matplotlib_directory() == temporary / "matplotlib"


@pytest.mark.usefixtures("no_home")
def test_a_temporary_home_that_leads_elsewhere_is_refused(temporary, tmp_path):
    temporary.symlink_to(tmp_path)

    with pytest.raises(InfrastructureError, match="somebody else's"):
        launch.made_matplotlib_directory()


@pytest.mark.usefixtures("no_home")
def test_a_temporary_home_of_somebody_else_is_refused(temporary, monkeypatch):
    temporary.mkdir()
    monkeypatch.setattr(os, "getuid", lambda: temporary.stat().st_uid + 1)

    with pytest.raises(InfrastructureError, match="XDG_CACHE_HOME"):
        launch.made_matplotlib_directory()
