"""Finding who handed in what, in all that a teacher may name."""

import pytest

from grader.intake import NothingThereError, UnknownLabError


def pairs(collected):
    return [(found.student, found.lab) for found in collected.found]


def test_same_folder_given_twice_counts_once(write, gather):
    root = write("alice/mlp.py")

    collected = gather(root, root)

    assert pairs(collected) == [("alice", "mlp")]
    assert collected.found[0].faults == ()


def test_unknown_lab_is_refused_with_the_nearest_name(write, gather):
    root = write("alice/mlp.py")

    with pytest.raises(
        UnknownLabError, match="no lab called logic_gate: did you mean logic_gates"
    ):
        gather(root, lab="logic_gate")
    with pytest.raises(UnknownLabError, match="there are logic_gates, logistic"):
        gather(root, lab="zzz")


def test_missing_path_and_circular_link_are_usage_errors(tmp_path, gather):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    for name in ("gone", "loop"):
        with pytest.raises(NothingThereError, match="check the path"):
            gather(tmp_path / name)


def test_link_that_the_teacher_names_is_followed(write, gather, tmp_path):
    root = write("alice/mlp.py")
    (tmp_path / "link").symlink_to(root)

    assert pairs(gather(tmp_path / "link")) == [("alice", "mlp")]
