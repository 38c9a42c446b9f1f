"""The teacher's page."""

import base64
import hashlib
import re
import time

import pytest

from grader.domain.report import ClassReport, Environment
from grader.domain.submission import Fault
from grader.domain.verdict import Diagnosis, Outcome
from grader.reports.dashboard import dashboard_html

HREFS = {("Ada Lovelace", "logic_gates"): "Ada Lovelace/logic_gates.html"}


@pytest.fixture
def html(small_class):
    return dashboard_html(small_class, hrefs=HREFS)


@pytest.fixture
def page(html, parse):
    return parse(html)


@pytest.fixture
def show(parse):
    def show(reports, **options):
        reports = tuple(reports)
        run = ClassReport(
            title="c", created_at=reports[0].graded_at, reports=reports, **options
        )
        return parse(dashboard_html(run, hrefs={}))

    return show


def test_the_page_is_well_formed(page):
    assert page.faults() == []
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("main")) == len(page.all("footer")) == 1


def test_the_only_script_is_allowed_by_its_hash(html):
    (script,) = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    assert f"script-src 'sha256-{digest}'" in html
    assert "default-src 'none'" in html


def test_nothing_is_fetched(page):
    assert not page.values("src")
    assert all(href.startswith(("#", "./")) for href in page.values("href"))


def test_what_could_not_be_graded_stands_before_everything_graded(page):
    text = page.text

    reason = "not a notebook: the file ends in the middle of a string"
    assert "1 submission could not be graded" in text
    assert text.index(reason) < text.index("Perceptron logic gates")
    assert text.count("Alan Turing") == 2


def test_a_run_in_which_nothing_was_graded_is_a_page_too(small_class, parse):
    run = small_class.model_copy(update={"reports": ()})
    page = parse(dashboard_html(run, hrefs={}))

    assert page.faults() == []
    assert "1 submission could not be graded" in page.text


def test_each_student_has_one_row_with_score_and_link(page):
    text = page.text

    assert "Grace Hopper 100 100" in text
    assert "./Ada%20Lovelace/logic_gates.html" in page.values("href")
    assert "Alan Turing ungraded –" in text


def test_a_report_without_a_page_has_no_link(page):
    assert not any("Grace" in href for href in page.values("href"))


def test_the_histogram_is_there_in_words_and_in_numbers(show, report):
    page = show([report(f"s{i}", score=s) for i, s in enumerate([5.0, 95.0, 100.0])])

    assert {"role": "img", "aria-labelledby": "h1t h1d"}.items() <= page.all("svg")[
        0
    ].items()
    assert "Histogram of 3 scores; mean 66.67, median 95, from 5 to 100" in page.text
    assert "0 to under 10 1" in page.text
    assert "90 to 100 2" in page.text


def test_the_tallest_bar_fills_the_histogram(show, report):
    page = show([report(f"s{i}", score=s) for i, s in enumerate([5.0, 95.0, 100.0])])

    heights = [float(rect["height"]) for rect in page.all("rect")]
    assert heights == [45, 0, 0, 0, 0, 0, 0, 0, 0, 90]


def test_a_check_shows_pass_rate_discrimination_and_how_it_ended(show, report, check):
    def one(i, ok):
        outcome = Outcome.PASSED if ok else Outcome.TIMED_OUT
        other = check("b", earned=float(i), outcome=Outcome.PARTIAL)
        return report(f"s{i}", checks=(check("a", outcome=outcome), other))

    page = show(
        [one(1, True), one(2, True), one(3, True), one(4, False), one(5, False)]
    )

    # credits 1 1 1 0 0 against 1 2 3 4 5: -3 / sqrt(1.2 * 10)
    assert "60 % -0.87 the stronger fail it, perhaps by chance 2 took too" in page.text


def test_a_mistake_shows_how_many_made_it_and_who(show, report, check):
    diagnosis = Diagnosis(mistake="sign_reversed", says="the sign is reversed")
    wrong = check(outcome=Outcome.FAILED, diagnosis=diagnosis)
    page = show([report("Ada", checks=(wrong,)), report("Bob", checks=(check(),))])

    assert "1 50 % sign reversed · Perceptron logic gates" in page.text
    assert "Ada show them in the table sign reversed Seen in: f returns" in page.text


