"""Each way in which a secret may leave, planted; and that nothing else is found."""

import ast
import base64
import io
import json
import re
import shutil
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from grader.app.release_files import lab_files
from grader.app.wheel import wheel
from grader.labs.course import Course
from grader.labs.leaks import find_leaks, secrets_of, without_shown
from grader.labs.leaks.numbers import folded, numbers_in
from grader.labs.leaks.prose import feedback_in, notes_in
from grader.labs.leaks.scan import Search
from grader.labs.leaks.tokens import KNOWN, tokens_of
from grader.labs.leaks.views import views_of

COURSE = Path(__file__).parents[2]
TINY = Path(__file__).parents[1] / "course"
LAB = "logic_gates"
HANDOUT = f"assignments/{LAB}/README.md"
CHECKS = f"assignments/{LAB}/checks.py"
WHEEL = "grader-7.1-py3-none-any.whl"

SIGMOID = """\
    z = np.asarray(z)
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)
"""
# the same, laid out anew, by someone who calls things otherwise
RENAMED = """\
def logistic(values):
    a = np.asarray( values )    # any shape

    # never overflows
    e = np.exp( -np.abs(a) )
    result = np.where(
        a >= 0,
        1.0,  # the right half
        e,
    ) / (1.0 + e)
    return result
"""
STEP = "return (np.asarray(z) > 0).astype(int)"


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    """The secrets of one lab, with a calibration and a translation."""
    course = Course(tmp_path_factory.mktemp("course"))
    for part in ("assignments", "reference"):
        shutil.copytree(
            COURSE / part / LAB,
            course.root / part / LAB,
            ignore=shutil.ignore_patterns("__pycache__", "locale"),
        )
    reference = course.reference(LAB)
    (reference / "calibration.json").write_text(
        '{"median": 0.412345, "values": [0.987654, 0.5]}\n'
    )
    (reference / "locale").mkdir()
    (reference / "locale" / "ru.po").write_text(
        'msgid "This is what you get when the sign is reversed, y - h for h - y: "\n'
        '"it points downhill."\n'
        'msgstr "Так бывает, если перепутать знак у градиента."\n\n'
        'msgid "The gradient points exactly the other way, downhill."\n'
        'msgstr "Градиент указывает ровно в обратную сторону, вниз."\n',
        encoding="utf-8",
    )
    return secrets_of(course)


@pytest.fixture(scope="module")
def find(secrets):
    """Return what leaks from a file that holds a text."""
    search = Search(secrets)

    def found(content, file=HANDOUT):
        if isinstance(content, str):
            content = content.encode()
        return search.leaks({file: content})

    return found


def hidden(name, file="checks.py"):
    """Return the source of a hidden function."""
    text = (COURSE / "reference" / LAB / file).read_text()
    match = re.search(rf"^def {name}\(.*?(?=^\S|\Z)", text, re.DOTALL | re.MULTILINE)
    return match[0]


def without_docstring(source):
    return re.sub(r'    """.*?"""\n', "", source, count=1, flags=re.DOTALL)


def notebook(**cell):
    cells = [{"cell_type": "code", "source": ["x = 1"], **cell}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4})


def zip_of(name, content, comment=b""):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
        archive.comment = comment
    return buffer.getvalue()


def png(kind, body):
    chunk = struct.pack(">I", len(body)) + kind + body + b"\0\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk


