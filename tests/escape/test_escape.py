"""No attack gains a point or does damage, and nobody honest is hurt by the defence."""

import json
import re
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    # one class, graded once
    pytest.mark.xdist_group("escape"),
]
FIELDS = {"hopes", "stopped by"}


def all_that_is_told(report):
    """Return the words of a report that are about the submission."""
    checks = [(check["feedback"], check["note"]) for check in report["checks"]]
    return json.dumps([checks, report["faults"]], ensure_ascii=False)


def kinds(report):
    return {found["kind"] for found in report["tampering"]}


def test_an_attack_gains_no_point_and_loses_none_that_its_honest_part_earns(
    attack, graded
):
    if "refused" in attack.says:
        assert not (graded.out / attack.name).exists()
        return

    assert graded.report(attack.name)["score"] == float(attack.says["deserves"])


def test_the_report_says_what_became_of_an_attack(attack, graded):
    if "refused" in attack.says:
        lines = [line for line in graded.said.splitlines() if "not graded" in line]
        (own,) = [line for line in lines if re.search(rf" {attack.name}[ :]", line)]
        assert re.search(attack.says["refused"], own), own
        return
    told = all_that_is_told(graded.report(attack.name))

    assert re.search(attack.says["tells"], told), told


def test_the_teacher_is_told_of_tampering(attack, graded):
    if "refused" in attack.says:
        pytest.skip("a hand-in that is refused has no report")

    assert kinds(graded.report(attack.name)) == attack.tampering


def test_an_honest_look_alike_has_full_marks_and_no_suspicion(honest, graded):
    report = graded.report(f"honest_{honest}")

    lost = {
        c["id"]: c["feedback"] for c in report["checks"] if c["outcome"] != "passed"
    }
    assert (report["score"], lost, report["tampering"]) == (100, {}, [])


def test_neighbours_are_graded_as_if_they_sat_alone(graded):
    neighbours = sorted(graded.handed_in.glob("*_neighbour"))
    reports = [graded.report(path.name) for path in neighbours]

    assert reports
    assert {report["score"] for report in reports} == {100}
    assert [report["faults"] for report in reports] == [[]] * len(reports)


def test_nothing_beside_the_class_was_touched(graded, fingerprint_of):
    around = graded.surroundings

    assert fingerprint_of(around.canary) == graded.before
    assert around.bystander.poll() is None
    with pytest.raises(BlockingIOError):
        around.listener.accept()


def test_nothing_is_left_behind(graded):
    marker = str(graded.temporary.parent).encode()
    alive = [path.parent.name for path in Path("/proc").glob("[0-9]*/environ")]
    left = [pid for pid in alive if marker in environment(pid)]

    assert left == []
    assert list(graded.temporary.iterdir()) == []


def environment(pid):
    try:
        return Path("/proc", pid, "environ").read_bytes()
    except OSError:
        return b""


def test_the_results_folder_holds_our_files_and_no_others(graded):
    reports = {"arena.json", "arena.html", "arena.md"}
    students = {path.name for path in graded.out.iterdir() if path.is_dir()}

    for student in students:
        assert {path.name for path in (graded.out / student).iterdir()} == reports
    assert students <= {path.name for path in graded.handed_in.iterdir()}


def test_the_batch_went_on_to_its_end(graded):
    handed_in = len(list(graded.handed_in.iterdir()))
    told = re.search(r"(\d+) graded(?:, (\d+) not graded)?\.", graded.said)
    graded_, not_graded = (int(number or 0) for number in told.groups())

    assert graded_ + not_graded >= handed_in
    assert graded.status == (1 if not_graded else 0)


def test_every_header_is_complete(corpus):
    wanted = {True: FIELDS | {"refused"}, False: FIELDS | {"deserves", "tells"}}
    missing = {
        attack.name: sorted(wanted["refused" in attack.says] - set(attack.says))
        for attack in corpus
        if not wanted["refused" in attack.says] <= set(attack.says)
    }

    assert missing == {}
    assert [a.name for a in corpus if a.number is None or not a.title] == []
    assert [a.name for a in corpus if a.name[:3] != f"{a.number:03}"] == []


def test_at_least_seventy_classes_are_tried(corpus):
    assert len({attack.number for attack in corpus}) >= 70
