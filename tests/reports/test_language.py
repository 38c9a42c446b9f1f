"""Pages in the reader's language: nothing of ours stays English, nothing of others changes."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from grader.domain.tampering import seen
from grader.languages import ENGLISH, Language
from grader.reports.dashboard import dashboard_html
from grader.reports.student import student_html, student_markdown
from grader.reports.templating import render_html
from grader.reports.words import moment, number, with_comma

RUSSIAN = Language("ru")


@dataclass(frozen=True)
class Marking(Language):
    """A language in which all that was translated stands in brackets."""

    def text(self, message):
        return f"⟦{message}⟧"

    def plural(self, one, many, count):
        return f"⟦{(one if count == 1 else many).format(n=count)}⟧"

    def told(self, sentence):
        return f"⟦{sentence}⟧"


def left_over(page):
    """Return the words of a page that no translator would ever see."""
    text = page.text
    while (less := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = less
    return set(re.findall(r"[^\W\d_]{3,}", text))


def attributes(page):
    """Return what attributes say to people."""
    names = ("aria-label", "alt", "data-label", "data-shown", "label")
    return [value for name in names for value in page.values(name)]


def test_a_student_s_page_has_no_english_of_ours(ada, parse):
    other = ada.model_copy(update={"lab": "two"})
    page = parse(student_html(ada, siblings=(other,), language=Marking("xx")))

    of_the_student = "Ada Lovelace logic gates ipynb Python NumPy UTC"
    of_the_student += " sigmoid array with without warning neuron grad"
    assert left_over(page) <= set(of_the_student.split())
    assert all("⟦" in said for said in attributes(page))
    assert page.all("html") == [{"lang": "xx"}]


def test_the_dashboard_has_no_english_of_ours(small_class, ada, parse):
    mallory = ada.model_copy(
        update={"student": "Mallory", "tampering": (seen("forged_answer"),)}
    )
    run = small_class.model_copy(update={"reports": (*small_class.reports, mallory)})
    page = parse(dashboard_html(run, hrefs={}, language=Marking("xx")))

    names = "Neural networks spring Ada Lovelace Grace Hopper Alan Turing Mallory"
    files = "turing logic gates ipynb Python NumPy UTC CPU"
    assert left_over(page) <= set(f"{names} {files}".split())
    assert all("⟦" in said for said in attributes(page))


def test_the_markdown_is_told_too(ada):
    text = student_markdown(ada, language=Marking("xx"))

    assert "## ⟦What works⟧" in text
    assert "⟦Cross-entropy and its gradient⟧" in text
    assert "⟦dw is the derivative times -1. So is db.⟧" in text


def test_what_a_student_wrote_is_shown_as_it_is(ada, parse):
    text = parse(student_html(ada, language=Marking("xx"))).text

    assert "Ada Lovelace" in text
    assert "sigmoid(np.array(⟦" not in text
    assert "sigmoid(np.array([-1000., 0., 1000.]))" in text


def test_a_translation_can_t_bring_markup(report, parse):
    class Evil(Language):
        def text(self, message):
            return f"<b>{message}</b>"

    page = parse(student_html(report(), language=Evil("xx")))

    assert not page.all("b")[2:]
    assert "<b>Lab report</b>" in page.text


@pytest.mark.parametrize(
    ("language", "half"), [(ENGLISH, "68.5"), (RUSSIAN, "68,5")], ids=["en", "ru"]
)
def test_points_have_the_reader_s_decimal_sign(language, half, ada, parse):
    assert number(68.5, language) == half
    assert half in parse(student_html(ada, language=language)).text


def test_whole_numbers_have_no_sign():
    assert number(90.0, RUSSIAN) == "90"
    assert with_comma("0.05", RUSSIAN) == "0,05"


def test_a_date_has_the_month_s_name_in_the_reader_s_language():
    when = datetime(2026, 3, 5, 14, 7, tzinfo=UTC)

    assert moment(when) == "5 March 2026, 14:07 UTC"
    assert moment(when, Marking("xx")) == "5 ⟦March⟧ 2026, 14:07 UTC"


def test_a_template_without_a_language_is_english(ada):
    assert render_html("icons.html.j2") == render_html(
        "icons.html.j2", language=RUSSIAN
    )
    assert student_html(ada) == student_html(ada, language=ENGLISH)
