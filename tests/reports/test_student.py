"""The report that a student reads."""

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from markdown_it import MarkdownIt

from grader.domain.report import Environment
from grader.domain.submission import Fault
from grader.domain.verdict import Diagnosis, Example, Outcome, Picture
from grader.reports.dashboard import _software
from grader.reports.student import student_html, student_markdown, student_view
from grader.reports.words import moment, outcome_words

EXAMPLE = Example(call="f(2)", got="3.0", expected="4.0")


def in_order(text, *parts):
    for part in parts:
        _, found, text = text.partition(part)
        if not found:
            return False
    return True


@pytest.fixture
def page(ada, parse):
    return parse(student_html(ada))


def test_the_page_is_well_formed(page):
    assert page.faults() == []
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("main")) == len(page.all("footer")) == 1


def test_the_page_fetches_nothing_and_runs_nothing(page):
    policy = page.all("meta")[1]["content"]

    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert not page.all("script") + page.all("link") + page.all("iframe")
    assert all(src.startswith("data:image/png;base64,") for src in page.values("src"))
    assert all(href.startswith("#") for href in page.values("href"))


def test_the_score_stands_above_what_works_and_that_above_the_rest(page):
    assert in_order(
        page.text,
        *("Perceptron logic gates", "Ada Lovelace", "68.5", "of 100 points"),
        *("cell 12, line 3", "What works", "T4", "What to look at next", "T5", "T9"),
    )


def test_solved_tasks_are_listed_once_and_only_they(ada):
    view = student_view(ada)

    assert [task.id for task in view.solved] == ["T1", "T2", "T3", "T4"]
    assert [task.id for task in view.unsolved] == ["T5", "T6", "T7", "T9"]
    assert [task.id for task in view.unwritten] == ["T8"]


def test_one_issue_a_task_is_open(ada):
    opened = [
        [c.title for c in t.checks if c.opened] for t in student_view(ada).unsolved
    ]

    assert [len(titles) for titles in opened] == [1, 1, 1, 1]
    # the first that failed, not the first of the task, which passed
    assert opened[2] == ["Two seeds start from different weights."]


def test_open_checks_are_open_on_the_page(page):
    assert sum("open" in details for details in page.all("details")) == 4


def test_the_report_says_where_to_start_once(page):
    assert page.text.count("start here") == 1
    assert in_order(page.text, "warns of nothing.", "start here", "The value is right")


def test_a_task_that_was_not_begun_is_one_quiet_line(report, check, parse):
    stub = check("a", outcome=Outcome.NOT_ATTEMPTED, feedback="T1: write f")
    waits = check("b", outcome=Outcome.SKIPPED, feedback="waits for: It is right.")
    empty = report(checks=(stub, waits))
    page = parse(student_html(empty))

    assert in_order(page.text, "Still to write", "The step function", "T1: write f")
    assert not any("open" in details for details in page.all("details"))
    assert "What to look at next" not in page.text
    assert "Everything" not in page.text + student_markdown(empty)
    assert "## Still to write" in student_markdown(empty)


def test_a_task_that_only_waits_is_not_called_unwritten(report, check):
    waits = check(outcome=Outcome.SKIPPED, feedback="waits for: It is right.")
    view = student_view(report(checks=(waits,)))

    assert [task.id for task in view.unsolved] == ["T1"]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_is_a_word_and_an_icon(outcome, report, check, parse):
    failing = check("g", outcome=Outcome.FAILED, earned=0.0)
    page = parse(
        student_html(report(checks=(check(outcome=outcome, earned=0.0), failing)))
    )

    assert outcome_words()[outcome] in page.text
    assert f"#i-{outcome}" in page.values("href")
    assert f"i-{outcome}" in page.values("id")


@pytest.mark.parametrize(
    ("certain", "words"),
    [
        (True, "This looks like: sign reversed"),
        (False, "This is consistent with: sign"),
    ],
)
def test_a_diagnosis_says_how_sure_it_is(certain, words, report, check, parse):
    diagnosis = Diagnosis(
        mistake="sign_reversed",
        says="the sign is reversed.",
        concept="gradient descent",
        certain=certain,
    )
    wrong = report(checks=(check(outcome=Outcome.FAILED, diagnosis=diagnosis),))

    text = parse(student_html(wrong)).text

    assert words in text
    assert in_order(text, "the sign is reversed.", "Look up: gradient descent")
    assert words.split(":")[0] in student_markdown(wrong)


def test_an_example_shows_call_value_and_expectation(report, check, parse):
    wrong = check(outcome=Outcome.FAILED, hidden=False, points=0.0, example=EXAMPLE)

    text = parse(student_html(report(checks=(wrong,)))).text

    assert in_order(text, "call f(2)", "yours 3.0", "expected 4.0")
    assert "call      f(2)\nyours     3.0\nexpected  4.0" in student_markdown(
        report(checks=(wrong,))
    )


