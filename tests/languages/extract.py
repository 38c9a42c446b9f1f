"""Collect what is to be translated, from the source and the labs.

`make messages` runs it: the catalogues get what is new, untranslated, and lose what is
gone. Sentences with values inside are read off the code that writes them: an f-string
becomes a template with places called like the variables.
"""

import ast
import functools
import inspect
import itertools
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import polib
from babel.messages.extract import extract

from grader.cli.main import COMMANDS
from grader.cli.main import main as cli
from grader.cli.usage import METAVAR, paragraphs
from grader.labs.course import Course
from grader.labs.course_toml import EXPECTED
from grader.labs.loading import load_lab
from grader.labs.translations import FOLDER
from grader.languages.catalogue import FURNITURE, catalogue_path, codes

ROOT = Path(__file__).parents[2]
GRADER = ROOT / "grader"
# modules whose texts a student may read
SPEAKING = (
    "grader/checks/[a-df-z]*.py",
    "grader/grading/curtain.py",
    "grader/grading/desk.py",
    "grader/domain/lateness.py",
    "grader/domain/marks.py",
    "grader/domain/model_config.py",
    "grader/domain/moments.py",
    "grader/domain/rebuilt.py",
    "grader/domain/student.py",
    "grader/domain/syntax.py",
    "grader/domain/tampering.py",
    "grader/domain/totals.py",
    "grader/notebook/kernel.py",
    "grader/notebook/running.py",
    "grader/notebook/upgrades.py",
    "grader/worker/cells.py",
    "grader/worker/models.py",
    "grader/worker/module.py",
    "grader/worker/rebuild.py",
    "grader/worker/serve.py",
    "grader/worker/written.py",
    "grader/sandbox/answers.py",
    "grader/sandbox/budget.py",
    "grader/sandbox/callbacks.py",
    "grader/sandbox/conversation.py",
    "grader/sandbox/endings.py",
    "grader/sandbox/session.py",
    "grader/sandbox/watch.py",
    "grader/intake/archive.py",
    "grader/exports/filling.py",
    "grader/intake/choosing.py",
    "grader/intake/collecting.py",
    "grader/intake/definitions.py",
    "grader/intake/drafts.py",
    "grader/intake/dropping.py",
    "grader/intake/files.py",
    "grader/intake/magics.py",
    "grader/intake/mending.py",
    "grader/intake/notebook.py",
    "grader/intake/opening.py",
    "grader/intake/packing.py",
    "grader/intake/piles.py",
    "grader/intake/python_file.py",
    "grader/intake/reading.py",
    "grader/intake/shapes.py",
    "grader/intake/sorting.py",
    "grader/intake/tree.py",
    "grader/intake/typography.py",
    "grader/app/find.py",
    "grader/app/new.py",
    "grader/app/submit.py",
    "grader/app/unfinished.py",
)
# modules whose errors a teacher reads who grades a class; who writes labs reads English
TEACHING = (
    "grader/app/*.py",
    "grader/cli/*.py",
    "grader/data/mnist.py",
    "grader/executors/cluster.py",
    "grader/executors/dask.py",
    "grader/exports/[c-z]*.py",
    "grader/labs/policy.py",
    "grader/labs/roster.py",
    "grader/sandbox/launch.py",
    "grader/store/*.py",
)
# what the source does not show
KNOWN = tomllib.loads(
    Path(__file__).with_name("messages.toml").read_text(encoding="utf-8")
)
# what a template's place may be called
NAME = re.compile(r"[a-z][a-z0-9_]*")
PLACES = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# alternatives of one expression; beyond them each is a place
MOST_ALTERNATIVES = 8
# a message has two words; an identifier, a path and a format have not
PROSE = re.compile(r"[A-Za-z]{2,},?[;:]? .*[a-z]{2,}|[a-z]{2,} ")


