"""Whatever a student types stays text, in every format."""

import csv
import io
import json
import re
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.domain.report import ClassReport, SubmissionRecord, TaskLine, Ungraded
from grader.domain.submission import Fault, SubmittedFile
from grader.domain.tampering import Tampering
from grader.domain.verdict import Diagnosis, Example, Outcome, Picture, Verdict
from grader.reports.dashboard import dashboard_html
from grader.reports.student import student_html, student_markdown
from grader.reports.tables import checks_csv, grades_csv

HOSTILE = [
    pytest.param("<script>alert(1)</script>", id="script"),
    pytest.param("<img src=x onerror=alert(1)>", id="event-handler"),
    pytest.param('"><svg/onload=alert(1)>', id="out-of-an-attribute"),
    pytest.param("' onmouseover='alert(1)", id="out-of-single-quotes"),
    pytest.param("</style></script></title><b>", id="out-of-raw-text"),
    pytest.param("<!--", id="comment"),
    pytest.param("]]>&lt;b&gt;&#60;i&#62;", id="entities"),
    pytest.param("{{ 7 * 7 }}{% include 'x' %}", id="template"),
    pytest.param("=cmd|' /C calc'!A0", id="formula"),
    pytest.param("Ada;=1+1", id="formula-after-separator"),
    pytest.param("@SUM(1,1)", id="old-formula"),
    pytest.param('"=1+1', id="formula-after-a-quote"),
    pytest.param(" \xa0\ufeff=1+1", id="formula-after-spaces-and-bom"),
    pytest.param("\t=1+1\r\n=2+2", id="formula-after-a-tab-and-a-line"),
    pytest.param("\uff1d1+1", id="full-width-formula"),
    pytest.param("+49 30 1;\uff0b1", id="telephone-and-full-width-plus"),
    pytest.param("[a]: http://evil.example\n\n[a]", id="markdown-definition"),
    pytest.param("[^1]: <b>x</b>", id="markdown-footnote"),
    pytest.param("&lt;img src=x&gt; &#x3c;b&#x3e;", id="markdown-entities"),
    pytest.param("www.evil.example a@evil.example", id="bare-addresses"),
    pytest.param("| a | b |\n| - | - |\n| c | d |", id="markdown-table"),
    pytest.param(
        "\x1b]8;;http://evil.example\x1b\\x\x1b]8;;\x1b\\", id="terminal-link"
    ),
    pytest.param("\u200bA\u200e\u061c\U000e0041", id="invisible"),
    pytest.param("[red]x[/red] [link=http://evil.example]x[/]", id="rich-markup"),
    pytest.param("x](javascript:alert(1))", id="markdown-link"),
    pytest.param("![x](http://evil.example/x.png)", id="markdown-image"),
    pytest.param("<http://evil.example>", id="markdown-autolink"),
    pytest.param("a\n\n# heading\n\n```\n---\n| a | b |", id="markdown-blocks"),
    pytest.param("\x1b[2JAda\x1b]0;owned\x07\x9b31m", id="terminal"),
    pytest.param("gpj.\u202eexe\u2066", id="direction"),
    pytest.param("A\ud800\udfffda\ud83d", id="surrogates"),
    pytest.param("\x00A\x01d\x7fa\ufffe", id="controls"),
    pytest.param("A" * 1_000_000, id="megabyte"),
    pytest.param("<b>" * 300_000, id="megabyte-of-tags"),
    pytest.param("\x1b]" * 500_000, id="megabyte-of-escapes"),
]
TAGS_OF_MARKDOWN = {
    *("paragraph", "heading", "bullet_list", "list_item", "strong", "em", "blockquote"),
}


@pytest.fixture(params=HOSTILE)
def evil(request):
    return request.param


def fill(report, check, png, text):
    """Return a run in which every text that can be someone else's is `text`."""
    wrong = {
        "title": text,
        "feedback": text,
        "diagnosis": Diagnosis(mistake=text, says=text, concept=text),
        "example": Example(call=text, got=text, expected=text),
        "pictures": (Picture(title=text, alt=text, png=png),),
    }
    checks = (
        check(text, outcome=Outcome.FAILED, hidden=False, points=0.0, **wrong),
        check("b", task=text, outcome=Outcome.SKIPPED, title=text, feedback=text),
        check("c", task="T2", title=text, feedback=text, pictures=wrong["pictures"]),
    )
    one = report(
        text,
        text,
        checks=checks,
        lab_title=text,
        lab_version=text,
        tasks=(
            TaskLine(id="T1", title=text, points=50),
            TaskLine(id="T2", title=text, points=50),
        ),
        faults=(Fault(where=text, message=text),),
        tampering=(
            Tampering(kind=text, says=text, times=3, certain=False),
            Tampering(kind=text, says=text, times=1, certain=True),
        ),
        submission=SubmissionRecord(
            sha256="0" * 64, files=(SubmittedFile(name=text, size=1, sha256=text),)
        ),
    )
    lost = Ungraded(
        student=text, lab=text, whose="submission", where=text, message=text
    )
    return ClassReport(
        title=text, created_at=one.graded_at, reports=(one,), ungraded=(lost,)
    )


@pytest.fixture
def run(report, check, png, evil):
    return fill(report, check, png, evil)


@pytest.fixture
def tame(report, check, png):
    return fill(report, check, png, "Ada")


