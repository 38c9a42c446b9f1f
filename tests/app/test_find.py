"""Which file a student means, by a lab's name, a path or nothing at all."""

import pytest

from grader.app.find import find_work
from grader.errors import SubmissionError

LABS = ("logic_gates", "half_adder")


@pytest.fixture
def here(tmp_path):
    (tmp_path / "logic_gates.py").write_text("x = 1\n")
    (tmp_path / "other").mkdir()
    return tmp_path


def find(target, here):
    return find_work(target, labs=LABS, here=here)


def test_in_a_folder_that_is_named_nothing_beside_it_is_found(here):
    with pytest.raises(SubmissionError, match="no lab's file in other"):
        find("other", here)

    (here / "other/logic_gates.py").write_text("x = 2\n")

    assert find("other", here) == here / "other/logic_gates.py"


def test_a_labs_name_finds_it_here_and_in_a_folder_of_that_name(here):
    assert find("logic_gates", here) == here / "logic_gates.py"

    (here / "half_adder").mkdir()
    (here / "half_adder/half_adder.ipynb").write_text("{}")

    assert find("half_adder", here) == here / "half_adder/half_adder.ipynb"


@pytest.mark.parametrize("typed", ["logicgates", "Logic_Gates", "logic_gate"])
def test_the_nearest_lab_is_named(here, typed):
    with pytest.raises(SubmissionError, match=r"did you mean logic_gates\?"):
        find(typed, here)


def test_a_name_that_is_empty_is_not_whatever_is_here(here):
    with pytest.raises(SubmissionError, match="'' is no lab"):
        find("", here)


def test_a_folder_called_like_a_file_is_named_as_one(here):
    (here / "half_adder.py").mkdir()

    with pytest.raises(SubmissionError, match=r"half_adder\.py is a folder"):
        find("half_adder.py", here)


def test_a_link_that_leads_to_itself_is_no_file(here):
    (here / "half_adder.py").symlink_to("half_adder.py")

    with pytest.raises(SubmissionError, match="there is no file"):
        find("half_adder.py", here)
