"""What looks like tampering is shown to the teacher and to nobody else."""

import csv
import io
import json

import pytest

from grader.domain.report import ClassReport, LabReport
from grader.domain.tampering import SEEN_BY_WORKER, SEEN_HERE, seen
from grader.reports.dashboard import dashboard_html
from grader.reports.student import student_html, student_markdown
from grader.reports.summary import tampering_line, with_tampering
from grader.reports.tables import checks_csv, grades_csv

FOUND = (
    seen("forged_answer", times=2, detail="an answer to another question"),
    seen("reads_foreign_files", times=41, detail="/etc/shadow"),
)


@pytest.fixture
def mallory(ada):
    return ada.model_copy(update={"student": "Mallory", "tampering": FOUND})


@pytest.fixture
def run(ada, mallory):
    return ClassReport(title="c", created_at=ada.graded_at, reports=(ada, mallory))


def test_the_dashboard_says_who_what_and_how_often(run, parse):
    page = parse(dashboard_html(run, hrefs={}))

    assert page.faults() == []
    said = page.text[page.text.index("What looks like an attempt") :]
    assert "Mallory" in said
    assert (
        "Certain: the code sent something that is no answer to the question asked: "
        "an answer to another question (2 times)" in said
    )
    assert (
        "Looks like tampering: the code tried to reach files that no lab needs: "
        "/etc/shadow (41 times)" in said
    )
    assert "no proof" in said


def test_the_table_of_students_has_a_column_to_sort_by(run):
    html = dashboard_html(run, hrefs={})

    assert '<th scope="col" data-sort="number" class="n">tampering</th>' in html
    # of two kinds, 43 times in all
    assert '<td class="n"><a href="#tampering">2</a></td>' in html
    mallory = html[html.index("<bdi>Mallory</bdi>") - 200 :]
    assert "data-flagged" in mallory[:200]


def test_a_class_without_tampering_hears_nothing_of_it(small_class):
    assert "tampering" not in dashboard_html(small_class, hrefs={}).lower()


@pytest.mark.parametrize(
    "render",
    [
        pytest.param(lambda run: student_html(run.reports[1]), id="html"),
        pytest.param(lambda run: student_markdown(run.reports[1]), id="markdown"),
        pytest.param(grades_csv, id="grades"),
        pytest.param(checks_csv, id="checks"),
    ],
)
def test_what_may_reach_students_is_the_same_with_and_without(run, render):
    ada, mallory = run.reports
    silent = mallory.model_copy(update={"tampering": ()})
    without = run.model_copy(update={"reports": (ada, silent)})

    assert render(run) == render(without)


def test_the_tables_have_the_columns_they_had(run):
    (header, *_) = csv.reader(io.StringIO(grades_csv(run), newline=""))

    assert header == ["student", "logic_gates", "total", "max", "ungraded"]


def test_the_report_as_json_keeps_it(mallory):
    stored = mallory.model_dump_json()

    assert json.loads(stored)["tampering"][1] == {
        "kind": "reads_foreign_files",
        "says": "the code tried to reach files that no lab needs: /etc/shadow",
        "times": 41,
        "certain": False,
    }
    assert LabReport.model_validate_json(stored) == mallory


def test_a_report_from_before_reads_as_one_without_tampering(ada):
    older = json.loads(ada.model_dump_json())
    del older["tampering"]

    assert LabReport.model_validate(older) == ada


def test_what_is_certain_stands_first(ada, mallory):
    doubtful = ada.model_copy(update={"tampering": FOUND[1:]})

    assert with_tampering([ada, doubtful, mallory]) == (mallory, doubtful)


def test_the_terminals_line_counts_and_is_empty_for_nobody(ada, mallory):
    doubtful = ada.model_copy(update={"tampering": FOUND[1:]})

    assert tampering_line([ada]) == ""
    assert tampering_line([doubtful]) == (
        "1 submission to look at: tampering, or what looks like it; no mark was changed"
    )
    assert "2 submissions to look at" in tampering_line([doubtful, mallory])
    assert "it, 1 of them beyond doubt;" in tampering_line([doubtful, mallory])


@pytest.mark.parametrize("kind", [*SEEN_HERE, *SEEN_BY_WORKER])
def test_every_kind_reads_as_a_sentence(kind):
    says = seen(kind, detail="x").says

    assert says.startswith("the code ")
    assert says.endswith(": x")
    assert len(says) < 120
