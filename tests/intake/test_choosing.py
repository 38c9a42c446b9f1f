"""Which file counts, among all that one student handed in."""

from datetime import UTC, datetime

import pytest

MORNING = datetime(2026, 5, 1, 8, tzinfo=UTC)


def pairs(collected):
    return [(found.student, found.lab) for found in collected.found]


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


def test_file_that_the_manifest_names_counts_though_older(manifest, write, gather):
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


def test_file_too_big_to_compare_counts_as_different(write, gather):
    root = write("alice/mlp.py", "alice/mlp.ipynb", content="x" * 20)

    (found,) = gather(root, notebook_bytes=10).found

    assert "also handed in and not graded" in found.faults[0].message


def test_manifest_of_a_file_that_is_missing_is_a_fault(manifest, write, gather):
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


def test_student_without_any_labs_file_is_refused_by_name(write, gather):
    root = write("alice/report.pdf", "bob/mlp.py")

    collected = gather(root)

    (refused,) = collected.refused
    assert (refused.student, refused.where) == ("alice", "class/alice")
    assert "found report.pdf" in refused.message
    assert pairs(collected) == [("bob", "mlp")]


@pytest.mark.parametrize("newer", ["class/alice-mlp.zip", "class/alice-mlp (1).zip"])
def test_newer_of_two_hand_ins_counts_by_their_manifests(
    manifest, gather, make_zip, tmp_path, newer
):
    for name in ("class/alice-mlp.zip", "class/alice-mlp (1).zip"):
        moment = MORNING.replace(hour=9 if name == newer else 8)
        described = manifest("alice", "mlp", submitted_at=moment)
        make_zip(name, {"mlp.py": name, "manifest.json": described})

    (found,) = gather(tmp_path / "class").found

    assert found.path.read_text() == newer
    assert len(found.faults) == 1