def alternatives(node: ast.expr) -> list[str]:
    """Return the templates that an expression of text may become."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return _joined(map(alternatives, parts))
        case ast.FormattedValue(value=value):
            return _of_value(value)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined([alternatives(left), alternatives(right)])
        case ast.IfExp(body=body, orelse=orelse):
            return [*alternatives(body), *alternatives(orelse)]
        case ast.BoolOp(values=values):
            return [text for value in values for text in alternatives(value)]
        case _:
            return ["{" + _name(node) + "}"]


def _of_value(value: ast.expr) -> list[str]:
    if isinstance(value, ast.IfExp) and _is_text(value):
        return alternatives(value)
    return ["{" + _name(value) + "}"]


def _is_text(node: ast.expr) -> bool:
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            return _is_text(body) or _is_text(orelse)
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case _:
            return False


def _joined(parts: Iterable[list[str]]) -> list[str]:
    options = [list(dict.fromkeys(part)) for part in parts]
    count = 1
    for option in options:
        count *= len(option)
    if count > MOST_ALTERNATIVES:
        options = [o if len(o) == 1 else ["{value}"] for o in options]
    return ["".join(chosen) for chosen in itertools.product(*options)]


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            found = name
        case ast.Call(args=[argument, *_]) if _name(argument) != "value":
            return _name(argument)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            found = name
        case ast.Subscript(value=value):
            return _name(value)
        case _:
            found = "value"
    found = found.strip("_").lower()
    return found if NAME.fullmatch(found) else "value"


def tidied(template: str) -> str:
    """Return a template whose places differ in name and never touch."""
    seen: dict[str, int] = {}

    def numbered(place: re.Match[str]) -> str:
        name = place[1]
        seen[name] = seen.get(name, 0) + 1
        return f"{{{name}{seen[name]}}}" if seen[name] > 1 else place[0]

    merged = re.sub(r"(?:\{[a-z][a-z0-9_]*\}){2,}", "{value}", template)
    return PLACES.sub(numbered, merged).strip()


def sentences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, template) of whatever in a module looks like text for people."""
    outer = _text_expressions(tree)
    for node, base in outer:
        for text in alternatives(node):
            template = tidied(base + text)
            if "\n" not in template and PROSE.search(PLACES.sub("", template)):
                yield node.lineno, template


def _text_expressions(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    for child in ast.iter_child_nodes(node):
        if _is_left_out(node, child):
            continue
        if isinstance(child, ast.AugAssign) and _starts_text(child.value):
            yield child.value, "{" + _name(child.target) + "}"
            continue
        if _starts_text(child):
            yield child, ""
            # texts in the values of a text
            for part in ast.walk(child):
                is_value = isinstance(part, ast.FormattedValue)
                if isinstance(part, ast.Call) or (
                    is_value and not _is_text(part.value)
                ):
                    yield from _text_expressions(part)
            continue
        yield from _text_expressions(child)


def _starts_text(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _starts_text(left) or _starts_text(right)
        case _:
            return False


# whoever reads these is a teacher or a programmer, or nobody
UNSEEN_ERRORS = {
    "AssertionError",
    "InfrastructureError",
    "KeyError",
    "LabError",
    "NotImplementedError",
    "OSError",
    "RuntimeError",
    "TypeError",
    "ValueError",
    "WorkerKilledError",
}


def _is_left_out(parent: ast.AST, child: ast.AST) -> bool:
    match child:
        case ast.Expr(value=ast.Constant()) | ast.arg():
            return True  # a docstring, an annotation
        case ast.Call(func=ast.Name(id=name)) if name in UNSEEN_ERRORS:
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="re"))):
            return True
        case _:
            return isinstance(parent, ast.FunctionDef) and (
                child is parent.returns or child in parent.decorator_list
            )


def keyword_texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield what a diagnosis says by one word: its mistake's name and its concept."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in {"mistake", "concept"}:
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    text = part.value.replace("_", " ")
                    if text:
                        yield part.lineno, text


def picture_titles(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield what figures are called, be it one word."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="picture"),
                args=[_, ast.Constant(value=str(title))],
            ):
                yield node.lineno, title


def furniture(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield (line, text, plural or "") of what goes through gettext in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name),
                args=[ast.Constant(value=str(text)), *rest],
            ):
                if name in {"_", "text", "gettext", "told"}:
                    yield node.lineno, text, ""
                elif name == "plural" and rest and isinstance(rest[0], ast.Constant):
                    yield node.lineno, text, str(rest[0].value)
            case ast.Call(
                func=ast.Name(id="_") | ast.Attribute(attr="text"),
                args=[ast.IfExp() as choice, *_],
            ):
                for one in alternatives(choice):
                    yield node.lineno, one, ""


