"""The command with which students hand in."""

import getpass
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from grader.cli.shared import console, course_of, language_of, printable, show_json
from grader.domain.report import LabReport
from grader.domain.text import clean
from grader.errors import InfrastructureError
from grader.languages import Language

if TYPE_CHECKING:
    from grader.app.submit import HandIn, Prepared
    from grader.intake.dropping import Dropped

# of the first column
WIDTH = 10


@click.command()
@click.argument("target", required=False)
@click.option("--lab", help="The lab, where the file's name does not tell.")
@click.option(
    "--name",
    envvar="GRADER_STUDENT",
    show_envvar=True,
    help="Your name or id, as your teacher knows it; the login name if left out.",
)
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    envvar="GRADER_DROP",
    show_envvar=True,
    help="Drop folder to copy the zip to, such as one on a share.",
)
@click.option(
    "--yes", is_flag=True, help="Hand in without asking, whatever is missing."
)
@click.option("--no-check", is_flag=True, help="Don't run the public checks.")
@click.option("--json", "as_json", is_flag=True, help="For programs; asks nothing.")
@click.pass_context
def submit(
    ctx: click.Context,
    target: str | None,
    *,
    lab: str | None,
    name: str | None,
    to: Path | None,
    yes: bool,
    no_check: bool,
    as_json: bool,
) -> None:
    """Hand in your work: TARGET is a lab, a file or a directory.

    Runs the public checks, says what goes in and what is missing, writes
    <student>-<lab>.zip here and copies it to the drop folder.

    Exits with 0 once it is packed, and copied if --to is given, however the checks went.
    """
    from grader.app.submit import hand_in, prepare

    language = language_of(ctx)
    course = course_of(ctx)
    out = _Lines(console(), language, quiet=as_json)
    prepared = prepare(course, target, lab=lab, here=Path.cwd(), language=language)
    student, is_login = _student(name)
    missing = [*prepared.missing, *_nobody(student, language, is_login=is_login)]
    out.show_work(prepared, student, is_login=is_login)
    checks = None if no_check else _checks(ctx, prepared, out)
    out.show_missing(missing)
    if missing and not yes and not as_json and _asks():
        click.confirm(language.text("Hand it in as it is?"), abort=True)
    packed = hand_in(
        prepared,
        student=student,
        checks=checks if isinstance(checks, LabReport) else None,
        to=Path(),
        clock=lambda: datetime.now(UTC),
    )
    out.show_packed(packed)
    dropped, trouble = _brought(packed, to)
    out.show_dropped(dropped, packed)
    out.show_receipt(packed)
    if as_json:
        show_json(_as_json(packed, missing, checks, dropped, trouble))
    if trouble:
        told = language.text("{zip} is packed: hand it in another way, or try again")
        advice = told.format(zip=packed.path)
        click.echo(f"grader: {language.told(trouble)}; {advice}", err=True)
        sys.exit(1)


def _asks() -> bool:
    """Return whether somebody is there to answer."""
    return sys.stdin.isatty()


def _student(name: str | None) -> tuple[str, bool]:
    """Return who hands in, and whether that is but the name of the login."""
    if name and name.strip():
        if not any(map(str.isalnum, name)):
            raise click.UsageError(
                f"got the name {name!r}, expected one with a letter or a digit"
            )
        return name, False
    try:
        return getpass.getuser(), True
    except (OSError, KeyError, ImportError):  # Windows, or a user without a name
        return "student", True


def _nobody(student: str, language: Language, *, is_login: bool) -> list[str]:
    from grader.app.submit import EVERYBODY

    if not is_login or student.lower() not in EVERYBODY:
        return []
    line = language.text("your name: this machine calls everybody “{name}”; say --name")
    return [line.format(name=clean(student, 80))]


def _checks(ctx: click.Context, prepared: "Prepared", out: "_Lines") -> LabReport | str:
    from grader.app.submit import checked_at_home

    with out.waiting():
        checks = checked_at_home(course_of(ctx), prepared)
    out.show_checks(checks)
    return checks


