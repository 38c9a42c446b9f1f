import hashlib
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import pytest

from grader.errors import InfrastructureError, SubmissionError
from grader.intake import (
    Manifest,
    collect,
    differences,
    pack,
    read,
    read_manifest,
    receipt,
)
from grader.intake.manifest import read_receipt

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LABS = ("logic_gates", "mlp")


@pytest.fixture
def packed(tmp_path):
    """Return a function that packs a file with this content."""

    def run(content=b"x = 1\n", *, name="work.py", to="out", student="alice"):
        file = tmp_path / name
        file.write_bytes(content)
        return pack(
            student=student,
            lab="logic_gates",
            file=file,
            lab_version="3",
            grader_version="0.1.0",
            clock=lambda: NOON,
            to=tmp_path / to,
        )

    return run


def manifest_in(archive):
    with zipfile.ZipFile(archive) as opened:
        return read_manifest(opened.read("manifest.json"))


def test_hand_in_holds_the_file_and_its_manifest(packed):
    archive = packed()

    with zipfile.ZipFile(archive) as opened:
        assert sorted(opened.namelist()) == ["logic_gates.py", "manifest.json"]
        assert opened.read("logic_gates.py") == b"x = 1\n"
    manifest = manifest_in(archive)
    assert archive.name == "alice-logic_gates.zip"
    assert manifest.sha256 == hashlib.sha256(b"x = 1\n").hexdigest()
    assert (manifest.size, manifest.file) == (6, "logic_gates.py")
    assert manifest.submitted_at == NOON


def test_same_hand_in_packs_to_the_same_bytes(packed):
    assert packed().read_bytes() == packed(to="other").read_bytes()


def test_packing_again_replaces_and_leaves_nothing_else(packed):
    packed(b"x = 1")
    archive = packed(b"x = 2")

    assert manifest_in(archive).sha256 == hashlib.sha256(b"x = 2").hexdigest()
    assert list(archive.parent.iterdir()) == [archive]


def test_hand_in_that_cant_be_written_whole_is_not_written_at_all(packed, monkeypatch):
    archive = packed(b"x = 1")
    before = archive.read_bytes()

    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(InfrastructureError, match="Input/output error"):
        packed(b"x = 2")

    assert archive.read_bytes() == before
    assert list(archive.parent.iterdir()) == [archive]


def test_folder_that_cant_be_made_is_said(packed, tmp_path):
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(InfrastructureError, match="choose another folder"):
        packed(to="taken")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", b"x", "no .py or .ipynb"),
        ("a.py", b"", "is empty"),
        ("a.ipynb", b"<html>", "not a notebook"),
    ],
)
def test_what_could_not_be_graded_is_not_packed(packed, name, content, told):
    with pytest.raises(SubmissionError, match=told):
        packed(content, name=name)


def test_students_name_leads_nowhere(packed, tmp_path):
    archive = packed(student="../../Zoë/evil")

    assert archive == tmp_path / "out" / "Zoëevil-logic_gates.zip"


def test_what_was_packed_is_collected_and_read_as_it_was(packed, tmp_path, notebook):
    packed(notebook("x = 1"), name="a.ipynb", student="Zoë M-1")
    into = tmp_path / "into"
    into.mkdir()

    collected = collect([tmp_path / "out"], labs=LABS, lab=None, into=into)
    submission = read(collected.found[0])

    assert (submission.student, submission.lab) == ("Zoë M-1", "logic_gates")
    assert submission.kind == "ipynb"
    assert submission.received_at == NOON
    assert (collected.refused, submission.faults) == ((), ())


def test_changed_file_is_a_fault_and_is_still_read(packed, tmp_path):
    archive = packed()
    with zipfile.ZipFile(archive) as opened:
        manifest = opened.read("manifest.json")
    with zipfile.ZipFile(archive, "w") as changed:
        changed.writestr("logic_gates.py", "x = 2")
        changed.writestr("manifest.json", manifest)
    into = tmp_path / "into"
    into.mkdir()

    (found,) = collect([archive], labs=LABS, lab=None, into=into).found
    submission = read(found)

    assert submission.cells[0].code == "x = 2"
    assert "differs from its manifest (5 bytes" in submission.faults[0].message


def test_equal_content_is_no_difference(packed):
    manifest = manifest_in(packed())

    assert differences(manifest, b"x = 1\n") == ()
    assert len(differences(manifest, b"x = 1 ")) == 1