def test_mistakes_of_one_student_each_are_folded_away_behind_common_ones(
    show, report, check
):
    def wrong(student, *names):
        made = (Diagnosis(mistake=name, says="it is wrong") for name in names)
        checks = [check(d.mistake, outcome="failed", diagnosis=d) for d in made]
        return report(student, checks=tuple(checks))

    page = show([wrong("Ada", "common", "rare", "odd"), wrong("Bob", "common")])

    folded = page.text.index("2 more mistakes, each made by one student")
    found = [page.text.index(f"{name} ·") for name in ("common", "odd", "rare")]
    assert found[0] < folded < found[1] < found[2]


def test_long_lists_say_how_much_they_leave_out(show, report, check):
    def wrong(name):
        diagnosis = Diagnosis(mistake=name, says=name)
        return check(name, outcome=Outcome.FAILED, diagnosis=diagnosis)

    checks = tuple(wrong(f"m{i}") for i in range(27))
    page = show([report(f"student {i}", checks=checks) for i in range(62)])

    assert page.text.count("and 2 more, see checks.csv") == 25
    assert "2 rarer mistakes stand in checks.csv" in page.text


def test_who_ran_unconfined_is_told_on_top(show, report):
    plain = Environment(python="3.11", numpy="2", isolation="process")
    page = show([report("Ada"), report("Bob", environment=plain)])

    assert "1 submission ran in a process of its own, not confined" in page.text
    assert page.text.index("Who Bob") < page.text.index("Labs Perceptron")
    assert "1 submission ran confined by the kernel (Landlock)." in page.text


def test_a_confined_run_warns_of_nothing(show, report):
    assert "not confined" not in show([report()]).text


def test_faults_are_listed_with_their_place(page):
    said = page.text[page.text.index("What did not go through") :]
    assert "NameError: name 'plt' is not defined 1 Ada Lovelace" in said
    assert "logic_gates, cell 12, line 3" in said


def test_rows_with_faults_or_ungraded_work_can_be_found_by_the_filter(page):
    flagged = [
        attributes for attributes in page.all("tr") if "data-flagged" in attributes
    ]

    assert len(flagged) == 2


def test_a_repair_is_no_fault_and_is_counted_by_itself(show, report):
    repaired = Fault(where="the notebook", message="repaired: 2 cells without an id")
    broken = Fault(where="cell 3", message="NameError: name 'plt' is not defined")
    page = show(
        [report("Ada", faults=(repaired,)), report("Bob", faults=(broken, repaired))]
    )

    assert page.faults() == []
    assert "with faults 1 repaired 2" in page.text
    faults, repairs = page.text.split("What was put right on the way in")
    faults = faults[faults.index("What did not go through") :]
    assert "NameError: name 'plt' is not defined 1 Bob" in faults
    assert "repaired: 2 cells without an id 2 Ada" in repairs
    rows = [row for row in page.all("tr") if "data-repaired" in row]
    assert [set(row) for row in rows] == [
        {"data-repaired"},
        {"data-flagged", "data-repaired"},
    ]


def test_without_repairs_nothing_is_said_of_them(page):
    assert "epair" not in page.text


def test_the_slowest_stand_in_order_with_their_longest_check(show, report, check):
    checks = (
        check("a", title="quick", seconds=0.1),
        check("b", title="long", seconds=7),
    )
    page = show(
        [report("Ada", cpu_seconds=1.0), report("Bob", checks=checks, cpu_seconds=9.0)]
    )

    slow = page.text[page.text.index("CPU seconds") :]
    assert slow.index("Bob") < slow.index("Ada")
    assert "9.0 long (7.0 s)" in slow


def test_the_seed_is_not_on_the_page(html, ada):
    assert ada.seed not in html


def test_a_thousand_students_are_a_light_page_made_quickly(report, check, show):
    checks = tuple(check(f"c{i}") for i in range(10))
    reports = [report(f"student {i}", checks=checks) for i in range(1000)]
    start = time.perf_counter()

    page = show(reports)

    # 0.2 s on a slow machine; the bound only catches what grows with the square
    assert time.perf_counter() - start < 10
    assert len(page.tags) < 12_000
