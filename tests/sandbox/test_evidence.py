"""Evidence is kept over all workers of a submission."""

from grader.sandbox.evidence import Evidence


def told(evidence):
    return [(found.kind, found.times, found.certain) for found in evidence.found]


def test_a_later_report_of_a_worker_replaces_the_one_before():
    evidence = Evidence()

    evidence.heard({"walks_frames": [2, ""]})
    evidence.heard({"walks_frames": [5, ""]})

    assert told(evidence) == [("walks_frames", 5, False)]


def test_the_next_worker_counts_anew():
    evidence = Evidence()

    evidence.heard({"walks_frames": [2, ""]})
    evidence.worker_ended()
    evidence.heard({"walks_frames": [3, ""]})

    assert told(evidence) == [("walks_frames", 5, False)]


def test_a_report_of_nothing_takes_nothing_back():
    evidence = Evidence()

    evidence.heard({"walks_frames": [2, ""]})
    evidence.heard({})
    evidence.heard(None)

    assert told(evidence) == [("walks_frames", 2, False)]


def test_what_was_seen_here_stays():
    evidence = Evidence()

    evidence.saw("forged_answer")
    evidence.worker_ended()
    evidence.saw("forged_answer")

    assert told(evidence) == [("forged_answer", 2, True)]


def test_what_was_told_once_can_not_be_taken_back():
    evidence = Evidence()

    evidence.heard({"reads_foreign_files": [3, "/etc/shadow"]})
    evidence.heard({"starts_processes": [1, "ls"]})
    evidence.heard({"reads_foreign_files": [1, "data.csv"]})

    assert {found.kind: found.times for found in evidence.found} == {
        "reads_foreign_files": 3,
        "starts_processes": 1,
    }
