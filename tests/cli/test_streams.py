"""A terminal, a pipe or a disk that is not there, and names that are nearly right."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from grader.cli.main import main

HELP = "from grader.cli.main import main; main(['--help'])"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no sh")


def shell(code, redirected):
    line = f'exec "$0" -c "$1" {redirected}'
    return subprocess.run(
        ["/bin/sh", "-c", line, sys.executable, code],
        capture_output=True,
        text=True,
        check=False,
    )


@POSIX
def test_whoever_closes_a_stream_gets_no_file_in_its_place():
    code = (
        "import os, sys\n"
        "from grader.cli.streams import stand_in_for_closed\n"
        "stand_in_for_closed()\n"
        "print('nowhere')\n"
        "sys.stderr.write(str(min(os.open('.', os.O_RDONLY), 3)))"
    )

    done = shell(code, "<&- >&-")

    assert (done.returncode, done.stderr) == (0, "3")


@POSIX
def test_a_command_works_without_any_stream():
    assert shell(HELP, "<&- >&- 2>&-").returncode == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_help_on_a_full_disk_is_one_line():
    done = shell(HELP, "> /dev/full")

    assert (done.returncode, done.stderr) == (1, "grader: No space left on device\n")


def test_a_reader_of_stderr_who_leaves_does_not_end_the_run():
    code = (
        "import os, sys\n"
        "from grader.cli.shared import aside\n"
        "read, write = os.pipe()\n"
        "os.close(read)\n"
        "os.dup2(write, 2)\n"
        "aside().print('1/2 ada')\n"
        "print('2/2', file=sys.stderr, flush=True)\n"
        "print('goes on')"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "goes on\n")


def test_what_nobody_reads_is_not_called_done(monkeypatch):
    # `grader release | head` must not look released where a leak was about to be told
    def unread(*_args, **_options):
        raise BrokenPipeError

    monkeypatch.setattr("grader.cli.shared.silence", lambda: None)
    monkeypatch.setattr("grader.labs.course.Course.find", unread)

    assert CliRunner().invoke(main, ["labs"]).exit_code == 141


def test_the_nearest_command_is_named():
    result = CliRunner().invoke(main, ["chek"])

    assert result.exit_code == 2
    assert result.stderr.endswith("No such command 'chek'. Did you mean 'check'?\n")
