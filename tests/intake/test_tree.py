"""What is looked at in a folder, and what is passed over or refused."""

import os
import socket

import pytest

from grader.intake import collect, read

LABS = ("logic_gates", "regression", "logistic_regression", "mlp")
RESULTS = ("published.json", "index.html", "grades.csv")


def pairs(collected):
    return [(found.student, found.lab) for found in collected.found]


def test_what_tools_leave_behind_is_passed_over_in_silence(write, gather):
    root = write(
        "alice/mlp.py",
        "alice/.ipynb_checkpoints/mlp-checkpoint.ipynb",
        "alice/__pycache__/mlp.py",
        "alice/.git/mlp.py",
        "__MACOSX/alice/mlp.py",
        ".hidden/mlp.py",
        "alice/._mlp.py",
        "alice/venv/lib/mlp.py",
    )

    collected = gather(root)

    assert pairs(collected) == [("alice", "mlp")]
    assert (collected.refused, collected.ignored) == ((), ())
    assert collected.found[0].faults == ()


def test_links_are_never_followed(write, gather, tmp_path):
    secret = tmp_path / "solution"
    secret.mkdir()
    (secret / "mlp.py").write_text("answers")
    root = write("bob/mlp.py")
    (root / "alice").symlink_to(secret)
    (root / "eve").mkdir()
    (root / "eve" / "mlp.py").symlink_to(root / "bob" / "mlp.py")

    collected = gather(root)

    assert pairs(collected) == [("bob", "mlp")]
    assert [one.student for one in collected.refused] == ["alice", "eve"]
    for refused, name in zip(collected.refused, ("alice", "mlp.py"), strict=True):
        told = f"{name} is a symbolic link, expected a regular file"
        assert told in refused.message


def test_fifo_and_socket_are_refused_without_waiting(write, gather, monkeypatch):
    root = write("bob/mlp.py", "eve/x.txt")
    os.mkfifo(root / "eve" / "mlp.py")
    monkeypatch.chdir(root / "eve")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("mlp.ipynb")
        collected = gather(root)

    assert pairs(collected) == [("bob", "mlp")]
    assert [one.message.split(",")[0] for one in collected.refused] == [
        "mlp.ipynb is a socket",
        "mlp.py is a FIFO",
    ]
    (given,) = gather(root / "eve" / "mlp.py").refused
    assert "mlp.py is no .py" in given.message


def test_endless_folder_is_refused_and_the_rest_goes_on(write, gather):
    root = write("big/x/1.py", "big/x/2.py", "deep/a/b/c/mlp.py", "carol/a/mlp.py")

    collected = gather(*root.iterdir(), folder_entries=2)
    collected_deep = gather(*root.iterdir(), folder_depth=1)

    assert pairs(collected) == [("carol", "mlp")]
    assert [one.student for one in collected.refused] == ["big", "deep"]
    assert "give a smaller folder" in collected.refused[0].message
    assert pairs(collected_deep) == [("carol", "mlp")]


def test_folder_that_cant_be_listed_is_our_problem(write, gather, monkeypatch):
    root = write("alice/mlp.py")

    def fail(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("grader.intake.tree.os.scandir", fail)
    (refused,) = gather(root).refused

    assert refused.whose == "infrastructure"


def test_long_name_is_cut_for_people_and_read_all_the_same(write, gather, notebook):
    name = f"{'é' * 100}_mlp.ipynb"
    root = write(name, content=notebook("x = 1").decode())

    (found,) = gather(root).found

    assert len(found.name) == 100
    assert read(found).kind == "ipynb"


def test_results_of_another_grading_are_passed_over(write, gather):
    write("ada/mlp.py", "old/eve/mlp.py")

    root = write(*(f"old/{name}" for name in RESULTS))

    assert pairs(gather(root)) == [("ada", "mlp")]


@pytest.mark.parametrize("missing", RESULTS)
def test_who_hands_in_what_looks_like_results_is_not_overlooked(write, gather, missing):
    write("ada/mlp.py", "eve/mlp.py", f"eve/{missing}/a.txt", "eve/gradebook.sqlite")

    root = write(*(f"eve/{name}" for name in RESULTS if name != missing))

    assert pairs(gather(root)) == [("ada", "mlp"), ("eve", "mlp")]


@pytest.mark.parametrize("where", ["results", "term/results"])
def test_the_folder_that_this_run_writes_to_is_passed_over(write, tmp_path, where):
    root = write("ada/mlp.py", "bob/mlp.py", f"{where}/eve/mlp.py")
    (tmp_path / "into").mkdir()

    collected = collect(
        [root], labs=LABS, lab=None, into=tmp_path / "into", results=root / where
    )

    assert pairs(collected) == [("ada", "mlp"), ("bob", "mlp")]
