import os
import socket
import zipfile
from datetime import UTC, datetime

import pytest

from grader.intake import (
    IntakeLimits,
    Manifest,
    NothingThereError,
    UnknownLabError,
    collect,
    read,
)

LABS = ("logic_gates", "regression", "logistic_regression", "mlp")
MORNING = datetime(2026, 5, 1, 8, tzinfo=UTC)


@pytest.fixture
def write(tmp_path):
    """Return a function that writes files below `class`, and returns that folder."""

    def run(*names, content="x = 1", hour=None):
        for name in names:
            path = tmp_path / "class" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
            if hour is not None:
                moment = MORNING.replace(hour=hour).timestamp()
                os.utime(path, (moment, moment))
        return tmp_path / "class"

    return run


@pytest.fixture
def gather(tmp_path):
    """Return a function that collects from paths."""
    into = tmp_path / "into"
    into.mkdir()

    def run(*paths, lab=None, **limits):
        limits = IntakeLimits(**limits)
        return collect(paths, labs=LABS, lab=lab, into=into, limits=limits)

    return run


def pairs(collected):
    return [(found.student, found.lab) for found in collected.found]


def manifest(student, lab="logic_gates", suffix=".py", **changes):
    fields = {
        "student": student,
        "lab": lab,
        "file": f"{lab}{suffix}",
        "sha256": "0" * 64,
        "size": 1,
        "submitted_at": MORNING,
        "grader_version": "1",
        "lab_version": "1",
        "python": "3.11",
    }
    return Manifest(**fields | changes).model_dump_json()


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


def test_platforms_folders_keep_what_tells_namesakes_apart(write, gather):
    root = write(
        "Jo Doe_1_assignsubmission_file_/mlp.py",
        "Jo Doe_2_assignsubmission_file_/mlp.py",
        "doejo_12_34567_logic_gates-1.ipynb",
    )

    assert pairs(gather(root)) == [
        ("Jo Doe_1", "mlp"),
        ("Jo Doe_2", "mlp"),
        ("doejo_12", "logic_gates"),
    ]


def test_names_are_safe_composed_and_told_apart(write, gather):
    root = write("alice/mlp.py", "Alice/mlp.py", "con/mlp.py", "e\u0301/mlp.py")

    students = [student for student, _ in pairs(gather(root))]

    assert students == ["Alice", "_con", "alice (2)", "\u00e9"]


def test_same_folder_given_twice_counts_once(write, gather):
    root = write("alice/mlp.py")

    collected = gather(root, root)

    assert pairs(collected) == [("alice", "mlp")]
    assert collected.found[0].faults == ()


def test_newer_of_script_and_notebook_counts_and_the_other_is_told(write, gather):
    root = write("alice/mlp.py", content="new", hour=10)
    write("alice/mlp.ipynb", content="old", hour=9)

    (found,) = gather(root).found

    assert found.path.name == "mlp.py"
    assert found.received_at == MORNING.replace(hour=10)
    assert "not graded: class/alice/mlp.ipynb" in found.faults[0].message


def test_of_two_equally_old_the_notebook_counts(write, gather):
    root = write("alice/mlp.py", hour=9)
    write("alice/mlp.ipynb", content="{}", hour=9)

    (found,) = gather(root).found

    assert found.path.name == "mlp.ipynb"
    (fault,) = found.faults
    assert fault.where == "class/alice/mlp.ipynb"
    assert "not graded: class/alice/mlp.py" in fault.message


def test_file_that_the_manifest_names_counts_though_older(write, gather):
    root = write("alice/mlp.py", hour=9)
    write("alice/mlp.ipynb", content="{}", hour=10)
    write("alice/manifest.json", content=manifest("alice", "mlp"))

    (found,) = gather(root).found

    assert found.path.name == "mlp.py"
    assert found.received_at == MORNING
    assert found.manifest is not None


