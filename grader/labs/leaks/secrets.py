"""What must not leave: read from `reference/`, as text, nothing is run."""

import ast
import functools
import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import LabError
from grader.labs.calibration import FILE as CALIBRATION
from grader.labs.course import Course
from grader.labs.leaks.numbers import folded, significant
from grader.labs.leaks.pieces import pieces_of
from grader.labs.leaks.prose import SENTENCE, feedback_in, notes_in
from grader.labs.leaks.tokens import MODULES, Tokens, tokens_of
from grader.labs.regions import BEGIN, END, stub_of

# what a decorator makes of a function, and how it is called here
DECORATED = {"check": "hidden check", "gate": "gate", "mistake": "mistake"}
# digits from which on a number points to where it comes from
DIGITS_OF_CONSTANT, DIGITS_OF_MEASUREMENT = 4, 5
NOTES = "NOTES.md"


@dataclass(frozen=True)
class Origin:
    """Where a secret comes from.

    Attributes:
        lab: Whose it is.
        what: What it is, for people: `the solution of T1`.
        name: The same in a word: `step`.
        file: `reference/logic_gates/logic_gates.py`.
    """

    lab: str
    what: str
    name: str
    file: str

    def at(self, line: int) -> str:
        """Return a place in the file, for people."""
        return f"{self.file}, line {line}"


@dataclass(frozen=True)
class Code:
    """A piece of code that is secret: a region of the solution, a hidden function."""

    origin: Origin
    tokens: Tokens


@dataclass(frozen=True)
class Told:
    """A secret with a text and a line: a name, a sentence, an answer."""

    origin: Origin
    line: int
    text: str


@dataclass(frozen=True)
class Number:
    """An expected value; one of many measured ones is told by more digits."""

    origin: Origin
    line: int
    value: float
    measured: bool = False


@dataclass(frozen=True)
class Answer:
    """What an entry of a dictionary that a student returns has to be."""

    origin: Origin
    line: int
    key: str
    value: str


@dataclass(frozen=True)
class Secrets:
    """All that must not leave of a course, and what is public of the same kind.

    Attributes:
        regions: What stands between the markers of the solutions.
        pieces: Expressions and statements of the regions, large enough to be told.
        functions: Bodies of hidden checks, gates, mistakes.
        names: Their names.
        sentences: Their docstrings and feedback, translations of both, teachers' notes.
        numbers: Values to be found, drawn or measured.
        answers: Entries of dictionaries that students have to return.
        stubs: The public part of the solutions, by lab.
        fixed: Names that nobody can rename.
    """

    regions: tuple[Code, ...]
    pieces: tuple[Code, ...]
    functions: tuple[Code, ...]
    names: tuple[Told, ...]
    sentences: tuple[Told, ...]
    numbers: tuple[Number, ...]
    answers: tuple[Answer, ...]
    stubs: Mapping[str, str]
    fixed: frozenset[str]


def secrets_of(course: Course) -> Secrets:
    """Return what must not leave of any lab of a course.

    Raises:
        LabError: If a lab's part for teachers can't be read.
    """
    labs = course.labs()
    asked = (name for lab in labs for task in lab.tasks for name in task.functions)
    fixed = frozenset((*asked, *(name for lab in labs for name in lab.given)))
    readers = [
        _Reader(course, lab.name, fixed)
        for lab in labs
        if course.reference(lab.name).is_dir()
    ]
    return Secrets(
        regions=tuple(one for reader in readers for one in reader.regions()),
        pieces=tuple(one for reader in readers for one in reader.pieces()),
        functions=tuple(one for reader in readers for one in reader.functions()),
        names=tuple(one for reader in readers for one in reader.names()),
        sentences=tuple(one for reader in readers for one in reader.sentences()),
        numbers=tuple(one for reader in readers for one in reader.numbers()),
        answers=tuple(one for reader in readers for one in reader.answers()),
        stubs={reader.lab: reader.stub for reader in readers},
        fixed=fixed,
    )


