"""Catalogues: `.po` files, read as their translators write them.

Ours lie in `locale/<code>/LC_MESSAGES/grader.po`; a lab's beside the lab, see
`grader.labs.translations`. English needs none, and reads none.
"""

import gettext
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import LabError
from grader.languages.language import ENGLISH, Language
from grader.languages.sentences import PLACE, Sentences

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "grader"
# the comment on what the program says itself: no sentence is looked for among these
FURNITURE = "said by gettext alone"


def language(code: str, *, more: Iterable[Path] = ()) -> Language:
    """Return a language.

    Args:
        code: One of `codes()`; anything else gives English.
        more: Catalogues of labs; those that are not there are left out.

    Raises:
        LabError: If a catalogue can't be read; says in which line.
    """
    if code == ENGLISH.code or not catalogue_path(code).is_file():
        return ENGLISH
    files = [_read(path) for path in (catalogue_path(code), *more) if path.is_file()]
    texts: dict[str, str] = {}
    # what several say, ours says
    for file in reversed(files):
        texts |= file.texts
    first = files[0].catalogue
    for file in files[1:]:
        first.add_fallback(file.catalogue)
    plurals = [pair for file in files for pair in file.plurals]
    return Language(
        code,
        hashlib.sha256("".join(file.edition for file in files).encode()).hexdigest(),
        first,
        Sentences(texts, plurals, first.ngettext),
    )


def codes() -> tuple[str, ...]:
    """Return the codes of all languages, English first."""
    found = sorted(path.parents[1].name for path in LOCALE.glob(f"*/*/{DOMAIN}.po"))
    return (ENGLISH.code, *found)


def catalogue_path(code: str) -> Path:
    """Return where our own texts' translations are."""
    return LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.po"


@dataclass(frozen=True)
class _File:
    """What one file has: for gettext, and to find sentences with values."""

    edition: str
    catalogue: gettext.GNUTranslations
    texts: Mapping[str, str]
    plurals: Sequence[tuple[str, str]]


def _read(path: Path) -> _File:
    import polib

    try:
        # as text: a name that does not exist would be taken for a catalogue's content
        content = path.read_text(encoding="utf-8")
        file = polib.pofile(content)
        catalogue = gettext.GNUTranslations(io.BytesIO(file.to_binary()))
    # Plural-Forms is an expression: gettext may find anything wrong with it
    except (OSError, ValueError, ArithmeticError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise LabError(f"{path} is no catalogue: {reason}") from error
    done = [
        entry
        for entry in file.translated_entries()
        if entry.comment != FURNITURE or not PLACE.search(entry.msgid)
    ]
    return _File(
        hashlib.sha256(content.encode()).hexdigest(),
        catalogue,
        texts={entry.msgid: entry.msgstr for entry in done if entry.msgstr},
        plurals=[
            (entry.msgid, entry.msgid_plural) for entry in done if entry.msgid_plural
        ],
    )
