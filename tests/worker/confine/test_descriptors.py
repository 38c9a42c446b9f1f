import subprocess
import sys

import pytest

from grader.worker import confine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")

CLOSE = """
import os
from grader.worker.confine import descriptors

def refuse(*arguments):
    raise OSError("as before Linux 5.9")

if {listing}:
    descriptors.call = refuse
for target in (40, 41, 1000):
    os.dup2(2, target)
descriptors.close_descriptors(41)
for number in (2, 40, 41, 1000):
    try:
        os.fstat(number)
        print(number)
    except OSError:
        pass
"""


@pytest.mark.parametrize(
    "listing", [pytest.param(False, id="close_range"), pytest.param(True, id="listing")]
)
def test_all_from_the_mark_upwards_are_closed(listing):
    code = CLOSE.format(listing=listing)

    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["2", "40"]


def test_a_negative_mark_is_refused():
    with pytest.raises(ValueError, match="keep is -1"):
        confine.close_descriptors(-1)


def test_what_the_parent_had_open_is_gone(confined):
    def usable():
        import fcntl
        import os

        found = []
        for number in range(4096):
            try:
                flags = fcntl.fcntl(number, fcntl.F_GETFL)
            except OSError:
                continue
            # Landlock's handles on /proc/self can neither be read nor written
            if not flags & os.O_PATH:
                found.append(number)
        return found

    assert confined(usable).value == [0, 1, 2, 3]
