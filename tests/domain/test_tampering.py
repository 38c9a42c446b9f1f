"""What a worker says of itself is read without trust, and cut to size."""

import pytest

from grader.domain.tampering import SEEN_BY_WORKER, SEEN_HERE, reported, seen, summed


@pytest.mark.parametrize(
    "audit",
    [
        pytest.param(None, id="nothing"),
        pytest.param([["walks_frames", [1, ""]]], id="a-list"),
        pytest.param({"forged_answer": [1, "x"]}, id="seen-here-alone"),
        pytest.param({"full_marks": [1, "x"]}, id="unknown-word"),
        pytest.param({"walks_frames": [True, ""]}, id="truth"),
        pytest.param({"walks_frames": [0, ""]}, id="never"),
        pytest.param({"walks_frames": [-1, ""]}, id="less-than-never"),
        pytest.param({"walks_frames": [1.5, ""]}, id="fraction"),
        pytest.param({"walks_frames": [1, b""]}, id="bytes"),
        pytest.param({"walks_frames": [1]}, id="short"),
        pytest.param({"walks_frames": [1, "", ""]}, id="long"),
        pytest.param({"walks_frames": {"times": 1}}, id="a-dict"),
    ],
)
def test_what_is_not_of_the_form_is_dropped(audit):
    assert reported(audit) == ()


def test_what_is_beside_a_good_entry_does_not_spoil_it():
    (found,) = reported({"nonsense": 1, "walks_frames": [3, ""], 7: []})

    assert (found.kind, found.times, found.certain) == ("walks_frames", 3, False)


def test_words_of_the_students_are_one_clean_bounded_line():
    detail = "\x1b[31m/etc\n\u202epasswd\x9b2J\ud800" + "x" * 10_000

    (found,) = reported({"reads_foreign_files": [10**30, detail]})

    assert "/etc passwd" in found.says
    assert found.says.isprintable()
    assert len(found.says) < 300
    assert found.times == 1_000_000


def test_only_what_the_grading_process_saw_is_certain():
    assert {kind for kind in SEEN_HERE if seen(kind).certain} == set(SEEN_HERE)
    assert not any(seen(kind).certain for kind in SEEN_BY_WORKER)


def test_sightings_of_one_kind_are_added_up():
    first, other = seen("walks_frames", times=2), seen("forged_answer", detail="a")
    again = seen("forged_answer", times=5, detail="b")

    total = summed([first, other, again])

    assert [(t.kind, t.times) for t in total] == [
        ("forged_answer", 6),
        ("walks_frames", 2),
    ]
    assert total[0].says.endswith(": a")
