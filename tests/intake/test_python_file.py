import errno
import hashlib
import io
import os
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from grader.domain.submission import SubmittedFile
from grader.errors import InfrastructureError, SubmissionError
from grader.intake import Found, IntakeLimits, read
from grader.intake.files import modified_at


def code_of(handed_in, content):
    submission = read(handed_in("logic_gates.py", content))
    assert submission.kind == "py"
    (cell,) = submission.cells
    assert cell.index == 1
    return cell.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"x = 1\n", "x = 1\n", id="ascii"),
        pytest.param("é = 'ß'".encode(), "é = 'ß'", id="utf-8"),
        pytest.param(b"\xef\xbb\xbfx = 1", "x = 1", id="byte-order-mark"),
        pytest.param(b"x = 1\r\ny = 2\rz", "x = 1\ny = 2\nz", id="line-ends"),
        pytest.param(b"if x:\n\ty = 1", "if x:\n\ty = 1", id="tab"),
        pytest.param(
            "# coding: cp1250\nx = 'č'".encode("cp1250"),
            "# coding: cp1250\nx = 'č'",
            id="cookie",
        ),
        pytest.param(
            "#!/usr/bin/python\n# -*- coding: latin-1 -*-\nx = 'é'".encode("latin-1"),
            "#!/usr/bin/python\n# -*- coding: latin-1 -*-\nx = 'é'",
            id="cookie-in-line-two",
        ),
        pytest.param(b"def broken(:", "def broken(:", id="syntax-error"),
    ],
)
def test_text_is_decoded_as_python_would(handed_in, content, code):
    assert code_of(handed_in, content) == code


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"x = 1\ny = '\0'", "null byte in line 2", id="null-byte"),
        pytest.param("x = 1".encode("utf-16"), "saved as UTF-16", id="utf-16"),
        pytest.param(b"x = 1\ny = '\xe9'", "not utf-8 in line 2", id="not-utf-8"),
        pytest.param(b"# coding: nosuch\nx", "unknown encoding", id="unknown"),
        pytest.param(b"# coding: rot13\nk", "in rot-13, expected a text", id="rot13"),
        pytest.param(b"# coding: punycode\nk", "in punycode", id="punycode"),
        pytest.param(
            b"# coding: unicode_escape\n'\\d'", "in unicode-escape", id="escape"
        ),
        pytest.param(
            b"\xef\xbb\xbf# coding: latin-1\nx",
            "unusable encoding .*utf-8",
            id="mark-and-cookie",
        ),
        pytest.param(b"# caf\xe9\nx = 1", "not utf-8 in line 1", id="no-cookie"),
    ],
)
def test_what_is_no_python_text_is_refused_in_one_line(handed_in, content, told):
    with pytest.raises(SubmissionError, match=told) as caught:
        read(handed_in("logic_gates.py", content))

    assert "\n" not in str(caught.value)


def test_megabytes_of_an_encodings_name_are_no_encodings_name(handed_in):
    content = b"# coding: " + b"x" * 4_000_000 + b"\nx = 1"
    started = time.process_time()

    assert code_of(handed_in, content).endswith("x = 1")

    assert time.process_time() - started < 5


def test_submission_says_what_the_file_was(handed_in):
    content = b"x = 1\n"
    found = handed_in("logic_gates.py", content)
    moment = datetime(2026, 5, 1, 12, tzinfo=UTC)

    submission = read(found.model_copy(update={"received_at": moment}))

    digest = hashlib.sha256(content).hexdigest()
    assert submission.sha256 == digest
    assert submission.files == (
        SubmittedFile(name="logic_gates.py", size=6, sha256=digest),
    )
    assert (submission.student, submission.lab) == ("alice", "logic_gates")
    assert submission.received_at == moment


def test_file_at_its_limit_is_read_and_one_byte_more_is_refused(handed_in):
    limits = IntakeLimits(python_bytes=10)
    assert read(handed_in("a.py", b"x = 123456"), limits=limits)

    with pytest.raises(SubmissionError, match="11 bytes or more, expected at most 10"):
        read(handed_in("b.py", b"x = 1234567"), limits=limits)


def test_file_with_holes_is_refused_by_its_size_without_being_read(handed_in):
    found = handed_in("logic_gates.py", b"x")
    os.truncate(found.path, 1 << 40)

    with pytest.raises(SubmissionError, match="bytes or more"):
        read(found)


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        pytest.param(lambda path: path.mkdir(), "a folder", id="folder"),
        pytest.param(os.mkfifo, "a FIFO", id="fifo"),
        pytest.param(
            lambda path: path.symlink_to("/dev/zero"), "a symbolic link", id="link"
        ),
    ],
)
def test_anything_but_a_regular_file_is_refused_without_waiting(tmp_path, make, kind):
    path = tmp_path / "logic_gates.py"
    make(path)

    with pytest.raises(SubmissionError, match=f"is {kind}, expected a regular file"):
        read(Found(student="alice", lab="logic_gates", path=path))


