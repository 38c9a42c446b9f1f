"""Whose folders and files they are: a class's or one student's."""

import pytest


def pairs(collected):
    return [(found.student, found.lab) for found in collected.found]


def test_student_is_the_first_folder_below_the_given_one(write, gather):
    root = write("bob/regression.py", "alice/any/thing/logic_gates.ipynb", "bob/mlp.py")

    collected = gather(root)

    assert pairs(collected) == [
        ("alice", "logic_gates"),
        ("bob", "mlp"),
        ("bob", "regression"),
    ]
    assert collected.found[0].where == "class/alice/any/thing/logic_gates.ipynb"
    assert (collected.refused, collected.ignored) == ((), ())


def test_file_alone_is_its_folders(write, gather):
    root = write("alice/logic_gates.py")

    assert pairs(gather(root / "alice")) == [("alice", "logic_gates")]
    assert pairs(gather(root / "alice" / "logic_gates.py")) == [
        ("alice", "logic_gates")
    ]


def test_files_of_many_in_one_folder_tell_the_student_by_name(write, gather):
    root = write("alice_mlp.py", "bob-logic_gates.ipynb", "mlp_carol.py")

    assert pairs(gather(root)) == [
        ("alice", "mlp"),
        ("bob", "logic_gates"),
        ("carol", "mlp"),
    ]


def test_folders_that_the_shell_listed_are_the_students(write, gather):
    root = write("alice/work/mlp.py", "bob/work/mlp.py", "carol_mlp.py")

    collected = gather(*sorted(root.iterdir()))

    assert pairs(collected) == [("alice", "mlp"), ("bob", "mlp"), ("carol", "mlp")]


def test_two_classes_given_at_once_are_two_classes(write, gather):
    root = write("a/ann/mlp.py", "a/abe/mlp.py", "b/bob/mlp.py", "b/bea/mlp.py")

    students = [student for student, _ in pairs(gather(root / "a", root / "b"))]

    assert students == ["abe", "ann", "bea", "bob"]


def test_folder_of_data_beside_an_answer_is_no_student(write, gather):
    root = write("mlp.py", "images/a.png", "lib/helper.py")

    collected = gather(root)

    assert pairs(collected) == [("class", "mlp")]
    assert collected.refused == ()
    assert collected.ignored == ("class/images/a.png", "class/lib/helper.py")


@pytest.mark.parametrize("lab", [None, "mlp"])
def test_students_folders_count_beside_a_file_at_the_top(write, gather, make_zip, lab):
    make_zip("class/alice/hand-in.zip", {"mlp.py": "x"})
    root = write("mlp.py", "bob/mlp.py", "lib/helper.py")

    collected = gather(root, lab=lab)

    assert pairs(collected) == [("alice", "mlp"), ("bob", "mlp"), ("class", "mlp")]


def test_students_source_folders_are_no_class(gather, make_zip, tmp_path):
    make_zip("class/bob.zip", {"src/mlp.py": "1", "tests/a.py": "2", "lib/b.py": "3"})
    make_zip("class/eve.zip", {"src/main.py": "1"})

    collected = gather(tmp_path / "class", lab="mlp")

    assert pairs(collected) == [("bob", "mlp"), ("eve", "mlp")]


def test_wrapped_class_of_files_of_any_name_is_a_class_for_the_given_lab(
    gather, make_zip
):
    names = ("ann/final.py", "bob/hw.ipynb", "cay/x.py")
    archive = make_zip("all.zip", {f"class/{name}": name for name in names})

    students = [student for student, _ in pairs(gather(archive, lab="mlp"))]

    assert students == ["ann", "bob", "cay"]


@pytest.mark.parametrize("top", ["", "class/", "downloads/class/"])
def test_zip_of_a_class_with_or_without_a_folder_around(gather, make_zip, top):
    archive = make_zip(
        "all.zip",
        {
            f"{top}alice/mlp.py": "1",
            f"{top}bob/work/mlp.ipynb": "2",
            f"{top}carol/regression.py": "3",
            f"__MACOSX/{top}alice/._mlp.py": "4",
        },
    )

    collected = gather(archive)

    assert pairs(collected) == [
        ("alice", "mlp"),
        ("bob", "mlp"),
        ("carol", "regression"),
    ]
    assert collected.found[1].where == f"all.zip/{top}bob/work/mlp.ipynb"


def test_class_of_files_in_a_zip_with_a_folder_around(gather, make_zip):
    names = ("ann", "bob", "cay")
    archive = make_zip("all.zip", {f"class/{name}_mlp.py": "x" for name in names})

    assert pairs(gather(archive)) == [(name, "mlp") for name in names]


def test_class_zip_lying_in_a_folder_is_still_a_class(gather, make_zip, tmp_path):
    make_zip("class/all.zip", {"alice/mlp.py": "1", "bob/mlp.py": "2"})

    assert pairs(gather(tmp_path / "class")) == [("alice", "mlp"), ("bob", "mlp")]


def test_versions_in_folders_are_one_students(write, gather):
    root = write("alice/first/mlp.py", content="old", hour=8)
    write("alice/second/mlp.py", content="new", hour=9)

    (found,) = gather(root).found

    assert (found.student, found.path.read_text()) == ("alice", "new")


def test_class_in_one_folder_too_many_is_still_a_class(write, gather):
    root = write("class/ann/mlp.py", "class/bob/mlp.py", "class/cay/mlp.py")

    assert [student for student, _ in pairs(gather(root))] == ["ann", "bob", "cay"]
