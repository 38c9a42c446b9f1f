"""The page for the teacher: what it shows, and that nothing a student typed is markup."""

import dataclasses
import re

import pytest

from grader.similarity.compare import Left, compare
from grader.similarity.page import similar_html

OWN = "def f{n}(a):\n    total_{n} = [{n} * k + {n} for k in range({n}, a)]\n    return sum(total_{n})\n"


def written(*numbers):
    return "\n".join(OWN.format(n=number) for number in numbers)


@pytest.fixture
def page(hand):
    """Return a function that makes the page of a pair and some others."""

    def make(*twins, least=0.4, left=(), others=6):
        hands = [hand(code, name) for name, code in twins]
        hands += [
            hand(written(*range(100 * n, 100 * n + 12)), f"s{n}")
            for n in range(1, others + 1)
        ]
        return similar_html(compare(hands, least=least), title="A tiny lab", left=left)

    return make


@pytest.fixture
def twins(page):
    code = written(*range(12))
    return page(("Ada", code), ("Zoë", code.replace("total", "sums")))


def test_a_pair_is_shown_side_by_side_with_line_numbers(twins):
    assert '<h2 id="pair-1-title"><bdi>Ada</bdi> and <bdi>Zoë</bdi></h2>' in twins
    assert twins.count('<table class="code">') == 2
    assert '<th scope="row">1</th>' in twins


def test_a_stretch_leads_to_the_same_on_the_other_side(twins):
    links = re.findall(r'href="#(p1-[ab]-\d+)"', twins)

    assert links
    assert all(f'id="{link}"' in twins for link in links)
    assert len(set(links)) == len(links)


def test_both_names_of_a_thing_are_within_the_marks(twins):
    marked = re.sub("<[^>]+>", "", "".join(re.findall(r"<mark.*?</mark>", twins)))

    assert "total_3" in marked
    assert "sums_3" in marked


def test_a_line_of_a_notebook_is_found_by_its_cell(page):
    cells = [written(*range(6)), written(*range(6, 12))]

    html = page(("Ada", cells), ("Zoë", written(*range(12))))

    assert '<th scope="row">2:1</th>' in html


def test_lines_far_from_any_mark_are_folded(page):
    far = "\n".join(f"# {n}" for n in range(50))

    html = page(*((name, f"{written(*range(12))}\n{far}\n") for name in ("A", "B")))

    assert re.search(r'class="fold"><td aria-hidden="true">⋮</td><td>\d\d lines', html)


def test_a_hand_in_without_end_ends_on_the_page(page, monkeypatch):
    monkeypatch.setattr("grader.similarity.page.MOST_LINES", 20)
    code = "\n".join(f"a = {n} + b * {n} - c" for n in range(60))

    html = page(("Ada", code), ("Zoë", code))

    assert html.count("40 lines") == 2


def test_it_says_that_alike_is_not_copied(twins):
    assert "Alike is not copied" in twins
    assert "plagiarism" not in twins.lower()


def test_nothing_that_a_student_typed_becomes_markup(page):
    evil = "</code></td><script>alert(1)</script>\"'><b onclick=x>"
    code = f"# {evil}\n" + written(*range(12)) + f"\nword = '''{evil}'''\n"

    html = page((f"Ada{evil}", code), ("Zoë", code), left=[Left(evil, evil)])

    assert "<script" not in html
    assert "<b onclick" not in html
    assert html.count("&lt;script&gt;") >= 4


def test_no_script_may_run_and_nothing_is_loaded(twins):
    assert "default-src 'none'; style-src 'unsafe-inline'" in twins
    assert not re.search(r"https?://|<script|<link|<img|url\(", twins)


def test_no_pair_is_said_in_words(page):
    html = page(("Ada", written(1, 2)), ("Zoë", written(*range(50, 60))))

    assert "No two are alike by that much" in html


def test_what_was_not_compared_is_listed(page):
    html = page(left=[Left("Max", "it is no Python that can be read")])

    assert "it is no Python that can be read" in html


ODD = """
def odd(a, b):
    kept = [7 * one - b for one in a if one % 7 > 4]
    total = sum(kept) + len(kept) ** 7
    return (total - 7) / (b + 7.5), kept[-1:]
"""


@pytest.fixture
def one_function(page):
    """The page of two that share one function, the rest of whose code is their own."""
    return page(
        ("Ada", ODD + written(*range(2000, 2012))),
        ("Zoë", written(*range(3000, 3012)) + ODD.replace("odd", "strange")),
    )


def test_a_function_that_few_have_is_listed_with_its_pair(one_function):
    assert "No two are alike by that much" in one_function
    assert "1 more shares functions that few have" in one_function
    rows = one_function.split('id="functions-title"')[1].split("</tbody>")[0]
    assert re.search(r'href="#pair-1"><bdi>Ada</bdi> and <bdi>Zoë</bdi>', rows)
    assert "<code>odd</code> · <code>strange</code>" in rows
    assert '<td class="number">100 %</td>\n          <td class="number">2</td>' in rows


def test_a_function_that_few_have_is_shown_whole_on_both_sides(one_function):
    sides = one_function.split('id="pair-1"')[1]

    text = re.sub("<[^>]+>", "", sides)
    assert "def odd(a, b):" in text
    assert "def strange(a, b):" in text


def test_the_solution_has_a_list_and_a_column_of_its_own(hand):
    code = written(*range(12))
    hands = [hand(written(*range(100 * n, 100 * n + 12)), f"s{n}") for n in range(1, 7)]
    hands += [hand(code, "Ada"), hand(code, "Zoë")]
    solution = dataclasses.replace(hand(code, "solution"), is_solution=True)

    html = similar_html(compare([*hands, solution], least=0.4), title="T")

    rows = html.split('id="solution-title"')[1].split("</tbody>")[0]
    assert re.findall(r'<a href="#pair-\d+"><bdi>(\w+)</bdi></a>', rows) == [
        "Ada",
        "Zoë",
    ]
    assert html.count("like the solution</th>") == 1
    assert "1 pair is" in html
    # the pair, and each of the two with the solution
    assert html.count("<details") == 3


def test_without_a_solution_nothing_is_said_of_it(twins):
    assert "solution" not in twins


def test_a_group_is_a_square_of_its_likenesses(page):
    code = written(*range(12))

    html = page(("Ada", code), ("Max", code), ("Zoë", code))

    assert html.count('class="self"') == 3
    assert html.count('class="tied"') == 6


def test_the_page_of_very_many_pairs_stays_small(hand):
    hands = [hand(f"{written(1)}\nx{n} = {n}", f"s{n:02}") for n in range(12)]
    found = compare(hands, least=0)

    html = similar_html(dataclasses.replace(found, n_alike=999), title="T")

    # of 66 pairs
    assert html.count("<details") == 60
    assert html.count('class="rate"') == 66
    assert "933 more pairs" in html


@pytest.mark.xdist_group("browser")
def test_axe_finds_nothing_in_light_or_dark(page, tmp_path, browser):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    code = written(*range(12))
    twins = [(name, code) for name in ("Ada", "Max", "Zoë")]
    path = tmp_path / "page.html"
    twins.append(("Ida", ODD))
    twins.append(("Joe", ODD))
    path.write_text(page(*twins, left=[Left("Eve", "no Python")]), encoding="utf-8")
    # the policy of the page keeps out axe as well
    tab = browser.new_page(bypass_csp=True)
    tab.goto(path.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        found = axe.Axe().run(tab)
        assert found.violations_count == 0, found.generate_report()
    tab.close()
