"""Nothing that a student can read holds what a hidden check asked or expected."""

import functools
import importlib.util
import re
import sys
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from grader.domain.submission import Cell, Submission
from grader.domain.verdict import Verdict
from grader.grading.curtain import Curtain
from grader.grading.run import grade
from grader.grading.view import CheckView
from grader.intake import pack
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.labs.mutants import mutant_of
from grader.labs.regions import solution_without_markers
from grader.reports.student import student_html, student_markdown

ROOT = Path(__file__).parents[2]
SEED = 271828182845904523536028747135266249
LABS = ("logic_gates", "half_adder", "gradients")
# four digits are shown of numbers that are no secret, so fewer tell nothing
LEAST_DIGITS = 6
NUMBER = re.compile(r"(?<![\w.])\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?")
PICTURE = re.compile(r"data:[a-z/+-]+;base64,[A-Za-z0-9+/=]+")
MOST_SECRETS = 3000


@pytest.fixture(scope="module")
def lab():
    """Return a function that loads a lab with its hidden checks, once."""
    known = {}

    def load(name):
        if name not in known:
            known[name] = load_lab(Course(ROOT), name)
        return known[name]

    return load


@pytest.fixture(scope="module")
def graded(confined, lab):
    """Return a function that grades a text: the report, and what hidden checks sent."""
    asked = []
    honest = CheckView.called

    def spied(self, calls, *, after=False):
        if self.curtain is not None:
            asked.extend((name, args) for name, args, _ in calls)
        return honest(self, calls, after=after)

    @functools.cache
    def run(name, code, *, seed=SEED):
        loaded = lab(name)
        asked.clear()
        submission = Submission(
            student="ada",
            lab=name,
            kind="py",
            cells=(Cell(index=1, code=code),),
            files=(),
            sha256="0" * 64,
        )
        report = grade(
            loaded,
            submission,
            workplace=confined,
            seed=seed,
            clock=lambda: datetime(2026, 5, 1, tzinfo=UTC),
        )
        # times differ from run to run and tell nothing
        checks = [one.model_copy(update={"seconds": 0.0}) for one in report.checks]
        still = {"seconds": 0.0, "cpu_seconds": 0.0, "checks": tuple(checks)}
        return report.model_copy(update=still), tuple(asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CheckView, "called", spied)
        yield run


def visible(report):
    """What the student gets, pictures left out."""
    pages = student_html(report), student_markdown(report)
    return "\n".join(PICTURE.sub("", page) for page in pages)


def numbers_in(value):
    """All numbers in arguments or results that need more than four digits."""
    if isinstance(value, np.ndarray | np.generic | int | float):
        flat = np.asarray(value).ravel()
        flat = flat[:50] if flat.dtype.kind in "iuf" else []
        return [float(x) for x in flat if np.isfinite(x) and float(f"{x:.4g}") != x]
    if isinstance(value, list | tuple | dict):
        inner = value.values() if isinstance(value, dict) else value
        return [number for one in inner for number in numbers_in(one)]
    return []


def digits_of(text):
    """Significant digits, without sign, point and exponent: "-0.0123e4" is "123"."""
    return re.split("[eE]", text)[0].replace(".", "").lstrip("0")


def told(text, secrets):
    """Return which secrets stand in a text, in whatever format."""
    shown = {
        digits
        for token in NUMBER.findall(text)
        if LEAST_DIGITS <= len(digits := digits_of(token)) <= 17
    }
    found = set()
    for secret in secrets:
        full = digits_of(repr(abs(secret)))
        forms = {full[:n] for n in range(LEAST_DIGITS, 18)}
        forms |= {digits_of(f"{abs(secret):.{n}g}") for n in range(LEAST_DIGITS, 18)}
        forms |= {digits_of(f"{abs(secret):.{n}f}") for n in range(3, 9)}
        long = {form for form in forms if len(form) >= LEAST_DIGITS}
        if shown & long or secret.hex().lstrip("-") in text:
            found.add(secret)
    return found


def expected_of(name, asked):
    """What the solution answers to the calls that hidden checks made."""
    path = ROOT / "reference" / name / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"leaks_{name}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    answers = []
    until = time.process_time() + 1
    for function, args in asked:
        if time.process_time() > until:
            break
        if any(map(callable, args)) or not hasattr(module, function):
            continue
        copies = [np.array(a) if isinstance(a, np.ndarray) else a for a in args]
        with np.errstate(all="ignore"):
            try:
                answers.append(getattr(module, function)(*copies))
            except Exception:  # noqa: BLE001, S112 - asked about what has no answer
                continue
    return answers


def wrong(loaded):
    """The solution with the first of its mistakes."""
    return mutant_of(loaded.solution, loaded.mistakes[0])


@pytest.mark.parametrize("name", LABS)
def test_wrong_answers_bring_no_hidden_number_to_the_student(name, lab, graded):
    report, asked = graded(name, wrong(lab(name)))
    page = visible(report)
    sent = numbers_in([args for _, args in asked])
    answers = numbers_in(expected_of(name, asked))

    assert any(check.outcome != "passed" for check in report.checks)
    assert len(sent) > 20
    assert answers
    assert told(page, [*sent[:MOST_SECRETS], *answers[:MOST_SECRETS]]) == set()
    assert str(SEED) not in page
    assert f"{SEED:x}" not in page
    for check in report.checks:
        if check.hidden:
            assert check.example is None
            assert not check.note or check.note not in page
            assert check.id not in page


