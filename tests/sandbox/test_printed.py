"""What a process prints costs us 64 KiB, however much it is."""

from grader.sandbox import printed
from grader.sandbox.printed import Printed, last_line


def test_the_start_is_kept_and_all_of_it_counted(monkeypatch):
    monkeypatch.setattr(printed, "FLOOD", 3 * 2**16)
    output = Printed()

    output.add(b"a" + bytes(2**16))
    output.add(bytes(2**17 - 1))
    before = output.is_flood
    output.add(b"b")

    assert len(output.start) == 2**16
    assert output.start.startswith(b"a")
    assert (before, output.is_flood) == (False, True)


def test_the_last_line_says_why():
    assert last_line(b"Traceback:\n  File\nMemoryError: \xff\n\n") == "MemoryError: �"
    assert last_line(b" \n") == ""