def test_exact_name_counts_before_a_newer_draft(write, gather):
    root = write("alice/mlp.py", hour=9)
    write("alice/mlp_old_draft.py", "alice/test_mlp.py", content="y", hour=10)

    collected = gather(root)

    assert collected.found[0].path.name == "mlp.py"
    assert collected.ignored == ("class/alice/test_mlp.py",)


def test_equal_copies_are_no_fault(write, gather):
    root = write("alice/mlp.py", "alice/mlp (1).py", "alice/v1/mlp.py")

    (found,) = gather(root).found

    assert found.faults == ()


def test_broken_manifest_is_a_fault_and_the_file_counts(write, gather):
    root = write("alice/mlp.py", hour=9)
    write("alice/manifest.json", content="{")

    (found,) = gather(root).found

    assert found.received_at == MORNING.replace(hour=9)
    assert "manifest.json can't be used" in found.faults[0].message


def test_zip_with_a_broken_manifest_is_named_by_its_file(gather, make_zip):
    members = {"mlp.py": "x", "manifest.json": '{"student": "bob"}'}
    archive = make_zip("alice-mlp.zip", members)

    (found,) = gather(archive).found

    assert found.student == "alice"
    assert "manifest.json can't be used" in found.faults[0].message


def test_file_too_big_to_compare_counts_as_different(write, gather):
    root = write("alice/mlp.py", "alice/mlp.ipynb", content="x" * 20)

    (found,) = gather(root, notebook_bytes=10).found

    assert "also handed in and not graded" in found.faults[0].message


def test_manifest_of_a_file_that_is_missing_is_a_fault(write, gather):
    root = write("alice/mlp.py")
    write("alice/manifest.json", content=manifest("alice", "mlp", ".ipynb"))

    (found,) = gather(root).found

    assert found.manifest is None
    assert "names mlp.ipynb, which is not beside it" in found.faults[0].message


def test_single_file_counts_for_the_given_lab(write, gather):
    root = write("alice/final.py", "bob/mlp.py", "carol.ipynb", "dan/regression.py")

    collected = gather(root, lab="mlp")

    assert pairs(collected) == [("alice", "mlp"), ("bob", "mlp"), ("carol", "mlp")]
    assert collected.refused == ()
    assert collected.ignored == ("class/dan/regression.py",)


def test_students_own_tests_are_no_second_file(write, gather):
    root = write("alice/final.py", "alice/test_final.py")

    (found,) = gather(root, lab="mlp").found

    assert found.path.name == "final.py"


def test_single_file_and_its_notebook_are_one_answer(write, gather):
    root = write("alice/final.py", hour=9)
    write("alice/final.ipynb", content="{}", hour=10)

    (found,) = gather(root, lab="mlp").found

    assert found.path.name == "final.ipynb"


def test_several_nameless_files_are_refused_for_the_given_lab(write, gather):
    root = write("alice/a.py", "alice/b.py")

    (refused,) = gather(root, lab="mlp").refused

    assert (refused.student, refused.lab, refused.whose) == (
        "alice",
        "mlp",
        "submission",
    )
    assert "found a.py, b.py" in refused.message
    assert "name it mlp.py or mlp.ipynb" in refused.message


def test_unknown_lab_is_refused_with_the_nearest_name(write, gather):
    root = write("alice/mlp.py")

    with pytest.raises(
        UnknownLabError, match="no lab called logic_gate: did you mean logic_gates"
    ):
        gather(root, lab="logic_gate")
    with pytest.raises(UnknownLabError, match="there are logic_gates, logistic"):
        gather(root, lab="zzz")


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


def test_files_of_no_lab_are_listed_once(write, gather):
    root = write(
        "alice/mlp.py", "alice/notes.txt", "alice/plots.py", "grades.csv", "x.py"
    )

    collected = gather(root)

    assert collected.ignored == (
        "class/alice/notes.txt",
        "class/alice/plots.py",
        "class/grades.csv",
        "class/x.py",
    )
    assert collected.refused == ()


