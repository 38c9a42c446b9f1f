"""Catalogues as translators write them, ours and a course's."""

import subprocess
import sys

import pytest

from grader.errors import LabError
from grader.labs.course import Course
from grader.labs.translations import course_language
from grader.languages import ENGLISH
from grader.languages.catalogue import codes, language

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "{0}"
msgstr "{1}"
"""


@pytest.fixture
def course(tmp_path):
    (tmp_path / "assignments/tiny").mkdir(parents=True)
    (tmp_path / "reference/tiny").mkdir(parents=True)
    return Course(tmp_path)


def write(course, tree, text, name="ru.po"):
    folder = course.root / tree / "tiny" / "locale"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_there_are_two_languages():
    assert codes() == ("en", "ru")


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "0 значений"),
        (1, "1 значение"),
        (2, "2 значения"),
        (4, "4 значения"),
        (5, "5 значений"),
        (11, "11 значений"),
        (12, "12 значений"),
        (21, "21 значение"),
        (22, "22 значения"),
        (111, "111 значений"),
    ],
)
def test_russian_has_three_plural_forms(count, told):
    assert language("ru").plural("{n} value", "{n} values", count) == told


@pytest.mark.parametrize(("count", "told"), [(1, "1 value"), (0, "0 values")])
def test_english_has_two(count, told):
    assert ENGLISH.plural("{n} value", "{n} values", count) == told


def test_both_trees_of_a_course_are_read(course):
    write(course, "assignments", PO.format("Open", "Открыто"))
    write(course, "reference", PO.format("Secret {place}", "Тайна {place}"))

    russian = course_language(course, "ru")

    assert russian.text("Open") == "Открыто"
    assert russian.told("Secret 42") == "Тайна 42"


def test_what_we_say_ourselves_no_lab_changes(course):
    write(course, "assignments", PO.format("passed", "сойдёт"))

    ours, both = language("ru"), course_language(course, "ru")

    assert both.text("passed") == ours.text("passed")
    assert both.told("passed") == ours.text("passed")


def test_a_course_without_catalogues_stays_english(course):
    assert course_language(course, "ru").told("Perceptron") == "Perceptron"


def test_without_a_course_ours_is_there():
    assert course_language(None, "ru").text("passed") != "passed"


def test_an_unknown_code_gives_english(course):
    assert course_language(course, "xx") is ENGLISH


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('msgid "a"\nmsgstr "b" c"\n', id="syntax"),
        pytest.param("no catalogue at all", id="prose"),
        pytest.param(
            'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=n(;\\n"\n'
            'msgid "a"\nmsgstr "b"\n',
            id="plural-rule",
        ),
    ],
)
def test_a_broken_catalogue_is_one_line_for_the_teacher(course, text):
    path = write(course, "assignments", text)

    with pytest.raises(LabError) as caught:
        course_language(course, "ru")

    assert str(caught.value).startswith(f"{path} is no catalogue: ")
    assert "\n" not in str(caught.value)


def test_a_catalogue_that_is_no_utf_8_is_refused(course):
    path = write(course, "assignments", "")
    path.write_bytes('msgid "a"\nmsgstr "ы"\n'.encode("cp1251"))

    with pytest.raises(LabError, match="is no catalogue"):
        course_language(course, "ru")


def test_a_changed_catalogue_is_another_edition(course):
    write(course, "assignments", PO.format("a", "а"))
    before = course_language(course, "ru").edition

    write(course, "assignments", PO.format("a", "б"))

    assert course_language(course, "ru").edition != before


def test_a_doubtful_translation_is_not_shown(course):
    write(
        course,
        "assignments",
        PO.format("a", "а") + '\n#, fuzzy\nmsgid "b"\nmsgstr "б"\n',
    )

    assert course_language(course, "ru").told("b") == "b"


def test_english_reads_nothing():
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from grader.labs.course import Course\n"
        "from grader.labs.translations import course_language\n"
        "Path.read_text = Path.glob = None\n"
        "course_language(Course(Path()), 'en')\n"
        "sys.exit('polib' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], check=False)

    assert done.returncode == 0
