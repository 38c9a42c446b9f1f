"""`grader grade`: its options, what it writes for programs, and how it is stopped."""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.main import main
from grader.errors import InfrastructureError

COURSE = Path(__file__).parents[1] / "course"
RIGHT = (COURSE / "reference/tiny/tiny.py").read_text()
# a shell without job control has what it starts in the background ignore Ctrl-C
GRADER = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "from grader.cli.main import main; main()"
)
# as long as the limits let it
ASLEEP = "import time\ntime.sleep(3600)\n"


@pytest.fixture
def class_of(tmp_path):
    """Write a class: code by student."""

    def write(**code):
        for student, text in code.items():
            (tmp_path / "class" / student).mkdir(parents=True)
            (tmp_path / "class" / student / "tiny.py").write_text(text)
        return tmp_path / "class"

    return write


@pytest.fixture
def graded(tmp_path):
    """Grade with options; return the result and the JSON lines."""

    def run(*arguments):
        given = ["--course", COURSE, "grade", *arguments, "--out", tmp_path / "out"]
        result = CliRunner().invoke(main, list(map(str, given)))
        lines = [
            json.loads(line)
            for line in result.stdout.splitlines()
            if line.startswith("{")
        ]
        return result, lines

    return run


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--engine", "dask"], "needs --scheduler", id="no-scheduler"),
        pytest.param(
            ["--scheduler", "tcp://node1:8786"], "is for --engine dask", id="no-dask"
        ),
        pytest.param(["--engine", "slurm"], "'local', 'dask'", id="no-engine"),
    ],
)
def test_options_that_do_not_fit_are_wrong_usage(class_of, graded, arguments, message):
    result, _ = graded(class_of(ada=RIGHT), *arguments)

    assert result.exit_code == 2
    assert message in result.stderr


def test_the_gradebook_s_password_is_never_shown(class_of, graded, monkeypatch):
    # nobody listens on port 1
    monkeypatch.setenv("GRADER_GRADEBOOK", "postgresql://kim:s3cret@127.0.0.1:1/marks")

    result, _ = graded(class_of(ada=RIGHT), "--json")

    assert result.exit_code == 1
    assert "127.0.0.1" in result.stderr
    assert "s3cret" not in result.output + result.stderr


def test_json_tells_the_run_from_start_to_end_and_nothing_else(
    class_of, graded, confined
):
    assert confined is not None
    given = class_of(ada=RIGHT, bob="def double(x): return 2 * x\n")

    result, lines = graded(given, "--jobs", 1, "--json", "--isolation", "landlock")
    again, unchanged = graded(given, "--jobs", 1, "--json", "--isolation", "landlock")

    assert (result.exit_code, again.exit_code) == (0, 0)
    assert len(lines) == len(result.stdout.splitlines())
    assert [line["event"] for line in lines if line["event"] != "changed"] == [
        *("run", "begun", "graded", "begun", "graded", "summary")
    ]
    scores = {"ada": 100, "bob": 40}
    for told in (lines, unchanged):
        by_student = {x["student"]: x["score"] for x in told if x["event"] == "graded"}
        assert by_student == scores
        assert {x["student"]: x["score"] for x in told[-1]["graded"]} == scores
    assert [line["event"] for line in unchanged] == [
        "run",
        "graded",
        "graded",
        "summary",
    ]
    assert (unchanged[0]["total"], unchanged[0]["unchanged"]) == (2, 2)
    assert all(line["unchanged"] for line in unchanged if line["event"] == "graded")


def test_what_looks_like_tampering_is_told_to_the_teacher_s_program(
    class_of, graded, confined
):
    assert confined is not None
    forger = (
        "import socket\ntry:\n    socket.socket()\nexcept OSError:\n    pass\n" + RIGHT
    )

    _, lines = graded(
        class_of(eve=forger), "--jobs", 1, "--json", "--isolation", "landlock"
    )

    (found,) = lines[-1]["tampering"]
    assert (found["student"], found["kinds"]) == ("eve", ["opens_sockets"])


class Grading:
    """A real `grader grade` of a class of which most sleep."""

    def __init__(self, root, given, jobs):
        self.left_over = root / "tmp"
        self.left_over.mkdir()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-c", GRADER, "--course", str(COURSE)),
                *("grade", str(given), "--out", str(root / "out"), "--json"),
                *("--isolation", "landlock", "--jobs", str(jobs)),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # as a terminal's foreground job, which Ctrl-C reaches as a whole
            start_new_session=True,
            env={**os.environ, "TMPDIR": str(self.left_over)},
        )
        self.lines = []

    def wait_for(self, **wanted):
        """Read lines until one has these fields."""
        while not any(wanted.items() <= line.items() for line in self.lines):
            self.lines.append(json.loads(self.process.stdout.readline()))

    def finish(self):
        out, err = self.process.communicate()
        self.lines += map(json.loads, out.splitlines())
        return self.process.returncode, err


