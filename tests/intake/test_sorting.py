"""Zips and manifests: who packed what."""

from datetime import UTC, datetime

MORNING = datetime(2026, 5, 1, 8, tzinfo=UTC)


def pairs(collected):
    return [(found.student, found.lab) for found in collected.found]


def test_zip_with_a_broken_manifest_is_named_by_its_file(gather, make_zip):
    members = {"mlp.py": "x", "manifest.json": '{"student": "bob"}'}
    archive = make_zip("alice-mlp.zip", members)

    (found,) = gather(archive).found

    assert found.student == "alice"
    assert "manifest.json can't be used" in found.faults[0].message


def test_file_without_a_labs_name_is_refused_alone_and_taken_with_a_lab(write, gather):
    path = write("alice.py") / "alice.py"

    (refused,) = gather(path).refused
    assert "not named after a lab: name it <lab>.py" in refused.message

    assert pairs(gather(path, lab="mlp")) == [("alice", "mlp")]


def test_other_kinds_of_file_are_refused(write, gather):
    (refused,) = gather(write("alice.pdf") / "alice.pdf").refused

    assert "no .py, .ipynb or .zip" in refused.message


def test_zip_for_each_student_in_a_folder(manifest, write, gather, make_zip):
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


def test_zip_of_students_zips(manifest, gather, make_zip):
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


def test_manifest_that_names_another_student_than_the_zip_is_told(
    manifest, gather, make_zip
):
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


def test_manifests_student_can_lead_nowhere(manifest, gather, make_zip):
    archive = make_zip(
        "a.zip",
        {
            "logic_gates.py": "x",
            "manifest.json": manifest("../../root"),
        },
    )

    assert gather(archive).found[0].student == "root"


def test_folders_name_counts_before_the_manifests(manifest, gather, make_zip, tmp_path):
    make_zip(
        "class/alice/hand-in.zip",
        {
            "logic_gates.py": "x",
            "manifest.json": manifest("bob"),
        },
    )

    assert pairs(gather(tmp_path / "class")) == [("alice", "logic_gates")]