def _brought(packed: "HandIn", to: Path | None) -> tuple["Dropped | None", str]:
    """Return where the copy is, and why there is none."""
    from grader.app.submit import bring

    if to is None:
        return None, ""
    try:
        return bring(packed, to), ""
    except InfrastructureError as error:
        return None, str(error)


def _as_json(
    packed: "HandIn",
    missing: list[str],
    checks: LabReport | str | None,
    dropped: "Dropped | None",
    trouble: str,
) -> dict[str, object]:
    return {
        "receipt": packed.receipt,
        "zip": str(packed.path),
        "manifest": packed.manifest.model_dump(mode="json"),
        "missing": missing,
        "checks_trouble": checks if isinstance(checks, str) else "",
        "copied_to": str(dropped.path) if dropped else None,
        "copy_trouble": trouble,
    }


@dataclass
class _Lines:
    """What is shown, a word in front of each line; nothing at all to programs."""

    out: Console
    language: Language
    quiet: bool

    def _line(self, word: str, text: str, style: str = "") -> None:
        if self.quiet:
            return
        line = Text(f"{printable(word, self.out):<{WIDTH}} ", style="bold")
        line.append(printable(text, self.out), style=style or "not bold")
        self.out.print(line)

    def waiting(self) -> AbstractContextManager[object]:
        """Say at a terminal what takes so long, until it is done."""
        if self.quiet or not self.out.is_terminal:
            return nullcontext()
        text = self.language.text("running the public checks; --no-check skips them")
        return self.out.status(printable(text, self.out))

    def show_work(self, prepared: "Prepared", student: str, *, is_login: bool) -> None:
        _ = self.language.text
        work = prepared.work
        title = f"{self.language.told(prepared.lab.title)} ({prepared.lab.name})"
        self._line(_("lab"), title)
        size = self.language.plural("{n} byte", "{n} bytes", len(work.content))
        cells = self.language.plural("{n} cell", "{n} cells", len(work.cells))
        described = [size, cells] if work.file.suffix == ".ipynb" else [size]
        described.append(f"SHA-256 {prepared.sha256[:12]}")
        self._line(_("file"), f"{clean(work.file.name, 100)} · {' · '.join(described)}")
        login = _("{name} (your login name; --name changes it)")
        shown = clean(student, 80)
        self._line(_("student"), login.format(name=shown) if is_login else shown)

    def show_checks(self, checks: LabReport | str) -> None:
        from grader.app.submit import counted

        _ = self.language.text
        if isinstance(checks, str):
            line = _("not run: {reason}").format(reason=self.language.told(checks))
            self._line(_("checks"), line, "yellow")
            return
        count = counted(checks)
        line = _("{passed} of {all} public checks pass").format(
            passed=count.passed, all=count.of
        )
        if count.passed < count.of:
            line += _("; `grader check` says why")
        self._line(_("checks"), line, "green" if count.passed == count.of else "yellow")

    def show_missing(self, missing: list[str]) -> None:
        for number, line in enumerate(missing):
            word = "" if number else self.language.text("look")
            self._line(word, line, "yellow")

    def show_packed(self, packed: "HandIn") -> None:
        line = self.language.text("{zip}, as “{name}”")
        shown = line.format(zip=packed.path, name=packed.manifest.student)
        self._line(self.language.text("packed"), shown)

    def show_dropped(self, dropped: "Dropped | None", packed: "HandIn") -> None:
        if dropped is None:
            return
        _ = self.language.text
        self._line(_("copied"), str(dropped.path))
        if dropped.is_beside:
            line = _("{zip} lay there already and stays: the newest counts.")
            self._line("", line.format(zip=packed.path.name))
            line = _("If that was not yours, hand in again with another --name.")
            self._line("", line)
        if not dropped.is_read_back:
            self._line("", _("The folder does not let it be read back."))

    def show_receipt(self, packed: "HandIn") -> None:
        _ = self.language.text
        line = _("{receipt} (keep it: your teacher can check it)")
        self._line(_("receipt"), line.format(receipt=packed.receipt))