def test_student_without_any_labs_file_is_refused_by_name(write, gather):
    root = write("alice/report.pdf", "bob/mlp.py")

    collected = gather(root)

    (refused,) = collected.refused
    assert (refused.student, refused.where) == ("alice", "class/alice")
    assert "found report.pdf" in refused.message
    assert pairs(collected) == [("bob", "mlp")]


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


def test_file_without_a_labs_name_is_refused_alone_and_taken_with_a_lab(write, gather):
    path = write("alice.py") / "alice.py"

    (refused,) = gather(path).refused
    assert "not named after a lab: name it <lab>.py" in refused.message

    assert pairs(gather(path, lab="mlp")) == [("alice", "mlp")]


def test_other_kinds_of_file_are_refused(write, gather):
    (refused,) = gather(write("alice.pdf") / "alice.pdf").refused

    assert "no .py, .ipynb or .zip" in refused.message


def test_missing_path_and_circular_link_are_usage_errors(tmp_path, gather):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    for name in ("gone", "loop"):
        with pytest.raises(NothingThereError, match="check the path"):
            gather(tmp_path / name)


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


def test_link_that_the_teacher_names_is_followed(write, gather, tmp_path):
    root = write("alice/mlp.py")
    (tmp_path / "link").symlink_to(root)

    assert pairs(gather(tmp_path / "link")) == [("alice", "mlp")]


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


def test_names_with_control_characters_stay_one_line(write, gather):
    root = write("eve\nbob ok\x1b[31m/notes\n.py", "bad\udcff/mlp.py")

    collected = gather(root)

    texts = [one.message + one.where for one in collected.refused]
    texts += [found.where + found.student for found in collected.found]
    assert len(texts) == 2
    for text in texts:
        assert text.encode()
        assert text.isprintable()


def test_zip_for_each_student_in_a_folder(write, gather, make_zip):
    make_zip(
        "class/alice-logic_gates.zip",
        {
            "logic_gates.py": "x",
            "manifest.json": manifest("alice"),
        },
    )
    make_zip("class/bob.zip", {"work/mlp.py": "x"})
    make_zip("class/carol/anything.zip", {"mlp.py": "x", "data.csv": "1"})
    root = write("dan/mlp.py")

    collected = gather(root)

    assert pairs(collected) == [
        ("alice", "logic_gates"),
        ("bob", "mlp"),
        ("carol", "mlp"),
        ("dan", "mlp"),
    ]
    assert collected.found[0].received_at == MORNING
    assert collected.found[0].path.read_text() == "x"
    assert collected.ignored == ("class/carol/anything.zip/data.csv",)
    assert collected.refused == ()


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


def test_zip_of_students_zips(gather, make_zip):
    one = make_zip("1.zip", {"logic_gates.py": "x", "manifest.json": manifest("alice")})
    two = make_zip("2.zip", {"mlp.py": "x"})
    archive = make_zip(
        "all.zip",
        {
            "alice-logic_gates.zip": one.read_bytes(),
            "bob/hand-in.zip": two.read_bytes(),
        },
    )

    assert pairs(gather(archive)) == [("alice", "logic_gates"), ("bob", "mlp")]


def test_class_of_files_in_a_zip_with_a_folder_around(gather, make_zip):
    names = ("ann", "bob", "cay")
    archive = make_zip("all.zip", {f"class/{name}_mlp.py": "x" for name in names})

    assert pairs(gather(archive)) == [(name, "mlp") for name in names]


def test_class_zip_lying_in_a_folder_is_still_a_class(gather, make_zip, tmp_path):
    make_zip("class/all.zip", {"alice/mlp.py": "1", "bob/mlp.py": "2"})

    assert pairs(gather(tmp_path / "class")) == [("alice", "mlp"), ("bob", "mlp")]


def test_students_own_zip_given_alone_is_named_by_the_file_or_its_folder(
    gather, make_zip
):
    first = make_zip("x/alice.zip", {"mlp.py": "1", "data/a.csv": "2"})
    second = make_zip("x/bob/mlp.zip", {"mlp.py": "1"})

    assert pairs(gather(first)) == [("alice", "mlp")]
    assert gather(first).refused == ()
    assert pairs(gather(second)) == [("bob", "mlp")]