def test_another_seed_changes_no_word_that_a_student_reads(lab, graded):
    """Whatever the format: a page that does not depend on the inputs can't tell them."""
    text = wrong(lab("logic_gates"))

    pages = [visible(graded("logic_gates", text, seed=s)[0]) for s in (SEED, SEED + 1)]

    assert pages[0] == pages[1]


# each hands what the function was given to whoever reads the report
TELLTALES = {
    "a message": "raise ValueError(repr(seen))",
    "a type of exception": "raise type(letters(seen), (Exception,), {})()",
    "a stub's words": "raise NotImplementedError(repr(seen))",
    "no memory": "raise MemoryError(repr(seen))",
    "a type": "return type(letters(seen), (), {})()",
    "a message at a made-up line": "exec(chr(10) * (seen[0] % 9999) + 'raise OSError')",
}
TELLTALE = """

def letters(seen):
    return "T" + "_".join(map(str, seen))

def telltale(action):
    number = []
    def told(*args, **kwargs):
        flat = [x for a in args for x in np.ravel(np.asarray(a, float))[:2].tolist()]
        number.extend(int(abs(x) * 1e9) for x in flat if x % 1)
        return action(number[-2:] or [0])
    return told

"""


def telltales(loaded):
    """A file whose functions tell what they were given, each in another way."""
    names = [one for task in loaded.lab.tasks for one in task.functions]
    text = solution_without_markers(loaded.solution) + TELLTALE
    for number, action in enumerate(TELLTALES.values()):
        text += f"def action{number}(seen):\n    {action}\n\n"
    for place, name in enumerate(names):
        text += f"{name} = telltale(action{place % len(TELLTALES)})\n"
    return text


def leaked(page, asked):
    """Return whether a page holds nine digits of a number that was sent."""
    values = {abs(x) for x in numbers_in([args for _, args in asked]) if x % 1}
    runs = re.findall(r"\d{6,}", page)
    return {run for run in runs for x in values if run == str(int(x * 1e9))}


def test_exception_that_quotes_a_hidden_input_is_for_the_teacher_alone(lab, graded):
    report, asked = graded("gradients", telltales(lab("gradients")))
    notes = " ".join(check.note for check in report.checks if check.hidden)

    assert leaked(visible(report), asked) == set()
    assert leaked(notes, asked)
    assert "ValueError (line " in visible(report)


def test_without_the_curtain_the_quote_would_be_seen(lab, graded, monkeypatch):
    """Proof that the test above can fail."""
    _, asked = graded("gradients", telltales(lab("gradients")))
    monkeypatch.setattr(Curtain, "before", lambda _, failure: failure)
    monkeypatch.setattr(Curtain, "of_reply", lambda _, reply: reply)

    report, asked = graded("gradients", telltales(lab("gradients")) + "#")

    assert leaked(visible(report), asked)


def test_planted_hidden_number_is_found(lab, graded):
    """Proof that the search can fail, in each of the usual formats."""
    report, asked = graded("logic_gates", wrong(lab("logic_gates")))
    secret = next(x for x in numbers_in([args for _, args in asked]) if abs(x) > 0.01)
    planted = [f"{secret:.6g}", repr(secret), f"{secret:.17g}", secret.hex()]
    planted += [f"{secret:.12e}", str(np.array([secret]).tolist()), f"{secret:.8f}"]

    for words in planted:
        check = report.checks[0].model_copy(update={"feedback": f"try {words} here"})
        leaky = report.model_copy(update={"checks": (check, *report.checks[1:])})
        assert told(visible(leaky), [secret]) == {secret}, words


def test_hidden_input_kept_for_a_public_check_is_gone_by_then(
    confined, tiny_course, submission_of
):
    loaded = load_lab(tiny_course, "tiny")
    functions = [one for task in loaded.lab.tasks for one in task.functions]
    code = "kept = []\ndef keep(*args):\n    kept.append(args)\n    raise ValueError(len(kept))\n"
    code += "".join(f"{one} = keep\n" for one in functions)

    report = grade(
        loaded,
        submission_of(code),
        workplace=confined,
        seed=SEED,
        clock=lambda: datetime(2026, 5, 1, tzinfo=UTC),
    )

    first = next(check for check in report.checks if not check.hidden)
    assert "ValueError: 1 " in first.feedback


@pytest.mark.parametrize("name", LABS)
def test_what_students_start_from_has_nothing_of_the_solution(name, lab, tmp_path):
    loaded = lab(name)
    shown = "\n".join(
        path.read_text(encoding="utf-8")
        for path in Path(ROOT, "assignments", name).rglob("*")
        if path.suffix in {".py", ".md", ".ipynb", ".toml"}
    )
    stub = Path(ROOT, "assignments", name, f"{name}.py")
    packed = pack(
        student="ada",
        lab=name,
        file=stub,
        lab_version="1",
        grader_version="1",
        clock=lambda: datetime(2026, 5, 1, tzinfo=UTC),
        to=tmp_path,
    )
    with zipfile.ZipFile(packed) as archive:
        shown += "\n".join(archive.read(one).decode() for one in archive.namelist())

    assert Verdict.__name__ not in stub.read_text(encoding="utf-8")
    for check in loaded.hidden:
        assert not re.search(rf"\b{check.id}\b", shown), check.id
    for line in answers_of(loaded.solution):
        assert line not in shown, line


def answers_of(solution):
    """The lines of code that the stub leaves out, those long enough to be telling."""
    inside, lines = False, []
    for line in solution.splitlines():
        if re.match(r"\s*# (end )?solution\b", line):
            inside = "# end" not in line
        elif inside and len(line.strip()) >= 40:
            lines.append(line.strip())
    return lines