@pytest.mark.parametrize(
    ("content", "file"),
    [
        pytest.param(f"```python\n{SIGMOID}```\n", HANDOUT, id="handout"),
        pytest.param(RENAMED, CHECKS, id="renamed-in-public-checks"),
        pytest.param(SIGMOID.replace("z", "t"), CHECKS, id="one-variable-renamed"),
        pytest.param('"""' + SIGMOID + '"""', CHECKS, id="docstring"),
        pytest.param(
            re.sub("^", "# ", SIGMOID, flags=re.MULTILINE), CHECKS, id="comments"
        ),
        pytest.param("\n".join(SIGMOID.split(" ")), CHECKS, id="a-word-a-line"),
        pytest.param(SIGMOID.replace("\n", "\r\n"), CHECKS, id="windows-line-ends"),
        pytest.param(
            notebook(outputs=[{"data": {"text/plain": SIGMOID.splitlines(True)}}]),
            "assignments/logic_gates/logic_gates.ipynb",
            id="output-of-the-notebook",
        ),
        pytest.param(
            notebook(metadata={"hint": SIGMOID}), "a.ipynb", id="notebook-metadata"
        ),
        pytest.param(notebook(source=SIGMOID), "a.ipynb", id="notebook-cell"),
        pytest.param(SIGMOID.encode("utf-16"), HANDOUT, id="utf-16"),
        pytest.param(SIGMOID.encode("utf-16-be"), HANDOUT, id="utf-16-without-mark"),
        pytest.param(b"\xff" + SIGMOID.encode(), HANDOUT, id="no-utf-8"),
        pytest.param(base64.encodebytes(SIGMOID.encode()), HANDOUT, id="base64-lines"),
        pytest.param(
            'key = "'
            + base64.b64encode(zlib.compress(SIGMOID.encode())).decode()
            + '"',
            CHECKS,
            id="packed-base64",
        ),
        pytest.param(f"key = {SIGMOID.encode().hex()}", CHECKS, id="hexadecimal"),
        pytest.param(
            zip_of("grader/data/extra.json", json.dumps({"a": SIGMOID})),
            WHEEL,
            id="data-in-the-wheel",
        ),
        pytest.param(zip_of("a.txt", "x", SIGMOID.encode()), WHEEL, id="zip-comment"),
        pytest.param(png(b"tEXt", b"Comment\0" + SIGMOID.encode()), "a.png", id="png"),
        pytest.param(
            png(b"zTXt", b"Comment\0\0" + zlib.compress(SIGMOID.encode())),
            "a.png",
            id="packed-png",
        ),
    ],
)
def test_a_solution_is_found_wherever_it_is(find, content, file):
    (leak,) = find(content, file)

    assert (leak.name, leak.what) == ("sigmoid", "the solution of T5 (sigmoid)")
    assert leak.file.startswith(file)
    assert leak.place.startswith("cell 1" if file.endswith(".ipynb") else "")
    origin, line = re.fullmatch(r"(.*), line (\d+)", leak.origin).groups()
    assert "z" in (COURSE / origin).read_text().splitlines()[int(line) - 1]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param(STEP, "step", id="one-line"),
        pytest.param(STEP.replace("z", "total"), "step", id="one-line-renamed"),
        pytest.param(
            "the answer is `(np.asarray(x) > 0).astype(int)`.", "step", id="expression"
        ),
        pytest.param(
            "return step(np.asarray(X) @ w + b)", "perceptron", id="calls-another-task"
        ),
        pytest.param(
            "    return {'xor_loss_limit': 4*np.log(2)}",
            "answers",
            id="in-a-dictionary",
        ),
    ],
)
def test_a_short_region_is_found_as_a_whole(find, text, name):
    assert name in {leak.name for leak in find(text, CHECKS)}


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        pytest.param(
            lambda: without_docstring(hidden("neuron_grad_is_the_derivative")).replace(
                "neuron_grad_is_the_derivative", "mine"
            ),
            "neuron_grad_is_the_derivative",
            "the hidden check",
            id="copied-check",
        ),
        pytest.param(
            lambda: (
                without_docstring(hidden("panels_without_labels", "mistakes.py"))
                .replace("panels_without_labels", "f")
                .replace("panel", "one")
            ),
            "panels_without_labels",
            "the mistake",
            id="copied-mistake",
        ),
        pytest.param(
            lambda: "See neuron_grad_is_the_derivative.",
            "neuron_grad_is_the_derivative",
            "the name of",
            id="name-of-a-check",
        ),
        pytest.param(
            lambda: "# `sign_reversed` is common",
            "sign_reversed",
            "the name of",
            id="name-of-a-mistake",
        ),
        pytest.param(
            lambda: (
                "# This is *what you get* when the **sign** is\n"
                "# reversed, y - h for h - y, which is common."
            ),
            "sign_reversed",
            "says",
            id="what-a-mistake-says",
        ),
        pytest.param(
            lambda: "Так бывает, если перепутать\nзнак у градиента",
            "ru",
            "translation",
            id="translation-of-it",
        ),
        pytest.param(
            lambda: "Градиент указывает ровно в обратную\nсторону, вниз",
            "ru",
            "translation",
            id="translation-of-feedback",
        ),
        pytest.param(
            lambda: "If *the gradient points exactly\nthe other way*, downhill, ...",
            "neuron_grad_points_uphill",
            "the feedback of",
            id="feedback",
        ),
        pytest.param(
            lambda: (
                "Nowhere else does it matter, because the gates of `T4` must keep\n"
                "every weighted sum at least 1e-6 away from 0."
            ),
            "What it teaches",
            "a note for teachers",
            id="note",
        ),
        pytest.param(
            lambda: "It ends at 2.7726.",
            "answers",
            "the value 2.7726",
            id="answer-rounded",
        ),
        pytest.param(
            lambda: "It ends at 2.772588722.",
            "answers",
            "the value",
            id="answer-in-full",
        ),
        pytest.param(
            lambda: "about 0.4123 in the middle",
            "calibration",
            "measured",
            id="measured",
        ),
        pytest.param(
            lambda: "0.98765 once", "calibration", "measured", id="measured-once"
        ),
        pytest.param(
            lambda: '"more_steps_help": False', "answers", "the answer to", id="answer"
        ),
        pytest.param(
            lambda: "`more_steps_help` is **False**",
            "answers",
            "the answer to",
            id="answer-in-prose",
        ),
    ],
)
def test_what_is_hidden_is_found_by_its_own_name(find, content, name, kind):
    leaks = find(content())

    assert [leak.name for leak in leaks if kind in leak.what][:1] == [name]


