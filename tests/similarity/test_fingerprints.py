import builtins
import os
import subprocess
import sys

import pytest

from grader.errors import LabError
from grader.similarity.fingerprints import _originals, engine, fingerprints
from grader.similarity.own_code import Given, own_code

CODE = """
def slope(x, y):
    dx = x - x.mean()
    dy = y - y.mean()
    return (dx * dy).sum() / (dx * dx).sum()
"""
RENAMED = """
def tilt(first, second):
    a = first - first.mean()   # from the middle
    b = (second
         - second.mean())
    return (a*b).sum() / (a * a).sum()
"""


def prints(code, submission):
    return fingerprints(own_code(submission(code), Given()))


def test_new_names_comments_and_spaces_change_nothing(submission):
    renamed = RENAMED.replace(
        "(second\n         - second.mean())", "second - second.mean()"
    )

    assert prints(CODE, submission).keys() == prints(renamed, submission).keys()


def test_another_order_of_functions_changes_nothing(submission):
    other = "def twice(x):\n    return [2 * entry for entry in x if entry > 0]\n"

    one = prints(f"{CODE}\n{other}", submission)

    assert one.keys() == prints(f"{other}\n{CODE}", submission).keys()


def test_a_notebook_has_the_fingerprints_of_its_script(submission):
    other = "def twice(x):\n    return [2 * entry for entry in x if entry > 0]\n"

    assert (
        prints([CODE, other], submission).keys()
        == prints(f"{CODE}\n{other}", submission).keys()
    )


def test_another_formula_has_others(submission):
    other = CODE.replace("(dx * dy).sum() / (dx * dx).sum()", "np.polyfit(x, y, 1)[0]")

    assert prints(CODE, submission).keys() != prints(other, submission).keys()


def test_every_sign_is_found_again_where_it_stood():
    code = "class Line:\n    def tilt(self, points):  # up\n        return points[0] / points[-1]"
    bare, offsets = engine().filter_code(code, "own.py", "python")

    places = _originals(bare, offsets)

    # names have become one letter each
    assert bare == "classO:defF(self,V):returnV[0]/V[-1]"
    signs = [code[place] for place in places]
    assert "".join(signs) == "classL:deft(self,p):returnp[0]/p[-1]"


def test_places_lie_in_the_code_that_is_the_students(submission):
    code = 'x = 1\n\n\ndef tilt(points):\n    """Say it."""\n    return points[0] / points[-1]\n'

    found = prints(code, submission)

    spans = [place for places in found.values() for place in places]
    assert max(code[: place.end].count("\n") for place in spans) == 5
    assert all(code[place.start].strip() for place in spans)
    assert all(code[place.end - 1].strip() for place in spans)


def test_a_second_process_chooses_the_same():
    script = "from grader.similarity.fingerprints import _hash; print(_hash('V=V+1'))"
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }

    assert len(told) == 1


def test_a_line_repeated_endlessly_has_few_places(submission):
    found = prints("value = 1\n" * 3000, submission)

    assert max(len(places) for places in found.values()) <= 30


def test_without_copydetect_it_is_said_what_to_install(monkeypatch):
    real = builtins.__import__

    def none(name, *arguments, **options):
        if name.startswith("copydetect"):
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", none)

    with pytest.raises(LabError, match=r"pip install 'grader\[similar\]'"):
        engine()