def test_an_example_of_a_hidden_check_is_never_shown(report, check):
    wrong = report(checks=(check(outcome=Outcome.FAILED, example=EXAMPLE),))

    for text in (student_html(wrong), student_markdown(wrong)):
        assert "f(2)" not in text
        assert "4.0" not in text


@pytest.mark.parametrize("render", [student_html, student_markdown])
def test_seed_and_notes_are_not_in_what_a_student_gets(render, ada):
    notes = {check.note for check in ada.checks} - {""}

    text = render(ada)

    assert notes
    assert ada.seed not in text
    assert not any(note in text for note in notes)


def test_the_view_has_no_field_for_seed_or_note(ada):
    content = student_view(ada).model_dump_json()

    assert '"seed"' not in content
    assert '"note"' not in content


def test_hidden_checks_are_marked(page, ada):
    hidden = sum(check.hidden for check in ada.checks)

    assert page.texts.count("hidden check") == hidden


def test_a_check_that_waits_says_for_what_and_has_nothing_to_open(report, check, parse):
    waits = check("b", outcome=Outcome.SKIPPED, feedback="waits for: It is right.")
    page = parse(student_html(report(checks=(waits,))))

    assert "not run : waits for: It is right." in page.text
    assert not page.all("details")


def test_a_figure_has_its_description_and_caption(page, ada):
    (image,) = page.all("img")

    picture = next(check.pictures[0] for check in ada.checks if check.pictures)
    assert image["alt"] == picture.alt
    assert picture.title in page.text


def test_a_figure_whose_description_nobody_sees_gets_words(report, check, png, parse):
    picture = Picture(title="\u202e", alt="\x1b[2J", png=png)
    page = parse(student_html(report(checks=(check(pictures=(picture,)),))))

    assert page.all("img")[0]["alt"] == "a figure, not described"


def test_what_is_no_png_is_not_shown_as_one(report, check, parse):
    svg = Picture(title="curve", alt="a curve", png=b"<svg onload='x()'/>")
    page = parse(student_html(report(checks=(check(pictures=(svg,)),))))

    assert not page.all("img")
    assert "curve" in page.text


def test_before_the_hidden_checks_nothing_sounds_final(report, check, parse):
    public = report(checks=(check(hidden=False, points=0.0),))

    for text in (
        parse(student_html(public, waiting=14)).text,
        student_markdown(public, waiting=14),
    ):
        assert "14 hidden checks still wait" in text
        assert "1 of 1 public check passed" in text
        assert "all passed" not in text.lower()
        assert "well done" not in text.lower()
        assert "of 100 points" not in text


def test_hidden_checks_of_unknown_number_wait_with_their_points(report, check, parse):
    public = report(checks=(check(hidden=False, points=0.0),))

    assert (
        "Hidden checks worth 100 points still wait" in parse(student_html(public)).text
    )
    assert "Hidden checks worth 100 points still wait" in student_markdown(public)


def test_full_marks_are_said_so(report, check, parse):
    perfect = report(checks=(check(),), score=100.0)
    page = parse(student_html(perfect))

    assert "Everything that was checked is right." in page.text
    assert "What to look at next" not in page.text
    assert page.faults() == []


def test_an_empty_report_is_a_page_too(report, parse):
    assert parse(student_html(report(tasks=(), max_score=0.0))).faults() == []


def test_a_check_of_an_unlisted_task_is_not_lost(report, check, parse):
    odd = report(
        checks=(check(task="T99", outcome=Outcome.FAILED, feedback="Look here."),)
    )

    assert "Look here." in parse(student_html(odd)).text


def test_a_thousand_faults_are_ten_and_a_number(report, check, parse):
    faults = tuple(Fault(where=f"cell {i}", message="boom") for i in range(1000))
    broken = report(checks=(check(),), faults=faults)

    assert parse(student_html(broken)).text.count("boom") == 10
    assert "and 990 more" in parse(student_html(broken)).text
    assert "- and 990 more" in student_markdown(broken)


def test_other_labs_are_linked_but_not_this_one(ada, report, parse):
    other = report(lab="half_adder", lab_title="XOR and the half-adder")
    page = parse(student_html(ada, siblings=(ada, other)))

    links = [href for href in page.values("href") if href.startswith("./")]
    assert links == ["./half_adder.html"]


def test_the_footer_says_what_was_graded_where_and_when(page):
    assert in_order(
        page.text,
        *("logic_gates.ipynb", "4 March 2026, 21:47 UTC", "5 March 2026, 12:00 UTC"),
        *("lab version 3", "confined by the kernel", "Python 3.11.9", "NumPy 2.1.3"),
    )


def test_the_report_says_which_data_were_used(report, parse):
    environment = Environment(
        python="3.11.9",
        numpy="2.1.3",
        isolation="landlock",
        data=("5,000 images of MNIST",),
    )
    trained = report(environment=environment)

    assert "5,000 images of MNIST" in parse(student_html(trained)).text
    assert "5,000 images of MNIST" in student_markdown(trained)
    assert "5,000 images of MNIST (1)" in " ".join(_software([trained]))


