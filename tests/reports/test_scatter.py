"""The plot of a lab's checks."""

from itertools import combinations
from math import hypot

import pytest

from grader.reports.dashboard import dashboard_html
from grader.reports.scatter import HEIGHT_PX, chance, is_alarming, region, scatter
from grader.reports.summary import CheckStatistics


def statistics(passed, discrimination, *, n=40, name="a", **fields):
    return CheckStatistics(
        id=name,
        task="T1",
        title=f"{name} is right.",
        n=n,
        passed=passed,
        pass_rate=passed / n,
        mean_credit=passed / n,
        discrimination=discrimination,
        outcomes={},
        **{"hidden": True, "points": 1.0, **fields},
    )


@pytest.mark.parametrize(
    ("n", "bound"),
    [
        pytest.param(26, 1.96 / 5, id="five deviations of a fifth"),
        pytest.param(101, 0.196, id="a hundred and one"),
        pytest.param(2, 1.0, id="two are always on a line"),
        pytest.param(1, 1.0, id="one"),
    ],
)
def test_chance_is_twice_the_deviation_of_a_correlation_of_nothing(n, bound):
    assert chance(n) == pytest.approx(bound)


@pytest.mark.parametrize(
    ("passed", "discrimination", "expected"),
    [
        pytest.param(10, 0.5, "hard", id="a quarter pass"),
        pytest.param(20, 0.2, "easy", id="half pass, and it just tells"),
        pytest.param(10, 0.19, "hard_poor", id="hard and useless"),
        pytest.param(39, 0.0, "easy_poor", id="easy and useless"),
        pytest.param(39, -0.01, "reversed", id="below zero"),
        pytest.param(40, None, "all", id="everybody"),
        pytest.param(0, None, "none", id="nobody"),
        pytest.param(20, None, "alike", id="all others alike"),
    ],
)
def test_a_check_lies_in_the_part_that_its_numbers_say(
    passed, discrimination, expected
):
    assert region(statistics(passed, discrimination)) == expected


def test_a_low_value_alarms_only_beyond_chance():
    # with 26 submissions chance goes as far as 0.39
    assert not is_alarming(statistics(13, -0.38, n=26))
    assert is_alarming(statistics(13, -0.4, n=26))


def test_dots_stand_by_share_and_value():
    top, zero = scatter([statistics(10, 1.0), statistics(30, 0.0, name="b")]).dots
    bottom = scatter([statistics(10, -1.0)]).dots[0]

    assert (top.x, zero.x) == (0.25, 0.75)
    assert top.y_px < zero.y_px < bottom.y_px == HEIGHT_PX
    assert top.aside == zero.aside == (0, 0)


@pytest.mark.parametrize(
    "value", [pytest.param(0.5, id="amid"), pytest.param(1.0, id="at the corner")]
)
def test_forty_checks_in_one_place_are_forty_dots(value):
    same = [statistics(40 - (value < 1), value, name=f"c{i}") for i in range(40)]
    dots = scatter(same).dots

    for width in (236, 720):
        places = [(d.x * width + d.aside[0], d.y_px + d.aside[1]) for d in dots]
        # a dot is 16 pixels wide, its number 11
        apart = [hypot(a - c, b - d) for (a, b), (c, d) in combinations(places, 2)]
        assert min(apart) > 12
        assert all(-8 < x < width + 8 and -8 < y < HEIGHT_PX + 8 for x, y in places)


def test_neighbours_on_a_phone_are_two_dots_there_too():
    near, other = scatter([statistics(20, 0.5), statistics(22, 0.5, name="b")]).dots

    # 12 pixels apart on a phone, 36 on a page: no reason to move
    assert near.aside == other.aside == (0, 0)
    (same, moved) = scatter(
        [statistics(99, 0.5, n=200), statistics(100, 0.5, n=200)]
    ).dots
    right = 236 * (moved.x - same.x) + moved.aside[0]
    assert hypot(right, moved.aside[1]) >= 6


def test_a_dot_says_what_it_is_in_one_line():
    (dot,) = scatter([statistics(25, 0.456)]).dots

    says = "1: a is right. 62 % pass, discrimination 0.46: easy and telling"
    assert dot.says == says


def test_what_has_no_number_is_listed_by_its_reason():
    alike = [statistics(40, None), statistics(0, None, name="b"), statistics(40, None)]
    plot = scatter([*alike, statistics(20, 0.3, name="d")])

    assert [(kind, [d.number for d in dots]) for kind, dots in plot.apart] == [
        ("everybody passes", [1, 3]),
        ("nobody passes", [2]),
    ]
    assert [dot.number for dot in plot.dots] == [4]


def test_fewer_than_five_have_no_plot():
    assert scatter([statistics(2, 0.9, n=4)]) is None
    assert scatter([]) is None


@pytest.fixture
def page(report, check, small_class, parse):
    """The page of ten students; of two checks one is passed by the strong alone."""

    def one(number):
        strong = number < 5
        checks = (
            check(
                "a", earned=10 if strong else 0, outcome=["failed", "passed"][strong]
            ),
            check("b", earned=5 * strong, points=5, outcome="partial"),
            check("c"),
        )
        return report(f"s{number}", checks=checks)

    reports = tuple(map(one, range(10)))
    run = small_class.model_copy(update={"reports": reports})
    return parse(dashboard_html(run, hrefs={}))


def test_each_dot_leads_to_the_row_of_its_check(page):
    assert page.faults() == []
    dots = [a for a in page.all("a") if a.get("class", "").startswith("dot")]
    assert [a["href"] for a in dots] == ["#check-1", "#check-2", "#check-3"]
    rows = [row["id"] for row in page.all("tr") if "id" in row]
    assert rows == ["check-1", "check-2", "check-3"]
    assert dots[0]["aria-label"].endswith(
        "50 % pass, discrimination 1.00: easy and telling"
    )
    assert "everybody passes: 3" in page.text


def test_few_students_are_said_to_say_little(page):
    # a third of 1.96, the root of nine others
    assert "With fewer than 30 submissions this says little: with 10" in page.text
    assert "±0.65" in page.text
    assert scatter([statistics(20, 0.3, n=30)]).few == 0