class _Module:
    """A Python file of a lab's reference."""

    def __init__(self, path: Path, file: str) -> None:
        self.file = file
        self.text = _read(path)
        try:
            self.tree = ast.parse(self.text)
        except SyntaxError as error:
            raise LabError(f"{path}: line {error.lineno}: {error.msg}") from error

    @functools.cached_property
    def decorated(self) -> list[tuple[str, ast.FunctionDef]]:
        """Return the hidden checks, gates and mistakes with what they are."""
        return list(self._decorated())

    def _decorated(self) -> Iterator[tuple[str, ast.FunctionDef]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef):
                for decorator in node.decorator_list:
                    called = decorator
                    while isinstance(called, ast.Call):
                        called = called.func
                    name = ast.unparse(called).rsplit(".", 1)[-1]
                    if name in DECORATED:
                        yield DECORATED[name], node


class _Reader:
    """Reads one lab's reference."""

    def __init__(self, course: Course, lab: str, fixed: frozenset[str]) -> None:
        self.lab = lab
        self._folder = course.reference(lab)
        self._fixed = fixed
        self._solution = _Module(self._folder / f"{lab}.py", self._name(f"{lab}.py"))
        try:
            self.stub = stub_of(self._solution.text)
        except LabError as error:
            raise LabError(f"{self._solution.file}: {error}") from error
        self._others = [
            _Module(path, self._name(path.relative_to(self._folder).as_posix()))
            for path in sorted(self._folder.rglob("*.py"))
            if path.stem != lab and not path.name.startswith(".")
        ]

    def regions(self) -> Iterator[Code]:
        """Return the tokens of each region, without its comments."""
        for origin, first, lines in self._regions():
            text = "\n".join(lines)
            yield Code(origin, self._tokens(text, first))

    def pieces(self) -> Iterator[Code]:
        """Return the tokens of what each region is made of."""
        for origin, first, lines in self._regions():
            text, tree = _indented(lines), _parsed(lines)
            for tokens in pieces_of(
                tree, text.split("\n"), fixed=self._fixed, first=first - 1
            ):
                yield Code(origin, tokens)

    def functions(self) -> Iterator[Code]:
        """Return the bodies of what is hidden, without docstrings and comments."""
        for origin, node, module in self._hidden():
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            if body:
                first, last = body[0].lineno, node.end_lineno
                text = "\n".join(module.text.splitlines()[first - 1 : last])
                yield Code(origin, self._tokens(text, first))

    def names(self) -> Iterator[Told]:
        """Return the names of what is hidden that are not also public words."""
        public = set(re.findall(r"\w+", self.stub))
        for origin, node, _ in self._hidden():
            # one word is a word of any text
            if "_" in node.name.strip("_") and node.name not in public:
                yield Told(origin, node.lineno, node.name)

    def sentences(self) -> Iterator[Told]:
        """Return what hidden checks, gates, mistakes and notes say, by sentences."""
        for origin, node, _ in self._hidden():
            told = ast.get_docstring(node) or ""
            line = node.body[0].lineno
            for sentence in SENTENCE.split(told):
                yield Told(origin, line, sentence)
        said = {ast.get_docstring(node) or "" for _, node, _ in self._hidden()}
        for feedback in self._feedback():
            said.add(feedback.text)
            yield feedback
        for path in sorted(self._folder.rglob("*.po")):
            yield from self._catalogue(path, {" ".join(one.split()) for one in said})
        yield from self._notes()

    def _feedback(self) -> Iterator[Told]:
        for module in self._others:
            for line, function, text in feedback_in(module.tree):
                name = function or Path(module.file).stem
                origin = Origin(self.lab, f"the feedback of {name}", name, module.file)
                yield Told(origin, line, text)

    def _notes(self) -> Iterator[Told]:
        path = self._folder / NOTES
        if path.is_file():
            for line, heading, sentence in notes_in(_read(path)):
                origin = Origin(
                    self.lab, "a note for teachers", heading, self._name(NOTES)
                )
                yield Told(origin, line, sentence)

    def numbers(self) -> Iterator[Number]:
        """Return constants of solution and checks, and what was measured, once each."""
        seen: set[float] = set()
        for number in (*self._constants(), *self._measured()):
            digits = DIGITS_OF_MEASUREMENT if number.measured else DIGITS_OF_CONSTANT
            if significant(number.value) >= digits and number.value not in seen:
                seen.add(number.value)
                yield number

    def _constants(self) -> Iterator[Number]:
        for origin, first, lines in self._regions():
            for line, value in folded(_parsed(lines)):
                yield Number(origin, first + line - 2, value)
        for origin, node, _ in self._hidden():
            # a mistake's values are wrong ones
            if not origin.what.startswith(f"the {DECORATED['mistake']}"):
                for line, value in folded(node):
                    yield Number(origin, line, value)
        for module in self._others:
            origin = Origin(self.lab, "the hidden checks", "checks", module.file)
            for statement in module.tree.body:
                if isinstance(statement, ast.Assign | ast.AnnAssign):
                    for line, value in folded(statement):
                        yield Number(origin, line, value)

    def answers(self) -> Iterator[Answer]:
        """Return the entries that the regions' dictionaries have."""
        for origin, first, lines in self._regions():
            for node in ast.walk(_parsed(lines)):
                if isinstance(node, ast.Dict):
                    for key, value in zip(node.keys, node.values, strict=True):
                        if isinstance(key, ast.Constant) and _stands_alone(value):
                            line = first + key.lineno - 2
                            told = ast.unparse(value)
                            yield Answer(origin, line, str(key.value), told)

    def _name(self, file: str) -> str:
        return f"reference/{self.lab}/{file}"

    def _tokens(self, text: str, first: int) -> Tokens:
        tokens = tokens_of(text, fixed=self._fixed, first_line=first)
        return tokens.without_comments() or tokens

    def _regions(self) -> Iterator[tuple[Origin, int, list[str]]]:
        begin, origin = 0, None
        lines = self._solution.text.splitlines()
        for number, line in enumerate(lines, start=1):
            if match := BEGIN.match(line):
                begin = number
                name = match["what"].removeprefix("write ")
                what = f"the solution of {match['task']}"
                origin = Origin(self.lab, what, name, self._solution.file)
            elif END.match(line) and origin is not None:
                yield origin, begin + 1, lines[begin : number - 1]

    def _hidden(self) -> Iterator[tuple[Origin, ast.FunctionDef, _Module]]:
        for module in self._others:
            for kind, node in module.decorated:
                what = f"the {kind} {node.name}"
                yield Origin(self.lab, what, node.name, module.file), node, module

    def _measured(self) -> Iterator[Number]:
        path = self._folder / CALIBRATION
        if not path.is_file():
            return
        origin = Origin(
            self.lab, "a measured value", "calibration", self._name(CALIBRATION)
        )
        try:
            content = json.loads(_read(path))
        except ValueError as error:
            raise LabError(f"{path}: not JSON: {error}") from error
        lines = path.read_text(encoding="utf-8").splitlines()
        at = {
            found: number
            for number, line in reversed([*enumerate(lines, start=1)])
            for found in re.findall(r"\d+\.\d+", line)
        }
        for value, many in _leaves(content):
            if value % 1:
                yield Number(origin, at.get(repr(value), 1), value, measured=many)

    def _catalogue(self, path: Path, said: set[str]) -> Iterator[Told]:
        """Return what is hidden in another language."""
        import polib

        file = self._name(path.relative_to(self._folder).as_posix())
        origin = Origin(self.lab, "a hidden text's translation", path.stem, file)
        try:
            entries = polib.pofile(_read(path))
        except OSError as error:
            raise LabError(f"{path}: not a catalogue: {error}") from error
        for entry in entries:
            if " ".join(entry.msgid.split()) in said:
                for sentence in SENTENCE.split(entry.msgstr):
                    yield Told(origin, entry.linenum, sentence)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LabError(f"{path} can't be read: {error}") from error


def _parsed(lines: Sequence[str]) -> ast.Module:
    """Return a region's tree, one line further down; an empty one of half a statement."""
    try:
        return ast.parse(_indented(lines))
    except SyntaxError:
        return ast.Module([], [])


def _indented(lines: Sequence[str]) -> str:
    """Return a region within what its `return` and its indentation need around them."""
    body = textwrap.indent(textwrap.dedent("\n".join(lines)), "    ")
    return f"if True:\n{body}"


def _stands_alone(node: ast.expr) -> bool:
    """Return whether a value can be read without the code around it."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return names <= MODULES


def _leaves(value: Any, *, many: bool = False) -> Iterator[tuple[float, bool]]:
    """Return the numbers of JSON, and whether each is one of a list."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner, many=many)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, many=True)
    elif isinstance(value, float):
        yield value, many