def test_what_is_no_regular_file_is_not_even_opened(tmp_path, monkeypatch):
    path = tmp_path / "logic_gates.py"
    os.mkfifo(path)
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("opened"))

    with pytest.raises(SubmissionError, match="is a FIFO"):
        read(Found(student="alice", lab="logic_gates", path=path))


def test_missing_file_and_other_suffix_are_the_students_problem(tmp_path, handed_in):
    with pytest.raises(SubmissionError, match="does not exist"):
        read(Found(student="a", lab="logic_gates", path=tmp_path / "gone.py"))
    with pytest.raises(SubmissionError, match=r"no \.py or \.ipynb file"):
        read(handed_in("report.pdf", b"%PDF"))


@pytest.mark.parametrize("call", ["open", "fdopen"])
def test_disk_error_is_our_problem(handed_in, monkeypatch, call):
    found = handed_in("logic_gates.py", b"x = 1")
    descriptors = []

    class Broken(io.BytesIO):
        def read(self, _):
            raise PermissionError(errno.EACCES, "Permission denied")

    def broken(descriptor, *_):
        if call == "open":
            raise PermissionError(errno.EACCES, "Permission denied")
        descriptors.append(descriptor)
        return Broken()

    monkeypatch.setattr(os, call, broken)
    with pytest.raises(InfrastructureError, match="Permission denied"):
        read(found)

    for descriptor in descriptors:
        os.close(descriptor)


def test_link_put_in_place_while_we_look_is_not_followed(handed_in, monkeypatch):
    found = handed_in("logic_gates.py", b"x = 1")
    really_open = os.open

    def swapped(path, flags):
        path.unlink()
        path.symlink_to("/etc/hostname")
        return really_open(path, flags)

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(SubmissionError, match="is a symbolic link"):
        read(found)


def test_file_that_grows_while_we_read_is_refused(handed_in, monkeypatch):
    found = handed_in("logic_gates.py", b"x = 1")
    really_open = os.fdopen

    def grown(descriptor, mode):
        found.path.write_bytes(b"x" * 11)
        return really_open(descriptor, mode)

    monkeypatch.setattr(os, "fdopen", grown)
    with pytest.raises(SubmissionError, match="11 bytes or more"):
        read(found, limits=IntakeLimits(python_bytes=10))


@pytest.mark.parametrize("seconds", [1e20, float("nan"), -1e20])
def test_time_beyond_what_python_can_tell_is_none(seconds):
    assert modified_at(SimpleNamespace(st_mtime=seconds)) is None


@pytest.mark.parametrize("content", [b"", b" \n\t\n"], ids=["empty", "blank"])
def test_an_empty_file_is_a_mark_of_nothing_and_not_a_failure(handed_in, content):
    submission = read(handed_in("logic_gates.py", content))

    assert submission.cells == ()
    assert "empty" in submission.faults[0].message


COLAB = b"""# -*- coding: utf-8 -*-
# Automatically generated by Colab.

!pip install -q numpy
# Commented out IPython magic to ensure Python compatibility.
# %matplotlib inline
import numpy as np
files = !ls
%timeit np.zeros(3)

def step(z):
    return z % 3
"""


def test_lines_for_ipython_in_an_exported_script_do_nothing_and_keep_their_numbers(
    handed_in,
):
    submission = read(handed_in("logic_gates.py", COLAB))

    lines = submission.cells[0].code.split("\n")
    compile(submission.cells[0].code, "logic_gates.py", "exec")
    assert lines[3] == "get_ipython().system('pip install -q numpy')"
    assert lines[10:12] == ["def step(z):", "    return z % 3"]
    assert "a notebook's export" in submission.faults[0].message


@pytest.mark.parametrize(
    "code",
    [
        pytest.param('TEXT = """\n%time\n!ls\n"""\n', id="python-already"),
        pytest.param("!ls\ndef broken(:\n", id="no-python-anyway"),
        pytest.param("%%bash\nls -la\n", id="nothing-would-be-left"),
    ],
)
def test_other_scripts_with_such_lines_stay_as_they_are(handed_in, code):
    submission = read(handed_in("logic_gates.py", code.encode()))

    assert (submission.cells[0].code, submission.faults) == (code, ())
