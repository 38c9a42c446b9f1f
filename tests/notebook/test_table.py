"""What the student sees of a self-check, in each kind of host."""

import re
from html.parser import HTMLParser

import pytest

from grader.checks.figure_pictures import picture
from grader.domain.figure import FigureData
from grader.domain.report import CheckResult, TaskLine
from grader.domain.verdict import Diagnosis, Example, Outcome
from grader.languages import ENGLISH
from grader.languages.catalogue import language
from grader.notebook import CheckTable

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31m\u202e"
TASKS = (
    TaskLine(id="T1", title="The step", points=40),
    TaskLine(id="T2", title="The gradient", points=60),
    TaskLine(id="T3", title="Nothing public", points=0),
)
FIGURE = FigureData(suptitle="Losses", axes=(), width=2, height=1, rgba=b"\xff" * 8)
# how hosts tell what they look like, and what they make of tables
HOSTS = {
    "lab-light": ("", 'data-jp-theme-light="true"'),
    "lab-dark": ("", 'data-jp-theme-light="false"'),
    "vscode-light": ("", 'class="vscode-light"'),
    "vscode-dark": ("", 'class="vscode-dark"'),
    "vscode-contrast": ("", 'class="vscode-high-contrast"'),
    "colab-dark": ('theme="dark"', ""),
    "plain": ("", ""),
}
OF_JUPYTER = """
.host td, .host th { text-align: right; vertical-align: middle; max-width: none }
.host tbody tr:nth-child(odd) { background: #f5f5f5 } .host table { table-layout: fixed }
"""


def result(name, outcome=Outcome.PASSED, *, task="T1", **more):
    given = {"id": name, "task": task, "title": f"{name} is right.", "seconds": 0}
    return CheckResult(
        **{**given, "hidden": False, "points": 0, "earned": 0, "outcome": outcome},
        **more,
    )


EVERYTHING = (
    result("one", pictures=(picture(FIGURE, "Your losses"),)),
    result("two", Outcome.NOT_ATTEMPTED, feedback="T1: write two"),
    result("three", Outcome.SKIPPED, feedback="waits for: two is right."),
    result(
        "four",
        Outcome.FAILED,
        task="T2",
        feedback="The result of four is not right.",
        diagnosis=Diagnosis(
            mistake="sign_reversed",
            says="all signs are wrong.",
            concept="the chain rule",
        ),
        example=Example(call="four(2)", got="-4", expected="4"),
    ),
    result("five", Outcome.PARTIAL, task="T2", feedback="Half of it."),
    result("six", Outcome.RAISED, task="T2", feedback="KeyError: 'w' (line 3)"),
)


@pytest.fixture
def table():
    def table(*checks, spoken=ENGLISH):
        return CheckTable(
            title="A lab", tasks=TASKS, checks=checks or EVERYTHING, language=spoken
        )

    return table


@pytest.fixture(scope="module")
def page(browser):
    """One page for all: it is filled anew by each test."""
    with browser.new_page() as page:
        yield page


@pytest.fixture
def shown(page):
    """Show a table as a host does, and return the page."""

    def shown(html, host, *, scheme="light", width=900):
        of_html, of_body = HOSTS[host]
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 600})
        page.set_content(
            f"<!doctype html><html lang=en {of_html}><title>n</title>"
            f"<style>{OF_JUPYTER}</style><body {of_body}>"
            f"<main><h1>A notebook</h1><div class=host>{html}</div></main>"
        )
        return page

    return shown