def test_a_region_need_not_stand_in_a_function(tmp_path):
    course = Course(tmp_path)
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    solution = course.reference("tiny") / "tiny.py"
    solution.write_text(
        solution.read_text()
        + "\n# solution T2: write RATE\nRATE = 0.123456\n# end solution\n"
        + "CASES = (\n    # solution T2: write cases\n    0.654321,\n"
        + "    # end solution\n)\n"
    )

    leaks = find_leaks({"a.md": b"The rate is 0.1235."}, secrets_of(course))

    assert [leak.name for leak in leaks] == ["RATE"]


def test_a_constant_of_the_hidden_checks_is_found(tmp_path):
    course = Course(tmp_path)
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    checks = course.reference("tiny") / "checks.py"
    checks.write_text(checks.read_text() + "\nLIMIT = 7 * np.log(3)\n")

    leaks = find_leaks({"a.md": b"You get 7.6903."}, secrets_of(course))

    assert [leak.origin for leak in leaks] == ["reference/tiny/checks.py, line 44"]


def test_a_files_name_may_leak(find):
    (leak,) = find(b"", f"assignments/{LAB}/sign_reversed.png")

    assert (leak.place, leak.name) == ("its name", "sign_reversed")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("w, b = neuron\nX @ w + b\n", id="three-tokens"),
        pytest.param("for k in range(steps):\n    total = total + k\n", id="a-loop"),
        pytest.param("It takes 1,000 steps, 4.0 % and 0.375.", id="plain-numbers"),
        pytest.param("It reached 0.9877.", id="four-digits-of-one-run-of-many"),
        pytest.param("more_steps_help: True or False", id="the-question"),
        pytest.param("you get it when the sign is reversed", id="half-a-sentence"),
        pytest.param("f1fe1af8bf80e" * 9, id="a-hash"),
        pytest.param("total = inputs @ weights + bias", id="a-line-of-arithmetic"),
        pytest.param("a weighted sum is 0", id="feedback-of-five-words"),
    ],
)
def test_what_anybody_writes_is_no_leak(find, text):
    assert not find(text)


def test_the_same_leak_is_told_once_for_a_file(find):
    assert len(find(SIGMOID + SIGMOID)) == 1


def test_what_a_stub_has_is_public(secrets, find):
    assert not find(secrets.stubs[LAB], f"assignments/{LAB}/{LAB}.py")


@pytest.fixture(scope="module")
def real():
    """All files of this course's release, and what must not be in them."""
    course = Course(COURSE)
    files = {}
    for lab in course.labs():
        files |= lab_files(course, lab.name)
    name, content = wheel()
    return course, {**files, name: content}, Search(secrets_of(course))


def test_code_that_can_not_be_worked_out_is_taken_apart():
    assert sorted(value for _, value in folded(ast.parse("1.5 / 0"))) == [0.0, 1.5]


def test_the_labs_of_this_course_leak_nothing(real):
    course, files, search = real
    labs = [lab.name for lab in course.labs()]
    assert len(labs) == 7

    leaks = search.leaks(files)

    assert without_shown(leaks, course, dict.fromkeys(labs, "")) == ()


class Renamed(ast.NodeTransformer):
    """Gives all variables other names, as a student would who hides a copy."""

    def __init__(self, fixed):
        self.kept = fixed | KNOWN

    def visit_Name(self, node):
        return node if node.id in self.kept else ast.Name(f"{node.id}_2", node.ctx)


