"""Times on a logarithmic axis, worked out by hand."""

import pytest

from grader.reports.timing import place, times


@pytest.fixture
def took(report):
    def took(lab, *seconds):
        return [report(f"s{i}", lab, cpu_seconds=one) for i, one in enumerate(seconds)]

    return took


def test_each_tenfold_step_is_as_wide_as_the_other():
    assert [place(s, 10) for s in (0.1, 1, 10)] == pytest.approx([0, 0.5, 1])


def test_what_is_shorter_than_the_axis_stands_at_its_beginning():
    assert place(0, 10) == place(0.1, 10) == 0


def test_median_nine_tenths_longest_and_sum(took):
    (lab,) = times(took("a", *range(1, 11))).labs

    assert (lab.n, lab.median, lab.nine_tenths, lab.longest) == (10, 5.5, 9, 10)
    assert lab.total == 55


def test_the_axis_ends_at_a_number_that_people_know(took):
    ends = [times(took("a", longest)).ticks[-1][0] for longest in (0.02, 0.5, 7, 70)]

    assert ends == [1, 1, 10, 600]


def test_labs_share_the_axis_and_keep_their_order(took):
    found = times([*took("b", 1, 1), *took("a", 10)])

    assert [lab.lab for lab in found.labs] == ["b", "a"]
    # halfway, and at the end
    assert [lab.bins.index(max(lab.bins)) for lab in found.labs] == [24, 47]
    assert [sum(lab.bins) for lab in found.labs] == [2, 1]


def test_longer_than_every_tick_is_the_end_of_the_axis(took):
    (lab,) = times(took("a", 100_000)).labs

    assert lab.bins[-1] == 1


def test_no_reports_have_no_labs():
    assert times([]).labs == ()
