"""Hostile submissions, graded for real: what people see stays plain text."""

import json
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from grader.cli.main import main

COURSE = Path(__file__).parents[1] / "course"
RIGHT = COURSE / "reference" / "tiny" / "tiny.py"
NASTY = (
    "\x1b[31mRED\x1b[0m\x9b2J\x1b]0;owned\x07\x1b]8;;http://evil.example\x1b\\x\x1b]8;;\x1b\\"
    "\u202egpj.exe\u202c\u200b\u2066\u061c\U000e0041\x85\u2028 [red]x[/red] <zork onclick=1> <img src=x> "
    "<http://evil.example> ![x](http://evil.example/x.png) [y](javascript:alert(1)) "
    "=cmd|' /C calc'!A0 | a | b"
)
TEXT = ascii(NASTY)
FILES = {
    "raises": f"def double(x): raise RuntimeError({TEXT})\ndef total(x): return {TEXT}",
    "at_load": f"class E(Exception): pass\nE.__name__ = {TEXT}\nraise E({TEXT})",
    "types": (
        f"class C: pass\nC.__name__ = {TEXT} * 1000\n"
        f"def double(x): return C()\ndef total(x): return {{{TEXT}: [C()]}}"
    ),
    # no report could be written with this in it
    "surrogates": (
        "class M(type): __name__ = property(lambda c: '\\ud800\\x1b[31m')\n"
        "class C(metaclass=M): pass\n"
        "def double(x): return C()\ndef total(x): raise ValueError('\\ud83d')"
    ),
    "warns": f"import warnings\ndef double(x):\n    warnings.warn({TEXT})\n    return 4",
    "prints": f"print({TEXT} * 1000)\ndef double(x): return print({TEXT})",
    "tampers": f"def double(x): open('/etc/' + {TEXT} + 'x')",
}
# what no file or terminal may show; a byte-order mark begins the tables
CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2028\u2029]"
    r"|[\u2060-\u206f\ud800-\udfff\U000e0000-\U000e007f]"
)
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="names of files as on Linux"
)


def run(*arguments):
    return CliRunner().invoke(
        main, ["--course", str(COURSE), *map(str, arguments)], catch_exceptions=False
    )


@pytest.fixture(scope="module")
def graded(tmp_path_factory, confined):
    """Grade the class once; skips where nothing can confine it."""
    assert confined is not None
    directory = tmp_path_factory.mktemp("hostile")
    for name, code in FILES.items():
        own = directory / "class" / f"{name} [red]{NASTY.replace('/', '')[:150]}"
        own.mkdir(parents=True)
        (own / "tiny.py").write_text(code, encoding="utf-8")
    for name in ("zoe", "=HYPERLINK(1)"):
        (directory / "class" / name).mkdir()
        shutil.copy(RIGHT, directory / "class" / name / "tiny.py")
    broken = directory / "class" / "broken\x1b[31m\n[red]"
    broken.mkdir()
    (broken / "tiny.ipynb").write_text('{"nbformat": "\x1b[31m\u202e')
    out = directory / "out"
    result = run("grade", directory / "class", "--out", out, "--jobs", "1")
    return result, out


def lines(text):
    return text.splitlines()


def test_every_submission_has_its_result_whatever_the_others_hold(graded):
    result, out = graded

    assert f"{len(FILES) + 2} graded, 1 not graded." in result.stdout
    assert json.loads((out / "zoe" / "tiny.json").read_text())["score"] == 100


def test_the_terminal_shows_no_control_character(graded):
    result, _ = graded

    assert CONTROLS.findall(result.stdout) == []
    assert CONTROLS.findall(result.stderr) == []
    # each submission; a head, what is not graded, what to look at, an empty line, an end
    assert len(lines(result.stdout)) == len(FILES) + 2 + 5


def test_rich_takes_nothing_for_its_markup(graded):
    result, _ = graded

    shown = [line for line in lines(result.stdout) if "[red]" in line]
    assert len(shown) == len(FILES) + 1


def test_no_file_holds_a_control_character(graded):
    _, out = graded
    files = [path for path in out.rglob("*") if path.suffix in {".html", ".md", ".csv"}]

    assert len(files) == 2 * (len(FILES) + 2) + 3
    for path in files:
        text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
        assert CONTROLS.findall(text) == [], path.name


def test_the_json_is_utf_8_without_controls(graded):
    _, out = graded

    for path in out.rglob("*.json"):
        text = path.read_bytes().decode()
        assert CONTROLS.findall(text) == []
        # as JSON escapes it
        assert not re.search(r"\\u00[01]\w|\\ud[89a-f]", text)
        assert json.loads(text)


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        self.found |= {f"{tag} {name}" for name, _ in attrs}


def test_pages_have_no_tag_or_link_of_a_students(graded):
    _, out = graded

    for path in out.rglob("*.html"):
        found = Tags(path.read_text()).found
        assert not {"zork", "img", "base", "iframe"} & found
        assert not {tag for tag in found if " on" in tag}
        links = re.findall(r"href=\"([^\"]*)\"", path.read_text())
        assert all(link.startswith(("#", "./")) for link in links)


def test_markdown_has_no_link_image_or_html(graded):
    _, out = graded
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

    for path in out.rglob("*.md"):
        blocks = reader.parse(path.read_text())
        tokens = [t for block in blocks for t in (block, *(block.children or ()))]
        kinds = {token.type for token in tokens if token.content != "<!-- -->"}
        assert (
            not {"link_open", "image", "html_inline", "html_block", "table_open"}
            & kinds
        )


@pytest.mark.parametrize("name", ["raises", "at_load", "types", "surrogates"])
def test_a_check_by_the_student_shows_no_control_character(confined, tmp_path, name):
    assert confined is not None
    (tmp_path / "tiny.py").write_text(FILES[name], encoding="utf-8")

    shown = run("check", tmp_path / "tiny.py")

    assert shown.exit_code in {0, 1}
    assert CONTROLS.findall(shown.output) == []
    assert "tampering" not in shown.output


def test_a_check_as_json_says_nothing_of_tampering(confined, tmp_path):
    assert confined is not None
    (tmp_path / "tiny.py").write_text(FILES["tampers"], encoding="utf-8")

    shown = run("check", "--json", tmp_path / "tiny.py")

    assert CONTROLS.findall(shown.output) == []
    assert not json.loads(shown.output).get("tampering")


def test_the_teacher_is_told_of_tampering_in_clean_words(graded):
    _, out = graded
    (path,) = out.glob("tampers*/tiny.json")
    (found,) = json.loads(path.read_text())["tampering"]

    assert found["kind"] == "reads_foreign_files"
    assert found["says"].startswith(
        "the code tried to reach files that no lab needs: /etc"
    )
    assert "1 submission to look at" in graded[0].stdout
    assert "Looks like tampering:" in (out / "index.html").read_text()
    assert "tampering" not in path.with_suffix(".html").read_text().lower()
    assert "tampering" not in path.with_suffix(".md").read_text().lower()


def test_an_error_that_names_a_file_shows_no_control_character(tmp_path):
    directory = tmp_path / "\x1b[31m\u202e\x9b"
    directory.mkdir()

    shown = run("grade", directory)

    assert shown.exit_code == 1
    assert "nothing to grade" in shown.output
    assert CONTROLS.findall(shown.output) == []
