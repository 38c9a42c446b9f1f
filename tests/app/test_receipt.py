import zipfile
from datetime import UTC, datetime

import pytest

from grader.app.receipt import asked_for, held, in_gradebook, matching
from grader.errors import SubmissionError
from grader.intake import collect, pack, take_in
from grader.store.gradebook import Gradebook

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def packed(tmp_path):
    """Return a function that packs a hand-in to the drop folder."""

    def run(student, code="x = 1\n"):
        file = tmp_path / "tiny.py"
        file.write_text(code)
        return pack(
            student=student,
            lab="tiny",
            file=file,
            lab_version="1.0",
            grader_version="0.1.0",
            clock=lambda: NOON,
            to=tmp_path / "drop",
        )

    return run


def changed(archive, content):
    with zipfile.ZipFile(archive) as opened:
        manifest = opened.read("manifest.json")
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("tiny.py", content)
        opened.writestr("manifest.json", manifest)


def test_every_hand_in_of_a_folder_is_verified(packed, tmp_path):
    packed("ada")
    packed("zoë")

    found = list(held([tmp_path / "drop"]))

    assert [one.student for one in found] == ["ada", "zoë"]
    assert all(one.is_good for one in found)
    assert found[0].submitted_at == NOON


def test_a_file_that_was_changed_after_packing_is_found_out(packed):
    archive = packed("ada")
    changed(archive, "x = 2\n")

    (one,) = held([archive])

    assert not one.is_good
    assert "differs from its manifest" in one.trouble


def test_a_receipt_finds_its_hand_in_among_others(packed, tmp_path):
    (ada,) = held([packed("ada")])
    packed("zoë")

    found, lost = matching(held([tmp_path / "drop"]), [ada.receipt])

    assert ([one.student for one in found], lost) == (["ada"], ())


def test_a_receipt_for_other_work_is_not_found(packed, tmp_path):
    (first,) = held([packed("ada", "x = 1\n")])
    packed("ada", "x = 2\n")

    assert matching(held([tmp_path / "drop"]), [first.receipt]) == (
        (),
        (first.receipt,),
    )


def test_a_class_in_a_zip_is_looked_into(packed, tmp_path):
    everyone = tmp_path / "class.zip"
    with zipfile.ZipFile(everyone, "w") as archive:
        archive.write(packed("ada"), "ada/ada-tiny.zip")

    (one,) = held([everyone])

    assert (one.student, one.where) == ("ada", f"{everyone}/ada/ada-tiny.zip")


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"tiny.py": "x"}, "has no manifest.json"),
        ({"manifest.json": "{}"}, "can't be used"),
        (None, "is not a zip"),
    ],
)
def test_what_submit_did_not_pack_is_said_to_be_so(tmp_path, members, told):
    path = tmp_path / "other.zip"
    path.write_bytes(b"no zip")
    if members is not None:
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)

    (one,) = held([path])

    assert (one.receipt, one.is_good) == ("", False)
    assert told in one.trouble


def test_manifest_whose_file_is_gone_is_said(packed, tmp_path):
    with zipfile.ZipFile(packed("ada")) as opened:
        manifest = opened.read("manifest.json")
    path = tmp_path / "bare.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", manifest)

    (one,) = held([path])

    assert one.trouble == "tiny.py, of which it speaks, is not beside it"


def test_receipts_and_places_are_told_apart(packed):
    archive = packed("ada")
    (one,) = held([archive])

    assert asked_for([str(archive), one.receipt.lower()]) == (
        (one.receipt,),
        (archive,),
    )


def test_what_is_neither_is_refused():
    with pytest.raises(SubmissionError, match=r"there is no nowhere\.zip"):
        asked_for(["nowhere.zip"])
    with pytest.raises(SubmissionError, match="is no receipt"):
        asked_for(["nowhere"])


def test_the_gradebook_knows_the_receipts_of_what_it_took_in(packed, tmp_path):
    (ada,) = held([packed("ada")])
    (tmp_path / "into").mkdir()
    collected = collect(
        [tmp_path / "drop"], labs=["tiny"], lab=None, into=tmp_path / "into"
    )
    with Gradebook(f"sqlite:///{tmp_path / 'book.sqlite'}") as book:
        hand_ins = [take_in(one) for one in collected.found]
        book.receive(hand_ins, at=NOON)

        (one,) = in_gradebook(book, [ada.receipt])
        none = list(in_gradebook(book, ["00000-00000-00000-00000-00000"]))

    assert (one.student, one.lab, one.sha256) == ("ada", "tiny", ada.sha256)
    assert (one.submitted_at, one.recorded_at, none) == (NOON, NOON, [])
