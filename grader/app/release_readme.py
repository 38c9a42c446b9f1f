"""What stands at the top of what students get: how to install and to begin."""

from collections.abc import Sequence

from grader.domain.lab import Lab

TEXT = """\
# Labs

{table}

## Install, once

You need Python 3.11 or newer ([python.org](https://www.python.org/downloads/)). Open a
terminal in this folder, the one with `{wheel}`.

Windows:

```
py -m venv .venv
.venv\\Scripts\\activate
python -m pip install "{wheel}{extra}"
```

macOS and Linux:

```
python3 -m venv .venv
source .venv/bin/activate
python -m pip install "{wheel}{extra}"
```

{about_extra}In a new terminal only the line with `activate` is needed again. A newer release replaces an
older one if you put `--force-reinstall` before the wheel's name.

## Work

```
grader labs
grader new {first}
grader check {first}
grader submit {first}
```

`new` makes a folder with the handout and the file that you write in; with `--notebook` that is
one for Jupyter or VS Code (Jupyter itself: `python -m pip install notebook`).
`check` tries your work as often as you like and says what is wrong; the marks come from
checks that ask the same of other numbers. `submit` packs what you hand in.

Without the terminal: open `assignments/{first}/README.md` and
`assignments/{first}/{first}.ipynb`; the last cell checks your work.
"""
HEAVY = """\
`[tf]` is TensorFlow and the images of MNIST, for {labs}.
{rest}
"""
LIGHT = (
    "The other labs need only the wheel's name without `[tf]`: far less to download.\n"
)


def readme(labs: Sequence[Lab], *, wheel: str) -> str:
    """Return the text for a folder with some labs and the wheel."""
    heavy = [lab.name for lab in labs if needs_images_or_keras(lab)]
    about = ""
    if heavy:
        told = _listed([f"`{name}`" for name in heavy])
        about = HEAVY.format(labs=told, rest=LIGHT if len(heavy) < len(labs) else "")
    rows = [f"| [`{lab.name}`]({_handout(lab)}) | {lab.title} |" for lab in labs]
    return TEXT.format(
        table="\n".join(["| lab | title |", "| --- | --- |", *rows]),
        wheel=wheel,
        extra="[tf]" if heavy else "",
        about_extra=about,
        first=labs[0].name,
    )


def needs_images_or_keras(lab: Lab) -> bool:
    """Return whether a lab needs what the extra `tf` installs."""
    return bool(lab.data) or bool({"tensorflow", "keras"} & set(lab.preload))


def _handout(lab: Lab) -> str:
    return f"assignments/{lab.name}/README.md"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