def in_template(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield the same of a Jinja template."""
    functions = {"_": None, "told": None, "plural": (1, 2)}
    with path.open("rb") as file:
        for line, texts, _, _ in extract(
            "jinja2.ext:babel_extract",
            file,
            keywords=functions,
            options={"trim_blocks": "true", "silent": "false"},
        ):
            found = [texts] if isinstance(texts, str) else list(texts)
            if found and isinstance(found[0], str) and found[0]:
                yield line, found[0], found[1] if len(found) > 1 else ""


def help_texts() -> Iterator[tuple[str, str]]:
    """Yield (command, text) of what the commands' help says."""
    context = cli.context_class(cli, info_name="grader")
    yield from (("grader", COMMANDS[name][2]) for name in COMMANDS)
    yield from _help_of(cli, context)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        yield from _help_of(command, cli.context_class(command, info_name=name))


def _help_of(
    command: click.Command, context: click.Context
) -> Iterator[tuple[str, str]]:
    name = str(context.info_name)
    texts = [
        *paragraphs(inspect.cleandoc(command.help or "")),
        command.short_help or "",
    ]
    usage = command.collect_usage_pieces(context)
    for parameter in command.get_params(context):
        usage.append((parameter.get_help_record(context) or ("",))[0])
        texts.append(" ".join((getattr(parameter, "help", None) or "").split()))
    found = METAVAR.findall(" ".join(usage))
    yield from ((name, text) for text in (*texts, *found) if text)
    for below in getattr(command, "commands", {}).values():
        if not below.hidden:
            yield from _help_of(below, type(context)(below, context, below.name))


def complaints(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, template) of complaints about a command line."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name), args=[*_, text]) if (
                name == "BadOptionUsage"
            ):
                said = text
            case ast.Call(func=ast.Attribute(attr=name), args=[text, *_]) if name in {
                "BadParameter",
                "UsageError",
            }:
                said = text
            case _:
                continue
        yield from ((node.lineno, tidied(one)) for one in alternatives(said))


def errors(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, template) of what goes wrong for a teacher."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Call(
                    func=ast.Name(id="LabError" | "InfrastructureError"),
                    args=[text, *_],
                )
                | ast.Assign(targets=[ast.Name(id="msg")], value=text)
            ):
                for one in map(tidied, alternatives(text)):
                    if PROSE.search(PLACES.sub("", one)):
                        yield node.lineno, one


@dataclass(frozen=True)
class Message:
    """Something to translate, with where it stands."""

    text: str
    plural: str = ""
    places: tuple[str, ...] = ()
    furniture: bool = False


def collected(found: Iterable[tuple[str, str, str]]) -> list[Message]:
    """Return messages once each, in order: (where, text, plural) each."""
    places: dict[tuple[str, str], list[str]] = {}
    for where, text, plural in found:
        places.setdefault((text, plural), []).append(where)
    return [
        Message(text, plural, tuple(dict.fromkeys(where)))
        for (text, plural), where in places.items()
    ]


def _files(*patterns: str) -> list[Path]:
    return [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]


@functools.cache
def framework() -> list[Message]:
    """Return all messages of the program itself."""
    ours: list[tuple[str, str, str]] = []
    for path in _files("grader/**/*.py"):
        where = path.relative_to(ROOT).as_posix()
        ours += [(where, text, many) for _, text, many in furniture(path)]
    for path in _files("grader/reports/templates/*.j2"):
        where = path.relative_to(ROOT).as_posix()
        ours += [(where, text, many) for _, text, many in in_template(path)]
    ours += [("help", text, "") for _, text in help_texts()]
    told: list[tuple[str, str, str]] = []
    for path in _files("grader/cli/*.py"):
        where = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told += [(where, text, "") for _, text in complaints(tree)]
    for path in _files(*TEACHING):
        where = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told += [(where, text, "") for _, text in errors(tree)]
    for path in _files(*SPEAKING):
        where = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for _, text in (*sentences(tree), *keyword_texts(tree)):
            told.append((where, text, ""))
    ours += [("click", text, "") for text in KNOWN["click_shows"]]
    told += [("click", text, "") for text in KNOWN["click_says"]]
    told += [("grader/labs/course_toml.py", text, "") for text in EXPECTED.values()]
    told += [("composed", text, "") for text in KNOWN["composed"]]
    told += [("composed", one, many) for one, many in KNOWN["plurals"]]
    sayings = {(text, many) for _, text, many in told}
    return [
        replace(one, furniture=(one.text, one.plural) not in sayings)
        for one in collected([*ours, *told])
        if one.text not in KNOWN["unseen"]
    ]


