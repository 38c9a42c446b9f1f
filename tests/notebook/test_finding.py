"""A lab's files are found from where a notebook may lie."""

import shutil
import zipfile
from pathlib import Path

import pytest

from grader.errors import LabError
from grader.notebook import check
from grader.notebook.finding import course_near, places

TINY = Path(__file__).parents[1] / "course/assignments/tiny"
NAMES = {"double": lambda x: 2 * x}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty folder without a course above it."""
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lab_in(folder):
    ignored = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(TINY, folder / "tiny", ignore=ignored)


def zip_in(folder, *, name="tiny.zip", prefix="assignments/tiny"):
    with zipfile.ZipFile(folder / name, "w") as archive:
        for path in (TINY / "lab.toml", TINY / "checks.py", TINY / "tiny.py"):
            archive.write(path, f"{prefix}/{path.name}")
    return folder / name


@pytest.mark.parametrize(
    "place",
    ["assignments", "labs/assignments", "Downloads", "."],
    ids=["course", "course-below", "moved-away", "lab-beside"],
)
def test_a_lab_is_found_from(here, monkeypatch, place):
    lab = lab_in(here / place)
    monkeypatch.chdir(lab if place == "Downloads" else here)

    assert check("tiny", namespace=NAMES).passed == 1


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        pytest.param("tiny.zip", "assignments/tiny", id="as-released"),
        pytest.param("tiny (1).zip", "assignments/tiny", id="downloaded-twice"),
        pytest.param("labs.zip", "spring/assignments/tiny", id="whole-course"),
        pytest.param("tiny.zip", "tiny", id="the-folder-alone"),
    ],
)
def test_a_lab_is_found_in_a_zip_beside_the_notebook(here, name, prefix):
    zip_in(here, name=name, prefix=prefix)

    assert check("tiny", namespace=NAMES).passed == 1
    assert [path.name for path in here.iterdir()] == [name]


def test_a_zip_that_holds_no_lab_is_passed_over(here):
    (here / "tiny-broken.zip").write_bytes(b"PK no zip")
    with zipfile.ZipFile(here / "ada-tiny.zip", "w") as archive:
        archive.writestr("tiny.py", "def double(x): return 3")
    zip_in(here, name="course.zip")

    assert check("tiny", namespace=NAMES).passed == 1


def test_a_member_that_leads_out_of_its_zip_is_written_nowhere(here):
    with zipfile.ZipFile(here / "tiny.zip", "w") as archive:
        archive.writestr("tiny/lab.toml", "")
        archive.writestr("tiny/../../evil.py", "")

    with pytest.raises(LabError, match="are not here"):
        check("tiny", namespace=NAMES)


def test_another_place_is_named_by_the_student(here):
    other = here / "drive"
    other.mkdir()
    archive = zip_in(other, name="old.zip")

    assert check("tiny", course=other, namespace=NAMES).passed == 1
    assert check("tiny", course=str(archive), namespace=NAMES).passed == 1


def test_a_notebook_alone_is_told_in_one_line_what_to_put_beside_it(here):
    with pytest.raises(LabError) as caught:
        check("tiny", namespace=NAMES)

    told = str(caught.value)
    assert "\n" not in told
    assert "put tiny.zip" in told
    assert str(here) in told
    assert 'check("tiny", course="FOLDER")' in told


def test_another_labs_folder_is_not_taken_for_it(here):
    lab_in(here).rename(here / "tiny2")

    with pytest.raises(LabError, match="are not here"):
        check("tiny2", namespace=NAMES)


def test_a_lab_that_changed_in_its_zip_is_read_anew(here):
    archive = zip_in(here)
    check("tiny", namespace=NAMES)
    with zipfile.ZipFile(archive, "w") as changed:
        changed.write(TINY / "lab.toml", "assignments/tiny/lab.toml")
        text = (TINY / "checks.py").read_text().replace("double(2) is 4", "as said")
        changed.writestr("assignments/tiny/checks.py", text)

    assert "as said" in repr(check("tiny", namespace=NAMES))


def test_the_notebooks_own_folder_is_a_place_where_the_program_tells_it(here):
    notebook = here / "nb/tiny.ipynb"
    notebook.parent.mkdir()

    in_vs_code = places({"__vsc_ipynb_file__": str(notebook)}, {})
    in_jupyter = places({}, {"JPY_SESSION_NAME": str(notebook)})
    in_neither = places({}, {"JPY_SESSION_NAME": "a-session-s-number"})

    assert in_vs_code == in_jupyter == [here, here / "nb"]
    assert in_neither == [here]


def test_a_course_that_the_environment_names_wrongly_is_said(here, monkeypatch):
    monkeypatch.setenv("GRADER_COURSE", str(here / "nowhere"))

    with pytest.raises(LabError, match="nowhere"):
        course_near([here], "tiny")
