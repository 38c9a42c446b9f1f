"""The command line in two languages."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.main import main

TINY = Path(__file__).parents[1] / "course"
RIGHT = (TINY / "reference/tiny/tiny.py").read_text()
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def course(tmp_path):
    """The tiny course, its lab's title in Russian."""
    root = Path(shutil.copytree(TINY, tmp_path / "course"))
    title = next(
        line.split('"')[1]
        for line in (root / "assignments/tiny/lab.toml").read_text().splitlines()
        if line.startswith("title")
    )
    folder = root / "assignments/tiny/locale"
    folder.mkdir()
    text = f'{HEADER}msgid "{title}"\nmsgstr "Крошечная работа"\n'
    (folder / "ru.po").write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def grader(course, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments, **environ):
        return CliRunner(env=environ).invoke(
            main, ["--course", str(course), *arguments], catch_exceptions=False
        )

    return run


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        pytest.param(("--lang", "ru", "labs"), {}, id="before"),
        pytest.param(("labs", "--lang", "ru"), {}, id="after"),
        pytest.param(("labs", "--lang=ru"), {}, id="equals"),
        pytest.param(
            ("--lang", "en", "labs", "--lang", "ru"), {}, id="the-last-counts"
        ),
        pytest.param(("labs",), {"GRADER_LANG": "ru"}, id="variable"),
        pytest.param(
            ("labs",), {"GRADER_LANG": None, "LC_ALL": "ru_RU.UTF-8"}, id="locale"
        ),
    ],
)
def test_labs_are_listed_in_russian(grader, arguments, environ):
    output = grader(*arguments, **environ).output

    assert "Крошечная работа" in output
    assert "название" in output


@pytest.mark.parametrize(
    "environ",
    [{}, {"GRADER_LANG": "xx"}, {"GRADER_LANG": None, "LC_ALL": "de_DE.UTF-8"}],
    ids=("english", "no-such-language", "no-such-catalogue"),
)
def test_english_is_what_is_left(grader, environ):
    assert "title" in grader("labs", **environ).output


def test_an_option_says_that_there_is_no_such_language(grader):
    done = grader("labs", "--lang", "xx")

    assert done.exit_code == 2
    assert "there is no 'xx'; there are en, ru" in done.output


def test_an_option_without_a_language_is_told_so(grader):
    done = grader("labs", "--lang")

    assert done.exit_code == 2
    assert "--lang needs a language, such as ru" in done.output


def test_behind_two_dashes_it_is_no_option(grader):
    done = grader("check", "--", "--lang")

    assert done.exit_code == 1
    assert "--lang" in done.output


def test_for_programs_it_stays_english(grader):
    (lab,) = json.loads(grader("labs", "--json", "--lang", "ru").output)

    assert lab["title"] != "Крошечная работа"


def test_an_error_is_told_in_russian(grader):
    done = grader("check", "nix", "--lang", "ru")

    assert done.exit_code == 1
    assert done.output == "grader: 'nix' — не работа и не файл; есть работы tiny\n"


def test_a_broken_catalogue_is_one_line(grader, course):
    (course / "assignments/tiny/locale/ru.po").write_text("nonsense")

    done = grader("labs", "--lang", "ru")

    assert done.exit_code == 1
    assert done.output.startswith("grader: ")
    assert "ru.po is no catalogue" in done.output
    assert done.output.count("\n") == 1


def test_work_is_checked_in_russian(grader, tmp_path):
    (tmp_path / "tiny.py").write_text(RIGHT + "\n\ndef double(x):\n    return 3 * x\n")

    output = grader("check", "--lang", "ru", "--isolation", "process").output

    assert output.startswith("Крошечная работа: открытые проверки\n")
    assert "(неверно)" in output
    assert "Оценку определяют скрытые проверки с другими входами." in output


@pytest.mark.parametrize(
    ("encoding", "language"),
    [("ascii", "title"), ("cp866", "название")],
)
def test_a_terminal_without_the_letters_reads_english(course, encoding, language):
    done = subprocess.run(
        [sys.executable, "-m", "grader.cli.main", "--course", str(course), "labs"],
        env=os.environ | {"PYTHONIOENCODING": encoding, "GRADER_LANG": "ru"},
        capture_output=True,
        check=True,
    )

    assert language in done.stdout.decode(encoding)
    assert b"?" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(
            ("override", "ada", "tiny", "--points", "5", "--reason", "x"),
            "grader: в results нет журнала: сначала выполните проверку или укажите "
            "--out либо --gradebook\n",
            id="no-gradebook",
        ),
        pytest.param(
            ("receipt", "."),
            "grader: там нет ничего, что упаковал `grader submit`\n",
            id="receipt",
        ),
        pytest.param(
            ("receipt", "ABC", "."),
            "grader: 'ABC': нет квитанции, ожидалось: 25 букв и цифр, группами по пять\n",
            id="no-receipt",
        ),
        pytest.param(("stubs",), "все заготовки свежие\n", id="stubs"),
        pytest.param(
            ("release", "--out", "course"),
            "grader: course — часть самого курса: выберите другой --out\n",
            id="release",
        ),
    ],
)
def test_teachers_are_told_in_russian(grader, arguments, told):
    assert grader(*arguments, GRADER_LANG="ru").output == told


def test_what_became_of_a_class_is_told_in_russian(grader, tmp_path):
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "tiny.ipynb").write_text("{}")

    graded = grader("grade", "class", "--lang", "ru", "--isolation", "process")

    assert graded.stderr == "1/1 ada tiny: НЕ ПРОВЕРЕНО\n"
    refused, empty, counted = graded.stdout.splitlines()
    assert refused == (
        "не проверено: ada tiny: tiny.ipynb — JSON, но без ячеек: сдайте файл, "
        "сохранённый в Jupyter"
    )
    assert empty == ""
    assert counted == "проверено 0, не проверено 1. Сводка: results/index.html"