def lab_messages(lab: str) -> tuple[list[Message], list[Message]]:
    """Return what students may see of a lab at home, and what only comes with a mark."""
    course = Course(ROOT)
    loaded = load_lab(course, lab)
    ours = {m.text for m in framework()}
    public = [("lab.toml", loaded.lab.title, ""), ("lab.toml", loaded.lab.summary, "")]
    public += [("lab.toml", task.title, "") for task in loaded.lab.tasks]
    public += [("checks.py", check.title, "") for check in loaded.public]
    public += _lab_sentences(course.assignment(lab), {f"{lab}.py"})
    open_messages = [m for m in collected(public) if m.text not in ours]
    known = ours | {m.text for m in open_messages}
    hidden = [("checks.py", check.title, "") for check in loaded.hidden]
    hidden += _lab_sentences(course.reference(lab), {f"{lab}.py", "mistakes.py"})
    for gate in loaded.gates:
        hidden += [
            ("checks.py", quantity.replace("_", " "), "")
            for quantity in (*gate.at_least, *gate.at_most)
        ]
    for mistake in loaded.mistakes:
        name = mistake.name.replace("_", " ")
        hidden += [
            ("mistakes.py", text, "")
            for text in (name, mistake.says, mistake.concept)
            if text
        ]
    return open_messages, [m for m in collected(hidden) if m.text not in known]


def _lab_sentences(folder: Path, left_out: set[str]) -> list[tuple[str, str, str]]:
    found = []
    for path in sorted(folder.glob("*.py")):
        if path.name not in left_out:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            texts = (*sentences(tree), *keyword_texts(tree), *picture_titles(tree))
            found += [(path.name, text, "") for _, text in texts]
    return [one for one in found if one[1] not in KNOWN["unseen"]]


def catalogues(code: str = "ru") -> Iterator[tuple[Path, list[Message]]]:
    """Yield each of a language's catalogues with what it must translate."""
    yield catalogue_path(code), framework()
    for lab in Course(ROOT).labs():
        public, hidden = lab_messages(lab.name)
        yield ROOT / "assignments" / lab.name / FOLDER / f"{code}.po", public
        yield ROOT / "reference" / lab.name / FOLDER / f"{code}.po", hidden


def updated(
    path: Path, messages: Sequence[Message], header: Mapping[str, str]
) -> polib.POFile:
    """Return a catalogue with just these messages; translations are kept."""
    old = polib.pofile(path.read_text(encoding="utf-8")) if path.exists() else []
    known = {(entry.msgid, entry.msgid_plural): entry for entry in old}
    file = polib.POFile(wrapwidth=88)
    file.metadata = dict(header)
    for message in messages:
        entry = polib.POEntry(
            msgid=message.text,
            msgid_plural=message.plural,
            occurrences=[(place, "") for place in message.places],
            comment=FURNITURE if message.furniture else "",
        )
        before = known.get((message.text, message.plural))
        if before is not None:
            entry.msgstr = before.msgstr
            entry.msgstr_plural = before.msgstr_plural
            entry.tcomment = before.tcomment
        elif message.plural:
            entry.msgstr_plural = {0: "", 1: "", 2: ""}
        file.append(entry)
    return file


def main() -> None:
    """Bring all catalogues up to date and say what is missing."""
    for code in codes()[1:]:
        # the language and its plural forms
        header = polib.pofile(catalogue_path(code).read_text("utf-8")).metadata
        for path, messages in catalogues(code):
            file = updated(path, messages, header)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(str(file), encoding="utf-8", newline="\n")
            missing = len(file.untranslated_entries())
            name = path.relative_to(ROOT)
            sys.stdout.write(
                f"{name}: {len(messages)} messages, {missing} to translate\n"
            )


if __name__ == "__main__":
    main()