def test_a_time_is_shown_in_utc():
    there = timezone(timedelta(hours=5, minutes=30))

    assert (
        moment(datetime(2026, 1, 1, 3, 0, tzinfo=there))
        == "31 December 2025, 21:30 UTC"
    )
    assert moment(datetime(2026, 1, 1, 3, 0)) == "1 January 2026, 03:00"  # noqa: DTZ001


def test_the_markdown_has_the_same_parts(ada):
    text = student_markdown(ada)
    headings = [line for line in text.splitlines() if line.startswith("#")]

    assert "**Score: 68.5 of 100 points**" in text
    assert headings[:3] == [
        "# Perceptron logic gates",
        "## What was found in your file",
        "## What works",
    ]
    assert "- ✓ T1 The step function (8 / 8)" in text
    assert "\n\n\n" not in text


def test_the_markdown_has_headings_in_order(ada):
    tokens = MarkdownIt("commonmark").parse(student_markdown(ada))
    levels = [int(t.tag[1]) for t in tokens if t.type == "heading_open"]

    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def raised(check, name, task, said):
    feedback = f"{name} was not reached: the file stopped at {said}"
    return check(name, task=task, outcome=Outcome.RAISED, feedback=feedback)


def test_an_error_that_stops_every_task_is_told_once(report, check, parse):
    line = "line 38, SyntaxError: invalid syntax"
    checks = (
        raised(check, "step", "T1", line),
        raised(check, "gate", "T2", line),
        check("h", task="T2", outcome=Outcome.SKIPPED, feedback="waits for: gate"),
        raised(check, "cinema", "T3", "line 90, NameError: name 'x' is not defined"),
    )
    view = student_view(report(checks=checks))
    page = parse(student_html(report(checks=checks)))

    assert [task.id for task in view.unsolved] == ["T1", "T3"]
    assert [task.id for task in view.held_up] == ["T2"]
    assert in_order(page.text, "What to look at next", "T3", "Held up", "T2")
    assert sum("open" in details for details in page.all("details")) == 2
    assert "## Held up by the same error" in student_markdown(report(checks=checks))
    assert "Well done" not in page.text


def test_a_task_with_an_error_of_its_own_beside_the_known_one_is_not_held_up(
    report, check
):
    line = "line 38, SyntaxError: invalid syntax"
    checks = (
        raised(check, "step", "T1", line),
        raised(check, "gate", "T2", line),
        check("wrong", task="T2", outcome=Outcome.FAILED, feedback="It is wrong."),
    )
    (_, second) = student_view(report(checks=checks)).unsolved

    assert [c.title for c in second.checks if c.opened] == [checks[2].title]
    assert [c.opened for c in second.checks] == [False, True]


def test_short_errors_are_alike_by_chance(report, check):
    checks = tuple(
        check(name, task=task, outcome=Outcome.RAISED, feedback=f"{name} raised it")
        for name, task in (("f", "T1"), ("g", "T2"))
    )

    assert student_view(report(checks=checks)).held_up == ()


def test_a_check_that_met_the_known_error_in_its_own_words_is_held_up_too(
    report, check
):
    cause = "was not reached: the file stopped at line 38, SyntaxError: invalid syntax"
    first = check("a", task="T1", outcome="raised", feedback=f"f {cause}")
    met = check(
        "b", task="T2", outcome="failed", feedback=f"given wires, it g {cause}."
    )
    own = check("c", task="T3", outcome="failed", feedback="The sign is reversed.")

    view = student_view(report(checks=(first, met, own)))

    assert [task.id for task in view.held_up] == ["T2"]
    assert [task.id for task in view.unsolved] == ["T1", "T3"]


def test_what_was_repaired_stands_apart_from_what_did_not_run(report, check, parse):
    broken = Fault(where="cell 3", message="NameError: name 'f' is not defined")
    repair = Fault(where="the notebook", message="repaired: 1 cell without an id")

    both = parse(student_html(report(checks=(check(),), faults=(repair, broken))))
    one = parse(student_html(report(checks=(check(),), faults=(repair,))))

    assert in_order(
        both.text, "did not go through", "NameError", "put right", "repaired"
    )
    assert "did not go through" not in one.text
    assert in_order(one.text, "put right", "repaired: 1 cell", "What works")


def test_who_has_only_to_write_is_told_where_to_begin(report, check, parse):
    stub = check("b", task="T2", outcome=Outcome.NOT_ATTEMPTED, feedback="write it")
    page = parse(student_html(report(checks=(check(task="T1"), stub))))

    assert "Start with T2 The perceptron" in page.text
    assert "#unwritten" in page.values("href")


def test_the_first_task_to_mend_is_one_click_away(page):
    assert in_order(page.text, "Start with", "T5 A sigmoid that never overflows")
    assert "#task-1" in page.values("href")
    assert "task-1" in page.values("id")