def planted_in_a_check(*lines):
    return "def score(p, table):\n    " + "\n    ".join(lines) + "\n"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        # as a public check once had it
        pytest.param(
            planted_in_a_check(
                "h = 1 / (1 + np.exp(-(BITS @ w1[:-1] + w1[-1])))",
                "o = 1 / (1 + np.exp(-(h @ w2[:-1] + w2[-1])))",
            ),
            "forward",
            id="an-expression-within-others",
        ),
        pytest.param(
            "s = 4\none = int(p - q - .50 > 0)\nother = int(q - p - 0.5 > 0.0)\n",
            "xor_formula",
            id="two-statements-in-a-row",
        ),
        pytest.param(
            "It is `s(inputs @ A[:-1] + A[-1])`.",
            "forward",
            id="in-prose",
        ),
    ],
)
def test_arithmetic_is_found_under_all_other_names(real, code, name):
    _, _, search = real

    leaks = search.leaks({"assignments/half_adder/checks.py": code.encode()})

    assert name in {leak.name for leak in leaks}


def test_another_place_of_the_same_variables_is_another_formula(real):
    _, _, search = real
    other = planted_in_a_check("h = p @ w[:-1] + v[-1]")

    assert not search.leaks({"assignments/half_adder/checks.py": other.encode()})


@pytest.mark.parametrize(
    "renamed",
    [pytest.param(False, id="as-written"), pytest.param(True, id="renamed")],
)
def test_nearly_all_regions_are_found_when_they_are_laid_out_anew(real, renamed):
    course, _, search = real
    tasks = [task for lab in course.labs() for task in lab.tasks]
    fixed = {name for task in tasks for name in task.functions}
    fixed |= {name for lab in course.labs() for name in lab.given}
    planted = {}
    for lab in course.labs():
        for name, lines in regions_of(course, lab.name):
            tree = ast.parse("if True:\n" + lines)
            tree = Renamed(fixed).visit(tree) if renamed else tree
            planted[f"{lab.name}.{name}.md"] = ast.unparse(tree).encode()

    leaks = search.leaks(planted)

    found = {leak.file for leak in leaks if f".{leak.name}." in leak.file}
    missed = planted.keys() - found
    # `return 5` is nobody's
    assert len(missed) <= 0.05 * len(planted), missed


def regions_of(course, lab):
    text = (course.reference(lab) / f"{lab}.py").read_text()
    return re.findall(
        r"# solution T\d+: write (\w+)\n(.*?)^\s*# end solution",
        text,
        re.DOTALL | re.MULTILINE,
    )


def test_notes_are_read_sentence_by_sentence():
    notes = (
        "# Lab\n\n## Why it is so\n\nA short one. This one is long enough,\n"
        "**though** it goes on in\nanother line. Not this.\n\n"
        "| check | what it rests on is told here |\n| T1 | all the values that there are, exactly |\n"
    )

    assert [*notes_in(notes)] == [
        (
            5,
            "Why it is so",
            "This one is long enough, **though** it goes on in another line.",
        ),
        (9, "Why it is so", "| check | what it rests on is told here |"),
        (10, "Why it is so", "| T1 | all the values that there are, exactly |"),
    ]


def test_a_docstring_is_no_feedback():
    code = (
        'def shape(x):\n    """Return the shape, which has as many numbers as axes."""\n'
        '    return f"your {x} must have as many rows as there are samples"\n'
    )

    assert [*feedback_in(ast.parse(code))] == [
        (3, "shape", " must have as many rows as there are samples")
    ]


def test_a_number_is_the_same_however_it_is_written():
    texts = (
        tokens_of(text, fixed=frozenset()).texts for text in ("1e-4", "1.0", "1_000")
    )

    assert [*texts] == [["0.0001"], ["1"], ["1000"]]


def test_tokens_do_not_see_layout():
    one = tokens_of("return (a+b, c.d(  x=1))  # why", fixed=frozenset())
    other = tokens_of("return a + b, \\\n  c.d(x = 1,)", fixed=frozenset())

    assert one.without_comments().texts == other.texts


def test_renaming_keeps_what_is_the_same_variable():
    one, same, other = (
        tokens_of(text, fixed=frozenset({"f"}))
        for text in ("f(a, b, a)", "f(x, y, x)", "f(x, y, y)")
    )

    assert one.shape(0, 4) == same.shape(0, 4) != other.shape(0, 4)
    assert one.classes[0] == "f"


def test_code_is_worked_out_where_it_spells_out_a_number():
    code = "a = 4 * np.log(2)\nb = -3 / 32\nc = True"

    found = dict(folded(ast.parse(code)))

    assert found == {1: pytest.approx(4 * 0.69314718), 2: 3 / 32}


def test_numbers_are_read_as_people_write_them():
    found = [
        (value, digits) for value, _, digits in numbers_in("11,935 1_000 2.50 x1 3e-4")
    ]

    assert found == [(11935.0, 5), (1000.0, 4), (2.5, 3), (0.0003, 1)]


def test_a_broken_archive_is_read_as_it_is():
    (view,) = views_of("a.zip", b"PK\x03\x04 and no more")

    assert "and no more" in view.text
