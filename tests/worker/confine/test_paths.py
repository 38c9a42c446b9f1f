import sys
import sysconfig
from pathlib import Path

import pytest

from grader.worker.confine import paths

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def layout(tmp_path, monkeypatch):
    """Lay out an interpreter and a checkout anew; return a function that asks."""

    def found(*, prefix, checkout, on_path):
        library = tmp_path / prefix / "lib" / "python3"
        for path in (library, *(tmp_path / entry for entry in on_path)):
            path.mkdir(parents=True, exist_ok=True)
        module = tmp_path / checkout / "grader" / "worker" / "confine" / "paths.py"
        monkeypatch.setattr(paths, "__file__", str(module))
        monkeypatch.setattr(paths, "SYSTEM_PATHS", ())
        monkeypatch.setattr(sys, "prefix", str(tmp_path / prefix))
        monkeypatch.setattr(sys, "base_prefix", str(tmp_path / prefix))
        monkeypatch.setattr(sys, "path", [str(tmp_path / entry) for entry in on_path])
        monkeypatch.setattr(sysconfig, "get_path", lambda _: str(library))
        listed = paths.runtime_paths.__wrapped__()
        return {str(Path(path).relative_to(tmp_path)) for path in listed}

    return found


def test_an_editable_install_does_not_show_the_solutions():
    for listed in paths.runtime_paths():
        assert not (ROOT / "reference").is_relative_to(listed)
        assert not (ROOT / "grader").is_relative_to(listed)


def test_numpy_and_the_standard_library_are_readable():
    listed = [Path(path) for path in paths.runtime_paths()]

    for name in ("numpy", "inspect"):
        file = Path(__import__(name).__file__).resolve()
        assert any(file.is_relative_to(path) for path in listed)


def test_every_path_exists_and_none_is_below_another():
    listed = [Path(path) for path in paths.runtime_paths()]

    assert all(path.exists() for path in listed)
    assert not any(path in other.parents for path in listed for other in listed)


def test_checkout_inside_the_prefix_is_not_shown(layout):
    found = layout(
        prefix="usr", checkout="usr/src/app", on_path=["usr/src/app", "usr/share/py"]
    )

    assert found == {"usr/lib", "usr/share/py"}


def test_a_part_of_the_checkout_is_not_shown(layout):
    found = layout(
        prefix="usr", checkout="usr/src/app", on_path=["usr/src/app/reference"]
    )

    assert found == {"usr/lib"}


def test_what_holds_the_checkout_is_not_shown(layout):
    found = layout(prefix="usr", checkout="usr/src/app", on_path=["usr/src"])

    assert found == {"usr/lib"}


def test_an_environment_inside_the_checkout_is_shown(layout):
    site = "app/.venv/lib/python3/site-packages"

    found = layout(prefix="app/.venv", checkout="app", on_path=["app", site])

    assert found == {"app/.venv/lib"}


def test_directories_outside_the_prefix_are_not_shown(layout):
    found = layout(prefix="usr", checkout="elsewhere", on_path=["home/me/lib", "usr/x"])

    assert found == {"usr/lib", "usr/x"}


def test_grader_among_the_packages_hides_none_of_them(layout):
    found = layout(prefix="usr", checkout="usr/lib/python3", on_path=[])

    assert found == {"usr/lib"}