def test_receipt_is_what_a_teacher_computes_from_the_file(packed):
    manifest = manifest_in(packed())
    fields = {
        "schema_version": 2,
        "student": "alice",
        "lab": "logic_gates",
        "file": "logic_gates.py",
        "sha256": hashlib.sha256(b"x = 1\n").hexdigest(),
        "size": 6,
        "submitted_at": "2026-05-01T12:00:00Z",
        "grader_version": "0.1.0",
        "lab_version": "3",
        "python": manifest.python,
        "numpy": "",
        "public_checks": None,
    }
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    bits = "".join(f"{byte:08b}" for byte in hashlib.sha256(text.encode()).digest())
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    symbols = [letters[int(bits[at : at + 5], 2)] for at in range(0, 120, 5)]

    code = receipt(manifest)

    assert re.fullmatch(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}", code)
    assert list(code.replace("-", ""))[:24] == symbols


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " ")])
def test_receipt_is_read_however_it_is_typed(packed, typed):
    code = receipt(manifest_in(packed()))

    assert read_receipt(typed(code)) == code


def test_letters_that_look_like_digits_are_taken_for_them():
    # 24 zeros have a sum of 0, so the check symbol is 0 as well
    assert read_receipt("OoOOO-OOOOO-OOOOO-OOOOO-OOOOO") == "-".join(["00000"] * 5)


def test_check_symbol_is_that_of_luhn_modulo_32():
    # from the right: 1 doubled is 2, H (17) doubled is 34 = 1 * 32 + 2, which counts 3;
    # a symbol in an odd place counts as it is: 2 + 5 + 3 = 10, so 32 - 10 = 22 = P
    assert read_receipt("0" * 21 + "H51" + "P").endswith("H51P")


@pytest.mark.parametrize("place", [0, 4, 11, 24])
def test_any_single_mistyped_symbol_is_told(packed, place):
    code = receipt(manifest_in(packed())).replace("-", "")
    wrong = "7" if code[place] != "7" else "8"

    with pytest.raises(SubmissionError, match="mistyped"):
        read_receipt(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize(
    "text", ["", "3f2a-91bc-0d4e", "U" * 25, "ä" * 25, "0" * 10**6]
)
def test_what_is_no_receipt_is_said_in_a_short_line(text):
    with pytest.raises(SubmissionError, match="is no receipt") as told:
        read_receipt(text)

    assert len(str(told.value)) < 200


def test_manifest_of_version_1_is_still_read(packed):
    fields = manifest_in(packed()).model_dump(mode="json")
    older = {k: v for k, v in fields.items() if k not in {"numpy", "public_checks"}}

    manifest = read_manifest(json.dumps(older | {"schema_version": 1}).encode())

    assert (manifest.numpy, manifest.public_checks) == ("", None)


def test_receipt_changes_with_any_field(packed):
    manifest = manifest_in(packed())
    later = manifest.model_copy(update={"submitted_at": NOON + timedelta(seconds=1)})

    assert receipt(later) != receipt(manifest)


def test_time_in_another_zone_is_the_same_moment(packed):
    fields = manifest_in(packed()).model_dump()
    zone = timezone(timedelta(hours=2))

    local = Manifest(**fields | {"submitted_at": NOON.astimezone(zone)})

    assert receipt(local) == receipt(manifest_in(packed()))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("schema_version", 3),
        ("student", ""),
        ("student", "a\nb"),
        ("student", "a" * 201),
        ("lab", "../evil"),
        ("file", "../logic_gates.py"),
        ("file", "logic_gates.exe"),
        ("sha256", "ABC"),
        ("size", -1),
        ("submitted_at", "2026-05-01T12:00:00"),
        ("submitted_at", "9999-12-31T23:59:59-14:00"),
        ("extra", 1),
    ],
)
def test_manifest_with_a_wrong_field_is_refused(packed, field, value):
    fields = json.loads(manifest_in(packed()).model_dump_json())

    with pytest.raises(SubmissionError, match="can't be used") as caught:
        read_manifest(json.dumps(fields | {field: value}).encode())

    assert "\n" not in str(caught.value)


def test_huge_manifest_is_refused_unparsed():
    with pytest.raises(SubmissionError, match="expected at most 65,536"):
        read_manifest(b" " * 65_537)
