import ast
import random
import subprocess
import sys
import time

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from grader.intake.magics import plain_python

INERT = "get_ipython()."


@pytest.mark.parametrize(
    ("code", "plain"),
    [
        pytest.param(
            "%matplotlib inline\nx = 1",
            "get_ipython().run_line_magic('matplotlib', 'inline')\nx = 1",
            id="line-magic",
        ),
        pytest.param(
            "!pip install numpy",
            "get_ipython().system('pip install numpy')",
            id="shell",
        ),
        pytest.param(
            "files = !ls", "files = get_ipython().getoutput('ls')", id="shell-assigned"
        ),
        pytest.param(
            "here = %pwd",
            "here = get_ipython().run_line_magic('pwd', '')",
            id="magic-assigned",
        ),
        pytest.param(
            "?print", "get_ipython().run_line_magic('pinfo', 'print')", id="help-before"
        ),
        pytest.param(
            "print??",
            "get_ipython().run_line_magic('pinfo2', 'print')",
            id="help-after",
        ),
        pytest.param(
            "if True:\n    %cd ..\n    x = 1",
            "if True:\n    get_ipython().run_line_magic('cd', '..')\n    x = 1",
            id="indented-magic",
        ),
        pytest.param(">>> x = 1\n>>> y = 2", "x = 1\ny = 2", id="pasted-prompts"),
        pytest.param("  x = 1\n  y = 2", "x = 1\ny = 2", id="indented-cell"),
    ],
)
def test_ipython_syntax_becomes_a_call_that_does_nothing(code, plain):
    assert plain_python(code).code == plain


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("a = 7 % 3\nb = a != 2", id="operators"),
        pytest.param("x = (1\n% 3)", id="modulo-in-brackets"),
        pytest.param('text = """\n%time f()\n!ls\n"""', id="in-a-string"),
        pytest.param("x = 1  # is it right?", id="question-in-a-comment"),
        pytest.param("\n\n# %%time\nx = 1", id="commented-magic"),
    ],
)
def test_plain_python_stays_as_it_is(code):
    assert plain_python(code).code == code


def test_result_is_what_ipythons_own_parser_gives():
    pieces = [
        *("x = 1", "%matplotlib inline", "!pip install a \\\n  b", "y = !ls", "print?"),
        *("z = %pwd", "?print", "if x:\n    %cd ..\n    y = 2", "", "# why?"),
        *(
            's = """\n%not magic\n!ls\n"""',
            "w = [1,\n  7\n% 3]",
            ",print a b",
            "a.b.c??",
        ),
        *("class A:\n    b = %env HOME\n", "d = {1: 2}\n\n\n%load_ext tensorboard"),
    ]
    choice = random.Random(7)  # noqa: S311 - a seeded draw
    for _ in range(200):
        code = "\n".join(choice.choices(pieces, k=choice.randint(1, 8)))
        expected = TransformerManager().transform_cell(code)

        plain = plain_python(code)

        assert ast.dump(ast.parse(plain.code)) == ast.dump(ast.parse(expected))


def test_statement_that_is_timed_stays_code():
    plain = plain_python("%time w = train(X)\nprint(w)")

    assert plain.code == "w = train(X)\nprint(w)"


@pytest.mark.parametrize("magic", ["time", "timeit", "capture out", "prun -l 5"])
def test_body_of_a_measuring_cell_magic_stays_on_its_lines(magic):
    plain = plain_python(f"\n%%{magic}\nx = 1\n%cd ..\ny = 2")

    lines = plain.code.split("\n")
    assert lines[1].startswith("# %%")
    assert (lines[2], lines[4]) == ("x = 1", "y = 2")
    assert lines[3].startswith(INERT)
    assert plain.notes == ()


def test_setup_of_timeit_and_stacked_cell_magics_stay_code():
    plain = plain_python("%%capture\n%%timeit n = 3\nx = n")

    assert plain.code == "# %%capture\nn = 3\nx = n"


@pytest.mark.parametrize(
    "magic", ["bash", "html", "writefile a.txt", "script false", "nosuch"]
)
def test_body_of_another_cell_magic_is_left_out_with_a_note(magic):
    plain = plain_python(f"%%{magic}\nrm -rf /")

    name = magic.split()[0]
    assert plain.code == ""
    assert plain.notes == (f"the body of `%%{name}` is not run",)


def test_line_after_a_continued_command_keeps_its_number():
    plain = plain_python("\n!pip install \\\n  numpy \\\n  scipy\nx = 1 / 0")

    assert plain.code.split("\n")[4] == "x = 1 / 0"
    compile(plain.code, "cell", "exec")


@pytest.mark.parametrize("magic", ["run other.py", "pylab inline", "load file.py"])
def test_magic_that_would_define_names_is_noted(magic):
    plain = plain_python(f"%{magic}")

    assert plain.notes == (
        f"`%{magic.split()[0]}` does nothing here: put its code here",
    )


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("x = %\\", id="bug-in-ipython"),
        pytest.param("%time f(\n  def", id="broken-python"),
        pytest.param("if x:\n        y\n    z\n%cd", id="broken-indent"),
    ],
)
def test_cell_that_ipython_cant_parse_is_left_to_the_worker(code):
    plain = plain_python(code)

    with pytest.raises(SyntaxError):
        compile(plain.code, "cell", "exec")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("%cd\n" * 5_000, id="many-magics"),
        pytest.param("a" * 100_000 + "?", id="long-word-before-question-mark"),
        pytest.param("%time " * 5_000 + "\n" + "x = 1\n" * 5_000, id="nested-time"),
    ],
)
def test_costly_cell_ends_soon(code):
    started = time.process_time()

    plain_python(code)

    assert time.process_time() - started < 15


def test_cell_that_costs_more_than_the_budget_is_left_as_it_is():
    plain = plain_python("%cd\nx = 1", budget=5)

    assert plain.code == "%cd\nx = 1"
    assert plain.notes == ("too much IPython syntax: left as it is",)


def test_ipython_is_not_imported_for_plain_code():
    script = (
        "import sys; from grader.intake.magics import plain_python;"
        "plain_python('x = 7 % 3'); sys.exit('IPython' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
