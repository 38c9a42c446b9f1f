"""Handing in, as a student does it, and verifying the receipt, as a teacher does."""

import json
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.main import main
from grader.errors import InfrastructureError

COURSE = Path(__file__).parents[1] / "course"
RIGHT = (COURSE / "reference/tiny/tiny.py").read_text()
HALF = "def double(x):\n    return x + x\n"


@pytest.fixture
def grader(tmp_path, monkeypatch):
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    for name in ("GRADER_STUDENT", "GRADER_DROP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("getpass.getuser", lambda: "ada")

    def run(*arguments, **options):
        arguments = ["--course", str(COURSE), *map(str, arguments)]
        return CliRunner().invoke(main, arguments, catch_exceptions=False, **options)

    return run


@pytest.fixture
def work(tmp_path, grader):
    """Return a function that writes the student's file."""
    del grader

    def write(code):
        path = tmp_path / "home" / "tiny.py"
        path.write_text(code)
        return path

    return write


@pytest.fixture
def at_a_terminal(monkeypatch):
    monkeypatch.setattr("grader.cli.submit._asks", lambda: True)


def test_a_student_hands_in_and_the_teacher_verifies_the_receipt(
    grader, work, tmp_path
):
    work(RIGHT)
    (tmp_path / "drop").mkdir()

    done = grader("submit", "--to", tmp_path / "drop")
    code = done.output.split("receipt    ")[1].split()[0]
    verified = grader("receipt", code, tmp_path / "drop")

    assert (done.exit_code, verified.exit_code) == (0, 0)
    assert "1 of 1 public checks pass" in done.output
    assert "ada (your login name; --name changes it)" in done.output
    assert f"✓ {code}" in verified.output
    assert "the file is the one that was packed" in verified.output


def test_what_is_missing_is_told_and_it_is_packed_all_the_same(grader, work):
    work(HALF)

    done = grader("submit", "--no-check")

    assert done.exit_code == 0
    assert "T2 Total is not written yet: total" in done.output
    assert Path("ada-tiny.zip").is_file()


@pytest.mark.usefixtures("at_a_terminal")
def test_at_a_terminal_it_asks_first(grader, work):
    work(HALF)

    refused = grader("submit", "--no-check", input="n\n")
    before = Path("ada-tiny.zip").exists()
    agreed = grader("submit", "--no-check", input="y\n")

    assert (refused.exit_code, before) == (1, False)
    assert (agreed.exit_code, Path("ada-tiny.zip").exists()) == (0, True)


@pytest.mark.usefixtures("at_a_terminal")
def test_yes_asks_nothing(grader, work):
    work(HALF)

    done = grader("submit", "--no-check", "--yes", input="")

    assert (done.exit_code, "as it is?" in done.output) == (0, False)


@pytest.mark.usefixtures("at_a_terminal")
def test_finished_work_asks_nothing(grader, work):
    work(RIGHT)

    assert grader("submit", "--no-check", input="").exit_code == 0


@pytest.mark.parametrize(
    "error", [InfrastructureError("no process can be started"), ZeroDivisionError("x")]
)
def test_checks_that_break_stop_nobody(grader, work, monkeypatch, error):
    def broken(*_, **__):
        raise error

    monkeypatch.setattr("grader.app.submit.best_isolation", lambda: "process")
    monkeypatch.setattr("grader.app.submit.self_check", broken)
    work(RIGHT)

    done = grader("submit")

    assert done.exit_code == 0
    assert re.search(f"not run: .*{error}", done.output)
    assert Path("ada-tiny.zip").is_file()


def test_a_share_that_is_away_leaves_the_zip_and_says_what_to_do(
    grader, work, tmp_path
):
    work(RIGHT)

    done = grader("submit", "--no-check", "--to", tmp_path / "away")

    assert done.exit_code == 1
    assert "there is no such folder" in done.stderr
    assert "ada-tiny.zip is packed: hand it in another way" in done.stderr
    assert "receipt" in done.stdout
    assert Path("ada-tiny.zip").is_file()


def test_a_second_hand_in_lies_beside_the_first(grader, work, tmp_path):
    (tmp_path / "drop").mkdir()
    work(HALF)
    grader("submit", "--no-check", "--to", tmp_path / "drop")
    work(RIGHT)

    done = grader("submit", "--no-check", "--to", tmp_path / "drop")

    assert len(list((tmp_path / "drop").iterdir())) == 2
    assert "lay there already and stays" in done.output


def test_a_login_that_everybody_has_is_told(grader, work, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "jovyan")
    work(RIGHT)

    assert (
        "calls everybody “jovyan”; say --name" in grader("submit", "--no-check").output
    )
    named = grader("submit", "--no-check", "--name", "jovyan")
    assert "calls everybody" not in named.output


def test_the_environment_may_name_the_student(grader, work):
    work(RIGHT)

    done = grader("submit", "--no-check", env={"GRADER_STUDENT": "Zoë"})

    assert Path("Zoë-tiny.zip").is_file()
    assert "login" not in done.output


def test_programs_get_the_manifest_and_the_receipt(grader, work, tmp_path):
    work(RIGHT)
    (tmp_path / "drop").mkdir()

    done = grader("submit", "--json", "--to", tmp_path / "drop")
    told = json.loads(done.stdout)

    with zipfile.ZipFile("ada-tiny.zip") as archive:
        assert told["manifest"] == json.loads(archive.read("manifest.json"))
    assert told["manifest"]["public_checks"] == {"passed": 1, "of": 1}
    assert told["copied_to"] == str(tmp_path / "drop" / "ada-tiny.zip")
    assert (told["missing"], told["copy_trouble"]) == ([], "")


def test_a_receipt_that_nothing_belongs_to_is_an_error(grader, work):
    work(RIGHT)
    grader("submit", "--no-check")

    done = grader("receipt", "00000-00000-00000-00000-00000", "ada-tiny.zip")

    assert done.exit_code == 1
    assert "no hand-in with the receipt 00000" in done.stderr


def test_a_receipt_alone_asks_where_to_look(grader):
    done = grader("receipt", "00000-00000-00000-00000-00000")

    assert done.exit_code == 2
    assert "say where to look" in done.stderr


def test_a_receipt_is_looked_for_in_the_gradebook_too(grader, tmp_path):
    code = "00000-00000-00000-00000-00000"

    done = grader("receipt", code, "--out", tmp_path)

    assert done.exit_code == 1
    assert "there is no gradebook" in done.stderr