def descendants(pid):
    """Return handles on all processes below one."""
    # one that ends while we look is no longer there to be found
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for child in map(int, children):
            yield os.pidfd_open(child)
            yield from descendants(child)


def all_gone(handles):
    """Wait for processes to end; False if one is there after 30 s."""
    ends = []
    for handle in handles:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        ends.append(bool(poll.poll(30_000)))
        os.close(handle)
    return all(ends)


@pytest.mark.parametrize(
    ("jobs", "number", "times", "code"),
    [
        pytest.param(2, signal.SIGINT, 2, 130, id="ctrl-c-twice"),
        pytest.param(2, signal.SIGTERM, 1, 143, id="sigterm"),
        pytest.param(1, signal.SIGINT, 1, 130, id="ctrl-c-one-job"),
    ],
)
def test_whoever_stops_a_run_keeps_what_was_graded_and_leaves_nothing_behind(
    class_of, confined, tmp_path, jobs, number, times, code
):
    assert confined is not None
    given = class_of(ada=RIGHT, eve=ASLEEP, kim=ASLEEP, max=ASLEEP)
    grading = Grading(tmp_path, given, jobs)
    grading.wait_for(event="graded", student="ada")
    grading.wait_for(event="begun", student="eve")
    workers = list(descendants(grading.process.pid))

    for _ in range(times):
        if number == signal.SIGINT:
            os.killpg(grading.process.pid, number)
        else:
            grading.process.send_signal(number)
    ended, told = grading.finish()

    assert ended == code
    assert told == (
        "stopped: 1 graded and kept, 3 left; run the same command to go on\n"
    )
    last = {key: grading.lines[-1][key] for key in ("event", "graded", "left")}
    assert last == {"event": "stopped", "graded": 1, "left": 3}
    assert workers
    assert all_gone(workers)
    assert list(grading.left_over.iterdir()) == []


def test_a_wish_to_stop_that_python_lost_is_repeated_at_the_next_notice(
    class_of, tmp_path, confined, monkeypatch
):
    assert confined is not None
    from grader.app import grade as app

    keep = app._Run._keep

    def keep_and_be_stopped(run, one, outcome):
        if outcome.student == "ada":
            # as in a destructor, whose exceptions Python ignores
            with contextlib.suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
        return keep(run, one, outcome)

    monkeypatch.setattr(app._Run, "_keep", keep_and_be_stopped)
    given = ["--course", COURSE, "grade", class_of(ada=RIGHT, bob=RIGHT)]
    given += ["--out", tmp_path / "out", "--jobs", "1", "--isolation", "landlock"]
    result = CliRunner().invoke(main, list(map(str, given)))

    assert result.exit_code == 130
    assert "stopped: 1 graded and kept, 1 left" in result.output


def test_what_fails_while_a_run_stops_does_not_make_it_a_failure(
    class_of, tmp_path, monkeypatch
):
    def be_stopped_and_fail(*_arguments, **_options):
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            raise InfrastructureError("a worker can't be ended")

    monkeypatch.setattr("grader.app.grade.run_inline", be_stopped_and_fail)
    given = ["--course", COURSE, "grade", class_of(ada=RIGHT), "--jobs", "1"]
    given += ["--out", tmp_path / "out", "--isolation", "process"]
    result = CliRunner().invoke(main, list(map(str, given)))

    assert result.exit_code == 130
    assert "stopped: 0 graded and kept, 1 left" in result.output


@pytest.mark.parametrize("has_policy", [True, False])
def test_where_a_policy_makes_the_marks_the_table_says_that_it_shows_scores(
    class_of, tmp_path, confined, has_policy
):
    assert confined is not None
    course = shutil.copytree(COURSE, tmp_path / "course")
    if has_policy:
        (course / "course.toml").write_text("[labs.tiny]\ndue = 2001-01-01\n")
    given = ["--course", course, "grade", class_of(ada=RIGHT)]
    given += ["--out", tmp_path / "out", "--isolation", "landlock"]

    result = CliRunner().invoke(main, list(map(str, given)))

    assert ("the marks by course.toml are in grades.csv" in result.stdout) == has_policy
