"""`grader doctor`: exit codes, what is shown, and that it can't weaken a grading."""

import inspect
import io
import json

import pytest
from click.testing import CliRunner
from rich.console import Console

from grader.app import doctor as app
from grader.app.grade import GradeOptions
from grader.cli import doctor as shown
from grader.cli.grade import grade
from grader.cli.main import main
from grader.errors import InfrastructureError
from grader.executors.bench import Setup
from grader.sandbox.promises.nouns import Promise, Tried

FINE = app.Finding("python", True, "3.11.7")
OPTIONAL = app.Finding("cgroup", None, "none", "ask systemd")
READING = Promise(
    "users", "files", "can't read /etc/passwd", lambda _trial: None, "boot Landlock"
)
FORKING = Promise("fork", "processes", "can't fork", lambda _trial: None, "seccomp")
HELD = (Tried(READING, True, "", 0.1), Tried(FORKING, True, "", 0.1))
BROKEN = (Tried(READING, False, "it read /etc/passwd", 0.1), HELD[1])


@pytest.fixture
def run(monkeypatch):
    """Run the command on a machine of our making."""

    def run_it(
        *arguments, findings=(FINE, OPTIONAL), level="landlock", tried=HELD, columns=()
    ):
        seen = app.Examination(findings, level, ("landlock", "seccomp"))
        monkeypatch.setattr(app, "examine", lambda: seen)
        monkeypatch.setattr(app, "conform", lambda *_args, **_kwargs: iter(tried))
        monkeypatch.setattr(app, "layers_left_out", lambda _level: iter(columns))
        monkeypatch.setattr(app, "promised", lambda _level: (READING, FORKING))
        monkeypatch.setattr(app, "not_promised", lambda _level: ())
        return CliRunner().invoke(main, ["doctor", *arguments], catch_exceptions=False)

    return run_it


def test_a_real_run_gives_findings_and_promises(monkeypatch):
    # the others are tried in tests/sandbox/test_promises.py
    monkeypatch.setattr(app, "PROMISES", app.PROMISES[:2])

    answer = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).stdout)

    named = {each["name"] for each in answer["findings"]}
    assert {"python", "numpy", "isolation"} <= named
    assert all(each["holds"] for each in answer["promises"])


def test_all_that_holds_is_counted_and_the_code_is_0(run):
    result = run()

    assert result.exit_code == 0
    assert "✓ files: 1 hold" in result.stdout
    assert "✓ 2 of 2 promises hold" in result.stdout
    assert "can't fork" not in result.stdout


def test_what_is_only_good_to_know_has_its_cure_and_fails_nothing(run):
    result = run()

    assert "· cgroup: none\n  → ask systemd" in result.stdout
    assert result.exit_code == 0


def test_verbose_names_every_promise(run):
    output = run("--verbose").stdout

    assert "✓ users: can't read /etc/passwd" in output
    assert "✓ fork: can't fork" in output


def test_a_broken_promise_is_told_with_what_happened_and_its_cure(run):
    result = run(tried=BROKEN)

    assert result.exit_code == 1
    lines = [line.strip() for line in result.stdout.splitlines()]
    start = lines.index("✗ users: can't read /etc/passwd")
    assert lines[start + 1] == "here it read /etc/passwd"
    assert lines[start + 2] == "→ boot Landlock"
    assert "✗ 1 of 2 promises hold" in lines


def test_a_missing_package_is_a_failure(run):
    missing = app.Finding("numpy", False, "not installed", "pip install numpy")

    result = run(findings=(missing,))

    assert result.exit_code == 1
    assert "✗ numpy: not installed\n  → pip install numpy" in result.stdout


def test_a_worker_that_does_not_start_is_told_without_a_traceback(run):
    lost = app.Finding("worker", False, "the worker ended: no numpy", "see the message")

    result = run(findings=(FINE, lost), level=None)

    assert result.exit_code == 1
    assert "✗ worker: the worker ended: no numpy" in result.stdout
    assert "promises" not in result.stdout


def test_a_level_that_can_not_be_had_is_one_line(run, monkeypatch):
    def refuses(*_args, **_kwargs):
        raise InfrastructureError("this machine can't confine at the level strict")
        yield

    run()
    monkeypatch.setattr(app, "conform", refuses)

    result = CliRunner().invoke(main, ["doctor", "--isolation", "strict"])

    assert result.exit_code == 1
    assert result.stderr == "grader: this machine can't confine at the level strict\n"


def test_process_says_plainly_what_it_is_worth(run):
    output = run(level="process").stdout

    assert "student code runs with your rights" in output
    assert "use Linux" in output


def test_json_says_the_same(run):
    result = run("--json", tried=BROKEN)
    answer = json.loads(result.stdout)

    assert result.exit_code == 1
    assert answer["isolation"] == "landlock"
    assert [each["name"] for each in answer["findings"]] == ["python", "cgroup"]
    assert [each["holds"] for each in answer["promises"]] == [False, True]
    assert answer["promises"][0]["happened"] == "it read /etc/passwd"


def test_the_matrix_shows_what_falls_with_each_layer(run):
    columns = (
        app.Without("landlock", {"users": "it read"}),
        app.Without("no_new_privs", {}, "could not be confined"),
        app.Without("all", {"users": "it read", "fork": "it forked"}),
    )

    output = run("--layers", columns=columns).stdout

    assert " 2 no_new_privs: no worker starts: could not be confined" in output
    assert "users  ✗     ✗" in output
    assert "fork   ·     ✗" in output


def test_the_matrix_as_json(run):
    columns = (app.Without("landlock", {"users": "it read"}),)

    answer = json.loads(run("--layers", "--json", columns=columns).stdout)

    assert answer["layers"] == [
        {"layer": "landlock", "fallen": {"users": "it read"}, "refused": ""}
    ]


def test_what_is_left_out_is_called_a_measurement_and_needs_no_cure(run):
    output = run("--without", "seccomp", tried=BROKEN).stdout

    assert "without seccomp (a measurement)" in output
    assert "boot Landlock" not in output


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--without", "seccmop"), "no layer seccmop here; there are: landlock"),
        (("--layers", "--without", "seccomp"), "each layer by itself"),
    ],
)
def test_a_wrong_use_is_told(run, arguments, text):
    result = run(*arguments)

    assert result.exit_code == 2
    assert text in result.stderr


def test_grading_has_no_way_to_leave_a_layer_out():
    assert "without" not in {parameter.name for parameter in grade.params}
    for options in (GradeOptions, Setup):
        assert "without" not in inspect.signature(options).parameters


def test_long_lines_are_wrapped_behind_their_sign():
    narrow = Console(file=io.StringIO(), width=30, highlight=False)

    shown._line(narrow, False, "users: can't read what stands in /etc/passwd", indent=2)

    assert narrow.file.getvalue() == (
        "  ✗ users: can't read what\n    stands in /etc/passwd\n"
    )
