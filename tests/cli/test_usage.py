"""Help, and complaints about a command line, in the reader's language."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from grader.cli import usage
from grader.cli.main import COMMANDS, main
from grader.cli.usage import METAVAR, Telling, paragraphs
from grader.languages.catalogue import language

# no name of a command, an option or a file has these in it
ENGLISH = re.compile(
    r"\b(the|is|are|was|and|of|with|that|this|not|for|its|if|to|left|out)\b"
)


@pytest.fixture(scope="module")
def russian():
    return language("ru")


@pytest.fixture
def speaking(monkeypatch, russian):
    """A reader of Russian, whose catalogue is read once."""
    monkeypatch.setattr(usage, "reader_language", lambda _ctx: russian)


def run(*arguments, charset="utf-8", **environ):
    runner = CliRunner(env=environ, charset=charset)
    return runner.invoke(main, arguments, prog_name="grader")


def commands(command=main, parent=None, name="grader"):
    """Yield each command that help shows, with its context."""
    context = Telling(command, parent, name)
    yield command, context
    names = COMMANDS if command is main else getattr(command, "commands", {})
    for below in names:
        found = command.get_command(context, below)
        if not found.hidden:
            yield from commands(found, context, below)


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        pytest.param(("--lang", "ru", "check", "--help"), {}, id="before"),
        pytest.param(("check", "--help", "--lang", "ru"), {}, id="after"),
        pytest.param(("check", "--help"), {"GRADER_LANG": "ru"}, id="variable"),
    ],
)
def test_help_is_told_in_the_language_that_is_asked_for(arguments, environ):
    told = run(*arguments, **environ)

    assert told.exit_code == 0
    assert told.output.startswith("Использование: grader check [ПАРАМЕТРЫ] [ЦЕЛЬ]\n")
    assert "Параметры:\n" in told.output
    assert "Показать эту справку и выйти." in told.output


@pytest.mark.usefixtures("speaking")
def test_no_help_has_english_left():
    left = {
        context.command_path: ENGLISH.findall(text)
        for command, context in commands()
        for text in [re.sub(r"`[^`]*`|--[a-z-]+", "", command.get_help(context))]
    }

    assert len(left) > 20
    assert {name: words for name, words in left.items() if words} == {}


@pytest.mark.usefixtures("speaking")
def test_help_calls_an_argument_as_the_usage_does(russian):
    told = 0
    for command, context in commands():
        english = " ".join(paragraphs(command.help or ""))
        shown = command.get_help(context).split("\n", 1)[1]
        for argument in command.params:
            name = (argument.name or "").upper()
            if isinstance(argument, click.Argument) and re.search(
                rf"\b{name}\b", english
            ):
                told += 1
                # "РАБОТ" stands for "РАБОТА" and "РАБОТУ"
                assert russian.text(name)[:-1] in shown, context.command_path

    assert told > 5


def test_defaults_and_variables_are_told(russian):
    @click.command(context_settings={"max_content_width": 200, "terminal_width": 200})
    @click.option("--out", default="results", show_default=True, help="For programs.")
    @click.option("--name", envvar="WHO", show_envvar=True, required=True)
    def command(): ...

    context = Telling(command, info_name="x", max_content_width=200, terminal_width=200)
    writer = usage.Translator(russian, 200)
    command.format_help(context, writer)

    told = " ".join(writer.getvalue().split())
    assert "--out ТЕКСТ Вывод для программ. [по умолчанию: results]" in told
    assert "--name ТЕКСТ [переменная: WHO; обязательно]" in told


@pytest.mark.usefixtures("speaking")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(("check", "--nix"), "нет параметра '--nix'.", id="option"),
        pytest.param(("new",), "не указан аргумент 'РАБОТА'.", id="argument"),
        pytest.param(
            ("verify", "--jobs", "0"),
            "недопустимое значение '--jobs': 0 не попадает в диапазон x>=1.",
            id="range",
        ),
        pytest.param(
            ("grade", "SUBMISSIONS"),
            "недопустимое значение 'СДАЧИ...': пути 'SUBMISSIONS' нет.",
            id="their-word-stays",
        ),
        pytest.param(
            ("export", "canvas", "--lab", "x"),
            "не указан параметр '--into'.",
            id="command-of-a-group",
        ),
        pytest.param(
            ("override", "a", "b", "--reason", "c"),
            "укажите что-то одно: --points или --take-back",
            id="of-ours",
        ),
    ],
)
def test_a_complaint_is_told_in_the_language(arguments, told):
    done = run(*arguments)

    assert done.exit_code == 2
    first, help_, empty, error = done.stderr.splitlines()
    assert first.startswith("Использование: grader ")
    assert re.fullmatch(r"Справка: grader [a-z ]+ --help", help_)
    assert (empty, error) == ("", f"Ошибка: {told}")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(("--nix",), "нет параметра '--nix'.", id="before-any-command"),
        pytest.param(
            ("check", "--lab"), "параметру '--lab' нужно значение.", id="no-value"
        ),
    ],
)
def test_a_complaint_while_arguments_are_read_is_told(arguments, told):
    assert run("--lang", "ru", *arguments).stderr.endswith(f"Ошибка: {told}\n")


def test_english_is_what_click_writes():
    context = Telling(main, info_name="grader")

    assert type(context.make_formatter()) is click.HelpFormatter
    assert "Error: No such option '--nix'." in run("check", "--nix").output


def test_a_terminal_without_the_letters_gets_help_in_english():
    told = run("--help", "--lang", "ru", charset="ascii").output

    assert told.startswith("Usage: grader ")
    assert told.isascii()


def test_a_broken_off_question_is_answered_in_the_language(monkeypatch):
    @click.command()
    def asking():
        raise click.Abort

    monkeypatch.setitem(COMMANDS, "labs", ("somewhere", "asking", ""))
    monkeypatch.setattr(
        "importlib.import_module", lambda _: type("Module", (), {"asking": asking})
    )

    done = run("labs", "--lang", "ru")

    assert (done.exit_code, done.stderr) == (1, "grader: остановлено\n")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[OPTIONS] LAB...", ["OPTIONS", "LAB"]),
        ("--jobs INTEGER RANGE", ["INTEGER RANGE"]),
        ("--lang, -h", []),
        ("--in-PLACE", []),
    ],
)
def test_what_is_filled_in_is_written_large(text, names):
    assert METAVAR.findall(text) == names


def test_the_version_needs_no_language():
    code = "import sys, grader.cli.main; sys.exit('grader.languages' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[2]
    )

    assert done.returncode == 0
