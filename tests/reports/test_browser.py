"""What only a browser can say of the pages; without Chromium these are skipped."""

import re

import pytest

from grader.domain.mark import Mark, Marks
from grader.domain.policy import Policy
from grader.domain.report import ClassReport
from grader.domain.submission import Fault
from grader.domain.tampering import seen
from grader.domain.verdict import Diagnosis, Outcome
from grader.reports.dashboard import dashboard_html
from grader.reports.student import student_html

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=1</script>'


@pytest.fixture
def a_class(ada, small_class, report, check):
    """A class with something in every part of the page."""

    def wrong(name, mistake, seconds, strong=False, faults=()):
        diagnosis = Diagnosis(mistake=mistake, says=f"this is {mistake}", concept="it")
        for_the_strong = Outcome.PASSED if strong else Outcome.FAILED
        for_the_weak = Outcome.FAILED if strong else Outcome.PASSED
        checks = (
            check("a", outcome=Outcome.FAILED, diagnosis=diagnosis),
            check("b", task="T2"),
            check("c", outcome=for_the_strong),
            check("d", outcome=for_the_strong, hidden=False),
            check("e", outcome=for_the_weak, points=1.0, title="The odd one is right."),
        )
        return report(
            *(name, "half_adder"),
            checks=checks,
            lab_title="XOR",
            cpu_seconds=seconds,
            faults=faults,
        )

    repair = Fault(where="the notebook", message="repaired: 2 cells without an id")
    others = [
        wrong(f"Student {n}", "sign_reversed", 1.0, n < 5, (repair,) if n == 3 else ())
        for n in range(9)
    ]
    mallory = ada.model_copy(
        update={"student": "Mallory", "tampering": (seen("forged_answer"),)}
    )
    slow = wrong("Zeno", "mean_of_rows", 90.0)
    reports = (*small_class.reports, mallory, *others, slow)
    return small_class.model_copy(update={"reports": reports})


@pytest.fixture
def dashboard(a_class):
    hrefs = {(r.student, r.lab): f"{r.student}/{r.lab}.html" for r in a_class.reports}
    return dashboard_html(a_class, hrefs=hrefs)


@pytest.fixture
def pages(ada, report, check, dashboard):
    """Pages of all kinds, by name."""
    hostile = ada.model_copy(
        update={"student": HOSTILE, "lab_title": HOSTILE, "checks": ada.checks[:9] * 2}
    )
    late = Mark(
        student="Ada Lovelace",
        lab="logic_gates",
        mark=58.5,
        max_score=100,
        score=68.5,
        penalty=10,
        why=("handed in 3 hours late: -10 points",),
    )
    marks = Marks(Policy(), marks={(late.student, late.lab): late})
    other = ada.model_copy(update={"lab": "two"})
    empty = ClassReport(title="c", created_at=ada.graded_at, reports=())
    stub = check("a", outcome=Outcome.NOT_ATTEMPTED, feedback="T1: write f")
    public = check(hidden=False, points=0.0)
    return {
        "late": student_html(ada, siblings=(other,), marks=marks),
        "perfect": student_html(report(checks=(check(),), score=100.0)),
        "stub": student_html(report(checks=(stub,))),
        "practice": student_html(report(checks=(public,)), waiting=14),
        "hostile": student_html(hostile),
        "class": dashboard,
        "empty": dashboard_html(empty, hrefs={}),
    }


def names(page):
    """Return whose rows are shown, in order."""
    rows = page.locator("#book tbody tr:visible th")
    return rows.all_inner_texts()


def test_no_page_breaks_a_rule_of_axe_or_scrolls_sideways_on_a_phone(
    open_page, axe, pages
):
    broken, widths = {}, {}
    for name, html in pages.items():
        page = open_page(html)
        # what is folded away is judged too
        page.evaluate(
            "document.querySelectorAll('details').forEach(d => d.open = true)"
        )
        broken[name, "light"] = axe(page)
        if name in {"late", "class"}:
            # light was judged on a wide page: the other colours on a narrow one
            page.emulate_media(color_scheme="dark")
            page.set_viewport_size({"width": 360, "height": 800})
            broken[name, "dark, phone"] = axe(page)
            widths[name] = page.evaluate("document.documentElement.scrollWidth")

    assert {key: rules for key, rules in broken.items() if rules} == {}
    assert widths == {"late": 360, "class": 360}


def test_axe_finds_what_is_wrong(open_page, axe):
    page = open_page("<!doctype html><title>x</title><img src='data:,'>")

    assert any("image-alt" in rule for rule in axe(page))


def test_a_very_long_name_fits_a_phone_too(open_page, report, ada):
    wide = report("W" * 500, checks=ada.checks, faults=ada.faults * 3)

    page = open_page(student_html(wide), width=360)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_hostile_name_stays_text(open_page, pages, a_class):
    evil = a_class.reports[0].model_copy(update={"student": HOSTILE})
    everyone = a_class.model_copy(update={"reports": (*a_class.reports, evil)})

    for html in (pages["hostile"], dashboard_html(everyone, hrefs={})):
        page = open_page(html)
        assert page.title() != "1"
        assert page.locator("img[src=x]").count() == 0
        assert HOSTILE in page.locator("body").inner_text()


def test_a_head_sorts_by_mouse_and_by_keyboard(open_page, dashboard):
    page = open_page(dashboard)
    book = page.locator("#book")
    total = book.get_by_role("button", name="total")

    total.click()
    by_total = names(page)
    total.press("Enter")

    assert by_total[0] == "Grace Hopper"
    # nobody graded Alan: without a number he stands last either way
    assert by_total[-1] == names(page)[-1] == "Alan Turing"
    assert names(page)[:2] != by_total[:2]
    head = page.get_by_role("columnheader", name="total")
    assert head.get_attribute("aria-sort") == "ascending"
    book.get_by_role("button", name="student").click()
    assert book.locator("[aria-sort]").count() == 1
    assert names(page)[0] == "Ada Lovelace"


