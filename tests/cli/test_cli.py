"""The command line: one clear line for each error, right exit codes, nothing heavy."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.main import COMMANDS, main

COURSE = Path(__file__).parents[1] / "course"
RIGHT = (COURSE / "reference/tiny/tiny.py").read_text()


@pytest.fixture
def grader(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        return CliRunner().invoke(
            main,
            ["--course", str(COURSE), *map(str, arguments)],
            catch_exceptions=False,
        )

    return run


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom grader.cli.main import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "heavy = {'numpy', 'pydantic', 'rich', 'matplotlib', 'IPython'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_help_names_every_command(grader):
    output = grader("--help").output

    assert all(f"\n  {name} " in output for name in COMMANDS)


def test_labs_as_json_are_the_contract(grader):
    (lab,) = json.loads(grader("labs", "--json").output)

    assert (lab["name"], [task["id"] for task in lab["tasks"]]) == (
        "tiny",
        ["T1", "T2"],
    )


def test_a_student_starts_checks_and_hands_in(grader, tmp_path):
    assert grader("new", "tiny").exit_code == 0
    assert grader("check", "tiny").exit_code == 1
    (tmp_path / "tiny/tiny.py").write_text(RIGHT)

    checked = grader("check")
    handed_in = grader("submit", "tiny", "--name", "Ada")

    assert checked.exit_code == 1  # no lab's file in this directory itself
    assert grader("check", "tiny").exit_code == 0
    assert "Ada-tiny.zip" in handed_in.output
    assert (tmp_path / "Ada-tiny.zip").is_file()


def test_hidden_checks_are_announced_and_never_run_at_home(grader, tmp_path):
    (tmp_path / "tiny.py").write_text(RIGHT)

    output = grader("check", "tiny").output

    assert "1 of 1 public checks pass" in output
    assert "Hidden checks with other inputs decide the marks" in output
    assert "twice its argument" not in output


def test_a_notebook_is_checked_as_well(grader):
    assert grader("new", "tiny", "--notebook").exit_code == 0

    result = grader("check", "tiny")

    assert result.exit_code == 1
    assert "T1: write double" in result.output


def test_check_says_when_nothing_confines(grader, tmp_path):
    (tmp_path / "tiny.py").write_text(RIGHT)

    result = grader("check", "tiny", "--isolation", "process")

    assert result.exit_code == 0
    assert "plain process" in result.output


def test_a_new_lab_never_overwrites_work(grader):
    grader("new", "tiny")

    again = grader("new", "tiny")

    assert again.exit_code == 1
    assert "may hold your work" in again.stderr


def test_grade_prints_the_marks_and_where_the_dashboard_is(grader, tmp_path):
    (tmp_path / "class/ada").mkdir(parents=True)
    (tmp_path / "class/ada/tiny.py").write_text(RIGHT)

    result = grader("grade", "class", "--jobs", 1)

    assert result.exit_code == 0
    assert "ada" in result.output
    assert "100" in result.output
    assert (tmp_path / "results/index.html").is_file()


def test_what_could_not_be_graded_gives_exit_code_one(grader, tmp_path):
    (tmp_path / "class/eve").mkdir(parents=True)
    (tmp_path / "class/eve/tiny.ipynb").write_text("no")

    result = grader("grade", "class", "--json")

    assert result.exit_code == 1
    summary = json.loads(result.stdout.splitlines()[-1])
    assert summary["ungraded"][0]["student"] == "eve"


def test_a_table_that_is_not_ours_is_never_replaced(grader, tmp_path):
    (tmp_path / "class/ada").mkdir(parents=True)
    (tmp_path / "class/ada/tiny.py").write_text(RIGHT)
    (tmp_path / "grades.csv").write_text("from Canvas")

    result = grader("grade", "class", "--out", ".")

    assert result.exit_code == 1
    assert "holds grades.csv, which no grading wrote" in result.stderr
    assert (tmp_path / "grades.csv").read_text() == "from Canvas"


def test_a_report_replaces_no_table_that_is_not_ours_either(grader, tmp_path):
    (tmp_path / "grades.csv").write_text("from Canvas")

    result = grader(
        "report", "--out", ".", "--gradebook", f"sqlite:///{tmp_path}/far.sqlite"
    )

    assert result.exit_code == 1
    assert "holds grades.csv, which no grading wrote" in result.stderr
    assert (tmp_path / "grades.csv").read_text() == "from Canvas"


def test_a_missing_path_is_wrong_usage(grader):
    assert grader("grade", "nowhere").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["new", "tinny"], "did you mean tiny", id="new"),
        pytest.param(["check", "nothing"], "is no lab and no file", id="check"),
        pytest.param(["check", "gone.py"], "there is no file gone.py", id="file"),
        pytest.param(["check"], "there is no lab's file here", id="nothing"),
        pytest.param(["verify", "tinny"], "did you mean tiny", id="verify"),
        pytest.param(["stubs", "tinny"], "did you mean tiny", id="stubs"),
        pytest.param(["calibrate", "tinny"], "did you mean tiny", id="calibrate"),
        pytest.param(
            ["calibrate", "tiny", "--gate", "shares"], "no gate 'shares'", id="gate"
        ),
    ],
)
def test_an_error_is_one_line_and_exit_code_one(grader, arguments, message):
    result = grader(*arguments)

    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_verify_prints_a_table_and_its_verdict(grader):
    result = grader("verify", "--jobs", 1)

    assert result.exit_code == 0, result.output
    assert "5 cases, 0 wrong." in result.output
    # no terminal: nothing is cut off to fit one
    assert "total_adds_up, total_of_nothing_is_zero" in result.output


def test_verify_shows_what_a_gates_calibration_proves(grader):
    output = grader("verify", "--jobs", 1).output

    assert "share_above_one: 0 of 100 right runs fail" in output
    assert "false-fail bound 3e-05 with 3 attempts" in output


@pytest.fixture
def calibrated(tmp_path):
    """Calibrate a copy of the course."""
    shutil.copytree(COURSE, tmp_path / "course")

    def run(*arguments):
        given = ["--course", str(tmp_path / "course"), "calibrate", *arguments]
        return CliRunner().invoke(main, [*given, "--jobs", "1"])

    return run


def test_calibrate_prints_a_row_for_each_threshold(calibrated):
    result = calibrated("tiny", "--runs", "70")

    assert result.exit_code == 0, result.output
    assert "at least 0.3" in result.output
    assert "at most 0.7" in result.output


def test_calibrate_fails_where_the_runs_prove_too_little(calibrated):
    result = calibrated("tiny", "--runs", "3")

    assert result.exit_code == 1
    assert "may fail a right solution with probability 0.3" in result.output


def test_calibrate_shows_why_a_right_style_failed(calibrated, tmp_path):
    style = tmp_path / "broken.py"
    style.write_text("def double(x): return [1][x]")

    result = calibrated("tiny", "--runs", "20", "--style", str(style))

    assert "broken.py, seed 1: " in result.output
    assert "... and 5 more runs without a value" in result.output


def test_calibrate_says_what_an_interrupt_left(calibrated, monkeypatch):
    def interrupted(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.cli.calibrate.calibrate_lab", interrupted)

    result = calibrated("tiny")

    assert result.exit_code == 130
    assert "written: nothing" in result.stderr


def test_calibrate_needs_a_run(calibrated):
    assert calibrated("tiny", "--runs", "0").exit_code == 2


def test_verify_fails_for_a_lab_that_grades_wrong(tmp_path):
    shutil.copytree(COURSE, tmp_path / "course")
    mistakes = tmp_path / "course/reference/tiny/mistakes.py"
    mistakes.write_text(mistakes.read_text().replace("score=60", "score=5"))

    result = CliRunner().invoke(
        main, ["--course", str(tmp_path / "course"), "verify", "--json", "--jobs", "1"]
    )

    assert result.exit_code == 1
    assert any(row["problems"] for row in json.loads(result.stdout))


def test_what_the_system_refuses_is_one_line(grader, tmp_path):
    (tmp_path / "file").write_text("")

    result = grader("new", "tiny", "--into", "file/tiny")

    assert result.exit_code == 1
    assert result.stderr == "grader: file/tiny: Not a directory\n"


def run_python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_json_goes_through_a_terminal_without_unicode():
    code = "from grader.cli.shared import show_json; show_json('Größe →')"

    done = run_python(code, PYTHONIOENCODING="ascii")

    assert json.loads(done.stdout) == "Größe →"


@pytest.mark.parametrize(
    "show", ["console().print('x' * 10**6)", "show_json('x' * 10**6)"]
)
def test_a_reader_who_leaves_changes_no_exit_code(show):
    code = (
        "import os, sys\n"
        "from grader.cli.shared import console, show_json\n"
        "read, write = os.pipe()\n"
        "os.close(read)\n"
        "os.dup2(write, 1)\n"
        f"{show}\n"
        "sys.exit(3)"
    )

    done = run_python(code)

    assert (done.returncode, done.stderr) == (3, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", -2)])
def test_whoever_ends_us_lets_us_clean_up(name, code):
    # -2: nobody catches the KeyboardInterrupt here, and Python ends by the signal
    script = (
        "import os, signal\n"
        "from grader.cli.main import _leaving_in_order\n"
        f"def kill(): os.kill(os.getpid(), signal.{name})\n"
        "with _leaving_in_order():\n"
        "    try: kill()\n"
        "    finally:\n"
        "        kill()\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        print('cleaned up')"
    )

    done = run_python(script)

    assert (done.returncode, done.stdout) == (code, b"cleaned up\n")


def test_a_course_that_is_named_counts_more_than_the_variable(grader, monkeypatch):
    monkeypatch.setenv("GRADER_COURSE", "nowhere")

    assert grader("labs").exit_code == 0
    assert "GRADER_COURSE" in CliRunner().invoke(main, ["labs"]).stderr


def test_a_labs_folder_is_no_labs_name(grader):
    assert "did you mean tiny" in grader("new", "tiny/").stderr


def test_reports_are_not_written_over_from_an_empty_gradebook(grader, tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results/gradebook.sqlite").touch()

    result = grader("report")

    assert result.exit_code == 1
    assert "is empty" in result.stderr
    assert not (tmp_path / "results/index.html").exists()


@pytest.mark.parametrize("name", ["..", "/", "🙂"])
def test_a_name_of_which_nothing_would_be_left_is_refused(grader, tmp_path, name):
    (tmp_path / "tiny.py").write_text(RIGHT)

    result = grader("submit", "--no-check", "--name", name)

    assert result.exit_code == 2
    assert "a letter or a digit" in result.stderr
