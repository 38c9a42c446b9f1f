"""In which language a reader is spoken to."""

import locale
import sys
from collections.abc import Iterable, Mapping

from grader.languages.language import ENGLISH

VARIABLE = "GRADER_LANG"
# in the order in which gettext asks them
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def preferred(
    environ: Mapping[str, str], codes: Iterable[str], *, system: str | None = None
) -> str:
    """Return the code of the reader's language: the first that we have, else English.

    Args:
        environ: `GRADER_LANG` counts first, then the locale's variables.
        codes: The languages that there are.
        system: What the operating system says, such as "Russian_Russia.1251" or "ru_RU";
            it counts where no variable is set. See `system_locale`.
    """
    known = set(codes)
    wishes = environ.get(VARIABLE) or _locale(environ) or system or ""
    for wish in wishes.split(":"):
        code = _code(wish)
        if code in known:
            return code
        if code in {"c", "posix"}:
            break
    return ENGLISH.code


def system_locale() -> str | None:
    """Return the locale of systems that have no variables for it: Windows and macOS."""
    if sys.platform not in {"win32", "darwin"}:
        return None
    try:
        return locale.getlocale()[0]
    except ValueError:
        return None


def _locale(environ: Mapping[str, str]) -> str:
    """Return the languages of the locale; without a locale, LANGUAGE means nothing."""
    named = next((environ[v] for v in _VARIABLES[1:] if environ.get(v)), "")
    if _code(named) in {"c", "posix"}:
        return named
    return environ.get(_VARIABLES[0]) or named


def _code(name: str) -> str:
    """Return "ru" of "ru_RU.UTF-8", "ru-RU" and "Russian_Russia.1251"."""
    word = name.strip().lower().replace("-", "_").partition(".")[0].partition("_")[0]
    if len(word) <= len("rus"):
        return word
    # Windows writes languages' names
    alias = locale.locale_alias.get(word, "")
    return alias.partition("_")[0].lower() or word