def test_the_table_is_filtered_by_name_lab_mistake_check_and_flag(open_page, dashboard):
    page = open_page(dashboard)
    shown, clear = page.get_by_role("status"), page.get_by_text("Show all")

    page.get_by_label("Name", exact=True).fill("student 1")
    assert names(page) == ["Student 1"]
    assert shown.inner_text() == "1 of 14 students"
    clear.click()
    page.get_by_label("Lab", exact=True).select_option("half_adder")
    assert len(names(page)) == 10
    assert not page.locator("#book th[data-lab=logic_gates]").is_visible()
    assert page.locator("#book th[data-lab=half_adder]").is_visible()
    page.get_by_label("Mistake", exact=True).select_option("half_adder/mean_of_rows")
    assert names(page) == ["Zeno"]
    clear.click()
    assert len(names(page)) == 14
    page.get_by_label("Did not pass").select_option("logic_gates/separable_is_right")
    assert names(page) == ["Ada Lovelace", "Mallory"]
    clear.click()
    page.get_by_label("only what is to look at").check()
    assert names(page) == ["Ada Lovelace", "Alan Turing", "Mallory", "Zeno"]
    clear.click()
    page.get_by_label("only those with repairs").check()
    assert names(page) == ["Student 3"]


def test_a_view_stands_in_the_address_and_comes_back_from_it(open_page, dashboard):
    page = open_page(dashboard)
    page.get_by_label("Lab", exact=True).select_option("half_adder")
    page.get_by_label("Name", exact=True).fill("e")
    page.get_by_role("button", name="CPU s").click()
    address = page.evaluate("location.hash")

    again = open_page(dashboard, address=address)

    assert names(again) == names(page)
    assert names(again)[0] == "Zeno"
    assert again.get_by_label("Lab", exact=True).input_value() == "half_adder"
    sorted_by = again.get_by_role("columnheader", name="CPU s", exact=True)
    assert sorted_by.get_attribute("aria-sort") == "descending"


def test_who_made_a_mistake_is_one_click_away(open_page, dashboard):
    page = open_page(dashboard)

    page.get_by_text("made by one student").click()
    page.get_by_role("link", name="show them in the table mean of rows").click()

    assert names(page) == ["Zeno"]
    assert (
        page.locator("#students").evaluate("e => e.getBoundingClientRect().top") < 900
    )
    # the filter has the focus, so the keyboard goes on from there
    assert page.evaluate("document.activeElement.id") == "find"


def test_a_dot_says_its_check_by_mouse_and_keyboard_and_leads_to_its_row(
    open_page, dashboard
):
    page = open_page(dashboard)
    page.locator("summary", has_text="who passes what").nth(1).click()
    plot, said = page.locator("figure.checks"), page.locator("figure.checks .said")
    c, d, odd = (plot.locator(f".plane a[href='#check-{n}']") for n in (22, 23, 24))

    # c and d coincide: each can be pointed at all the same
    for dot, says in ((odd, "4: The odd"), (d, "3: f returns"), (c, "2: f returns")):
        dot.hover()
        assert said.inner_text().startswith(says)
    plot.get_by_role("link").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")

    assert page.evaluate("document.activeElement.getAttribute('href')") == "#check-24"
    assert "look at this check: the stronger fail it" in said.inner_text()
    # the plot is one stop of the tab key
    assert plot.locator(".plane a[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    row = page.locator("tr:target")
    assert "The odd one is right." in row.inner_text()
    assert 0 <= row.bounding_box()["y"] < 900


def test_an_address_that_names_nothing_shows_everybody(open_page, dashboard):
    wild = "#lab=none&mistake=%3Cb%3E&check=x&sort=99&order=up&only=2&constructor=1"

    page = open_page(dashboard, address=wild)

    assert len(names(page)) == 14


def test_without_script_the_page_is_whole(open_page, dashboard):
    page = open_page(dashboard, script=False)

    assert len(names(page)) == 14
    assert not page.locator("#tools").is_visible()
    assert not page.locator(".live:visible").count()


def test_the_keyboard_reaches_all_that_can_be_used(open_page, ada):
    page = open_page(student_html(ada))

    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.textContent")
    top = page.evaluate("document.activeElement.getBoundingClientRect().left")
    seen_by_tab = set()
    for _ in range(page.locator("summary, a").count()):
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
        seen_by_tab.add(page.evaluate("document.activeElement.textContent"))
        page.keyboard.press("Tab")

    assert skip == "Skip to the result"
    assert top >= 0
    summaries = page.locator("main summary")
    assert summaries.count()
    assert (
        set(summaries.evaluate_all("all => all.map(s => s.textContent)")) <= seen_by_tab
    )
    closed = page.locator("details:not([open])").first
    closed.locator("summary").press("Enter")
    assert page.locator("details").first.get_attribute("open") is not None


def test_print_has_no_dark_ground_and_nothing_folded_away(open_page, ada):
    page = open_page(student_html(ada), theme="dark")
    folded = page.get_by_text("All values are right. There was an overflow warning.")
    on_screen = folded.is_visible()

    page.emulate_media(media="print")

    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert not on_screen
    assert folded.is_visible()
    assert not re.search("Start with", page.locator("body").inner_text())


def test_the_reader_s_theme_is_used(open_page, ada):
    grounds = {
        theme: open_page(student_html(ada), theme=theme).evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for theme in ("light", "dark")
    }

    assert grounds == {"light": "rgb(246, 245, 241)", "dark": "rgb(20, 23, 27)"}