def student_pages(run):
    (report,) = run.reports
    return student_html(report, siblings=(report.model_copy(update={"lab": "b"}),))


def dashboard(run):
    hrefs = {(r.student, r.lab): f"{r.student}/{r.lab}.html" for r in run.reports}
    return dashboard_html(run, hrefs=hrefs)


@pytest.mark.parametrize("render", [student_pages, dashboard])
def test_a_page_has_the_same_tags_as_that_of_a_harmless_name(render, run, tame, parse):
    page, harmless = parse(render(run)), parse(render(tame))

    assert page.faults() == []
    # a lab's name can be a path that is too long for a link
    skeleton = [(tag, sorted(at)) for tag, at in page.tags if tag not in {"a", "bdi"}]
    expected = [
        (tag, sorted(at)) for tag, at in harmless.tags if tag not in {"a", "bdi"}
    ]
    assert skeleton == expected


@pytest.mark.parametrize("render", [student_pages, dashboard])
def test_a_page_links_only_to_what_lies_beside_it(render, run, parse):
    for href in parse(render(run)).values("href"):
        assert href.startswith(("#", "./"))
        assert "\\" not in unquote(href)[:3]


@pytest.mark.parametrize(
    "render",
    [
        *(student_pages, dashboard, grades_csv, checks_csv),
        lambda run: student_markdown(run.reports[0]),
    ],
)
def test_what_is_written_is_bounded_and_can_be_encoded(render, run):
    text = render(run)

    assert len(text.encode()) < 150_000
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", text)
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069]", text)


def test_one_script_runs_and_it_is_ours(run, tame):
    def scripts(page):
        return re.findall(r"<script\b.*?</script>", page, flags=re.DOTALL)

    assert scripts(dashboard(run)) == scripts(dashboard(tame))
    assert len(scripts(dashboard(run))) == 1
    assert scripts(student_pages(run)) == []


@pytest.mark.parametrize("render", [grades_csv, checks_csv])
def test_csv_rows_stay_rows_and_no_cell_is_a_formula(render, run, tame):
    rows = list(csv.reader(io.StringIO(render(run), newline=""), strict=True))

    shape = [len(row) for row in csv.reader(io.StringIO(render(tame), newline=""))]
    assert [len(row) for row in rows] == shape
    for cell in (cell for row in rows for cell in row):
        # what a spreadsheet sees once it has dropped what it does not show
        seen = re.sub(r'[\s"\u200b-\u200f\ufeff]', "", cell)
        assert not re.match(r"[=+\-@\uff1d\uff0b\uff0d\uff20]", seen)
        assert not re.search(r"[;\r\n\t]\s*[=+@\uff1d\uff0b\uff20]", cell)


# HTML is on, as where GitHub and Jupyter render it
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def kinds(run):
    """Return the kinds of a student's Markdown, as a renderer reads it."""
    blocks = READER.parse(student_markdown(run.reports[0]))
    tokens = [t for block in blocks for t in (block, *(block.children or ()))]
    # an empty comment is what we put after @
    return [t.type for t in tokens if t.content != "<!-- -->" and "text" not in t.type]


def assert_text(run, tame):
    allowed = {f"{tag}_{end}" for tag in TAGS_OF_MARKDOWN for end in ("open", "close")}
    found, expected = kinds(run), kinds(tame)
    assert set(found) <= allowed | {"inline", "fence", "hr", "softbreak"}
    for kind in ("heading_open", "list_item_open", "blockquote_open", "hr", "fence"):
        assert found.count(kind) == expected.count(kind)


def test_markdown_stays_text(run, tame):
    assert_text(run, tame)


PIECES = (
    *("<", ">", "[", "]", "(", ")", "![", "](x)", "<!--", "-->", "<b>", "<script>"),
    *(
        "http://e.x",
        "www.e.x",
        "a@b.cc",
        "mailto:a@b.cc",
        "&",
        "#60;",
        "lt;",
        "[a]: /x",
    ),
    *("*", "_", "`", "~", "~~~", "```", "|", "---", "===", "- ", "+ ", "> ", "# "),
    *(
        "1. ",
        "1)",
        "\\",
        "\n",
        "\n\n",
        "    ",
        "\t",
        "\u2028",
        "\x85",
        "a",
        ":",
        "$",
        "^",
    ),
)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join))
@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_pieces_of_markdown_put_together_are_markdown(report, check, png, text):
    # white space alone is a text that is not there
    text = f"a{text}" if not text.strip() else text

    assert_text(fill(report, check, png, text), fill(report, check, png, "Ada"))


@pytest.mark.parametrize(
    "words",
    [
        lambda text: Verdict.failed(text, note=text),
        lambda text: Diagnosis(mistake=text, says=text, concept=text),
        lambda text: Example(call=text, got=text, expected=text),
        lambda text: Picture(title=text, alt=text, png=b""),
    ],
)
def test_what_a_check_quotes_is_readable_in_the_json(words, evil):
    text = words(evil).model_dump_json()

    assert json.loads(text.encode())
    assert len(text.encode()) < 150_000
    assert not re.search(r"[\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "\\u001b" not in text


def test_a_hostile_name_is_read_as_it_was_typed(report, parse):
    name = "<script>alert('1')</script> & \"Ada\""

    assert name in parse(student_html(report(name))).texts
