"""What stands at the top of what students get: how to install and to begin."""

import textwrap
from collections.abc import Iterator, Sequence

from grader.domain.lab import Lab
from grader.labs.course import Course
from grader.labs.translations import course_language
from grader.languages import ENGLISH, Language
from grader.languages.catalogue import codes

WIDTH = 95
WINDOWS = """\
```
py -m venv .venv
.venv\\Scripts\\activate
python -m pip install "{package}"
```"""
OTHERS = """\
```
python3 -m venv .venv
source .venv/bin/activate
python -m pip install "{package}"
```"""
WORK = """\
```
grader labs
grader new {first}
grader check {first}
grader submit {first}
```"""


def readmes(course: Course, labs: Sequence[Lab], *, wheel: str) -> dict[str, str]:
    """Return the texts for a folder with some labs and the wheel, by file name.

    One for each language that there is a catalogue of.

    Raises:
        LabError: If a lab's catalogue can't be read.
    """
    languages = [course_language(course, code) for code in codes()]
    return {
        file_name(language): readme(
            labs,
            wheel=wheel,
            language=language,
            others=[other for other in languages if other is not language],
        )
        for language in languages
    }


def file_name(language: Language) -> str:
    """Return `README.md` for English, `README.ru.md` for Russian."""
    middle = "" if language.code == ENGLISH.code else f".{language.code}"
    return f"README{middle}.md"


def readme(
    labs: Sequence[Lab],
    *,
    wheel: str,
    language: Language = ENGLISH,
    others: Sequence[Language] = (),
) -> str:
    """Return the text in one language, with links to the same in others."""
    blocks = _blocks(labs, wheel, language)
    # a translation calls itself by its own name: the English text stands for "this one"
    links = [f"[{other.text('In English')}]({file_name(other)})" for other in others]
    heading = next(blocks)
    first = [heading, " · ".join(links)] if links else [heading]
    return "\n\n".join([*first, *blocks]) + "\n"


def needs_images_or_keras(lab: Lab) -> bool:
    """Return whether a lab needs what the extra `tf` installs."""
    return bool(lab.data) or bool({"tensorflow", "keras"} & set(lab.preload))


def _blocks(labs: Sequence[Lab], wheel: str, language: Language) -> Iterator[str]:
    """Yield paragraphs, headings, tables and commands."""
    _ = language.text
    heavy = [lab.name for lab in labs if needs_images_or_keras(lab)]
    package = f"{wheel}[tf]" if heavy else wheel
    yield f"# {_('Labs')}"
    yield _table(labs, language)
    yield f"## {_('Install, once')}"
    yield _wrapped(
        _(
            "You need Python 3.11 or newer ([python.org](https://www.python.org/downloads/))."
            " Open a terminal in this folder, the one with `{wheel}`."
        ).format(wheel=wheel)
    )
    yield _("Windows:")
    yield WINDOWS.format(package=package)
    yield _("macOS and Linux:")
    yield OTHERS.format(package=package)
    if heavy:
        yield _wrapped(" ".join(_about_extra(heavy, labs, language)))
    yield _wrapped(
        _(
            "In a new terminal only the line with `activate` is needed again. A newer "
            "release replaces an older one if you put `--force-reinstall --no-deps` before "
            "the wheel's name."
        )
    )
    yield f"## {_('Work')}"
    yield WORK.format(first=labs[0].name)
    yield from map(_wrapped, _about_work(labs[0].name, language))


def _about_extra(
    heavy: Sequence[str], labs: Sequence[Lab], language: Language
) -> Iterator[str]:
    _ = language.text
    names = _listed([f"`{name}`" for name in heavy], language)
    yield _("`[tf]` is TensorFlow and the images of MNIST, for {labs}.").format(
        labs=names
    )
    if len(heavy) < len(labs):
        yield _(
            "The other labs need only the wheel's name without `[tf]`: far less to "
            "download."
        )


def _about_work(first: str, language: Language) -> Iterator[str]:
    _ = language.text
    yield _(
        "`new` makes a folder with the handout and the file that you write in; with "
        "`--notebook` that is one for Jupyter or VS Code (Jupyter itself: `python -m pip "
        "install notebook`). `check` tries your work as often as you like and says what "
        "is wrong; the marks come from checks that ask the same of other numbers. "
        "`submit` packs what you hand in."
    )
    yield _(
        "It speaks your system's language if it knows it; `grader check --lang en` is in "
        "English whatever that is."
    )
    yield _(
        "Without the terminal: open `assignments/{first}/README.md` and "
        "`assignments/{first}/{first}.ipynb`; the last cell checks your work."
    ).format(first=first)


def _table(labs: Sequence[Lab], language: Language) -> str:
    lab, title = language.text("lab"), language.text("title")
    rows = [
        f"| [`{lab.name}`]({_handout(lab)}) | {language.told(lab.title)} |"
        for lab in labs
    ]
    return "\n".join([f"| {lab} | {title} |", "| --- | --- |", *rows])


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _handout(lab: Lab) -> str:
    return f"assignments/{lab.name}/README.md"


def _listed(names: Sequence[str], language: Language) -> str:
    both = (", ".join(names[:-1]), names[-1])
    return f" {language.text('and')} ".join(filter(None, both))