def test_unsafe_zip_is_refused_and_the_others_go_on(write, gather, make_zip):
    make_zip("class/eve.zip", {"../mlp.py": "x"})
    make_zip("class/mallory/hand-in.zip", {"mlp.py": b"0" * 2_000_000})
    root = write("alice/mlp.py", "broken.zip")

    collected = gather(root)

    assert pairs(collected) == [("alice", "mlp")]
    told = {one.student: one.message for one in collected.refused}
    assert set(told) == {"eve", "mallory", "broken"}
    assert "leads out of the archive" in told["eve"]
    assert "would grow" in told["mallory"]
    assert "not a zip" in told["broken"]
    assert all("\n" not in message for message in told.values())


def test_zip_in_a_zip_in_a_zip_is_not_opened(gather, make_zip):
    inner = make_zip("1.zip", {"mlp.py": "x"})
    middle = make_zip("2.zip", {"inner.zip": inner.read_bytes()})
    archive = make_zip("3.zip", {"alice/middle.zip": middle.read_bytes()})

    collected = gather(archive)

    assert collected.found == ()
    (refused,) = collected.refused
    assert (refused.student, refused.where) == ("alice", "3.zip/alice/middle.zip")
    assert "found inner.zip" in refused.message


def test_manifest_that_names_another_student_than_the_zip_is_told(gather, make_zip):
    archive = make_zip(
        "mallory-logic_gates.zip",
        {
            "logic_gates.py": "x",
            "manifest.json": manifest("bob"),
        },
    )

    (found,) = gather(archive).found

    assert found.student == "bob"
    assert "its manifest names bob: check whose it is" in found.faults[0].message


def test_manifests_student_can_lead_nowhere(gather, make_zip):
    archive = make_zip(
        "a.zip",
        {
            "logic_gates.py": "x",
            "manifest.json": manifest("../../root"),
        },
    )

    assert gather(archive).found[0].student == "root"


def test_folders_name_counts_before_the_manifests(gather, make_zip, tmp_path):
    make_zip(
        "class/alice/hand-in.zip",
        {
            "logic_gates.py": "x",
            "manifest.json": manifest("bob"),
        },
    )

    assert pairs(gather(tmp_path / "class")) == [("alice", "logic_gates")]


@pytest.mark.parametrize("newer", ["class/alice-mlp.zip", "class/alice-mlp (1).zip"])
def test_newer_of_two_hand_ins_counts_by_their_manifests(
    gather, make_zip, tmp_path, newer
):
    for name in ("class/alice-mlp.zip", "class/alice-mlp (1).zip"):
        moment = MORNING.replace(hour=9 if name == newer else 8)
        described = manifest("alice", "mlp", submitted_at=moment)
        make_zip(name, {"mlp.py": name, "manifest.json": described})

    (found,) = gather(tmp_path / "class").found

    assert found.path.read_text() == newer
    assert len(found.faults) == 1


def test_time_of_a_member_without_one_is_the_archives(gather, make_zip):
    undated = zipfile.ZipInfo("mlp.py", (1980, 1, 1, 0, 0, 0))
    archive = make_zip("alice.zip", {undated: "x"})
    os.utime(archive, (MORNING.timestamp(), MORNING.timestamp()))

    assert gather(archive).found[0].received_at == MORNING


def test_versions_in_folders_are_one_students(write, gather):
    root = write("alice/first/mlp.py", content="old", hour=8)
    write("alice/second/mlp.py", content="new", hour=9)

    (found,) = gather(root).found

    assert (found.student, found.path.read_text()) == ("alice", "new")


def test_class_in_one_folder_too_many_is_still_a_class(write, gather):
    root = write("class/ann/mlp.py", "class/bob/mlp.py", "class/cay/mlp.py")

    assert [student for student, _ in pairs(gather(root))] == ["ann", "bob", "cay"]


RESULTS = ("published.json", "index.html", "grades.csv")


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