class Parsed(HTMLParser):
    """The tags of a fragment, with their attributes."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def test_the_text_tells_the_first_issue_of_each_task(table):
    assert repr(table()).splitlines() == [
        "A lab: public checks",
        "T1 The step",
        "  ✓ one is right.",
        "  · two is right.  (not written yet)",
        "      T1: write two",
        "  – three is right.  (not run)",
        "T2 The gradient",
        "  ✗ four is right.  (not yet right)",
        "      The result of four is not right.",
        "      This looks like “sign reversed”: all signs are wrong.",
        "      Look up: the chain rule",
        "      call      four(2)",
        "      yours     -4",
        "      expected  4",
        "  ◐ five is right.  (partly right)",
        "  ✗ six is right.  (stopped with an error)",
        "",
        "1 of 6 public checks pass. Hidden checks with other inputs decide the marks.",
    ]


def test_one_issue_is_open_the_others_are_a_key_away(table):
    details = [tag for tag in Parsed(table()._repr_html_()).tags if tag[0] == "details"]

    assert ["open" in attributes for _, attributes in details] == [True, False, False]


def test_without_styles_it_is_a_table_with_a_caption_and_headers(table):
    html = re.sub(r"<style>.*</style>", "", table()._repr_html_(), flags=re.DOTALL)
    parsed = Parsed(html)
    tags = [tag for tag, _ in parsed.tags]
    scopes = [of.get("scope") for tag, of in parsed.tags if tag == "th"]
    text = " ".join(" ".join(parsed.texts).split())

    assert tags.count("caption") == tags.count("table") == 1
    assert scopes[:4] == ["col", "col", "rowgroup", "row"]
    assert "✓ passed one is right." in text
    assert "✗ not yet right four is right. Start here" in text
    assert "call four(2) yours -4 expected 4" in text


def test_a_figure_is_shown_with_its_description(table):
    (image,) = [of for tag, of in Parsed(table()._repr_html_()).tags if tag == "img"]

    assert image["src"].startswith("data:image/png;base64,iVBOR")
    assert image["alt"] == 'Figure "Losses" with 0 panels.'


def test_nothing_is_fetched_run_or_named_twice_on_a_page(table):
    html = table()._repr_html_()
    parsed = Parsed(html)
    attributes = {name for _, of in parsed.tags for name in of}

    assert not {tag for tag, _ in parsed.tags} & {"script", "link", "iframe", "object"}
    assert not attributes & {"id", "href", "onclick", "onload"}
    assert not re.search(r"https?:|url\(|@import", html)


def test_what_a_student_can_write_is_text(table):
    example = Example(call=HOSTILE, got=HOSTILE, expected=HOSTILE)
    html = table(
        result("a", Outcome.FAILED, feedback=HOSTILE, example=example),
        result("b", Outcome.NOT_ATTEMPTED, feedback=HOSTILE),
    )._repr_html_()
    plain = repr(table(result("a", Outcome.FAILED, feedback=HOSTILE, example=example)))

    assert {"script", "img"}.isdisjoint(tag for tag, _ in Parsed(html).tags)
    assert not {"\x1b", "\u202e"} & set(html + plain)


def test_an_empty_lab_is_no_error():
    empty = CheckTable(title="A lab", tasks=TASKS, checks=(), language=ENGLISH)

    assert "0 of 0 public checks pass" in repr(empty)
    assert "<table>" in empty._repr_html_()


def test_the_page_says_its_language(table):
    (first, *_) = Parsed(table(spoken=language("ru"))._repr_html_()).tags

    assert first == ("div", {"class": "grader-check", "lang": "ru"})


class TestInABrowser:
    @pytest.mark.parametrize("host", ["lab-light", "lab-dark"])
    def test_axe_finds_nothing_to_complain_of(self, table, shown, axe, host):
        page = shown(table()._repr_html_(), host)
        page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")

        assert axe(page) == []

    @pytest.mark.parametrize(
        ("host", "scheme", "dark"),
        [
            ("lab-light", "dark", False),
            ("lab-dark", "light", True),
            ("vscode-light", "dark", False),
            ("vscode-dark", "light", True),
            ("vscode-contrast", "light", True),
            ("colab-dark", "light", True),
            ("plain", "light", False),
            ("plain", "dark", True),
        ],
    )
    def test_it_is_dark_where_the_host_is(self, table, shown, host, scheme, dark):
        page = shown(table()._repr_html_(), host, scheme=scheme)

        cell = page.locator(".grader-check td").first
        ground = cell.evaluate("e => getComputedStyle(e).backgroundColor")
        side = cell.evaluate("e => getComputedStyle(e).textAlign")
        assert ground == ("rgb(28, 32, 38)" if dark else "rgb(255, 255, 255)")
        assert side == "left"

    def test_the_keyboard_opens_what_is_folded(self, table, shown):
        page = shown(table()._repr_html_(), "plain")
        folded = page.get_by_text("Half of it.")
        before = folded.is_visible()

        for key in ("Tab", "Tab", "Enter"):
            page.keyboard.press(key)

        assert (before, folded.is_visible()) == (False, True)

    def test_it_fits_a_narrow_window(self, table, shown):
        long = Example(call="f(" + "0.123, " * 80 + ")", got="x" * 300, expected="1")
        html = table(result("a", Outcome.FAILED, example=long))._repr_html_()

        page = shown(html, "plain", width=320)

        assert page.evaluate("document.documentElement.scrollWidth") == 320
