"""Gradescope's export and what its YAML may hold."""

import time
from datetime import UTC, datetime

import pytest

from grader.intake.platforms.gradescope import METADATA, recognise

ENTRY = """\
submission_1:
  :submitters:
  - :name: Zoë O'Müller, Jr.
    :sid: '0012'
    :email: zoe@uni.example
  :created_at: {at}
  :score: 0.0
  :history: []
"""
RAILS = """!ruby/object:ActiveSupport::TimeWithZone
    utc: &1 2026-03-05 18:03:44.558973000 Z
    zone: !ruby/object:ActiveSupport::TimeZone
      name: Etc/UTC
    time: *1"""
EVENING = datetime(2026, 3, 5, 18, 3, 44, 558973, tzinfo=UTC)


def exported(listing, metadata, *names):
    names = names or ("submission_1/mlp.py",)
    return recognise(listing(*names, files={METADATA: metadata}))


def test_the_metadata_tells_name_number_and_mail(listing):
    (one,) = exported(listing, ENTRY.format(at="")).files

    (person,) = one.people
    assert (person.name, person.id) == ("Zoë O'Müller, Jr.", "0012")
    assert person.email == "zoe@uni.example"
    assert one.item.parts == ("mlp.py",)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-05 18:03:44.558973000 Z",
        "2026-03-05T18:03:44.558973Z",
        "2026-03-05 21:03:44.558973 +03:00",
        RAILS,
    ],
    ids=["psych", "iso", "offset", "rails"],
)
def test_the_time_of_the_hand_in_is_read_as_ruby_writes_it(listing, written):
    (one,) = exported(listing, ENTRY.format(at=written)).files

    assert one.item.handed_at == EVENING


@pytest.mark.parametrize("written", ["", "yesterday", "[1, 2]", "9999-99-99 00:00:00"])
def test_a_time_that_is_none_is_unknown_and_the_file_counts(listing, written):
    (one,) = exported(listing, ENTRY.format(at=written)).files

    assert (one.item.handed_at, one.item.dated) == (None, False)


def test_a_groups_file_is_each_members(listing):
    group = (
        "submission_1:\n  :submitters:\n  - &1\n    :name: Ann\n    :sid: '1'\n"
        "  - :name: Bob\n    :sid:\n    :email: bob@uni.example\n  - *1\n  - Cay\n"
    )

    (one,) = exported(listing, group).files

    assert [person.id for person in one.people] == ["1", "bob@uni.example"]


def test_a_folder_that_the_metadata_does_not_know_keeps_its_name(listing):
    _, other = exported(
        listing, ENTRY.format(at=""), "submission_1/mlp.py", "submission_2/mlp.py"
    ).files

    assert (other.people, other.otherwise) == ((), "submission_2")


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param("", id="empty"),
        pytest.param("- a list", id="list"),
        pytest.param("submission_1: [", id="cut-off"),
        pytest.param("submission_1: *unknown", id="no-such-anchor"),
        pytest.param("submission_1: " + "[" * 200_000 + "]" * 200_000, id="deep"),
        pytest.param("{? [a] : b}", id="key-that-is-none"),
        pytest.param(
            "submission_1: !!python/object/apply:os.system [exit]\n\x00", id="nul"
        ),
        pytest.param("other:\n  :submitters: []", id="of-something-else"),
    ],
)
def test_metadata_that_can_not_be_understood_makes_it_no_export(listing, metadata):
    assert exported(listing, metadata) is None


def test_references_to_references_do_not_grow(listing):
    laughs = ["a0: &a0 [ha, ha]"]
    laughs += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    merges = ["m0: &m0 {k: v}"]
    merges += [
        f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}" for n in range(1, 40)
    ]
    text = "\n".join([*laughs, *merges, "submission_1:\n  :submitters: *a39", ""])

    (one,) = exported(listing, text).files

    assert one.people == ()


def test_tags_are_passed_over_and_nothing_is_called(listing, monkeypatch):
    called = []
    monkeypatch.setattr(time, "sleep", called.append)
    text = ENTRY.format(at="!!python/object/apply:time.sleep [1]")

    (one,) = exported(listing, text).files

    assert (called, len(one.people)) == ([], 1)
