"""Text from outside, per format."""

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.reports.text import (
    clean,
    csv_cell,
    markdown_block,
    markdown_text,
    number,
    one_line,
    relative_url,
    shown_name,
)

MEGABYTE = 1_000_000
# what Markdown, HTML and GitHub give a meaning to, and letters between
MARKDOWN = st.text(alphabet="ab1 ()[]<>&*_`~#+-=|!\\:/.@$w{}\n\"'", max_size=30)


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        pytest.param("\x1b[31mred\x1b[0m", "red", id="colour"),
        pytest.param("\x9b2Jgone", "gone", id="one-byte-csi"),
        pytest.param("\x1b]0;title\x07rest", "rest", id="window-title"),
        pytest.param(
            "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link", id="hyperlink"
        ),
        pytest.param("\x1bP+q\x1b\\x", "x", id="device-control"),
        pytest.param("\x1bcreset", "reset", id="reset"),
        pytest.param("\x1b]never closed", "never closed", id="open-string"),
        pytest.param("lone\x1b", "lone", id="lone-escape"),
        pytest.param("a\u202etxt.exe\u2066b", "atxt.exeb", id="direction"),
        pytest.param("a\ud800b\udcffc", "abc", id="surrogates"),
        pytest.param("a\x00\x08\x7f\ufeffb", "ab", id="controls"),
        pytest.param("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne", id="line-breaks"),
        pytest.param("\tñ दुनिया 👩‍🔬", "\tñ दुनिया 👩‍🔬", id="what-may-stay"),
    ],
)
def test_only_what_can_be_seen_stays(raw, seen):
    assert clean(raw) == seen


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_cleaning_twice_changes_nothing_more(text):
    once = clean(text)

    assert clean(once) == once
    assert all(c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"} for c in once)


@pytest.mark.parametrize("piece", ["x", "\x1b]", "\x1b[", "\x9d", "\u202e", " "])
def test_a_megabyte_is_cut_to_the_limit(piece):
    text = clean(piece * (MEGABYTE // len(piece)), limit=50)

    assert len(text) <= 50
    assert text.endswith("…")


def test_text_at_the_limit_is_whole():
    assert clean("x" * 50, limit=50) == "x" * 50


def test_a_line_has_no_breaks():
    assert one_line(" a\n\n b\tc \u2029") == "a b c"


@pytest.mark.parametrize("name", ["", " ", "\u202e\u200b", "\x1b[2J"])
def test_a_name_that_nobody_sees_gets_words(name):
    assert shown_name(name) == "(no name)"


@pytest.mark.parametrize(
    ("value", "text"),
    [(85.0, "85"), (4.5, "4.5"), (1 / 3, "0.33"), (100.0, "100"), (-0.001, "0")],
)
def test_points_have_no_needless_digits(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("Ada Lovelace/logic_gates.html", "./Ada%20Lovelace/logic_gates.html"),
        ("javascript:alert(1)", "./javascript%3Aalert%281%29"),
        ("//evil.example/x", ".///evil.example/x"),
        ("a?b#c.html", "./a%3Fb%23c.html"),
        ("caf\udce9.html", "./caf%E9.html"),
        ("\ud800.html", "./.html"),
        ("", ""),
        ("x" * MEGABYTE, ""),
    ],
)
def test_a_path_never_becomes_another_kind_of_link(path, url):
    assert relative_url(path) == url


@pytest.mark.parametrize(
    "formula",
    ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r\n=1", " =1", "＝1"],
)
def test_no_spreadsheet_takes_a_cell_for_a_formula(formula):
    assert csv_cell(formula).startswith("'")


def test_a_formula_after_the_other_list_separator_is_disarmed():
    assert csv_cell("Ada;=1+1") == "Ada;'=1+1"
    assert csv_cell('Ada; "=1+1') == "Ada;' \"=1+1"


@pytest.mark.parametrize("text", ["Ada", "O'Brien, Ada", 'a "b" c', "x = -1", "a;b"])
def test_harmless_cells_stay_as_they_are(text):
    assert csv_cell(text) == text


@given(st.text(max_size=40))
def test_a_cell_survives_the_csv_reader(text):
    out = io.StringIO()
    csv.writer(out).writerow([csv_cell(text), "end"])

    assert list(csv.reader(io.StringIO(out.getvalue()))) == [[csv_cell(text), "end"]]


def shown(markdown):
    """Return the tags that a CommonMark reader makes, and the text that it shows."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = [
        t for block in reader.parse(markdown) for t in (block, *(block.children or ()))
    ]
    # an empty comment, which we put after @, shows nothing
    kinds = {t.type for t in tokens if t.type != "inline" and t.content != "<!-- -->"}
    texts = (t.content for t in tokens if t.type in {"text", "text_special"})
    return kinds, "".join(texts)


@pytest.mark.parametrize(
    ("frame", "around"),
    [
        pytest.param("{}", {"paragraph_open", "paragraph_close"}, id="paragraph"),
        pytest.param("## {}", {"heading_open", "heading_close"}, id="heading"),
        pytest.param(
            "- {}",
            {
                *("bullet_list_open", "bullet_list_close", "paragraph_open"),
                *("list_item_open", "list_item_close", "paragraph_close"),
            },
            id="item",
        ),
    ],
)
@given(text=MARKDOWN)
def test_markdown_shows_a_text_as_it_is(frame, around, text):
    kinds, seen = shown(frame.format("a" + markdown_text(text)))
    kinds_at_start, seen_at_start = shown(frame.format(markdown_text(text)))

    assert kinds <= around | {"text"}
    assert kinds_at_start <= around | {"text"}
    assert seen == "a" + one_line(text)
    assert seen_at_start == one_line(text)


@pytest.mark.parametrize(
    ("raw", "escaped"),
    [
        ("[x](javascript:alert(1))", r"\[x\](javascript:alert(1))"),
        ("<script>", "&lt;script&gt;"),
        ("see https://x.example", "see https&#58;//x.example"),
        ("www.x.example", "www&#46;x.example"),
        ("@everyone", "@<!-- -->everyone"),
        ("X @ w", "X @ w"),
        ("neuron_grad", "neuron_grad"),
        ("__init__", r"\_\_init\_\_"),
        ("68.5", "68.5"),
        ("1. first", r"1\. first"),
    ],
)
def test_markdown_escapes_no_more_than_it_must(raw, escaped):
    assert markdown_text(raw) == escaped


@pytest.mark.parametrize("text", ["```\n# out", "a\n````\nb", "~~~", "`" * 50])
def test_a_code_block_can_not_be_left(text):
    tokens = MarkdownIt("commonmark").parse(markdown_block(text))

    assert [token.type for token in tokens] == ["fence"]
    assert tokens[0].content == text + "\n"
